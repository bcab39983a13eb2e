//! The best run still fell at its last step: how many steps more are worth trying.

use etascape_sweep::Status;
use etascape_text::{counted, rounded, short};

use super::super::finding::{Finding, FindingKind};
use super::seen::Seen;
use crate::study::Study;
use crate::tables::Curve;

/// A loss still falls if it fell by at least this share over the last half of the steps …
const FELL: f64 = 0.05;
/// … and by at least this share over the last quarter, so that it does not fall less and less.
const LATELY: f64 = 0.01;
/// A target below this share of the loss at the end is none.
const NOTHING: f64 = 1e-12;
/// The fewest points of a curve that tell a slope.
const POINTS: usize = 8;

/// That the best run still fell at its end, where no run converged. The model: the loss goes on as the power of the step that it was over the last
/// half of the steps. Over twice the steps it then falls by the same share again.
pub fn still_falling(study: &Study<'_>, seen: &Seen<'_>) -> Option<Finding> {
    let objective = &study.subject.objective;
    let best = seen.outcomes.best(0).filter(|_| study.losses().is_none() && !objective.maximise)?;
    let row = best.best_row(study)?;
    let run_id = study.runs.id(row);
    let curve = seen.curves.iter().flat_map(|curves| curves.iter()).find(|curve| curve.run_id == run_id)?;
    let steps = study.steps.get(row)? as u64;
    let is_at_end = study.runs.status()[row] == Status::MaxSteps && seen.rates.is_none();
    if !is_at_end || curve.steps.len() < POINTS || curve.steps.last() != Some(&steps) {
        return None;
    }
    let [half, late, last] = [steps / 2, steps - steps / 4, steps].map(|step| at(&curve, step));
    let (half, late, last) = (half?, late?, last?);
    let share = (half - last) / half;
    if last <= 0.0 || share < FELL || (late - last) / late < LATELY {
        return None;
    }
    if let Some(finding) = by_theory(study, run_id, [half, last], steps) {
        return Some(finding);
    }
    Some(Finding {
        kind: FindingKind::StillFalling { run_id, steps, objective: [half, last], proposed: 2 * steps },
        sentence: format!(
            "The best run still falls: {} {} at step {}, {} at step {steps}; if it goes on as that power of the step, \
             {} come to {}",
            objective.name,
            rounded(half, 3),
            steps / 2,
            rounded(last, 3),
            counted(2 * steps, "step"),
            rounded(last * last / half, 3)
        ),
        line: line(study, 2 * steps),
    })
}

/// The same for a linear model, whose theory knows how many steps come to a loss: to `stop.converged_below`, or within 5 %
/// of the least loss where that is higher. Where both are 0, it knows what twice the steps come to.
fn by_theory(study: &Study<'_>, run_id: u64, objective: [f64; 2], steps: u64) -> Option<Finding> {
    let theory = study.subject.theory.as_ref().filter(|_| study.subject.objective.is_watched)?;
    let least = theory.landscape.least_loss;
    let limit = study.subject.limits.converged_below.unwrap_or(0.0);
    let target = limit.max(least * (1.0 + FELL));
    let (proposed, words) = match target > NOTHING * objective[1] {
        true => {
            let proposed = theory.steps_until(run_id, target).filter(|&proposed| proposed > steps)?;
            (
                proposed,
                if target > limit { format!("{}, 5 % above its least", rounded(target, 3)) } else { short(limit) },
            )
        }
        false => (2 * steps, rounded(theory.loss_after(run_id, 2 * steps)?, 3)),
    };
    Some(Finding {
        kind: FindingKind::StillFalling { run_id, steps, objective, proposed },
        sentence: format!(
            "The best run still falls; by theory its loss comes to {words} after {}",
            counted(proposed, "step")
        ),
        line: line(study, proposed),
    })
}

/// The key with so many steps, where it is one key for all runs.
fn line(study: &Study<'_>, steps: u64) -> Option<String> {
    let is_key = !study.subject.limits.is_program && study.parameter("train.steps").is_none();
    is_key.then(|| format!("train.steps = {steps}"))
}

/// The value at a step of a curve, between logged steps on the straight line in the logarithms of both; `None` where a
/// value around is not positive and finite.
fn at(curve: &Curve<'_>, step: u64) -> Option<f64> {
    let next = curve.steps.partition_point(|&logged| logged < step);
    let (right, value) = (*curve.steps.get(next)?, *curve.loss.get(next)?);
    let is_number = |value: f64| value.is_finite() && value > 0.0;
    if right == step {
        return Some(value).filter(|&value| is_number(value));
    }
    let (left, before) = (*curve.steps.get(next.checked_sub(1)?)?, curve.loss[next - 1]);
    let is_between = left > 0 && is_number(before) && is_number(value);
    let part = libm::log(step as f64 / left as f64) / libm::log(right as f64 / left as f64);
    is_between.then(|| before * libm::pow(value / before, part))
}
