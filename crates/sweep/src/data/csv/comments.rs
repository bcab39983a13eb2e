//! Comments above a table: lines that begin with `#`.

use super::lines::reader;
use crate::data::cell;
use crate::data::csv_source::{ColumnName, Separator};

/// The comments at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Comments {
    /// How many lines they are.
    pub lines: u64,
    /// How many bytes they have, with their line ends and the empty lines among them.
    pub bytes: usize,
    /// How many line ends are in these.
    pub ends: usize,
}

/// The lines at the beginning that begin with `#`, where another line follows.
pub(super) fn leading(text: &[u8]) -> Comments {
    let mut past = Comments::default();
    let mut found = past;
    for line in lines(text) {
        (past.bytes, past.ends) = (past.bytes + line.len(), past.ends + 1);
        match line.trim_ascii() {
            [] => {}
            [b'#', ..] => {
                past.lines += 1;
                found = past;
            }
            _ => return found,
        }
    }
    Comments::default()
}

/// The lines of a text with their ends: `\n`, `\r\n` or `\r`.
fn lines(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len().checked_sub(1)?);
        let is_pair = text[end..].starts_with(b"\r\n");
        let (line, rest) = text.split_at(end + 1 + usize::from(is_pair));
        text = rest;
        Some(line)
    })
}

/// Of the lines that begin with `#` those that are surely comments: up to the first that has the name of the target, and so
/// names the columns; where the target has an index, up to the first that has numbers wherever the first other line has them,
/// and so can be a row.
pub(super) fn above(text: &[u8], target: &ColumnName, separator: Separator) -> Comments {
    let leading = leading(text);
    let first = cells(&text[leading.bytes..], separator);
    let is_table = |line: &[u8]| {
        let cells = cells(line, separator);
        match target {
            ColumnName::Name(name) => cells.iter().any(|cell| cell == name),
            ColumnName::Index(_) => {
                let numbers =
                    |cells: &[String]| cells.iter().skip(1).map(|cell| cell::is_number(cell)).collect::<Vec<_>>();
                numbers(&cells) == numbers(&first)
            }
        }
    };
    let mut past = Comments::default();
    let mut found = past;
    for line in lines(&text[..leading.bytes]) {
        (past.bytes, past.ends) = (past.bytes + line.len(), past.ends + 1);
        if line.trim_ascii().is_empty() {
            continue;
        }
        if is_table(line) {
            break;
        }
        past.lines += 1;
        found = past;
    }
    found
}

/// The cells of the first line of a text.
fn cells(text: &[u8], separator: Separator) -> Vec<String> {
    let line = lines(text).find(|line| !line.trim_ascii().is_empty());
    let record = line.and_then(|line| reader(line, separator).into_byte_records().next()?.ok());
    let cells = record.iter().flatten().map(|cell| String::from_utf8_lossy(cell).trim().to_owned());
    cells.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, target: ColumnName) -> u64 {
        above(text.as_bytes(), &target, Separator::Comma).lines
    }

    #[test]
    fn lines_above_the_header_are_comments_unless_they_name_the_target() {
        let t = || ColumnName::Name("t".into());
        assert_eq!(found("# made by x\n\n#\r\n# 2024, \"a\nx,t\n1,2\n", t()), 3);
        assert_eq!(found("# one\n#x,t\n1,2\n", t()), 1, "the second names the columns");
        assert_eq!(found("#x, t\n1,2\n", t()), 0);
        assert_eq!(found("x,t\n# no\n1,2\n", t()), 0, "below the header");
        assert_eq!(found("# a\n# b", t()), 0, "nothing follows");
    }

    #[test]
    fn every_line_end_is_counted_once() {
        let found = leading(b"# a\r\n\r\n# b\r\nx,t\r\n");
        assert_eq!((found.lines, found.bytes, found.ends), (2, 12, 3));
        assert_eq!(leading(b"# a\rx,t\r"), Comments { lines: 1, bytes: 4, ends: 1 });
    }

    #[test]
    fn without_a_header_what_can_be_a_row_is_one() {
        let last = || ColumnName::Index(-1);
        assert_eq!(found("# made by x\n# a,b,c\n1,2,3\n", last()), 2);
        assert_eq!(found("#ff0000,1,0\nred,2,1\n", last()), 0);
        assert_eq!(found("#1,5,3\n2,5,4\n", last()), 0);
    }
}
