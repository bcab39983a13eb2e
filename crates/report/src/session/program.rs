//! A sweep whose runs are processes of a program, or a model within this process.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use etascape_insight::subject::Subject;
use etascape_sweep::program::{
    Event, Guard, Model, Options, ProgramExperiment, Record, Surroundings, execute_model, execute_program,
};
use etascape_sweep::{CancellationToken, ExecutionError, Outcome};
use tempfile::TempDir;

use super::progress::{BestSoFar, Progress};
use super::sweep::{
    EntryPoint, Executor, FirstRun, OnEvent, Reproduction, ResultsFolder, SavedRuns, SessionEvent, Sweep, Take, Work,
    chosen, mend, one_by_one,
};
use crate::error::Error;
use crate::folder::{Mismatch, Part, Provenance, objective_of};
use crate::logs::{Manifest, RunState, damage};
use crate::program::{ProgramFound, ProgramResults, first_difference, journal_damage};

/// The sweep of an experiment with a program.
pub struct ProgramSweep<'e> {
    /// The experiment.
    pub experiment: &'e ProgramExperiment,
    /// The part of it that is trained.
    pub part: Part,
    /// Whether only failed runs are repeated, and no other run is started.
    pub retry_failed: bool,
}

/// Where a session of a program's sweep starts.
pub struct ProgramPosition {
    /// Whether the sweep was complete before. If so, runs that its journal has lost are repeated.
    was_complete: bool,
}

impl Sweep for ProgramSweep<'_> {
    type Batch = Vec<Event>;
    type Position = ProgramPosition;

    fn runs(&self) -> Range<u64> {
        self.part.runs.clone()
    }

    fn inspect(
        &self,
        folder: &Path,
        version: &str,
        on_event: OnEvent<'_>,
    ) -> Result<EntryPoint<ProgramPosition>, Error> {
        let was_complete = match ProgramFound::at(folder, self.experiment, &self.part, version, self.retry_failed)? {
            ProgramFound::Nothing => false,
            ProgramFound::Ours(state) => state == RunState::Complete,
            ProgramFound::Other(differing) => return Ok(EntryPoint::Other(differing)),
            ProgramFound::Foreign => return Ok(EntryPoint::Foreign(vec!["results".into()])),
        };
        let is_done = was_complete && !self.retry_failed && self.is_whole(folder, version, on_event)?;
        Ok(if is_done { EntryPoint::Complete } else { EntryPoint::At(ProgramPosition { was_complete }) })
    }

    fn begin<'a>(
        &'a self,
        folder: &Path,
        position: ProgramPosition,
        provenance: Provenance,
        on_event: OnEvent<'_>,
    ) -> Result<Box<dyn ResultsFolder<Vec<Event>> + 'a>, Error> {
        let results = ProgramResults::begin(folder, self.experiment, &self.part, provenance)?;
        if let Some(mended) = &results.mended {
            on_event(SessionEvent::JournalMended(mended));
        }
        let timeout = self.experiment.program.timeout;
        let is_left = |run: &u64| match results.journal.is_to_repeat(*run, timeout) {
            Some(is_to_repeat) => self.retry_failed && is_to_repeat,
            None => position.was_complete || !self.retry_failed,
        };
        let left: Vec<u64> = self.runs().filter(is_left).collect();
        let done = results.journal.finished();
        if done > 0 {
            on_event(SessionEvent::GoesOn { done, left: left.len() as u64 });
        }
        Ok(Box::new(ProgramFolder { sweep: self, folder: folder.to_owned(), results, left }))
    }

    fn reproduction<'a>(
        &'a self,
        folder: &Path,
        sample: Option<&[u64]>,
    ) -> Result<Box<dyn Reproduction<Vec<Event>> + 'a>, Error> {
        let again = tempfile::tempdir().map_err(Error::TemporaryFolder)?;
        let mut results = ProgramResults::begin(again.path(), self.experiment, &self.part, Provenance::default())?;
        results.objective = Some(objective_of(folder, self.experiment));
        let (stored, sample) = (folder.to_owned(), sample.map(<[u64]>::to_vec));
        Ok(Box::new(ProgramReproduction { runs: self.runs(), stored, sample, results, again }))
    }

    fn count(&self, batch: &Vec<Event>, progress: &mut Progress) {
        for event in batch {
            match event {
                Event::Started(_) => progress.running += 1,
                Event::Finished(record, _) => {
                    progress.running -= 1;
                    progress.done += 1;
                    self.judge(record, progress);
                }
            }
        }
    }

    fn first_run<'b>(&self, batch: &'b Vec<Event>) -> Option<FirstRun<'b>> {
        batch.iter().find_map(|event| match event {
            Event::Finished(record, understood) if !record.is_failed() => Some(FirstRun { record, understood }),
            _ => None,
        })
    }

    fn subject(&self, folder: &Path) -> Subject {
        Subject::of_program(self.experiment, objective_of(folder, self.experiment))
    }
}

impl ProgramSweep<'_> {
    /// Whether the tables of a complete sweep are intact. A damaged one is kept under another name; the version of etascape
    /// that wrote the tables can write them again from the journal.
    fn is_whole(&self, folder: &Path, version: &str, on_event: OnEvent<'_>) -> Result<bool, Error> {
        let manifest = Manifest::read(folder)?;
        let damages = damage(folder, &manifest)?;
        if damages.is_empty() {
            on_event(SessionEvent::JournalDamaged(&journal_damage(folder, self.experiment, &manifest)?));
            return Ok(true);
        }
        if manifest.etascape_version != version {
            return Err(Error::Damaged(damages));
        }
        mend(&damages, on_event)?;
        Ok(false)
    }

    /// Adds an ended run to the progress of the sweep.
    fn judge(&self, record: &Record, progress: &mut Progress) {
        if record.is_failed() {
            progress.failed += 1;
            return;
        }
        let rules = &self.experiment.program.rules;
        let new = record.names.iter().filter(|name| !progress.metrics.contains(name)).cloned().collect::<Vec<_>>();
        progress.metrics.extend(new);
        let Some(objective) = rules.objective_among(&progress.metrics).map(|which| &progress.metrics[which]) else {
            return;
        };
        let sign = if rules.maximise { -1.0 } else { 1.0 };
        let last = record.spread(objective).and_then(|spread| spread.last).filter(|value| value.is_finite());
        let best = progress.best.as_ref().filter(|best| best.objective == *objective);
        if let Some(value) = last
            && best.is_none_or(|best| sign * value < sign * best.value)
        {
            progress.best = Some(BestSoFar { objective: objective.clone(), value, run: record.run });
        }
    }
}

/// The results folder of a program's sweep, and what is left to do in this session.
struct ProgramFolder<'a> {
    sweep: &'a ProgramSweep<'a>,
    folder: PathBuf,
    results: ProgramResults<'a>,
    left: Vec<u64>,
}

impl ProgramFolder<'_> {
    /// Whether a run is to be done in this session.
    fn is_left(&self, run: u64) -> bool {
        self.left.binary_search(&run).is_ok()
    }
}

impl ResultsFolder<Vec<Event>> for ProgramFolder<'_> {
    fn work(&self) -> Work {
        // A run that is repeated counts at a rung when it comes there again.
        let earlier = self.results.journal.rungs(|run| !self.is_left(run));
        Work { runs: one_by_one(&self.left), folder: self.folder.clone(), earlier }
    }

    /// Failed runs that are repeated do not count as ended.
    fn progress(&self) -> Result<Progress, Error> {
        let mut progress = Progress { runs: self.sweep.part.count(), ..Progress::default() };
        self.results.journal.records(|record| {
            if !self.is_left(record.run) {
                progress.done += 1;
                self.sweep.judge(&record, &mut progress);
            }
            Ok(())
        })?;
        Ok(progress)
    }

    fn take(&mut self, batch: &Vec<Event>) -> Result<(), Error> {
        let ended = finished(batch);
        self.results.running += (batch.len() - ended.len()) as u64;
        self.results.running -= ended.len() as u64;
        self.results.append(&ended)
    }

    /// Every run is on the disk when it has been appended.
    fn unsaved_bytes(&self) -> u64 {
        0
    }

    fn save(&mut self) -> Result<(), Error> {
        self.results.save()
    }

    fn finish(&mut self, finished: String) -> Result<RunState, Error> {
        self.results.finish(finished)
    }

    fn give_up(&mut self, finished: String) -> Result<(), Error> {
        self.results.finish(finished).map(drop)
    }

    fn safe(&self) -> SavedRuns {
        SavedRuns { saved: self.results.journal.finished(), runs: self.sweep.part.count() }
    }
}

/// The records of the runs that ended, among some events.
fn finished(events: &[Event]) -> Vec<&Record> {
    fn record(event: &Event) -> Option<&Record> {
        match event {
            Event::Finished(record, _) => Some(record),
            Event::Started(_) => None,
        }
    }
    events.iter().filter_map(record).collect()
}

/// Compares stored tables with those of runs that are repeated in a temporary folder.
struct ProgramReproduction<'a> {
    /// The runs of the sweep.
    runs: Range<u64>,
    stored: PathBuf,
    sample: Option<Vec<u64>>,
    results: ProgramResults<'a>,
    again: TempDir,
}

impl Reproduction<Vec<Event>> for ProgramReproduction<'_> {
    fn work(&self) -> Work {
        let runs = chosen(self.runs.clone(), self.sample.as_deref());
        Work { runs, folder: self.again.path().to_owned(), earlier: Vec::new() }
    }

    fn progress(&self) -> Progress {
        let runs = self.runs.end - self.runs.start;
        let left = self.sample.as_ref().map_or(runs, |sample| sample.len() as u64);
        Progress { runs, done: runs - left, ..Progress::default() }
    }

    /// Always false: the tables are compared when all runs have ended.
    fn take(&mut self, batch: &Vec<Event>) -> Result<bool, Error> {
        self.results.append(&finished(batch)).map(|()| false)
    }

    fn verdict(&mut self) -> Result<(Option<Mismatch>, u64), Error> {
        self.results.finish(String::new())?;
        first_difference(&self.stored, self.again.path(), self.sample.as_deref())
    }
}

/// Trains with a program: a process for each run.
pub struct ProgramExecutor<'a> {
    /// The experiment.
    pub experiment: &'a ProgramExperiment,
    /// What the processes inherit.
    pub surroundings: &'a Surroundings,
    /// Processes at once.
    pub parallel: usize,
    /// Whether the first failure ends the sweep.
    pub fail_fast: bool,
    /// Starts the guard, which ends the processes where etascape is killed.
    pub guard: &'a dyn Fn() -> io::Result<Guard>,
}

impl Executor<Vec<Event>> for ProgramExecutor<'_> {
    fn execute(
        &self,
        work: &Work,
        cancel: &CancellationToken,
        take: Take<'_, Vec<Event>>,
    ) -> Result<Outcome, ExecutionError<Error>> {
        let guard = (self.guard)().map_err(|error| ExecutionError::Caller(Error::Guard(error)))?;
        let (results, parallel, fail_fast) = (&work.folder, self.parallel, self.fail_fast);
        let options = Options { results, parallel, fail_fast, cancel, guard: &guard };
        execute_program(self.experiment, self.surroundings, &runs(work), &work.earlier, &options, take)
    }
}

/// Trains a model within this process, some runs at once.
pub struct ModelExecutor<'a, M> {
    /// The experiment.
    pub experiment: &'a ProgramExperiment,
    /// The model.
    pub model: &'a M,
    /// Runs at once.
    pub parallel: usize,
}

impl<M: Model> Executor<Vec<Event>> for ModelExecutor<'_, M> {
    fn execute(
        &self,
        work: &Work,
        cancel: &CancellationToken,
        take: Take<'_, Vec<Event>>,
    ) -> Result<Outcome, ExecutionError<Error>> {
        let (guard, parallel) = (Guard::none(), self.parallel);
        let options = Options { results: &work.folder, parallel, fail_fast: false, cancel, guard: &guard };
        execute_model(self.experiment, self.model, &runs(work), &work.earlier, &options, take)
    }
}

fn runs(work: &Work) -> Vec<u64> {
    work.runs.iter().cloned().flatten().collect()
}
