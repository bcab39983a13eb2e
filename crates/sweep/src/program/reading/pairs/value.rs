//! The numbers of a line, and the names, counters and progress that they belong to.

use std::ops::Range;

use super::cursor::{Name, Scanner, is_letter};
use super::found::{Pair, Progress};
use crate::program::reading::names::{self, Counter};
use crate::program::reading::number::{self, Number};

/// The most words of a name. What comes before is a sentence.
const MOST_WORDS: usize = 4;
/// The most pairs of a line.
const MOST_PAIRS: usize = 512;

fn is_part_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b".:-,/".contains(&byte)
}

impl Scanner<'_, '_> {
    pub(super) fn number(&mut self) {
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
            Some(b'%') => {
                self.at += 1;
                // `Validation: 50%|███|`: what a bar is about.
                if self.byte(self.at) == Some(b'|') {
                    if let Some(name) = self.name.take() {
                        self.head(&name.range, false);
                    }
                    return self.delimit();
                }
            }
            _ => {}
        }
        self.deliver(number, None);
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
    pub(super) fn deliver(&mut self, number: Number, length: Option<f64>) {
        let is_bare = self.sign.take().is_none();
        let is_field = std::mem::replace(&mut self.is_field, true);
        let Some(name) = self.name.take() else { return self.deliver_nameless(number, length, is_field) };
        let text = &self.line[name.range.clone()];
        if let Some((counter, start)) = counter_at_end(text) {
            let before = &text[..start];
            self.found.begins_with_counter |= name.words == 1 && name.begins_field && self.found.pairs.is_empty();
            if !before.is_empty() {
                self.head(&(name.range.start..name.range.start + start), false);
            }
            if number.is_whole || counter == Counter::Epoch {
                self.found.step.set(counter, number.value, number.is_whole, length);
            }
            self.name = self.result_at_a_step(&name.range, before);
            self.found.is_sentence |= name.words > MOST_WORDS - 1 && self.name.is_none();
            return;
        }
        if is_bare && length.is_none() && self.count_after_result(&name, number) {
            return;
        }
        // `Test: [10/100]`: batches of an evaluation.
        if !is_bare && length.is_some() && names::is_part(text) {
            self.set_heading(name.range);
            return self.deliver_nameless(number, length, is_field);
        }
        // `Train: 3 [10/100]`: an epoch.
        if !is_bare && names::is_part(text) && number.is_whole && self.byte(self.past_blanks(self.at)) == Some(b'[') {
            self.set_heading(name.range);
            self.found.step.set(Counter::Epoch, number.value, true, length);
            return;
        }
        self.deliver_metric(name, number, length, is_bare);
    }

    /// The result whose value follows its step, `Cost after iteration 100: 0.5`. The present place is moved to that. `before`
    /// stands before the counter.
    fn result_at_a_step(&mut self, name: &Range<usize>, before: &[u8]) -> Option<Name> {
        let result = names::before_relation(before)?;
        let range = name.start + names::tail(result)?..name.start + result.len();
        let at = self.past_blanks(self.at);
        let word = self.word_at(at);
        let value = match self.byte(at)? {
            b':' | b'=' => at + 1,
            _ if names::is_verb(word) => at + word.len(),
            _ => return None,
        };
        number::leading(&self.line[self.past_blanks(value)..])?;
        self.at = at + word.len();
        Some(Name { range, words: 1, begins_field: true })
    }

    /// Takes a count of steps behind a result: `Loss after 100 iterations: 0.5`. False where it is none.
    fn count_after_result(&mut self, name: &Name, number: Number) -> bool {
        let at = self.past_blanks(self.at);
        let word = self.word_at(at);
        let counted = word.strip_suffix(b"s").and_then(names::counter).filter(|_| number.is_whole);
        let Some(counter) = counted else { return false };
        let before = std::mem::replace(&mut self.at, at + word.len());
        self.name = self.result_at_a_step(&name.range, &self.line[name.range.clone()]);
        match self.name {
            Some(_) => self.found.step.set(counter, number.value, true, None),
            None => self.at = before,
        }
        self.name.is_some()
    }

    fn deliver_nameless(&mut self, number: Number, length: Option<f64>, is_field: bool) {
        match length {
            Some(length) if !self.is_before_time() => {
                let is_batch =
                    self.line[..self.at].iter().rposition(|&byte| b"[(".contains(&byte)).is_some_and(|open| {
                        self.line[open + 1..self.at].iter().all(|&byte| byte.is_ascii_digit() || b" /,".contains(&byte))
                    });
                let is_batch = is_batch || names::is_batches(self.word_at(self.past_blanks(self.at)));
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
        // `the loss is 0.5`.
        if let Some(said) = names::before_verb(text).filter(|_| is_bare) {
            name.range.end = name.range.start + said.len();
        }
        let text = &self.line[name.range.clone()];
        let is_sure = match is_bare {
            false => name.words <= MOST_WORDS,
            true => {
                let is_short = name.words == 1 || name.words < MOST_WORDS && names::is_result(text);
                is_short && !names::is_of_sentence(text) && name.begins_field && self.ends_field()
            }
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
        self.found.pairs.push(Pair { name: name.range, of: None, heading: self.heading.clone(), value, is_told });
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
        let mut at = self.past_blanks(self.at);
        let Some(byte) = self.byte(at) else { return true };
        if !is_letter(byte) {
            return byte != b':' && byte != b'=';
        }
        loop {
            let length = self.line[at..].iter().take_while(|&&byte| !b" \t=:".contains(&byte)).count();
            let word = &self.line[at..at + length];
            at = self.past_blanks(at + length);
            let Some(byte) = self.byte(at) else { return false };
            if byte.is_ascii_digit() || b"=:-+.".contains(&byte) || self.is_word_of_number(at) {
                return true;
            }
            // `loss train 0.5 loss val 0.25`.
            if length == 0 || !names::is_part(word) && !names::is_result(word) {
                return false;
            }
        }
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
pub(super) fn counter_at_end(words: &[u8]) -> Option<(Counter, usize)> {
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
