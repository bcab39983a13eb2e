//! A column as numbers.

use super::{Column, Storage};

/// A column of numbers, some of which may be missing, as [`Runs`](crate::tables::Runs) holds it.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a>(pub(super) &'a Column);

impl<'a> Numbers<'a> {
    /// How many rows there are.
    pub fn len(self) -> usize {
        match &self.0.cells {
            Storage::Repeated(planned) | Storage::Computed(planned) => planned.rows,
            Storage::Few(codes) => codes.len(),
            Storage::Plain(plain) => plain.values.len(),
            Storage::Other(cells) => cells.len(),
            Storage::Excerpt(excerpt) => excerpt.of,
        }
    }

    /// Whether there is no row.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The number of a row; `None` where the cell is empty or the row was not read.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn get(self, row: usize) -> Option<f64> {
        match &self.0.cells {
            Storage::Repeated(planned) => self.0.levels[planned.place(row)].number,
            Storage::Computed(planned) => Some(planned.number(row)),
            Storage::Few(codes) => self.0.levels[usize::from(codes[row])].number,
            Storage::Plain(plain) => plain.get(row),
            Storage::Other(cells) => cells[row].number,
            Storage::Excerpt(excerpt) => Numbers(&excerpt.column).get(excerpt.place(row)?),
        }
    }

    /// The numbers, row by row.
    pub fn iter(self) -> impl Iterator<Item = Option<f64>> + Clone + 'a {
        (0..self.len()).map(move |row| self.get(row))
    }

    /// Whether no number is missing.
    pub fn is_whole(self) -> bool {
        match &self.0.cells {
            Storage::Repeated(_) | Storage::Few(_) => self.0.levels.iter().all(|level| level.number.is_some()),
            Storage::Computed(_) => true,
            Storage::Plain(plain) => plain.missing.is_empty(),
            Storage::Other(cells) => cells.iter().all(|cell| cell.number.is_some()),
            Storage::Excerpt(excerpt) => excerpt.rows.len() == excerpt.of && Numbers(&excerpt.column).is_whole(),
        }
    }

    /// The different numbers in the order of first occurrence, where they are few. A number written in two ways occurs
    /// twice.
    pub fn levels(self) -> Option<impl Iterator<Item = Option<f64>>> {
        Some(self.0.levels()?.iter().map(|level| level.number))
    }

    /// The index in [`Numbers::levels`] of a row's number.
    pub fn level(self, row: usize) -> Option<usize> {
        self.0.level(row)
    }
}
