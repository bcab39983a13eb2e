//! What a column of the table says of a run, and what the runs of a cell come to.

use crate::study::Study;
use crate::tables::Numbers;

/// The measure that tells diverged runs apart, too.
pub const TRAINABILITY: &str = "trainability";

/// A column as statistics take it.
#[derive(Clone, Copy)]
pub struct Measure<'a> {
    numbers: Numbers<'a>,
    counts: Counts,
}

/// Which runs have a number that says something.
#[derive(Clone, Copy, PartialEq)]
enum Counts {
    /// All of them.
    All,
    /// Those that converged: steps.
    Converged,
    /// Those that neither diverged nor failed.
    Settled,
}

impl<'a> Measure<'a> {
    /// A column of numbers; `None` where there is no such column.
    pub fn of(study: &Study<'a>, name: &str) -> Option<Measure<'a>> {
        let counts = match name {
            "steps" => Counts::Converged,
            _ if is_of_all(study, name) => Counts::All,
            _ => Counts::Settled,
        };
        Some(Measure { numbers: study.runs.numbers(name)?, counts })
    }

    /// Whether diverged runs count as others do.
    pub fn is_of_all(&self) -> bool {
        self.counts == Counts::All
    }

    /// The number of a run, where it says something and is finite.
    pub fn value(&self, study: &Study<'_>, row: usize) -> Option<f64> {
        let is_counted = match self.counts {
            Counts::All => true,
            Counts::Converged => study.steps_to_converge(row).is_some(),
            Counts::Settled => !study.diverged(row) && !study.failed(row),
        };
        self.numbers.get(row).filter(|value| is_counted && value.is_finite())
    }
}

/// Whether diverged runs count in a column as others do: it was measured before they diverged, or measures just that.
pub fn is_of_all(study: &Study<'_>, name: &str) -> bool {
    name == TRAINABILITY || name.strip_prefix("initial_") == Some(&study.subject.objective.name)
}

/// Whether a cell as a whole is one that diverged: more than half of its runs did. The number of another is a statistic
/// over those of its runs that did not.
pub fn is_diverged(diverged: usize, runs: usize) -> bool {
    2 * diverged > runs
}
