//! What is worth trying next, with the line that does it.

mod diverged;
mod falling;
mod rates;
mod seen;

use super::finding::{Finding, FindingKind};
use crate::study::Study;

pub use seen::Seen;

/// How many proposals are made.
const MOST: usize = 3;

/// What is worth trying next, the most useful first.
pub fn proposals(study: &Study<'_>, seen: &Seen<'_>) -> Vec<Finding> {
    if seen.all_diverged {
        return diverged::all_diverged(study, seen.outcomes);
    }
    let zero = seen.nothing.filter(|_| study.subject.facts.starts_at_zero).map(|_| starts_at_zero());
    // Where all rates lead nowhere, their order is rounding.
    let is_ranked =
        !matches!(seen.nothing.map(|one| &one.kind), Some(FindingKind::NothingLearned { at_start: true, .. }));
    let ranked =
        || [rates::best_at_edge(study, seen), falling::still_falling(study, seen), rates::too_coarse(study, seen)];
    zero.into_iter().chain(is_ranked.then(ranked).into_iter().flatten().flatten()).take(MOST).collect()
}

fn starts_at_zero() -> Finding {
    Finding {
        kind: FindingKind::StartsAtZero,
        sentence: "All weights start at 0, so the units of a layer stay alike: draw them".to_owned(),
        line: Some("init.scheme = \"glorot_uniform\"".to_owned()),
    }
}
