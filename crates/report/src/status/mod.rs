//! Where a sweep stands, from its results folder: who works on it, how many runs have ended, the best so far. Nothing is
//! written, and each table is read once at most.

mod best;
mod state;

use std::path::Path;
use std::time::SystemTime;

use etascape_insight::subject::Subject;
use etascape_sweep::program::ProgramExperiment;
use etascape_sweep::{AnyExperiment, Outline};

pub use best::Best;
pub use state::{Here, SILENCE, State, Worker};

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
    /// Runs that are going on; `None` where that is not known.
    pub running: Option<u64>,
    /// Seconds of all sessions together.
    pub seconds: f64,
}

impl PartStatus {
    /// Runs a second, where somebody works: the mean over all sessions.
    pub fn rate(&self) -> Option<f64> {
        let rate = self.done as f64 / self.seconds;
        Some(rate).filter(|rate| self.state == State::Running && rate.is_finite() && *rate > 0.0)
    }
}

/// Where a sweep stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The experiment's name; `None` where its file is not there yet.
    pub experiment: Option<String>,
    /// Its runs.
    pub whole: PartStatus,
    /// The best run so far, or that of each loss that the sweep varies.
    pub best: Vec<Best>,
    /// What could not be read, in words.
    pub notes: Vec<String>,
}

impl Standing {
    /// Reads a results folder.
    ///
    /// # Errors
    /// Where it has no manifest that can be read.
    pub fn of(folder: &Path, here: &Here) -> Result<Standing, Error> {
        let manifest = Manifest::read(folder)?;
        let (state, worker, written) = state::state(folder, &manifest, here)?;
        let whole = PartStatus {
            state,
            worker,
            written,
            runs: manifest.runs,
            done: match manifest.state {
                RunState::Complete => manifest.runs,
                _ => manifest.saved.as_ref().map_or(0, |saved| saved.runs),
            },
            failed: None,
            running: manifest.running.filter(|_| state == State::Running),
            seconds: manifest.times.seconds.unwrap_or(0.0),
        };
        let mut standing = Standing { experiment: None, whole, best: Vec::new(), notes: Vec::new() };
        if let Err(error) = standing.look_closer(folder, &manifest) {
            standing.notes.push(with_causes(&error));
        }
        Ok(standing)
    }

    /// Reads the experiment, then its journal or its table.
    fn look_closer(&mut self, folder: &Path, manifest: &Manifest) -> Result<(), Error> {
        let config = folder.join(CONFIG);
        if !config.exists() {
            return Ok(());
        }
        if let Ok(outline) = Outline::load(&config) {
            self.experiment = Some(outline.name.clone());
            if self.whole.done > 0 {
                self.best = best::best(&folder.join("runs.csv"), &Subject::of_outline(&outline, ""), self.whole.done)?;
            }
            return Ok(());
        }
        match stored_experiment(folder)? {
            AnyExperiment::Program(experiment) => self.look_at_journal(folder, manifest, &experiment),
            // Its file alone can be read, so this does not occur.
            AnyExperiment::Engine(_) => Ok(()),
        }
    }

    fn look_at_journal(
        &mut self,
        folder: &Path,
        manifest: &Manifest,
        experiment: &ProgramExperiment,
    ) -> Result<(), Error> {
        self.experiment = Some(experiment.name.clone());
        let tally = Tally::of(folder, experiment, manifest)?;
        self.notes.extend(tally.damages.iter().map(ToString::to_string));
        (self.whole.done, self.whole.failed) = (tally.done, Some(tally.failed));
        let paths = experiment.plan.parameters().iter().map(|parameter| parameter.path.clone());
        self.best = tally
            .objective
            .into_iter()
            .zip(tally.best)
            .map(|(objective, (run, value))| Best {
                objective,
                value,
                run,
                setting: paths.clone().zip(experiment.texts(run)).collect(),
            })
            .collect();
        Ok(())
    }

    /// Seconds until every run has ended, if those that work go on at their rate.
    pub fn seconds_left(&self) -> Option<f64> {
        Some((self.whole.runs - self.whole.done.min(self.whole.runs)) as f64 / self.whole.rate()?)
    }
}

/// An error with what caused it.
fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}
