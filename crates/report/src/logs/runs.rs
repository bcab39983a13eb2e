//! `runs.csv`, read back.

use std::collections::BTreeMap;
use std::path::Path;

use etascape_insight::tables::{Column, Runs};
use etascape_sweep::Series;
use etascape_sweep::Status;
use etascape_text::Formatter;

use super::cells::Cells;
use crate::Error;

/// Reads a `runs.csv`. Columns may be in any order; `run_id` and `status` are required. A last line without a line end
/// was cut off, and is ignored.
///
/// # Errors
/// [`Error::Io`], or the file, line and column of what is wrong.
pub fn read_runs(path: &Path) -> Result<Runs, Error> {
    read_columns(path, |_| true)
}

/// Reads `run_id`, `status` and the wanted columns. Memory per row: one byte for the status, two for a column with at most
/// 65 536 different cells, eight for other columns of numbers.
///
/// # Errors
/// As [`read_runs`].
pub fn read_columns(path: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Runs, Error> {
    read_planned(path, is_wanted, &BTreeMap::new())
}

/// As [`read_columns`]. A column whose cells follow one of these series takes no memory per row.
pub(crate) fn read_planned(
    path: &Path,
    is_wanted: impl Fn(&str) -> bool,
    series: &BTreeMap<String, Series>,
) -> Result<Runs, Error> {
    let mut cells = Cells::open(path)?;
    let (id, status) = (cells.column("run_id")?, cells.column("status")?);
    let is_other = |&place: &usize| ![id, status].contains(&place) && is_wanted(&cells.names[place]);
    let others: Vec<usize> = (0..cells.names.len()).filter(is_other).collect();
    let column = |&place: &usize| Column::new(cells.names[place].clone(), series.get(&cells.names[place]));
    let mut runs = Runs::new(cells.names.clone(), others.iter().map(column).collect());
    let mut formatter = Formatter::default();
    while cells.advance_whole()? {
        if runs.len() > u32::MAX as usize {
            return Err(cells.problem("more rows than this version can draw"));
        }
        let run_id = cells.whole(id)?;
        let word = Status::from_name(cells.text(status)?);
        let word = word.ok_or_else(|| cells.unexpected(status, "a status"))?;
        runs.push(run_id, word, &mut formatter, |which| cells.text(others[which]))?;
    }
    Ok(runs)
}

/// Adds the wanted columns that were not read, for some rows only. `rows` must rise.
///
/// # Errors
/// As [`read_runs`].
pub(crate) fn read_rows(
    runs: &mut Runs,
    path: &Path,
    is_wanted: impl Fn(&str) -> bool,
    rows: &[usize],
) -> Result<(), Error> {
    let mut cells = Cells::open(path)?;
    let is_new = |&place: &usize| is_wanted(&cells.names[place]) && !runs.has(&cells.names[place]);
    let places: Vec<usize> = (0..cells.names.len()).filter(is_new).collect();
    let mut columns: Vec<Column> = places.iter().map(|&place| Column::new(cells.names[place].clone(), None)).collect();
    let (mut formatter, mut left) = (Formatter::default(), rows.iter().copied().peekable());
    let mut row = 0..if places.is_empty() { 0 } else { runs.len() };
    while let (Some(next), Some(row)) = (left.peek().copied(), row.next())
        && cells.advance_whole()?
    {
        if row == next {
            left.next();
            for (column, &place) in columns.iter_mut().zip(&places) {
                column.push(cells.text(place)?, &mut formatter);
            }
        }
    }
    runs.add_excerpts(columns, rows);
    Ok(())
}
