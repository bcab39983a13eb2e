//! `data.json`: the rows that a sweep learned from, or of large data what charts and findings need of them, and the weights
//! that it started from, so that what is drawn later needs no other file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use etascape_insight::large::DataFacts;
use etascape_sweep::Experiment;
use etascape_sweep::data::{StoredFiles, StoredRows, StoredTargets};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::logs::write_atomically;

/// The file.
pub(crate) const DATA: &str = "data.json";

/// Bytes of files with starting weights that are kept at most.
const MOST_WEIGHTS: u64 = 4 << 20;

/// Bytes that are read of the file: more than it ever has.
const LARGEST: u64 = 256 << 20;

/// With all rows, and with a sample of them and facts.
const FORMATS: [u32; 2] = [1, 2];

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct DataFile {
    format: u32,
    /// Where the data are in a file.
    #[serde(flatten)]
    rows: Option<Rows>,
    /// Where the rows are a sample of large data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    large: Option<Large>,
    /// The bytes of files with starting weights, by the names that the config has for them.
    #[serde(default, skip_serializing_if = "StoredFiles::is_empty")]
    weights: StoredFiles,
}

#[derive(Serialize, Deserialize)]
struct Rows {
    features: Vec<String>,
    target: String,
    /// The features of each row.
    rows: Vec<Vec<f64>>,
    targets: Targets,
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
    /// All rows, or a sample; `None` where they are not in a file.
    pub(super) rows: Option<StoredRows>,
    /// Where they are a sample.
    pub(super) large: Option<Large>,
    /// Files with starting weights.
    pub(super) weights: StoredFiles,
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

/// Keeps the rows of an experiment whose data are in a file, of large data a sample, and what charts and findings need; and its
/// files with starting weights. `digest` is that of all rows.
///
/// # Errors
/// Where a file cannot be read or written.
pub(super) fn keep(folder: &Path, experiment: &Experiment, digest: &str) -> Result<(), Error> {
    let (rows, weights) = (experiment.plan.table().stored(), weights(experiment)?);
    if rows.is_none() && weights.is_empty() {
        return Ok(());
    }
    let large = are_large(experiment).then(|| Large { digest: digest.to_owned(), facts: DataFacts::of(experiment) });
    let rows = rows.cloned().map(|StoredRows { names, features, target_name, targets, .. }| Rows {
        rows: features.chunks_exact(names.len()).map(<[f64]>::to_vec).collect(),
        features: names,
        target: target_name,
        targets: match targets {
            StoredTargets::Numbers(numbers) => Targets::Numbers(numbers),
            StoredTargets::Texts(texts) => Targets::Texts(texts),
        },
    });
    let file = DataFile { format: FORMATS[usize::from(large.is_some())], rows, large, weights };
    let text = serde_json::to_string(&file).expect("numbers and texts are JSON");
    write_atomically(&folder.join(DATA), text.as_bytes())
}

/// The files with starting weights that an experiment names; none where they are large.
fn weights(experiment: &Experiment) -> Result<StoredFiles, Error> {
    let mut weights = StoredFiles::new();
    let mut left = MOST_WEIGHTS;
    for (way, path) in experiment.weight_files() {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(left + 1).read_to_end(&mut bytes));
        read.map_err(Error::io("read", path))?;
        match left.checked_sub(bytes.len() as u64) {
            Some(rest) => left = rest,
            None => return Ok(StoredFiles::new()),
        }
        weights.insert(way.clone(), bytes);
    }
    Ok(weights)
}

/// What a folder keeps of the data; `None` where it is nothing that can be read.
pub(super) fn kept(folder: &Path) -> Option<Kept> {
    let mut bytes = Vec::new();
    File::open(folder.join(DATA)).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    let file: DataFile = serde_json::from_slice(&bytes).ok()?;
    let is_uneven = |rows: &Rows| rows.rows.iter().any(|row| row.len() != rows.features.len());
    if file.format != FORMATS[usize::from(file.large.is_some())] || file.rows.as_ref().is_some_and(is_uneven) {
        return None;
    }
    let is_sample = file.large.is_some();
    let rows = file.rows.map(|Rows { features, target, rows, targets }| StoredRows {
        names: features,
        features: rows.concat(),
        target_name: target,
        targets: match targets {
            Targets::Numbers(numbers) => StoredTargets::Numbers(numbers),
            Targets::Texts(texts) => StoredTargets::Texts(texts),
        },
        is_sample,
    });
    Some(Kept { rows, large: file.large, weights: file.weights })
}
