//! Titles above a table: a name, a date, a source.

use super::lines::reader;
use crate::data::cell::is_number;
use crate::data::csv_source::{ColumnName, CsvSource, Header, Separator};

/// Records in which the first line of a table is looked for.
const WITHIN: usize = 20;

/// Records by which the width of a table is known.
const RECORDS: usize = 100;

/// How many records at the beginning of a text surely are titles; records of empty cells do not count.
///
/// Where the target has a name, the table begins with the first record that has it, and all records above it must be titles: they
/// fill at most half of its width, or are narrower, where that record has words only and one with numbers follows. Without a
/// header, titles are narrower than most records and fill at most half of their width.
pub(super) fn above(text: &[u8], source: &CsvSource, separator: Separator) -> usize {
    let records = records(text, separator);
    let is_short = |record: &Record, width: usize| 2 * record.filled <= width;
    match (source.header, &source.target) {
        (Header::Absent, _) => {
            let width = width(&records);
            let is_title = |record: &&Record| record.width < width && is_short(record, width);
            let titles = records.iter().take_while(is_title).count();
            if titles < records.len().min(WITHIN) { titles } else { 0 }
        }
        (Header::Expected | Header::Given, ColumnName::Name(target)) => {
            let header = records.iter().take(WITHIN).position(|record| record.cells.contains(target));
            let Some(header) = header else { return 0 };
            let width = records[header].width;
            let has_number =
                |at: usize| records.get(at).is_some_and(|record| record.cells.iter().any(|cell| is_number(cell)));
            let is_certain = !has_number(header) && has_number(header + 1);
            let is_title = |record: &Record| is_short(record, width) || is_certain && record.width < width;
            if records[..header].iter().all(is_title) { header } else { 0 }
        }
        (Header::Expected | Header::Given, ColumnName::Index(_)) => 0,
    }
}

/// A record that is not blank.
struct Record {
    cells: Vec<String>,
    width: usize,
    /// How many of its cells are not empty.
    filled: usize,
}

/// The first records of a text.
fn records(text: &[u8], separator: Separator) -> Vec<Record> {
    let mut reader = reader(text, separator);
    let read = reader.byte_records().map_while(Result::ok).map(|record| {
        let cells: Vec<String> = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        Record { width: cells.len(), filled, cells }
    });
    read.filter(|record| record.filled > 0).take(RECORDS).collect()
}

/// The most frequent width; of several the largest.
fn width(records: &[Record]) -> usize {
    let alike = |width: usize| records.iter().filter(|record| record.width == width).count();
    records.iter().map(|record| record.width).max_by_key(|width| (alike(*width), *width)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, target: &str) -> usize {
        above(text.as_bytes(), &CsvSource::new("d.csv", ColumnName::Name(target.into())), Separator::Semicolon)
    }

    fn found_without_header(text: &str) -> usize {
        let source = CsvSource { header: Header::Absent, ..CsvSource::new("d.csv", ColumnName::Index(-1)) };
        above(text.as_bytes(), &source, Separator::Semicolon)
    }

    #[test]
    fn a_table_begins_with_the_name_of_its_target() {
        assert_eq!(found("Sales\n\n2024\na;b;t\n1;2;3\n", "t"), 2);
        assert_eq!(found("Sales;;\n;;\na;b;t\n1;2;3\n", "t"), 1, "as spreadsheets write them");
        assert_eq!(found("\"of\n2024\"\na;t\n1;2\n", "t"), 1);
        assert_eq!(found("Sales; 2024\na;b;t\n1;2;3\n", "t"), 1);
        assert_eq!(found("a;b;t\n1;2;3\n", "t"), 0);
    }

    #[test]
    fn a_header_without_the_target_is_no_title() {
        assert_eq!(found("name;a;b\nx;1;t\ny;2;3\n", "t"), 0, "`t` is a word of a row");
        assert_eq!(found("a;b\nx;1;t\ny;2;3\n", "t"), 0, "a name is missing");
        assert_eq!(found("a;b\nx;u;t\ny;v;w\n", "t"), 0, "a table of words");
        assert_eq!(found("Date;2024\na;t\n1;2\n", "t"), 0, "can be a header of two columns");
        assert_eq!(found("Sales\na;b\n1;2\n", "t"), 0);
    }

    #[test]
    fn rows_without_a_header_are_as_wide_as_most() {
        assert_eq!(found_without_header("|1x3 Cross validator\n1;2;3\n4;5;6\n"), 1);
        assert_eq!(found_without_header("1;2;3\n4\n5;6;7\n"), 0, "a row that lacks cells is an error below");
        assert_eq!(found_without_header("1;;\n4;5;6\n5;6;7\n"), 0, "a row with missing cells");
        assert_eq!(found_without_header("1;2\n1;2;3\n4;5;6\n"), 0);
        assert_eq!(found_without_header("a\nb\nc\n"), 0);
        assert_eq!(found_without_header(""), 0);
    }
}
