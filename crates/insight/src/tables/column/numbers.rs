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

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The number of a row; `None` where the cell is empty, or not among the rows that were read.
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

    /// Whether none is missing.
    pub fn is_whole(self) -> bool {
        self.0.is_whole()
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
