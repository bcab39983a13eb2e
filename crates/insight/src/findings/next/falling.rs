//! The best run still fell at its last step: how many steps more are worth trying.

use etascape_sweep::Status;
use etascape_text::{counted, rounded, short};

use super::super::finding::{Finding, FindingKind};
use super::seen::Seen;
use crate::study::Study;
use crate::tables::Curve;

/// A loss still falls if it fell by at least this share over the last half of the steps, and twice the steps gain as much.
const FELL: f64 = 0.05;
/// It must also have fallen by this share over the last quarter, so that it has not come to rest.
const LATELY: f64 = 0.01;
/// A loss below this share of that at the start is near enough to 0.
const SMALL: f64 = 1e-6;
/// A power of the step fits if no point is further from it than this share of the fall, in logarithms.
const FIT: f64 = 0.05;
/// A target below this share of the loss at the end is none.
const NOTHING: f64 = 1e-12;
/// A curve falls steadily over its last half if it rises above what it had come down to by no more than this share of the fall.
const RISE: f64 = 0.1;
/// The fewest points of a curve that tell a slope.
const POINTS: usize = 8;

/// That the best run still fell at its end, where no run converged. Where the loss was a power of the step over the last half
/// of the steps, the sentence says what twice the steps come to; over them it falls by the same share again.
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
    let fall = Fall::of(&curve, steps)?;
    let [half, last] = fall.loss;
    let late = at(&curve, steps - steps / 4)?;
    let is_small = best.start.is_some_and(|start| last <= SMALL * start);
    if is_small || (half - last) / half < FELL || (late - last) / late < LATELY || fall.gain() < FELL {
        return None;
    }
    if let Some(finding) = by_theory(study, run_id, [half, last], steps) {
        return Some(finding);
    }
    let goes_on = match fall.is_power {
        true => format!(
            "; if it goes on as that power of the step, {} come to {}",
            counted(2 * steps, "step"),
            rounded(last * last / half, 3)
        ),
        false => String::new(),
    };
    Some(Finding {
        kind: FindingKind::StillFalling { run_id, steps, objective: [half, last], proposed: 2 * steps },
        sentence: format!(
            "The best run still falls: {} {} at step {}, {} at step {steps}{goes_on}",
            objective.name,
            rounded(half, 3),
            steps / 2,
            rounded(last, 3),
        ),
        line: steps_line(study, 2 * steps),
    })
}

/// How a loss fell over the last half of the steps.
struct Fall {
    /// The loss after half of the steps, and at the end.
    loss: [f64; 2],
    /// The powers of the step as which it fell, before and after the middle of that half on a logarithmic axis.
    powers: [f64; 2],
    /// Whether it fell as one power of the step.
    is_power: bool,
}

impl Fall {
    /// The fall of a curve; `None` where a loss is not positive and finite, or it did not fall to the end, or not steadily.
    fn of(curve: &Curve<'_>, steps: u64) -> Option<Fall> {
        let places = [steps / 2, (steps as f64 * std::f64::consts::FRAC_1_SQRT_2) as u64, steps];
        if !is_steady(curve, places[0]) {
            return None;
        }
        let [first, middle, last] = places.map(|step| Some((libm::log(step as f64), libm::log(at(curve, step)?))));
        let (first, middle, last) = (first?, middle?, last?);
        let power = |a: (f64, f64), b: (f64, f64)| (a.1 - b.1) / (b.0 - a.0);
        let (powers, whole) = ([power(first, middle), power(middle, last)], power(first, last));
        let fits = |(&step, &loss): (&u64, &f64)| {
            let expected = first.1 - whole * (libm::log(step as f64) - first.0);
            (libm::log(loss) - expected).abs() <= FIT * (first.1 - last.1)
        };
        let is_power = curve.steps.iter().zip(curve.loss).filter(|(step, _)| **step > places[0]).all(fits);
        let is_falling = powers[1] > 0.0 && whole > 0.0;
        is_falling.then(|| Fall { loss: [first.1, last.1].map(libm::exp), powers, is_power })
    }

    /// The share that twice the steps take off. A loss that falls less and less goes on to do so.
    fn gain(&self) -> f64 {
        let [early, late] = self.powers;
        let slowing = if self.is_power || late >= early { 1.0 } else { late / early };
        1.0 - libm::exp2(-late * (slowing + slowing * slowing) / 2.0)
    }
}

/// Whether a curve ends at its least value, and fell from a step on without rising much between: no oscillation, no noise of
/// batches as large as the fall.
fn is_steady(curve: &Curve<'_>, from: u64) -> bool {
    let Some((&last, start)) = curve.loss.last().zip(at(curve, from)) else { return false };
    let mut least = start;
    let late = curve.steps.iter().zip(curve.loss).filter(|(step, _)| **step > from).map(|(_, loss)| *loss);
    let rises = late.map(|loss| {
        least = least.min(loss);
        loss - least
    });
    let rise = rises.fold(0.0, f64::max);
    curve.loss.iter().all(|loss| last <= *loss) && rise <= RISE * (start - last)
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
                if target > limit { format!("{}, 5 % above its least,", rounded(target, 3)) } else { short(limit) },
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
        line: steps_line(study, proposed),
    })
}

/// The key with so many steps, where it is one key for all runs.
pub fn steps_line(study: &Study<'_>, steps: u64) -> Option<String> {
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
