//! The walk over a line: words, signs, brackets and what ends a name.

use std::ops::Range;

use super::cursor::{Name, Scanner, is_letter};
use super::value::counter_at_end;
use crate::program::reading::names::{self, Counter};
use crate::program::reading::number;

impl Scanner<'_, '_> {
    pub(super) fn scan(mut self) {
        self.first_bracket();
        while let Some(byte) = self.byte(self.at) {
            if let Some(end) = self.missing_value() {
                self.pass_missing(end);
                continue;
            }
            match byte {
                b' ' | b'\t' => self.blanks(),
                _ if self.begins_number(byte) => self.number(),
                // `±`: what follows is no value of its own.
                0xc2 if self.byte(self.at + 1) == Some(0xb1) => {
                    self.delimit();
                    self.at += 2;
                }
                _ if is_letter(byte) => self.word(),
                b':' | b'=' => self.take_sign(byte),
                b'"' | b'\'' => self.quote(),
                b'[' | b'(' | b'{' if self.opens_part() => {}
                b'[' if self.pass_list() => {}
                b'[' => {
                    let belongs = self.sign.is_some() || self.counter().is_some() || self.is_array_of_one();
                    if !belongs {
                        self.delimit();
                    }
                    self.at += 1;
                }
                b'(' => self.bracket(),
                b'#' => self.at += 1,
                0xe2 => {
                    self.delimit();
                    self.at = (self.at + 3).min(self.line.len());
                }
                _ => {
                    self.delimit();
                    self.at += 1;
                }
            }
        }
        self.delimit();
        // Pairs before the first heading are not of it, unless none is behind it.
        if self.found.pairs.iter().position(|pair| pair.heading.is_some()).is_some_and(|first| first > 0) {
            self.found.heading = None;
        }
        if let Some(round) = self.found.bracketed.filter(|_| self.found.step.is_empty()) {
            self.found.step.set(Counter::Round, round, true, None);
        }
    }

    /// What stands in brackets at the start: `[12]`, a round; `[1, 2000]` and `[1/5][20/100]`, an epoch with its batch.
    fn first_bracket(&mut self) {
        let Some((first, length, end)) = self.bracketed(0, b']') else {
            if let Some((epoch, None, end)) = self.bracketed(0, b',')
                && let Some((batch, length, end)) = self.bracketed(end - 1, b']')
            {
                self.found.step.set(Counter::Epoch, epoch, true, None);
                self.found.step.set(Counter::Batch, batch, true, length);
                self.at = end;
            }
            return;
        };
        match (length, self.bracketed(end, b']')) {
            (Some(_), Some((batch, batches, end))) => {
                self.found.step.set(Counter::Epoch, first, true, length);
                self.found.step.set(Counter::Batch, batch, true, batches);
                self.at = end;
            }
            (None, _) => (self.found.bracketed, self.at) = (Some(first), end),
            _ => {}
        }
    }

    /// Passes over a list of numbers as a value, which is no number: `loss: [0.5, 0.25]`. False where there is none.
    fn pass_list(&mut self) -> bool {
        let inner = &self.line[self.at + 1..];
        let is_value = self.sign.is_some() && self.counter().is_none();
        let (Some(name), Some(length)) = (&self.name, memchr::memchr(b']', inner).filter(|_| is_value)) else {
            return false;
        };
        let is_result = names::is_result(&self.line[name.range.clone()]);
        let inner = inner[..length].trim_ascii();
        let is_list = inner.iter().any(|byte| b", ".contains(byte))
            && inner.iter().all(|byte| byte.is_ascii_digit() || b", .+-eE".contains(byte));
        if is_list {
            self.found.is_faulty |= is_result;
            (self.name, self.sign, self.is_field, self.at) = (None, None, true, self.at + length + 2);
        }
        is_list
    }

    /// Takes what stands before a bracket as the heading of its names: `val = [loss: 0.5, acc: 0.75]`. False where it is none.
    fn opens_part(&mut self) -> bool {
        let next = self.byte(self.past_blanks(self.at + 1));
        let is_part = |name: &Name| names::is_part(&self.line[name.range.clone()]);
        let opens = self.sign.is_some()
            && self.name.as_ref().is_some_and(is_part)
            && next.is_some_and(|byte| is_letter(byte) || b"'\"".contains(&byte));
        if opens {
            let name = self.name.take();
            self.head(&name.expect("it is a part").range, false);
            (self.sign, self.is_field, self.at) = (None, true, self.at + 1);
        }
        opens
    }

    /// Passes over what says that the name before it has no value.
    fn pass_missing(&mut self, end: usize) {
        self.found.settings += usize::from(self.sign == Some(b'='));
        (self.name, self.sign, self.is_field, self.at) = (None, None, true, end);
    }

    /// Whether the value of a result begins here as an array of one number: `loss [[0.5]]`.
    fn is_array_of_one(&self) -> bool {
        let is_result = |name: &Name| names::tail(&self.line[name.range.clone()]).is_some();
        let mut inner = &self.line[self.at..];
        while let [b'[', rest @ ..] = inner {
            inner = rest.trim_ascii_start();
        }
        self.name.as_ref().is_some_and(is_result)
            && number::leading(inner).is_some_and(|(number, length)| {
                !number.is_whole && inner[length..].trim_ascii_start().first() == Some(&b']')
            })
    }

    fn blanks(&mut self) {
        let end = self.past_blanks(self.at);
        let is_wide = end - self.at > 1 || self.line[self.at] == b'\t';
        // Between words, a gap ends a name.
        if is_wide && self.sign.is_none() && self.byte(end).is_some_and(is_letter) && !self.is_word_of_number(end) {
            self.delimit();
        }
        self.at = end;
    }

    /// Whether a NaN or an infinity here is the value of the name before it. Without a sign between them, the name must be
    /// that of a result: there are a `number of nan iterations`.
    fn is_word_as_value(&self, at: usize) -> bool {
        let Some(name) = &self.name else { return false };
        at < self.line.len()
            && self.is_word_of_number(at)
            && (self.sign.is_some() || names::tail(&self.line[name.range.clone()]).is_some())
    }

    fn begins_number(&self, byte: u8) -> bool {
        match byte {
            b'0'..=b'9' => true,
            b'.' => self.is_digit(self.at + 1),
            b'+' | b'-' => {
                let next = self.byte(self.at + 1);
                let is_number = self.is_digit(self.at + 1)
                    || next == Some(b'.') && self.is_digit(self.at + 2)
                    || self.is_word_as_value(self.at + 1);
                is_number && (self.at == 0 || !is_letter(self.line[self.at - 1]) && !self.is_digit(self.at - 1))
            }
            _ => self.is_word_as_value(self.at),
        }
    }

    fn word(&mut self) {
        let start = self.at;
        if self.sign.is_some() && self.value_in_type(start) {
            return;
        }
        let is_inner = |byte: u8| is_letter(byte) || byte.is_ascii_digit();
        let mut end = start + 1;
        while let Some(byte) = self.byte(end) {
            let joins = b"-./'".contains(&byte) && self.byte(end + 1).is_some_and(is_inner);
            let is_short = byte == b'.' && names::is_quality(&self.line[start..end]);
            if !is_inner(byte) && !joins && !is_short && !b"@%".contains(&byte) {
                break;
            }
            end += 1;
        }
        self.at = end;
        let text = &self.line[start..end];
        self.found.is_warning |= is_warning(text);
        if self.sign.is_none() && self.byte(end) == Some(b'(') && self.name.is_some() && self.value_in_type(start) {
            return;
        }
        match (self.sign.take(), self.name.take()) {
            (Some(b'='), Some(name)) => {
                self.found.settings += 1;
                self.found.is_faulty |= names::is_result(&self.line[name.range]);
            }
            // `Loss: train 0.5, val 0.4`.
            (Some(_), Some(name)) if names::is_part(text) && names::is_result(&self.line[name.range.clone()]) => {
                self.name = Some(Name { range: name.range.start..end, words: name.words + 1, ..name });
            }
            (Some(_), Some(name)) => {
                self.word_behind_colon(&name.range, start, end);
                self.name = Some(Name { range: start..end, words: 1, begins_field: true });
            }
            (_, Some(name)) => {
                self.name = Some(Name { range: name.range.start..end, words: name.words + 1, ..name });
            }
            (_, None) => self.name = Some(Name { range: start..end, words: 1, begins_field: self.is_field }),
        }
        self.is_field = false;
    }

    /// A word stands behind a colon: it is the value of a metric, which cannot be read; or what is before the colon is a
    /// heading, or a logger's.
    fn word_behind_colon(&mut self, name: &Range<usize>, start: usize, end: usize) {
        let next = self.byte(self.past_blanks(end));
        let is_value = next.is_none_or(|byte| b",;|)".contains(&byte));
        if is_value && names::is_result(&self.line[name.clone()]) {
            self.found.is_faulty = true;
        } else if start > name.end + 1 {
            self.head(name, false);
        }
    }

    /// Takes a value such as `tensor(0.5)`.
    fn value_in_type(&mut self, at: usize) -> bool {
        let Some((number, length)) = number::in_type(&self.line[at..]) else { return false };
        self.at = at + length;
        self.deliver(number, None);
        true
    }

    fn take_sign(&mut self, mut sign: u8) {
        self.at += 1;
        // `=>` stands for a colon.
        if sign == b'=' && self.byte(self.at) == Some(b'>') {
            sign = b':';
            self.at += 1;
        }
        let is_double = self.byte(self.at) == Some(sign);
        if self.name.is_some() && self.sign.is_none() && !is_double {
            self.sign = Some(sign);
            return;
        }
        self.at += usize::from(is_double);
        self.delimit();
    }

    fn quote(&mut self) {
        self.at += 1;
        if self.sign.is_some()
            && self.byte(self.at).is_some_and(|byte| is_letter(byte) && !self.is_word_of_number(self.at))
        {
            self.found.settings += 1;
            (self.name, self.sign) = (None, None);
        }
    }

    /// A unit in brackets is a part of the name (`time (ms): 5`); what else stands in brackets is a field.
    fn bracket(&mut self) {
        let is_unit = |byte: &u8| byte.is_ascii_alphabetic() || b"/%".contains(byte);
        let length = self.line[self.at + 1..].iter().take_while(|byte| is_unit(byte)).count();
        let close = self.at + 1 + length;
        let is_before_sign = matches!(self.byte(self.past_blanks(close + 1)), Some(b':' | b'='));
        if let Some(name) = &mut self.name
            && self.sign.is_none()
            && length > 0
            && self.line.get(close) == Some(&b')')
            && is_before_sign
        {
            name.range.end = close + 1;
            self.at = close + 1;
            return;
        }
        if self.sign.is_none() && self.counter().is_none() {
            self.delimit();
        } else if self.line.get(close) == Some(&b')') && names::is_part(&self.line[self.at + 1..close]) {
            // `Epoch(train) [1][10/32]`.
            self.set_heading(self.at + 1..close);
            self.at = close;
        }
        self.at += 1;
    }

    /// The counter that the name before this place ends with.
    fn counter(&self) -> Option<Counter> {
        let name = self.name.as_ref()?;
        counter_at_end(&self.line[name.range.clone()]).map(|(counter, _)| counter)
    }
}

/// Whether a word heads a warning or an error of Python, `ConvergenceWarning`, `ValueError`.
fn is_warning(word: &[u8]) -> bool {
    const ENDINGS: &[&[u8]] = &[b"Warning", b"Error", b"Exception"];
    ENDINGS.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending))
}
