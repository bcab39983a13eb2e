//! What the shards of a sweep have so far, put together to be drawn before all are complete.

use std::path::{Path, PathBuf};

use etascape_insight::subject::Subject;
use etascape_sweep::Shard;
use etascape_sweep::program::ProgramExperiment;
use tempfile::TempDir;

use super::error::{MergeError, ShardFault};
use super::shards::{Reference, Shards};
use super::tables::JoinedTables;
use crate::Error;
use crate::draw::{DrawOptions, Drawn, draw_into};
use crate::error::Damage;
use crate::folder::{CONFIG, DATA, Stored, shard_folder};
use crate::logs::{Digests, Manifest, RunState, temporary_folder_in, write_atomically};
use crate::program::JoinedJournals;

/// The runs that the shards of a results folder have saved, as tables in a temporary folder within it.
pub struct SoFar {
    results: PathBuf,
    folder: TempDir,
    /// The manifest of the whole sweep, which is not complete.
    pub manifest: Manifest,
    /// How many runs there are.
    pub runs: u64,
}

/// A shard with its manifest.
struct Begun {
    shard: Shard,
    folder: PathBuf,
    manifest: Manifest,
}

impl SoFar {
    /// Puts together what the shards of a results folder have saved, whose lock is held; `None` where the folder has tables of
    /// its own, or no shard has begun.
    ///
    /// # Errors
    /// Where shards are of several cuts, a shard's saved part is damaged, or a file cannot be read or written.
    pub fn of(results: &Path) -> Result<Option<SoFar>, MergeError> {
        let is_there = results.join(Manifest::FILE).exists();
        let own = is_there.then(|| Manifest::read(results)).transpose()?;
        if own.is_some_and(|own| own.state == RunState::Complete || own.merged.is_none()) {
            return Ok(None);
        }
        let shards = match Shards::find(results) {
            Err(MergeError::NoShards { .. }) => return Ok(None),
            shards => shards?,
        };
        let Some(reference) = shards.reference.clone() else { return Ok(None) };
        let folder = temporary_folder_in(results).map_err(Error::io("write", results))?;
        let first = shard_folder(results, shard_of(&reference));
        let config_folder = first.join(&reference.manifest.config_folder);
        let config_folder = std::path::absolute(&config_folder).unwrap_or(config_folder);
        let mut manifest = Manifest {
            state: RunState::Interrupted,
            config_folder: config_folder.display().to_string(),
            digests: Digests { runs: None, curves: None, ..reference.manifest.digests.clone() },
            ..shards.manifest(&reference)
        };
        write_atomically(&folder.path().join(CONFIG), reference.toml.as_bytes())?;
        if let Ok(bytes) = std::fs::read(first.join(DATA)) {
            write_atomically(&folder.path().join(DATA), &bytes)?;
        }
        let begun = begun(results, &shards)?;
        let runs = match begun.iter().any(|one| one.manifest.journal.is_some()) {
            false => join_tables(results, &shards, &begun, folder.path())?,
            true => join_journals(&begun, folder.path(), &mut manifest)?,
        };
        manifest.write(folder.path())?;
        Ok(Some(SoFar { results: results.to_owned(), folder, manifest, runs }))
    }

    /// What charts and findings are about.
    ///
    /// # Errors
    /// As [`Stored::read`].
    pub fn subject(&self) -> Result<Subject, Error> {
        Ok(Stored::read(self.folder.path())?.subject)
    }

    /// Draws the charts and the page into the results folder.
    ///
    /// # Errors
    /// As [`draw_as`](crate::draw_as).
    pub fn draw(&self, subject: &Subject, options: &DrawOptions) -> Result<Drawn, Error> {
        draw_into(self.folder.path(), subject, options, &self.results)
    }
}

fn shard_of(reference: &Reference) -> Shard {
    Shard::new(reference.shard.number, reference.shard.of).expect("a shard that was found has a number")
}

/// The shards of the sweep that have begun, in their order.
fn begun(results: &Path, shards: &Shards) -> Result<Vec<Begun>, Error> {
    let whole = shards.whole.iter().map(|one| one.shard);
    let unfinished = shards.faults.iter().filter(|(_, fault)| matches!(fault, ShardFault::Unfinished { .. }));
    let mut numbers: Vec<Shard> = whole.chain(unfinished.map(|(shard, _)| *shard)).collect();
    numbers.sort();
    let read = |shard: Shard| {
        let folder = shard_folder(results, shard);
        Ok(Begun { shard, manifest: Manifest::read(&folder)?, folder })
    };
    numbers.into_iter().map(read).collect()
}

/// Joins the saved parts of an engine's tables in a folder, and returns how many runs they have.
fn join_tables(results: &Path, shards: &Shards, begun: &[Begun], made: &Path) -> Result<u64, MergeError> {
    let has_curves = |one: &Begun| {
        let saved = one.manifest.saved.as_ref().is_some_and(|saved| saved.curves_part.is_some());
        saved || one.manifest.digests.curves.is_some()
    };
    let mut joined = JoinedTables::begin(made, begun.iter().any(has_curves))?;
    let mut runs = 0;
    for Begun { shard, folder, manifest } in begun {
        let (saved, is_intact) = match (manifest.state, &manifest.saved) {
            (RunState::Complete, _) => (manifest.runs, joined.append_all(folder, &manifest.digests)?),
            (_, Some(saved)) if saved.runs > 0 => (saved.runs, joined.append_saved(folder, saved)?),
            _ => continue,
        };
        if !is_intact {
            let problem = "its saved part is not as it was written".to_owned();
            let damages = vec![Damage::at(&folder.join("runs.csv"), None, problem)];
            let faults = vec![(*shard, ShardFault::Damaged(damages))];
            return Err(MergeError::Faulty { folder: results.to_owned(), of: shards.of, faults });
        }
        runs += saved;
    }
    joined.finish()?;
    Ok(runs)
}

/// Joins the journals of a program's shards in a folder, writes its tables, and returns how many runs they have.
fn join_journals(begun: &[Begun], made: &Path, manifest: &mut Manifest) -> Result<u64, Error> {
    let experiment = ProgramExperiment::load_copy(&made.join(CONFIG), Path::new(&manifest.config_folder))?;
    let mut joined = JoinedJournals::begin(made, &experiment, manifest)?;
    for one in begun.iter().filter(|one| one.manifest.journal.is_some()) {
        joined.append_ended(&one.folder, &one.manifest)?;
    }
    let runs = joined.lines();
    joined.finish(made, manifest)?;
    Ok(runs)
}
