//! Compares stored tables with those of a sweep that is trained again, byte for byte.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use etascape_sweep::Experiment;

use super::CONFIG;
use super::mismatch::Mismatch;
use super::results::changed_data;
use crate::Error;
use crate::logs::{Columns, Lines, Manifest, Rows, digest_file};

/// The most bytes of a line; a longer line is read as several.
const LONGEST_LINE: u64 = 16 << 20;

/// Stored tables, for comparison with the lines of runs that are trained again.
pub struct StoredTables {
    tables: Vec<Table>,
    bytes: u64,
}

impl StoredTables {
    /// Opens the tables of a results folder.
    ///
    /// # Errors
    /// [`Error::Io`] where one cannot be read.
    pub fn open(folder: &Path, experiment: &Experiment) -> Result<StoredTables, Error> {
        let columns = Columns::of(experiment);
        let mut tables = vec![Table::open(folder.join("runs.csv"), &columns.of_runs())?];
        if columns.curves {
            tables.push(Table::open(folder.join("curves.csv"), &columns.of_curves())?);
        }
        Ok(StoredTables { tables, bytes: 0 })
    }

    /// Compares the headers with those of the experiment. Returns the first difference.
    ///
    /// # Errors
    /// [`Error::Io`] where a table cannot be read.
    pub fn heads(&mut self) -> Result<Option<Mismatch>, Error> {
        for table in &mut self.tables {
            let head = table.head.clone();
            let found = table.compare(&head)?;
            self.bytes += head.len() as u64;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Compares the lines of the next runs with the next stored ones. Returns the first difference.
    ///
    /// # Errors
    /// [`Error::Io`] where a table cannot be read.
    pub fn next(&mut self, rows: &Rows) -> Result<Option<Mismatch>, Error> {
        for (table, trained) in self.tables.iter_mut().zip([&rows.runs.bytes, &rows.curves.bytes]) {
            if let Some(found) = table.compare(trained)? {
                return Ok(Some(found));
            }
            self.bytes += trained.len() as u64;
        }
        Ok(None)
    }

    /// Compares the lines of one run with the stored ones. Tables are sorted by run, so these are found by binary search.
    ///
    /// # Errors
    /// [`Error::Io`] where a table cannot be read.
    pub fn run(&mut self, run: u64, rows: &Rows) -> Result<Option<Mismatch>, Error> {
        for table in &mut self.tables {
            table.find(run)?;
        }
        if let Some(found) = self.next(rows)? {
            return Ok(Some(found));
        }
        for table in &mut self.tables {
            let line = table.next()?;
            if run_of(&line) == Some(run) {
                return Ok(table.mismatch(&line, &[]));
            }
        }
        Ok(None)
    }

    /// The difference that more lines are stored than were compared, if so.
    ///
    /// # Errors
    /// [`Error::Io`] where a table cannot be read.
    pub fn rest(&mut self) -> Result<Option<Mismatch>, Error> {
        for table in &mut self.tables {
            if let Some(found) = table.compare_line(&[])? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The number of bytes that were equal.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// What has changed since the results were made, in words, one line each.
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

/// The cells of a line. A line end other than `\n` is part of the last cell.
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

/// A stored table.
struct Table {
    path: PathBuf,
    file: BufReader<File>,
    at: u64,
    head: Vec<u8>,
    stored: Vec<u8>,
}

impl Table {
    fn open(path: PathBuf, names: &[&str]) -> Result<Table, Error> {
        let file = File::open(&path).map_err(Error::io("read", &path))?;
        let file = BufReader::with_capacity(1 << 16, file);
        Ok(Table { path, file, at: 0, head: Lines::head(names), stored: Vec::new() })
    }

    /// Compares lines with the next stored ones: first all at once, then line by line where they differ.
    fn compare(&mut self, trained: &[u8]) -> Result<Option<Mismatch>, Error> {
        let before = self.at;
        self.stored.clear();
        let read = self.file.by_ref().take(trained.len() as u64).read_to_end(&mut self.stored);
        self.at += read.map_err(Error::io("read", &self.path))? as u64;
        if self.stored == trained {
            return Ok(None);
        }
        self.go(before)?;
        for line in trained.split_inclusive(|&byte| byte == b'\n') {
            if let Some(found) = self.compare_line(line)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn compare_line(&mut self, trained: &[u8]) -> Result<Option<Mismatch>, Error> {
        let stored = self.next()?;
        Ok(if stored == trained { None } else { self.mismatch(&stored, trained) })
    }

    fn mismatch(&self, stored: &[u8], trained: &[u8]) -> Option<Mismatch> {
        let (head, stored, trained) = (cells(&self.head), cells(stored), cells(trained));
        let at = (0..).find(|&at| stored.get(at) != trained.get(at) || at >= stored.len()).unwrap_or(0);
        Some(Mismatch {
            path: self.path.clone(),
            run: trained.first().or(stored.first()).filter(|run| run.parse::<u64>().is_ok()).cloned(),
            column: head.get(at).cloned().unwrap_or_else(|| "that does not exist".into()),
            stored: stored.get(at).cloned(),
            trained: trained.get(at).cloned(),
        })
    }

    /// The next line with its end; empty at the end of the file.
    fn next(&mut self) -> Result<Vec<u8>, Error> {
        let mut line = Vec::new();
        let read = self.file.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        self.at += read.map_err(Error::io("read", &self.path))? as u64;
        Ok(line)
    }

    fn go(&mut self, at: u64) -> Result<(), Error> {
        let moved = self.file.seek_relative(at as i64 - self.at as i64);
        self.at = at;
        moved.map_err(Error::io("read", &self.path))
    }

    /// Goes to the first line of a run; if there is none, to the next run's.
    fn find(&mut self, run: u64) -> Result<(), Error> {
        let length = self.file.get_ref().metadata().map_err(Error::io("read", &self.path))?.len();
        let (mut low, mut high) = (self.head.len() as u64, length);
        while low < high {
            let middle = low + (high - low) / 2;
            // Start one byte earlier and skip that line: so a line that begins exactly in the middle is the next one.
            self.go(middle.saturating_sub(1).max(low))?;
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
