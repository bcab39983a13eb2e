//! A column as numbers.

use super::{Cells, Column};

/// A column of numbers, some of which may be missing, as [`Runs`](crate::tables::Runs) holds it.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a>(pub(super) &'a Column);

impl<'a> Numbers<'a> {
    /// How many rows there are.
    pub fn len(self) -> usize {
        match &self.0.cells {
            Cells::Repeated(planned) | Cells::Computed(planned) => planned.rows,
            Cells::Few(codes) => codes.len(),
            Cells::Plain(plain) => plain.values.len(),
            Cells::Other(cells) => cells.len(),
            Cells::Excerpt(excerpt) => excerpt.of,
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The number of a row; `None` where the cell is empty, or not among the rows that were read.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn get(self, row: usize) -> Option<f64> {
        match &self.0.cells {
            Cells::Repeated(planned) => self.0.levels[planned.place(row)].number,
            Cells::Computed(planned) => Some(planned.number(row)),
            Cells::Few(codes) => self.0.levels[usize::from(codes[row])].number,
            Cells::Plain(plain) => plain.get(row),
            Cells::Other(cells) => cells[row].number,
            Cells::Excerpt(excerpt) => Numbers(&excerpt.column).get(excerpt.place(row)?),
        }
    }

    /// The numbers, row by row.
    pub fn iter(self) -> impl Iterator<Item = Option<f64>> + Clone + 'a {
        (0..self.len()).map(move |row| self.get(row))
    }

    /// Whether none is missing.
    pub fn is_whole(self) -> bool {
        match &self.0.cells {
            Cells::Repeated(_) | Cells::Few(_) => self.0.levels.iter().all(|level| level.number.is_some()),
            Cells::Computed(_) => true,
            Cells::Plain(plain) => plain.missing.is_empty(),
            Cells::Other(cells) => cells.iter().all(|cell| cell.number.is_some()),
            Cells::Excerpt(excerpt) => excerpt.rows.len() == excerpt.of && Numbers(&excerpt.column).is_whole(),
        }
    }

    /// The different numbers, a number written in two ways twice, where they are few; in the order of first occurrence.
    pub fn levels(self) -> Option<impl Iterator<Item = Option<f64>>> {
        Some(self.0.levels()?.iter().map(|level| level.number))
    }

    /// Which of [`Numbers::levels`] a row has.
    pub fn level(self, row: usize) -> Option<usize> {
        self.0.level(row)
    }
}
