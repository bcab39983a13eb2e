//! The rows of a CSV file: the chosen columns, missing cells, words.

use csv::StringRecord;

use super::header::{Column, Columns};
use super::words::Words;
use crate::data::cell::{Cell, CellReader, date_hint, number_hint};
use crate::data::csv_source::{CsvReading, CsvSource, Header, OnMissing, OnText, Separator};
use crate::data::error::{DataError, Location, quoted};
use crate::data::targets::{TargetColumn, Targets};

/// Reads the cells of the chosen columns, row after row.
pub(super) struct RowReader<'a> {
    source: &'a CsvSource,
    cells: CellReader,
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

/// The first cell of a column that is a plain number, and the first that is a percentage, each with where it stands. A column
/// may have the one kind or the other.
#[derive(Default)]
struct Numbers {
    plain: Option<(String, String)>,
    percent: Option<(String, String)>,
}

impl Numbers {
    fn plain(&mut self, cell: &str, place: &dyn Fn() -> Location) -> Result<(), DataError> {
        take(&mut self.plain, &self.percent, cell, ["number", "percentage"], place)
    }

    fn percent(&mut self, cell: &str, place: &dyn Fn() -> Location) -> Result<(), DataError> {
        take(&mut self.percent, &self.plain, cell, ["percentage", "number"], place)
    }

    fn first(&self) -> Option<&(String, String)> {
        self.plain.as_ref().or(self.percent.as_ref())
    }
}

/// Notes the first cell of a kind, in a column that has none of the other kind. `kinds` are their names.
fn take(
    first: &mut Option<(String, String)>,
    other: &Option<(String, String)>,
    cell: &str,
    [kind, other_kind]: [&str; 2],
    place: &dyn Fn() -> Location,
) -> Result<(), DataError> {
    if let Some((other, line)) = other {
        let found =
            format!("the {kind} {}, in a column with the {other_kind} {}{line}", quoted(cell.trim()), quoted(other));
        return Err(place().invalid(found, "plain numbers only, or percentages only"));
    }
    if first.is_none() {
        *first = Some((cell.trim().to_string(), line(place)));
    }
    Ok(())
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
    pub(super) fn new(source: &'a CsvSource, columns: &'a Columns) -> RowReader<'a> {
        RowReader {
            source,
            cells: CellReader::new(source.decimal, &source.missing),
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
                self.target_numbers.plain(cell, &place)?;
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
            let found = format!("the number {}, in a column with the word {}{line}", quoted(cell), quoted(word));
            return Err(column_of(place, name).invalid(found, MIXED));
        }
        let place = || column_of(place, name);
        match is_percent {
            true => seen.numbers.percent(cell, &place)?,
            false => seen.numbers.plain(cell, &place)?,
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
            return Err(column_of(place, name).invalid(found, MIXED));
        }
        if self.source.text == OnText::Error {
            return Err(no_number(word, &column_of(place, name)));
        }
        let words = seen.words.get_or_insert_with(|| Words::new(line(place), word));
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

    /// What has been read so far, below so many comments.
    pub(super) fn reading(&self, separator: Separator, comments: u64) -> CsvReading {
        let name = |(name, _): &Column| name.clone();
        let features = self.columns.features.iter().map(name).zip(self.missing.iter().copied());
        let missing = features.chain([(name(&self.columns.target), self.missing_targets)]);
        let words = self.columns.features.iter().zip(&self.seen);
        CsvReading {
            separator,
            is_found: self.source.separator.is_none(),
            decimal: self.source.decimal,
            has_header: self.source.header != Header::Absent,
            rows: self.rows,
            dropped: self.dropped,
            on_missing: self.source.on_missing,
            missing: missing.filter(|(_, count)| *count > 0).collect(),
            one_hot: words.filter_map(|(column, seen)| Some((name(column), seen.words.as_ref()?.len()))).collect(),
            nameless: self.columns.nameless.clone(),
            comments,
            percent: self.percent_columns(),
        }
    }

    /// The columns whose numbers are percentages.
    fn percent_columns(&self) -> Vec<String> {
        let features = self.columns.features.iter().zip(self.seen.iter().map(|seen| &seen.numbers));
        let columns = features.chain([(&self.columns.target, &self.target_numbers)]);
        columns.filter(|(_, numbers)| numbers.percent.is_some()).map(|((name, _), _)| name.clone()).collect()
    }

    pub(super) fn finish(self) -> ReadRows {
        let words = self.seen.into_iter().map(|seen| seen.words.map(Words::into_texts));
        ReadRows { features: self.features, words: words.collect(), targets: self.targets.finish() }
    }
}

/// What helps where a column has both numbers and words.
const MIXED: &str = "numbers only or words only; what marks a missing cell belongs into data.csv.missing, \
                     data.csv.features leaves a column out, and a line of totals, units or notes is to be deleted";

fn column_of(place: &dyn Fn() -> Location, name: &str) -> Location {
    place().part(format!("column {}", quoted(name)))
}

/// ` (line 3)`.
fn line(place: &dyn Fn() -> Location) -> String {
    place().line.map(|line| format!(" (line {line})")).unwrap_or_default()
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

fn no_number(word: &str, place: &Location) -> DataError {
    let remedy = date_hint(word).unwrap_or("data.csv.text = \"one_hot\" reads words");
    let allowed = format!("a finite number; {remedy}, data.csv.features leaves a column out");
    place.clone().invalid(quoted(word), allowed)
}
