//! The records of a CSV file.

use std::fs::File;
use std::io::{BufReader, Chain, Cursor, Read, Take};
use std::path::Path;

use csv::{ErrorKind, StringRecord};

use super::comments;
use super::encoding::{self, NOT_UTF_8, TO_UTF_8};
use super::lines::{self, BUFFER, Lines};
use super::{separator, titles};
use crate::data::csv_source::{CsvSource, Separator};
use crate::data::error::{DataError, Location};
use crate::data::file::{LARGEST_FILE, open};

/// Bytes from which the separator is found.
const HEAD: usize = 256 << 10;

type Text = Lines<BufReader<Chain<Cursor<Vec<u8>>, Take<File>>>>;

/// The records of a file, each with the line on which it begins.
pub(super) struct Records<'a> {
    path: &'a Path,
    separator: Separator,
    comments: u64,
    title: Option<String>,
    blank: u64,
    reader: csv::Reader<Text>,
    record: StringRecord,
}

impl<'a> Records<'a> {
    /// Opens a file. Where its source has no separator, its head decides. Comments and titles above the table are skipped.
    pub(super) fn open(path: &'a Path, source: &CsvSource) -> Result<Records<'a>, DataError> {
        let mut file = open(path)?.take(LARGEST_FILE);
        let mut head = Vec::new();
        let read = file.by_ref().take(HEAD as u64).read_to_end(&mut head);
        read.map_err(|source| DataError::File { file: path.to_path_buf(), source })?;
        encoding::check(&head, path)?;
        let whole = if head.len() < HEAD { head.len() } else { whole_lines(&head) };
        let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let named = separator::named(&head[mark..whole]);
        let start = mark + named.map_or(0, |(_, length)| length);
        let separator = match source.separator.or(named.map(|(separator, _)| separator)) {
            Some(separator) => separator,
            None => {
                let table = start + comments::leading(&head[start..whole]).bytes;
                separator::find(&head[table..whole]).map_err(|doubt| doubt.error(path))?
            }
        };
        let comments = comments::above(&head[start..whole], &source.target, separator);
        let table = start + comments.bytes;
        let titles = titles::above(&head[table..whole], source, separator);
        // Lines keep their numbers: of a comment the end is left.
        let rest = std::mem::replace(&mut head, vec![b'\n'; comments.ends]).split_off(table);
        head.extend(rest);
        let text = BufReader::with_capacity(BUFFER, Cursor::new(head).chain(file));
        let reader = lines::reader(text, separator);
        let (comments, record) = (comments.lines, StringRecord::new());
        let mut records = Records { path, separator, comments, title: None, blank: 0, reader, record };
        records.skip(titles)?;
        Ok(records)
    }

    /// Skips so many records, which are titles.
    fn skip(&mut self, titles: usize) -> Result<(), DataError> {
        for _ in 0..titles {
            let Some((_, record)) = self.next()? else { return Ok(()) };
            let first = record.iter().map(str::trim).find(|cell| !cell.is_empty()).map(str::to_owned);
            self.title = self.title.take().or(first);
        }
        Ok(())
    }

    /// The first title that is skipped.
    pub(super) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// How many lines of separators only have been skipped.
    pub(super) fn blank(&self) -> u64 {
        self.blank
    }

    /// How many lines are skipped as comments.
    pub(super) fn comments(&self) -> u64 {
        self.comments
    }

    pub(super) fn separator(&self) -> Separator {
        self.separator
    }

    /// The next record. Empty lines are skipped, and lines of separators only.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &StringRecord)>, DataError> {
        let more = loop {
            let more = match self.reader.read_record(&mut self.record) {
                Ok(more) => more,
                Err(error) => return Err(self.explain(error)),
            };
            self.reader.get_mut().record_ends();
            if !more || self.record.iter().any(|cell| !cell.trim().is_empty()) {
                break more;
            }
            self.blank += 1;
        };
        // Every record ends with a line end, and further ones may stand inside quotes.
        let lines = 1 + self.record.as_slice().bytes().filter(|&byte| byte == b'\n').count() as u64;
        Ok(more.then(|| (self.reader.position().line().saturating_sub(lines), &self.record)))
    }

    fn explain(&self, error: csv::Error) -> DataError {
        let place = Location::in_file(self.path);
        match error.into_kind() {
            ErrorKind::Io(source) if source.kind() == std::io::ErrorKind::FileTooLarge => {
                self.endless(format!("records of at most {} bytes", Text::LONGEST_RECORD))
            }
            ErrorKind::Io(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                self.endless("a quote at the end of each cell that begins with one")
            }
            ErrorKind::Io(source) => DataError::File { file: self.path.to_path_buf(), source },
            ErrorKind::Utf8 { err, .. } => place
                .line(self.reader.position().line().saturating_sub(1))
                .part(format!("cell {}", err.field() + 1))
                .invalid(NOT_UTF_8, TO_UTF_8),
            kind => place.invalid(format!("{kind:?}"), "CSV"),
        }
    }

    /// The error that a record does not end, at the line of the open quote if there is one.
    fn endless(&self, allowed: impl Into<String>) -> DataError {
        let (line, found) = match self.reader.get_ref().open_quote() {
            Some(line) => (line, "a quote that is not closed"),
            None => (self.reader.position().line(), "a record that does not end"),
        };
        Location::in_file(self.path).line(line).invalid(found, allowed)
    }
}

/// The length of the whole lines of a head that is cut; all of it where it is one line.
fn whole_lines(head: &[u8]) -> usize {
    let is_end = |byte: &u8| *byte == b'\n' || *byte == b'\r';
    head.iter().rposition(is_end).map_or(head.len(), |end| end + 1)
}
