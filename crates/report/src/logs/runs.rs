//! `runs.csv`, read back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use etascape_core::Status;
use etascape_sweep::Series;
use etascape_text::Formatter;

use super::cells::Cells;
use super::column::{Column, Numbers};
use crate::Error;

/// The runs of a sweep, column by column.
#[derive(Debug, Clone)]
pub struct Runs {
    head: Vec<String>,
    ids: Ids,
    status: Vec<Status>,
    columns: Vec<Column>,
}

/// The ids of the rows. A sweep numbers its runs from 0, and then nothing is kept.
#[derive(Debug, Clone)]
enum Ids {
    /// Each is the number of its row.
    Rows,
    /// These.
    Listed(Vec<u64>),
}

impl Runs {
    /// Reads a `runs.csv`. Columns may stand in any order; `run_id` and `status` must be there. A last line without an
    /// end was cut off, and is no row.
    ///
    /// # Errors
    /// [`Error::Io`], or the file, line and column of what is wrong.
    pub fn read(path: &Path) -> Result<Runs, Error> {
        Runs::read_columns(path, |_| true)
    }

    /// Reads `run_id`, `status` and, of the other columns, those wanted, so that a long table takes little memory:
    /// a byte a row for the status, two for a column of at most 65 536 different cells, eight for one of more numbers.
    ///
    /// # Errors
    /// As [`Runs::read`].
    pub fn read_columns(path: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Runs, Error> {
        Runs::read_planned(path, is_wanted, &BTreeMap::new())
    }

    /// As [`Runs::read_columns`]; a column that is one of these series takes nothing a row.
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
        let columns = others.iter().map(column).collect();
        let mut runs = Runs { head: cells.names.clone(), ids: Ids::Rows, status: Vec::new(), columns };
        let mut formatter = Formatter::default();
        while cells.advance_whole()? {
            let row = runs.status.len();
            if row > u32::MAX as usize {
                return Err(cells.problem("more rows than this version can draw"));
            }
            runs.ids.push(cells.whole(id)?, row);
            let word = Status::from_name(cells.text(status)?);
            runs.status.push(word.ok_or_else(|| cells.unexpected(status, "a status"))?);
            for (column, &place) in runs.columns.iter_mut().zip(&others) {
                column.push(cells.text(place)?, &mut formatter);
            }
        }
        Ok(runs)
    }

    /// Adds those wanted of the columns that were not read, of some rows alone: rising ones.
    ///
    /// # Errors
    /// As [`Runs::read`].
    pub(crate) fn read_rows(
        &mut self,
        path: &Path,
        is_wanted: impl Fn(&str) -> bool,
        rows: &[usize],
    ) -> Result<(), Error> {
        let mut cells = Cells::open(path)?;
        let is_new = |&place: &usize| is_wanted(&cells.names[place]) && !self.has(&cells.names[place]);
        let places: Vec<usize> = (0..cells.names.len()).filter(is_new).collect();
        let mut columns: Vec<Column> =
            places.iter().map(|&place| Column::new(cells.names[place].clone(), None)).collect();
        let (mut formatter, mut left) = (Formatter::default(), rows.iter().copied().peekable());
        let mut row = 0..if places.is_empty() { 0 } else { self.len() };
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
        let count = self.len();
        self.columns.extend(columns.into_iter().map(|column| Column::excerpt(column, rows, count)));
        self.columns.sort_by_key(|column| cells.names.iter().position(|name| *name == column.name));
        Ok(())
    }

    /// How many runs are logged.
    pub fn len(&self) -> usize {
        self.status.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.status.is_empty()
    }

    /// The id of the run in a row.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn id(&self, row: usize) -> u64 {
        match &self.ids {
            Ids::Rows => row as u64,
            Ids::Listed(ids) => ids[row],
        }
    }

    /// How each run ended.
    pub fn status(&self) -> &[Status] {
        &self.status
    }

    /// A column of numbers; `None` for a column that is not there or holds text.
    pub fn numbers(&self, name: &str) -> Option<Numbers<'_>> {
        self.column(name)?.numbers()
    }

    /// A cell as it is written; `None` if its column is not there.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn text(&self, name: &str, row: usize) -> Option<Cow<'_, str>> {
        Some(self.column(name)?.text(row))
    }

    /// The different cells of a column, where they are few, in the order of first occurrence.
    pub(crate) fn different(&self, name: &str) -> Option<impl Iterator<Item = &str>> {
        self.column(name)?.different()
    }

    /// Which of [`Runs::different`] a row has.
    pub(crate) fn level(&self, name: &str, row: usize) -> Option<usize> {
        self.column(name)?.level(row)
    }

    /// The names of all columns of the table, read or not, in its order.
    pub(crate) fn head(&self) -> &[String] {
        &self.head
    }

    /// The columns that were read, `run_id` and `status` aside, in the table's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Whether there is such a column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Ids {
    fn push(&mut self, id: u64, row: usize) {
        match self {
            Ids::Rows if id == row as u64 => {}
            Ids::Rows => *self = Ids::Listed((0..row as u64).chain([id]).collect()),
            Ids::Listed(ids) => ids.push(id),
        }
    }
}
