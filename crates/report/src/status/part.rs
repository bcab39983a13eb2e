//! Where the runs of one folder stand: a sweep, or a shard of one.

use std::path::Path;
use std::time::SystemTime;

use etascape_insight::subject::Subject;
use etascape_sweep::program::ProgramExperiment;
use etascape_sweep::{AnyExperiment, Outline};

use super::best::{Best, BestRuns, best_of_table};
use super::state::{Here, Look, State, Worker};
use crate::Error;
use crate::folder::{CONFIG, stored_experiment};
use crate::logs::{Manifest, RunState};
use crate::program::Tally;

/// Where the runs of one folder stand.
#[derive(Debug, Clone, PartialEq)]
pub struct PartStatus {
    /// Whether somebody works on them.
    pub state: State,
    /// Who works, or worked last, on them.
    pub worker: Worker,
    /// When they were written last.
    pub written: Option<SystemTime>,
    /// Runs planned.
    pub runs: u64,
    /// Runs that have ended, and are safely on the disk.
    pub done: u64,
    /// Runs that failed; `None` for the engine, whose runs do not fail.
    pub failed: Option<u64>,
    /// Runs that are going on; `None` where nobody works, and for the engine, which does not count them.
    pub running: Option<u64>,
    /// Seconds of all sessions together.
    pub seconds: f64,
    /// Runs a second, where somebody works: the mean over all sessions.
    pub rate: Option<f64>,
}

impl PartStatus {
    /// Runs of which nothing is there yet. A shard without runs is done.
    pub(super) fn not_begun(runs: u64) -> PartStatus {
        PartStatus {
            state: if runs == 0 { State::Done } else { State::NotBegun },
            worker: Worker::default(),
            written: None,
            runs,
            done: 0,
            failed: None,
            running: None,
            seconds: 0.0,
            rate: None,
        }
    }

    /// Seconds until its runs have ended at its rate; `None` where nobody works.
    pub(super) fn seconds_left(&self) -> Option<f64> {
        Some(self.runs.saturating_sub(self.done) as f64 / self.rate?)
    }

    fn of(look: &Look) -> PartStatus {
        let Look { state, worker, written, manifest } = look;
        let (state, worker, written) = (*state, worker.clone(), *written);
        let done = match manifest.state {
            RunState::Complete => manifest.runs,
            _ => manifest.saved.as_ref().map_or(0, |saved| saved.runs),
        };
        let running = manifest.running.filter(|_| state == State::Running);
        let seconds = manifest.times.seconds.unwrap_or(0.0);
        let (runs, failed, rate) = (manifest.runs, None, None);
        PartStatus { state, worker, written, runs, done, failed, running, seconds, rate }
    }
}

/// An experiment as far as its tables need it.
pub(super) enum Reader {
    Engine(Box<Subject>),
    Program(Box<ProgramExperiment>),
}

impl Reader {
    /// Reads the experiment of a folder; `None` where it is not there yet. No data are opened.
    pub fn of(folder: &Path) -> Result<Option<Reader>, Error> {
        let config = folder.join(CONFIG);
        if !config.exists() {
            return Ok(None);
        }
        if let Ok(outline) = Outline::load(&config) {
            return Ok(Some(Reader::Engine(Subject::of_outline(&outline, "").into())));
        }
        Ok(Some(match stored_experiment(folder)? {
            AnyExperiment::Program(experiment) => Reader::Program(experiment),
            AnyExperiment::Engine(experiment) => Reader::Engine(Subject::of(&experiment).into()),
        }))
    }

    pub fn name(&self) -> &str {
        match self {
            Reader::Engine(subject) => &subject.name,
            Reader::Program(experiment) => &experiment.name,
        }
    }
}

/// What one folder tells.
pub(super) struct Seen {
    pub status: PartStatus,
    pub best: BestRuns,
    /// The objective of a program's runs, where one can be chosen among their metrics.
    pub objective: Option<String>,
    /// The metrics of a program's runs.
    pub metrics: Vec<String>,
    /// What could not be read, in words.
    pub notes: Vec<String>,
}

impl Seen {
    /// A shard of which nothing is there yet.
    pub fn nothing(runs: u64) -> Seen {
        Seen::with(PartStatus::not_begun(runs))
    }

    fn with(status: PartStatus) -> Seen {
        Seen { status, best: BestRuns::default(), objective: None, metrics: Vec::new(), notes: Vec::new() }
    }

    /// Looks at a folder whose manifest was read before.
    ///
    /// # Errors
    /// Where its lock or its manifest cannot be read. What else cannot be read is noted.
    pub fn at(folder: &Path, before: &Manifest, reader: Option<&Reader>, here: &Here) -> Result<Seen, Error> {
        let look = Look::at(folder, before, here)?;
        let mut seen = Seen::with(PartStatus::of(&look));
        let read = match reader {
            None => Ok(()),
            Some(Reader::Engine(subject)) => seen.read_table(folder, subject),
            Some(Reader::Program(experiment)) => seen.read_journal(folder, &look.manifest, experiment),
        };
        seen.notes.extend(read.err().map(|error| error.in_full()));
        let status = &mut seen.status;
        let rate = status.done as f64 / status.seconds;
        status.rate = Some(rate).filter(|rate| status.state == State::Running && rate.is_finite() && *rate > 0.0);
        Ok(seen)
    }

    fn read_table(&mut self, folder: &Path, subject: &Subject) -> Result<(), Error> {
        let (table, done) = (folder.join("runs.csv"), self.status.done);
        if done > 0 {
            let (best, rows) = best_of_table(&table, subject, done)?;
            self.best = best;
            if rows < done {
                self.notes.push(format!("{}: it is damaged, with {rows} whole rows of {done}", table.display()));
            }
        }
        Ok(())
    }

    fn read_journal(
        &mut self,
        folder: &Path,
        manifest: &Manifest,
        experiment: &ProgramExperiment,
    ) -> Result<(), Error> {
        if manifest.journal.is_none() {
            return Ok(());
        }
        let tally = Tally::of(folder, experiment, manifest)?;
        self.notes.extend(tally.damages.iter().map(ToString::to_string));
        (self.status.done, self.status.failed) = (tally.done, Some(tally.failed));
        if let (Some(objective), Some((rank, value))) = (&tally.objective, tally.best) {
            let run = rank.place as u64;
            let paths = experiment.plan.parameters().iter().map(|parameter| parameter.path.clone());
            let setting = paths.zip(experiment.texts(run)).collect();
            let best = Best { objective: objective.clone(), value, run, setting };
            self.best.add(None, rank, || Ok::<_, Error>(best))?;
        }
        (self.objective, self.metrics) = (tally.objective, tally.metrics);
        Ok(())
    }
}
