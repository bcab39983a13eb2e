//! Finds the results folders below a folder. Of each, only the manifest is read, or those of its shards.

use std::fs;
use std::path::{Path, PathBuf};

use super::{CONFIG, EXPORT, OURS, Submitted, Unmerged, shard_folder};
use crate::Error;
use crate::logs::{KeptFindings, Manifest, RunState, SHARDS};

/// Folders of a results folder that belong to its sweep, beside [`OURS`].
const PARTS: [&str; 2] = [SHARDS, EXPORT];

/// The results folders below a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Those whose manifests could be read, in no order.
    pub folders: Vec<Listed>,
    /// Why a manifest or a folder could not be read.
    pub errors: Vec<Error>,
}

/// A results folder.
#[derive(Debug)]
pub struct Listed {
    /// The folder.
    pub path: PathBuf,
    /// How far its sweep is.
    pub state: ListedState,
    /// Runs of the sweep, trained or not.
    pub runs: u64,
    /// How many of them are logged, where that is known.
    pub logged: Option<u64>,
    /// When the sweep ended, or, before that, began, or was submitted: RFC 3339 in UTC.
    pub when: String,
    /// The version of etascape that trained; of shards, all versions. `None` where none has begun.
    pub version: Option<String>,
    /// Its config.
    pub config: PathBuf,
    /// What was found when its tables were drawn last.
    pub findings: Option<KeptFindings>,
}

/// How far a sweep is, by its manifests alone. In the order in which they are of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListedState {
    /// A process trains, or was killed.
    Running,
    /// It can go on.
    Interrupted,
    /// It is in shards that are not merged.
    Unmerged,
    /// All runs are logged.
    Complete,
}

impl Listed {
    /// A folder with tables of its own.
    fn of(folder: &Path, manifest: Manifest) -> Listed {
        Listed {
            path: folder.to_owned(),
            state: match manifest.state {
                RunState::Running => ListedState::Running,
                RunState::Interrupted => ListedState::Interrupted,
                RunState::Complete => ListedState::Complete,
            },
            runs: manifest.runs,
            logged: manifest.logged(),
            when: manifest.times.finished.unwrap_or(manifest.times.started),
            version: Some(manifest.etascape_version),
            config: folder.join(CONFIG),
            findings: manifest.findings,
        }
    }

    /// A folder whose shards are not merged; `None` where none has begun and none was submitted.
    fn of_shards(folder: &Path, unmerged: &Unmerged, submitted: Option<&Submitted>) -> Option<Listed> {
        let first = unmerged.manifests.keys().next();
        let submitted_at = || submitted.and_then(|submitted| submitted.arrays.iter().map(|array| &*array.at).min());
        Some(Listed {
            path: folder.to_owned(),
            state: ListedState::Unmerged,
            runs: unmerged.cut?.runs,
            logged: unmerged.logged(),
            when: unmerged.when().or_else(submitted_at)?.to_owned(),
            version: unmerged.versions(),
            config: first.map_or(folder.to_owned(), |shard| shard_folder(folder, *shard)).join(CONFIG),
            findings: None,
        })
    }
}

/// Finds the results folders below a folder, itself included. Links are followed; hidden folders, and those that belong to a
/// sweep (its shards, the folders of its runs), are not looked into.
///
/// # Errors
/// Where the folder itself cannot be read.
pub fn list(below: &Path) -> Result<Listing, Error> {
    let mut listing = Listing::default();
    let mut waiting = subfolders(below, &mut listing).map_err(Error::io("read", below))?;
    // Links can lead in a circle. All folders behind links are remembered, few as they are.
    let mut linked: Vec<PathBuf> = below.canonicalize().into_iter().collect();
    while let Some(folder) = waiting.pop() {
        if fs::symlink_metadata(&folder).is_ok_and(|data| data.is_symlink()) {
            match folder.canonicalize() {
                Ok(real) if !linked.iter().any(|known| real.starts_with(known) || known.starts_with(&real)) => {
                    linked.push(real)
                }
                _ => continue,
            }
        }
        match subfolders(&folder, &mut listing) {
            Ok(folders) => waiting.extend(folders),
            Err(source) => listing.errors.push(Error::io("read", &folder)(source)),
        }
    }
    Ok(listing)
}

/// Adds a folder to the listing, if it is a results folder. Returns the folders in it to look into.
fn subfolders(folder: &Path, listing: &mut Listing) -> std::io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    let (mut has_manifest, mut has_config, mut has_parts) = (false, false, false);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        has_manifest |= name == Manifest::FILE;
        has_config |= name == CONFIG;
        has_parts |= name == SHARDS || name == Submitted::FOLDER;
        let is_part = name.as_encoded_bytes().starts_with(b".") || is_shard(&entry.path());
        if !is_part && (kind.is_dir() || kind.is_symlink() && entry.path().is_dir()) {
            folders.push(entry.path());
        }
    }
    let manifest = match has_manifest.then(|| Manifest::read(folder)).transpose() {
        Ok(manifest) => manifest,
        // Other programs have files of this name too.
        Err(Error::Manifest { .. }) if !has_config => return Ok(folders),
        Err(error) => {
            listing.errors.push(error);
            folders.retain(|path| !is_own(path));
            return Ok(folders);
        }
    };
    let in_shards = has_parts && !manifest.as_ref().is_some_and(Manifest::has_own_tables);
    let unmerged = if in_shards { unmerged(folder, listing) } else { None };
    if let Some(listed) = unmerged.or_else(|| manifest.map(|manifest| Listed::of(folder, manifest))) {
        listing.folders.push(listed);
        folders.retain(|path| !is_own(path));
    }
    Ok(folders)
}

/// Whether a folder is that of a shard, `shards/3-of-64`: its sweep may have no manifest yet.
fn is_shard(folder: &Path) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let name = folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.split_once("-of-"));
    folder.parent().is_some_and(|parent| parent.ends_with(SHARDS))
        && name.is_some_and(|(number, count)| is_number(number) && is_number(count))
}

/// Whether a folder in a results folder belongs to its sweep.
fn is_own(folder: &Path) -> bool {
    OURS.iter().chain(&PARTS).any(|own| folder.ends_with(own))
}

/// A folder as one whose shards are not merged, if it is that. What cannot be read is added to the listing.
fn unmerged(folder: &Path, listing: &mut Listing) -> Option<Listed> {
    let submitted = Submitted::read(folder).unwrap_or_else(|error| {
        listing.errors.push(error);
        None
    });
    match Unmerged::read(folder, submitted.as_ref()) {
        Ok(mut unmerged) => {
            let listed = Listed::of_shards(folder, &unmerged, submitted.as_ref());
            // Other programs have such folders too.
            let is_ours = |shard| listed.is_some() || shard_folder(folder, shard).join(CONFIG).exists();
            let errors = unmerged.errors.drain(..).filter(|(shard, _)| is_ours(*shard));
            listing.errors.extend(errors.map(|(_, error)| error));
            listed
        }
        Err(error) => {
            listing.errors.push(error);
            None
        }
    }
}
