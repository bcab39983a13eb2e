//! `data.json`: the rows that a sweep learned from, or of large data what charts and findings need of them, so that what is
//! drawn later needs no other file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use etascape_insight::large::DataFacts;
use etascape_sweep::Experiment;
use etascape_sweep::data::{StoredRows, StoredTargets};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::logs::write_atomically;

/// The file.
pub(crate) const DATA: &str = "data.json";

/// Bytes that are read of the file: more than it ever has.
const LARGEST: u64 = 256 << 20;

/// With all rows, and with a sample of them and facts.
const FORMATS: [u32; 2] = [1, 2];

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct DataFile {
    format: u32,
    features: Vec<String>,
    target: String,
    /// The features of each row.
    rows: Vec<Vec<f64>>,
    targets: Targets,
    /// Where the rows are a sample of large data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    large: Option<Large>,
}

/// What is kept of large data beside a sample of the rows.
#[derive(Serialize, Deserialize)]
pub(super) struct Large {
    /// The digest of all rows.
    pub(super) digest: String,
    /// What charts and findings need of them.
    pub(super) facts: DataFacts,
}

/// What a folder keeps of the data.
pub(super) struct Kept {
    /// All rows, or a sample.
    pub(super) rows: StoredRows,
    /// Where they are a sample.
    pub(super) large: Option<Large>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Targets {
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

/// Whether an experiment's data are in a file and too large for all rows to be kept.
pub(crate) fn are_large(experiment: &Experiment) -> bool {
    experiment.plan.table().stored().is_some_and(|rows| rows.is_sample)
}

/// Keeps the rows of an experiment whose data are in a file; of large data a sample, and what charts and findings need.
/// `digest` is that of all rows.
///
/// # Errors
/// Where the file cannot be written.
pub(super) fn keep(folder: &Path, experiment: &Experiment, digest: &str) -> Result<(), Error> {
    let Some(rows) = experiment.plan.table().stored() else { return Ok(()) };
    let large = rows.is_sample.then(|| Large { digest: digest.to_owned(), facts: DataFacts::of(experiment) });
    let StoredRows { names, features, target_name, targets, .. } = rows.clone();
    let file = DataFile {
        format: FORMATS[usize::from(large.is_some())],
        rows: features.chunks_exact(names.len()).map(<[f64]>::to_vec).collect(),
        features: names,
        target: target_name,
        targets: match targets {
            StoredTargets::Numbers(numbers) => Targets::Numbers(numbers),
            StoredTargets::Texts(texts) => Targets::Texts(texts),
        },
        large,
    };
    let text = serde_json::to_string(&file).expect("numbers and texts are JSON");
    write_atomically(&folder.join(DATA), text.as_bytes())
}

/// What a folder keeps of the data; `None` where it is nothing that can be read.
pub(super) fn kept(folder: &Path) -> Option<Kept> {
    let mut bytes = Vec::new();
    File::open(folder.join(DATA)).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    let file: DataFile = serde_json::from_slice(&bytes).ok()?;
    let width = file.features.len();
    if file.format != FORMATS[usize::from(file.large.is_some())] || file.rows.iter().any(|row| row.len() != width) {
        return None;
    }
    let targets = match file.targets {
        Targets::Numbers(numbers) => StoredTargets::Numbers(numbers),
        Targets::Texts(texts) => StoredTargets::Texts(texts),
    };
    let rows = StoredRows {
        names: file.features,
        features: file.rows.concat(),
        target_name: file.target,
        targets,
        is_sample: file.large.is_some(),
    };
    Some(Kept { rows, large: file.large })
}
