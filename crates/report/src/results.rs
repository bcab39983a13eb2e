//! A results folder through the life of a sweep: looked at, begun or gone on with, completed.

use std::fs;
use std::path::{Path, PathBuf};

use etascape_sweep::{Difference, Experiment, differences};

use crate::Error;
use crate::logs::{
    Columns, Digests, FORMAT_VERSION, Host, LogWriter, Manifest, Rows, RunState, Standing, Times, digest_bytes,
    write_atomically,
};

/// The config in a results folder.
const CONFIG: &str = "experiment.toml";
/// Everything that we put into a results folder beside the manifest.
const OURS: [&str; 5] = [CONFIG, "runs.csv", "curves.csv", "report.html", "charts"];

/// What a folder holds that an experiment's results are to go to.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// Nothing of ours.
    Nothing,
    /// This experiment, complete.
    Complete,
    /// This experiment, with some of its runs logged.
    Unfinished(Standing),
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
    /// When training started: RFC 3339 in UTC.
    pub started: String,
    /// The machine.
    pub host: Host,
}

/// A results folder that is being written.
pub struct Results {
    folder: PathBuf,
    manifest: Manifest,
    writer: LogWriter,
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
        match manifest.state {
            RunState::Complete => Ok(Found::Complete),
            RunState::Running | RunState::Interrupted => {
                Ok(Found::Unfinished(Standing::of(folder, &Columns::of(experiment))?))
            }
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
    let digest = experiment.plan.table().digest();
    if differing.is_empty() && manifest.digests.data.as_ref().is_some_and(|stored| *stored != digest) {
        let first = manifest.digests.data.as_ref().map(|digest| format!("rows with digest {}", &digest[..12]));
        let second = Some(format!("rows with digest {}", &digest[..12]));
        differing.push(Difference { key: "the data".into(), first, second });
    }
    if manifest.state != RunState::Complete && manifest.etascape_version != version {
        let (first, second) = (Some(manifest.etascape_version.clone()), Some(version.to_string()));
        differing.push(Difference { key: "etascape's version".into(), first, second });
    }
    Ok(differing)
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
        let digests = Digests {
            config: Some(digest_bytes(experiment.toml.as_bytes())),
            data: Some(experiment.plan.table().digest()),
            ..Digests::default()
        };
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            etascape_version: provenance.version,
            state: RunState::Running,
            config_folder: seen_from(folder, &provenance.config_folder),
            runs: experiment.plan.runs(),
            digests,
            times: Times { started: provenance.started, finished: None, seconds: None },
            host: provenance.host,
            git_commit: provenance.git_commit,
            command_line: provenance.command_line,
        };
        // First of all: whoever is cut off after it finds by it that the folder is ours.
        manifest.write(folder)?;
        write_atomically(&folder.join(CONFIG), experiment.toml.as_bytes())?;
        let columns = Columns::of(experiment);
        let writer = match standing {
            Some(standing) => LogWriter::resume(folder, &columns, standing)?,
            None => LogWriter::create(folder, &columns)?,
        };
        Ok(Results { folder: folder.to_owned(), manifest, writer })
    }

    /// Adds the lines of the runs that come next.
    ///
    /// # Errors
    /// Where the tables do not grow.
    pub fn append(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        self.writer.append(rows)
    }

    /// Brings the tables to their files and says that they are complete.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn complete(mut self, finished: String, seconds: f64) -> Result<(), Error> {
        let (runs, curves) = self.writer.finish()?;
        self.manifest.digests.runs = Some(runs);
        self.manifest.digests.curves = curves;
        self.manifest.state = RunState::Complete;
        self.manifest.times.finished = Some(finished);
        self.manifest.times.seconds = Some(seconds);
        self.manifest.write(&self.folder)
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
pub fn stored_experiment(folder: &Path) -> Result<Experiment, Error> {
    let manifest = Manifest::read(folder)?;
    Ok(Experiment::load_copy(&folder.join(CONFIG), &folder.join(manifest.config_folder))?)
}

/// The way from one folder to another; the other itself where there is none.
fn seen_from(from: &Path, to: &Path) -> String {
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
