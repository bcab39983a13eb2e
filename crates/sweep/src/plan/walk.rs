//! From run to run.

use std::ops::Range;
use std::sync::Arc;

use super::queue::Stretch;
use super::{Job, Plan};
use crate::error::ConfigError;
use crate::value::Value;

/// Goes through consecutive runs of a plan. What a run has in common with the one before is not worked out again.
pub struct Walk<'a> {
    plan: &'a Plan,
    left: Range<u64>,
    job: Option<Arc<Job>>,
    axes: Axes,
}

/// Where the axes of all parameters stand.
pub(super) struct Axes {
    pub digits: Vec<u64>,
    places: Vec<Place>,
}

/// Where a parameter's axis stands.
#[derive(Clone)]
struct Place {
    digit: Option<u64>,
    is_new: bool,
    number: f64,
}

impl Axes {
    pub fn new(plan: &Plan) -> Axes {
        let parameters = plan.sweep.parameters.len();
        Axes {
            digits: vec![0; parameters],
            places: vec![Place { digit: None, is_new: true, number: f64::NAN }; parameters],
        }
    }

    /// Goes to a run.
    pub fn go_to(&mut self, plan: &Plan, run: u64) {
        plan.sweep.write_digits(run, &mut self.digits);
        for ((place, &digit), parameter) in self.places.iter_mut().zip(&self.digits).zip(&plan.sweep.parameters) {
            place.is_new = place.digit != Some(digit);
            if place.is_new {
                place.digit = Some(digit);
                place.number = parameter.axis.number(digit);
            }
        }
    }

    /// The number at which a parameter stands.
    pub fn number(&self, which: usize) -> f64 {
        self.places[which].number
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(plan: &'a Plan, runs: Range<u64>) -> Walk<'a> {
        Walk { plan, left: runs, job: None, axes: Axes::new(plan) }
    }

    /// Goes to the next run; `None` behind the last.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn advance(&mut self) -> Result<Option<PlannedRun<'_>>, ConfigError> {
        let Some(run_id) = self.left.next() else { return Ok(None) };
        self.axes.go_to(self.plan, run_id);
        let is_other_job = self.plan.read.iter().any(|&which| self.axes.places[which].is_new);
        let job = match self.job.take() {
            Some(job) if !is_other_job => job,
            _ => self.plan.job_of(&self.axes.digits)?,
        };
        let job = self.job.insert(job);
        Ok(Some(PlannedRun { run_id, job, plan: self.plan, axes: &self.axes }))
    }

    /// Goes over the next runs that are known to have one job; `None` behind the last.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub(crate) fn stretch(&mut self) -> Result<Option<Stretch>, ConfigError> {
        let Some(PlannedRun { run_id, job, .. }) = self.advance()? else { return Ok(None) };
        let job = job.clone();
        if self.plan.read.is_empty() {
            self.left.start = self.left.end;
            return Ok(Some(Stretch { job, runs: run_id..self.left.end }));
        }
        Ok(Some(Stretch { job, runs: run_id..run_id + 1 }))
    }
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
    /// Its value of a parameter, by the parameter's place among [`Plan::parameters`], if it is not that of the run
    /// before on the walk.
    pub fn new_value(&self, which: usize) -> Option<Value> {
        self.axes.places[which].is_new.then(|| self.plan.sweep.parameters[which].value(self.axes.digits[which]))
    }
}
