//! Bytes that arrive in pieces, cut into lines in bounded memory.

use super::reading::drawing;

/// Bytes of a line at most.
pub(super) const LONGEST: usize = 1 << 16;

/// A line of a growing file.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// Its bytes, without its end.
    Whole(&'a [u8]),
    /// The first bytes of a line longer than [`LONGEST`].
    TooLong(&'a [u8]),
}

/// Cuts bytes into lines. A line that is drawn again and again (`\r`) may be of any length: drawings that do not count are
/// dropped from it.
#[derive(Debug, Default)]
pub(super) struct LineCutter {
    /// The beginning of a line whose end has not come, without drawings that do not count.
    held: Vec<u8>,
    /// Whether the rest of a line that is too long is being skipped.
    is_skipping: bool,
}

impl LineCutter {
    /// Calls `take` with the lines that end in `bytes`; false once `take` has returned false.
    pub fn push(&mut self, mut bytes: &[u8], take: &mut dyn FnMut(Line<'_>) -> bool) -> bool {
        while let Some(length) = memchr::memchr(b'\n', bytes) {
            let end = &bytes[..length];
            bytes = &bytes[length + 1..];
            let goes_on = match self.held.is_empty() && !self.is_skipping && length <= LONGEST {
                true => take(Line::Whole(end)),
                false => self.hold(end, take) && self.end(take),
            };
            if !goes_on {
                return false;
            }
        }
        self.hold(bytes, take)
    }

    /// Calls `take` with a last line that has no line end.
    pub fn finish(&mut self, take: &mut dyn FnMut(Line<'_>) -> bool) {
        if !self.held.is_empty() {
            self.end(take);
        }
    }

    /// Keeps the beginning of a line.
    fn hold(&mut self, bytes: &[u8], take: &mut dyn FnMut(Line<'_>) -> bool) -> bool {
        if self.is_skipping {
            return true;
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() <= LONGEST {
            return true;
        }
        drawing::compact(&mut self.held);
        if self.held.len() <= LONGEST {
            return true;
        }
        self.is_skipping = true;
        let goes_on = take(Line::TooLong(&self.held[..LONGEST]));
        self.held = Vec::new();
        goes_on
    }

    /// Gives the held line.
    fn end(&mut self, take: &mut dyn FnMut(Line<'_>) -> bool) -> bool {
        if std::mem::take(&mut self.is_skipping) {
            return true;
        }
        let goes_on = take(Line::Whole(&self.held));
        self.held.clear();
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The drawings of the lines of pieces, and of the last line, which has no end.
    fn cut(pieces: &[&[u8]]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut take = |line: Line<'_>| {
            lines.push(match line {
                Line::Whole(line) => {
                    let mut drawings = Vec::new();
                    let mut keep = |drawing: &[u8]| drawings.push(String::from_utf8_lossy(drawing).into_owned());
                    drawing::each(line, &mut Vec::new(), &mut keep);
                    drawings.join("|")
                }
                Line::TooLong(start) => format!("too long: {}", start[0] as char),
            });
            true
        };
        let mut cutter = LineCutter::default();
        for piece in pieces {
            assert!(cutter.push(piece, &mut take));
            assert!(cutter.held.len() <= LONGEST);
        }
        cutter.finish(&mut take);
        lines
    }

    #[test]
    fn lines_come_when_they_are_whole() {
        assert_eq!(cut(&[b"one\ntw", b"o\n\nthr", b"ee"]), ["one", "two", "", "three"]);
        assert_eq!(cut(&[b"", b"a", b"\n"]), ["a"]);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_one_line_too_long() {
        let text = format!("a\n{}\nb\n{}\nc\n", "x".repeat(10_000_000), "y".repeat(LONGEST + 1));
        let expected = ["a", "too long: x", "b", "too long: y", "c"];
        assert_eq!(cut(&text.as_bytes().chunks(1 << 16).collect::<Vec<_>>()), expected);
        assert_eq!(cut(&text.as_bytes().chunks(1000).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn a_bar_that_is_drawn_a_million_times_is_its_last_drawing() {
        let drawings: String = (0..100_000).map(|i| format!("\r{i} loss={i}")).collect();
        let epochs: String =
            (0..3).map(|epoch| format!("\rEpoch {epoch}{}", drawings.replace('\r', "\rEpoch 1 "))).collect();
        for size in [977, 1 << 16, 1 << 20] {
            let text = format!("{drawings}\nend\n{epochs}");
            let lines = cut(&text.as_bytes().chunks(size).collect::<Vec<_>>());
            let bars = "Epoch 0|Epoch 1 99999 loss=99999|Epoch 2|Epoch 1 99999 loss=99999";
            assert_eq!(lines, ["99999 loss=99999", "end", bars]);
        }
    }

    proptest::proptest! {
        #[test]
        fn lines_do_not_depend_on_the_pieces(text in "[a\n\r]{0,60}", cuts in proptest::collection::vec(0..60usize, 0..5)) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|two| &text.as_bytes()[two[0]..two[1]]).collect();
            proptest::prop_assert_eq!(cut(&pieces), cut(&[text.as_bytes()]));
        }
    }
}
