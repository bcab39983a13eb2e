//! Reads the subject of a results folder. Files that the experiment names are used only if they are those that trained the
//! runs.

use std::path::Path;

use etascape_insight::subject::Subject;
use etascape_sweep::data::{StoredFiles, StoredRows};
use etascape_sweep::program::ProgramExperiment;
use etascape_sweep::{AnyExperiment, ConfigError, Difference, Outline, StoredData};
use etascape_text::spelt_out;

use super::data::{Kept, Large};
use super::objective::objective_of;
use super::results::{changed_data, changed_files};
use super::{CONFIG, data};
use crate::Error;
use crate::logs::{Manifest, digest_bytes, digest_file};

/// The subject of a stored results folder.
pub struct Stored {
    /// The subject of charts and findings.
    pub subject: Subject,
    /// The program of the experiment; `None` for the engine.
    pub program: Option<Box<ProgramExperiment>>,
}

impl Stored {
    /// Reads a results folder. The data that it keeps are used, and what it keeps of large data; only where it keeps none, the
    /// file that the experiment names is opened. Where data or starting weights are gone or have changed since training, the subject
    /// lacks what depends on them, and says so ([`Subject::left_out`]).
    ///
    /// # Errors
    /// Where the folder is not a results folder.
    pub fn read(folder: &Path) -> Result<Stored, Error> {
        let manifest = Manifest::read(folder)?;
        if let Some(subject) = of_large(folder, &manifest) {
            return Ok(Stored { subject, program: None });
        }
        let (error, why) = match experiment(folder, &manifest) {
            Ok(AnyExperiment::Program(experiment)) => {
                let subject = Subject::of_program(&experiment, objective_of(folder, &experiment));
                return Ok(Stored { subject, program: Some(experiment) });
            }
            Ok(AnyExperiment::Engine(experiment)) => match &changed_data(&experiment, &manifest)?[..] {
                [] => return Ok(Stored { subject: Subject::of(&experiment), program: None }),
                changed => (None, changed.iter().map(in_words).collect::<Vec<String>>().join(", and ")),
            },
            Err(Error::Experiment(error)) => {
                let files = differing_files(folder, &manifest);
                let why =
                    if files.is_empty() { format!("{}: {}", error.key, error.message) } else { files.join(", and ") };
                (Some(error), why)
            }
            Err(error) => return Err(error),
        };
        let outline = Outline::load(&folder.join(CONFIG)).map_err(|other| error.unwrap_or(other))?;
        Ok(Stored { subject: Subject::of_outline(&outline, &spelt_out(&why)), program: None })
    }
}

/// The subject of a results folder that keeps what charts and findings need of large data: of those that trained the runs.
fn of_large(folder: &Path, manifest: &Manifest) -> Option<Subject> {
    let Kept { rows, large, weights } = data::kept(folder)?;
    let Large { facts, .. } = large.filter(|large| manifest.digests.data.as_ref() == Some(&large.digest))?;
    match load(folder, manifest, rows, &weights).ok()? {
        AnyExperiment::Engine(sample) if changed_files(&sample, manifest).is_ok_and(|changed| changed.is_empty()) => {
            facts.subject(&sample)
        }
        _ => None,
    }
}

/// The experiment of a results folder. Of the weights those are used that trained the runs.
fn load(
    folder: &Path,
    manifest: &Manifest,
    rows: Option<StoredRows>,
    weights: &StoredFiles,
) -> Result<AnyExperiment, ConfigError> {
    let have_trained =
        |(way, bytes): &(&String, &Vec<u8>)| manifest.digests.files.get(*way) == Some(&digest_bytes(bytes));
    let files = weights.iter().filter(have_trained).map(|(way, bytes)| (way.clone(), bytes.clone())).collect();
    let stored = StoredData { rows, files };
    AnyExperiment::load_stored(&folder.join(CONFIG), &folder.join(&manifest.config_folder), stored)
}

/// The experiment of a results folder, on the data that the folder keeps if they are those that trained the runs.
fn experiment(folder: &Path, manifest: &Manifest) -> Result<AnyExperiment, Error> {
    let has_trained = |kept: &AnyExperiment| match kept {
        AnyExperiment::Engine(kept) => manifest.digests.data.as_deref() == Some(kept.plan.table().digest()),
        AnyExperiment::Program(_) => false,
    };
    let (rows, weights) = match data::kept(folder) {
        Some(Kept { rows, large: None, weights }) => (rows, weights),
        Some(Kept { weights, .. }) => (None, weights),
        None => (None, StoredFiles::new()),
    };
    let kept = rows.and_then(|rows| load(folder, manifest, Some(rows), &weights).ok());
    match kept.filter(has_trained) {
        Some(kept) => Ok(kept),
        None => Ok(load(folder, manifest, None, &weights)?),
    }
}

/// The changed and missing files of an experiment, in words.
fn differing_files(folder: &Path, manifest: &Manifest) -> Vec<String> {
    let changed = |(way, digest): (&String, &String)| match digest_file(&folder.join(&manifest.config_folder).join(way))
    {
        Ok(now) => (now != *digest).then(|| format!("{way} is not what it was when the runs were trained")),
        Err(_) => Some(format!("{way} cannot be read any more")),
    };
    manifest.digests.files.iter().filter_map(changed).collect()
}

fn in_words(changed: &Difference) -> String {
    let value = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_string();
    let (then, now) = (value(&changed.first), value(&changed.second));
    format!("{} is not what the runs were trained with: {then} then, {now} now", changed.key)
}
