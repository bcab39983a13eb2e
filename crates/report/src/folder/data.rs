//! `data.json`: the rows that a sweep learned from, so that what is drawn later needs no other file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use etascape_sweep::Experiment;
use etascape_sweep::data::{Source, StoredRows, StoredTargets};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::logs::write_atomically;

/// The file.
pub(crate) const DATA: &str = "data.json";

/// Numbers that are kept at most: about five megabytes. Of larger data nothing is kept.
const MOST_NUMBERS: usize = 1 << 18;

/// Bytes that are read of the file: more than it ever has.
const LARGEST: u64 = 256 << 20;

const FORMAT: u32 = 1;

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct DataFile {
    format: u32,
    features: Vec<String>,
    target: String,
    /// The features of each row.
    rows: Vec<Vec<f64>>,
    targets: Targets,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Targets {
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

/// Keeps the rows of an experiment whose data are in a file, unless they are too many.
///
/// # Errors
/// Where the file cannot be written.
pub(super) fn keep(folder: &Path, experiment: &Experiment) -> Result<(), Error> {
    let table = experiment.plan.table();
    let is_file = matches!(experiment.data.source, Source::Csv(_));
    if !is_file || table.rows() * (table.inputs() + 1) > MOST_NUMBERS {
        return Ok(());
    }
    let StoredRows { names, features, target_name, targets } = StoredRows::of(table);
    let file = DataFile {
        format: FORMAT,
        rows: features.chunks_exact(names.len()).map(<[f64]>::to_vec).collect(),
        features: names,
        target: target_name,
        targets: match targets {
            StoredTargets::Numbers(numbers) => Targets::Numbers(numbers),
            StoredTargets::Texts(texts) => Targets::Texts(texts),
        },
    };
    let text = serde_json::to_string(&file).expect("numbers and texts are JSON");
    write_atomically(&folder.join(DATA), text.as_bytes())
}

/// The rows that a folder keeps; `None` where it keeps none that can be read.
pub(super) fn kept(folder: &Path) -> Option<StoredRows> {
    let mut bytes = Vec::new();
    File::open(folder.join(DATA)).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    let file: DataFile = serde_json::from_slice(&bytes).ok()?;
    let width = file.features.len();
    if file.format != FORMAT || file.rows.iter().any(|row| row.len() != width) {
        return None;
    }
    let targets = match file.targets {
        Targets::Numbers(numbers) => StoredTargets::Numbers(numbers),
        Targets::Texts(texts) => StoredTargets::Texts(texts),
    };
    Some(StoredRows { names: file.features, features: file.rows.concat(), target_name: file.target, targets })
}
