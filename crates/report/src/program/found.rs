//! Inspects a folder for a program's results.

use std::fs;
use std::path::Path;

use etascape_sweep::program::ProgramExperiment;
use etascape_sweep::{Difference, differences};

use super::files::{differing_files, file_digests};
use crate::Error;
use crate::folder::{CONFIG, JOURNAL, RUNS, other_version};
use crate::logs::{Manifest, RunState};

/// What a folder for a program's results holds already.
#[derive(Debug, Clone, PartialEq)]
pub enum ProgramFound {
    /// No files of etascape.
    Nothing,
    /// This experiment.
    Ours(RunState),
    /// Another experiment; the keys at which it differs, the folder's value first.
    Other(Vec<Difference>),
    /// Files with etascape's names, but no manifest.
    Foreign,
}

impl ProgramFound {
    /// Inspects a folder, which need not exist. Where the sweep is not complete, or runs are to be repeated (`redoes`),
    /// results of another version of etascape count as another experiment, since its rules may differ.
    ///
    /// # Errors
    /// Where a file of etascape cannot be read.
    pub fn at(
        folder: &Path,
        experiment: &ProgramExperiment,
        version: &str,
        redoes: bool,
    ) -> Result<ProgramFound, Error> {
        if !folder.join(Manifest::FILE).exists() {
            let names = ["runs.csv", "curves.csv", CONFIG, RUNS, JOURNAL];
            let is_ours = names.iter().any(|name| folder.join(name).exists());
            return Ok(if is_ours { ProgramFound::Foreign } else { ProgramFound::Nothing });
        }
        let manifest = Manifest::read(folder)?;
        let path = folder.join(CONFIG);
        let stored = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !folder.join(JOURNAL).exists() => {
                return Ok(ProgramFound::Nothing);
            }
            stored => stored.map_err(Error::io("read", &path))?,
        };
        let mut differing = differences(&stored, &experiment.toml);
        if differing.is_empty() {
            differing = differing_files(&manifest.digests.files, &file_digests(experiment)?);
        }
        if redoes || manifest.state != RunState::Complete {
            differing.extend(other_version(&manifest, version));
        }
        Ok(if differing.is_empty() { ProgramFound::Ours(manifest.state) } else { ProgramFound::Other(differing) })
    }
}
