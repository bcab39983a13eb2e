//! What was submitted to a cluster for a sweep: `slurm/jobs.json` in its results folder.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use etascape_sweep::Shard;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::logs::{Manifest, write_atomically};

/// How a sweep is cut into shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// How many shards.
    pub shards: u64,
    /// Runs of the whole sweep.
    pub runs: u64,
    /// How many runs stay together.
    pub unit: u64,
}

impl Cut {
    /// The cut of which a manifest's folder is a shard.
    pub(crate) fn of(manifest: &Manifest) -> Option<Cut> {
        let shard = manifest.shard.as_ref()?;
        Some(Cut { shards: shard.of, runs: shard.sweep_runs, unit: shard.unit })
    }

    /// How many runs a shard has.
    pub fn runs_of(&self, shard: Shard) -> u64 {
        let runs = shard.runs(self.runs, self.unit);
        runs.end - runs.start
    }
}

/// A job array whose elements are shards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedArray {
    /// Its number, as the cluster gave it.
    pub job: String,
    /// The cluster, where it gave its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The shards, by their numbers.
    pub shards: Vec<u64>,
    /// When it was submitted: RFC 3339 in UTC.
    pub at: String,
}

/// What was submitted for a sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The experiment's name.
    pub experiment: String,
    /// How it is cut.
    pub cut: Cut,
    /// The job arrays, in the order of their submission.
    pub arrays: Vec<SubmittedArray>,
    /// The job that merges the shards, submitted last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge: Option<SubmittedJob>,
}

/// A job that is not an array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedJob {
    /// Its number, as the cluster gave it.
    pub job: String,
    /// The cluster, where it gave its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
}

impl Submitted {
    /// The folder of what is submitted, within a results folder.
    pub const FOLDER: &'static str = "slurm";
    /// The record of it, there.
    const FILE: &'static str = "jobs.json";

    /// The numbers of its jobs, as the cluster gave them.
    pub fn jobs(&self) -> Vec<&str> {
        self.arrays.iter().map(|array| &*array.job).chain(self.merge.iter().map(|merge| &*merge.job)).collect()
    }

    /// Reads what was submitted for a sweep; `None` where nothing was.
    ///
    /// # Errors
    /// Where the record cannot be read.
    pub fn read(results: &Path) -> Result<Option<Submitted>, Error> {
        let path = results.join(Submitted::FOLDER).join(Submitted::FILE);
        let text = match fs::read(&path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            text => text.map_err(Error::io("read", &path))?,
        };
        serde_json::from_slice(&text).map(Some).map_err(|source| Error::Record { path, source })
    }

    /// Writes the record, making its folder if needed.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, results: &Path) -> Result<(), Error> {
        let folder = results.join(Submitted::FOLDER);
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        let path = folder.join(Submitted::FILE);
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|source| Error::Record { path: path.clone(), source })? + "\n";
        write_atomically(&path, text.as_bytes())
    }
}
