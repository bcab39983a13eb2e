//! A sweep that etascape's own engine trains.

use std::iter;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;

use etascape_sweep::{
    CancellationToken, Delivery, Execution, ExecutionError, Experiment, Outcome, Spent, Status, TrainedRuns, execute,
};

use super::progress::Progress;
use super::sweep::{EntryPoint, Executor, Reproduction, ResultsFolder, Safe, SessionEvent, Sweep, Take, Watch, Work};
use crate::error::Damage;
use crate::error::Error;
use crate::logger::Logger;
use crate::logs::{Rows, RunState, Standing, ThreadTimes, repair};
use crate::mismatch::Mismatch;
use crate::provenance::Provenance;
use crate::results::{Found, Results};
use crate::stored_tables::StoredTables;
use etascape_insight::subject::Subject;

/// How often `take` is called although there is nothing to take, and the token is looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// The sweep of an experiment for the engine.
pub struct EngineSweep {
    /// What it asks for.
    pub experiment: Arc<Experiment>,
}

/// Consecutive runs that the engine has trained.
pub struct EngineBatch {
    /// The number of the first.
    first: u64,
    rows: Rows,
    converged: u64,
    diverged: u64,
    /// What the threads have spent so far.
    spent: Spent,
}

impl Sweep for EngineSweep {
    type Batch = EngineBatch;
    /// The runs that stand, if there are any.
    type Position = Option<Standing>;

    fn runs(&self) -> u64 {
        self.experiment.plan.runs()
    }

    fn look(&self, folder: &Path, version: &str, watch: Watch<'_>) -> Result<EntryPoint<Option<Standing>>, Error> {
        Ok(match Found::at(folder, &self.experiment, version)? {
            Found::Nothing => EntryPoint::At(None),
            Found::Complete => EntryPoint::Complete,
            Found::Other(differing) => EntryPoint::Other(differing),
            Found::Foreign(names) => EntryPoint::Foreign(names),
            Found::Damaged(damages) => match mend(&damages, watch)? {
                true => return self.look(folder, version, watch),
                false => EntryPoint::At(None),
            },
            Found::Unfinished(standing) => {
                let (done, left) = (standing.runs, self.runs() - standing.runs);
                if done > 0 {
                    watch(SessionEvent::GoesOn { done, left });
                }
                EntryPoint::At(Some(standing))
            }
        })
    }

    fn begin<'a>(
        &'a self,
        folder: &Path,
        position: Option<Standing>,
        provenance: Provenance,
        _watch: Watch<'_>,
    ) -> Result<Box<dyn ResultsFolder<EngineBatch> + 'a>, Error> {
        Ok(Box::new(Results::begin(folder, &self.experiment, position, provenance)?))
    }

    fn reproduction<'a>(
        &'a self,
        folder: &Path,
        sample: Option<&[u64]>,
    ) -> Result<Box<dyn Reproduction<EngineBatch> + 'a>, Error> {
        let mut tables = StoredTables::open(folder, &self.experiment)?;
        let found = tables.heads()?;
        let runs = match sample {
            _ if found.is_some() => Vec::new(),
            Some(runs) => runs.iter().map(|&run| run..run + 1).collect(),
            None => iter::once(0..self.runs()).collect(),
        };
        Ok(Box::new(EngineReproduction { tables, found, is_sample: sample.is_some(), runs }))
    }

    fn count(&self, batch: &EngineBatch, progress: &mut Progress) {
        progress.done += batch.rows.count();
        progress.converged += batch.converged;
        progress.diverged += batch.diverged;
    }

    fn subject(&self) -> Subject {
        Subject::of(&self.experiment)
    }
}

/// Keeps damaged tables, and puts right what is certain. Whether that is all: whatever else was logged is trained again.
fn mend(damages: &[Damage], watch: Watch<'_>) -> Result<bool, Error> {
    let mut are_restored = true;
    for damage in damages {
        watch(SessionEvent::Damaged(damage));
        let kept = repair(damage)?;
        if let Some(at) = &kept.at {
            watch(SessionEvent::Kept { at, restored: kept.restored });
        }
        are_restored &= kept.restored;
    }
    if !are_restored {
        watch(SessionEvent::StartsOver);
    }
    Ok(are_restored)
}

impl ResultsFolder<EngineBatch> for Results {
    fn work(&self) -> Work {
        let left = iter::once(self.appended_runs()..self.runs());
        Work { runs: left.collect(), folder: PathBuf::new(), earlier: Vec::new() }
    }

    fn progress(&self) -> Result<Progress, Error> {
        Ok(Progress { runs: self.runs(), done: self.appended_runs(), ..Progress::default() })
    }

    fn take(&mut self, batch: &EngineBatch) -> Result<(), Error> {
        self.spend(ThreadTimes {
            training: batch.spent.training.as_secs_f64(),
            formatting: batch.spent.preparing.as_secs_f64(),
            waiting: batch.spent.waiting.as_secs_f64(),
        });
        self.append(&batch.rows)
    }

    fn unsaved_bytes(&self) -> u64 {
        Results::unsaved_bytes(self)
    }

    fn save(&mut self) -> Result<(), Error> {
        Results::save(self)
    }

    fn finish(&mut self, finished: String) -> Result<RunState, Error> {
        Results::finish(self, finished)
    }

    /// What was saved is safe, and a table that has not taken a line may not be trusted with more.
    fn give_up(&mut self, _finished: String) -> Result<(), Error> {
        Ok(())
    }

    fn safe(&self) -> Safe {
        Safe { saved: self.saved_runs(), runs: self.runs() }
    }
}

/// Stored tables, compared with the lines of runs while these are trained again in memory.
struct EngineReproduction {
    tables: StoredTables,
    found: Option<Mismatch>,
    is_sample: bool,
    runs: Vec<Range<u64>>,
}

impl Reproduction<EngineBatch> for EngineReproduction {
    fn work(&self) -> Work {
        Work { runs: self.runs.clone(), folder: PathBuf::new(), earlier: Vec::new() }
    }

    fn progress(&self) -> Progress {
        Progress { runs: self.runs.iter().map(|runs| runs.end - runs.start).sum(), ..Progress::default() }
    }

    fn take(&mut self, batch: &EngineBatch) -> Result<bool, Error> {
        self.found = match self.is_sample {
            true => self.tables.run(batch.first, &batch.rows)?,
            false => self.tables.next(&batch.rows)?,
        };
        Ok(self.found.is_some())
    }

    fn verdict(&mut self) -> Result<(Option<Mismatch>, u64), Error> {
        let found = match self.found.take() {
            None if !self.is_sample => self.tables.rest()?,
            found => found,
        };
        Ok((found, self.tables.bytes()))
    }
}

/// Trains by the engine, in threads of its own.
///
/// A session that is stopped does not wait for them, since an update of a wide network may take long: they are left behind,
/// and end when they come to the end of what they are at.
pub struct EngineExecutor {
    /// What is trained.
    pub experiment: Arc<Experiment>,
    /// Threads and instructions.
    pub execution: Execution,
}

impl Executor<EngineBatch> for EngineExecutor {
    fn execute(
        &self,
        work: &Work,
        cancel: &CancellationToken,
        take: Take<'_, EngineBatch>,
    ) -> Result<Outcome, ExecutionError<Error>> {
        let stop = CancelOnDrop::default();
        let (sender, receiver) = mpsc::sync_channel(0);
        let (experiment, execution) = (self.experiment.clone(), self.execution);
        let (runs, token) = (work.runs.clone(), stop.0.clone());
        let engine = thread::Builder::new().spawn(move || train(&experiment, &runs, execution, &token, &sender));
        let engine = engine.map_err(ExecutionError::Threads)?;
        loop {
            let delivery = match receiver.recv_timeout(PAUSE) {
                Ok(batch) => Delivery::Batch(batch),
                Err(RecvTimeoutError::Timeout) => Delivery::Idle,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            take(delivery).map_err(ExecutionError::Caller)?;
            if cancel.is_cancelled() {
                return Ok(Outcome::Stopped);
            }
        }
        engine.join().unwrap_or_else(|payload| Err(ExecutionError::panic(&*payload)))
    }
}

/// Cancels a token when nobody waits any more, be it for an error.
#[derive(Default)]
struct CancelOnDrop(CancellationToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Trains stretches of runs, one after another, and sends what comes of them.
fn train(
    experiment: &Experiment,
    stretches: &[Range<u64>],
    execution: Execution,
    stop: &CancellationToken,
    sender: &SyncSender<EngineBatch>,
) -> Result<Outcome, ExecutionError<Error>> {
    let logger = Logger::new(experiment);
    for runs in stretches {
        let prepare = |runs: Range<u64>, trained: TrainedRuns| {
            let count = |status| trained.iter().filter(|run| run.status() == status).count() as u64;
            let (converged, diverged) = (count(Status::Converged), count(Status::Diverged));
            let (first, spent) = (runs.start, Spent::default());
            Ok::<_, Error>(EngineBatch { first, rows: logger.rows(runs, &trained)?, converged, diverged, spent })
        };
        let deliver = |batch: EngineBatch, spent| {
            // Where nobody waits for it any more, the token is cancelled.
            let _ = sender.send(EngineBatch { spent, ..batch });
            Ok(())
        };
        let outcome = execute(&experiment.plan, runs.clone(), execution, stop, prepare, deliver)?;
        if outcome != Outcome::Complete {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Complete)
}
