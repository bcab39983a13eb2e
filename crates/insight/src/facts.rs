//! What the data and the start of an experiment say beforehand: facts that findings compare its runs with.

use std::collections::BTreeMap;
use std::sync::Arc;

use etascape_core::theory::{linear, linear_of};
use etascape_core::{Activation, Data, Hyper, Network, Scheme, Shape, Start, predict, sharpness, starting_parameters};
use etascape_sweep::data::{standardized, standardizer};
use etascape_sweep::{Experiment, Job, Plan, loss_name};
use serde::{Deserialize, Serialize};

use crate::baseline::Baseline;
use crate::retrain::{affordable, parameters_at_end};
use crate::rounding::{StandsStillOf, stands_still};

/// The sharpness is computed up to this product of rows and parameters, which takes a second or two.
pub const MOST_WORK: usize = 2_000_000;

/// Rows whose units are looked at together.
const ROWS_AT_ONCE: usize = 1000;

/// The most runs whose start is looked at.
const MOST_STARTS: u64 = 32;

/// The limit of plain gradient descent at the start of a run: from 2/λmax of the loss's Hessian there on, the first steps
/// grow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StartLimit {
    /// 2/λmax on the data as they are.
    pub limit: f64,
    /// 2/λmax on the same data, standardised; `None` where they are.
    pub standardized: Option<f64>,
    /// Whether it holds at every point, and not at the start alone: the loss is quadratic.
    pub is_everywhere: bool,
}

/// Computes the limit at the start; `None` where it is too much work, or no direction curves upwards.
pub type StartLimitOf = Box<dyn Fn() -> Option<StartLimit> + Send + Sync>;

/// λmax/λmin of a quadratic loss: as many steps, about, the slowest direction takes at the best rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditioning {
    /// On the data as they are.
    pub number: f64,
    /// On the same data, standardised.
    pub standardized: f64,
}

/// Computes the conditioning; `None` where the loss is not quadratic.
pub type ConditioningOf = Box<dyn Fn() -> Option<Conditioning> + Send + Sync>;

/// What the data and the start of an engine's experiment say beforehand.
#[derive(Default)]
pub struct Facts {
    /// What the best constant output comes to, by the word of the loss.
    pub baselines: BTreeMap<&'static str, Baseline>,
    /// The limit at the start of run 0; `None` where a run may be other than plain gradient descent, or where what decides
    /// on the limit is swept.
    pub start_limit: Option<StartLimitOf>,
    /// The conditioning of a linear model's features; `None` where they are standardised, or what decides on it is swept.
    pub conditioning: Option<ConditioningOf>,
    /// Tells whether rounding holds up a run in f32; `None` where no run is.
    pub stands_still: Option<StandsStillOf>,
    /// Whether all weights of all runs start at 0, with hidden layers: the units of a layer then stay alike.
    pub starts_at_zero: bool,
    /// Tells whether in all runs a layer of ReLUs is 0 for every training row where training starts; `None` for networks
    /// without such layers.
    pub is_dead_at_start: Option<Box<dyn Fn() -> bool + Send + Sync>>,
    /// Tells the same where a run ends; `None` also where its parameters are not logged and it takes long to train again, or
    /// halving decides where it ends.
    pub dead_at_end: Option<DeadAtEnd>,
}

/// Tells whether a layer of ReLUs is 0 for every training row where a run ends.
pub struct DeadAtEnd {
    /// The most runs that may be looked at.
    pub most: usize,
    /// Tells it of a run, by its id, with parameters by the names of their columns. A run without one of its parameters is
    /// not dead.
    pub is_dead: IsDead,
}

/// As [`DeadAtEnd::is_dead`].
pub type IsDead = Box<dyn Fn(u64, &dyn Fn(&str) -> Option<f64>) -> bool + Send + Sync>;

/// The most runs whose logged parameters are looked at.
const MOST_ENDS: usize = 1024;

impl Facts {
    /// The facts of an experiment.
    pub fn of(experiment: &Experiment) -> Facts {
        let plan = &experiment.plan;
        let jobs = plan.jobs().unwrap_or_default();
        let mut baselines = BTreeMap::new();
        for job in &jobs {
            baselines.entry(loss_name(job.shape.loss)).or_insert_with(|| Baseline::of(job.shape.loss, &job.data));
        }
        Facts {
            baselines,
            start_limit: start_limit(plan, &jobs, experiment.data.standardize),
            conditioning: conditioning(&jobs, experiment.data.standardize),
            stands_still: stands_still(plan, &jobs),
            is_dead_at_start: dead_at_start(plan, &jobs),
            dead_at_end: dead_at_end(plan, &jobs),
            starts_at_zero: !jobs.is_empty() && jobs.iter().all(|job| starts_at_zero(plan, job)),
        }
    }
}

/// Looks at the starts of some runs, evenly spread over the plan.
fn dead_at_start(plan: &Arc<Plan>, jobs: &[Arc<Job>]) -> Option<Box<dyn Fn() -> bool + Send + Sync>> {
    if !are_relus(jobs) {
        return None;
    }
    let plan = plan.clone();
    Some(Box::new(move || {
        let runs = plan.runs();
        let looked_at = runs.min(MOST_STARTS);
        (0..looked_at).all(|one| {
            let run = (u128::from(one) * u128::from(runs) / u128::from(looked_at)) as u64;
            plan.job(run).is_ok_and(|job| {
                let hyper = plan.hyper(&job, run);
                starting_parameters(&job.shape, &hyper).is_ok_and(|start| has_dead_layer(&job, &hyper, &start))
            })
        })
    }))
}

/// Looks at the parameters of a run where it ended: as they are logged, or from training it again.
fn dead_at_end(plan: &Arc<Plan>, jobs: &[Arc<Job>]) -> Option<DeadAtEnd> {
    let is_logged = !plan.parameter_columns().is_empty();
    let affordable = || jobs.iter().map(|job| affordable(job)).min().filter(|_| plan.halving().is_none());
    let most = if is_logged { MOST_ENDS } else { affordable()?.min(MOST_ENDS) };
    if !are_relus(jobs) || most == 0 {
        return None;
    }
    let plan = plan.clone();
    let is_dead: IsDead = Box::new(move |run, logged| {
        plan.job(run).is_ok_and(|job| {
            let parameters: Option<Vec<f64>> = match is_logged {
                true => job.shape.network.parameter_names().iter().map(|name| logged(name)).collect(),
                false => parameters_at_end(&plan, run),
            };
            parameters.is_some_and(|parameters| has_dead_layer(&job, &plan.hyper(&job, run), &parameters))
        })
    });
    Some(DeadAtEnd { most, is_dead })
}

/// Whether all networks have hidden layers of ReLUs.
fn are_relus(jobs: &[Arc<Job>]) -> bool {
    let is_relu = |job: &Arc<Job>| job.shape.network.activation == Activation::Relu && job.shape.network.layers() > 1;
    !jobs.is_empty() && jobs.iter().all(is_relu)
}

/// Whether a layer of ReLUs is 0 for every training row with these parameters of a run.
fn has_dead_layer(job: &Job, hyper: &Hyper, parameters: &[f64]) -> bool {
    let widths = job.shape.network.widths();
    (2..widths.len()).any(|layers| {
        // What comes before the activation of a layer is the output of the network that ends with it.
        let Ok(mut network) = Network::new(&widths[..layers]) else { return false };
        network.bias = job.shape.network.bias;
        network.activation = job.shape.network.activation;
        network.parametrization = job.shape.network.parametrization;
        let shape = Shape { network, ..(*job.shape).clone() };
        let parameters = &parameters[..shape.network.parameters()];
        let mut chunks = job.data.train.features.chunks(widths[0] * ROWS_AT_ONCE);
        chunks.all(|rows| {
            let before = predict(&shape, hyper.gain, parameters, rows);
            before.is_ok_and(|units| units.iter().flatten().all(|&unit| hyper.gain * unit <= 0.0))
        })
    })
}

fn starts_at_zero(plan: &Plan, job: &Job) -> bool {
    let is_moved = plan.parameters().iter().any(|parameter| parameter.path == "init.offset");
    let offset = plan.hyper(job, 0).init_offset;
    job.shape.network.layers() > 1 && job.shape.start == Start::Drawn(Scheme::Zeros) && offset == 0.0 && !is_moved
}

fn conditioning(jobs: &[Arc<Job>], is_standardized: bool) -> Option<ConditioningOf> {
    let [job] = jobs else { return None };
    let job = job.clone();
    (!is_standardized).then(|| -> ConditioningOf {
        Box::new(move || {
            Some(Conditioning {
                number: linear(&job.shape, &job.data)?.condition_number,
                standardized: linear_of(&job.shape, &job.data, &standardizer(&job.data.train))?.condition_number,
            })
        })
    })
}

/// What computes the limit at the start, where it is much the same for all runs: one job, plain gradient descent, and no
/// swept number but the rate and the seed; of linear models, whose limit is the same everywhere, the start's too.
fn start_limit(plan: &Plan, jobs: &[Arc<Job>], is_standardized: bool) -> Option<StartLimitOf> {
    let [job] = jobs else { return None };
    let hyper = plan.hyper(job, 0);
    let sweeps = |begin: &str| plan.parameters().iter().any(|one| one.path.starts_with(begin));
    if sweeps("train.optimizer") || sweeps("model.") || !job.shape.is_plain_descent(&job.data, &hyper) {
        return None;
    }
    let (job, starts_differ) = (job.clone(), sweeps("init."));
    Some(Box::new(move || {
        let is_everywhere = linear(&job.shape, &job.data).is_some();
        if starts_differ && !is_everywhere {
            return None;
        }
        let limit = limit_at_start(&job.shape, &job.data, &hyper)?;
        let of_standardized = || match is_everywhere {
            true => Some(linear_of(&job.shape, &job.data, &standardizer(&job.data.train))?.stability_limit),
            false => limit_at_start(&job.shape, &standardized(&job.data)?, &hyper),
        };
        Some(StartLimit { limit, standardized: if is_standardized { None } else { of_standardized() }, is_everywhere })
    }))
}

/// 2/λmax at the start of a run.
fn limit_at_start(shape: &Shape, data: &Data, hyper: &Hyper) -> Option<f64> {
    if let Some(theory) = linear(shape, data) {
        return Some(theory.stability_limit);
    }
    if data.train.len().saturating_mul(shape.network.parameters()) > MOST_WORK {
        return None;
    }
    let start = starting_parameters(shape, hyper).ok()?;
    let sharpest = sharpness(shape, &data.train, hyper.gain, &start).ok()?;
    Some(2.0 / sharpest).filter(|limit| limit.is_finite() && *limit > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_layer_is_dead_where_no_row_passes_it() {
        let dead = |activation: &str, weight: f64, bias: f64| {
            let text = format!(
                "name = \"t\"\ndata.points = [[0, 1], [1, 3]]\n\
                 model = {{ kind = \"mlp\", hidden = [1], activation = \"{activation}\" }}\ntrain.steps = 9\n"
            );
            let experiment = Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap();
            let columns = experiment.plan.parameter_columns().to_vec();
            let value = move |name: &str| {
                let at = columns.iter().position(|column| column == name)?;
                Some([weight, bias, 1.0, 1.0][at])
            };
            Facts::of(&experiment).dead_at_end.map(|at| [(at.is_dead)(0, &value), (at.is_dead)(0, &|_| None)])
        };
        assert_eq!(dead("relu", -1.0, 0.0), Some([true, false]), "of 0 and 1, w x + b is 0 and −1");
        assert_eq!(dead("relu", -1.0, 0.5), Some([false, false]));
        assert_eq!(dead("tanh", -1.0, 0.0), None);
    }

    #[test]
    fn runs_without_logged_parameters_are_trained_again() {
        let dead = |rate: f64, steps: u64| {
            let text = format!(
                "name = \"t\"\ndata.points = [[0, 1], [1, 3]]\nlog.parameters = false\n\
                 model = {{ kind = \"mlp\", hidden = [8], activation = \"relu\" }}\n\
                 train = {{ steps = {steps}, learning_rate = {rate} }}\n"
            );
            let experiment = Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap();
            Facts::of(&experiment).dead_at_end.map(|at| (at.is_dead)(0, &|_| None))
        };
        assert_eq!([1e-3, 2.0].map(|rate| dead(rate, 20)), [Some(false), Some(true)]);
        assert_eq!(dead(2.0, 1_000_000_000), None, "that takes long");
    }

    #[test]
    fn where_a_linear_model_starts_does_not_move_its_limit() {
        let limit = |model: &str| {
            let text = format!(
                "name = \"t\"\ndata.points = [[3, 7], [9, 13]]\n{model}\ntrain.steps = 9\n[sweep.parameters]\n\
                 \"train.learning_rate\" = [0.1, 1]\n\"init.scale\" = [1, 2]\n"
            );
            let experiment = Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap();
            Facts::of(&experiment).start_limit.and_then(|limit| limit())
        };
        let linear = limit("init.scheme = \"normal\"").unwrap();
        // XᵀX = [90 12; 12 2] has the greatest eigenvalue 46 + √2080.
        assert!((linear.limit - 2.0 / (46.0 + 2080f64.sqrt())).abs() < 1e-15, "{}", linear.limit);
        assert!(linear.is_everywhere);
        assert_eq!(limit("model = { kind = \"mlp\", hidden = [2] }").map(|limit| limit.limit), None);
    }
}
