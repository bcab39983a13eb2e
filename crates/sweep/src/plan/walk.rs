//! Goes through consecutive runs of a plan.

use std::ops::Range;
use std::sync::Arc;

use super::runs::{Job, Plan};
use crate::error::ConfigError;
use crate::spec::axis::AxisIndex;
use crate::value::Value;

/// Goes through consecutive runs of a plan. What does not change from one run to the next is not computed again.
pub struct Walk<'a> {
    plan: &'a Plan,
    left: Range<u64>,
    job: Option<Arc<Job>>,
    axes: Axes,
}

/// The position of every parameter on its axis.
pub(super) struct Axes {
    pub indices: Vec<AxisIndex>,
    positions: Vec<Position>,
}

/// The position of a parameter on its axis.
#[derive(Clone)]
struct Position {
    index: Option<AxisIndex>,
    is_new: bool,
    number: f64,
}

impl Axes {
    pub fn new(plan: &Plan) -> Axes {
        let parameters = plan.parameters().len();
        Axes {
            indices: vec![AxisIndex::default(); parameters],
            positions: vec![Position { index: None, is_new: true, number: f64::NAN }; parameters],
        }
    }

    /// Goes to a run.
    pub fn go_to(&mut self, plan: &Plan, run: u64) {
        plan.sweep.write_indices(run, &mut self.indices);
        for ((position, &index), parameter) in self.positions.iter_mut().zip(&self.indices).zip(plan.parameters()) {
            position.is_new = position.index != Some(index);
            if position.is_new {
                position.index = Some(index);
                position.number = parameter.axis.number(index);
            }
        }
    }

    /// The number of a parameter at its position.
    pub fn number(&self, which: usize) -> f64 {
        self.positions[which].number
    }
}

impl Plan {
    /// Goes through consecutive runs, which must be below [`Plan::runs`].
    pub fn walk(&self, runs: Range<u64>) -> Walk<'_> {
        Walk::new(self, runs)
    }
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Plan, runs: Range<u64>) -> Walk<'a> {
        Walk { plan, left: runs, job: None, axes: Axes::new(plan) }
    }

    /// Goes to the next run; `None` after the last.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn advance(&mut self) -> Result<Option<PlannedRun<'_>>, ConfigError> {
        let Some(run_id) = self.left.next() else { return Ok(None) };
        self.axes.go_to(self.plan, run_id);
        let is_other_job = self.plan.setters.spec.iter().any(|(which, _)| self.axes.positions[*which].is_new);
        let job = match self.job.take() {
            Some(job) if !is_other_job => job,
            _ => self.plan.job_of(&self.axes.indices)?,
        };
        let job = self.job.insert(job);
        Ok(Some(PlannedRun { run_id, job, plan: self.plan, axes: &self.axes }))
    }

    /// Skips the next runs that have the same job, and returns them; `None` after the last.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub(crate) fn stretch(&mut self) -> Result<Option<Stretch>, ConfigError> {
        let Some(PlannedRun { run_id, job, .. }) = self.advance()? else { return Ok(None) };
        let job = job.clone();
        if self.plan.setters.spec.is_empty() {
            self.left.start = self.left.end;
            return Ok(Some(Stretch { job, runs: run_id..self.left.end }));
        }
        Ok(Some(Stretch { job, runs: run_id..run_id + 1 }))
    }
}

/// Consecutive runs with the same job.
pub(crate) struct Stretch {
    pub job: Arc<Job>,
    pub runs: Range<u64>,
}

/// A run on a [`Walk`].
pub struct PlannedRun<'w> {
    /// Its number.
    pub run_id: u64,
    /// What it shares with others.
    pub job: &'w Arc<Job>,
    plan: &'w Plan,
    axes: &'w Axes,
}

impl PlannedRun<'_> {
    /// The value of a parameter, by its index in [`Plan::parameters`]; `None` where it is that of the run before.
    pub fn new_value(&self, which: usize) -> Option<Value> {
        self.axes.positions[which].is_new.then(|| self.plan.parameters()[which].value(self.axes.indices[which]))
    }
}
