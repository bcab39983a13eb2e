//! Rows from a CSV file.
//!
//! The file is read once, record by record: memory is proportional to the numbers kept.

mod comments;
mod encoding;
mod header;
mod lines;
mod records;
mod rows;
mod separator;
mod words;

use std::path::Path;

use csv::StringRecord;

use self::header::Names;
use self::records::Records;
use self::rows::RowReader;
use self::words::expand;
use super::cell::{Cell, CellReader};
use super::csv_source::{ColumnName, CsvReading, CsvSource, Header, Separator};
use super::error::{DataError, Location, quoted};
use super::table::Content;

/// Columns of a file at most.
const MOST_COLUMNS: usize = 10_000;

/// The rows of a CSV file in the folder `dir`. NaN stands for a missing feature.
pub(super) fn read(source: &CsvSource, dir: &Path) -> Result<Content, DataError> {
    let path = &dir.join(&source.path);
    let place = |line| Location::in_file(path).line(line);
    let mut records = Records::open(path, source.separator, &source.target)?;
    let separator = records.separator();
    let Some((line, first)) = records.next()? else {
        return Err(Location::in_file(path).invalid("an empty file", "a line for each row"));
    };
    let names = names(source, first, &place(line))?;
    let head = match source.separator {
        None if separator != Separator::Comma => place(line).part(format!("cells between {}", separator.in_words())),
        _ => place(line),
    };
    let columns = match names.choose(&source.target, source.features.as_deref(), &head) {
        Ok(columns) => columns,
        Err(error) => return Err(header_below(error, source, &mut records)),
    };
    let mut rows = RowReader::new(source, &columns);
    if source.header == Header::Absent {
        rows.push(first, &|| place(line)).map_err(|error| asked_for_header(error, &place(line)))?;
    }
    while let Some((line, record)) = records.next()? {
        if record.len() != names.len() {
            return Err(ragged(record, names.len(), source.header, &place(line)));
        }
        rows.push(record, &|| place(line))?;
    }
    let reading = rows.reading(separator, records.comments());
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
fn asked_for_header(error: DataError, first: &Location) -> DataError {
    match error {
        DataError::Invalid { place, found, allowed } if place.line == first.line => {
            let found = format!("{found}, with data.csv.header = false: is this line a header?");
            DataError::Invalid { place, found, allowed }
        }
        other => other,
    }
}

/// Records below the first in which a header is looked for.
const HEADER_WITHIN: usize = 20;

/// The error that a column is not in the first line; it names the line where the header stands instead, below a title or a
/// comment.
fn header_below(error: DataError, source: &CsvSource, records: &mut Records) -> DataError {
    let (Header::Expected | Header::Given, ColumnName::Name(target)) = (source.header, &source.target) else {
        return error;
    };
    let mut below = None;
    for _ in 0..HEADER_WITHIN {
        let Ok(Some((line, record))) = records.next() else { break };
        if record.iter().any(|cell| cell.trim() == target) {
            below = Some(line);
            break;
        }
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
    let is_comment = record.get(0).is_some_and(|cell| cell.starts_with('#'));
    let comment = if is_comment { " (a comment? only those above the table are skipped)" } else { "" };
    let found = format!("a row of length {}{comment}", record.len());
    let whose = if header == Header::Absent { "the first line" } else { "the header" };
    let remedy = match record.iter().next_back() {
        _ if header == Header::Absent || record.len() != width + 1 => "",
        Some("") => "; where every row ends with a separator, the header needs one at its end too",
        _ => "; where every row begins with its own name, the header needs a separator before its first name",
    };
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
