//! Damaged tables.

use std::fmt;
use std::path::{Path, PathBuf};

use super::shown::shown;

/// A damaged table: it is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The table.
    pub path: PathBuf,
    /// The line of it, from 1, where it is known.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub problem: String,
    /// The expected content; `Some` where the table differs in its line ends only.
    pub(crate) line_ends: Option<Expected>,
}

/// The expected length and digest of a table, or of its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    /// `None`: the whole file.
    pub(crate) bytes: Option<u64>,
    /// Its BLAKE3, in hexadecimal.
    pub(crate) digest: String,
}

impl Damage {
    /// A damage that cannot be repaired.
    pub(crate) fn at(path: &Path, line: Option<u64>, problem: String) -> Damage {
        Damage { path: path.to_owned(), line, problem, line_ends: None }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map_or_else(String::new, |line| format!(":{line}"));
        write!(f, "{}{line}: {}", shown(&self.path), self.problem)
    }
}
