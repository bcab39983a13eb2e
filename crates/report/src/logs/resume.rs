//! Finds the intact part of the tables of an unfinished sweep.
//!
//! After an interruption both tables can end at any byte, also within a line, and one table can have more runs than the
//! other. A run is intact if its row is whole and, where there are curves, its curve is whole: it ends at the step in
//! the row. Runs after the last intact one are trained again.

use std::path::Path;

use super::Columns;
use super::cells::Cells;
use super::manifest::Saved;
use crate::Error;

/// The intact part at the beginning of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntactPrefix {
    /// Runs, from the first.
    pub runs: u64,
    /// Bytes of `runs.csv` that hold them.
    pub(super) runs_bytes: u64,
    /// Bytes of `curves.csv` that hold their curves.
    pub(super) curves_bytes: u64,
}

impl From<&Saved> for IntactPrefix {
    fn from(saved: &Saved) -> IntactPrefix {
        let curves_bytes = saved.curves_part.as_ref().map_or(0, |part| part.bytes);
        IntactPrefix { runs: saved.runs, runs_bytes: saved.runs_part.bytes, curves_bytes }
    }
}

impl IntactPrefix {
    /// The intact part of the tables in a folder, which should have these columns, and begin with run `first`. It is empty
    /// where a table is missing or lacks a whole header.
    ///
    /// # Errors
    /// Where a table has other columns, or a whole line is invalid.
    pub fn of(folder: &Path, columns: &Columns, first: u64) -> Result<IntactPrefix, Error> {
        let nothing = IntactPrefix { runs: 0, runs_bytes: 0, curves_bytes: 0 };
        let Some(mut rows) = open(&folder.join("runs.csv"), &columns.of_runs())? else { return Ok(nothing) };
        let curves_path = folder.join("curves.csv");
        let mut curves = match columns.curves {
            true => match open(&curves_path, &columns.of_curves())? {
                Some(curves) => Some(CurveRows::new(curves)?),
                None => return Ok(nothing),
            },
            false => None,
        };
        let steps = rows.column("steps")?;
        let curves_bytes = curves.as_ref().map_or(0, |curves| curves.bytes);
        let mut prefix = IntactPrefix { runs: 0, runs_bytes: rows.offset(), curves_bytes };
        while rows.advance_whole()? {
            let run = first.saturating_add(prefix.runs);
            if rows.whole(0)? != run {
                return Err(rows.unexpected(0, "the run after the one before"));
            }
            if let Some(curves) = &mut curves {
                if !curves.pass(run, rows.whole(steps)?)? {
                    break;
                }
                prefix.curves_bytes = curves.bytes;
            }
            prefix.runs += 1;
            prefix.runs_bytes = rows.offset();
        }
        Ok(prefix)
    }
}

/// An existing table with the expected header; `None` where there is none, or its header is cut off.
fn open(path: &Path, expected: &[&str]) -> Result<Option<Cells>, Error> {
    if !path.exists() {
        return Ok(None);
    }
    let cells = Cells::open(path)?;
    if cells.names == expected {
        return Ok(Some(cells));
    }
    let is_cut_off = std::fs::metadata(path).is_ok_and(|file| file.len() <= expected.join(",").len() as u64);
    if is_cut_off {
        return Ok(None);
    }
    let problem = "the columns are not those of this experiment".to_string();
    Err(Error::Line { path: path.to_owned(), line: 1, problem })
}

/// The rows of `curves.csv`, one read ahead.
struct CurveRows {
    cells: Cells,
    /// Whether the row read ahead exists and is whole.
    has_row: bool,
    /// The end of the rows passed.
    bytes: u64,
}

impl CurveRows {
    fn new(mut cells: Cells) -> Result<CurveRows, Error> {
        let bytes = cells.offset();
        let has_row = cells.advance_whole()?;
        Ok(CurveRows { cells, has_row, bytes })
    }

    /// Skips the curve of a run. Returns whether it is whole: it ends at the given step.
    fn pass(&mut self, run: u64, last_step: u64) -> Result<bool, Error> {
        let mut is_whole = false;
        while self.has_row && self.cells.whole(0)? == run {
            is_whole = self.cells.whole(1)? == last_step;
            self.bytes = self.cells.offset();
            self.has_row = self.cells.advance_whole()?;
        }
        Ok(is_whole)
    }
}
