//! Finds the results folders below a folder. Of each, only the manifest is read.

use std::fs;
use std::path::{Path, PathBuf};

use super::{CONFIG, EXPORT, OURS};
use crate::Error;
use crate::logs::{Manifest, SHARDS};

/// Folders of a results folder that belong to its sweep, beside [`OURS`].
const PARTS: [&str; 2] = [SHARDS, EXPORT];

/// The results folders below a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Those whose manifest could be read, in no order.
    pub folders: Vec<Listed>,
    /// Why a manifest or a folder could not be read.
    pub errors: Vec<Error>,
}

/// A results folder.
#[derive(Debug)]
pub struct Listed {
    /// The folder.
    pub path: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
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
    let (mut folders, mut has_manifest, mut has_config) = (Vec::new(), false, false);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        has_manifest |= name == Manifest::FILE;
        has_config |= name == CONFIG;
        let is_part = name.as_encoded_bytes().starts_with(b".") || is_shard(&entry.path());
        if !is_part && (kind.is_dir() || kind.is_symlink() && entry.path().is_dir()) {
            folders.push(entry.path());
        }
    }
    if has_manifest {
        match Manifest::read(folder) {
            Ok(manifest) => listing.folders.push(Listed { path: folder.to_owned(), manifest }),
            // Other programs have files of this name too.
            Err(Error::Manifest { .. }) if !has_config => return Ok(folders),
            Err(error) => listing.errors.push(error),
        }
        folders.retain(|path| !OURS.iter().chain(&PARTS).any(|own| path.ends_with(own)));
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
