//! The first difference between two sweeps.

use std::path::PathBuf;

/// The first difference between tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The stored table.
    pub path: PathBuf,
    /// The run, where the line names one.
    pub run: Option<String>,
    /// The first column that differs.
    pub column: String,
    /// What is stored there; `None` where there is nothing.
    pub stored: Option<String>,
    /// What was trained; `None` where there is nothing.
    pub trained: Option<String>,
}
