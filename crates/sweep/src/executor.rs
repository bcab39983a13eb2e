//! Trains a plan in parallel and delivers the records in run order.
//!
//! Threads claim chunks of consecutive runs ([`ordered`](crate::ordered)).

use std::ops::Range;
use std::sync::Arc;

use etascape_core::{InstructionSet, Shape, runs_at_once};

use crate::bracket::{Brackets, train};
use crate::error::ConfigError;
use crate::execution::{CancellationToken, ExecutionError, Outcome};
use crate::ordered::{Pieces, Spent, in_order, timed};
use crate::plan::Plan;
use crate::trained::TrainedRuns;

/// Threads and instructions for training. They change no result.
#[derive(Debug, Clone, Copy)]
pub struct Execution {
    /// Threads that train.
    pub threads: usize,
    /// The instructions that they use.
    pub instructions: InstructionSet,
}

/// The most chunks per thread that are begun and not yet delivered.
const CHUNKS_IN_FLIGHT: u64 = 4;

/// Trains the runs in `runs`, a chunk of consecutive runs at a time. `prepare` converts the records of a chunk on the
/// thread that trained it. `deliver` is called on this thread, in run order, with the converted records and the time
/// that the threads have spent so far.
///
/// After the token is cancelled, nothing more is delivered, and every thread ends after its current chunk. No thread is
/// left when this returns, with an error or without.
///
/// # Errors
/// The first error of `prepare` or `deliver` ([`ExecutionError::Caller`]), threads that do not start, a panic in a
/// thread, or an impossible combination of values where there were too many to check before.
pub fn execute<T: Send, E: Send>(
    plan: &Plan,
    runs: Range<u64>,
    execution: Execution,
    cancel: &CancellationToken,
    prepare: impl Fn(Range<u64>, TrainedRuns) -> Result<T, E> + Sync,
    deliver: impl FnMut(T, Spent) -> Result<(), E>,
) -> Result<Outcome, ExecutionError<E>> {
    let Execution { threads, instructions } = execution;
    let chunks = Chunks::new(plan, runs, threads)?;
    let pieces = Pieces { count: chunks.count(), threads, window: CHUNKS_IN_FLIGHT * threads as u64 };
    let work = |chunk: u64, spent: &mut Spent| {
        let runs = chunks.runs(chunk);
        let records = timed(&mut spent.training, || train(plan, runs.clone(), instructions))?;
        timed(&mut spent.preparing, || prepare(runs, records)).map_err(ExecutionError::Caller)
    };
    in_order(&pieces, cancel, work, deliver)
}

/// A range of runs cut into chunks. All but the first and the last have the same length.
struct Chunks {
    runs: Range<u64>,
    /// Where the first chunk would begin at full length.
    origin: u64,
    length: u64,
}

impl Chunks {
    /// Chooses the length of chunks: short enough to show progress and to end all threads at about the same time, long
    /// enough to fill the lanes of every shape. The curves of a chunk must fit in memory.
    fn new(plan: &Plan, runs: Range<u64>, threads: usize) -> Result<Chunks, ConfigError> {
        const OPERATIONS: f64 = 2e8;
        const POINTS: u64 = 1 << 19;
        if let Some(Brackets { length, .. }) = Brackets::of(plan)? {
            return Ok(Chunks { origin: runs.start / length * length, runs, length });
        }
        let job = plan.job(0)?;
        let shape = &job.shape;
        let per_step = 6.0 * (job.data.train.len() * shape.network.parameters()) as f64 + 100.0;
        let by_work = (OPERATIONS / (per_step * shape.steps as f64)) as u64;
        let by_share = (runs.end - runs.start) / (4 * threads as u64);
        let points = shape.curve_points().max(1);
        let shapes = shapes(plan);
        let of_shape = (runs.end - runs.start).div_ceil(threads as u64 * shapes);
        let together = runs_at_once(shape, &job.data, of_shape as usize) as u64;
        let length = by_work.min(by_share).max(together * shapes).min(POINTS / points).clamp(together, 1 << 14);
        Ok(Chunks { origin: runs.start, runs, length: length.next_multiple_of(together) })
    }

    fn count(&self) -> u64 {
        (self.runs.end - self.origin).div_ceil(self.length)
    }

    fn runs(&self, chunk: u64) -> Range<u64> {
        let start = self.origin + chunk * self.length;
        start.max(self.runs.start)..(start + self.length).min(self.runs.end)
    }
}

/// The number of shapes among the runs; a guess where there are too many combinations to look at.
fn shapes(plan: &Plan) -> u64 {
    let Some(jobs) = plan.jobs() else { return 64 };
    let mut shapes: Vec<*const Shape> = jobs.iter().map(|job| Arc::as_ptr(&job.shape)).collect();
    shapes.sort_unstable();
    shapes.dedup();
    shapes.len() as u64
}
