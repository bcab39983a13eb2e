//! Columns of a table in memory, so compactly that ten million rows fit.

mod numbers;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;

use etascape_sweep::Series;

pub use numbers::Numbers;

use etascape_text::{Formatter, format_number, parse_number};

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    name: String,
    cells: Cells,
    /// The different cells, where they are few.
    levels: Vec<Cell>,
    /// The places of `levels` by text.
    places: HashMap<String, u16>,
    holds_words: bool,
}

/// A column's cells, as compactly as they allow.
#[derive(Debug, Clone)]
enum Cells {
    /// At most [`FEW`] different ones, repeated as a series has them: nothing a row.
    Repeated(Planned),
    /// The numbers of a series in the form in which we write them: nothing a row.
    Computed(Planned),
    /// At most [`FEW`] different ones: two bytes a row.
    Few(Vec<u16>),
    /// Numbers in the form in which we write them: eight bytes a row.
    Plain(Plain),
    /// Anything.
    Other(Vec<Cell>),
    /// Those of some rows.
    Excerpt(Excerpt),
}

/// Different cells that two bytes tell apart.
const FEW: usize = 1 << 16;

/// What is written in a cell, and the number that it means.
#[derive(Debug, Clone)]
struct Cell {
    text: String,
    number: Option<f64>,
}

/// So many rows of a series.
#[derive(Debug, Clone)]
struct Planned {
    series: Series,
    rows: usize,
}

#[derive(Debug, Clone, Default)]
struct Plain {
    /// NaN where missing.
    values: Vec<f64>,
    /// A bit a row, up to the last row that is missing.
    missing: Vec<u64>,
}

/// Some rows of a column.
#[derive(Debug, Clone)]
struct Excerpt {
    /// How many rows the whole column has.
    of: usize,
    /// Which rows these are, rising.
    rows: Vec<usize>,
    column: Box<Column>,
}

impl Column {
    /// An empty column. Where its cells are those of a series, they take no memory.
    pub fn new(name: String, series: Option<&Series>) -> Column {
        let cells = match series.cloned() {
            Some(series) => Cells::Repeated(Planned { series, rows: 0 }),
            None => Cells::Few(Vec::new()),
        };
        Column { name, cells, levels: Vec::new(), places: HashMap::new(), holds_words: false }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Some rows of a column that has so many.
    pub(super) fn excerpt(column: Column, rows: &[usize], of: usize) -> Column {
        let excerpt = Excerpt { of, rows: rows.to_vec(), column: Box::new(column) };
        let mut column = Column::new(excerpt.column.name.clone(), None);
        column.holds_words = excerpt.column.holds_words;
        column.cells = Cells::Excerpt(excerpt);
        column
    }

    /// How many rows there are.
    fn len(&self) -> usize {
        match &self.cells {
            Cells::Repeated(planned) | Cells::Computed(planned) => planned.rows,
            Cells::Few(codes) => codes.len(),
            Cells::Plain(plain) => plain.values.len(),
            Cells::Other(cells) => cells.len(),
            Cells::Excerpt(excerpt) => excerpt.of,
        }
    }

    /// The number of a row; `None` where the cell is empty or holds a word, or was not read.
    fn number(&self, row: usize) -> Option<f64> {
        match &self.cells {
            Cells::Repeated(planned) => self.levels[planned.place(row)].number,
            Cells::Computed(planned) => Some(planned.number(row)),
            Cells::Few(codes) => self.levels[usize::from(codes[row])].number,
            Cells::Plain(plain) => plain.get(row),
            Cells::Other(cells) => cells[row].number,
            Cells::Excerpt(excerpt) => excerpt.column.number(excerpt.place(row)?),
        }
    }

    /// Whether every row has a number.
    fn is_whole(&self) -> bool {
        match &self.cells {
            Cells::Repeated(_) | Cells::Few(_) => self.levels.iter().all(|level| level.number.is_some()),
            Cells::Computed(_) => true,
            Cells::Plain(plain) => plain.missing.is_empty(),
            Cells::Other(cells) => cells.iter().all(|cell| cell.number.is_some()),
            Cells::Excerpt(excerpt) => excerpt.rows.len() == excerpt.of && excerpt.column.is_whole(),
        }
    }

    /// A cell as it is written.
    pub(super) fn text(&self, row: usize) -> Cow<'_, str> {
        match &self.cells {
            Cells::Repeated(planned) => Cow::Borrowed(&self.levels[planned.place(row)].text),
            Cells::Few(codes) => Cow::Borrowed(&self.levels[usize::from(codes[row])].text),
            Cells::Computed(_) | Cells::Plain(_) => {
                Cow::Owned(self.number(row).map_or_else(String::new, format_number))
            }
            Cells::Other(cells) => Cow::Borrowed(&cells[row].text),
            Cells::Excerpt(excerpt) => excerpt.place(row).map_or(Cow::Borrowed(""), |place| excerpt.column.text(place)),
        }
    }

    /// The different texts, where they are few, in the order of first occurrence.
    pub(super) fn different(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.levels()?.iter().map(|level| level.text.as_str()))
    }

    /// Which of [`Column::different`] a row has.
    pub(super) fn level(&self, row: usize) -> Option<usize> {
        match &self.cells {
            Cells::Repeated(planned) => Some(planned.place(row)),
            Cells::Few(codes) => Some(usize::from(codes[row])),
            _ => None,
        }
    }

    fn levels(&self) -> Option<&[Cell]> {
        matches!(self.cells, Cells::Repeated(_) | Cells::Few(_)).then_some(&self.levels)
    }

    /// Takes the cell of the next row, as it is written.
    pub fn push(&mut self, text: &str, formatter: &mut Formatter) {
        if self.push_planned(text, formatter) {
            return;
        }
        if let Cells::Few(codes) = &mut self.cells
            && let Some(&place) = self.places.get(text)
        {
            return codes.push(place);
        }
        let number = parse_number(text.as_bytes());
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
                codes.push(self.levels.len() as u16);
                self.places.insert(text.to_owned(), self.levels.len() as u16);
                self.levels.push(cell());
            }
            Cells::Plain(plain) => plain.push(number),
            Cells::Other(cells) => cells.push(cell()),
            Cells::Repeated(_) | Cells::Computed(_) | Cells::Excerpt(_) => {}
        }
    }

    /// Takes a cell if it is what the series has next; if not, keeps the cells so far without the series.
    fn push_planned(&mut self, text: &str, formatter: &mut Formatter) -> bool {
        if !matches!(self.cells, Cells::Repeated(_) | Cells::Computed(_)) {
            return false;
        }
        let is_next = self.is_next(text, formatter);
        match &mut self.cells {
            Cells::Repeated(planned) | Cells::Computed(planned) if is_next => planned.rows += 1,
            _ => {
                let planned = std::mem::replace(self, Column::new(self.name.clone(), None));
                (0..planned.len()).for_each(|row| self.push(&planned.text(row), formatter));
            }
        }
        is_next
    }

    fn is_next(&mut self, text: &str, formatter: &mut Formatter) -> bool {
        match &self.cells {
            Cells::Repeated(planned) => match planned.place(planned.rows) {
                place if place < self.levels.len() => self.levels[place].text == text,
                FEW => self.compute(formatter) && self.is_next(text, formatter),
                place => place == self.levels.len() && self.add_level(text),
            },
            Cells::Computed(planned) => formatter.format(planned.number(planned.rows)) == text,
            _ => false,
        }
    }

    /// Adds a different cell; false if there is one like it.
    fn add_level(&mut self, text: &str) -> bool {
        let is_new = self.places.insert(text.to_owned(), self.levels.len() as u16).is_none();
        let number = parse_number(text.as_bytes());
        self.holds_words |= number.is_none() && !text.is_empty();
        self.levels.push(Cell { text: text.to_owned(), number });
        is_new
    }

    /// Goes over from few cells to the numbers of the series, if they are these.
    fn compute(&mut self, formatter: &mut Formatter) -> bool {
        let Cells::Repeated(planned) = &self.cells else { return false };
        let number = |place: usize| planned.series.number(place as u64);
        let are_same = self.levels.iter().enumerate().all(|(at, level)| formatter.format(number(at)) == level.text);
        if are_same {
            self.cells = Cells::Computed(planned.clone());
            (self.levels, self.places) = (Vec::new(), HashMap::new());
        }
        are_same
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
        (0..self.len()).map(|row| Cell { text: self.text(row).into_owned(), number: self.number(row) })
    }
}

/// Whether a cell's text is what its number is written as, so that the number alone says it.
fn is_plain(text: &str, number: Option<f64>, formatter: &mut Formatter) -> bool {
    number.map_or("", |number| formatter.format(number)) == text
}

impl Planned {
    fn place(&self, row: usize) -> usize {
        self.series.place(row as u64) as usize
    }

    fn number(&self, row: usize) -> f64 {
        self.series.number(self.series.place(row as u64))
    }
}

impl Excerpt {
    fn place(&self, row: usize) -> Option<usize> {
        self.rows.binary_search(&row).ok()
    }
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
