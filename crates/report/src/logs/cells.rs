//! A CSV file of ours being read: rows with their line, cells with their column, errors with both.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use csv_core::ReadRecordResult;
use etascape_text::{counted, parse_number};
use memchr::{memchr, memchr_iter, memchr2};

use crate::Error;

/// Bytes read at a time.
const PIECE: usize = 1 << 18;
/// Bytes that are read by themselves where a table is read side by side.
const PART: usize = 1 << 19;
/// Bytes of a row, at most: an unclosed quote would swallow all of the file.
const LONGEST_ROW: usize = 16 << 20;
/// What some programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An open table.
pub(crate) struct Cells {
    path: PathBuf,
    text: Text,
    pub(crate) names: Vec<String>,
    row: Row,
    /// The line, from 1, on which the row begins.
    line: u64,
    /// The length of a file whose last line has no end.
    cut_at: Option<u64>,
}

/// The cells of one row, without the quotes around them.
#[derive(Default)]
struct Row {
    bytes: Vec<u8>,
    cells: Vec<Range<usize>>,
}

/// A file and the part of it that is in memory.
struct Text {
    file: io::Take<File>,
    /// Whether a quote is an error.
    is_plain: bool,
    buffer: Vec<u8>,
    /// What is read and not yet taken.
    left: Range<usize>,
    is_at_end: bool,
    /// Bytes taken.
    offset: u64,
    /// Line ends taken.
    lines: u64,
}

#[cfg(test)]
thread_local! {
    /// The tables that this thread opened, in turn.
    pub(crate) static OPENED: std::cell::RefCell<Vec<PathBuf>> = const { std::cell::RefCell::new(Vec::new()) };
}

impl Cells {
    pub(crate) fn open(path: &Path) -> Result<Cells, Error> {
        #[cfg(test)]
        OPENED.with_borrow_mut(|opened| opened.push(path.to_owned()));
        let opened = File::open(path).and_then(|mut file| Ok((cut_at(&mut file)?, Text::new(file)?)));
        let (cut_at, text) = opened.map_err(Error::io("read", path))?;
        let mut cells = Cells { path: path.to_owned(), text, names: Vec::new(), row: Row::default(), line: 1, cut_at };
        cells.read_row()?;
        let names = (0..cells.row.cells.len()).map(|place| String::from_utf8_lossy(cells.bytes(place)).into_owned());
        cells.names = names.collect();
        Ok(cells)
    }

    /// The bytes of the rest of the table, cut at ends of lines to be read side by side.
    pub(crate) fn parts(&self) -> Result<Vec<Range<u64>>, Error> {
        let bounds = self.bounds().map_err(Error::io("read", &self.path))?;
        Ok(bounds.windows(2).map(|bounds| bounds[0]..bounds[1]).collect())
    }

    /// A part of the table to be read by itself. It does not know what went before it: it counts lines from its own start,
    /// and a quote, which may have been opened before, is an error.
    pub(crate) fn part(&self, bytes: Range<u64>) -> Result<Cells, Error> {
        let text = File::open(&self.path).and_then(|file| Text::between(file, bytes.start, bytes.end));
        let text = text.map_err(Error::io("read", &self.path))?;
        let (path, names, row) = (self.path.clone(), self.names.clone(), Row::default());
        Ok(Cells { path, text, names, row, line: 1, cut_at: self.cut_at })
    }

    /// Where parts of the rest begin and end.
    fn bounds(&self) -> io::Result<Vec<u64>> {
        let mut file = BufReader::new(File::open(&self.path)?);
        let length = file.seek(SeekFrom::End(0))?;
        let mut bounds = vec![self.offset()];
        for near in (self.offset()..length).step_by(PART).skip(1) {
            let at = file.seek(SeekFrom::Start(near))? + file.skip_until(b'\n')? as u64;
            bounds.push(at);
        }
        bounds.push(length);
        bounds.dedup();
        Ok(bounds)
    }

    /// Goes to the next row; false at the end.
    pub(crate) fn advance(&mut self) -> Result<bool, Error> {
        let is_there = self.read_row()?;
        let (found, expected) = (self.row.cells.len(), self.names.len());
        if is_there && found != expected {
            return Err(self.problem(format!("found {}, expected {expected} as in the head", counted(found, "cell"))));
        }
        Ok(is_there)
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
        self.text.offset
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
        &self.row.bytes[self.row.cells[column].clone()]
    }

    pub(crate) fn text(&self, column: usize) -> Result<&str, Error> {
        std::str::from_utf8(self.bytes(column)).map_err(|_| self.unexpected(column, "text in UTF-8"))
    }

    /// A number, or `None` for an empty cell.
    pub(crate) fn number(&self, column: usize) -> Result<Option<f64>, Error> {
        match self.bytes(column) {
            b"" => Ok(None),
            cell => parse_number(cell).map(Some).ok_or_else(|| self.unexpected(column, "a number or nothing")),
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
            line: self.line,
            column: self.names[column].clone(),
            found: String::from_utf8_lossy(self.bytes(column)).into_owned(),
            expected,
        }
    }

    /// Something that is wrong with the row.
    pub(crate) fn problem(&self, problem: impl Into<String>) -> Error {
        Error::Line { path: self.path.clone(), line: self.line, problem: problem.into() }
    }

    /// Takes a row of any length; empty lines are no rows. False at the end.
    fn read_row(&mut self) -> Result<bool, Error> {
        self.row.bytes.clear();
        self.row.cells.clear();
        self.text.read(&mut self.row, &mut self.line).map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => {
                let problem = "a row that does not end (an unclosed quote?)".to_owned();
                Error::Line { path: self.path.clone(), line: self.line, problem }
            }
            _ => Error::io("read", &self.path)(error),
        })
    }
}

impl Row {
    /// Takes the cells of a line that holds no quotes.
    fn split(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        let mut start = 0;
        for end in memchr_iter(b',', line) {
            self.cells.push(start..end);
            start = end + 1;
        }
        self.cells.push(start..line.len());
    }
}

impl Text {
    fn new(file: File) -> io::Result<Text> {
        let mut text = Text { is_plain: false, ..Text::between(file, 0, u64::MAX)? };
        text.read_more()?;
        if text.buffer[text.left.clone()].starts_with(BYTE_ORDER_MARK) {
            text.take(BYTE_ORDER_MARK.len());
        }
        Ok(text)
    }

    /// Lines without quotes.
    fn between(mut file: File, from: u64, to: u64) -> io::Result<Text> {
        file.seek(SeekFrom::Start(from))?;
        let (file, buffer) = (file.take(to - from), Vec::new());
        Ok(Text { file, is_plain: true, buffer, left: 0..0, is_at_end: false, offset: from, lines: 0 })
    }

    fn read(&mut self, row: &mut Row, first_line: &mut u64) -> io::Result<bool> {
        loop {
            *first_line = self.lines + 1;
            let (end, taken) = self.line()?;
            if taken == 0 {
                return Ok(false);
            }
            let line = &self.buffer[self.left.start..self.left.start + end];
            if memchr2(b'"', b'\r', line).is_some() {
                if self.is_plain {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                self.read_quoted(row)?;
                return Ok(true);
            }
            if !line.is_empty() {
                row.split(line);
            }
            self.take(taken);
            self.lines += 1;
            if !row.cells.is_empty() {
                return Ok(true);
            }
        }
    }

    /// Where the line ends, and where the next one begins, from what is taken on. The last line may have no end.
    fn line(&mut self) -> io::Result<(usize, usize)> {
        let mut searched = 0;
        loop {
            let left = &self.buffer[self.left.clone()];
            if let Some(place) = memchr(b'\n', &left[searched..]) {
                let end = searched + place;
                let text = left[..end].strip_suffix(b"\r").map_or(end, <[u8]>::len);
                return Ok((text, end + 1));
            }
            searched = left.len();
            if self.is_at_end {
                return Ok((searched, searched));
            }
            self.read_more()?;
        }
    }

    /// Takes a row that holds quotes, and perhaps line ends between them.
    fn read_quoted(&mut self, row: &mut Row) -> io::Result<()> {
        let mut reader = csv_core::Reader::new();
        let mut ends = vec![0; 16];
        let (mut written, mut cells) = (0, 0);
        row.bytes.resize(256, 0);
        loop {
            let left = &self.buffer[self.left.clone()];
            let (result, taken, bytes, more) = reader.read_record(left, &mut row.bytes[written..], &mut ends[cells..]);
            (written, cells) = (written + bytes, cells + more);
            self.lines += memchr_iter(b'\n', &left[..taken]).count() as u64;
            self.take(taken);
            if written > LONGEST_ROW {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            match result {
                ReadRecordResult::InputEmpty => self.read_more()?,
                ReadRecordResult::OutputFull => row.bytes.resize(2 * row.bytes.len(), 0),
                ReadRecordResult::OutputEndsFull => ends.resize(2 * ends.len(), 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        row.cells.extend(starts.zip(&ends).map(|(start, &end)| start..end).take(cells));
        Ok(())
    }

    fn take(&mut self, count: usize) {
        self.left.start += count;
        self.offset += count as u64;
    }

    /// Reads a piece behind what is left, which moves to the front.
    fn read_more(&mut self) -> io::Result<()> {
        if self.left.len() > LONGEST_ROW {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.buffer.copy_within(self.left.clone(), 0);
        self.left = 0..self.left.len();
        self.buffer.resize(self.left.end + PIECE, 0);
        let read = loop {
            match self.file.read(&mut self.buffer[self.left.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.left.end += read;
        self.is_at_end = read == 0;
        Ok(())
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
