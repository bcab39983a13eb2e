//! Puts what was merged into the results folder.

use std::fs;
use std::io;
use std::path::Path;

use etascape_sweep::Difference;

use super::error::MergeError;
use super::shards::Reference;
use crate::Error;
use crate::folder::{CONFIG, DATA, DRAWN, JOURNAL, OURS, RUNS};
use crate::logs::{Digests, Manifest, RunState, sync_folder};

/// Checks that what a results folder holds may be replaced: it is nothing, or this sweep. Runs of a program that were not
/// trained by a shard may not be lost.
pub(super) fn check(folder: &Path, reference: &Reference) -> Result<(), MergeError> {
    let folder_name = || folder.to_owned();
    if !folder.join(Manifest::FILE).exists() {
        // Charts and a page of what the shards had so far are drawn again.
        let ours = OURS.into_iter().filter(|name| !DRAWN.contains(name) && folder.join(name).exists());
        let names: Vec<String> = ours.map(String::from).collect();
        return if names.is_empty() { Ok(()) } else { Err(MergeError::Foreign { folder: folder_name(), names }) };
    }
    let manifest = Manifest::read(folder)?;
    if folder.join(CONFIG).exists() {
        let differences = reference.differences(folder, &manifest)?;
        // Tables of the same sweep by another version may be replaced.
        let is_of_sweep = |one: &Difference| one.key != "etascape's version";
        let differences: Vec<Difference> = differences.into_iter().filter(is_of_sweep).collect();
        if !differences.is_empty() {
            return Err(MergeError::Other { folder: folder_name(), differences });
        }
    }
    match manifest.journal.is_some() && manifest.merged.is_none() {
        true => Err(MergeError::OwnRuns { folder: folder_name() }),
        false => Ok(()),
    }
}

/// Puts the files of a folder, all on the disk, in the place of those of a results folder. Where this is interrupted, the
/// folder is not complete by its manifest, and can be merged again.
///
/// # Errors
/// Where a file cannot be renamed or written.
pub(super) fn put(made: &Path, folder: &Path, manifest: &Manifest) -> Result<(), Error> {
    let digests = Digests { runs: None, curves: None, ..manifest.digests.clone() };
    Manifest { state: RunState::Running, digests, journal: None, ..manifest.clone() }.write(folder)?;
    for name in [CONFIG, DATA, JOURNAL, "runs.csv", "curves.csv"] {
        let (from, to) = (made.join(name), folder.join(name));
        match fs::rename(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => remove_if_there(&to)?,
            renamed => renamed.map_err(Error::io("write", &to))?,
        }
    }
    sync_folder(folder).map_err(Error::io("write", folder))?;
    manifest.write(folder)
}

/// Moves the folders of a program's runs from a shard to the results folder. Those of an earlier attempt are replaced.
///
/// # Errors
/// Where one cannot be moved.
pub(super) fn move_runs(shard: &Path, folder: &Path) -> Result<(), Error> {
    let (from, to) = (shard.join(RUNS), folder.join(RUNS));
    fs::create_dir_all(&to).map_err(Error::io("create", &to))?;
    let entries = match fs::read_dir(&from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(Error::io("read", &from))?,
    };
    for entry in entries {
        let name = entry.map_err(Error::io("read", &from))?.file_name();
        let place = to.join(&name);
        if place.exists() {
            fs::remove_dir_all(&place).map_err(Error::io("remove", &place))?;
        }
        fs::rename(from.join(&name), &place).map_err(Error::io("write", &place))?;
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}
