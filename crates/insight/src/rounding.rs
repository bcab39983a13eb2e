//! Whether rounding holds up a run in f32: the run again, and the same in f64.

use std::sync::Arc;

use etascape_core::{CurveSteps, Precision, RunRecord, Shape, StopReason};
use etascape_sweep::{Job, Plan};

use crate::retrain::{MOST_WORK, again, work};

/// The points of its curve.
const POINTS: u64 = 64;
/// A loss stands still if it moved by no more than this share of itself over the last eighth of the points.
const STILL: f64 = 1e-3;
/// Rounding is what holds it up if the run in f64 converges, or its loss comes below this share of that in f32.
const BELOW: f64 = 0.5;

/// A run in f32 whose loss stands still, and the same run in f64, whose loss goes on falling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandsStill {
    /// The training loss at which it stands.
    pub loss: f64,
    /// A step from which on it stands.
    pub since: u64,
    /// The training loss at the end of the run in f64.
    pub in_f64: f64,
    /// The step at which the run in f64 converged, if it did.
    pub converges_at: Option<u64>,
}

/// Tells of a run by its id whether rounding holds it up; `None` where it does not, where the run is in f64, or where that
/// takes long to find out.
pub type StandsStillOf = Box<dyn Fn(u64) -> Option<StandsStill> + Send + Sync>;

/// What tells it of the runs of a plan; `None` where all are in f64.
pub(crate) fn stands_still(plan: &Arc<Plan>, jobs: &[Arc<Job>]) -> Option<StandsStillOf> {
    if !jobs.iter().any(|job| job.shape.precision == Precision::F32) {
        return None;
    }
    let plan = plan.clone();
    Some(Box::new(move |run| {
        let job = plan.job(run).ok().filter(|job| job.shape.precision == Precision::F32)?;
        if work(&job) > MOST_WORK {
            return None;
        }
        let curve = CurveSteps::Every(job.shape.steps.div_ceil(POINTS));
        let train = |precision: Precision| {
            let changed = |shape| Shape { precision, curve, log_parameters: false, log_batch_loss: false, ..shape };
            again(&plan, &job, run, changed)
        };
        compared(&train(Precision::F32)?, || train(Precision::F64))
    }))
}

/// Whether the loss of a run stands still at its end, and in f64 does not.
fn compared(single: &RunRecord, in_f64: impl FnOnce() -> Option<RunRecord>) -> Option<StandsStill> {
    if !matches!(single.stop_reason, StopReason::MaxSteps | StopReason::Plateau) {
        return None;
    }
    // All of its losses are finite.
    let loss = single.final_loss;
    let moved = single.curve.iter().rposition(|point| (point.loss - loss).abs() > STILL * loss);
    let still = &single.curve[moved.map_or(0, |moved| moved + 1)..];
    if loss <= 0.0 || still.len() < (single.curve.len() / 8).max(3) {
        return None;
    }
    let double = in_f64()?;
    let converges_at = (double.stop_reason == StopReason::Converged).then_some(double.steps);
    let is_far_below = double.final_loss < BELOW * loss && double.stop_reason != StopReason::Diverged;
    let goes_on = is_far_below || converges_at.is_some();
    goes_on.then(|| StandsStill { loss, since: still[0].step, in_f64: double.final_loss, converges_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use etascape_sweep::Experiment;
    use std::path::Path;

    /// What is told of the first run on a line, exact or beside it by some noise.
    fn told(noise: f64, train: &str, stop: &str) -> Option<StandsStill> {
        let text = format!(
            "name = \"t\"\ndata.generator = {{ kind = \"line\", rows = 20, slope = 2.1, intercept = 0.7, noise = {noise} }}\n\
             init = {{ w = -1.3, b = 3.3 }}\ntrain = {{ loss = \"mse\", {train} }}\nstop = {{ {stop} }}\n"
        );
        let experiment = Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap();
        Facts::of(&experiment).stands_still.and_then(|of| of(0))
    }

    #[test]
    fn a_run_that_rounding_holds_up_is_told_from_others() {
        let single = "precision = \"f32\", learning_rate = 0.1";
        let never = "converged_below = 0.0";
        let found = told(0.0, &format!("{single}, steps = 3000"), never).unwrap();
        assert!(found.loss > 1e-15 && found.loss < 1e-9 && found.in_f64 < 1e-20, "{found:?}");
        assert!(found.since > 0 && found.since < 2000 && found.converges_at.is_none(), "{found:?}");
        let limited = told(0.0, &format!("{single}, steps = 3000"), "converged_below = 1e-18").unwrap();
        assert!(limited.converges_at.is_some_and(|step| step > found.since && step < 3000), "{limited:?}");

        let below = format!("converged_below = {:e}", 0.9 * found.loss);
        assert!(told(0.0, &format!("{single}, steps = 3000"), &below).is_some_and(|one| one.converges_at.is_some()));

        assert_eq!(told(0.0, &format!("{single}, steps = 40"), never), None, "it still falls");
        assert_eq!(told(0.0, &format!("{single}, steps = 3000"), "converged_below = 1e-6"), None, "it converged");
        assert_eq!(told(0.3, &format!("{single}, steps = 3000"), never), None, "so it does in f64: at its least");
        assert_eq!(told(0.0, "learning_rate = 0.1, steps = 3000", never), None, "it is in f64");
        assert_eq!(told(0.0, &format!("{single}, steps = 100000000"), never), None, "that takes long");
    }
}
