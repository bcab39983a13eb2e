//! Inspects a folder for a program's results.

use std::fs;
use std::path::Path;

use etascape_core::StopRules;
use etascape_sweep::program::{ProgramExperiment, Record};
use etascape_sweep::{Difference, Status, differences};

use super::files::{differing_files, file_digests};
use super::index::SweepKey;
use super::journal::Journal;
use crate::Error;
use crate::folder::{CONFIG, JOURNAL, Part, RUNS, other_part, other_version};
use crate::logs::{Manifest, RunState};

/// What a folder for a program's results holds already.
#[derive(Debug, Clone, PartialEq)]
pub enum ProgramFound {
    /// No files of etascape.
    Nothing,
    /// This experiment.
    Ours(RunState),
    /// Another experiment; the keys at which it differs, the folder's value first.
    Other(Vec<Difference>),
    /// Files with etascape's names, but no manifest.
    Foreign,
}

impl ProgramFound {
    /// Inspects a folder, which need not exist. A sweep whose objective was left out is still the same where the objective is
    /// named now, if that changes no record. Where the sweep is not complete, or runs are to be repeated (`redoes`),
    /// results of another version of etascape count as another experiment, since its rules may differ.
    ///
    /// # Errors
    /// Where a file of etascape cannot be read.
    pub fn at(
        folder: &Path,
        experiment: &ProgramExperiment,
        part: &Part,
        version: &str,
        redoes: bool,
    ) -> Result<ProgramFound, Error> {
        if !folder.join(Manifest::FILE).exists() {
            let names = ["runs.csv", "curves.csv", CONFIG, RUNS, JOURNAL];
            let is_ours = names.iter().any(|name| folder.join(name).exists());
            return Ok(if is_ours { ProgramFound::Foreign } else { ProgramFound::Nothing });
        }
        let manifest = Manifest::read(folder)?;
        let path = folder.join(CONFIG);
        let stored = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !folder.join(JOURNAL).exists() => {
                return Ok(ProgramFound::Nothing);
            }
            stored => stored.map_err(Error::io("read", &path))?,
        };
        let mut differing = differences(&stored, &experiment.toml);
        let is_named_now = names_objective(&differing) && has_records_of(folder, experiment, &manifest)?;
        if is_named_now {
            differing.clear();
        }
        if differing.is_empty() {
            differing = differing_files(&manifest.digests.files, &file_digests(experiment)?);
        }
        differing.extend(other_part(&manifest, part));
        if redoes || is_named_now || manifest.state != RunState::Complete {
            differing.extend(other_version(&manifest, version));
        }
        // The tables of another objective are to be written again.
        let state = if is_named_now { RunState::Interrupted } else { manifest.state };
        Ok(if differing.is_empty() { ProgramFound::Ours(state) } else { ProgramFound::Other(differing) })
    }
}

/// Whether the only difference is that the objective, which was left out, is named now, and its direction.
fn names_objective(differing: &[Difference]) -> bool {
    let is_named = |one: &Difference| one.key == "program.objective" && one.first.is_none();
    let is_direction = |one: &Difference| one.key == "program.maximise" && one.first.is_none();
    differing.iter().any(is_named) && differing.iter().all(|one| is_named(one) || is_direction(one))
}

/// Whether the records of a folder, whose objective was left out, are those of the experiment, which names it: no rule has
/// ended a run, and none would have.
fn has_records_of(folder: &Path, experiment: &ProgramExperiment, manifest: &Manifest) -> Result<bool, Error> {
    let rules = &experiment.program.rules;
    let Some(objective) = &rules.objective else { return Ok(false) };
    let stop = &rules.stop;
    if rules.halving.is_some() || stop.patience.is_some() || stop.converged_below != StopRules::NONE.converged_below {
        return Ok(false);
    }
    if !folder.join(JOURNAL).exists() {
        return Ok(true);
    }
    let journal = Journal::read(folder, &SweepKey::of(experiment, manifest), manifest.journal.as_ref())?;
    let mut is_same = true;
    journal.records(|record| {
        let is_ended_by_rule = !matches!(record.status, Status::MaxSteps | Status::Failed | Status::Timeout);
        is_same &= !is_ended_by_rule && !would_diverge(&record, objective, stop);
        Ok(())
    })?;
    Ok(is_same)
}

/// Whether an objective would have ended a run as diverged. A value that is not finite is known where it is logged.
fn would_diverge(record: &Record, objective: &str, stop: &StopRules) -> bool {
    let Some(place) = record.names.iter().position(|name| name == objective) else { return false };
    let spread = &record.spreads[place];
    let logged = record.curve.iter().filter_map(|point| point.values.get(place).copied().flatten());
    let values = [spread.first, spread.last, spread.min, spread.max].into_iter().flatten();
    let limit = spread.first.map_or(f64::MAX, |first| stop.limit(first));
    values.chain(logged).any(|value| !value.is_finite() || value > limit)
}
