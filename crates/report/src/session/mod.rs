//! One session of a sweep: a results folder looked at, trained to its end or trained again and compared, and drawn.
//!
//! The way is the same for the engine and for programs. What a sweep logs and where is a [`Sweep`]; who trains its runs is
//! an [`Executor`]. A session is stopped by a [`CancellationToken`] and says by [`Ended`] how it ended; it tells what
//! happens by [`SessionEvent`]s and prints nothing.

mod engine;
mod program;
mod progress;
mod sweep;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use etascape_sweep::{CancellationToken, Delivery, ExecutionError, Outcome};

pub use engine::{EngineBatch, EngineExecutor, EngineSweep};
pub use program::{ModelExecutor, ProgramExecutor, ProgramSweep};
pub use progress::Progress;
pub use sweep::{EntryPoint, Executor, Reproduction, ResultsFolder, Safe, SessionEvent, Sweep, Watch, Work};

use crate::draw::{Drawn, Wanted, draw_as};
use crate::error::{Error, Holder};
use crate::folder::{Lock, Mismatch, Provenance, clear};
use crate::logs::RunState;

/// Bytes after which everything is brought to the disk without waiting longer, so that it never takes long.
const MOST_UNSAVED: u64 = 64 << 20;

/// A results folder that this process alone works on.
pub struct Session {
    folder: PathBuf,
    _lock: Lock,
}

/// How a session trains. Nothing here changes a result.
pub struct SessionSettings {
    /// Who trains, where and when.
    pub provenance: Provenance,
    /// Between two times that everything logged is brought to the disk.
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
    /// A run failed, which was not to be; no run was started after it.
    FailedFast {
        /// Whether every run had ended all the same.
        is_complete: bool,
    },
    /// What was to be done is done, and yet the sweep is not complete.
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

/// Why a session ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Nothing was trained: the results could not be begun.
    #[error(transparent)]
    Begin(#[from] Error),
    /// Something went wrong while runs were trained.
    #[error("stopped with {} of {} runs safe", safe.saved, safe.runs)]
    Midway {
        /// What is on the disk.
        safe: Safe,
        /// What went wrong.
        source: ExecutionError<Error>,
    },
}

impl Session {
    /// Takes a folder, which is made where there is none.
    ///
    /// # Errors
    /// [`Error::Held`] where another process works on it, [`Error::Io`] where it cannot be written.
    pub fn open(folder: &Path, holder: &Holder) -> Result<Session, Error> {
        Ok(Session { folder: folder.to_owned(), _lock: Lock::take(folder, holder)? })
    }

    /// Removes what an earlier sweep left in the folder; files that are not ours stay.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn clear(&self) -> Result<(), Error> {
        clear(&self.folder)
    }

    /// Where in a sweep to start, by what the folder holds.
    ///
    /// # Errors
    /// As [`Sweep::look`].
    pub fn look<S: Sweep>(&self, sweep: &S, version: &str, watch: Watch<'_>) -> Result<EntryPoint<S::Position>, Error> {
        sweep.look(&self.folder, version, watch)
    }

    /// Trains what is left of a sweep, logs it, and brings it to the disk again and again. How that ended, and what is safe
    /// now.
    ///
    /// # Errors
    /// Whatever makes it impossible to go on; the same sweep goes on from what is safe.
    pub fn train<S: Sweep>(
        &self,
        sweep: &S,
        executor: &impl Executor<S::Batch>,
        position: S::Position,
        settings: SessionSettings,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<(Ended, Safe), TrainError> {
        let SessionSettings { provenance, pause, now } = settings;
        let mut results = sweep.begin(&self.folder, position, provenance, watch)?;
        let mut progress = results.progress()?;
        watch(SessionEvent::Progress(&progress));
        let mut saved = Instant::now();
        let executed = executor.execute(&results.work(), cancel, &mut |delivery| {
            if let Delivery::Batch(batch) = delivery {
                results.take(&batch)?;
                sweep.count(&batch, &mut progress);
                watch(SessionEvent::Progress(&progress));
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

    /// Draws what the folder holds, and says what the sweep found.
    ///
    /// # Errors
    /// As [`draw_as`].
    pub fn draw(&self, sweep: &impl Sweep, wanted: &Wanted) -> Result<Drawn, Error> {
        draw_as(&self.folder, &sweep.subject(), wanted)
    }
}

/// What became of a reproduction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reproduced {
    /// How many runs were chosen as a sample; `None`: all were trained again.
    pub sample: Option<u64>,
    /// What is compared and is the same: bytes for the engine, rows for programs.
    pub compared: u64,
    /// The first difference.
    pub mismatch: Option<Mismatch>,
}

/// Trains the runs of a complete sweep again, or some of them, spread evenly, and compares them with its tables. The folder
/// is only read.
///
/// # Errors
/// Where a table cannot be read, or whatever makes it impossible to train.
pub fn reproduce<S: Sweep>(
    sweep: &S,
    executor: &impl Executor<S::Batch>,
    folder: &Path,
    sample: Option<u64>,
    watch: Watch<'_>,
) -> Result<Reproduced, ExecutionError<Error>> {
    let chosen = sample.and_then(|count| spread_evenly(sweep.runs(), count));
    let mut reproduction = sweep.reproduction(folder, chosen.as_deref()).map_err(ExecutionError::Caller)?;
    let mut progress = reproduction.progress();
    watch(SessionEvent::Progress(&progress));
    // The first difference is enough.
    let differs = CancellationToken::default();
    executor.execute(&reproduction.work(), &differs, &mut |delivery| {
        if let Delivery::Batch(batch) = delivery {
            if reproduction.take(&batch)? {
                differs.cancel();
            }
            sweep.count(&batch, &mut progress);
            watch(SessionEvent::Progress(&progress));
        }
        Ok(())
    })?;
    let (mismatch, compared) = reproduction.verdict().map_err(ExecutionError::Caller)?;
    Ok(Reproduced { sample: chosen.map(|runs| runs.len() as u64), compared, mismatch })
}

/// So many runs, the first and the last among them; `None` where that is all of them.
fn spread_evenly(runs: u64, count: u64) -> Option<Vec<u64>> {
    let place = |i: u64| (u128::from(i) * u128::from(runs - 1) / u128::from((count - 1).max(1))) as u64;
    (count < runs).then(|| (0..count).map(place).collect())
}

#[cfg(test)]
mod tests;
