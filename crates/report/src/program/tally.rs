//! How the runs of a program's sweep ended so far, from one pass over its journal.

use std::collections::BTreeMap;
use std::path::Path;

use etascape_insight::study::Rank;
use etascape_insight::subject::{Objective, Subject};
use etascape_sweep::Status;
use etascape_sweep::program::{ProgramExperiment, Record};

use super::index::SweepKey;
use super::journal::Journal;
use crate::Error;
use crate::error::Damage;
use crate::logs::Manifest;

/// How the runs of a journal ended.
pub struct Tally {
    /// Runs that have ended.
    pub done: u64,
    /// Those of them that have no result.
    pub failed: u64,
    /// The objective; `None` where none can be chosen among the metrics so far.
    pub objective: Option<String>,
    /// The metrics of the runs.
    pub metrics: Vec<String>,
    /// The rank of the best run, whose place is its number, and its objective.
    pub best: Option<(Rank, f64)>,
    /// The damaged lines: the first few, and how many more.
    pub damages: Vec<Damage>,
}

impl Tally {
    /// Reads the journal of a results folder.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of(folder: &Path, experiment: &ProgramExperiment, manifest: &Manifest) -> Result<Tally, Error> {
        let mut counting = Counting { experiment, names: Vec::new(), objective: None, runs: BTreeMap::new() };
        let sweep = SweepKey::of(experiment, manifest);
        let journal = Journal::watched(folder, &sweep, manifest.journal.as_ref(), &mut |record| counting.take(record))?;
        let Counting { names, objective, runs, .. } = counting;
        let ranked = runs.values().filter_map(|ended| ended.ranked);
        Ok(Tally {
            done: runs.len() as u64,
            failed: runs.values().filter(|ended| ended.is_failed).count() as u64,
            objective: objective.map(|objective| objective.name),
            metrics: names,
            best: ranked.reduce(|best, one| if one.0.is_before(&best.0) { one } else { best }),
            damages: journal.damages().to_vec(),
        })
    }
}

/// What is kept of a run that has ended.
struct EndedRun {
    is_failed: bool,
    /// Its rank, and its objective.
    ranked: Option<(Rank, f64)>,
}

/// The state of reading a journal.
struct Counting<'a> {
    experiment: &'a ProgramExperiment,
    /// The metrics so far.
    names: Vec<String>,
    objective: Option<Objective>,
    runs: BTreeMap<u64, EndedRun>,
}

impl Counting<'_> {
    fn take(&mut self, record: &Record) {
        let known = self.names.len();
        let new = record.names.iter().filter(|name| !self.names.contains(name)).cloned().collect::<Vec<_>>();
        self.names.extend(new);
        if self.names.len() > known {
            self.choose();
        }
        let ranked = self.objective.as_ref().and_then(|objective| ranked(record, objective));
        self.runs.insert(record.run, EndedRun { is_failed: record.is_failed(), ranked });
    }

    /// Chooses the objective anew, since there are more metrics. If another is chosen, it is new: no earlier run has it.
    fn choose(&mut self) {
        let chosen = self.experiment.program.rules.objective_among(&self.names).map(|which| &self.names[which]);
        if chosen != self.objective.as_ref().map(|objective| &objective.name) {
            self.objective = chosen.map(|name| Subject::of_program(self.experiment, name.clone()).objective);
            self.runs.values_mut().for_each(|ended| ended.ranked = None);
        }
    }
}

/// The rank and the objective of a run; `None` where it has none, diverged, or ended at its start.
fn ranked(record: &Record, objective: &Objective) -> Option<(Rank, f64)> {
    let spread = record.spread(&objective.name)?;
    let is_settled = !record.is_failed() && record.status != Status::Diverged;
    let is_at_start = record.status == Status::Converged && spread.first == spread.last;
    let last = spread.last.filter(|last| last.is_finite() && is_settled && !is_at_start)?;
    let place = usize::try_from(record.run).ok()?;
    Some((Rank::of(objective, record.status, Some(record.steps as f64), last, place), last))
}
