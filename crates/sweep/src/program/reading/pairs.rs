//! Names with numbers on a line of any logger, found in one pass.
//!
//! A name is the words before a number: `train loss 2.0`, `val_loss: 0.5`, `lr=0.1`, `Epoch [3/10]`. Dates, times, versions,
//! paths, numbers with units, and averages in brackets behind a value have no name and are passed over.

use std::ops::Range;

use super::context::Context;
use super::names::{self, Counter};
use super::number::{self, Number};
use super::steps::StepSaid;

/// The most words of a name. What comes before is a sentence.
const MOST_WORDS: usize = 4;
/// The most pairs of a line.
const MOST_PAIRS: usize = 512;

/// What was found on a line.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub pairs: Vec<Pair>,
    pub step: StepSaid,
    /// `5/10` that no name stands before.
    pub progress: Option<Progress>,
    /// The part of the data that the line is about: `Train` in `Train: 3 [10/100] Loss: 0.5`.
    pub heading: Option<Range<usize>>,
    /// Whether a result's name is followed by something that is no number.
    pub is_faulty: bool,
    /// Names with a word as their value (`mode=train`): such lines say how a program is set up.
    pub settings: usize,
    /// Whether the line is a warning or an error.
    pub is_warning: bool,
    /// Whether the line is about the best so far: its counters are no step of it.
    pub is_best: bool,
    /// Whether its step is told in a sentence: `Training starts at step 1`.
    pub is_sentence: bool,
    /// Whether the line begins with a counter.
    pub begins_with_counter: bool,
    /// The number in brackets at the start of the line: a round, if nothing else says a step.
    bracketed: Option<f64>,
}

/// A name and its number.
#[derive(Debug)]
pub(super) struct Pair {
    /// Where its name stands.
    pub name: Range<usize>,
    pub value: f64,
    /// Whether nothing but a sentence tells that the number belongs to the name: `training begins from score 0.5`.
    pub is_told: bool,
}

/// How far a pass has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    pub done: f64,
    pub length: f64,
    /// Whether it stands in brackets, as batches do; else it belongs to a bar.
    pub is_batch: bool,
}

impl Found {
    /// The heading of the line.
    pub fn heading<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        match &self.heading {
            _ if self.is_best => Some(Context::BEST.as_bytes()),
            Some(heading) => Some(&line[heading.clone()]),
            None => None,
        }
    }

    fn clear(&mut self) {
        let mut pairs = std::mem::take(&mut self.pairs);
        pairs.clear();
        *self = Found { pairs, ..Found::default() };
    }
}

/// Finds the pairs of a line.
pub(super) fn find(line: &[u8], found: &mut Found) {
    found.clear();
    Scanner { line, at: 0, name: None, sign: None, is_field: true, found }.scan();
}

/// The words that stand before the present place.
#[derive(Debug, Clone)]
struct Name {
    range: Range<usize>,
    words: usize,
    /// Whether it begins a field: nothing but a delimiter or a value stands before it.
    begins_field: bool,
}

struct Scanner<'a, 'f> {
    line: &'a [u8],
    at: usize,
    name: Option<Name>,
    /// The `:` or `=` behind the name.
    sign: Option<u8>,
    /// Whether a field begins here.
    is_field: bool,
    found: &'f mut Found,
}

fn is_letter(byte: u8) -> bool {
    // Bytes from 0xe2 on to 0xe2: dashes, arrows, bars and boxes begin so.
    byte.is_ascii_alphabetic() || byte == b'_' || (byte >= 0x80 && byte != 0xe2)
}

fn is_part_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b".:-,/".contains(&byte)
}

impl Scanner<'_, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.line.get(at).copied()
    }

    fn is_digit(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte.is_ascii_digit())
    }

    fn past_blanks(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at
    }

    fn scan(mut self) {
        self.first_bracket();
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b' ' | b'\t' => self.blanks(),
                _ if self.begins_number(byte) => self.number(),
                _ if is_letter(byte) => self.word(),
                b':' | b'=' => self.take_sign(byte),
                b'"' | b'\'' => self.quote(),
                b'[' => {
                    let belongs = self.sign.is_some() || self.counter().is_some();
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

    /// A whole number, with its length if it has one, behind the character at a place and before `close`; and where that
    /// ends.
    fn bracketed(&self, at: usize, close: u8) -> Option<(f64, Option<f64>, usize)> {
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

    fn blanks(&mut self) {
        let end = self.past_blanks(self.at);
        let is_wide = end - self.at > 1 || self.line[self.at] == b'\t';
        // Between words, a gap ends a name.
        if is_wide && self.sign.is_none() && self.byte(end).is_some_and(is_letter) && !self.is_word_of_number(end) {
            self.delimit();
        }
        self.at = end;
    }

    /// Whether a NaN or an infinity stands here.
    fn is_word_of_number(&self, at: usize) -> bool {
        matches!(self.line[at], b'n' | b'N' | b'i' | b'I')
            && number::leading(&self.line[at..]).is_some_and(|(_, length)| {
                !self.byte(at + length).is_some_and(|byte| is_letter(byte) || byte.is_ascii_digit())
            })
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

    /// Ends a field, and the name before it.
    fn delimit(&mut self) {
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
    fn head(&mut self, words: &Range<usize>, is_field: bool) {
        let text = &self.line[words.clone()];
        let first = memchr::memchr(b' ', text).map_or(text, |at| &text[..at]);
        if names::is_level(text) {
            // What came before is a logger's.
            self.found.heading = None;
        }
        if is_field && (!names::is_part(first) || names::is_result(text)) {
            return;
        }
        self.found.is_best |= names::is_best(text);
        if let Some(part) = names::part(text).filter(|_| self.found.heading.is_none()) {
            // The part is a slice of the line: its place is found again.
            let start = words.start + (part.as_ptr() as usize - text.as_ptr() as usize);
            self.found.heading = Some(start..start + part.len());
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

    fn take_sign(&mut self, sign: u8) {
        self.at += 1;
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
            self.found.heading.get_or_insert(self.at + 1..close);
            self.at = close;
        }
        self.at += 1;
    }

    /// The counter that the name before this place ends with.
    fn counter(&self) -> Option<Counter> {
        let name = self.name.as_ref()?;
        counter_at_end(&self.line[name.range.clone()]).map(|(counter, _)| counter)
    }

    fn number(&mut self) {
        let start = self.at;
        let Some((number, length)) = number::leading(&self.line[start..]) else {
            self.at += 1;
            return self.delimit();
        };
        let end = start + length;
        self.at = end;
        let next = self.byte(end);
        let joins_digit = self.is_digit(end + 1) || (next == Some(b'.') && self.byte(end + 1) == Some(b'.'));
        match next {
            Some(b'/') | Some(b' ') if number.is_whole => {
                if let Some((length, end)) = self.length_after(end) {
                    self.at = end;
                    return self.deliver(number, Some(length));
                }
                if next == Some(b'/') {
                    return self.no_number();
                }
            }
            Some(b'/') => return self.no_number(),
            // Dates, times and versions.
            Some(b':' | b'-' | b'.') if joins_digit => return self.no_number(),
            Some(b'-') if self.byte(end + 1).is_some_and(is_letter) => return self.no_number(),
            Some(byte) if is_letter(byte) => return self.no_number(),
            Some(b'%') => self.at += 1,
            _ => {}
        }
        self.deliver(number, None);
    }

    /// The length behind a count, `/100`, and its end.
    fn length_after(&self, at: usize) -> Option<(f64, usize)> {
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

    /// Passes over something that begins like a number and is none.
    fn no_number(&mut self) {
        while self.byte(self.at).is_some_and(|byte| is_part_of_number(byte) || is_letter(byte)) {
            self.at += 1;
        }
        if let Some(name) = self.name.take()
            && self.sign.is_some()
            && names::is_result(&self.line[name.range])
        {
            self.found.is_faulty = true;
        }
        (self.sign, self.is_field) = (None, true);
    }

    /// Takes a number: for the name before it, if there is one.
    fn deliver(&mut self, number: Number, length: Option<f64>) {
        let is_bare = self.sign.take().is_none();
        let is_field = std::mem::replace(&mut self.is_field, true);
        let Some(name) = self.name.take() else { return self.deliver_nameless(number, length, is_field) };
        let text = &self.line[name.range.clone()];
        if let Some((counter, start)) = counter_at_end(text) {
            let before = &text[..start];
            self.found.begins_with_counter |= name.words == 1 && name.begins_field && self.found.pairs.is_empty();
            self.found.is_sentence |= name.words > MOST_WORDS - 1;
            if !before.is_empty() {
                self.head(&(name.range.start..name.range.start + start), false);
            }
            if number.is_whole || counter == Counter::Epoch {
                self.found.step.set(counter, number.value, number.is_whole, length);
            }
            return;
        }
        // `Test: [10/100]`: batches of an evaluation.
        if !is_bare && length.is_some() && names::is_part(text) {
            self.found.heading.get_or_insert(name.range);
            return self.deliver_nameless(number, length, is_field);
        }
        // `Train: 3 [10/100]`: an epoch.
        if !is_bare && names::is_part(text) && number.is_whole && self.byte(self.past_blanks(self.at)) == Some(b'[') {
            self.found.heading.get_or_insert(name.range);
            self.found.step.set(Counter::Epoch, number.value, true, length);
            return;
        }
        self.deliver_metric(name, number, length, is_bare);
    }

    fn deliver_nameless(&mut self, number: Number, length: Option<f64>, is_field: bool) {
        match length {
            Some(length) if !self.is_before_time() => {
                let is_batch =
                    self.line[..self.at].iter().rposition(|&byte| b"[(".contains(&byte)).is_some_and(|open| {
                        self.line[open + 1..self.at].iter().all(|&byte| byte.is_ascii_digit() || b" /,".contains(&byte))
                    });
                let next = self.past_blanks(self.at);
                let word = self.line[next..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                let is_batch = is_batch || names::is_batches(&self.line[next..next + word]);
                if self.found.progress.is_none_or(|own| is_batch && !own.is_batch) {
                    self.found.progress = Some(Progress { done: number.value, length, is_batch });
                }
            }
            // `10:	learn: 0.5`: a round.
            None if is_field && number.is_whole && self.byte(self.at) == Some(b':') => {
                let is_first = self.line[..self.at].iter().all(u8::is_ascii_digit);
                if is_first && self.byte(self.at + 1).is_some_and(|byte| byte.is_ascii_whitespace()) {
                    self.found.step.set(Counter::Round, number.value, true, None);
                }
            }
            _ => {}
        }
    }

    /// Whether the time of a day follows, as behind a date.
    fn is_before_time(&self) -> bool {
        let at = self.past_blanks(self.at);
        self.is_digit(at) && self.is_digit(at + 1) && self.byte(at + 2) == Some(b':')
    }

    fn deliver_metric(&mut self, mut name: Name, number: Number, length: Option<f64>, is_bare: bool) {
        let text = &self.line[name.range.clone()];
        let value = match length {
            None => number.value,
            // `Accuracy: 9850/10000`.
            Some(length) if names::is_result(text) && length > 0.0 => number.value / length,
            Some(_) => return,
        };
        let is_sure = match is_bare {
            false => name.words <= MOST_WORDS,
            true => name.words == 1 && name.begins_field && self.ends_field(),
        };
        let mut is_told = false;
        if !is_sure {
            let Some(tail) = names::tail(text) else {
                // `Train net output #0: loss = 2.3`.
                if is_bare && self.byte(self.at) == Some(b':') {
                    self.head(&name.range, false);
                }
                return;
            };
            name.range.start += tail;
            is_told = is_bare && (tail > 0 || !name.begins_field);
        }
        let is_first = self.found.pairs.is_empty() && self.found.step.is_empty() && self.found.bracketed.is_none();
        self.found.is_best |= is_first && names::is_best(&self.line[name.range.clone()]);
        if self.is_place_in_a_file(&name.range, number, is_bare) {
            self.round_behind_place();
            return;
        }
        if names::is_origin(&self.line[name.range.clone()]) || self.found.pairs.len() >= MOST_PAIRS {
            return;
        }
        self.found.pairs.push(Pair { name: name.range, value, is_told });
    }

    /// `writer.py:48] [300] loss=0.5`: the number behind the place in a file is a round.
    fn round_behind_place(&mut self) {
        if self.byte(self.at) != Some(b']') {
            return;
        }
        if let Some((round, None, end)) = self.bracketed(self.past_blanks(self.at + 1), b']') {
            (self.found.bracketed, self.at) = (Some(round), end);
        }
    }

    /// Whether a field ends here, or the next name with its number begins.
    fn ends_field(&self) -> bool {
        let at = self.past_blanks(self.at);
        let Some(byte) = self.byte(at) else { return true };
        if !is_letter(byte) {
            return byte != b':' && byte != b'=';
        }
        let word = self.line[at..].iter().take_while(|&&byte| !b" \t=:".contains(&byte)).count();
        let next = self.past_blanks(at + word);
        self.byte(next).is_some_and(|byte| byte.is_ascii_digit() || b"=:-+.".contains(&byte))
            || next < self.line.len() && self.is_word_of_number(next)
    }

    /// Whether a pair is the name of a source file, or of a function, with its line: `train.py:42`.
    fn is_place_in_a_file(&self, name: &Range<usize>, number: Number, is_bare: bool) -> bool {
        const ENDINGS: &[&[u8]] =
            &[b".py", b".cc", b".cpp", b".cu", b".h", b".c", b".rs", b".go", b".jl", b".R", b".java", b".js"];
        let text = &self.line[name.clone()];
        if is_bare || !number.is_whole {
            return false;
        }
        let is_glued = self.line[name.end] == b':' && self.is_digit(name.end + 1);
        let is_behind_sign = name.start > 0 && self.line[name.start - 1] == b':';
        let is_behind_bracket = self.byte(self.at) == Some(b']');
        ENDINGS.iter().any(|ending| text.ends_with(ending))
            || is_glued && (is_behind_sign || is_behind_bracket) && !names::is_result(text)
    }
}

/// The counter that words end with, and where it begins.
fn counter_at_end(words: &[u8]) -> Option<(Counter, usize)> {
    let last = memchr::memrchr2(b' ', b'\t', words).map_or(0, |at| at + 1);
    let counter = names::counter(&words[last..])?;
    let start = words[..last].trim_ascii_end().len();
    // `global step` is one counter.
    let two = memchr::memrchr2(b' ', b'\t', &words[..start]).map_or(0, |at| at + 1);
    match names::counter(&words[two..]) {
        Some(longer) if start > 0 => Some((longer, words[..two].trim_ascii_end().len())),
        _ => Some((counter, start)),
    }
}

/// Whether a word heads a warning or an error of Python, `ConvergenceWarning`, `ValueError`.
fn is_warning(word: &[u8]) -> bool {
    const ENDINGS: &[&[u8]] = &[b"Warning", b"Error", b"Exception"];
    ENDINGS.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending))
}
