//! What is left of runs that the engine has trained.

use etascape_core::RunRecord;

use crate::status::Status;

/// Consecutive runs of a sweep that the engine has trained, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrainedRuns {
    records: Vec<RunRecord>,
    /// Why successive halving pruned each run, `None` where it did not; empty where no run was pruned.
    pruned: Vec<Option<Box<str>>>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainedRun<'a> {
    /// What the engine left, up to where the run ended or was pruned.
    pub record: &'a RunRecord,
    /// Why successive halving pruned it, in words; `None` where it did not.
    pub pruned: Option<&'a str>,
}

impl TrainedRun<'_> {
    /// How it ended.
    pub fn status(&self) -> Status {
        if self.pruned.is_some() { Status::Pruned } else { self.record.stop_reason.into() }
    }
}

impl<'a> From<&'a RunRecord> for TrainedRun<'a> {
    /// A run that was not pruned.
    fn from(record: &'a RunRecord) -> TrainedRun<'a> {
        TrainedRun { record, pruned: None }
    }
}

impl TrainedRuns {
    /// How many.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// One after another.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = TrainedRun<'_>> {
        let pruned = |place: usize| self.pruned.get(place).and_then(Option::as_deref);
        self.records.iter().enumerate().map(move |(place, record)| TrainedRun { record, pruned: pruned(place) })
    }
}

impl From<Vec<RunRecord>> for TrainedRuns {
    /// Runs of which none was pruned.
    fn from(records: Vec<RunRecord>) -> TrainedRuns {
        TrainedRuns { records, pruned: Vec::new() }
    }
}

impl FromIterator<(RunRecord, Option<Box<str>>)> for TrainedRuns {
    fn from_iter<I: IntoIterator<Item = (RunRecord, Option<Box<str>>)>>(runs: I) -> TrainedRuns {
        let (records, pruned) = runs.into_iter().unzip();
        TrainedRuns { records, pruned }
    }
}
