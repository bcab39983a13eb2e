//! A sweep seen through its tables: parameters with values, runs with outcomes, and how they are sorted and chosen.

mod choice;
mod edge;
pub mod groups;
mod measure;
pub mod outcomes;
mod parameter;
mod rank;
pub mod sample;
pub mod seeds;
pub mod settings;
#[cfg(test)]
pub(crate) mod testing;
mod tolerance;
mod within;

use std::fmt;

use etascape_sweep::Status;

use crate::statistics::quartiles;
use crate::subject::Subject;
use crate::tables::{Numbers, Runs};

pub use choice::PANELS;
pub use edge::{limit, rate};
pub use measure::{Measure, TRAINABILITY, is_diverged, is_of_all};
pub use parameter::{Parameter, Range};
pub use rank::Rank;
pub use tolerance::{Tolerance, are_alike};
pub use within::{LeastSource, Level, Within, steps_name};

/// The column with the first step at which each run was known to be near the least loss, where [`Within`] applies. It is
/// computed, not read.
pub const STEPS_WITHIN: &str = "steps_within";

/// A column that `runs.csv` must have is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// Its name.
    pub column: String,
}

impl fmt::Display for MissingColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "runs.csv: there is no column {:?}", self.column)
    }
}

impl std::error::Error for MissingColumn {}

/// A sweep, seen through its tables.
pub struct Study<'a> {
    /// What the tables are about.
    pub subject: &'a Subject,
    /// The runs.
    pub runs: &'a Runs,
    /// The swept parameters, in plan order.
    pub parameters: Vec<Parameter<'a>>,
    /// The objective after the last step.
    pub final_loss: Numbers<'a>,
    /// The metric that the stop rules look at, after the last step.
    pub watched: Numbers<'a>,
    /// Updates made.
    pub steps: Numbers<'a>,
    /// The first step at which each run was known to be near the least value, where [`Within`] applies.
    within: Option<Numbers<'a>>,
    /// The watched metric at the first step, for programs only: it tells which runs ended there.
    first: Option<Numbers<'a>>,
    /// The least value of the objective, for programs only.
    least: Option<Numbers<'a>>,
}

impl<'a> Study<'a> {
    /// Finds the subject's parameters in the table.
    ///
    /// # Errors
    /// [`MissingColumn`] where the table lacks a parameter or a column that every table has.
    pub fn new(subject: &'a Subject, runs: &'a Runs) -> Result<Study<'a>, MissingColumn> {
        let missing = |path: &String| MissingColumn { column: path.clone() };
        let found =
            subject.parameters.iter().map(|swept| Parameter::new(swept, runs).ok_or_else(|| missing(&swept.path)));
        let parameters = found.collect::<Result<_, _>>()?;
        Ok(Study {
            subject,
            runs,
            parameters,
            final_loss: column(runs, &subject.objective.last())?,
            watched: column(runs, &format!("final_{}", subject.watched()))?,
            steps: column(runs, "steps")?,
            within: runs.numbers(STEPS_WITHIN).filter(|_| !runs.head().iter().any(|name| name == STEPS_WITHIN)),
            first: runs.numbers(&format!("initial_{}", subject.watched())).filter(|_| subject.limits.is_program),
            least: runs.numbers(&subject.objective.least()).filter(|_| subject.limits.is_program),
        })
    }

    /// Whether a run diverged.
    pub fn diverged(&self, row: usize) -> bool {
        self.runs.status()[row] == Status::Diverged
    }

    /// Whether a run converged or diverged at its start, before the first update: that tells nothing about η. A
    /// program's first numbers may be those of a trained model; so its run counts only if a limit given by the user
    /// ended it.
    pub fn ended_at_start(&self, row: usize) -> bool {
        if !matches!(self.runs.status()[row], Status::Converged | Status::Diverged) {
            return false;
        }
        match self.subject.limits.is_program {
            false => self.steps.get(row) == Some(0.0),
            true => self
                .first
                .and_then(|first| first.get(row))
                .is_some_and(|first| first.is_finite() && self.watched.get(row) == Some(first)),
        }
    }

    /// The first, the least and the last value of the objective of a program's run, as far as there are any.
    pub fn objective_range(&self, row: usize) -> [Option<f64>; 3] {
        let value = |numbers: &Option<Numbers<'_>>| numbers.as_ref().and_then(|numbers| numbers.get(row));
        [value(&self.first), value(&self.least), self.final_loss.get(row)]
    }

    /// Whether a run failed, so that its losses are not meaningful, or its time was over before it gave one.
    pub fn failed(&self, row: usize) -> bool {
        let status = self.runs.status()[row];
        status.is_failure() || status == Status::Timeout && self.final_loss.get(row).is_none()
    }

    /// The objective of a run after its last step; `None` where the run diverged or failed, or it is not finite.
    pub fn settled_loss(&self, row: usize) -> Option<f64> {
        self.final_loss.get(row).filter(|loss| loss.is_finite() && !self.diverged(row) && !self.failed(row))
    }

    /// The objective of a run after its last step; `None` as for [`settled_loss`](Self::settled_loss), and where the run was
    /// pruned, for it came to this in fewer steps than others.
    pub fn whole_loss(&self, row: usize) -> Option<f64> {
        self.settled_loss(row).filter(|_| self.runs.status()[row] != Status::Pruned)
    }

    /// The objective of a run after its last step as statistics over runs count it: infinitely bad where the run diverged,
    /// failed or was pruned, or it is not finite.
    pub fn counted_loss(&self, row: usize) -> f64 {
        self.whole_loss(row).unwrap_or(self.subject.objective.worst())
    }

    /// Quartiles of the objective over some runs, each as it [counts](Self::counted_loss): so the first or the last may be
    /// infinite. `None` where the median is: half of the runs or more came to no value.
    pub fn loss_quartiles(&self, rows: impl Iterator<Item = usize>) -> Option<[f64; 3]> {
        quartiles(rows.map(|row| self.counted_loss(row)).collect()).filter(|[_, median, _]| median.is_finite())
    }

    /// The objective of a run after its last step, smaller for better values; infinite where the run diverged, failed or was
    /// pruned, or it is not finite. Runs that the limit on their loss ended have converged alike: they get the limit.
    pub fn badness(&self, row: usize) -> f64 {
        let badness = self.subject.objective.badness(self.counted_loss(row));
        match (self.runs.status()[row], self.converged_alike()) {
            (Status::Converged, Some(alike)) => badness.max(alike),
            _ => badness,
        }
    }

    /// The limit on the objective at which runs have converged alike; `None` where the rules have none on it.
    pub fn converged_alike(&self) -> Option<f64> {
        let objective = &self.subject.objective;
        self.subject.limits.converged_below.filter(|_| objective.is_watched && !objective.maximise)
    }

    /// The parameter that varies the loss, where the objective is a loss: runs of different losses are never ranked against
    /// each other.
    pub fn losses(&self) -> Option<&Parameter<'a>> {
        self.varied_loss().filter(|_| !self.subject.objective.maximise)
    }

    /// The parameter that varies the loss of the engine, whatever the objective is.
    pub fn varied_loss(&self) -> Option<&Parameter<'a>> {
        self.parameter("train.loss").filter(|losses| !self.subject.limits.is_program && losses.varies())
    }

    /// The number of a run's loss among those of [`Study::varied_loss`]; 0 where none is varied.
    pub fn loss_number(&self, row: usize) -> usize {
        self.varied_loss().map_or(0, |losses| losses.value(row) as usize)
    }

    /// The steps that a run took to converge, if it did.
    pub fn steps_to_converge(&self, row: usize) -> Option<f64> {
        self.steps.get(row).filter(|_| self.runs.status()[row] == Status::Converged)
    }

    /// The first step at which a run was known to be near the least value, where [`Within`] applies.
    pub fn steps_within(&self, row: usize) -> Option<f64> {
        self.within.as_ref().and_then(|within| within.get(row))
    }

    /// Quartiles of the steps that a convergence chart shows for some runs: until they converged; where [`Within`] applies,
    /// until they were near the least value, as [`Study::steps_of_most`].
    pub fn steps_shown(&self, rows: impl ExactSizeIterator<Item = usize>) -> Option<[f64; 3]> {
        match &self.within {
            Some(_) => self.steps_of_most(rows),
            None => quartiles(rows.filter_map(|row| self.steps_to_converge(row)).collect()),
        }
    }

    /// Quartiles of the steps until runs were near the least value, over those that came there; `None` unless more than half
    /// of them did, so that no lucky run stands for the others.
    pub fn steps_of_most(&self, rows: impl ExactSizeIterator<Item = usize>) -> Option<[f64; 3]> {
        let count = rows.len();
        let steps: Vec<f64> = rows.filter_map(|row| self.steps_within(row)).collect();
        if 2 * steps.len() > count { quartiles(steps) } else { None }
    }

    /// The parameter of a path.
    pub fn parameter(&self, path: &str) -> Option<&Parameter<'a>> {
        self.parameters.iter().find(|parameter| parameter.path == path)
    }
}

fn column<'a>(runs: &'a Runs, name: &str) -> Result<Numbers<'a>, MissingColumn> {
    runs.numbers(name).ok_or_else(|| MissingColumn { column: name.to_owned() })
}
