//! Charts that would say nothing, and the sentences that say so.

use etascape_insight::study::Study;
use etascape_text::{counted, rounded};

/// Why a chart is not drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Absent {
    /// The sweep has nothing of its kind.
    NotApplicable,
    /// It would say nothing. In words, without a full stop.
    Empty(String),
}

/// A chart, or why there is none.
pub(crate) type Picture<T> = Result<T, Absent>;

/// Numbers nearer to each other than this share of their size are the same: they differ by rounding.
const SAME: f64 = 1e-6;

impl Absent {
    /// A chart of this name would say nothing, for a reason.
    pub(super) fn empty(chart: &str, reason: &str) -> Absent {
        Absent::Empty(format!("the {chart} would say nothing, so there is none: {reason}"))
    }
}

/// So near to each other, numbers look the same: axes are made wider than they are.
const FLAT: f64 = 1e-3;

/// The number that all of some finite numbers are, but for rounding; `None` of none, or where they differ.
pub(super) fn the_same(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    within(numbers, SAME)
}

/// The greatest of some finite numbers that as colours look the same; `None` of none, or where they differ.
pub(super) fn looks_the_same(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    within(numbers, FLAT)
}

fn within(numbers: impl Iterator<Item = f64>, share: f64) -> Option<f64> {
    let (low, high) = etascape_plot::axis::extent(numbers)?;
    (high - low <= share * low.abs().max(high.abs())).then_some(high)
}

/// That all runs with a final number ended at the same one.
pub(super) fn all_end_at(study: &Study<'_>, count: usize, number: f64) -> String {
    let name = study.subject.objective.name.replace('_', " ");
    match count {
        1 => format!("only 1 run has a final {name}, {}", rounded(number, 4)),
        _ => format!("{} end at a {name} of {}", counted(count, "run"), rounded(number, 4)),
    }
}

/// That no run has a final number.
pub(super) fn none_ends(study: &Study<'_>) -> String {
    format!("no run has a final {}: they diverged or failed, or it is not finite", study.subject.objective.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_differ_by_rounding_are_the_same() {
        let same = |numbers: &[f64]| the_same(numbers.iter().copied());
        assert_eq!(same(&[0.7, 0.7, 0.7 + 1e-12]), Some(0.7 + 1e-12));
        assert_eq!([same(&[]), same(&[0.9990, 0.9995]), same(&[0.0, 1e-300])], [None; 3]);
        assert_eq!([same(&[0.0, 0.0]), same(&[-3.0])], [Some(0.0), Some(-3.0)]);
        assert_eq!(looks_the_same([0.9990, 0.9995].into_iter()), Some(0.9995));
        assert_eq!(looks_the_same([0.99, 1.0].into_iter()), None);
    }
}
