//! Reads the journal of a results folder, without writing to it: for its tables, and to find damage.

use std::path::Path;

use etascape_sweep::program::ProgramExperiment;

use super::index::SweepKey;
use super::journal::Journal;
use super::tables;
use crate::Error;
use crate::error::Damage;
use crate::folder::JOURNAL;
use crate::logs::{Manifest, digest_file};

/// Writes the tables of an incomplete sweep from its journal, so that they can be drawn. Returns the damaged lines,
/// whose runs are not in the tables.
///
/// # Errors
/// Where the journal cannot be read or the tables not be written.
pub fn write_tables(folder: &Path, experiment: &ProgramExperiment) -> Result<Vec<Damage>, Error> {
    let manifest = Manifest::read(folder)?;
    let journal = Journal::read(folder, &SweepKey::of(experiment, &manifest), manifest.journal.as_ref())?;
    tables::write(folder, experiment, &journal, None)?;
    Ok(journal.damages().to_vec())
}

/// The damages in the journal of a complete sweep. Its tables do not need the journal.
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
    let journal = Journal::read(folder, &SweepKey::of(experiment, manifest), Some(known))?;
    Ok(match journal.damages() {
        [] => vec![Damage::at(
            &path,
            None,
            "it is not what was written: its digest is not the one in the manifest".into(),
        )],
        damages => damages.to_vec(),
    })
}
