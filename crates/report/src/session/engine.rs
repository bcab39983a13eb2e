//! A sweep that the engine trains.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::{iter, thread};

use etascape_insight::subject::Subject;
use etascape_sweep::{
    CancellationToken, Delivery, Execution, ExecutionError, Experiment, Outcome, PAUSE, Spent, Status, TrainedRuns,
    execute,
};

use super::progress::Progress;
use super::sweep::{
    EntryPoint, Executor, OnEvent, Reproduction, ResultsFolder, SavedRuns, SessionEvent, Sweep, Take, Work, chosen,
    mend,
};
use crate::error::Error;
use crate::folder::{Found, Mismatch, Part, Provenance, Results, StoredTables};
use crate::logs::{IntactPrefix, Logger, Rows, RunState, ThreadTimes};

/// The sweep of an experiment for the engine.
pub struct EngineSweep {
    /// The experiment.
    pub experiment: Arc<Experiment>,
    /// The part of it that is trained.
    pub part: Part,
}

/// Consecutive runs that the engine has trained.
pub struct EngineBatch {
    /// The number of the first run.
    first: u64,
    rows: Rows,
    converged: u64,
    diverged: u64,
    /// The time that threads have spent so far.
    spent: Spent,
}

impl Sweep for EngineSweep {
    type Batch = EngineBatch;
    /// The intact runs, if there are any.
    type Position = Option<IntactPrefix>;

    fn runs(&self) -> Range<u64> {
        self.part.runs.clone()
    }

    fn inspect(
        &self,
        folder: &Path,
        version: &str,
        on_event: OnEvent<'_>,
    ) -> Result<EntryPoint<Option<IntactPrefix>>, Error> {
        Ok(match Found::at(folder, &self.experiment, &self.part, version)? {
            Found::Nothing => EntryPoint::At(None),
            Found::Complete => EntryPoint::Complete,
            Found::Other(differing) => EntryPoint::Other(differing),
            Found::Foreign(names) => EntryPoint::Foreign(names),
            Found::Damaged(damages) => match mend(&damages, on_event)? {
                true => return self.inspect(folder, version, on_event),
                false => {
                    on_event(SessionEvent::StartsOver);
                    EntryPoint::At(None)
                }
            },
            Found::Unfinished(prefix) => {
                let (done, left) = (prefix.runs, self.part.count() - prefix.runs);
                if done > 0 {
                    on_event(SessionEvent::GoesOn { done, left });
                }
                EntryPoint::At(Some(prefix))
            }
        })
    }

    fn begin<'a>(
        &'a self,
        folder: &Path,
        position: Option<IntactPrefix>,
        provenance: Provenance,
        _on_event: OnEvent<'_>,
    ) -> Result<Box<dyn ResultsFolder<EngineBatch> + 'a>, Error> {
        Ok(Box::new(Results::begin(folder, &self.experiment, &self.part, position, provenance)?))
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
            sample => chosen(self.runs(), sample),
        };
        Ok(Box::new(EngineReproduction { tables, found, is_sample: sample.is_some(), runs }))
    }

    fn count(&self, batch: &EngineBatch, progress: &mut Progress) {
        progress.done += batch.rows.count();
        progress.converged += batch.converged;
        progress.diverged += batch.diverged;
    }

    fn subject(&self, _: &Path) -> Subject {
        Subject::of(&self.experiment)
    }
}

impl ResultsFolder<EngineBatch> for Results {
    fn work(&self) -> Work {
        Work { runs: iter::once(self.left()).collect(), folder: PathBuf::new(), earlier: Vec::new() }
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

    /// Does nothing: what is saved is safe, and a table that could not be written is not used again.
    fn give_up(&mut self, _finished: String) -> Result<(), Error> {
        Ok(())
    }

    fn safe(&self) -> SavedRuns {
        SavedRuns { saved: self.saved_runs(), runs: self.runs() }
    }
}

/// Compares stored tables with the lines of runs that are trained again in memory.
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

/// Trains with the engine, in separate threads.
///
/// A stopped session does not wait for these threads, since an update of a wide network may take long. Each thread ends
/// after its current chunk.
pub struct EngineExecutor {
    /// The experiment.
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

/// Cancels a token when the caller stops waiting, also after an error.
#[derive(Default)]
struct CancelOnDrop(CancellationToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Trains ranges of runs, one after another, and sends the results.
fn train(
    experiment: &Experiment,
    ranges: &[Range<u64>],
    execution: Execution,
    stop: &CancellationToken,
    sender: &SyncSender<EngineBatch>,
) -> Result<Outcome, ExecutionError<Error>> {
    let logger = Logger::new(experiment);
    for runs in ranges {
        let prepare = |runs: Range<u64>, trained: TrainedRuns| {
            let count = |status| trained.iter().filter(|run| run.status() == status).count() as u64;
            let (converged, diverged) = (count(Status::Converged), count(Status::Diverged));
            let (first, spent) = (runs.start, Spent::default());
            Ok::<_, Error>(EngineBatch { first, rows: logger.rows(runs, &trained)?, converged, diverged, spent })
        };
        let deliver = |batch: EngineBatch, spent| {
            // If the receiver is gone, the token is cancelled.
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
