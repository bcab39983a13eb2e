//! The record of one run of a training program.

use std::time::Duration;

use super::curve::Point;
use crate::status::Status;

/// How the process of a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessExit {
    /// By itself, with this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

/// The values of one metric over a run; `None` where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spread {
    /// The first.
    pub first: Option<f64>,
    /// The last.
    pub last: Option<f64>,
    /// The least that is no NaN; NaN where all are.
    pub min: Option<f64>,
    /// The greatest that is no NaN; NaN where all are.
    pub max: Option<f64>,
    /// The first steps of the least and of the greatest.
    pub at: [Option<u64>; 2],
}

/// The record of one run of a training program. It follows from what the program printed, except for the end of the process
/// (`exit`, `stderr`, `attempts`) and for what depends on other runs (`pruned`).
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its number in the plan.
    pub run: u64,
    /// How it ended.
    pub status: Status,
    /// The last step that it reported.
    pub steps: u64,
    /// The reason in words, where there is more to say than the status.
    pub reason: Option<String>,
    /// The time that it could take, where that ended it.
    pub timeout: Option<Duration>,
    /// How its process ended; `None` where etascape ended it.
    pub exit: Option<ProcessExit>,
    /// The last lines of its stderr, where it failed.
    pub stderr: String,
    /// How often it was started.
    pub attempts: u32,
    /// Lines of metrics that could not be read.
    pub unread: u64,
    /// The first of them, with its line number and the problem.
    pub first_unread: Option<String>,
    /// The names of its metrics, in the order in which they first occurred.
    pub names: Vec<String>,
    /// The values of each, in the order of `names`.
    pub spreads: Vec<Spread>,
    /// Its objective at each rung of successive halving.
    pub rungs: Vec<f64>,
    /// The logged points, by step.
    pub curve: Vec<Point>,
}

impl Record {
    /// The values of a metric; `None` where the run has no such metric.
    pub fn spread(&self, name: &str) -> Option<&Spread> {
        self.names.iter().position(|own| own == name).map(|which| &self.spreads[which])
    }

    /// Whether it has no result: it ended in an error of its own, or its time was over before it gave a metric.
    pub fn is_failed(&self) -> bool {
        self.status.is_failure() || self.status == Status::Timeout && self.names.is_empty()
    }
}

impl Spread {
    pub(super) fn add(&mut self, step: u64, value: f64) {
        self.first.get_or_insert(value);
        self.last = Some(value);
        if value.is_nan() {
            self.min.get_or_insert(value);
            self.max.get_or_insert(value);
            return;
        }
        if self.min.is_none_or(|min| min.is_nan() || value < min) {
            (self.min, self.at[0]) = (Some(value), Some(step));
        }
        if self.max.is_none_or(|max| max.is_nan() || value > max) {
            (self.max, self.at[1]) = (Some(value), Some(step));
        }
    }
}
