//! `runs.csv`, read back.

use std::path::Path;

use etascape_core::Status;

use super::cells::Cells;
use super::number;
use crate::Error;

/// The runs of a sweep, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    ids: Vec<u64>,
    status: Vec<Status>,
    names: Vec<String>,
    columns: Vec<Vec<String>>,
    numbers: Vec<Option<Vec<Option<f64>>>>,
}

impl Runs {
    /// Reads a `runs.csv`. Columns may stand in any order; `run_id` and `status` must be there.
    ///
    /// # Errors
    /// [`Error::Io`], or the file, line and column of what is wrong.
    pub fn read(path: &Path) -> Result<Runs, Error> {
        let mut cells = Cells::open(path)?;
        let (id, status) = (cells.column("run_id")?, cells.column("status")?);
        let others: Vec<usize> = (0..cells.names.len()).filter(|column| ![id, status].contains(column)).collect();
        let mut runs = Runs {
            ids: Vec::new(),
            status: Vec::new(),
            names: others.iter().map(|&column| cells.names[column].clone()).collect(),
            columns: vec![Vec::new(); others.len()],
            numbers: Vec::new(),
        };
        while cells.advance()? {
            runs.ids.push(cells.whole(id)?);
            let word = Status::from_name(cells.text(status)?);
            runs.status.push(word.ok_or_else(|| cells.unexpected(status, "a status"))?);
            for (column, &place) in runs.columns.iter_mut().zip(&others) {
                column.push(cells.text(place)?.to_owned());
            }
        }
        runs.numbers = runs.columns.iter().map(|column| numbers(column)).collect();
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
        self.numbers[self.place(name)?].as_deref()
    }

    /// A column as it is written; `None` if it is not there.
    pub fn text(&self, name: &str) -> Option<&[String]> {
        Some(&self.columns[self.place(name)?])
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| column == name)
    }
}

/// A column as numbers, if each cell is one or empty.
fn numbers(column: &[String]) -> Option<Vec<Option<f64>>> {
    let cell = |text: &String| match text.as_bytes() {
        b"" => Some(None),
        text => number::parse(text).map(Some),
    };
    column.iter().map(cell).collect()
}
