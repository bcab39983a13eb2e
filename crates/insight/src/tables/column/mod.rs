//! Compact columns of a table in memory: ten million rows fit.

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
    cells: Storage,
    /// The different cells, where they are few.
    levels: Vec<Cell>,
    /// The indices of `levels`, by text.
    places: HashMap<String, u16>,
    holds_words: bool,
}

/// The cells of a column, in the most compact form that fits them.
#[derive(Debug, Clone)]
enum Storage {
    /// At most [`FEW`] different cells, in the order of a series: no memory per row.
    Repeated(Planned),
    /// The numbers of a series, as etascape writes them: no memory per row.
    Computed(Planned),
    /// At most [`FEW`] different cells: two bytes per row.
    Few(Vec<u16>),
    /// Numbers as etascape writes them: eight bytes per row.
    Plain(Plain),
    /// Any text.
    Other(Vec<Cell>),
    /// The cells of some rows only.
    Excerpt(Excerpt),
}

/// The most different cells that a two-byte index can count.
const FEW: usize = 1 << 16;

/// The text of a cell, and its number.
#[derive(Debug, Clone)]
struct Cell {
    text: String,
    number: Option<f64>,
}

/// The first rows of a series.
#[derive(Debug, Clone)]
struct Planned {
    series: Series,
    rows: usize,
}

#[derive(Debug, Clone, Default)]
struct Plain {
    /// NaN where missing.
    values: Vec<f64>,
    /// One bit per row, set where the cell is missing; no bits after the last missing one.
    missing: Vec<u64>,
}

/// Some rows of a column.
#[derive(Debug, Clone)]
struct Excerpt {
    /// How many rows the whole column has.
    of: usize,
    /// The indices of these rows, rising.
    rows: Vec<usize>,
    column: Box<Column>,
}

impl Column {
    /// An empty column. Where its cells are those of a series, they take no memory.
    pub fn new(name: String, series: Option<&Series>) -> Column {
        let cells = match series.cloned() {
            Some(series) => Storage::Repeated(Planned { series, rows: 0 }),
            None => Storage::Few(Vec::new()),
        };
        Column { name, cells, levels: Vec::new(), places: HashMap::new(), holds_words: false }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Some rows of a column with `of` rows.
    pub(super) fn excerpt(column: Column, rows: &[usize], of: usize) -> Column {
        let excerpt = Excerpt { of, rows: rows.to_vec(), column: Box::new(column) };
        let mut column = Column::new(excerpt.column.name.clone(), None);
        column.holds_words = excerpt.column.holds_words;
        column.cells = Storage::Excerpt(excerpt);
        column
    }

    /// How many rows there are.
    fn len(&self) -> usize {
        match &self.cells {
            Storage::Repeated(planned) | Storage::Computed(planned) => planned.rows,
            Storage::Few(codes) => codes.len(),
            Storage::Plain(plain) => plain.values.len(),
            Storage::Other(cells) => cells.len(),
            Storage::Excerpt(excerpt) => excerpt.of,
        }
    }

    /// The number of a row; `None` where the cell is empty or holds a word, or was not read.
    fn number(&self, row: usize) -> Option<f64> {
        match &self.cells {
            Storage::Repeated(planned) => self.levels[planned.place(row)].number,
            Storage::Computed(planned) => Some(planned.number(row)),
            Storage::Few(codes) => self.levels[usize::from(codes[row])].number,
            Storage::Plain(plain) => plain.get(row),
            Storage::Other(cells) => cells[row].number,
            Storage::Excerpt(excerpt) => excerpt.column.number(excerpt.place(row)?),
        }
    }

    /// Whether every row has a number.
    fn is_whole(&self) -> bool {
        match &self.cells {
            Storage::Repeated(_) | Storage::Few(_) => self.levels.iter().all(|level| level.number.is_some()),
            Storage::Computed(_) => true,
            Storage::Plain(plain) => plain.missing.is_empty(),
            Storage::Other(cells) => cells.iter().all(|cell| cell.number.is_some()),
            Storage::Excerpt(excerpt) => excerpt.rows.len() == excerpt.of && excerpt.column.is_whole(),
        }
    }

    /// A cell as it is written.
    pub(super) fn text(&self, row: usize) -> Cow<'_, str> {
        match &self.cells {
            Storage::Repeated(planned) => Cow::Borrowed(&self.levels[planned.place(row)].text),
            Storage::Few(codes) => Cow::Borrowed(&self.levels[usize::from(codes[row])].text),
            Storage::Computed(_) | Storage::Plain(_) => {
                Cow::Owned(self.number(row).map_or_else(String::new, format_number))
            }
            Storage::Other(cells) => Cow::Borrowed(&cells[row].text),
            Storage::Excerpt(excerpt) => {
                excerpt.place(row).map_or(Cow::Borrowed(""), |place| excerpt.column.text(place))
            }
        }
    }

    /// The different texts, where they are few, in the order of first occurrence.
    pub(super) fn different(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.levels()?.iter().map(|level| level.text.as_str()))
    }

    /// The index in [`Column::different`] of a row's text.
    pub(super) fn level(&self, row: usize) -> Option<usize> {
        match &self.cells {
            Storage::Repeated(planned) => Some(planned.place(row)),
            Storage::Few(codes) => Some(usize::from(codes[row])),
            _ => None,
        }
    }

    fn levels(&self) -> Option<&[Cell]> {
        matches!(self.cells, Storage::Repeated(_) | Storage::Few(_)).then_some(&self.levels)
    }

    /// Adds the cell of the next row, as written.
    pub fn push(&mut self, text: &str, formatter: &mut Formatter) {
        if self.push_planned(text, formatter) {
            return;
        }
        if let Storage::Few(codes) = &mut self.cells
            && let Some(&place) = self.places.get(text)
        {
            return codes.push(place);
        }
        let number = parse_number(text.as_bytes());
        self.holds_words |= number.is_none() && !text.is_empty();
        if matches!(self.cells, Storage::Few(_)) && self.levels.len() == FEW {
            self.hold_many(formatter);
        }
        if matches!(self.cells, Storage::Plain(_)) && !is_plain(text, number, formatter) {
            self.cells = Storage::Other(self.iter().collect());
        }
        let cell = || Cell { text: text.to_owned(), number };
        match &mut self.cells {
            Storage::Few(codes) => {
                codes.push(self.levels.len() as u16);
                self.places.insert(text.to_owned(), self.levels.len() as u16);
                self.levels.push(cell());
            }
            Storage::Plain(plain) => plain.push(number),
            Storage::Other(cells) => cells.push(cell()),
            Storage::Repeated(_) | Storage::Computed(_) | Storage::Excerpt(_) => {}
        }
    }

    /// Adds a cell if it is the next one of the series. If not, stores the cells so far without the series and returns
    /// false.
    fn push_planned(&mut self, text: &str, formatter: &mut Formatter) -> bool {
        if !matches!(self.cells, Storage::Repeated(_) | Storage::Computed(_)) {
            return false;
        }
        let is_next = self.is_next(text, formatter);
        match &mut self.cells {
            Storage::Repeated(planned) | Storage::Computed(planned) if is_next => planned.rows += 1,
            _ => {
                let planned = std::mem::replace(self, Column::new(self.name.clone(), None));
                (0..planned.len()).for_each(|row| self.push(&planned.text(row), formatter));
            }
        }
        is_next
    }

    fn is_next(&mut self, text: &str, formatter: &mut Formatter) -> bool {
        match &self.cells {
            Storage::Repeated(planned) => match planned.place(planned.rows) {
                place if place < self.levels.len() => self.levels[place].text == text,
                FEW => self.compute(formatter) && self.is_next(text, formatter),
                place => place == self.levels.len() && self.add_level(text),
            },
            Storage::Computed(planned) => formatter.format(planned.number(planned.rows)) == text,
            _ => false,
        }
    }

    /// Adds a new level; false if the level exists.
    fn add_level(&mut self, text: &str) -> bool {
        let is_new = self.places.insert(text.to_owned(), self.levels.len() as u16).is_none();
        let number = parse_number(text.as_bytes());
        self.holds_words |= number.is_none() && !text.is_empty();
        self.levels.push(Cell { text: text.to_owned(), number });
        is_new
    }

    /// Changes the storage from levels to the numbers of the series, if the cells so far are these numbers.
    fn compute(&mut self, formatter: &mut Formatter) -> bool {
        let Storage::Repeated(planned) = &self.cells else { return false };
        let number = |place: usize| planned.series.number(place as u64);
        let are_same = self.levels.iter().enumerate().all(|(at, level)| formatter.format(number(at)) == level.text);
        if are_same {
            self.cells = Storage::Computed(planned.clone());
            (self.levels, self.places) = (Vec::new(), HashMap::new());
        }
        are_same
    }

    /// Changes the storage to one for cells that may all be different.
    fn hold_many(&mut self, formatter: &mut Formatter) {
        let are_plain = self.levels.iter().all(|cell| is_plain(&cell.text, cell.number, formatter));
        self.cells = if are_plain {
            let mut plain = Plain::default();
            self.iter().for_each(|cell| plain.push(cell.number));
            Storage::Plain(plain)
        } else {
            Storage::Other(self.iter().collect())
        };
        (self.levels, self.places) = (Vec::new(), HashMap::new());
    }

    fn iter(&self) -> impl Iterator<Item = Cell> {
        (0..self.len()).map(|row| Cell { text: self.text(row).into_owned(), number: self.number(row) })
    }
}

/// Whether etascape writes the number exactly as this text, so that the number alone is enough.
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
