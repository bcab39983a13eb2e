//! The results folder of an engine sweep: inspected, begun or continued, completed.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use etascape_sweep::{Difference, Experiment, differences};

use super::part::Part;
use super::provenance::Provenance;
use super::{CONFIG, OURS, data, other_part, other_version};
use crate::Error;
use crate::error::Damage;
use crate::logs::{
    Columns, Digests, IntactPrefix, LogWriter, Manifest, Rows, RunState, SessionTimes, ThreadTimes, damage,
    digest_bytes, digest_file, write_atomically,
};

/// What a folder for an experiment's results holds already.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// No files of etascape.
    Nothing,
    /// This experiment, complete.
    Complete,
    /// This experiment, with some of its runs logged.
    Unfinished(IntactPrefix),
    /// This experiment, with damaged tables.
    Damaged(Vec<Damage>),
    /// Another experiment; the keys at which it differs, the folder's value first.
    Other(Vec<Difference>),
    /// Files with etascape's names, but no manifest. Their names.
    Foreign(Vec<String>),
}

/// A results folder that is being written.
pub struct Results {
    folder: PathBuf,
    manifest: Manifest,
    writer: LogWriter,
    times: SessionTimes,
    /// The number of the first run.
    first: u64,
    /// Runs that are appended, from the first.
    appended: u64,
}

impl Found {
    /// Inspects a folder, which need not exist.
    ///
    /// # Errors
    /// Where a file of etascape cannot be read, or is damaged.
    pub fn at(folder: &Path, experiment: &Experiment, part: &Part, version: &str) -> Result<Found, Error> {
        let names = OURS.into_iter().filter(|name| folder.join(name).exists()).map(String::from);
        let ours: Vec<String> = names.collect();
        if !folder.join(Manifest::FILE).exists() {
            return Ok(if ours.is_empty() { Found::Nothing } else { Found::Foreign(ours) });
        }
        let manifest = Manifest::read(folder)?;
        if manifest.state != RunState::Complete && ours.is_empty() {
            return Ok(Found::Nothing);
        }
        let differing = differing(folder, experiment, part, version, &manifest)?;
        if !differing.is_empty() {
            return Ok(Found::Other(differing));
        }
        let damages = damage(folder, &manifest)?;
        if !damages.is_empty() {
            return Found::damaged(damages, &manifest, version);
        }
        match (manifest.state, manifest.saved) {
            (RunState::Complete, _) => Ok(Found::Complete),
            (_, Some(saved)) => Ok(Found::Unfinished(IntactPrefix::from(&saved))),
            (_, None) => match IntactPrefix::of(folder, &Columns::of(experiment), part.runs.start) {
                Ok(prefix) => Ok(Found::Unfinished(prefix)),
                Err(error) => Ok(Found::Damaged(vec![Damage::of(error)?])),
            },
        }
    }

    /// Damage can be repaired only by the version of etascape that trained, since only it gives the same bytes.
    fn damaged(damages: Vec<Damage>, manifest: &Manifest, version: &str) -> Result<Found, Error> {
        match manifest.etascape_version == version {
            true => Ok(Found::Damaged(damages)),
            false => Err(Error::Damaged(damages)),
        }
    }
}

/// The keys, data and versions by which the experiment in a folder would give other bytes.
fn differing(
    folder: &Path,
    experiment: &Experiment,
    part: &Part,
    version: &str,
    manifest: &Manifest,
) -> Result<Vec<Difference>, Error> {
    let path = folder.join(CONFIG);
    let stored = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let mut differing = differences(&stored, &experiment.toml);
    if differing.is_empty() {
        differing = changed_data(experiment, manifest)?;
    }
    differing.extend(other_part(manifest, part));
    if manifest.state != RunState::Complete {
        differing.extend(other_version(manifest, version));
    }
    Ok(differing)
}

/// The data and files of an experiment that are not as its manifest recorded them, by name.
///
/// # Errors
/// Where a file that the config names cannot be read.
pub(crate) fn changed_data(experiment: &Experiment, manifest: &Manifest) -> Result<Vec<Difference>, Error> {
    let place = experiment.data.file().map_or_else(String::new, |path| format!(" in {path}"));
    let now = experiment.plan.table().digest();
    let changed = difference("the data", "rows", manifest.digests.data.as_ref(), now, &place);
    Ok(changed.into_iter().chain(changed_files(experiment, manifest)?).collect())
}

/// The files of an experiment, but for its data, that are not as its manifest recorded them, by name.
///
/// # Errors
/// Where one of them cannot be read.
pub(crate) fn changed_files(experiment: &Experiment, manifest: &Manifest) -> Result<Vec<Difference>, Error> {
    let mut changed = Vec::new();
    // A data file is compared by its rows, so other line ends are no difference.
    for (way, path) in experiment.weight_files() {
        changed.extend(difference(way, "a file", manifest.digests.files.get(way), &digest_file(path)?, ""));
    }
    Ok(changed)
}

/// The difference of a digest from the one that is stored; `place` is said of it.
fn difference(key: &str, what: &str, stored: Option<&String>, now: &str, place: &str) -> Option<Difference> {
    let stored = stored.filter(|stored| *stored != now)?;
    let digest = |digest: &str| format!("{what} with digest {}", digest.chars().take(12).collect::<String>());
    Some(Difference { key: key.into(), first: Some(digest(stored)), second: Some(digest(now) + place) })
}

/// The digest of every file that an experiment names.
fn digests_of_files(experiment: &Experiment) -> Result<BTreeMap<String, String>, Error> {
    let digest = |(way, path): &(String, PathBuf)| Ok((way.clone(), digest_file(path)?));
    experiment.files.iter().map(digest).collect()
}

impl Results {
    /// Begins the results of a part of an experiment, or continues after the runs that are intact.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn begin(
        folder: &Path,
        experiment: &Experiment,
        part: &Part,
        prefix: Option<IntactPrefix>,
        provenance: Provenance,
    ) -> Result<Results, Error> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let before = prefix.and_then(|_| Manifest::read(folder).ok());
        let of_data = experiment.plan.table().digest();
        let digests = Digests {
            config: Some(digest_bytes(experiment.toml.as_bytes())),
            data: Some(of_data.to_owned()),
            files: digests_of_files(experiment)?,
            ..Digests::default()
        };
        let (manifest, times) = provenance.begin(folder, part, digests, before.as_ref());
        let manifest = Manifest { saved: before.and_then(|before| before.saved), ..manifest };
        // This comes first: after an interruption it shows that the folder belongs to etascape.
        manifest.write(folder)?;
        write_atomically(&folder.join(CONFIG), experiment.toml.as_bytes())?;
        data::keep(folder, experiment, of_data)?;
        let columns = Columns::of(experiment);
        let writer = match prefix {
            Some(prefix) => LogWriter::resume(folder, &columns, prefix)?,
            None => LogWriter::create(folder, &columns)?,
        };
        let appended = prefix.map_or(0, |prefix| prefix.runs);
        let first = part.runs.start;
        let mut results = Results { folder: folder.to_owned(), manifest, writer, times, first, appended };
        results.save()?;
        Ok(results)
    }

    /// Adds the lines of the runs that come next.
    ///
    /// # Errors
    /// Where the tables cannot be written.
    pub fn append(&mut self, rows: &Rows) -> Result<(), Error> {
        self.writer.append(rows)?;
        self.appended += rows.count();
        Ok(())
    }

    /// Notes the time that threads have spent in this session so far.
    pub fn spend(&mut self, threads: ThreadTimes) {
        self.times.spend(threads);
    }

    /// Bytes appended that are not yet certain to be on the disk.
    pub fn unsaved_bytes(&self) -> u64 {
        self.writer.unsaved_bytes()
    }

    /// Brings everything logged to the disk: first the tables, then a manifest with their lengths and digests and the time
    /// spent so far.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn save(&mut self) -> Result<(), Error> {
        self.manifest.saved = Some(self.writer.save(self.appended)?);
        self.manifest.times = self.times.times(None);
        self.manifest.write(&self.folder)
    }

    /// Brings the tables to the disk and ends this session. The sweep is complete if every run is in them, else
    /// interrupted.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn finish(&mut self, finished: String) -> Result<RunState, Error> {
        let saved = self.writer.save(self.appended)?;
        if self.appended == self.manifest.runs {
            self.manifest.state = RunState::Complete;
            self.manifest.digests.runs = Some(saved.runs_part.digest);
            self.manifest.digests.curves = saved.curves_part.map(|part| part.digest);
            self.manifest.saved = None;
        } else {
            self.manifest.state = RunState::Interrupted;
            self.manifest.saved = Some(saved);
        }
        self.manifest.times = self.times.times(Some(finished));
        self.manifest.write(&self.folder)?;
        Ok(self.manifest.state)
    }

    /// How many runs are appended.
    pub fn appended_runs(&self) -> u64 {
        self.appended
    }

    /// The runs that are not appended yet, with their numbers in the whole sweep.
    pub fn left(&self) -> Range<u64> {
        self.first + self.appended..self.first + self.manifest.runs
    }

    /// Runs that are safely on the disk.
    pub fn saved_runs(&self) -> u64 {
        match self.manifest.state {
            RunState::Complete => self.manifest.runs,
            _ => self.manifest.saved.as_ref().map_or(0, |saved| saved.runs),
        }
    }

    /// Runs of the part.
    pub fn runs(&self) -> u64 {
        self.manifest.runs
    }
}
