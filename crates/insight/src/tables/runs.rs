//! The runs of a sweep as a table.

use std::borrow::Cow;

use etascape_sweep::Status;
use etascape_text::Formatter;

use super::column::{Column, Numbers};

/// The runs of a sweep, column by column.
#[derive(Debug, Clone)]
pub struct Runs {
    head: Vec<String>,
    ids: Ids,
    status: Vec<Status>,
    columns: Vec<Column>,
}

/// The ids of the rows. They take no memory where each is the number of its row.
#[derive(Debug, Clone)]
enum Ids {
    /// Each is the number of its row.
    Rows,
    /// Any ids.
    Listed(Vec<u64>),
}

impl Runs {
    /// An empty table: the names of all columns in the file, and the columns that are held beside `run_id` and `status`.
    pub fn new(head: Vec<String>, columns: Vec<Column>) -> Runs {
        Runs { head, ids: Ids::Rows, status: Vec::new(), columns }
    }

    /// Adds a row: the run's id, its status, and the cell of each held column, by the column's index.
    ///
    /// # Errors
    /// The error of `cell`. The table then has half a row and must not be used.
    pub fn push<'t, E>(
        &mut self,
        id: u64,
        status: Status,
        formatter: &mut Formatter,
        mut cell: impl FnMut(usize) -> Result<&'t str, E>,
    ) -> Result<(), E> {
        self.ids.push(id, self.status.len());
        self.status.push(status);
        for (place, column) in self.columns.iter_mut().enumerate() {
            column.push(cell(place)?, formatter);
        }
        Ok(())
    }

    /// Adds columns that hold the cells of some rows only. `rows` must rise.
    pub fn add_excerpts(&mut self, columns: Vec<Column>, rows: &[usize]) {
        let count = self.len();
        self.columns.extend(columns.into_iter().map(|column| Column::excerpt(column, rows, count)));
        self.columns.sort_by_key(|column| self.head.iter().position(|name| name == column.name()));
    }

    /// Adds a column that the file does not have: a number of every row, or none.
    pub fn add_numbers(&mut self, name: &str, numbers: impl Iterator<Item = Option<u64>>) {
        let (mut column, mut formatter) = (Column::new(name.to_owned(), None), Formatter::default());
        numbers.for_each(|number| {
            column.push(&number.map_or_else(String::new, |number| number.to_string()), &mut formatter)
        });
        self.columns.push(column);
    }

    /// The row of a run. Tables are in the order of runs.
    pub fn row(&self, id: u64) -> Option<usize> {
        match &self.ids {
            Ids::Rows => Some(id as usize).filter(|&row| row < self.len()),
            Ids::Listed(ids) => ids.binary_search(&id).ok(),
        }
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

    /// A column of numbers; `None` where there is no such column, or it holds text.
    pub fn numbers(&self, name: &str) -> Option<Numbers<'_>> {
        self.column(name)?.numbers()
    }

    /// The text of a cell; `None` where there is no such column.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn text(&self, name: &str, row: usize) -> Option<Cow<'_, str>> {
        Some(self.column(name)?.text(row))
    }

    /// The different cells of a column, where they are few, in the order of first occurrence.
    pub fn different(&self, name: &str) -> Option<impl Iterator<Item = &str>> {
        self.column(name)?.different()
    }

    /// Which of [`Runs::different`] a row has.
    pub fn level(&self, name: &str, row: usize) -> Option<usize> {
        self.column(name)?.level(row)
    }

    /// The names of all columns of the file, read or not, in its order.
    pub fn head(&self) -> &[String] {
        &self.head
    }

    /// The columns that were read, without `run_id` and `status`, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name())
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name() == name)
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
