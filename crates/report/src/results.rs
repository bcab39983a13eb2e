//! A results folder through the life of a sweep: looked at, begun or gone on with, completed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use etascape_sweep::data::Source;
use etascape_sweep::{Difference, Experiment, Study, differences};

use crate::Error;
use crate::error::Damage;
use crate::logs::{
    Columns, Digests, FORMAT_VERSION, Host, JOURNAL, LogWriter, Manifest, Rows, RunState, Session, Standing,
    ThreadTimes, damage, digest_bytes, digest_file, write_atomically,
};

/// The config in a results folder.
pub(crate) const CONFIG: &str = "experiment.toml";
/// Everything that we put into a results folder beside the manifest.
const OURS: [&str; 7] = [CONFIG, "runs.csv", "curves.csv", "report.html", "charts", JOURNAL, "runs"];

/// What a folder holds that an experiment's results are to go to.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// Nothing of ours.
    Nothing,
    /// This experiment, complete.
    Complete,
    /// This experiment, with some of its runs logged.
    Unfinished(Standing),
    /// This experiment, with tables that are not as they were written.
    Damaged(Vec<Damage>),
    /// Another experiment; the keys at which it differs, the folder's value first.
    Other(Vec<Difference>),
    /// Files with our names, but no manifest: these.
    Foreign(Vec<String>),
}

/// Who trains, where and when: what the manifest says beside the results.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    /// What was typed.
    pub command_line: Vec<String>,
    /// The folder that the config's paths start from.
    pub config_folder: PathBuf,
    /// Version of etascape.
    pub version: String,
    /// Commit that it was built from, where known.
    pub git_commit: Option<String>,
    /// Whether the source differed from that commit.
    pub git_dirty: Option<bool>,
    /// When training started: RFC 3339 in UTC.
    pub started: String,
    /// The machine.
    pub host: Host,
}

impl Provenance {
    /// The manifest of a sweep that begins, or goes on behind the sessions that another manifest tells of, and this session
    /// of it.
    pub(crate) fn begin(
        self,
        folder: &Path,
        runs: u64,
        digests: Digests,
        before: Option<&Manifest>,
    ) -> (Manifest, Session) {
        let session = Session::begin(self.started, before.map(|before| before.times.clone()));
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            etascape_version: self.version,
            state: RunState::Running,
            config_folder: seen_from(folder, &self.config_folder),
            runs,
            digests,
            saved: None,
            journal: None,
            times: session.times(None),
            host: self.host,
            git_commit: self.git_commit,
            git_dirty: self.git_dirty,
            command_line: self.command_line,
        };
        (manifest, session)
    }
}

/// A results folder that is being written.
pub struct Results {
    folder: PathBuf,
    manifest: Manifest,
    writer: LogWriter,
    session: Session,
    /// Runs that are appended, from 0.
    appended: u64,
}

impl Found {
    /// Looks at a folder, which need not exist.
    ///
    /// # Errors
    /// Where a file of ours cannot be read, or is damaged.
    pub fn at(folder: &Path, experiment: &Experiment, version: &str) -> Result<Found, Error> {
        let names = OURS.into_iter().filter(|name| folder.join(name).exists()).map(String::from);
        let ours: Vec<String> = names.collect();
        if !folder.join(Manifest::FILE).exists() {
            return Ok(if ours.is_empty() { Found::Nothing } else { Found::Foreign(ours) });
        }
        let manifest = Manifest::read(folder)?;
        if manifest.state != RunState::Complete && ours.is_empty() {
            return Ok(Found::Nothing);
        }
        let differing = differing(folder, experiment, version, &manifest)?;
        if !differing.is_empty() {
            return Ok(Found::Other(differing));
        }
        let damages = damage(folder, &manifest)?;
        if !damages.is_empty() {
            return Found::damaged(damages, &manifest, version);
        }
        match (manifest.state, manifest.saved) {
            (RunState::Complete, _) => Ok(Found::Complete),
            (_, Some(saved)) => Ok(Found::Unfinished(Standing::from(&saved))),
            (_, None) => match Standing::of(folder, &Columns::of(experiment)) {
                Ok(standing) => Ok(Found::Unfinished(standing)),
                Err(error) => Ok(Found::Damaged(vec![Damage::of(error)?])),
            },
        }
    }
}

impl Found {
    /// Damage can be made good only by the etascape that gives the same bytes.
    fn damaged(damages: Vec<Damage>, manifest: &Manifest, version: &str) -> Result<Found, Error> {
        match manifest.etascape_version == version {
            true => Ok(Found::Damaged(damages)),
            false => Err(Error::Damaged(damages)),
        }
    }
}

/// Where the experiment in a folder would give other bytes.
fn differing(
    folder: &Path,
    experiment: &Experiment,
    version: &str,
    manifest: &Manifest,
) -> Result<Vec<Difference>, Error> {
    let path = folder.join(CONFIG);
    let stored = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let mut differing = differences(&stored, &experiment.toml);
    if differing.is_empty() {
        differing = changed_data(experiment, manifest)?;
    }
    if manifest.state != RunState::Complete {
        differing.extend(other_version(manifest, version));
    }
    Ok(differing)
}

/// That another version of etascape trained, if it did.
pub(crate) fn other_version(manifest: &Manifest, version: &str) -> Option<Difference> {
    let (first, second) = (Some(manifest.etascape_version.clone()), Some(version.to_string()));
    (first != second).then(|| Difference { key: "etascape's version".into(), first, second })
}

/// What an experiment learns or starts from that is not what its manifest recorded, by name.
///
/// # Errors
/// Where a file that the config names cannot be read.
pub(crate) fn changed_data(experiment: &Experiment, manifest: &Manifest) -> Result<Vec<Difference>, Error> {
    let rows = match &experiment.data.source {
        Source::Csv { path, .. } => Some(path.display().to_string()),
        _ => None,
    };
    let mut changed = Vec::new();
    let mut compare = |key: String, what: &str, stored: Option<&String>, now: &str, place: String| {
        if let Some(stored) = stored.filter(|stored| *stored != now) {
            let digest = |digest: &str| format!("{what} with digest {}", digest.chars().take(12).collect::<String>());
            changed.push(Difference { key, first: Some(digest(stored)), second: Some(digest(now) + &place) });
        }
    };
    let place = rows.as_ref().map_or_else(String::new, |path| format!(" in {path}"));
    let now = experiment.plan.table().digest();
    compare("the data".into(), "rows", manifest.digests.data.as_ref(), &now, place);
    // A data file counts by its rows: other line ends make no other experiment.
    for (way, digest) in digests_of_files(experiment)?.iter().filter(|(way, _)| Some(*way) != rows.as_ref()) {
        compare(way.clone(), "a file", manifest.digests.files.get(way), digest, String::new());
    }
    Ok(changed)
}

/// The digest of every file that an experiment names.
fn digests_of_files(experiment: &Experiment) -> Result<BTreeMap<String, String>, Error> {
    let digest = |(way, path): &(String, PathBuf)| Ok((way.clone(), digest_file(path)?));
    experiment.files.iter().map(digest).collect()
}

impl Results {
    /// Begins the results of an experiment, or goes on behind the runs that stand.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn begin(
        folder: &Path,
        experiment: &Experiment,
        standing: Option<Standing>,
        provenance: Provenance,
    ) -> Result<Results, Error> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let before = standing.and_then(|_| Manifest::read(folder).ok());
        let digests = Digests {
            config: Some(digest_bytes(experiment.toml.as_bytes())),
            data: Some(experiment.plan.table().digest()),
            files: digests_of_files(experiment)?,
            ..Digests::default()
        };
        let (manifest, session) = provenance.begin(folder, experiment.plan.runs(), digests, before.as_ref());
        let manifest = Manifest { saved: before.and_then(|before| before.saved), ..manifest };
        // First of all: whoever is cut off after it finds by it that the folder is ours.
        manifest.write(folder)?;
        write_atomically(&folder.join(CONFIG), experiment.toml.as_bytes())?;
        let columns = Columns::of(experiment);
        let writer = match standing {
            Some(standing) => LogWriter::resume(folder, &columns, standing)?,
            None => LogWriter::create(folder, &columns)?,
        };
        let appended = standing.map_or(0, |standing| standing.runs);
        let mut results = Results { folder: folder.to_owned(), manifest, writer, session, appended };
        results.save()?;
        Ok(results)
    }

    /// Adds the lines of the runs that come next.
    ///
    /// # Errors
    /// Where the tables do not grow.
    pub fn append(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        self.writer.append(rows)?;
        self.appended += rows.count();
        Ok(())
    }

    /// What the threads that train have done in this session so far.
    pub fn spend(&mut self, threads: ThreadTimes) {
        self.session.spend(threads);
    }

    /// Bytes appended that are not yet certain to be on the disk.
    pub fn unsaved_bytes(&self) -> u64 {
        self.writer.unsaved_bytes()
    }

    /// Brings everything logged to the disk, the tables first, and then a manifest that vouches for them and says how
    /// long it took so far.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn save(&mut self) -> Result<(), Error> {
        self.manifest.saved = Some(self.writer.save(self.appended)?);
        self.manifest.times = self.session.times(None);
        self.manifest.write(&self.folder)
    }

    /// Saves, and says that the sweep was stopped before its end.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn interrupt(&mut self, finished: String) -> Result<(), Error> {
        self.manifest.saved = Some(self.writer.save(self.appended)?);
        self.end(RunState::Interrupted, finished)
    }

    fn end(&mut self, state: RunState, finished: String) -> Result<(), Error> {
        self.manifest.state = state;
        self.manifest.times = self.session.times(Some(finished));
        self.manifest.write(&self.folder)
    }

    /// Runs that are on the disk, whatever happens.
    pub fn saved_runs(&self) -> u64 {
        self.manifest.saved.as_ref().map_or(0, |saved| saved.runs)
    }

    /// Runs of the sweep.
    pub fn runs(&self) -> u64 {
        self.manifest.runs
    }

    /// Brings the tables to their files and says that they are complete.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn complete(mut self, finished: String) -> Result<(), Error> {
        let saved = self.writer.save(self.appended)?;
        self.manifest.digests.runs = Some(saved.runs_part.digest);
        self.manifest.digests.curves = saved.curves_part.map(|part| part.digest);
        self.manifest.saved = None;
        self.end(RunState::Complete, finished)
    }

    /// Removes what an earlier sweep left in a folder; files that are not ours stay.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn clear(folder: &Path) -> Result<(), Error> {
        for name in [Manifest::FILE].into_iter().chain(OURS) {
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
}

/// The experiment of a results folder, with paths that start from where they started when it was trained.
///
/// # Errors
/// Where the folder is not one of ours, or its experiment's data is not there any more.
pub fn stored_experiment(folder: &Path) -> Result<Study, Error> {
    let manifest = Manifest::read(folder)?;
    Ok(Study::load_copy(&folder.join(CONFIG), &folder.join(manifest.config_folder))?)
}

/// The way from one folder to another; the other itself where there is none.
pub(crate) fn seen_from(from: &Path, to: &Path) -> String {
    let to = if to.as_os_str().is_empty() { Path::new(".") } else { to };
    let (Ok(from), Ok(to)) = (from.canonicalize(), to.canonicalize()) else { return to.display().to_string() };
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return to.display().to_string();
    }
    let up = from.components().skip(shared).map(|_| "..".to_string());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let way: Vec<String> = up.chain(down).collect();
    if way.is_empty() { ".".into() } else { way.join("/") }
}
