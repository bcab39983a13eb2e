//! A CSV file of ours being read: rows with their line, cells with their column, errors with both.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::number;
use crate::Error;

/// An open table.
pub(crate) struct Cells {
    path: PathBuf,
    rows: csv::Reader<Bounded>,
    pub(crate) names: Vec<String>,
    record: csv::ByteRecord,
    /// The length of a file whose last line has no end.
    cut_at: Option<u64>,
}

impl Cells {
    pub(crate) fn open(path: &Path) -> Result<Cells, Error> {
        let mut file = File::open(path).map_err(Error::io("read", path))?;
        let cut_at = cut_at(&mut file).map_err(Error::io("read", path))?;
        let mut rows = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(Bounded { file, since_row: 0 });
        let head = rows.byte_headers().map_err(|error| damaged(path, error))?;
        let names = head.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        Ok(Cells { path: path.to_owned(), rows, names, record: csv::ByteRecord::new(), cut_at })
    }

    /// Goes to the next row; false at the end.
    pub(crate) fn advance(&mut self) -> Result<bool, Error> {
        self.rows.get_mut().since_row = 0;
        self.rows.read_byte_record(&mut self.record).map_err(|error| damaged(&self.path, error))
    }

    /// Goes to the next row that ends with a line end; false where there is none. A last row without one was cut off.
    pub(crate) fn advance_whole(&mut self) -> Result<bool, Error> {
        match self.advance() {
            Ok(is_there) => Ok(is_there && !self.is_at_cut()),
            Err(Error::Line { .. }) if self.is_at_cut() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Bytes from the start of the file to the end of the rows read.
    pub(crate) fn offset(&self) -> u64 {
        self.rows.position().byte()
    }

    /// Whether everything is read, and the last line has no end.
    pub(crate) fn is_at_cut(&self) -> bool {
        self.cut_at == Some(self.offset())
    }

    /// The place of a column that the table must have.
    pub(crate) fn column(&self, name: &str) -> Result<usize, Error> {
        let place = self.names.iter().position(|column| column == name);
        place.ok_or_else(|| Error::MissingColumn { path: self.path.clone(), column: name.to_owned() })
    }

    pub(crate) fn bytes(&self, column: usize) -> &[u8] {
        &self.record[column]
    }

    pub(crate) fn text(&self, column: usize) -> Result<&str, Error> {
        std::str::from_utf8(self.bytes(column)).map_err(|_| self.unexpected(column, "text in UTF-8"))
    }

    /// A number, or `None` for an empty cell.
    pub(crate) fn number(&self, column: usize) -> Result<Option<f64>, Error> {
        match self.bytes(column) {
            b"" => Ok(None),
            cell => number::parse(cell).map(Some).ok_or_else(|| self.unexpected(column, "a number or nothing")),
        }
    }

    pub(crate) fn whole(&self, column: usize) -> Result<u64, Error> {
        let cell = std::str::from_utf8(self.bytes(column)).ok();
        cell.and_then(|cell| cell.parse().ok()).ok_or_else(|| self.unexpected(column, "a whole number"))
    }

    /// The error that a cell is not what it must be.
    pub(crate) fn unexpected(&self, column: usize, expected: &'static str) -> Error {
        Error::Cell {
            path: self.path.clone(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: self.names[column].clone(),
            found: String::from_utf8_lossy(self.bytes(column)).into_owned(),
            expected,
        }
    }
}

/// A file of which a row is read in bounded memory: an unclosed quote would swallow all of it.
struct Bounded {
    file: File,
    since_row: usize,
}

impl Read for Bounded {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        const LONGEST_ROW: usize = 16 << 20;
        if self.since_row > LONGEST_ROW {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.file.read(bytes)?;
        self.since_row += read;
        Ok(read)
    }
}

fn cut_at(file: &mut File) -> io::Result<Option<u64>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut last = *b"\n";
    if length > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    file.rewind()?;
    Ok((last != *b"\n").then_some(length))
}

fn damaged(path: &Path, error: csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    let path = path.to_owned();
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
            Error::Line { path, line, problem: "a row that does not end (an unclosed quote?)".into() }
        }
        csv::ErrorKind::Io(source) => Error::Io { action: "read", path, source },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            Error::Line { path, line, problem: format!("found {len} cells, expected {expected_len} as in the head") }
        }
        other => Error::Line { path, line, problem: format!("{other:?}") },
    }
}
