//! From run to run.

use std::ops::Range;
use std::sync::Arc;

use etascape_core::Hyper;

use super::{Job, Plan};
use crate::error::ConfigError;
use crate::value::Value;

/// Goes through consecutive runs of a plan. What a run has in common with the one before is not worked out again.
pub struct Walk<'a> {
    plan: &'a Plan,
    left: Range<u64>,
    job: Option<Arc<Job>>,
    places: Vec<Place>,
    digits: Vec<u64>,
}

/// Where a parameter's axis stands.
#[derive(Clone)]
struct Place {
    digit: Option<u64>,
    is_new: bool,
    number: f64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(plan: &'a Plan, runs: Range<u64>) -> Walk<'a> {
        let places = vec![Place { digit: None, is_new: true, number: f64::NAN }; plan.sweep.parameters.len()];
        let digits = vec![0; plan.sweep.parameters.len()];
        Walk { plan, left: runs, job: None, places, digits }
    }

    /// Goes to the next run; `None` behind the last.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn advance(&mut self) -> Result<Option<PlannedRun<'_>>, ConfigError> {
        let Some(run_id) = self.left.next() else { return Ok(None) };
        self.plan.sweep.write_digits(run_id, &mut self.digits);
        for ((place, &digit), parameter) in self.places.iter_mut().zip(&self.digits).zip(&self.plan.sweep.parameters) {
            place.is_new = place.digit != Some(digit);
            if place.is_new {
                place.digit = Some(digit);
                place.number = parameter.axis.number(digit);
            }
        }
        let is_other_job = self.plan.read.iter().any(|&which| self.places[which].is_new);
        let job = match self.job.take() {
            Some(job) if !is_other_job => job,
            _ => self.plan.job_of(&self.digits)?,
        };
        let job = self.job.insert(job);
        Ok(Some(PlannedRun { run_id, job, plan: self.plan, digits: &self.digits, places: &self.places }))
    }
}

/// A run on a [`Walk`].
pub struct PlannedRun<'w> {
    /// Its number.
    pub run_id: u64,
    /// What it shares with others.
    pub job: &'w Arc<Job>,
    plan: &'w Plan,
    digits: &'w [u64],
    places: &'w [Place],
}

impl PlannedRun<'_> {
    /// Its numbers.
    pub fn hyper(&self) -> Hyper {
        self.plan.hyper_of(self.job, self.digits, |which| self.places[which].number)
    }

    /// Its value of a parameter, by the parameter's place among [`Plan::parameters`], if it is not that of the run
    /// before on the walk.
    pub fn new_value(&self, which: usize) -> Option<Value> {
        self.places[which].is_new.then(|| self.plan.sweep.parameters[which].value(self.digits[which]))
    }
}
