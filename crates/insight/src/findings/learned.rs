//! Whether any run learned something.

use etascape_sweep::Status;
use etascape_text::rounded;

use super::finding::{Finding, FindingKind};
use crate::study::Study;
use crate::study::outcomes::MOST_RUNS;

/// A run is no better than another value unless it differs by more than this share of it: rounding.
const ROUNDING: f64 = 1e-9;
/// A run that is not better than a constant output by more than this share of its loss has learned nothing.
const MARGIN: f64 = 0.01;

/// That no run learned anything, where none did. `start` tells the objective of a row's run at its start.
///
/// None learned if no run that was trained ended better than it started, or none is more than 1 % better than the best
/// constant output, or than its start. Nothing is said where a run converged, or where a run's start is not known.
pub fn nothing_learned(study: &Study<'_>, start: impl Fn(usize) -> Option<f64>) -> Option<Finding> {
    let trained = || (0..study.runs.len()).filter(|&row| study.settled_loss(row).is_some());
    let is_decided = study.runs.len() <= MOST_RUNS
        && trained().next().is_some()
        && !study.runs.status().contains(&Status::Converged);
    let found = || {
        below_no_start(study, trained(), &start)
            .or_else(|| below_no_constant(study, trained()))
            .or_else(|| hardly_moved(study, trained(), &start))
    };
    is_decided.then(found)?
}

fn below_no_start(
    study: &Study<'_>,
    mut trained: impl Iterator<Item = usize> + Clone,
    start: impl Fn(usize) -> Option<f64>,
) -> Option<Finding> {
    let objective = &study.subject.objective;
    let best = best(study, trained.clone())?;
    let is_no_better = |row: usize| {
        let (Some(first), Some(last)) = (start(row), study.settled_loss(row)) else { return false };
        let (first, last) = (objective.badness(first), objective.badness(last));
        study.steps.get(row) > Some(0.0) && last >= first - ROUNDING * first.abs()
    };
    let at_start = start(best)?;
    let word = if objective.maximise { "above" } else { "below" };
    let value = study.settled_loss(best)?;
    // A program's first number may already be that of a trained model: only runs that are all alike learned nothing.
    let is_alike = |row: usize| {
        let off = study.settled_loss(row).map_or(f64::INFINITY, |last| (last - value).abs());
        !study.subject.limits.is_program || off <= ROUNDING * value.abs()
    };
    trained.all(|row| is_no_better(row) && is_alike(row)).then(|| Finding {
        kind: FindingKind::NothingLearned { objective: value, compared_with: at_start, at_start: true },
        sentence: match study.subject.limits.is_program {
            false => format!("No run got {word} where it started: {} {}", objective.name, rounded(at_start, 3)),
            true => format!("No run got {word} its first {}: {}", objective.name, rounded(at_start, 3)),
        },
        line: None,
    })
}

/// That no run of the engine ended more than 1 % below its start, of losses that are not negative. A start that theory knows
/// to be within 1 % of the least loss leaves nothing to learn.
fn hardly_moved(
    study: &Study<'_>,
    mut trained: impl Iterator<Item = usize> + Clone,
    start: impl Fn(usize) -> Option<f64>,
) -> Option<Finding> {
    let objective = &study.subject.objective;
    if study.subject.limits.is_program || objective.maximise || study.losses().is_some() {
        return None;
    }
    let best = best(study, trained.clone())?;
    let (first, value) = (start(best)?, study.settled_loss(best)?);
    let least = study.subject.theory.as_ref().map_or(0.0, |theory| theory.landscape.least_loss);
    let is_still = |row: usize| {
        let (Some(first), Some(last)) = (start(row), study.settled_loss(row)) else { return false };
        study.steps.get(row) > Some(0.0) && first > 0.0 && last >= (1.0 - MARGIN) * first
    };
    let is_open = least <= (1.0 - MARGIN) * first;
    (is_open && trained.all(is_still)).then(|| Finding {
        kind: FindingKind::HardlyMoved { objective: value, start: first },
        sentence: format!(
            "No run ended more than 1 % below its start: least {} {}, from {}",
            objective.name,
            rounded(value, 3),
            rounded(first, 3)
        ),
        line: None,
    })
}

/// The baseline must be that of all runs: of one loss.
fn below_no_constant(study: &Study<'_>, trained: impl Iterator<Item = usize>) -> Option<Finding> {
    let objective = &study.subject.objective;
    let baselines = &study.subject.facts.baselines;
    let baseline = baselines.values().next().filter(|_| baselines.len() == 1)?.metric(&objective.name)?;
    let value = study.settled_loss(best(study, trained)?)?;
    let is_learned = match objective.maximise {
        true => value > baseline + MARGIN * (1.0 - baseline),
        false => value < (1.0 - MARGIN) * baseline,
    };
    let most = if objective.maximise { "greatest" } else { "least" };
    let number = |value| rounded(value, 3);
    (!is_learned && baseline > 0.0).then(|| Finding {
        kind: FindingKind::NothingLearned { objective: value, compared_with: baseline, at_start: false },
        sentence: format!(
            "No run is more than 1 % better than a constant output: {most} {} {}, constant {}",
            objective.name,
            number(value),
            number(baseline)
        ),
        line: None,
    })
}

/// The row with the best objective.
fn best(study: &Study<'_>, rows: impl Iterator<Item = usize>) -> Option<usize> {
    let badness =
        |row: &usize| study.settled_loss(*row).map_or(f64::INFINITY, |loss| study.subject.objective.badness(loss));
    rows.min_by(|a, b| badness(a).total_cmp(&badness(b)))
}
