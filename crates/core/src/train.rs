//! The door: many runs of one shape in, a record for each out.

use crate::{Data, Hyper, RunRecord, Shape};

/// Trains every run of `runs`, all of the shape `shape`, on `data`, and returns their records in the same order.
///
/// A record depends on the run alone: not on its neighbours, their number or the machine.
pub fn train(_shape: &Shape, _data: &Data, _runs: &[Hyper]) -> Vec<RunRecord> {
    Vec::new()
}
