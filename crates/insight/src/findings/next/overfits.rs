//! A held-out loss that was lower before the end of the runs.

use std::collections::BTreeMap;

use etascape_sweep::EngineMetric;
use etascape_sweep::program::{Measurement, training_and_held_out};
use etascape_text::rounded;

use super::super::finding::{Finding, FindingKind};
use super::super::objective::metrics;
use super::super::place::others;
use super::falling::steps_line;
use super::seen::Seen;
use crate::statistics::median;
use crate::study::Study;
use crate::study::outcomes::Outcome;
use crate::tables::Curve;

/// After its least value, a loss must rise by this factor …
const RISE: f64 = 1.1;
/// … without falling back by more than this share of the rise …
const FALLS_BACK: f64 = 0.5;
/// … in at least this share of the seeds.
const MOST: f64 = 0.8;
/// The least value must be lower by this share than the best at the end of all settings.
const GAIN: f64 = 0.05;
/// The points over which a curve is smoothed: the median of so many stands for the middle one.
const WINDOW: usize = 5;
/// The fewest points of a curve, and of the last quarter of its steps.
const POINTS: [usize; 2] = [10, 3];

/// That the held-out loss of a setting was clearly lower at an earlier step than that of any setting at its end.
pub fn overfits(study: &Study<'_>, seen: &Seen<'_>) -> Option<Finding> {
    let best = seen.outcomes.best(0).filter(|_| study.losses().is_none() && is_held_out_loss(study))?;
    let curves: BTreeMap<u64, Curve<'_>> =
        seen.curves.iter().flat_map(|curves| curves.iter()).map(|curve| (curve.run_id, curve)).collect();
    let of_setting = |one| Some((one, Rise::of(&curves_of(study, one, &curves)?)?));
    let rises = seen.outcomes.settings.iter().filter_map(of_setting);
    let (setting, rise): (&Outcome, Rise) = rises.min_by(|a, b| a.1.surely.total_cmp(&b.1.surely))?;
    if rise.surely > (1.0 - GAIN) * best.badness {
        return None;
    }
    let Rise { step, least, last, last_step, .. } = rise;
    let name = &study.subject.objective.name;
    let place = others(study, setting.row(), "");
    let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
    let end = match setting.row() == best.row() {
        true => String::new(),
        false => format!("; the best at the end is {}", rounded(best.badness, 3)),
    };
    let patience = if study.subject.limits.is_program { "" } else { " (stop.patience looks at the training loss)" };
    let [low, high] = [least, last].map(|value| rounded(value, 3));
    Some(Finding {
        kind: FindingKind::Overfits {
            run_id: study.runs.id(setting.row()),
            step,
            last_step,
            objective: [least, last],
            best: best.badness,
            seeds: setting.rows.len(),
        },
        sentence: format!(
            "The {name} is least before the end: {low} at step {step}{place}, then it rises to {high} at step {last_step}{end}: \
             take fewer steps, or weight decay{patience}"
        ),
        // Only then a run with fewer steps takes the same ones.
        line: steps_line(study, step).filter(|_| study.subject.facts.steps_only_end_runs),
    })
}

/// Whether the objective is a loss over held-out rows.
fn is_held_out_loss(study: &Study<'_>) -> bool {
    let objective = &study.subject.objective;
    if !study.subject.limits.is_program {
        return objective.name == EngineMetric::ValLoss.name();
    }
    let names: Vec<String> = std::iter::once(objective.name.clone()).chain(metrics(study.runs.head())).collect();
    let pair = training_and_held_out(&names, Measurement::Loss);
    !objective.maximise && pair.is_some_and(|[_, held_out]| names[held_out] == objective.name)
}

/// The curves of a setting's runs; `None` where one is not known.
fn curves_of<'c>(study: &Study<'_>, one: &Outcome, curves: &BTreeMap<u64, Curve<'c>>) -> Option<Vec<Curve<'c>>> {
    one.rows.iter().map(|&row| curves.get(&study.runs.id(row as usize)).copied()).collect()
}

/// A loss that rises again to the end.
struct Rise {
    /// The step at which it is least.
    step: u64,
    /// The loss there: the median over the seeds.
    least: f64,
    /// The same, or that of the smoothed curve where it is higher.
    surely: f64,
    /// The same at the end.
    last: f64,
    /// The last step.
    last_step: u64,
}

impl Rise {
    /// The rise of the curves of one setting; `None` where it is not clear. In the last quarter of the steps, even the least
    /// point must lie clearly above the smoothed curve at its least, and the curve must not fall back much on its way.
    fn of(curves: &[Curve<'_>]) -> Option<Rise> {
        let points = medians(curves);
        let &(last_step, last) = points.last()?;
        let late = points.iter().filter(|(step, _)| *step >= last_step - last_step / 4).map(|(_, loss)| *loss);
        if points.len() < POINTS[0] || late.clone().count() < POINTS[1] {
            return None;
        }
        let smoothed = points.windows(WINDOW).map(|near| median(near.iter().map(|(_, loss)| *loss).collect()));
        let smoothed = smoothed.enumerate().filter_map(|(at, loss)| Some((at + WINDOW / 2, loss?)));
        let (at, smooth) = smoothed.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let (step, least) = points[at];
        let surely = least.max(smooth);
        let rises = |curve: &&Curve<'_>| value_at(curve, step) < value_at(curve, last_step);
        let rising = curves.iter().filter(rises).count();
        let lowest = late.fold(f64::INFINITY, f64::min);
        let is_clear = least > 0.0
            && lowest > RISE * surely
            && greatest_fall(&points[at..]) <= FALLS_BACK * (lowest - surely)
            && rising as f64 >= MOST * curves.len() as f64;
        (is_clear && step > 0).then_some(Rise { step, least, surely, last, last_step })
    }
}

/// The greatest fall of a loss from an earlier point to a later one.
fn greatest_fall(points: &[(u64, f64)]) -> f64 {
    let fall = |(highest, most): (f64, f64), &(_, loss): &(u64, f64)| (loss.max(highest), most.max(highest - loss));
    points.iter().fold((f64::NEG_INFINITY, 0.0), fall).1
}

/// The median over some curves at each step of the longest that all have. A run keeps its last value after its end.
fn medians(curves: &[Curve<'_>]) -> Vec<(u64, f64)> {
    let Some(longest) = curves.iter().max_by_key(|curve| curve.steps.last()) else { return Vec::new() };
    let at = |&step: &u64| {
        let values: Option<Vec<f64>> = curves.iter().map(|curve| value_at(curve, step)).collect();
        Some((step, median(values?)?))
    };
    longest.steps.iter().filter_map(at).collect()
}

/// The value of a curve at a logged step, or its last one after its end; infinite where it is not finite.
fn value_at(curve: &Curve<'_>, step: u64) -> Option<f64> {
    let at = match curve.steps.binary_search(&step) {
        Ok(at) => at,
        Err(at) if at == curve.steps.len() => at.checked_sub(1)?,
        Err(_) => return None,
    };
    Some(curve.loss[at]).map(|loss| if loss.is_finite() { loss } else { f64::INFINITY })
}
