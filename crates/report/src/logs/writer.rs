//! Records to `runs.csv` and `curves.csv`, one run after another.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etascape_core::{Metrics, RunRecord};

use super::Columns;
use super::Standing;
use super::file::DigestedFile;
use super::manifest::{Part, Saved};
use super::number::Formatter;
use crate::Error;

/// Writes the tables of a sweep as it goes. Runs come in run order; memory does not grow with their number.
pub struct LogWriter {
    columns: Columns,
    runs: Table,
    curves: Option<Table>,
    /// Runs written, from 0.
    written: u64,
    /// Bytes of both files that are on the disk.
    saved_bytes: u64,
}

impl LogWriter {
    /// Starts `runs.csv`, and `curves.csv` where there are curves, in an existing folder. Files of those names are
    /// replaced; without curves an old `curves.csv` goes.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder does not take them.
    pub fn create(folder: &Path, columns: Columns) -> Result<LogWriter, Error> {
        let runs = Table::create(folder.join("runs.csv"), &columns.of_runs())?;
        let path = folder.join("curves.csv");
        let curves = match columns.curves {
            true => Some(Table::create(path, &columns.of_curves())?),
            false => {
                remove_if_there(&path)?;
                None
            }
        };
        Ok(LogWriter { columns, runs, curves, written: 0, saved_bytes: 0 })
    }

    /// Goes on behind the runs that stand; what lies behind them goes.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not take it.
    pub fn resume(folder: &Path, columns: Columns, standing: Standing) -> Result<LogWriter, Error> {
        if standing.runs == 0 {
            return LogWriter::create(folder, columns);
        }
        let runs = Table::resume(folder.join("runs.csv"), standing.runs_bytes)?;
        let path = folder.join("curves.csv");
        let curves = columns.curves.then(|| Table::resume(path, standing.curves_bytes)).transpose()?;
        Ok(LogWriter {
            columns,
            runs,
            curves,
            written: standing.runs,
            saved_bytes: standing.runs_bytes + standing.curves_bytes,
        })
    }

    /// Adds a run: `swept` is its value of each swept parameter as text, `parameter_columns` the place in
    /// [`Columns::parameters`] of each parameter in the record (runs of different shapes share the columns).
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not grow.
    pub fn append(
        &mut self,
        run_id: u64,
        swept: &[String],
        record: &RunRecord,
        parameter_columns: &[usize],
    ) -> Result<(), Error> {
        self.append_row(run_id, swept, record, parameter_columns)?;
        self.append_curve(run_id, record, parameter_columns)?;
        self.written = run_id + 1;
        Ok(())
    }

    /// Brings everything appended to the disk, and says what that is.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not take it.
    pub fn save(&mut self) -> Result<Saved, Error> {
        let runs_part = self.runs.save()?;
        let curves_part = self.curves.as_mut().map(Table::save).transpose()?;
        self.saved_bytes = self.bytes();
        Ok(Saved { runs: self.written, runs_part, curves_part })
    }

    /// Bytes written that are not yet certain to be on the disk.
    pub fn unsaved_bytes(&self) -> u64 {
        self.bytes() - self.saved_bytes
    }

    fn bytes(&self) -> u64 {
        let length = |table: &Table| table.out.get_ref().length();
        length(&self.runs) + self.curves.as_ref().map_or(0, length)
    }

    /// Brings everything to the disk and returns the digests of `runs.csv` and, where there is one, `curves.csv`.
    ///
    /// # Errors
    /// [`Error::Io`] where the files do not take it.
    pub fn finish(mut self) -> Result<(String, Option<String>), Error> {
        let saved = self.save()?;
        Ok((saved.runs_part.digest, saved.curves_part.map(|part| part.digest)))
    }

    fn append_row(
        &mut self,
        run_id: u64,
        swept: &[String],
        record: &RunRecord,
        parameter_columns: &[usize],
    ) -> Result<(), Error> {
        let row = &mut self.runs;
        row.integer(run_id)?;
        swept.iter().try_for_each(|value| row.text(value))?;
        row.text(record.status.name())?;
        row.integer(record.steps)?;
        for loss in [record.initial_loss, record.final_loss, record.min_loss] {
            row.number(Some(loss))?;
        }
        if self.columns.trainability {
            row.number(record.trainability)?;
        }
        row.tail(&self.columns, &record.metrics, &record.parameters, parameter_columns)
    }

    fn append_curve(&mut self, run_id: u64, record: &RunRecord, parameter_columns: &[usize]) -> Result<(), Error> {
        let Some(row) = &mut self.curves else { return Ok(()) };
        for point in &record.curve {
            row.integer(run_id)?;
            row.integer(point.step)?;
            row.number(Some(point.loss))?;
            row.tail(&self.columns, &point.metrics, &point.parameters, parameter_columns)?;
        }
        Ok(())
    }
}

/// One CSV file being written, cell by cell.
struct Table {
    path: PathBuf,
    out: csv::Writer<DigestedFile>,
    formatter: Formatter,
    integers: itoa::Buffer,
    slots: Vec<Option<f64>>,
}

impl Table {
    fn create(path: PathBuf, head: &[&str]) -> Result<Table, Error> {
        let file = DigestedFile::create(&path).map_err(Error::io("write", &path))?;
        let mut table = Table::over(path, file);
        head.iter().try_for_each(|name| table.text(name))?;
        table.end_row()?;
        Ok(table)
    }

    fn resume(path: PathBuf, length: u64) -> Result<Table, Error> {
        let file = DigestedFile::resume(&path, length).map_err(Error::io("write", &path))?;
        Ok(Table::over(path, file))
    }

    fn over(path: PathBuf, file: DigestedFile) -> Table {
        let out = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(file);
        Table { path, out, formatter: Formatter::default(), integers: itoa::Buffer::new(), slots: Vec::new() }
    }

    /// The cells that both tables end with: metrics, then parameters.
    fn tail(
        &mut self,
        columns: &Columns,
        metrics: &Metrics,
        parameters: &[f64],
        places: &[usize],
    ) -> Result<(), Error> {
        let metrics = [
            (columns.val_loss, metrics.val_loss),
            (columns.accuracy, metrics.accuracy),
            (columns.val_accuracy, metrics.val_accuracy),
        ];
        for (_, value) in metrics.into_iter().filter(|(exists, _)| *exists) {
            self.number(value)?;
        }
        self.parameters(columns.parameters.len(), parameters, places)?;
        self.end_row()
    }

    fn parameters(&mut self, count: usize, values: &[f64], places: &[usize]) -> Result<(), Error> {
        let mut slots = std::mem::take(&mut self.slots);
        slots.clear();
        slots.resize(count, None);
        for (&place, &value) in places.iter().zip(values) {
            slots[place] = Some(value);
        }
        let written = slots.iter().try_for_each(|&slot| self.number(slot));
        self.slots = slots;
        written
    }

    fn number(&mut self, value: Option<f64>) -> Result<(), Error> {
        let text = value.map_or("", |value| self.formatter.format(value));
        self.out.write_field(text).map_err(|error| failed(&self.path, error))
    }

    fn integer(&mut self, value: u64) -> Result<(), Error> {
        let text = self.integers.format(value);
        self.out.write_field(text).map_err(|error| failed(&self.path, error))
    }

    fn text(&mut self, text: &str) -> Result<(), Error> {
        self.out.write_field(text).map_err(|error| failed(&self.path, error))
    }

    fn end_row(&mut self) -> Result<(), Error> {
        self.out.write_record(None::<&[u8]>).map_err(|error| failed(&self.path, error))
    }

    fn save(&mut self) -> Result<Part, Error> {
        self.out.flush().map_err(Error::io("write", &self.path))?;
        self.out.get_ref().save().map_err(Error::io("write", &self.path))
    }
}

/// Writing a row of the right length fails only where the file does; the columns are ours.
fn failed(path: &Path, error: csv::Error) -> Error {
    let source = match error.into_kind() {
        csv::ErrorKind::Io(source) => source,
        other => io::Error::other(format!("{other:?}")),
    };
    Error::io("write", path)(source)
}

fn remove_if_there(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}
