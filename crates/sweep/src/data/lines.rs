//! Prepares text for the CSV reader: one kind of line end, records of bounded length, every quote closed.

use std::io::{self, BufRead, Read};

/// A reader that turns every line end (`\n`, `\r\n`, `\r`) into `\n` and adds one after the last line, so that counting
/// `\n` counts lines. It fails where a record is longer than [`Lines::LONGEST_RECORD`] (the file is probably not CSV),
/// and where the file ends inside a quoted cell.
pub(super) struct Lines<R> {
    inner: R,
    since_record: usize,
    after_return: bool,
    last: u8,
    quotes: Quotes,
}

impl<R: BufRead> Lines<R> {
    /// Bytes of a record at most.
    pub(super) const LONGEST_RECORD: usize = 4 << 20;

    pub(super) fn new(inner: R) -> Lines<R> {
        Lines { inner, since_record: 0, after_return: false, last: b'\n', quotes: Quotes::new() }
    }

    /// Call this after every record: the next bytes belong to the next record.
    pub(super) fn record_ends(&mut self) {
        self.since_record = 0;
    }

    /// The line, from 1, of the quote that is still open.
    pub(super) fn open_quote(&self) -> Option<u64> {
        self.quotes.open()
    }

    /// Copies from `input`, which is no longer than `out`. Returns the number of bytes written to `out`.
    fn pass(after_return: &mut bool, input: &[u8], out: &mut [u8]) -> usize {
        let mut written = 0;
        for &byte in input {
            if !(byte == b'\n' && *after_return) {
                out[written] = if byte == b'\r' { b'\n' } else { byte };
                written += 1;
            }
            *after_return = byte == b'\r';
        }
        written
    }

    /// Adds the line end that the last line lacks.
    fn close(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.quotes.open().is_some() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        if self.last == b'\n' {
            return Ok(0);
        }
        self.last = b'\n';
        out[0] = b'\n';
        Ok(1)
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if self.since_record > Self::LONGEST_RECORD {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        loop {
            let input = self.inner.fill_buf()?;
            let taken = input.len().min(out.len());
            if taken == 0 {
                return self.close(out);
            }
            let written = Self::pass(&mut self.after_return, &input[..taken], out);
            self.inner.consume(taken);
            if written > 0 {
                self.quotes.follow(&out[..written]);
                self.since_record += written;
                self.last = out[written - 1];
                return Ok(written);
            }
        }
    }
}

/// Follows which bytes of a text lie inside quotes, by the CSV reader's rules: a quote opens at the start of a cell
/// only, and inside quotes a doubled one stands for itself.
struct Quotes {
    within: Within,
    line: u64,
    opened: u64,
}

/// The state of the text so far.
enum Within {
    /// Before its first byte.
    Start,
    /// In a part without quotes.
    Plain,
    /// Inside quotes.
    Quoted,
    /// After a quote inside quotes: it closes them, or is the first of a doubled one.
    AfterQuote,
}

impl Quotes {
    fn new() -> Quotes {
        Quotes { within: Within::Start, line: 1, opened: 0 }
    }

    /// The line of the quote that is open.
    fn open(&self) -> Option<u64> {
        matches!(self.within, Within::Quoted).then_some(self.opened)
    }

    /// Takes the next bytes of a text in which every line ends with `\n`.
    fn follow(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.within = match (&self.within, byte) {
                (Within::Start, b'"') => {
                    self.opened = self.line;
                    Within::Quoted
                }
                (Within::Quoted, b'"') => Within::AfterQuote,
                (Within::Quoted, _) | (Within::AfterQuote, b'"') => Within::Quoted,
                (_, b',' | b'\n') => Within::Start,
                _ => Within::Plain,
            };
            self.line += u64::from(byte == b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Through buffers of every size from 1 to 8, so that line ends fall on their borders.
    fn passed(text: &str) -> String {
        let through = |size| {
            let mut out = String::new();
            let inner = io::BufReader::with_capacity(size, text.as_bytes());
            Lines::new(inner).read_to_string(&mut out).expect("reads");
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
            assert_eq!(passed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_endless_record_fails() {
        let mut lines = Lines::new(io::BufReader::new(io::repeat(b'x')));
        let error = io::copy(&mut lines, &mut io::sink()).expect_err("is endless");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    /// Whether the CSV reader is inside quotes at the end of a text of whole lines: it takes a further line into the cell.
    fn reader_is_inside(text: &str) -> bool {
        let longer = format!("{text}end\n");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(longer.as_bytes());
        let last = reader.records().last().expect("has a record").expect("is UTF-8");
        last != *["end"].as_slice()
    }

    #[test]
    fn quotes_are_those_of_the_reader() {
        let mut stream = etascape_core::Stream::new(0, etascape_core::Purpose::Generator, 0);
        let mut open = 0;
        for _ in 0..3000 {
            let mut byte = || b"\"\",\na "[stream.below(6) as usize] as char;
            let text = (0..20).map(|_| byte()).chain(['\n']).collect::<String>();
            let mut quotes = Quotes::new();
            quotes.follow(text.as_bytes());
            let inside = reader_is_inside(&text);
            assert_eq!(quotes.open().is_some(), inside, "{text:?}");
            open += u32::from(inside);
        }
        assert!((500..2500).contains(&open), "{open}");
    }
}
