//! `manifest.json`: what a results folder holds, and how far its sweep is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::file::{FilePrefix, write_atomically};
use super::findings::{KeptFindings, of_this_format};
use crate::Error;

/// The newest format of a results folder that this etascape writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// The folder within a results folder in which its shards are, each a results folder of its own.
pub const SHARDS: &str = "shards";

/// The most bytes of a manifest that are read. A longer one is cut off, and then is not JSON.
const LARGEST: u64 = 1 << 24;

/// How far a sweep has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// It is being trained, or the process was killed.
    Running,
    /// It was stopped before its end.
    Interrupted,
    /// Every run is logged.
    Complete,
}

/// BLAKE3 digests, in hexadecimal; `None` for files that are unfinished or do not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digests {
    /// Of `experiment.toml`.
    pub config: Option<String>,
    /// Of the rows of the data, as read.
    pub data: Option<String>,
    /// Of the bytes of every file that the config names (data, starting weights), by the path in the config.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Of `runs.csv`.
    #[serde(rename = "runs.csv")]
    pub runs: Option<String>,
    /// Of `curves.csv`.
    #[serde(rename = "curves.csv")]
    pub curves: Option<String>,
}

/// When the sweep was trained.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Start of the first session, as RFC 3339 in UTC.
    pub started: String,
    /// End of the last, likewise.
    pub finished: Option<String>,
    /// Seconds spent in all sessions together. A killed session counts up to its last save.
    pub seconds: Option<f64>,
    /// The time of the training threads, likewise.
    #[serde(default)]
    pub threads: Option<ThreadTimes>,
}

/// Seconds, summed over all training threads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadTimes {
    /// Training.
    pub training: f64,
    /// Formatting lines.
    pub formatting: f64,
    /// Waiting for lines to be written.
    pub waiting: f64,
}

impl ThreadTimes {
    pub(crate) fn plus(self, other: ThreadTimes) -> ThreadTimes {
        ThreadTimes {
            training: self.training + other.training,
            formatting: self.formatting + other.formatting,
            waiting: self.waiting + other.waiting,
        }
    }
}

/// Where the sweep was trained.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Operating system.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// Processors that the system offers.
    pub cpus: usize,
    /// Threads that trained.
    pub threads: usize,
    /// Instruction set that the engine chose.
    pub instruction_set: String,
    /// Name of the machine.
    #[serde(default)]
    pub name: Option<String>,
    /// Model of the processor, where known.
    #[serde(default)]
    pub cpu: Option<String>,
}

/// The part of an unfinished sweep that is safely on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Runs, from the first.
    pub runs: u64,
    /// The part of `runs.csv` that holds them.
    #[serde(rename = "runs.csv")]
    pub runs_part: FilePrefix,
    /// The part of `curves.csv` that holds their curves; `None` without curves.
    #[serde(rename = "curves.csv")]
    pub curves_part: Option<FilePrefix>,
}

/// The part of a program's journal that is safely on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedJournal {
    /// The sweep's key, which every line has.
    pub sweep: String,
    /// Lines, from the first.
    pub lines: u64,
    /// The part of the file that holds them.
    #[serde(flatten)]
    pub part: FilePrefix,
}

/// The objective of a program's sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredObjective {
    /// Its name.
    pub name: String,
    /// Whether etascape chose it among the metrics, since the config leaves it out.
    pub chosen: bool,
}

/// Which shard of a sweep a results folder holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredShard {
    /// Its number, from 1.
    pub number: u64,
    /// How many shards there are.
    pub of: u64,
    /// The number of its first run in the whole sweep.
    pub first_run: u64,
    /// Runs of the whole sweep.
    pub sweep_runs: u64,
    /// How many runs stay together: those of a bracket of successive halving, else 1.
    pub unit: u64,
}

/// What a results folder was merged from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedFrom {
    /// How many shards.
    pub shards: u64,
    /// The machines on which they were trained, each once.
    pub hosts: Vec<Host>,
}

/// Everything about a results folder that is not a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the folder's format, [`FORMAT_VERSION`] when written here.
    pub format_version: u32,
    /// Version of etascape that trained.
    pub etascape_version: String,
    /// How far it is.
    pub state: RunState,
    /// The folder that the config's paths start from, relative to the results folder.
    pub config_folder: String,
    /// Runs of the sweep, or of the shard, trained or not.
    pub runs: u64,
    /// Which shard it is; absent where the folder holds the whole sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<StoredShard>,
    /// What it was merged from, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<MergedFrom>,
    /// The digests of the files.
    pub digests: Digests,
    /// The saved part of an unfinished sweep; absent in a complete one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<Saved>,
    /// The saved part of the journal, if there is one.
    #[serde(rename = "journal.jsonl", default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<SavedJournal>,
    /// Runs of a program that were going on when this was written; absent where no session was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<u64>,
    /// The objective of a program's tables, once they are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<StoredObjective>,
    /// What was found when the tables were drawn last; `None` before that.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "of_this_format")]
    pub findings: Option<KeptFindings>,
    /// When the sweep was trained.
    pub times: Times,
    /// Where the sweep was trained.
    pub host: Host,
    /// Commit of etascape's source, where known.
    pub git_commit: Option<String>,
    /// Whether the source differed from that commit.
    #[serde(default)]
    pub git_dirty: Option<bool>,
    /// The command line.
    pub command_line: Vec<String>,
}

/// The format version, which is read before all other fields.
#[derive(Deserialize)]
struct Versioned {
    format_version: u32,
}

impl Manifest {
    /// The manifest's file name in a results folder.
    pub const FILE: &'static str = "manifest.json";

    /// Reads the manifest of a results folder.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be read, [`Error::NotMerged`] where there are only shards, [`Error::Version`] where a newer etascape wrote it,
    /// [`Error::Manifest`] where it is something else.
    pub fn read(folder: &Path) -> Result<Manifest, Error> {
        let path = folder.join(Manifest::FILE);
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
        read.map_err(|error| match error.kind() {
            ErrorKind::NotFound if folder.join(SHARDS).is_dir() => Error::NotMerged { folder: folder.to_owned() },
            _ => Error::io("read", &path)(error),
        })?;
        let damaged = |source| Error::Manifest { path: path.clone(), source };
        let Versioned { format_version: found } = serde_json::from_slice(&bytes).map_err(damaged)?;
        if found > FORMAT_VERSION {
            return Err(Error::Version { path, found, supported: FORMAT_VERSION });
        }
        serde_json::from_slice(&bytes).map_err(damaged)
    }

    /// Whether the folder's own tables count: they do not where a merge was interrupted, but the shards do.
    pub(crate) fn has_own_tables(&self) -> bool {
        self.merged.is_none() || self.state == RunState::Complete
    }

    /// How many runs are logged, where the manifest says so.
    pub fn logged(&self) -> Option<u64> {
        match (self.state, &self.saved) {
            (RunState::Complete, _) => Some(self.runs),
            (_, Some(saved)) => Some(saved.runs),
            (_, None) => self.findings.as_ref().map(|found| found.runs),
        }
    }

    /// Keeps findings in the manifest of a results folder. Only who may write into the folder may do so.
    ///
    /// # Errors
    /// Where the manifest cannot be read or written.
    pub fn keep_findings(folder: &Path, findings: KeptFindings) -> Result<(), Error> {
        let manifest = Manifest::read(folder)?;
        match manifest.findings.as_ref() == Some(&findings) {
            true => Ok(()),
            false => Manifest { findings: Some(findings), ..manifest }.write(folder),
        }
    }

    /// Writes the manifest into a results folder, atomically.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(Manifest::FILE);
        let mut text =
            serde_json::to_string_pretty(self).map_err(|source| Error::Manifest { path: path.clone(), source })?;
        text.push('\n');
        write_atomically(&path, text.as_bytes())
    }
}
