//! What is left of a run that the engine has trained.

use etascape_core::RunRecord;

use crate::status::Status;

/// A run of a sweep that the engine has trained.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedRun {
    /// What the engine left, up to where the run ended or was pruned.
    pub record: RunRecord,
    /// Why successive halving pruned it, in words; `None` where it did not.
    pub pruned: Option<Box<str>>,
}

impl TrainedRun {
    /// How it ended.
    pub fn status(&self) -> Status {
        if self.pruned.is_some() { Status::Pruned } else { self.record.stop_reason.into() }
    }
}

impl From<RunRecord> for TrainedRun {
    fn from(record: RunRecord) -> TrainedRun {
        TrainedRun { record, pruned: None }
    }
}
