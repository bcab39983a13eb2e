//! The files that belong to a program, by their digests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use etascape_sweep::Difference;
use etascape_sweep::program::ProgramExperiment;

use crate::Error;
use crate::logs::{digest_bytes, digest_file};

/// The digest of every file and folder in `program.files`, and of every template.
///
/// # Errors
/// Where one cannot be read.
pub fn file_digests(experiment: &ProgramExperiment) -> Result<BTreeMap<String, String>, Error> {
    let digest = |name: &String| {
        let path = experiment.program.folder.join(name);
        let digest = if path.is_dir() { digest_folder(&path)? } else { digest_file(&path)? };
        Ok((name.clone(), digest))
    };
    experiment.program.files.iter().map(digest).collect()
}

/// The digest of a folder: of the paths and digests of its files. What Python writes when it imports a file
/// (`__pycache__`) does not count, nor do names that begin with a dot. Links to folders are not followed.
fn digest_folder(folder: &Path) -> Result<String, Error> {
    let mut lines = Vec::new();
    gather(folder, "", &mut lines)?;
    lines.sort();
    Ok(digest_bytes(lines.concat().as_bytes()))
}

/// Adds a line for every file in a folder and in those within. `below` is the path of the folder in the outermost one.
fn gather(folder: &Path, below: &str, lines: &mut Vec<String>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let entry = entry.map_err(Error::io("read", folder))?;
        let (path, name) = (entry.path(), format!("{below}{}", entry.file_name().to_string_lossy()));
        let is_link = entry.file_type().map_err(Error::io("read", &path))?.is_symlink();
        if entry.file_name().as_encoded_bytes().starts_with(b".") || entry.file_name() == "__pycache__" {
            continue;
        }
        if path.is_file() {
            lines.push(format!("{name:?} {}\n", digest_file(&path)?));
        } else if path.is_dir() && !is_link {
            gather(&path, &format!("{name}/"), lines)?;
        } else {
            lines.push(format!("{name:?}\n"));
        }
    }
    Ok(())
}

/// The files whose digests differ, with the digests of the first set first.
pub fn differing_files(first: &BTreeMap<String, String>, second: &BTreeMap<String, String>) -> Vec<Difference> {
    let short = |digest: Option<&String>| digest.map(|digest| format!("digest {}", digest.get(..12).unwrap_or(digest)));
    let names: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let pairs = names.into_iter().map(|name| Difference {
        key: name.clone(),
        first: short(first.get(name)),
        second: short(second.get(name)),
    });
    pairs.filter(|pair| pair.first != pair.second).collect()
}
