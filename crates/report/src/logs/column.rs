//! Columns of a table in memory, so compactly that ten million rows fit.

use std::borrow::Cow;

use super::number::{self, Formatter};

/// A column of numbers, some of which may be missing: eight bytes a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Numbers {
    /// NaN where missing.
    values: Vec<f64>,
    /// A bit a row, up to the last row that is missing.
    missing: Vec<u64>,
}

impl Numbers {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of a row; `None` where the cell is empty.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn get(&self, row: usize) -> Option<f64> {
        let value = self.values[row];
        let is_missing = value.is_nan() && self.missing.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1);
        (!is_missing).then_some(value)
    }

    /// The numbers, row by row.
    pub fn iter(&self) -> impl Iterator<Item = Option<f64>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// All of them; `None` where one is missing.
    pub(crate) fn whole(&self) -> Option<&[f64]> {
        self.missing.is_empty().then_some(&self.values)
    }

    pub(super) fn push(&mut self, number: Option<f64>) {
        let row = self.values.len();
        self.values.push(number.unwrap_or(f64::NAN));
        if number.is_none() {
            self.missing.resize(row / 64 + 1, 0);
            self.missing[row / 64] |= 1 << (row % 64);
        }
    }
}

/// One column. Text is kept only where it is not what its numbers would be written as.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) numbers: Option<Numbers>,
    text: Option<Vec<String>>,
}

impl Column {
    pub(super) fn new(name: String) -> Column {
        Column { name, numbers: Some(Numbers::default()), text: None }
    }

    pub(super) fn push(&mut self, cell: &str, row: usize, formatter: &mut Formatter) {
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

    pub(super) fn text(&self, row: usize) -> Cow<'_, str> {
        match (&self.text, &self.numbers) {
            (Some(text), _) => Cow::Borrowed(&text[row]),
            (None, Some(numbers)) => {
                Cow::Owned(numbers.get(row).map_or_else(String::new, etascape_sweep::format_number))
            }
            (None, None) => Cow::Borrowed(""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::new("x".to_owned());
        let mut formatter = Formatter::default();
        cells.iter().enumerate().for_each(|(row, cell)| column.push(cell, row, &mut formatter));
        column
    }

    #[test]
    fn missing_nan_and_zero_are_three_things_however_far_apart() {
        let mut cells = vec!["0"; 200];
        (cells[3], cells[64], cells[130], cells[131]) = ("NaN", "", "", "-0");
        let numbers = column(&cells).numbers.unwrap();
        assert_eq!(numbers.len(), 200);
        for (row, cell) in cells.iter().enumerate() {
            match *cell {
                "" => assert_eq!(numbers.get(row), None),
                "NaN" => assert!(numbers.get(row).unwrap().is_nan()),
                cell => assert_eq!(numbers.get(row).unwrap().to_bits(), cell.parse::<f64>().unwrap().to_bits()),
            }
        }
        assert!(numbers.whole().is_none() && column(&["NaN"]).numbers.unwrap().whole().is_some());
    }

    #[test]
    fn text_is_kept_from_the_first_row_on_where_numbers_do_not_say_it() {
        let same = column(&["1", "", "NaN", "1e16"]);
        assert!(same.text.is_none());
        let other = column(&["1", "", "1.0", "2"]);
        assert_eq!((0..4).map(|row| other.text(row)).collect::<Vec<_>>(), ["1", "", "1.0", "2"]);
        assert_eq!(other.numbers.unwrap().iter().collect::<Vec<_>>(), [Some(1.0), None, Some(1.0), Some(2.0)]);
        let words = column(&["1", "tanh", "2"]);
        assert_eq!((words.text(0), words.text(1), words.numbers.is_none()), ("1".into(), "tanh".into(), true));
    }
}
