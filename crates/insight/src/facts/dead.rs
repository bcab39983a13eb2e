//! Networks of which a layer of ReLUs is 0 for every row.

use std::sync::Arc;

use etascape_core::{Activation, Hyper, Network, Shape, predict, starting_parameters};
use etascape_sweep::{Job, Plan};

use crate::retrain::{affordable, parameters_at_end};

/// Rows whose units are looked at together.
const ROWS_AT_ONCE: usize = 1000;

/// The most runs whose start is looked at.
const MOST_STARTS: u64 = 32;

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

/// Looks at the starts of some runs, evenly spread over the plan.
pub(super) fn dead_at_start(plan: &Arc<Plan>, jobs: &[Arc<Job>]) -> Option<Box<dyn Fn() -> bool + Send + Sync>> {
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
pub(super) fn dead_at_end(plan: &Arc<Plan>, jobs: &[Arc<Job>]) -> Option<DeadAtEnd> {
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use etascape_sweep::Experiment;

    use crate::facts::Facts;

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
}
