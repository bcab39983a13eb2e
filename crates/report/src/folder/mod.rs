//! A results folder: what is in it by name, who may write into it, how it grows, and how it is read back.

mod data;
mod list;
mod lock;
mod mismatch;
mod objective;
mod part;
mod provenance;
mod results;
mod stored;
mod stored_tables;
mod submitted;
mod tables;
mod unmerged;

use std::fs;
use std::path::Path;

use etascape_sweep::{AnyExperiment, Difference};

use crate::Error;
use crate::logs::{Manifest, SHARDS, StoredShard};

pub(crate) use data::{DATA, are_large};
pub use list::{Listed, ListedState, Listing, list};
pub use lock::{Lock, LockView};
pub use mismatch::Mismatch;
pub(crate) use objective::objective_of;
pub(crate) use part::is_of;
pub use part::{Part, shard_folder, shards_in};
pub use provenance::Provenance;
pub(crate) use results::{Found, Results};
pub use stored::Stored;
pub(crate) use stored_tables::StoredTables;
pub use stored_tables::changed_since;
pub use submitted::{Cut, Submitted, SubmittedArray, SubmittedJob};
pub(crate) use tables::{ShownCurves, has_curves, shown_runs};
pub(crate) use unmerged::{Unmerged, sum};

/// The config.
pub const CONFIG: &str = "experiment.toml";
/// The journal of a program's sweep.
pub(crate) const JOURNAL: &str = "journal.jsonl";
/// The working directories of a program's runs.
pub(crate) const RUNS: &str = "runs";
/// What is drawn.
pub(crate) const DRAWN: [&str; 2] = ["report.html", "charts"];
/// The tables in the formats of other tools.
pub(crate) const EXPORT: &str = "export";
/// All files and folders that etascape writes there beside the manifest and the shards.
pub(crate) const OURS: [&str; 8] = [CONFIG, "runs.csv", "curves.csv", data::DATA, DRAWN[0], DRAWN[1], JOURNAL, RUNS];

/// Removes the files of an earlier sweep, with its shards and what was submitted for them. Other files stay.
///
/// # Errors
/// Where a file cannot be removed.
pub(crate) fn clear(folder: &Path) -> Result<(), Error> {
    for name in [Manifest::FILE, SHARDS, Submitted::FOLDER, EXPORT].into_iter().chain(OURS) {
        let path = folder.join(name);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match removed {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("remove", &path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The difference in etascape's version, if there is one.
pub(crate) fn other_version(manifest: &Manifest, version: &str) -> Option<Difference> {
    let (first, second) = (Some(manifest.etascape_version.clone()), Some(version.to_string()));
    (first != second).then(|| Difference { key: "etascape's version".into(), first, second })
}

/// The difference in the part of the sweep, if there is one.
pub(crate) fn other_part(manifest: &Manifest, part: &Part) -> Option<Difference> {
    let in_words = |shard: &StoredShard| format!("{}/{} from run {}", shard.number, shard.of, shard.first_run);
    let (first, second) = (manifest.shard.as_ref().map(in_words), part.shard().map(in_words));
    (first != second).then(|| Difference { key: "the shard".into(), first, second })
}

/// The experiment of a results folder. Its paths start from the same folder as when it was trained.
///
/// # Errors
/// Where the folder is not a results folder, or the experiment's data cannot be read.
pub fn stored_experiment(folder: &Path) -> Result<AnyExperiment, Error> {
    let manifest = Manifest::read(folder)?;
    Ok(AnyExperiment::load_copy(&folder.join(CONFIG), &folder.join(manifest.config_folder))?)
}
