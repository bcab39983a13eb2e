//! A numeric column as statistics use it: which runs count, and when a cell counts as diverged.

use crate::statistics::quartiles;
use crate::study::Study;
use crate::tables::Numbers;

/// The measure in which diverged runs count as others do.
pub const TRAINABILITY: &str = "trainability";

/// A column as statistics use it.
#[derive(Clone, Copy)]
pub struct Measure<'a> {
    numbers: Numbers<'a>,
    counts: Counts,
}

/// The runs whose number is meaningful.
#[derive(Clone, Copy, PartialEq)]
enum Counts {
    /// All of them.
    All,
    /// Those that converged, in the column of steps.
    Converged,
    /// Those that neither diverged nor failed.
    Settled,
    /// Likewise, in the column of the objective; in statistics all of them, as [`Study::counted_loss`].
    Objective,
}

impl<'a> Measure<'a> {
    /// A column of numbers; `None` where there is no such column.
    pub fn of(study: &Study<'a>, name: &str) -> Option<Measure<'a>> {
        let counts = match name {
            "steps" => Counts::Converged,
            _ if is_of_all(study, name) => Counts::All,
            _ if name == study.subject.objective.last() => Counts::Objective,
            _ => Counts::Settled,
        };
        Some(Measure { numbers: study.runs.numbers(name)?, counts })
    }

    /// Whether diverged runs count like the others.
    pub fn is_of_all(&self) -> bool {
        self.counts == Counts::All
    }

    /// The number of a run; `None` where it is not meaningful or not finite.
    pub fn value(&self, study: &Study<'_>, row: usize) -> Option<f64> {
        let is_counted = match self.counts {
            Counts::All => true,
            Counts::Converged => study.steps_to_converge(row).is_some(),
            Counts::Settled | Counts::Objective => !study.diverged(row) && !study.failed(row),
        };
        self.numbers.get(row).filter(|value| is_counted && value.is_finite())
    }

    /// Quartiles over some runs: of the objective as [`Study::loss_quartiles`], else over those with a meaningful number.
    pub fn quartiles(&self, study: &Study<'_>, rows: impl Iterator<Item = usize>) -> Option<[f64; 3]> {
        match self.counts {
            Counts::Objective => study.loss_quartiles(rows),
            _ => quartiles(rows.filter_map(|row| self.value(study, row)).collect()),
        }
    }
}

/// Whether diverged runs count in a column like the others: it was measured before they diverged, or measures divergence.
pub fn is_of_all(study: &Study<'_>, name: &str) -> bool {
    name == TRAINABILITY || name.strip_prefix("initial_") == Some(study.subject.watched())
}

/// Whether a cell counts as diverged: half of its runs or more diverged, so that its median is infinitely bad.
pub fn is_diverged(diverged: usize, runs: usize) -> bool {
    diverged > 0 && 2 * diverged >= runs
}
