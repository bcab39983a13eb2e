//! Writes `runs.csv` and `curves.csv`, one run after another.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::file::{DigestedFile, FilePrefix};
use super::manifest::Saved;
use super::rows::Lines;
use super::{Columns, IntactPrefix, Rows};
use crate::Error;

/// Writes the tables of a sweep while it runs, in run order. Memory does not grow with the number of runs.
pub struct LogWriter {
    runs: Table,
    curves: Option<Table>,
    /// The bytes of both files that are safely on the disk.
    saved_bytes: u64,
}

impl LogWriter {
    /// Starts `runs.csv`, and `curves.csv` if curves are logged, in an existing folder. Old files are replaced; without
    /// curves an old `curves.csv` is removed.
    ///
    /// # Errors
    /// [`Error::Io`] where they cannot be written.
    pub fn create(folder: &Path, columns: &Columns) -> Result<LogWriter, Error> {
        let runs = Table::create(folder.join("runs.csv"), &columns.of_runs())?;
        let path = folder.join("curves.csv");
        let curves = match columns.curves {
            true => Some(Table::create(path, &columns.of_curves())?),
            false => {
                remove_if_there(&path)?;
                None
            }
        };
        Ok(LogWriter { runs, curves, saved_bytes: 0 })
    }

    /// Continues after the intact runs; the rest of the files is removed.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not take it.
    pub fn resume(folder: &Path, columns: &Columns, prefix: IntactPrefix) -> Result<LogWriter, Error> {
        if prefix.runs == 0 {
            return LogWriter::create(folder, columns);
        }
        let runs = Table::resume(folder.join("runs.csv"), prefix.runs_bytes)?;
        let path = folder.join("curves.csv");
        let curves = columns.curves.then(|| Table::resume(path, prefix.curves_bytes)).transpose()?;
        Ok(LogWriter { runs, curves, saved_bytes: prefix.runs_bytes + prefix.curves_bytes })
    }

    /// Appends the lines of the next runs.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not grow.
    pub fn append(&mut self, rows: &Rows) -> Result<(), Error> {
        self.runs.append(&rows.runs.bytes)?;
        self.curves.as_mut().map_or(Ok(()), |curves| curves.append(&rows.curves.bytes))
    }

    /// Brings everything appended to the disk. These are the first `runs` runs. Returns what is saved.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not take it.
    pub fn save(&mut self, runs: u64) -> Result<Saved, Error> {
        let runs_part = self.runs.save()?;
        let curves_part = self.curves.as_mut().map(|curves| curves.save()).transpose()?;
        self.saved_bytes = self.bytes();
        Ok(Saved { runs, runs_part, curves_part })
    }

    /// Bytes appended that are not yet certain to be on the disk.
    pub fn unsaved_bytes(&self) -> u64 {
        self.bytes() - self.saved_bytes
    }

    fn bytes(&self) -> u64 {
        self.runs.file.length() + self.curves.as_ref().map_or(0, |curves| curves.file.length())
    }

    /// Brings everything to the disk and returns the digests of `runs.csv` and, where there is one, `curves.csv`.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not take it.
    pub fn finish(self) -> Result<(String, Option<String>), Error> {
        let curves = self.curves.as_ref().map(Table::save).transpose()?;
        Ok((self.runs.save()?.digest, curves.map(|part| part.digest)))
    }
}

/// One CSV file being written.
struct Table {
    path: PathBuf,
    file: DigestedFile,
}

impl Table {
    fn create(path: PathBuf, names: &[&str]) -> Result<Table, Error> {
        let file = DigestedFile::create(&path).map_err(Error::io("write", &path))?;
        let mut table = Table { path, file };
        table.append(&Lines::head(names))?;
        Ok(table)
    }

    fn resume(path: PathBuf, length: u64) -> Result<Table, Error> {
        let file = DigestedFile::resume(&path, length).map_err(Error::io("write", &path))?;
        Ok(Table { path, file })
    }

    fn save(&self) -> Result<FilePrefix, Error> {
        self.file.save().map_err(Error::io("write", &self.path))
    }

    fn append(&mut self, lines: &[u8]) -> Result<(), Error> {
        self.file.write_all(lines).map_err(Error::io("write", &self.path))
    }
}

fn remove_if_there(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}
