//! What processes inherit from the user.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the start of a process depends on, beside its experiment.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The folders in which programs are searched: the variable `PATH`.
    pub search_path: Vec<PathBuf>,
    /// The names of the environment variables that are set. Processes inherit them.
    pub variables: BTreeSet<OsString>,
    /// The number of processors.
    pub processors: usize,
}
