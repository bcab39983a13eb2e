//! Runs in f32 that rounding holds up.

use etascape_sweep::Status;
use etascape_text::rounded;

use super::super::finding::{Finding, FindingKind};
use crate::study::Study;

const PRECISION: &str = "train.precision";

/// That rounding to f32 holds up the run with the least training loss among those in f32 that did not converge. Where the runs
/// are judged by another metric, the training loss decides nothing.
pub fn stands_still(study: &Study<'_>) -> Option<Finding> {
    let of = study.subject.facts.stands_still.as_ref().filter(|_| study.subject.objective.is_watched)?;
    let is_swept = study.parameter(PRECISION).is_some();
    let is_candidate = |row: &usize| {
        let has_stopped = matches!(study.runs.status()[*row], Status::MaxSteps | Status::Plateau);
        has_stopped && (!is_swept || study.runs.text(PRECISION, *row).is_some_and(|word| word == "f32"))
    };
    let losses = (0..study.runs.len()).filter(is_candidate).filter_map(|row| Some((row, study.watched.get(row)?)));
    let (row, _) = losses.min_by(|a, b| a.1.total_cmp(&b.1))?;
    let run_id = study.runs.id(row);
    let found = of(run_id).filter(|found| found.in_f64.is_finite())?;
    let in_f64 = match found.converges_at {
        Some(step) => format!("converges at step {step}"),
        None => format!("comes to {}", rounded(found.in_f64, 3)),
    };
    Some(Finding {
        kind: FindingKind::StandsStill { run_id, since: found.since, loss: found.loss, in_f64: found.in_f64 },
        sentence: format!(
            "Rounding to f32 holds up run {run_id}: its updates are lost, and its loss stands still at {} from step {} on; in f64 \
             the same run {in_f64}",
            rounded(found.loss, 3),
            found.since,
        ),
        line: (!is_swept).then(|| format!("{PRECISION} = \"f64\"")),
    })
}
