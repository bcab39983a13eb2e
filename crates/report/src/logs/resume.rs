//! How much of the tables of an unfinished sweep stands.
//!
//! Whoever was cut off left both tables at arbitrary bytes, each perhaps within a line, and one perhaps runs ahead of
//! the other. A run stands if its row is whole and, where there are curves, so is its curve, which ends at the step
//! that the row names. What lies behind the last such run is trained again.

use std::path::Path;

use super::Columns;
use super::cells::Cells;
use super::manifest::Saved;
use crate::Error;

/// The part of the tables that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Runs, from 0.
    pub runs: u64,
    /// Bytes of `runs.csv` that hold them.
    pub(super) runs_bytes: u64,
    /// Bytes of `curves.csv` that hold their curves.
    pub(super) curves_bytes: u64,
}

impl From<&Saved> for Standing {
    fn from(saved: &Saved) -> Standing {
        let curves_bytes = saved.curves_part.as_ref().map_or(0, |part| part.bytes);
        Standing { runs: saved.runs, runs_bytes: saved.runs_part.bytes, curves_bytes }
    }
}

impl Standing {
    /// What stands in a folder whose tables should have these columns; nothing where a table is missing or has not
    /// even a whole head.
    ///
    /// # Errors
    /// Where a table has other columns, or a whole line that is not one of ours.
    pub fn of(folder: &Path, columns: &Columns) -> Result<Standing, Error> {
        let nothing = Standing { runs: 0, runs_bytes: 0, curves_bytes: 0 };
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
        let mut standing = Standing { runs: 0, runs_bytes: rows.offset(), curves_bytes };
        while rows.advance_whole()? {
            if rows.whole(0)? != standing.runs {
                return Err(rows.unexpected(0, "the run after the one before"));
            }
            if let Some(curves) = &mut curves {
                if !curves.pass(standing.runs, rows.whole(steps)?)? {
                    break;
                }
                standing.curves_bytes = curves.bytes;
            }
            standing.runs += 1;
            standing.runs_bytes = rows.offset();
        }
        Ok(standing)
    }
}

/// An existing table with the expected head; `None` where there is none, or its head is cut off.
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
    /// Whether the row read ahead is there and whole.
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

    /// Passes the curve of a run. Whether it is whole: whether it ends at the step given.
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
