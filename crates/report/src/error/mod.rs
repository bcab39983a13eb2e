//! What can go wrong with files and tables.

mod damage;
mod holder;
mod shown;

use std::io;
use std::path::{Path, PathBuf};

use etascape_insight::study::MissingColumn;

pub use damage::Damage;
pub(crate) use damage::Expected;
pub use holder::Holder;
pub(crate) use shown::shown;

/// An error of this crate, with the file and the place in it.
///
/// The cause, such as an error of the system, is its source and not part of its text.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read, written or made.
    #[error("cannot {action} {}", shown(path))]
    Io {
        /// The action: "write", "read" …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line of a table that cannot be split into cells.
    #[error("{}:{line}: {problem}", shown(path))]
    Line {
        /// The table.
        path: PathBuf,
        /// Its line, from 1.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A cell with a value that its column does not allow.
    #[error("{}:{line}: column {column}: found {found:?}, expected {expected}", shown(path))]
    Cell {
        /// The table.
        path: PathBuf,
        /// Its line, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// What the cell holds.
        found: String,
        /// What it may hold.
        expected: &'static str,
    },
    /// A table without a required column.
    #[error("{}: there is no column {column:?}", shown(path))]
    MissingColumn {
        /// The table.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// A manifest that cannot be parsed.
    #[error("{}: not a manifest", shown(path))]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What the JSON parser said.
        source: serde_json::Error,
    },
    /// A record of what was submitted that cannot be parsed.
    #[error("{}: not a record of submitted jobs", shown(path))]
    Record {
        /// The file.
        path: PathBuf,
        /// What the JSON parser said.
        source: serde_json::Error,
    },
    /// A results folder that another process works on.
    #[error("{} is in use by {}", shown(folder), holder.as_ref().map_or("another process".into(), in_words))]
    Held {
        /// The folder.
        folder: PathBuf,
        /// Who works on it, where that could be read.
        holder: Option<Holder>,
    },
    /// Files of a results folder that are not as they were written.
    #[error("{}", lines(.0))]
    Damaged(Vec<Damage>),
    /// A stored experiment that cannot be read again.
    #[error(transparent)]
    Experiment(#[from] etascape_sweep::ConfigError),
    /// A temporary folder that cannot be made.
    #[error("cannot create a temporary folder")]
    TemporaryFolder(#[source] io::Error),
    /// The guard, which ends a program's processes where etascape is killed, does not start.
    #[error("cannot start the process that guards the others")]
    Guard(#[source] io::Error),
    /// A results folder that holds shards of a sweep, and no tables yet.
    #[error("{} holds shards that are not merged: `etascape merge {}` makes its tables", shown(folder), shown(folder))]
    NotMerged {
        /// The folder.
        folder: PathBuf,
    },
    /// A results folder written by a newer etascape.
    #[error("{}: format_version {found} is newer than {supported}, the newest that this etascape reads", shown(path))]
    Version {
        /// The manifest.
        path: PathBuf,
        /// Its format version.
        found: u32,
        /// The newest we know.
        supported: u32,
    },
}

impl Error {
    /// Adds the file and the action to an error of the system: `.map_err(Error::io("read", path))`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Io { action, path, source }
    }

    /// Its text with those of its causes.
    pub(crate) fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text += &format!(": {error}");
            cause = error.source();
        }
        text
    }
}

fn in_words(holder: &Holder) -> String {
    format!("process {} on {} since {}", holder.pid, holder.host, holder.since)
}

fn lines(damages: &[Damage]) -> String {
    damages.iter().map(Damage::to_string).collect::<Vec<String>>().join("\n")
}

impl From<MissingColumn> for Error {
    fn from(missing: MissingColumn) -> Error {
        Error::MissingColumn { path: "runs.csv".into(), column: missing.column }
    }
}
