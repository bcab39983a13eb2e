//! A session of a sweep: inspects a results folder, trains what is left or trains again to compare, and draws.
//!
//! Sessions are the same for the engine and for programs. A [`Sweep`] knows what is logged and how; an [`Executor`]
//! trains the runs. A [`CancellationToken`] stops a session, and [`Ended`] says how it ended. A session reports
//! [`SessionEvent`]s and prints nothing.

mod engine;
mod program;
mod progress;
mod sweep;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use etascape_sweep::{CancellationToken, Delivery, ExecutionError, Outcome};

pub use engine::{EngineBatch, EngineExecutor, EngineSweep};
pub use program::{ModelExecutor, ProgramExecutor, ProgramSweep};
pub use progress::{BestSoFar, Progress};
pub use sweep::{
    EntryPoint, Executor, FirstRun, OnEvent, Reproduction, ResultsFolder, SavedRuns, SessionEvent, Sweep, Work,
};

use crate::draw::{DrawOptions, Drawn, draw_as};
use crate::error::{Error, Holder};
use crate::folder::{Lock, Mismatch, Provenance, clear};
use crate::logs::{KeptFindings, Manifest, RunState};
use crate::merge::{MergeError, Merged, merge};

/// After so many unsaved bytes everything is brought to the disk at once, so that a save never takes long.
const MOST_UNSAVED: u64 = 64 << 20;

/// A results folder that this process alone works on.
pub struct Session {
    folder: PathBuf,
    _lock: Lock,
}

/// Settings of a session. They change no result.
pub struct SessionSettings {
    /// Who trains, where and when.
    pub provenance: Provenance,
    /// The time between two saves.
    pub pause: Duration,
    /// The time of day: RFC 3339 in UTC.
    pub now: fn() -> String,
}

/// How a session ended where nothing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The sweep is complete.
    Complete,
    /// The token was cancelled before the sweep was complete.
    Stopped,
    /// A run failed, and the first failure was to end the sweep. No further run was started.
    FailedFast {
        /// Whether every run had ended nevertheless.
        is_complete: bool,
    },
    /// All work of this session is done, but the sweep is not complete.
    Unfinished,
}

impl Ended {
    fn of(outcome: Outcome, state: RunState) -> Ended {
        match (outcome, state) {
            (Outcome::FailedFast, _) => Ended::FailedFast { is_complete: state == RunState::Complete },
            (_, RunState::Complete) => Ended::Complete,
            (Outcome::Stopped, _) => Ended::Stopped,
            (Outcome::Complete, _) => Ended::Unfinished,
        }
    }
}

/// The error of a session.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Nothing was trained: the results could not be begun.
    #[error(transparent)]
    Begin(#[from] Error),
    /// Something went wrong while runs were trained.
    #[error("stopped with {} of {} runs safe", safe.saved, safe.runs)]
    Midway {
        /// The runs on the disk.
        safe: SavedRuns,
        /// The error.
        source: ExecutionError<Error>,
    },
}

impl Session {
    /// Locks a folder, making it if needed.
    ///
    /// # Errors
    /// [`Error::Held`] where another process works on it, [`Error::Io`] where it cannot be written.
    pub fn open(folder: &Path, holder: &Holder) -> Result<Session, Error> {
        Ok(Session { folder: folder.to_owned(), _lock: Lock::take(folder, holder)? })
    }

    /// Removes the files of an earlier sweep from the folder. Other files stay.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn clear(&self) -> Result<(), Error> {
        clear(&self.folder)
    }

    /// Where in the sweep to start, by what the folder holds.
    ///
    /// # Errors
    /// As [`Sweep::inspect`].
    pub fn inspect<S: Sweep>(
        &self,
        sweep: &S,
        version: &str,
        on_event: OnEvent<'_>,
    ) -> Result<EntryPoint<S::Position>, Error> {
        sweep.inspect(&self.folder, version, on_event)
    }

    /// Trains what is left of a sweep, logs it, and saves it regularly. Returns how the session ended, and the runs
    /// that are safe.
    ///
    /// # Errors
    /// Any error that stops training. Another session can continue from the runs that are safe.
    pub fn train<S: Sweep>(
        &self,
        sweep: &S,
        executor: &impl Executor<S::Batch>,
        position: S::Position,
        settings: SessionSettings,
        cancel: &CancellationToken,
        on_event: OnEvent<'_>,
    ) -> Result<(Ended, SavedRuns), TrainError> {
        let SessionSettings { provenance, pause, now } = settings;
        let mut results = sweep.begin(&self.folder, position, provenance, on_event)?;
        let mut progress = results.progress()?;
        on_event(SessionEvent::Progress(&progress));
        let (mut saved, mut is_told) = (Instant::now(), false);
        let executed = executor.execute(&results.work(), cancel, &mut |delivery| {
            if let Delivery::Batch(batch) = delivery {
                results.take(&batch)?;
                if !is_told && let Some(first) = sweep.first_run(&batch) {
                    is_told = true;
                    on_event(SessionEvent::FirstRun(&first));
                }
                sweep.count(&batch, &mut progress);
                on_event(SessionEvent::Progress(&progress));
            }
            if saved.elapsed() >= pause || results.unsaved_bytes() >= MOST_UNSAVED {
                results.save()?;
                saved = Instant::now();
            }
            Ok(())
        });
        let safe = results.safe();
        let midway = |source| TrainError::Midway { safe, source };
        match executed {
            Ok(outcome) => {
                let state = results.finish(now()).map_err(|error| midway(ExecutionError::Caller(error)))?;
                Ok((Ended::of(outcome, state), results.safe()))
            }
            Err(error) => {
                results.give_up(now()).map_err(|error| midway(ExecutionError::Caller(error)))?;
                Err(midway(error))
            }
        }
    }

    /// Merges the shards of the folder into the tables of the whole sweep. `version` is etascape's.
    ///
    /// # Errors
    /// Where a shard is missing, not complete, damaged or of another sweep than the others: all of them are named. The
    /// folder is as it was then.
    pub fn merge(&self, version: &str) -> Result<Merged, MergeError> {
        merge(&self.folder, version)
    }

    /// Draws charts and page of the folder, keeps the findings in its manifest, and returns them.
    ///
    /// # Errors
    /// As [`draw_as`], and where the manifest cannot be written.
    pub fn draw(&self, sweep: &impl Sweep, options: &DrawOptions) -> Result<Drawn, Error> {
        let subject = sweep.subject(&self.folder);
        let drawn = draw_as(&self.folder, &subject, options)?;
        Manifest::keep_findings(&self.folder, KeptFindings::of(&subject.name, &drawn.findings))?;
        Ok(drawn)
    }
}

/// The result of a reproduction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reproduced {
    /// How many runs were chosen as a sample; `None`: all were trained again.
    pub sample: Option<u64>,
    /// The amount that was compared and is equal: bytes for the engine, rows for programs.
    pub compared: u64,
    /// The first difference.
    pub mismatch: Option<Mismatch>,
}

/// Trains the runs of a complete sweep again, or an evenly spread sample of them, and compares them with its tables.
/// The folder is only read.
///
/// # Errors
/// Where a table cannot be read, and any error of training.
pub fn reproduce<S: Sweep>(
    sweep: &S,
    executor: &impl Executor<S::Batch>,
    folder: &Path,
    sample: Option<u64>,
    on_event: OnEvent<'_>,
) -> Result<Reproduced, ExecutionError<Error>> {
    let chosen = sample.and_then(|count| spread_evenly(sweep.runs(), count));
    let mut reproduction = sweep.reproduction(folder, chosen.as_deref()).map_err(ExecutionError::Caller)?;
    let mut progress = reproduction.progress();
    on_event(SessionEvent::Progress(&progress));
    // The first difference is enough.
    let differs = CancellationToken::default();
    executor.execute(&reproduction.work(), &differs, &mut |delivery| {
        if let Delivery::Batch(batch) = delivery {
            if reproduction.take(&batch)? {
                differs.cancel();
            }
            sweep.count(&batch, &mut progress);
            on_event(SessionEvent::Progress(&progress));
        }
        Ok(())
    })?;
    let (mismatch, compared) = reproduction.verdict().map_err(ExecutionError::Caller)?;
    Ok(Reproduced { sample: chosen.map(|runs| runs.len() as u64), compared, mismatch })
}

/// `count` evenly spread runs, the first and the last included; `None` where that is all of them.
fn spread_evenly(runs: Range<u64>, count: u64) -> Option<Vec<u64>> {
    let all = runs.end - runs.start;
    let place = |i: u64| runs.start + (u128::from(i) * u128::from(all - 1) / u128::from((count - 1).max(1))) as u64;
    (count < all).then(|| (0..count).map(place).collect())
}

#[cfg(test)]
mod tests;
