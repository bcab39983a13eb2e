//! A results folder of a program's sweep: every finished run goes into a journal at once; the tables are written from
//! it, in run order.

mod compare;
mod entry;
mod journal;
mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use etascape_sweep::differences;
use etascape_sweep::program::{ProgramExperiment, Record};

pub use compare::first_difference;
pub(crate) use journal::FILE as JOURNAL;
pub use journal::Journal;
pub(crate) use tables::NEW_LINE;

use crate::logs::{Digests, FORMAT_VERSION, Manifest, RunState, Times, digest_bytes, digest_file, write_atomically};
use crate::results::{CONFIG, seen_from};
use crate::{Difference, Error, Provenance};

/// What a folder holds that a program's results are to go to.
#[derive(Debug, Clone, PartialEq)]
pub enum ProgramFound {
    /// Nothing of ours.
    Nothing,
    /// This experiment.
    Ours(RunState),
    /// Another experiment; the keys at which it differs, the folder's value first.
    Other(Vec<Difference>),
    /// Files with our names, but no manifest.
    Foreign,
}

/// Where runs are kept beside the tables.
const RUNS: &str = "runs";

impl ProgramFound {
    /// Looks at a folder, which need not exist.
    ///
    /// # Errors
    /// Where a file of ours cannot be read.
    pub fn at(folder: &Path, experiment: &ProgramExperiment) -> Result<ProgramFound, Error> {
        if !folder.join(Manifest::FILE).exists() {
            let names = ["runs.csv", "curves.csv", CONFIG, RUNS];
            let is_ours = Journal::exists(folder) || names.iter().any(|name| folder.join(name).exists());
            return Ok(if is_ours { ProgramFound::Foreign } else { ProgramFound::Nothing });
        }
        let manifest = Manifest::read(folder)?;
        let path = folder.join(CONFIG);
        let stored = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !Journal::exists(folder) => {
                return Ok(ProgramFound::Nothing);
            }
            stored => stored.map_err(Error::io("read", &path))?,
        };
        let mut differing = differences(&stored, &experiment.toml);
        if differing.is_empty() {
            differing = differing_files(&manifest.digests.files, &file_digests(experiment)?);
        }
        Ok(if differing.is_empty() { ProgramFound::Ours(manifest.state) } else { ProgramFound::Other(differing) })
    }
}

/// The digest of every file in `program.files`.
///
/// # Errors
/// Where one cannot be read.
pub fn file_digests(experiment: &ProgramExperiment) -> Result<BTreeMap<String, String>, Error> {
    let digest = |name: &String| {
        let path = experiment.program.folder.join(name);
        Ok((name.clone(), digest_file(&path)?))
    };
    experiment.program.files.iter().map(digest).collect()
}

/// Files that are not what they were, the first's digests first.
pub fn differing_files(first: &BTreeMap<String, String>, second: &BTreeMap<String, String>) -> Vec<Difference> {
    let short = |digest: Option<&String>| digest.map(|digest| format!("digest {}", digest.get(..12).unwrap_or(digest)));
    let names: std::collections::BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let pairs = names.into_iter().map(|name| Difference {
        key: name.clone(),
        first: short(first.get(name)),
        second: short(second.get(name)),
    });
    pairs.filter(|pair| pair.first != pair.second).collect()
}

/// A results folder of a program's sweep that is being written.
pub struct ProgramResults<'a> {
    folder: &'a Path,
    experiment: &'a ProgramExperiment,
    manifest: Manifest,
    /// The finished runs.
    pub journal: Journal,
}

impl<'a> ProgramResults<'a> {
    /// Begins the results of an experiment, or goes on with them; `seen` is given the records that are there.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn begin(
        folder: &'a Path,
        experiment: &'a ProgramExperiment,
        provenance: Provenance,
        seen: &mut dyn FnMut(&Record),
    ) -> Result<ProgramResults<'a>, Error> {
        let runs = folder.join(RUNS);
        fs::create_dir_all(&runs).map_err(Error::io("create", &runs))?;
        let config = Some(digest_bytes(experiment.toml.as_bytes()));
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            etascape_version: provenance.version,
            state: RunState::Running,
            config_folder: seen_from(folder, &provenance.config_folder),
            runs: experiment.plan.runs(),
            digests: Digests { config, files: file_digests(experiment)?, ..Digests::default() },
            saved: None,
            times: Times { started: provenance.started, ..Times::default() },
            host: provenance.host,
            git_commit: provenance.git_commit,
            git_dirty: provenance.git_dirty,
            command_line: provenance.command_line,
        };
        manifest.write(folder)?;
        write_atomically(&folder.join(CONFIG), experiment.toml.as_bytes())?;
        let journal = Journal::open(folder, experiment.plan.runs(), true, seen)?;
        Ok(ProgramResults { folder, experiment, manifest, journal })
    }

    /// Writes the tables, and says whether they are complete.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn finish(mut self, finished: String, seconds: f64) -> Result<RunState, Error> {
        let (runs, curves) = tables::write(self.folder, self.experiment, &self.journal)?;
        self.manifest.digests.runs = Some(runs);
        self.manifest.digests.curves = curves;
        let is_complete = self.journal.finished() == self.manifest.runs;
        self.manifest.state = if is_complete { RunState::Complete } else { RunState::Interrupted };
        self.manifest.times.finished = Some(finished);
        self.manifest.times.seconds = Some(seconds);
        self.manifest.write(self.folder)?;
        Ok(self.manifest.state)
    }
}

/// Writes the tables of a sweep that is not complete from its journal, so that they can be drawn.
///
/// # Errors
/// Where the journal cannot be read or the tables not be written.
pub fn write_tables(folder: &Path, experiment: &ProgramExperiment) -> Result<(), Error> {
    let journal = Journal::open(folder, experiment.plan.runs(), false, &mut |_| {})?;
    tables::write(folder, experiment, &journal).map(drop)
}
