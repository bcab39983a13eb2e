//! Tables held against those of a sweep trained again, byte for byte.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use etascape_sweep::Experiment;

use crate::Error;
use crate::logger::Logger;
use crate::logs::{Columns, LogWriter, Manifest, digest_file};
use crate::results::{CONFIG, changed_data};

/// The first place where tables differ.
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

/// Bytes of a line at most; what is longer is read as several.
const LONGEST_LINE: u64 = 16 << 20;

/// An observer that writes the tables of an experiment into an empty folder, to be held against those of another.
///
/// # Errors
/// [`Error::Io`] where the folder does not take them.
pub fn logger<'a>(folder: &Path, experiment: &'a Experiment) -> Result<Logger<'a>, Error> {
    Ok(Logger::new(&experiment.plan, LogWriter::create(folder, Columns::of(experiment))?))
}

/// The first difference between the stored tables and those trained again, all of them; or how many bytes are the same.
///
/// # Errors
/// [`Error::Io`] where a table cannot be read.
pub fn compare(stored: &Path, trained: &Path, experiment: &Experiment) -> Result<Result<u64, Mismatch>, Error> {
    let mut bytes = 0;
    for name in tables(experiment) {
        let (mut ours, mut theirs) = (Lines::open(&stored.join(name))?, Lines::open(&trained.join(name))?);
        let columns = theirs.columns()?;
        loop {
            match compare_lines(&mut ours, &mut theirs, &columns)? {
                Step::Same(0) => break,
                Step::Same(length) => bytes += length,
                Step::Differs(mismatch) => return Ok(Err(mismatch)),
            }
        }
    }
    Ok(Ok(bytes))
}

/// The same for some runs alone: `trained` holds only theirs. Each is looked up in the stored tables, which are sorted
/// by run, so that even the largest is not read through.
///
/// # Errors
/// [`Error::Io`] where a table cannot be read.
pub fn compare_sample(
    stored: &Path,
    trained: &Path,
    runs: &[u64],
    experiment: &Experiment,
) -> Result<Result<u64, Mismatch>, Error> {
    let mut bytes = 0;
    for name in tables(experiment) {
        let (mut ours, mut theirs) = (Lines::open(&stored.join(name))?, Lines::open(&trained.join(name))?);
        let columns = theirs.columns()?;
        if let Step::Differs(mismatch) = compare_lines(&mut ours, &mut theirs, &columns)? {
            return Ok(Err(mismatch));
        }
        let head = ours.at;
        for &run in runs {
            ours.find(run, head)?;
            while theirs.peek_run()? == Some(run) || (ours.peek_run()? == Some(run)) {
                match compare_lines(&mut ours, &mut theirs, &columns)? {
                    Step::Same(length) => bytes += length,
                    Step::Differs(mismatch) => return Ok(Err(mismatch)),
                }
            }
        }
    }
    Ok(Ok(bytes))
}

/// What is not as it was when the results were made, in words, a line each.
///
/// # Errors
/// Where the folder, or a file that its config names, cannot be read.
pub fn changed_since(
    folder: &Path,
    experiment: &Experiment,
    version: &str,
    commit: Option<&str>,
) -> Result<Vec<String>, Error> {
    let manifest = Manifest::read(folder)?;
    let mut changed = Vec::new();
    if manifest.etascape_version != version {
        changed.push(format!("etascape: {} then, {version} now", manifest.etascape_version));
    }
    if let (Some(then), Some(now)) = (manifest.git_commit.as_deref(), commit)
        && then != now
    {
        changed.push(format!("etascape's source: commit {then} then, {now} now"));
    }
    if Some(digest_file(&folder.join(CONFIG))?) != manifest.digests.config {
        changed.push(format!("the config: {} was edited", folder.join(CONFIG).display()));
    }
    let value = |value: Option<String>| value.unwrap_or_else(|| "nothing".into());
    let data = changed_data(experiment, &manifest)?;
    changed.extend(data.into_iter().map(|d| format!("{}: {} then, {} now", d.key, value(d.first), value(d.second))));
    for (name, digest) in [("runs.csv", &manifest.digests.runs), ("curves.csv", &manifest.digests.curves)] {
        if digest.is_some() && Some(digest_file(&folder.join(name))?) != *digest {
            changed.push(format!("{}: not the file that was written", folder.join(name).display()));
        }
    }
    Ok(changed)
}

fn tables(experiment: &Experiment) -> Vec<&'static str> {
    match Columns::of(experiment).curves {
        true => vec!["runs.csv", "curves.csv"],
        false => vec!["runs.csv"],
    }
}

enum Step {
    /// So many bytes; 0 at the end of both.
    Same(u64),
    Differs(Mismatch),
}

fn compare_lines(ours: &mut Lines, theirs: &mut Lines, columns: &[String]) -> Result<Step, Error> {
    let (stored, trained) = (ours.next()?, theirs.next()?);
    if stored == trained {
        return Ok(Step::Same(stored.len() as u64));
    }
    let (stored, trained) = (cells(&stored), cells(&trained));
    let at = (0..).find(|&at| stored.get(at) != trained.get(at)).unwrap_or(0);
    Ok(Step::Differs(Mismatch {
        path: ours.path.clone(),
        run: trained.first().or(stored.first()).cloned(),
        column: columns.get(at).cloned().unwrap_or_else(|| format!("number {}", at + 1)),
        stored: stored.get(at).cloned(),
        trained: trained.get(at).cloned(),
    }))
}

/// The cells of a line, its end among the last one's text where it is not ours.
fn cells(line: &[u8]) -> Vec<String> {
    let Some(line) = line.strip_suffix(b"\n").or(Some(line).filter(|line| !line.is_empty())) else { return Vec::new() };
    let text = String::from_utf8_lossy(line).into_owned();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).terminator(csv::Terminator::Any(b'\n')).from_reader(line);
    match reader.records().next() {
        Some(Ok(record)) => record.iter().map(String::from).collect(),
        _ => vec![text],
    }
}

/// A table, line by line.
struct Lines {
    path: PathBuf,
    file: BufReader<File>,
    at: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Lines, Error> {
        let file = File::open(path).map_err(Error::io("read", path))?;
        Ok(Lines { path: path.to_owned(), file: BufReader::with_capacity(1 << 16, file), at: 0 })
    }

    /// The names of the columns; the first line is then still to come.
    fn columns(&mut self) -> Result<Vec<String>, Error> {
        let head = self.next()?;
        self.go(0)?;
        Ok(cells(&head))
    }

    /// The next line with its end; empty at the end of the file.
    fn next(&mut self) -> Result<Vec<u8>, Error> {
        let mut line = Vec::new();
        let read = self.file.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        self.at += read.map_err(Error::io("read", &self.path))? as u64;
        Ok(line)
    }

    fn go(&mut self, at: u64) -> Result<(), Error> {
        // Within what is buffered nothing is read again.
        let moved = self.file.seek_relative(at as i64 - self.at as i64);
        self.at = at;
        moved.map_err(Error::io("read", &self.path))
    }

    /// The run of the next line, which is then still to come.
    fn peek_run(&mut self) -> Result<Option<u64>, Error> {
        let at = self.at;
        let line = self.next()?;
        self.go(at)?;
        Ok(run_of(&line))
    }

    /// Goes to the first line of a run, or of the next there is, by halves.
    fn find(&mut self, run: u64, head: u64) -> Result<(), Error> {
        let length = self.file.get_ref().metadata().map_err(Error::io("read", &self.path))?.len();
        let (mut low, mut high) = (head, length);
        while low < high {
            let middle = low + (high - low) / 2;
            self.go(middle)?;
            if middle > low {
                self.next()?;
            }
            let line = self.next()?;
            match run_of(&line) {
                Some(found) if found < run => low = self.at,
                _ => high = middle,
            }
        }
        self.go(low)
    }
}

fn run_of(line: &[u8]) -> Option<u64> {
    let cell = line.split(|&byte| byte == b',').next()?;
    std::str::from_utf8(cell).ok()?.parse().ok()
}
