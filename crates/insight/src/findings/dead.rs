//! Networks whose ReLUs died.

use etascape_text::{counted, rounded};

use super::finding::{Finding, FindingKind};
use crate::statistics::{extent, spread};
use crate::study::Study;
use crate::study::outcomes::MOST_RUNS;

/// That a layer of ReLUs is 0 for every row where training starts, in all runs.
pub fn at_start() -> Finding {
    Finding {
        kind: FindingKind::DeadRelus { at_start: true, runs: None, of: None },
        sentence:
            "Where training starts, all units of a layer are 0 for every row, so no gradient passes it: try other \
                   seeds, or wider layers"
                .to_owned(),
        line: None,
    }
}

/// The same where training ends, and of how many runs.
pub fn at_end(study: &Study<'_>) -> Option<Finding> {
    let at_end = study.subject.facts.dead_at_end.as_ref().filter(|_| study.runs.len() <= MOST_RUNS)?;
    let settled: Vec<usize> = (0..study.runs.len()).filter(|&row| study.settled_loss(row).is_some()).collect();
    let rows: Vec<usize> = spread(settled.len(), at_end.most).into_iter().map(|at| settled[at]).collect();
    let logged = |row: usize| move |name: &str| study.runs.numbers(name).and_then(|column| column.get(row));
    let dead: Vec<usize> =
        rows.iter().copied().filter(|&row| (at_end.is_dead)(study.runs.id(row), &logged(row))).collect();
    let rates = study.rate().filter(|rate| rate.varies());
    let place = rates.and_then(|rate| Some((rate, extent(dead.iter().map(|&row| rate.value(row)))?)));
    let place = place.map(|(rate, (low, high))| match low == high {
        true => format!(" at {} = {}", rate.short(), rounded(low, 3)),
        false => format!(" at {} from {} to {}", rate.short(), rounded(low, 3), rounded(high, 3)),
    });
    let looked_at = if rows.len() < settled.len() { " looked at" } else { "" };
    let which = match dead.len() {
        0 => return None,
        count if count == rows.len() => format!("all {}{looked_at}", counted(count, "run")),
        count => format!("{count} of {}{}", counted(rows.len(), "run"), looked_at),
    };
    Some(Finding {
        kind: FindingKind::DeadRelus { at_start: false, runs: Some(dead.len()), of: Some(rows.len()) },
        sentence: format!(
            "Where training ends, all units of a layer are 0 for every row in {which}{}: these ReLUs died",
            place.unwrap_or_default()
        ),
        line: None,
    })
}
