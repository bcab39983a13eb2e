//! Lines to `runs.csv` and `curves.csv`, one run after another.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::file::DigestedFile;
use super::rows::Lines;
use super::{Columns, Rows, Standing};
use crate::Error;

/// Writes the tables of a sweep as it goes. Runs come in run order; memory does not grow with their number.
pub struct LogWriter {
    runs: Table,
    curves: Option<Table>,
}

impl LogWriter {
    /// Starts `runs.csv`, and `curves.csv` where there are curves, in an existing folder. Files of those names are
    /// replaced; without curves an old `curves.csv` goes.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder does not take them.
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
        Ok(LogWriter { runs, curves })
    }

    /// Goes on behind the runs that stand; what lies behind them goes.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not take it.
    pub fn resume(folder: &Path, columns: &Columns, standing: Standing) -> Result<LogWriter, Error> {
        if standing.runs == 0 {
            return LogWriter::create(folder, columns);
        }
        let runs = Table::resume(folder.join("runs.csv"), standing.runs_bytes)?;
        let path = folder.join("curves.csv");
        let curves = columns.curves.then(|| Table::resume(path, standing.curves_bytes)).transpose()?;
        Ok(LogWriter { runs, curves })
    }

    /// Adds the lines of the runs that come next.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not grow.
    pub fn append(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        self.runs.append(&rows.runs.bytes)?;
        self.curves.as_mut().map_or(Ok(()), |curves| curves.append(&rows.curves.bytes))
    }

    /// Brings everything to the files and returns the digests of `runs.csv` and, where there is one, `curves.csv`.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not take it.
    pub fn finish(self) -> Result<(String, Option<String>), Error> {
        Ok((self.runs.file.digest(), self.curves.map(|curves| curves.file.digest())))
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
        let mut head = Lines::default();
        names.iter().for_each(|name| head.text(&Rows::cell(name)));
        head.end();
        let mut table = Table { path, file };
        table.append(&head.bytes)?;
        Ok(table)
    }

    fn resume(path: PathBuf, length: u64) -> Result<Table, Error> {
        let file = DigestedFile::resume(&path, length).map_err(Error::io("write", &path))?;
        Ok(Table { path, file })
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
