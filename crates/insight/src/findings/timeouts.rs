//! Runs that were ended after the time that they may take. Their results count.

use etascape_sweep::Status;

use crate::study::Study;

/// How many runs of a study were ended after their time, in words; `None` where none with a result was.
pub(super) fn timeouts(study: &Study<'_>) -> Option<String> {
    let is_late = |row: &usize| study.runs.status()[*row] == Status::Timeout && !study.failed(*row);
    let rows: Vec<usize> = (0..study.runs.len()).filter(is_late).collect();
    let reason = |row: usize| study.runs.text("reason", row).unwrap_or_default().into_owned();
    let first = reason(*rows.first()?);
    let how = if rows.iter().all(|&row| reason(row) == first) { &first } else { "ended after program.timeout" };
    Some(match (rows.len(), study.runs.len()) {
        (1, 1) => format!("The run was {how}"),
        (late, all) if late == all => format!("Each run was {how}"),
        (1, all) => format!("1 of {all} runs was {how}"),
        (late, all) => format!("{late} of {all} runs were {how}"),
    })
}
