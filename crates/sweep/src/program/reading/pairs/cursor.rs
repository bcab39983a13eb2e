//! The present place on a line, and what can be seen from it.

use std::ops::Range;

use super::found::Found;
use crate::program::reading::names;
use crate::program::reading::number;

/// The words that stand before the present place.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) range: Range<usize>,
    pub(super) words: usize,
    /// Whether it begins a field: nothing but a delimiter or a value stands before it.
    pub(super) begins_field: bool,
}

pub(super) struct Scanner<'a, 'f> {
    pub(super) line: &'a [u8],
    pub(super) at: usize,
    pub(super) name: Option<Name>,
    /// The `:` or `=` behind the name.
    pub(super) sign: Option<u8>,
    /// Whether a field begins here.
    pub(super) is_field: bool,
    /// The last heading before here.
    pub(super) heading: Option<Range<usize>>,
    pub(super) found: &'f mut Found,
}

pub(super) fn is_letter(byte: u8) -> bool {
    // Bytes from 0xe2 on to 0xe2: dashes, arrows, bars and boxes begin so.
    byte.is_ascii_alphabetic() || byte == b'_' || (byte >= 0x80 && byte != 0xe2)
}

impl<'a> Scanner<'a, '_> {
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.line.get(at).copied()
    }

    pub(super) fn is_digit(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte.is_ascii_digit())
    }

    /// The letters that stand at a place, of ASCII; empty where none do.
    pub(super) fn word_at(&self, at: usize) -> &'a [u8] {
        let rest = &self.line[at..];
        &rest[..rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count()]
    }

    pub(super) fn past_blanks(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at
    }

    /// A whole number, with its length if it has one, behind the character at a place and before `close`; and where that
    /// ends.
    pub(super) fn bracketed(&self, at: usize, close: u8) -> Option<(f64, Option<f64>, usize)> {
        if !matches!(self.byte(at), Some(b'[' | b',')) {
            return None;
        }
        let start = self.past_blanks(at + 1);
        let digits = self.line[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = std::str::from_utf8(&self.line[start..start + digits]).ok()?.parse().ok()?;
        let (length, end) = match self.length_after(start + digits) {
            Some((length, end)) => (Some(length), end),
            None => (None, start + digits),
        };
        let end = self.past_blanks(end);
        (self.byte(end) == Some(close)).then_some((value, length, end + 1))
    }

    /// Whether a NaN or an infinity stands here.
    pub(super) fn is_word_of_number(&self, at: usize) -> bool {
        matches!(self.line[at], b'n' | b'N' | b'i' | b'I')
            && number::leading(&self.line[at..]).is_some_and(|(_, length)| {
                !self.byte(at + length).is_some_and(|byte| is_letter(byte) || byte.is_ascii_digit())
            })
    }

    /// The end of what stands here in the place of a value that there is none: `n/a`, `None`, `--`.
    pub(super) fn missing_value(&self) -> Option<usize> {
        let name = self.name.as_ref().filter(|_| self.sign.is_some())?;
        let rest = &self.line[self.at..];
        if !rest[0].is_ascii_alphabetic() && !b"-?\xe2".contains(&rest[0]) {
            return None;
        }
        let is_dash = |bytes: &[u8]| matches!(bytes, [b'-' | b'?'] | [0xe2, 0x80, 0x93 | 0x94]);
        let is_wide = rest.get(..3).is_some_and(is_dash);
        let dashes = if is_wide { 3 } else { rest.iter().take_while(|byte| is_dash(&[**byte])).count() };
        let word = rest.iter().take_while(|byte| byte.is_ascii_alphabetic() || b"/._".contains(byte)).count();
        let end = self.at + dashes.max(word);
        let after = self.past_blanks(end);
        let next = self.byte(after);
        let is_missing = if dashes > 0 {
            let is_result = || names::is_result(&self.line[name.range.clone()]);
            next.is_none_or(|byte| b",;|)]".contains(&byte)) || after > end && is_result()
        } else {
            let text = rest[..word].strip_suffix(b".").unwrap_or(&rest[..word]);
            let is_name = matches!(next, Some(b':' | b'=')) || self.is_digit(after) || self.is_digit(after + 1);
            names::is_missing(text) && !is_name
        };
        is_missing.then_some(end)
    }

    /// Ends a field, and the name before it.
    pub(super) fn delimit(&mut self) {
        if let Some(name) = self.name.take() {
            if self.sign == Some(b'=') {
                self.found.settings += 1;
            } else {
                self.head(&name.range, self.sign.is_none());
            }
        }
        (self.sign, self.is_field) = (None, true);
    }

    /// Takes words without a value as a heading where they name a part of the data, or the best so far. `is_field`: only
    /// their place tells that they are one, so they must begin with the part.
    pub(super) fn head(&mut self, words: &Range<usize>, is_field: bool) {
        let text = &self.line[words.clone()];
        if names::is_level(text) {
            // What came before is a logger's.
            (self.found.heading, self.heading) = (None, None);
        }
        if is_field && (!names::is_part(names::first_word(text)) || names::is_result(text)) {
            return;
        }
        self.found.is_best |= names::is_best(text);
        if let Some(part) = names::part(text) {
            // The part is a slice of the line: its place is found again.
            let start = words.start + (part.as_ptr() as usize - text.as_ptr() as usize);
            self.set_heading(start..start + part.len());
        }
    }

    pub(super) fn set_heading(&mut self, heading: Range<usize>) {
        self.found.heading.get_or_insert_with(|| heading.clone());
        self.heading = Some(heading);
    }

    /// The length behind a count, `/100`, and its end.
    pub(super) fn length_after(&self, at: usize) -> Option<(f64, usize)> {
        let at = self.past_blanks(at);
        if self.byte(at) != Some(b'/') {
            return None;
        }
        let at = self.past_blanks(at + 1);
        let (number, length) = number::leading(self.line.get(at..)?)?;
        let end = at + length;
        let is_ended = !self.byte(end).is_some_and(|byte| is_letter(byte) || b"/.-".contains(&byte));
        (number.is_whole && number.value >= 0.0 && is_ended).then_some((number.value, end))
    }
}
