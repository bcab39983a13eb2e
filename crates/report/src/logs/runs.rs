//! `runs.csv`, read back.

use std::borrow::Cow;
use std::path::Path;

use etascape_core::Status;

use super::cells::Cells;
use super::number::{self, Formatter};
use crate::Error;

/// The runs of a sweep, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    ids: Vec<u64>,
    status: Vec<Status>,
    columns: Vec<Column>,
}

/// One column. Text is kept only where it is not what its numbers would be written as.
#[derive(Debug, Clone, PartialEq)]
struct Column {
    name: String,
    numbers: Option<Vec<Option<f64>>>,
    text: Option<Vec<String>>,
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

    /// Reads `run_id`, `status` and, of the other columns, those wanted, so that a long table takes little memory.
    ///
    /// # Errors
    /// As [`Runs::read`].
    pub fn read_columns(path: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Runs, Error> {
        let mut cells = Cells::open(path)?;
        let (id, status) = (cells.column("run_id")?, cells.column("status")?);
        let is_other = |&place: &usize| ![id, status].contains(&place) && is_wanted(&cells.names[place]);
        let others: Vec<usize> = (0..cells.names.len()).filter(is_other).collect();
        let columns = others.iter().map(|&place| Column::new(cells.names[place].clone())).collect();
        let mut runs = Runs { ids: Vec::new(), status: Vec::new(), columns };
        let mut formatter = Formatter::default();
        while cells.advance_whole()? {
            runs.ids.push(cells.whole(id)?);
            let word = Status::from_name(cells.text(status)?);
            runs.status.push(word.ok_or_else(|| cells.unexpected(status, "a status"))?);
            for (column, &place) in runs.columns.iter_mut().zip(&others) {
                column.push(cells.text(place)?, runs.ids.len() - 1, &mut formatter);
            }
        }
        Ok(runs)
    }

    /// How many runs are logged.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The runs' ids.
    pub fn ids(&self) -> &[u64] {
        &self.ids
    }

    /// How each run ended.
    pub fn status(&self) -> &[Status] {
        &self.status
    }

    /// A column of numbers, `None` in it where a cell is empty; `None` for a column that is not there or holds text.
    pub fn numbers(&self, name: &str) -> Option<&[Option<f64>]> {
        self.column(name)?.numbers.as_deref()
    }

    /// A cell as it is written; `None` if its column is not there.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn text(&self, name: &str, row: usize) -> Option<Cow<'_, str>> {
        Some(self.column(name)?.text(row))
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

impl Column {
    fn new(name: String) -> Column {
        Column { name, numbers: Some(Vec::new()), text: None }
    }

    fn push(&mut self, cell: &str, row: usize, formatter: &mut Formatter) {
        let number = if cell.is_empty() { Some(None) } else { number::parse(cell.as_bytes()).map(Some) };
        let is_plain = number.is_some_and(|number| number.map_or("", |number| formatter.format(number)) == cell);
        if self.text.is_none() && !is_plain {
            self.text = Some((0..row).map(|row| self.text(row).into_owned()).collect());
        }
        if let Some(text) = &mut self.text {
            text.push(cell.to_owned());
        }
        match (number, &mut self.numbers) {
            (Some(number), Some(numbers)) => numbers.push(number),
            _ => self.numbers = None,
        }
    }

    fn text(&self, row: usize) -> Cow<'_, str> {
        match (&self.text, &self.numbers) {
            (Some(text), _) => Cow::Borrowed(&text[row]),
            (None, Some(numbers)) => Cow::Owned(numbers[row].map_or_else(String::new, etascape_sweep::format_number)),
            (None, None) => Cow::Borrowed(""),
        }
    }
}
