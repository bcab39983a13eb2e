//! The files that belong to a program, by their digests.

use std::collections::{BTreeMap, BTreeSet};

use etascape_sweep::Difference;
use etascape_sweep::program::ProgramExperiment;

use crate::Error;
use crate::logs::digest_file;

/// The digest of every file in `program.files`.
///
/// # Errors
/// Where one cannot be read.
pub fn file_digests(experiment: &ProgramExperiment) -> Result<BTreeMap<String, String>, Error> {
    let digest = |name: &String| {
        let path = experiment.program.folder.join(name);
        Ok((name.clone(), digest_file(&path)?))
    };
    experiment.program.files.iter().map(digest).collect()
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
