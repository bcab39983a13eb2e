//! Text as the CSV reader gets it: one kind of line end, and no endless records.

use std::io::{self, BufRead, Read};

/// Passes bytes on with every line end (`\n`, `\r\n`, `\r`) as `\n`, one after the last line too, so that lines can
/// be counted by `\n` alone; and fails where a record is longer than [`Lines::LONGEST_RECORD`], which is what an
/// unclosed quote or a file of another kind looks like.
pub(super) struct Lines<R> {
    inner: R,
    since_record: usize,
    after_return: bool,
    last: u8,
}

impl<R: BufRead> Lines<R> {
    /// Bytes of a record at most.
    pub(super) const LONGEST_RECORD: usize = 4 << 20;

    pub(super) fn new(inner: R) -> Lines<R> {
        Lines { inner, since_record: 0, after_return: false, last: b'\n' }
    }

    /// To be called after every record: what is read from here belongs to the next.
    pub(super) fn record_ends(&mut self) {
        self.since_record = 0;
    }

    /// Copies from `input`, which is as long as `out` at most, and returns how many bytes there are to pass on.
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

    /// A line end where the last line had none.
    fn close(&mut self, out: &mut [u8]) -> usize {
        if self.last == b'\n' {
            return 0;
        }
        self.last = b'\n';
        out[0] = b'\n';
        1
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
                return Ok(self.close(out));
            }
            let written = Self::pass(&mut self.after_return, &input[..taken], out);
            self.inner.consume(taken);
            if written > 0 {
                self.since_record += written;
                self.last = out[written - 1];
                return Ok(written);
            }
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
}
