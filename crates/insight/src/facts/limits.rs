//! The rates up to which gradient descent goes down, by the curvature of the loss.

use std::sync::Arc;

use etascape_core::theory::{linear, linear_of};
use etascape_core::{Data, Hyper, Loss, Shape, sharpness, starting_parameters};
use etascape_sweep::data::{standardized, standardizer};
use etascape_sweep::{Job, Plan};
use serde::{Deserialize, Serialize};

/// The sharpness is computed up to this product of rows and parameters, which takes a second or two.
pub const MOST_WORK: usize = 2_000_000;

/// Computes something that may take a second; `None` where it is not known, or would take long.
pub type Computed<T> = Box<dyn Fn() -> Option<T> + Send + Sync>;

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

/// A rate up to which no step of plain gradient descent raises the loss of a linear classifier, wherever it starts: 2/L, no
/// eigenvalue of the Hessian being above L at any parameters. It suffices and is no limit: larger rates may do as well.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DescentBound {
    /// On the data as they are.
    pub bound: f64,
    /// On the same data, standardised.
    pub standardized: f64,
}

/// Whether a parameter is swept whose path begins so.
pub(super) fn sweeps(plan: &Plan, begin: &str) -> bool {
    plan.parameters().iter().any(|parameter| parameter.path.starts_with(begin))
}

/// What computes the limit at the start, where it is much the same for all runs: one job, plain gradient descent, and no
/// swept number but the rate and the seed; of linear models, whose limit is the same everywhere, the start's too.
pub(super) fn start_limit(plan: &Plan, jobs: &[Arc<Job>], is_standardized: bool) -> Option<Computed<StartLimit>> {
    let [job] = jobs else { return None };
    let hyper = plan.hyper(job, 0);
    if sweeps(plan, "train.optimizer") || sweeps(plan, "model.") || !job.shape.is_plain_descent(&job.data, &hyper) {
        return None;
    }
    let (job, starts_differ) = (job.clone(), sweeps(plan, "init."));
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
pub(super) fn limit_at_start(shape: &Shape, data: &Data, hyper: &Hyper) -> Option<f64> {
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

/// 2/L for a linear model under `bce` or `cross_entropy`, L being the least bound of this form on the eigenvalues of the
/// Hessian; `None` for other models, and where it is too much work.
///
/// Let p be the probabilities of the K classes in a row x. The Hessian is the mean over the rows of `(diag p − p pᵀ) ⊗ x xᵀ`,
/// for `bce` of `p (1 − p) x xᵀ`. No eigenvalue of `diag p − p pᵀ` is above ½ (Böhning 1992), and `p (1 − p)` is at most ¼. So
/// L is λmax(XᵀX/n) times ½ or ¼. With all parameters at 0, all p are 1/K: then the Hessian itself is ¼ XᵀX/n for `bce`, and
/// its largest eigenvalue λmax(XᵀX/n)/K for `cross_entropy`.
pub(super) fn descent_bound(shape: &Shape, data: &Data, gain: f64) -> Option<f64> {
    let (network, rows) = (&shape.network, &data.train);
    let times = match shape.loss {
        Loss::Bce => 1.0,
        Loss::CrossEntropy => 0.5 * network.outputs() as f64,
        _ => return None,
    };
    if network.layers() > 1 || rows.len().saturating_mul(network.parameters()) > MOST_WORK {
        return None;
    }
    let at_zero = sharpness(shape, rows, gain, &vec![0.0; network.parameters()]).ok()?;
    Some(2.0 / (times * at_zero)).filter(|bound| bound.is_finite() && *bound > 0.0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use etascape_core::{Purpose, Stream, sharpness};
    use etascape_sweep::Experiment;

    use crate::facts::Facts;

    #[test]
    fn the_bound_of_a_classifier_is_above_every_curvature_and_is_come_to() {
        let bounds = |points: &str, loss: &str| {
            let text = format!("name = \"t\"\ndata.points = {points}\ntrain = {{ loss = \"{loss}\", steps = 9 }}\n");
            let experiment = Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap();
            let bound = Facts::of(&experiment).raw.unwrap().bound.unwrap()().unwrap();
            (bound, experiment.plan.job(0).unwrap())
        };
        // XᵀX = [90 12; 12 2] has the greatest eigenvalue 46 + √2080; standardised, it is [2 0; 0 2]. There are two rows.
        let greatest = 46.0 + 2080f64.sqrt();
        let is_near = |a: f64, b: f64| (a - b).abs() < 1e-9 * b;
        let (bce, _) = bounds("[[3, 0], [9, 1]]", "bce");
        assert!(is_near(bce.bound, 16.0 / greatest) && is_near(bce.standardized, 8.0), "{bce:?}");
        let (two, _) = bounds("[[3, 0], [9, 1]]", "cross_entropy");
        assert!(is_near(two.bound, 8.0 / greatest) && is_near(two.standardized, 4.0), "{two:?}");

        let (three, job) = bounds("[[3, 0], [9, 1], [-4, 2], [5, 2]]", "cross_entropy");
        let mut stream = Stream::new(3, Purpose::Generator, 0);
        let limit = |parameters: &[f64]| 2.0 / sharpness(&job.shape, &job.data.train, 1.0, parameters).unwrap();
        for _ in 0..50 {
            let drawn: Vec<f64> = (0..6).map(|_| 0.2 * stream.normal()).collect();
            assert!(limit(&drawn) >= three.bound * (1.0 - 1e-9), "{drawn:?}");
        }
        // With two classes alike and the third far below, p is (½, ½, 0).
        assert!(is_near(limit(&[0.0, 0.0, 0.0, 0.0, 0.0, -99.0]), three.bound));
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
