//! Merges the shards of a results folder into the tables of the whole sweep.
//!
//! Everything is made in a temporary folder beside the tables, while the digests of the shards are checked. Only when it is
//! whole and on the disk it takes the place of what is there. The shards stay as they are, but for the folders of a program's
//! runs, which move. Memory does not grow with the number of runs of the engine.

mod error;
mod place;
mod shards;
mod so_far;
mod tables;

use std::fs;
use std::path::Path;

use etascape_sweep::program::ProgramExperiment;

use crate::Error;
use crate::error::Damage;
use crate::folder::{CONFIG, DATA};
use crate::logs::{Digests, Manifest, RunState, digest_bytes, temporary_folder_in, write_atomically};
use crate::program::JoinedJournals;

pub use error::{MergeError, ShardFault};
use place::{check, put};
use shards::Shards;
pub use so_far::SoFar;
use tables::JoinedTables;

/// What was merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// How many shards there are.
    pub shards: u64,
    /// Runs of the whole sweep.
    pub runs: u64,
    /// Whether successive halving compared runs of a program with those of their own shard alone, so that others may be pruned
    /// than on one machine.
    pub is_pruned_apart: bool,
}

/// Merges the shards of a results folder, whose lock is held. `version` is etascape's.
///
/// # Errors
/// Where a shard is missing, not complete, damaged or of another sweep than the others: all of them are named. The folder is
/// as it was then.
pub(crate) fn merge(folder: &Path, version: &str) -> Result<Merged, MergeError> {
    let mut shards = Shards::find(folder)?;
    let Some(reference) = shards.reference.clone() else { return Err(shards.faulty(folder)) };
    check(folder, &reference)?;
    let made = temporary_folder_in(folder).map_err(Error::io("write", folder))?;
    let config = reference.toml.clone();
    let mut manifest = Manifest {
        state: RunState::Complete,
        digests: Digests { config: Some(digest_bytes(config.as_bytes())), ..reference.manifest.digests.clone() },
        ..shards.manifest(&reference)
    };
    let is_halved = match shards.are_of_program() {
        false => join_tables(&mut shards, made.path(), &mut manifest).map(|()| false)?,
        true if manifest.etascape_version != version => {
            let (trained, own) = (manifest.etascape_version, version.to_owned());
            return Err(MergeError::Version { folder: folder.to_owned(), trained, own });
        }
        true => join_journals(&mut shards, made.path(), &mut manifest)?,
    };
    if !shards.faults.is_empty() {
        return Err(shards.faulty(folder));
    }
    write_atomically(&made.path().join(CONFIG), config.as_bytes())?;
    if let Some(bytes) = shards.whole.first().and_then(|shard| fs::read(shard.folder.join(DATA)).ok()) {
        write_atomically(&made.path().join(DATA), &bytes)?;
    }
    put(made.path(), folder, &manifest)?;
    if manifest.journal.is_some() {
        shards.whole.iter().try_for_each(|shard| place::move_runs(&shard.folder, folder))?;
    }
    let is_pruned_apart = is_halved && shards.whole.len() > 1;
    Ok(Merged { shards: shards.of, runs: manifest.runs, is_pruned_apart })
}

/// Joins the tables of an engine's shards in a folder, and adds the faults that are found.
fn join_tables(shards: &mut Shards, made: &Path, manifest: &mut Manifest) -> Result<(), Error> {
    let whole = std::mem::take(&mut shards.whole);
    let has_curves = whole.first().is_some_and(|shard| shard.manifest.digests.curves.is_some());
    let mut joined = JoinedTables::begin(made, has_curves)?;
    for shard in &whole {
        let is_wanted = shards.faults.is_empty();
        if is_wanted && joined.append(shard)? {
            continue;
        }
        let mut damages = shard.damages()?;
        damages.extend(joined.misfit(shard));
        if is_wanted && damages.is_empty() {
            let problem = "its columns are not those of the other shards, or it has changed meanwhile".to_owned();
            damages.push(Damage::at(&shard.folder.join("runs.csv"), None, problem));
        }
        shards.add_damages(shard, damages);
    }
    shards.whole = whole;
    (manifest.digests.runs, manifest.digests.curves) = joined.finish()?;
    Ok(())
}

/// Joins the journals of a program's shards in a folder, and writes its tables. Adds the faults that are found. Returns whether
/// there is successive halving.
fn join_journals(shards: &mut Shards, made: &Path, manifest: &mut Manifest) -> Result<bool, Error> {
    let whole = std::mem::take(&mut shards.whole);
    let Some(first) = whole.first() else { return Ok(false) };
    let experiment = ProgramExperiment::load_copy(&first.folder.join(CONFIG), &first.folder)?;
    let mut joined = JoinedJournals::begin(made, &experiment, manifest)?;
    for shard in &whole {
        let mut damages = shard.damages()?;
        damages.extend(joined.append(&shard.folder, &shard.manifest)?);
        shards.add_damages(shard, damages);
    }
    shards.whole = whole;
    if shards.faults.is_empty() {
        joined.finish(made, manifest)?;
    }
    Ok(experiment.program.rules.halving.is_some())
}
