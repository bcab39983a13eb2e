//! A column as numbers.

use super::Column;

/// A column of numbers, some of which may be missing, as [`Runs`](crate::tables::Runs) holds it.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a>(pub(super) &'a Column);

impl Column {
    /// Its numbers; `None` where it holds words.
    pub fn numbers(&self) -> Option<Numbers<'_>> {
        (!self.holds_words).then_some(Numbers(self))
    }
}

impl<'a> Numbers<'a> {
    /// How many rows there are.
    pub fn len(self) -> usize {
        self.0.len()
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
        self.0.number(row)
    }

    /// The numbers, row by row.
    pub fn iter(self) -> impl Iterator<Item = Option<f64>> + Clone + 'a {
        (0..self.len()).map(move |row| self.get(row))
    }

    /// Whether no number is missing.
    pub fn is_whole(self) -> bool {
        self.0.is_whole()
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
