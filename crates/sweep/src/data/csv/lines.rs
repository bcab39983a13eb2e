//! Prepares text for the CSV reader: one kind of line end, records of bounded length, every quote closed, no blanks before
//! cells.

use std::io::{self, BufRead, Read};

use crate::data::csv_source::Separator;

/// Bytes that are read at once.
pub(super) const BUFFER: usize = 64 << 10;

/// A reader that turns every line end (`\n`, `\r\n`, `\r`) into `\n` and adds one after the last line, so that counting
/// `\n` counts lines. Outside quotes it drops the blanks before a cell, so that a quote after a blank opens a quoted cell;
/// where blanks are the separator, each gap becomes one tab.
///
/// It fails where a record is longer than [`Lines::LONGEST_RECORD`] (the file is probably not CSV), and where the file ends
/// inside a quoted cell.
pub(super) struct Lines<R> {
    inner: R,
    since_record: usize,
    text: Text,
    /// Bytes that are ready to be read, from `read` on.
    ready: Vec<u8>,
    read: usize,
}

impl<R: BufRead> Lines<R> {
    /// Bytes of a record at most.
    pub(super) const LONGEST_RECORD: usize = 4 << 20;

    pub(super) fn new(inner: R, separator: Separator) -> Lines<R> {
        Lines { inner, since_record: 0, text: Text::new(separator), ready: Vec::new(), read: 0 }
    }

    /// Call this after every record: the next bytes belong to the next record.
    pub(super) fn record_ends(&mut self) {
        self.since_record = 0;
    }

    /// The line, from 1, of the quote that is still open.
    pub(super) fn open_quote(&self) -> Option<u64> {
        self.text.open_quote()
    }

    /// Makes the next bytes ready; none at the end of the text.
    fn prepare(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.read = 0;
        while self.ready.is_empty() {
            let input = self.inner.fill_buf()?;
            let taken = input.len();
            if taken == 0 {
                return self.text.close(&mut self.ready);
            }
            self.text.pass(input, &mut self.ready);
            self.inner.consume(taken);
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.since_record > Self::LONGEST_RECORD {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        if self.read == self.ready.len() {
            self.prepare()?;
        }
        let ready = &self.ready[self.read..];
        let taken = ready.len().min(out.len());
        out[..taken].copy_from_slice(&ready[..taken]);
        self.read += taken;
        self.since_record += taken;
        Ok(taken)
    }
}

/// The CSV reader of a text.
pub(super) fn reader<R: BufRead>(text: R, separator: Separator) -> csv::Reader<Lines<R>> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(separator.byte()).has_headers(false).flexible(true).buffer_capacity(BUFFER);
    builder.from_reader(Lines::new(text, separator))
}

/// The state of a text so far, by the CSV reader's rules: a quote opens at the start of a cell only, and inside quotes a
/// doubled one stands for itself.
struct Text {
    separator: Separator,
    within: Within,
    after_return: bool,
    line: u64,
    /// The line of the last quote that opened.
    opened: u64,
}

/// Where the next byte stands.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    /// At the start of a line.
    Line,
    /// At the start of a cell, in a line.
    Cell,
    /// In a part without quotes.
    Plain,
    /// Inside quotes.
    Quoted,
    /// After a quote inside quotes: it closes them, or is the first of a doubled one.
    AfterQuote,
}

impl Text {
    fn new(separator: Separator) -> Text {
        Text { separator, within: Within::Line, after_return: false, line: 1, opened: 0 }
    }

    fn open_quote(&self) -> Option<u64> {
        (self.within == Within::Quoted).then_some(self.opened)
    }

    /// Takes the next bytes and appends what becomes of them.
    fn pass(&mut self, input: &[u8], out: &mut Vec<u8>) {
        out.reserve(input.len() + 1);
        let mut rest = input;
        while let [byte, after @ ..] = rest {
            rest = after;
            if self.within == Within::Plain && self.is_plain(*byte) {
                let ends = after.iter().position(|byte| !self.is_plain(*byte)).unwrap_or(after.len());
                out.push(*byte);
                out.extend_from_slice(&after[..ends]);
                (rest, self.after_return) = (&after[ends..], false);
            } else {
                self.take(*byte, out);
            }
        }
    }

    /// Whether a byte neither ends a cell nor a line.
    fn is_plain(&self, byte: u8) -> bool {
        byte != b'\n' && byte != b'\r' && !self.separates(byte)
    }

    fn separates(&self, byte: u8) -> bool {
        byte == self.separator.byte() || (self.separator == Separator::Blanks && byte == b' ')
    }

    fn take(&mut self, byte: u8, out: &mut Vec<u8>) {
        let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
        let byte = match byte {
            b'\n' if after_return => return,
            b'\r' => b'\n',
            _ => byte,
        };
        if byte == b'\n' {
            self.line += 1;
        }
        match (self.within, byte) {
            (Within::Quoted, b'"') => self.within = Within::AfterQuote,
            (Within::Quoted, _) => {}
            (Within::AfterQuote, b'"') => self.within = Within::Quoted,
            (_, b'\n') => self.within = Within::Line,
            _ => return self.take_unquoted(byte, out),
        }
        out.push(byte);
    }

    /// Takes a byte outside quotes that does not end a line.
    fn take_unquoted(&mut self, byte: u8, out: &mut Vec<u8>) {
        let starts = matches!(self.within, Within::Line | Within::Cell);
        let is_gap = self.separator == Separator::Blanks && self.separates(byte);
        if is_gap {
            if !starts {
                self.within = Within::Cell;
            }
            return;
        }
        if self.separates(byte) {
            self.within = Within::Cell;
        } else if starts && (byte == b' ' || byte == b'\t') {
            return;
        } else {
            if self.within == Within::Cell && self.separator == Separator::Blanks {
                out.push(self.separator.byte());
            }
            self.within = match byte {
                b'"' if starts => {
                    self.opened = self.line;
                    Within::Quoted
                }
                _ => Within::Plain,
            };
        }
        out.push(byte);
    }

    /// Adds the line end that the last line lacks.
    fn close(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        match self.within {
            Within::Quoted => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            Within::Line => {}
            Within::Cell | Within::Plain | Within::AfterQuote => {
                self.within = Within::Line;
                out.push(b'\n');
            }
        }
        Ok(())
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    /// Through buffers of every size from 1 to 8, so that line ends fall on their borders.
    fn passed(text: &str, separator: Separator) -> String {
        let through = |size| {
            let mut out = String::new();
            let inner = io::BufReader::with_capacity(size, text.as_bytes());
            Lines::new(inner, separator).read_to_string(&mut out).expect("reads");
            out
        };
        let first = through(1);
        assert!((2..=8).all(|size| through(size) == first), "{text:?}");
        first
    }

    #[test]
    fn every_line_end_becomes_one() {
        for (text, expected) in [
            ("", ""),
            ("a", "a\n"),
            ("a\nb\n", "a\nb\n"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("a\rb\r", "a\nb\n"),
            ("a\r\n\r\nb", "a\n\nb\n"),
            ("\n\r", "\n\n"),
        ] {
            assert_eq!(passed(text, Separator::Comma), expected, "{text:?}");
        }
    }

    #[test]
    fn an_endless_record_fails() {
        let mut lines = Lines::new(io::BufReader::new(io::repeat(b'x')), Separator::Comma);
        let error = io::copy(&mut lines, &mut io::sink()).expect_err("is endless");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn blanks_before_cells_are_dropped_outside_quotes() {
        for (separator, text, expected) in [
            (Separator::Comma, " a,  \"b, c\" ,\t d e\n  \n", "a,\"b, c\" ,d e\n\n"),
            (Separator::Tab, "a\t \t b\n\t\n", "a\t\tb\n\t\n"),
            (Separator::Comma, "\" a\n b\", c", "\" a\n b\",c\n"),
        ] {
            assert_eq!(passed(text, separator), expected, "{text:?}");
        }
    }

    #[test]
    fn a_gap_of_blanks_becomes_a_tab() {
        for (text, expected) in [
            ("1 2\n", "1\t2\n"),
            ("  1.5   2 \t 3  \n 4\t5 6", "1.5\t2\t3\n4\t5\t6\n"),
            ("18.0   8\t\"a  b\"  \n", "18.0\t8\t\"a  b\"\n"),
            ("   \n\n1 ", "\n\n1\n"),
            ("a \"b c\"d  e", "a\t\"b c\"d\te\n"),
        ] {
            assert_eq!(passed(text, Separator::Blanks), expected, "{text:?}");
        }
    }

    /// Whether the CSV reader is inside quotes at the end of a text of whole lines: it takes a further line into the cell.
    fn reader_is_inside(text: &[u8], separator: Separator) -> bool {
        let longer = [text, b"end\n"].concat();
        let mut reader = csv::ReaderBuilder::new();
        let mut reader =
            reader.delimiter(separator.byte()).has_headers(false).flexible(true).from_reader(longer.as_slice());
        let last = reader.records().last().expect("has a record").expect("is UTF-8");
        last != *["end"].as_slice()
    }

    #[test]
    fn quotes_are_those_of_the_reader() {
        let mut stream = etascape_core::Stream::new(0, etascape_core::Purpose::Generator, 0);
        let mut open = 0;
        for round in 0..3000 {
            let separator = Separator::ALL[round % 5];
            let mut byte = || b"\"\",;\t|\na "[stream.below(9) as usize] as char;
            let bytes = (0..20).map(|_| byte()).chain(['\n']).collect::<String>();
            let (mut text, mut out) = (Text::new(separator), Vec::new());
            text.pass(bytes.as_bytes(), &mut out);
            let inside = reader_is_inside(&out, separator);
            assert_eq!(text.open_quote().is_some(), inside, "{bytes:?}");
            open += u32::from(inside);
        }
        assert!((500..2500).contains(&open), "{open}");
    }
}
