//! Trains a run again, for what its log leaves out.

use etascape_core::{CurvePoint, CurveSteps, Data, Hyper, InstructionSet, RunRecord, Schedule, Shape, StopReason};
use etascape_sweep::{EngineMetric, Job, Plan, train_as_logged};

/// The most rows times parameters times steps that are trained again: a second or two.
pub(crate) const MOST_WORK: u128 = 1_000_000_000;

/// Rows times parameters times steps of a run.
pub(crate) fn work(job: &Job) -> u128 {
    let (rows, parameters) = (job.data.train.len() as u128, job.shape.network.parameters() as u128);
    (rows * parameters).saturating_mul(job.shape.steps.into())
}

/// Trains a run again, by its shape with some changes; `None` where it cannot be trained so.
pub(crate) fn again(plan: &Plan, job: &Job, run: u64, change: impl FnOnce(Shape) -> Shape) -> Option<RunRecord> {
    train(&job.data, change(Shape::clone(&job.shape)), plan.hyper(job, run))
}

fn train(data: &Data, shape: Shape, hyper: Hyper) -> Option<RunRecord> {
    let shape = Shape { sharpness_every: 0, trainability: false, ..shape };
    train_as_logged(InstructionSet::best(), &shape, data, &mut [hyper].iter()).ok()?.pop()
}

/// The objective that a run comes to on some data; `None` where it diverges, or the objective is not finite.
pub(crate) fn objective_on(data: &Data, shape: &Shape, hyper: Hyper, objective: EngineMetric) -> Option<f64> {
    let shape = Shape { curve: CurveSteps::None, log_parameters: false, log_batch_loss: false, ..shape.clone() };
    let record = train(data, shape, hyper).filter(|record| record.stop_reason != StopReason::Diverged)?;
    let metrics = record.extras().metrics;
    let value = match objective {
        EngineMetric::Loss => Some(record.final_loss),
        EngineMetric::ValLoss => metrics.val_loss,
        EngineMetric::Accuracy => metrics.accuracy,
        EngineMetric::ValAccuracy => metrics.val_accuracy,
    };
    value.filter(|value| value.is_finite())
}

/// The two parameters of a run after each of its first updates, so many at most; the start comes first. `None` where they
/// would take long to compute.
pub(crate) fn steps_of(plan: &Plan, run: u64, most: u64) -> Option<Vec<(f64, f64)>> {
    /// The most updates times rows, and the most steps of a schedule.
    const MOST: u64 = 4_000_000;
    let job = plan.job(run).ok()?;
    let is_constant = job.shape.schedule == Schedule::default();
    let steps = if is_constant { most } else { job.shape.steps };
    if most.saturating_mul(job.data.train.len() as u64) > MOST || steps > MOST {
        return None;
    }
    let curve = CurveSteps::Every(1);
    let every = |shape: Shape| Shape { steps, cut: Some(most), curve, log_parameters: true, ..shape };
    let point = |point: &CurvePoint| match point.parameters[..] {
        [first, second] => Some((first, second)),
        _ => None,
    };
    again(plan, &job, run, every)?.curve.iter().map(point).collect()
}

/// How many runs of a job may be trained again for [`parameters_at_end`], which takes a second or two.
pub(crate) fn affordable(job: &Job) -> usize {
    /// The most numbers of a curve.
    const MOST_NUMBERS: u128 = 4_000_000;
    let (shape, parameters) = (&job.shape, job.shape.network.parameters() as u128);
    let numbers = u128::from(shape.curve.count(shape.steps)).saturating_mul(parameters);
    if numbers > MOST_NUMBERS { 0 } else { (MOST_WORK / work(job).max(1)) as usize }
}

/// The parameters of a run where it ended; `None` where it cannot be trained.
pub(crate) fn parameters_at_end(plan: &Plan, run: u64) -> Option<Vec<f64>> {
    let job = plan.job(run).ok()?;
    let record = again(plan, &job, run, |shape| Shape { log_parameters: true, ..shape })?;
    Some(record.parameters.into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use etascape_sweep::Experiment;
    use std::path::Path;

    /// One neuron, two points, and a rate of which 1/64 is a float.
    fn plan(train: &str) -> std::sync::Arc<Plan> {
        let text = format!(
            "name = \"t\"\n[data]\npoints = [[3, 7], [9, 13]]\n[init]\nw = 3.0\nb = -8.0\n[train]\n{train}\n\
             [log]\ncurve_points = 2\n[sweep.parameters]\n\"train.learning_rate\" = [0.015625, 0.0078125]\n"
        );
        Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap().plan
    }

    #[test]
    fn every_step_is_that_of_gradient_descent() {
        let steps = steps_of(&plan("steps = 1000000"), 1, 20).unwrap();
        assert_eq!(steps.len(), 21);
        let mut point = (3.0, -8.0);
        for step in steps {
            assert!((step.0 - point.0).abs() < 1e-9 && (step.1 - point.1).abs() < 1e-9, "{step:?} {point:?}");
            let off = |x: f64, t: f64| point.0 * x + point.1 - t;
            let (first, second) = (off(3.0, 7.0), off(9.0, 13.0));
            point = (point.0 - (3.0 * first + 9.0 * second) / 128.0, point.1 - (first + second) / 128.0);
        }
    }

    #[test]
    fn the_end_is_that_of_the_steps() {
        let plan = plan("steps = 20");
        let (w, b) = steps_of(&plan, 1, 20).unwrap()[20];
        assert_eq!(parameters_at_end(&plan, 1), Some(vec![w, b]));
        assert_eq!(affordable(&plan.job(1).unwrap()), 12_500_000, "2 rows, 2 parameters, 20 steps");
    }

    #[test]
    fn a_run_that_ends_early_has_so_many_steps() {
        assert_eq!(steps_of(&plan("steps = 3"), 0, 3).map(|steps| steps.len()), Some(4));
        assert!(steps_of(&plan("steps = 1000000000"), 0, 1_000_000_000).is_none(), "too many to train again");
    }
}
