//! A results folder of a program's sweep: every finished run goes into a journal at once; the tables are written from
//! it, in run order.

mod compare;
mod entry;
mod index;
mod journal;
mod reading;
mod results;
mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use etascape_sweep::program::ProgramExperiment;
use etascape_sweep::{Difference, differences};

pub use compare::first_difference;
pub use journal::Journal;
pub use results::{MendedJournal, ProgramResults};

use index::Sweep;

use crate::Error;
use crate::error::Damage;
use crate::logs::{JOURNAL, Manifest, RunState, digest_file};
use crate::results::{CONFIG, other_version};

/// What a folder holds that a program's results are to go to.
#[derive(Debug, Clone, PartialEq)]
pub enum ProgramFound {
    /// Nothing of ours.
    Nothing,
    /// This experiment.
    Ours(RunState),
    /// Another experiment; the keys at which it differs, the folder's value first.
    Other(Vec<Difference>),
    /// Files with our names, but no manifest.
    Foreign,
}

/// Where runs are kept beside the tables.
const RUNS: &str = "runs";

impl ProgramFound {
    /// Looks at a folder, which need not exist. Where the sweep is not complete, or runs of it are to be done again
    /// (`redoes`), one of another version of etascape is another experiment: its records may follow other rules.
    ///
    /// # Errors
    /// Where a file of ours cannot be read.
    pub fn at(
        folder: &Path,
        experiment: &ProgramExperiment,
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
        if differing.is_empty() {
            differing = differing_files(&manifest.digests.files, &file_digests(experiment)?);
        }
        if redoes || manifest.state != RunState::Complete {
            differing.extend(other_version(&manifest, version));
        }
        Ok(if differing.is_empty() { ProgramFound::Ours(manifest.state) } else { ProgramFound::Other(differing) })
    }
}

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

/// Files that are not what they were, the first's digests first.
pub fn differing_files(first: &BTreeMap<String, String>, second: &BTreeMap<String, String>) -> Vec<Difference> {
    let short = |digest: Option<&String>| digest.map(|digest| format!("digest {}", digest.get(..12).unwrap_or(digest)));
    let names: std::collections::BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let pairs = names.into_iter().map(|name| Difference {
        key: name.clone(),
        first: short(first.get(name)),
        second: short(second.get(name)),
    });
    pairs.filter(|pair| pair.first != pair.second).collect()
}

/// Writes the tables of a sweep that is not complete from its journal, so that they can be drawn. Which lines of it are
/// not as they were written: their runs are not in the tables.
///
/// # Errors
/// Where the journal cannot be read or the tables not be written.
pub fn write_tables(folder: &Path, experiment: &ProgramExperiment) -> Result<Vec<Damage>, Error> {
    let manifest = Manifest::read(folder)?;
    let journal = Journal::read(folder, &Sweep::of(experiment, &manifest), manifest.journal.as_ref())?;
    tables::write(folder, experiment, &journal)?;
    Ok(journal.damages().to_vec())
}

/// What is wrong with the journal of a complete sweep, which its tables do not need.
///
/// # Errors
/// Where it cannot be read.
pub fn journal_damage(
    folder: &Path,
    experiment: &ProgramExperiment,
    manifest: &Manifest,
) -> Result<Vec<Damage>, Error> {
    let Some(known) = &manifest.journal else { return Ok(Vec::new()) };
    let path = folder.join(JOURNAL);
    if !path.exists() {
        return Ok(vec![Damage::at(&path, None, "the file is missing".into())]);
    }
    if digest_file(&path)? == known.part.digest {
        return Ok(Vec::new());
    }
    let journal = Journal::read(folder, &Sweep::of(experiment, manifest), Some(known))?;
    Ok(match journal.damages() {
        [] => vec![Damage::at(
            &path,
            None,
            "it is not what was written: its digest is not the one in the manifest".into(),
        )],
        damages => damages.to_vec(),
    })
}
