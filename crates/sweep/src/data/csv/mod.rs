//! Rows from a CSV file.
//!
//! The file is read once, record by record: memory is proportional to the numbers kept.

mod comments;
mod encoding;
mod header;
mod lines;
mod numbers;
mod records;
mod rows;
mod separator;
mod titles;
mod words;

use std::path::Path;

use csv::StringRecord;

use self::header::Names;
use self::records::Records;
use self::rows::RowReader;
use self::words::expand;
use super::cell::{Cell, CellReader, is_number};
use super::content::Content;
use super::csv_source::{ColumnName, CsvReading, CsvSource, Header, Separator, Titles};
use super::error::{DataError, Location, quoted};

/// Columns of a file at most.
const MOST_COLUMNS: usize = 10_000;

/// The rows of a CSV file in the folder `dir`. NaN stands for a missing feature.
pub(super) fn read(source: &CsvSource, dir: &Path) -> Result<Content, DataError> {
    let path = &dir.join(&source.path);
    let place = |line| Location::in_file(path).line(line);
    let mut records = Records::open(path, source)?;
    let separator = records.separator();
    let Some((table, first)) = records.next()? else {
        return Err(Location::in_file(path).invalid("an empty file", "a line for each row"));
    };
    let mut names = names(source, first, &place(table))?;
    let row = match source.header {
        Header::Absent => Some((table, first.clone())),
        Header::Expected | Header::Given => records.next()?.map(|(line, row)| (line, row.clone())),
    };
    if let Some((_, row)) = &row {
        names.fit(row, source);
    }
    let head = match source.separator {
        None if separator != Separator::Comma => place(table).part(format!("cells between {}", separator.in_words())),
        _ => place(table),
    };
    let columns = match names.choose(&source.target, source.features.as_deref(), &head) {
        Ok(columns) => columns,
        Err(error) => return Err(header_below(error, source, &names, row, &mut records)),
    };
    let mut rows = RowReader::new(source, separator, &columns);
    let mut push = |line, record: &StringRecord| match record.len() == names.len() {
        true => rows.push(record, &|| place(line)),
        false => Err(ragged(record, names.len(), source.header, &place(line))),
    };
    if let Some((line, row)) = &row {
        push(*line, row).map_err(|error| asked_for_header(error, source, &place(table)))?;
    }
    while let Some((line, record)) = records.next()? {
        push(line, record)?;
    }
    let reading = CsvReading {
        comments: records.comments(),
        titles: records.title().map(|first| Titles { table, first: first.to_owned() }),
        blank: records.blank(),
        ..rows.reading()
    };
    check_rows(&reading, path)?;
    let rows = rows.finish();
    let expanded = expand(&columns.feature_names(), &rows.words, rows.features);
    if expanded.names.len() > MOST_COLUMNS {
        let found = format!("{} features, one for each word", expanded.names.len());
        return Err(Location::in_file(path).invalid(found, format!("at most {MOST_COLUMNS}")));
    }
    Ok(Content {
        names: expanded.names,
        features: expanded.features,
        target_name: columns.target.0,
        targets: rows.targets,
        reading: Some(reading),
    })
}

/// The names of the columns, from the first record.
fn names(source: &CsvSource, first: &StringRecord, place: &Location) -> Result<Names, DataError> {
    if first.len() > MOST_COLUMNS {
        return Err(place.clone().invalid(format!("{} columns", first.len()), format!("at most {MOST_COLUMNS}")));
    }
    if source.header == Header::Absent {
        return Ok(Names::numbered(first.len()));
    }
    let cells = CellReader::new(source.decimal, &source.missing);
    let words = first.iter().filter(|cell| matches!(cells.read(cell), Cell::Word(_))).count();
    let number = first.iter().find(|cell| matches!(cells.read(cell), Cell::Number(_) | Cell::Percent(_)));
    if let Some(number) = number.filter(|_| source.header == Header::Expected && words == 0) {
        let found = format!("numbers only, such as {}: is this line a header?", quoted(number));
        let allowed = "data.csv.header = false where it is a row, true where it has the names of the columns";
        return Err(place.clone().invalid(found, allowed));
    }
    Ok(Names::read(first))
}

/// The error that the first line of a file without a header is no row.
fn asked_for_header(error: DataError, source: &CsvSource, first: &Location) -> DataError {
    match error {
        DataError::Invalid { place, found, allowed } if source.header == Header::Absent && place.line == first.line => {
            let found = format!("{found}, with data.csv.header = false: is this line a header?");
            DataError::Invalid { place, found, allowed }
        }
        other => other,
    }
}

/// Records below the first in which a header is looked for.
const HEADER_WITHIN: usize = 20;

/// The error that a column is not in the first line; where the target is not, it names the line in which the header may
/// stand instead. `row` is the first below.
fn header_below(
    error: DataError,
    source: &CsvSource,
    names: &Names,
    mut row: Option<(u64, StringRecord)>,
    records: &mut Records,
) -> DataError {
    let ColumnName::Name(target) = &source.target else { return error };
    if source.header == Header::Absent || names.has(target) {
        return error;
    }
    let mut below = None;
    for _ in 0..HEADER_WITHIN {
        let Some((line, record)) = row else { break };
        if record.iter().any(|cell| cell.trim() == target) {
            below = Some(line);
            break;
        }
        row = records.next().ok().flatten().map(|(line, record)| (line, record.clone()));
    }
    match (error, below) {
        (DataError::Invalid { place, found, allowed }, Some(line)) => {
            let allowed = format!("{allowed}; line {line} has {}: delete the lines above it", quoted(target));
            DataError::Invalid { place, found, allowed }
        }
        (error, _) => error,
    }
}

/// The error that a row has more or fewer cells than the first line.
fn ragged(record: &StringRecord, width: usize, header: Header, place: &Location) -> DataError {
    let first = record.get(0).unwrap_or_default().trim();
    let is_comment = first.starts_with('#');
    let is_note = record.len() == 1 && !is_comment && !is_number(first);
    let shown = match (is_comment, is_note) {
        (true, _) => " (a comment? only those above the table are skipped)".to_string(),
        (_, true) => format!(", {}", quoted(first)),
        _ => String::new(),
    };
    let whose = if header == Header::Absent { "the first line" } else { "the header" };
    let remedy = match record.iter().next_back() {
        _ if is_note => "; a note below the table is to be deleted",
        _ if header == Header::Absent || record.len() != width + 1 => "",
        Some("") => "; where every row ends with a separator, the header needs one at its end too",
        _ => "; where every row begins with its own name, the header needs a separator before its first name",
    };
    let found = format!("a row of length {}{shown}", record.len());
    place.clone().invalid(found, format!("{width}, as many as {whose} has{remedy}"))
}

/// Checks that at least one row is kept.
fn check_rows(reading: &CsvReading, path: &Path) -> Result<(), DataError> {
    let place = Location::in_file(path);
    if reading.rows == 0 {
        return Err(place.invalid("a header and no rows", "at least one row"));
    }
    if reading.dropped == reading.rows {
        let most = reading.missing.iter().max_by_key(|(_, count)| *count);
        let which = most.map(|(name, count)| format!(", {count} in column {}", quoted(name))).unwrap_or_default();
        let found = format!("a missing cell in each of {} rows{which}", reading.rows);
        return Err(place.invalid(found, "a row that data.csv.on_missing = \"drop\" keeps"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
