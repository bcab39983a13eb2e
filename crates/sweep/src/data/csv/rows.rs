//! The rows of a CSV file: the chosen columns, missing cells, words.

use csv::StringRecord;

use super::header::{Column, Columns};
use super::numbers::{Mark, Numbers};
use super::words::Words;
use crate::data::cell::{Cell, CellReader, date_hint, is_missing_mark, number_hint};
use crate::data::csv_source::{CsvReading, CsvSource, Header, OnMissing, OnText, Separator, WordColumn};
use crate::data::error::{DataError, Location, quoted};
use crate::data::targets::{TargetColumn, Targets};

/// Reads the cells of the chosen columns, row after row.
pub(super) struct RowReader<'a> {
    source: &'a CsvSource,
    separator: Separator,
    cells: CellReader,
    mark: Mark,
    columns: &'a Columns,
    /// `[row][column]`. In a column of words a number is the index of the word. NaN stands for a missing cell: numbers that
    /// are read are finite.
    features: Vec<f64>,
    seen: Vec<Seen>,
    targets: TargetColumn,
    target_numbers: Numbers,
    /// Missing cells of each feature.
    missing: Vec<u64>,
    missing_targets: u64,
    rows: u64,
    dropped: u64,
}

/// What the cells of a column have been so far: numbers or words, not both.
#[derive(Default)]
struct Seen {
    numbers: Numbers,
    words: Option<Words>,
}

/// Rows that are read.
pub(super) struct ReadRows {
    /// `[row][column]`, as in [`RowReader`].
    pub features: Vec<f64>,
    /// The words of each column; `None` where it has numbers.
    pub words: Vec<Option<Vec<String>>>,
    pub targets: Targets,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(source: &'a CsvSource, separator: Separator, columns: &'a Columns) -> RowReader<'a> {
        RowReader {
            source,
            separator,
            cells: CellReader::new(source.decimal, &source.missing),
            mark: Mark::of(source, separator),
            columns,
            features: Vec::new(),
            seen: columns.features.iter().map(|_| Seen::default()).collect(),
            targets: TargetColumn::new(source.decimal),
            target_numbers: Numbers::default(),
            missing: vec![0; columns.features.len()],
            missing_targets: 0,
            rows: 0,
            dropped: 0,
        }
    }

    /// Takes the next row. `place` is its line.
    pub(super) fn push(&mut self, record: &StringRecord, place: &dyn Fn() -> Location) -> Result<(), DataError> {
        self.rows += 1;
        if self.source.on_missing != OnMissing::Error && self.drops(record) {
            self.dropped += 1;
            return Ok(());
        }
        for (at, (name, index)) in self.columns.features.iter().enumerate() {
            let number = match self.cells.read(&record[*index]) {
                Cell::Number(number) => self.number(at, (number, false), &record[*index], name, place)?,
                Cell::Percent(number) => self.number(at, (number, true), &record[*index], name, place)?,
                Cell::Word(word) => self.word(at, word, name, place)?,
                Cell::NotFinite => return Err(not_finite(&record[*index], &column_of(place, name))),
                Cell::Missing => self.absent(at, &record[*index], name, place)?,
            };
            self.features.push(number);
        }
        let (name, index) = &self.columns.target;
        let cell = record[*index].trim();
        let place = || column_of(place, name);
        match self.cells.read(cell) {
            Cell::Number(number) => {
                self.target_numbers.plain(cell, self.mark, &place)?;
                self.targets.push(Some(number), cell, place)
            }
            Cell::Percent(number) => {
                self.target_numbers.percent(cell, &place)?;
                self.targets.push(Some(number), cell, place)
            }
            Cell::Word(word) => self.targets.push(None, word, place),
            Cell::NotFinite => Err(not_finite(cell, &place())),
            Cell::Missing => Err(missing(cell, "a finite number, or the name of a class", &place())),
        }
    }

    /// Counts the missing cells of a row that lacks too much to be kept; false for any other row.
    fn drops(&mut self, record: &StringRecord) -> bool {
        let mut lacks = self.cells.is_missing(&record[self.columns.target.1]);
        self.missing_targets += u64::from(lacks);
        if self.source.on_missing == OnMissing::Drop {
            for (count, (_, index)) in self.missing.iter_mut().zip(&self.columns.features) {
                let is_missing = self.cells.is_missing(&record[*index]);
                *count += u64::from(is_missing);
                lacks |= is_missing;
            }
        }
        lacks
    }

    /// Takes a number, or a number of per cent, into a column without words.
    fn number(
        &mut self,
        at: usize,
        (number, is_percent): (f64, bool),
        cell: &str,
        name: &str,
        place: &dyn Fn() -> Location,
    ) -> Result<f64, DataError> {
        let seen = &mut self.seen[at];
        if let Some(words) = &seen.words {
            let (line, word) = words.first();
            let is_header = self.source.header == Header::Absent && self.rows == 2;
            let header = if is_header { ", with data.csv.header = false: is that line a header?" } else { "" };
            let found =
                format!("the number {}, in a column with the word {}{line}{header}", quoted(cell), quoted(word));
            return Err(column_of(place, name).invalid(found, not_mixed(word, self.source)));
        }
        let place = || column_of(place, name);
        match is_percent {
            true => seen.numbers.percent(cell, &place)?,
            false => seen.numbers.plain(cell, self.mark, &place)?,
        }
        Ok(number)
    }

    /// The index of a word in its column.
    fn word(&mut self, at: usize, word: &str, name: &str, place: &dyn Fn() -> Location) -> Result<f64, DataError> {
        let decimal = self.source.decimal;
        if let Some(why) = number_hint(word, decimal) {
            return Err(column_of(place, name).invalid(format!("{}, which {why}", quoted(word)), "a finite number"));
        }
        let seen = &mut self.seen[at];
        if let Some((number, line)) = seen.numbers.first() {
            let found = format!("the word {}, in a column with the number {}{line}", quoted(word), quoted(number));
            return Err(column_of(place, name).invalid(found, not_mixed(word, self.source)));
        }
        if self.source.text == OnText::Error {
            return Err(no_number(word, self.source, &column_of(place, name)));
        }
        let words = seen.words.get_or_insert_with(|| Words::new(place().line_in_words(), word));
        words.index(word).map_err(|found| column_of(place, name).invalid(found, Words::ALLOWED))
    }

    /// The mark of a missing cell that is not an error.
    fn absent(&mut self, at: usize, cell: &str, name: &str, place: &dyn Fn() -> Location) -> Result<f64, DataError> {
        if self.source.on_missing == OnMissing::Error {
            return Err(missing(cell.trim(), "a finite number", &column_of(place, name)));
        }
        self.missing[at] += 1;
        Ok(f64::NAN)
    }

    /// What has been read so far, without what stands above and between the rows.
    pub(super) fn reading(&self) -> CsvReading {
        let name = |(name, _): &Column| name.clone();
        let features = self.columns.features.iter().map(name).zip(self.missing.iter().copied());
        let missing = features.chain([(name(&self.columns.target), self.missing_targets)]);
        let words = self.columns.features.iter().zip(&self.seen);
        let word_column = |(column, seen): (&Column, &Seen)| {
            Some(WordColumn { name: name(column), words: seen.words.as_ref()?.texts().to_vec() })
        };
        CsvReading {
            separator: self.separator,
            is_found: self.source.separator.is_none(),
            decimal: self.source.decimal.unwrap_or_default(),
            has_header: self.source.header != Header::Absent,
            rows: self.rows,
            dropped: self.dropped,
            on_missing: self.source.on_missing,
            missing: missing.filter(|(_, count)| *count > 0).collect(),
            one_hot: words.filter_map(word_column).collect(),
            nameless: self.columns.nameless.clone(),
            comments: 0,
            titles: None,
            blank: 0,
            percent: self.numbers().filter(|(_, numbers)| numbers.are_percentages()).map(|(name, _)| name).collect(),
            grouped: if let Mark::Groups(_) = self.mark { self.thousands() } else { Vec::new() },
            doubtful: if let Mark::Doubtful = self.mark { self.thousands() } else { Vec::new() },
        }
    }

    /// The names and numbers of the columns: features, then the target.
    fn numbers(&self) -> impl Iterator<Item = (String, &Numbers)> {
        let features = self.columns.features.iter().zip(self.seen.iter().map(|seen| &seen.numbers));
        features
            .chain([(&self.columns.target, &self.target_numbers)])
            .map(|((name, _), numbers)| (name.clone(), numbers))
    }

    /// The columns with a number whose mark groups thousands, or can.
    fn thousands(&self) -> Vec<(String, String)> {
        self.numbers().filter_map(|(name, numbers)| Some((name, numbers.thousands()?.to_owned()))).collect()
    }

    pub(super) fn finish(self) -> ReadRows {
        let words = self.seen.into_iter().map(|seen| seen.words.map(Words::into_texts));
        ReadRows { features: self.features, words: words.collect(), targets: self.targets.finish() }
    }
}

/// What helps where a column has both numbers and words, such as this one.
fn not_mixed(word: &str, source: &CsvSource) -> String {
    let missing = match is_missing_mark(word) {
        true => format!("{} counts it as missing", with_mark(word, source)),
        false => "what marks a missing cell belongs into data.csv.missing".to_string(),
    };
    format!(
        "numbers only or words only; {missing}, data.csv.features leaves a column out, and a line of totals, units or notes is to \
         be deleted"
    )
}

/// The line of a config that takes a word for the mark of a missing cell, beside the other marks.
fn with_mark(word: &str, source: &CsvSource) -> String {
    let marks = source.missing.iter().map(String::as_str).chain([word]).map(|mark| format!("{mark:?}"));
    format!("data.csv.missing = [{}]", marks.collect::<Vec<String>>().join(", "))
}

fn column_of(place: &dyn Fn() -> Location, name: &str) -> Location {
    place().part(format!("column {}", quoted(name)))
}

fn not_finite(cell: &str, place: &Location) -> DataError {
    let allowed = "a finite number; what marks a missing cell belongs into data.csv.missing";
    place.clone().invalid(quoted(cell.trim()), allowed)
}

fn missing(cell: &str, allowed: &str, place: &Location) -> DataError {
    let found =
        if cell.is_empty() { "an empty cell".to_string() } else { format!("the missing cell {}", quoted(cell)) };
    let remedy = "data.csv.on_missing = \"drop\" leaves such rows out, \"mean\" fills features in";
    place.clone().invalid(found, format!("{allowed}; {remedy}"))
}

fn no_number(word: &str, source: &CsvSource, place: &Location) -> DataError {
    let remedy = match date_hint(word) {
        Some(remedy) => remedy.to_string(),
        None if is_missing_mark(word) => format!("{} counts it as missing", with_mark(word, source)),
        None => "data.csv.text = \"one_hot\" reads words".to_string(),
    };
    let allowed = format!("a finite number; {remedy}, data.csv.features leaves a column out");
    place.clone().invalid(quoted(word), allowed)
}
