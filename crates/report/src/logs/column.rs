//! Columns of a table in memory, so compactly that ten million rows fit.

use std::borrow::Cow;
use std::collections::HashMap;

use super::number::{self, Formatter};

/// A column of numbers, some of which may be missing, as [`Runs`](crate::Runs) holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers<'a>(&'a Column);

impl<'a> Numbers<'a> {
    /// How many rows there are.
    pub fn len(self) -> usize {
        match &self.0.cells {
            Cells::Few(codes) => codes.len(),
            Cells::Plain(plain) => plain.values.len(),
            Cells::Other(cells) => cells.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The number of a row; `None` where the cell is empty.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn get(self, row: usize) -> Option<f64> {
        match &self.0.cells {
            Cells::Few(codes) => self.0.levels[usize::from(codes[row])].number,
            Cells::Plain(plain) => plain.get(row),
            Cells::Other(cells) => cells[row].number,
        }
    }

    /// The numbers, row by row.
    pub fn iter(self) -> impl Iterator<Item = Option<f64>> + Clone + 'a {
        (0..self.len()).map(move |row| self.get(row))
    }

    /// Whether none is missing.
    pub(crate) fn is_whole(self) -> bool {
        match &self.0.cells {
            Cells::Few(_) => self.0.levels.iter().all(|level| level.number.is_some()),
            Cells::Plain(plain) => plain.missing.is_empty(),
            Cells::Other(cells) => cells.iter().all(|cell| cell.number.is_some()),
        }
    }

    /// The different numbers, a number written in two ways twice, where they are few; in the order of first occurrence.
    pub(crate) fn levels(self) -> Option<impl Iterator<Item = Option<f64>>> {
        matches!(self.0.cells, Cells::Few(_)).then(|| self.0.levels.iter().map(|level| level.number))
    }

    /// Which of [`Numbers::levels`] a row has.
    pub(crate) fn level(self, row: usize) -> Option<usize> {
        match &self.0.cells {
            Cells::Few(codes) => Some(usize::from(codes[row])),
            _ => None,
        }
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    cells: Cells,
    /// The different cells, where they are few.
    levels: Vec<Cell>,
    /// The places of `levels` by text.
    places: HashMap<String, u16>,
    holds_words: bool,
}

/// A column's cells, as compactly as they allow.
#[derive(Debug, Clone, PartialEq)]
enum Cells {
    /// At most [`FEW`] different ones: two bytes a row.
    Few(Vec<u16>),
    /// Numbers in the form in which we write them: eight bytes a row.
    Plain(Plain),
    /// Anything.
    Other(Vec<Cell>),
}

/// Different cells that two bytes tell apart.
const FEW: usize = 1 << 16;

/// What is written in a cell, and the number that it means.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    text: String,
    number: Option<f64>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Plain {
    /// NaN where missing.
    values: Vec<f64>,
    /// A bit a row, up to the last row that is missing.
    missing: Vec<u64>,
}

impl Column {
    pub(super) fn new(name: String) -> Column {
        let (levels, places) = (Vec::new(), HashMap::new());
        Column { name, cells: Cells::Few(Vec::new()), levels, places, holds_words: false }
    }

    /// Its numbers; `None` where it holds words.
    pub(super) fn numbers(&self) -> Option<Numbers<'_>> {
        (!self.holds_words).then_some(Numbers(self))
    }

    pub(super) fn text(&self, row: usize) -> Cow<'_, str> {
        match &self.cells {
            Cells::Few(codes) => Cow::Borrowed(&self.levels[usize::from(codes[row])].text),
            Cells::Plain(plain) => Cow::Owned(plain.get(row).map_or_else(String::new, etascape_sweep::format_number)),
            Cells::Other(cells) => Cow::Borrowed(&cells[row].text),
        }
    }

    pub(super) fn push(&mut self, text: &str, formatter: &mut Formatter) {
        if let Cells::Few(codes) = &mut self.cells
            && let Some(&place) = self.places.get(text)
        {
            return codes.push(place);
        }
        let number = number::parse(text.as_bytes());
        self.holds_words |= number.is_none() && !text.is_empty();
        if matches!(self.cells, Cells::Few(_)) && self.levels.len() == FEW {
            self.hold_many(formatter);
        }
        if matches!(self.cells, Cells::Plain(_)) && !is_plain(text, number, formatter) {
            self.cells = Cells::Other(self.iter().collect());
        }
        let cell = || Cell { text: text.to_owned(), number };
        match &mut self.cells {
            Cells::Few(codes) => {
                let place = self.levels.len() as u16;
                codes.push(place);
                self.places.insert(text.to_owned(), place);
                self.levels.push(cell());
            }
            Cells::Plain(plain) => plain.push(number),
            Cells::Other(cells) => cells.push(cell()),
        }
    }

    /// Goes over to cells that may all be different.
    fn hold_many(&mut self, formatter: &mut Formatter) {
        let are_plain = self.levels.iter().all(|cell| is_plain(&cell.text, cell.number, formatter));
        self.cells = if are_plain {
            let mut plain = Plain::default();
            self.iter().for_each(|cell| plain.push(cell.number));
            Cells::Plain(plain)
        } else {
            Cells::Other(self.iter().collect())
        };
        (self.levels, self.places) = (Vec::new(), HashMap::new());
    }

    fn iter(&self) -> impl Iterator<Item = Cell> {
        let numbers = Numbers(self);
        (0..numbers.len()).map(move |row| Cell { text: self.text(row).into_owned(), number: numbers.get(row) })
    }
}

/// Whether a cell's text is what its number is written as, so that the number alone says it.
fn is_plain(text: &str, number: Option<f64>, formatter: &mut Formatter) -> bool {
    number.map_or("", |number| formatter.format(number)) == text
}

impl Plain {
    fn get(&self, row: usize) -> Option<f64> {
        let value = self.values[row];
        let is_missing = value.is_nan() && self.missing.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1);
        (!is_missing).then_some(value)
    }

    fn push(&mut self, number: Option<f64>) {
        let row = self.values.len();
        self.values.push(number.unwrap_or(f64::NAN));
        if number.is_none() {
            self.missing.resize(row / 64 + 1, 0);
            self.missing[row / 64] |= 1 << (row % 64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: impl IntoIterator<Item = String>) -> Column {
        let mut column = Column::new("x".to_owned());
        let mut formatter = Formatter::default();
        cells.into_iter().for_each(|cell| column.push(&cell, &mut formatter));
        column
    }

    /// So many cells, all different, and some at the end.
    fn many(count: usize, last: &[&str]) -> Vec<String> {
        (0..count).map(|row| row.to_string()).chain(last.iter().map(|cell| cell.to_string())).collect()
    }

    #[test]
    fn missing_nan_and_zero_are_three_things_however_many_cells_there_are() {
        for count in [3, FEW - 1, FEW, FEW + 100] {
            let cells = many(count, &["NaN", "", "-0", "0", "inf", "", "0.1"]);
            let column = column(cells.clone());
            let numbers = column.numbers().unwrap();
            assert_eq!((numbers.len(), numbers.is_whole()), (cells.len(), false));
            for (row, cell) in cells.iter().enumerate() {
                assert_eq!(column.text(row), cell.as_str());
                match (cell.as_str(), numbers.get(row)) {
                    ("", found) => assert_eq!(found, None),
                    ("NaN", found) => assert!(found.unwrap().is_nan()),
                    (cell, found) => assert_eq!(found.unwrap().to_bits(), cell.parse::<f64>().unwrap().to_bits()),
                }
            }
        }
    }

    #[test]
    fn numbers_in_our_form_take_eight_bytes_and_others_keep_their_text() {
        let plain = column(many(FEW + 1, &["", "0.5"]));
        assert!(matches!(plain.cells, Cells::Plain(_)) && plain.levels.is_empty());
        for (late, is_numbers) in [("1.0", true), ("tanh", false)] {
            for cells in [many(FEW + 1, &[late, "", "7"]), [vec![late.to_owned()], many(FEW + 1, &["", "7"])].concat()]
            {
                let column = column(cells.clone());
                assert!(matches!(column.cells, Cells::Other(_)));
                assert_eq!(column.numbers().is_some(), is_numbers);
                assert!(cells.iter().enumerate().all(|(row, cell)| column.text(row) == cell.as_str()), "{late}");
                assert_eq!(Numbers(&column).get(cells.len() - 1), Some(7.0));
            }
        }
    }

    #[test]
    fn few_different_cells_are_counted_in_the_order_in_which_they_come() {
        let column = column(["2", "", "2.0", "2"].map(str::to_owned));
        let numbers = column.numbers().unwrap();
        assert_eq!(numbers.levels().unwrap().collect::<Vec<_>>(), [Some(2.0), None, Some(2.0)]);
        assert_eq!((0..4).map(|row| numbers.level(row).unwrap()).collect::<Vec<_>>(), [0, 1, 2, 0]);
    }
}
