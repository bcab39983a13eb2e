//! A growing file, read line by line in bounded memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes of a line at most.
pub(super) const LONGEST: usize = 1 << 16;
/// The most bytes read at once, so that the caller can check other things in between.
const AT_ONCE: usize = 1 << 22;

/// A line of a growing file.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// Its bytes, without its end.
    Whole(&'a [u8]),
    /// The first bytes of a line longer than [`LONGEST`].
    TooLong(&'a [u8]),
}

/// Reads new lines at the end of a file that another process writes. The file need not exist yet.
pub(super) struct Tail {
    path: PathBuf,
    file: Option<File>,
    buffer: Box<[u8]>,
    held: usize,
    /// Whether the rest of a line that is too long is being skipped.
    is_skipping: bool,
}

impl Tail {
    pub fn new(path: &Path) -> Tail {
        let buffer = vec![0; 2 * LONGEST].into();
        Tail { path: path.to_path_buf(), file: None, buffer, held: 0, is_skipping: false }
    }

    /// Calls `take` with the new lines until it returns false. True where more may be ready to read.
    ///
    /// # Errors
    /// Where the file exists and cannot be read.
    pub fn read(&mut self, mut take: impl FnMut(Line<'_>) -> bool) -> io::Result<bool> {
        if self.file.is_none() {
            match File::open(&self.path) {
                Ok(file) => self.file = Some(file),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        let mut total = 0;
        while total < AT_ONCE {
            let Some(file) = &mut self.file else { break };
            let read = match file.read(&mut self.buffer[self.held..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if read == 0 {
                return Ok(false);
            }
            total += read;
            self.held += read;
            if !self.give(&mut take) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Calls `take` with a last line that has no line end.
    pub fn finish(&mut self, mut take: impl FnMut(Line<'_>) -> bool) {
        if self.held > 0 && !self.is_skipping {
            take(Line::Whole(&self.buffer[..self.held]));
        }
        self.held = 0;
    }

    /// Calls `take` with the whole lines in the buffer; false once `take` has returned false.
    fn give(&mut self, take: &mut impl FnMut(Line<'_>) -> bool) -> bool {
        let mut start = 0;
        while let Some(length) = memchr::memchr(b'\n', &self.buffer[start..self.held]) {
            let line = &self.buffer[start..start + length];
            start += length + 1;
            if std::mem::take(&mut self.is_skipping) {
                continue;
            }
            let line = if length > LONGEST { Line::TooLong(&line[..LONGEST]) } else { Line::Whole(line) };
            if !take(line) {
                return false;
            }
        }
        self.buffer.copy_within(start..self.held, 0);
        self.held -= start;
        self.drop_what_is_too_long(take)
    }

    fn drop_what_is_too_long(&mut self, take: &mut impl FnMut(Line<'_>) -> bool) -> bool {
        if self.held <= LONGEST && !self.is_skipping {
            return true;
        }
        let is_first = !std::mem::replace(&mut self.is_skipping, true);
        let held = std::mem::take(&mut self.held);
        !is_first || take(Line::TooLong(&self.buffer[..held.min(LONGEST)]))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(tail: &mut Tail) -> Vec<String> {
        let mut lines = Vec::new();
        let mut take = |line: Line<'_>| {
            lines.push(match line {
                Line::Whole(line) => String::from_utf8_lossy(line).into_owned(),
                Line::TooLong(start) => format!("too long: {}", start[0] as char),
            });
            true
        };
        while tail.read(&mut take).unwrap() {}
        lines
    }

    #[test]
    fn lines_come_when_they_are_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let mut tail = Tail::new(&path);
        assert!(read(&mut tail).is_empty(), "there is no file yet");
        let mut file = File::create(&path).unwrap();
        file.write_all(b"one\ntw").unwrap();
        assert_eq!(read(&mut tail), ["one"]);
        file.write_all(b"o\n\nthree").unwrap();
        assert_eq!(read(&mut tail), ["two", ""]);
        let mut last = Vec::new();
        tail.finish(|line| {
            last.push(line == Line::Whole(b"three"));
            true
        });
        assert_eq!(last, [true]);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_one_line_too_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let text = format!("a\n{}\nb\n{}\nc\n", "x".repeat(10_000_000), "y".repeat(LONGEST + 1));
        std::fs::write(&path, text).unwrap();
        let mut tail = Tail::new(&path);
        assert_eq!(read(&mut tail), ["a", "too long: x", "b", "too long: y", "c"]);
        assert_eq!(tail.buffer.len(), 2 * LONGEST);
    }
}
