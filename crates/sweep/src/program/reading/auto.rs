//! Reads lines of programs that nobody has described.
//!
//! What makes a pair of a name and a number a metric: its line says a step (`step 10`, `Epoch 3`, `[12]`, a bar under the
//! heading of an epoch); or its name is that of a result (a loss, an accuracy, an error, a score, also as a part of it), and
//! the line does not set up the program (`loss=mse lr=0.1`). A number of another name without a step is none. In objects of
//! JSON and dicts every number is one; of those over several lines, where they say a step or have a result.
//!
//! Under a heading that names a part of the data (`Test set:`, `[val]`), that word and a `/` are put before each name that does
//! not name a part itself, up to the next heading. A heading of training (`Train:`) is left out, unless the name was there
//! without one before.

use std::ops::Range;

use super::context::Context;
use super::names::{self, Counter};
use super::nested::{Nested, Part};
use super::object;
use super::pairs::{self, Found, Pair};
use super::row::Row;
use super::steps::StepSaid;
use super::table::{self, Block, Head};

const NO_NUMBER: &str = "the value of a metric is no number";

/// Reads the lines of one stream, in order.
#[derive(Debug, Default)]
pub(in crate::program) struct AutoReader {
    found: Found,
    head: Option<Head>,
    block: Block,
    nested: Nested,
    /// What stands before an object over several lines says of its step.
    before: StepSaid,
    context: Context,
    /// Names that first occurred under a heading of training, which is left out.
    trained: Vec<String>,
    /// A name with its heading.
    name: String,
}

impl AutoReader {
    /// Reads a line, the last drawing of it, into an empty row. False for a line without metrics.
    ///
    /// # Errors
    /// What is wrong with a line that seems to have metrics.
    pub fn read(&mut self, line: &[u8], row: &mut Row) -> Result<bool, &'static str> {
        match self.nested.take(line) {
            Part::None => {}
            Part::Begin(start) => {
                pairs::find(&line[..start], &mut self.found);
                self.before = self.found.step;
                return Ok(false);
            }
            Part::Within => return Ok(false),
            Part::End(text) => return Ok(read_nested(text, self.before, &mut self.context, row)),
        }
        let Some(&first) = line.first() else {
            self.context.blank();
            return Ok(false);
        };
        if line.ends_with(b"}") && self.read_object(line, row) || self.read_table(first, line, row) {
            let is_row = !row.is_empty();
            if is_row {
                self.context.place(&mut row.step, false);
            }
            return Ok(is_row);
        }
        pairs::find(line, &mut self.found);
        self.take_pairs(line, row)
    }

    /// Reads an object at the end of a line. What stands before it may say its step: `step 10: {'loss': 0.5}`.
    fn read_object(&mut self, line: &[u8], row: &mut Row) -> bool {
        let Some(start) = memchr::memchr(b'{', line) else { return false };
        let known = row.names.len();
        if object::read(&line[start..], &mut self.name, row).is_none() {
            row.undo(known);
            return false;
        }
        if start > 0 && row.step.is_empty() {
            pairs::find(&line[..start], &mut self.found);
            row.step = self.found.step;
        }
        true
    }

    /// Reads a line of a table; false where it belongs to none.
    fn read_table(&mut self, first: u8, line: &[u8], row: &mut Row) -> bool {
        if table::is_rule(line) {
            self.block.close(row);
            return true;
        }
        if self.head.as_mut().is_some_and(|head| head.take_second(line)) {
            return true;
        }
        if table::begins_with_bar(line) && self.block.line(line) {
            return true;
        }
        if let Some(head) = &mut self.head
            && (!first.is_ascii_alphabetic() || head.has_labels())
            && head.row(line, row)
        {
            return true;
        }
        let head = Head::read(line);
        let is_head = head.is_some();
        self.head = head.or(self.head.take());
        is_head
    }

    fn take_pairs(&mut self, line: &[u8], row: &mut Row) -> Result<bool, &'static str> {
        let AutoReader { found, context, trained, name, .. } = self;
        join_parts(line, found);
        let is_result = |pair: &Pair| names::is_result(&line[pair.name.clone()]) || pair.of.is_some();
        let is_named = names_a_step(&found.step, context.has_epoch());
        if found.is_warning && !is_named {
            return Ok(false);
        }
        let is_setting = found.settings > 0 && !is_named;
        let has_step = is_named && !found.is_sentence && !found.is_best
            || found.progress.is_some() && found.pairs.iter().any(is_result);
        let is_metric = |pair: &Pair| !is_setting && (has_step || is_result(pair) && !pair.is_told);
        let is_faulty = found.is_faulty && !is_setting;
        if !found.pairs.iter().any(is_metric) {
            context.take_head(line, found);
            return if is_faulty { Err(NO_NUMBER) } else { Ok(false) };
        }
        row.fault = is_faulty.then_some(NO_NUMBER);
        row.step = found.step;
        let is_bar = context.begin_row(line, found, &mut row.step);
        let mut part = None;
        for pair in found.pairs.iter().filter(|pair| is_metric(pair)) {
            let heading = context.heading_of(line, pair);
            if names::is_training(heading.as_bytes()) {
                write_name(line, pair, "", &mut part, name);
                if !trained.contains(name) && !row.names.contains(name) {
                    trained.push(name.clone());
                }
            }
            if !names::is_training(heading.as_bytes()) || !trained.contains(name) {
                write_name(line, pair, &heading, &mut part, name);
            }
            row.set_first(name, pair.value);
        }
        context.place(&mut row.step, is_bar);
        Ok(true)
    }
}

/// Reads an object that was printed over several lines. It is metrics where it says a step or has a result; else it is a config. A
/// list is none: it repeats what was said before.
fn read_nested(text: &[u8], before: StepSaid, context: &mut Context, row: &mut Row) -> bool {
    let known = row.names.len();
    let is_read = object::read(text, &mut String::new(), row).is_some();
    if row.step.is_empty() {
        row.step = before;
    }
    let given = || row.names.iter().zip(&row.values).filter(|(_, value)| value.is_some());
    if !is_read || row.step.is_empty() && !given().any(|(name, _)| names::is_result(name.as_bytes())) {
        row.undo(known);
    }
    if row.is_empty() {
        return false;
    }
    context.place(&mut row.step, false);
    true
}

/// Finds what parts of the data are named behind their result: `LOSS train 0.5 valid 0.4` has a `LOSS train` and a `LOSS valid`.
fn join_parts(line: &[u8], found: &mut Found) {
    let mut result: Option<Range<usize>> = None;
    for pair in &mut found.pairs {
        let text = &line[pair.name.clone()];
        match memchr::memrchr(b' ', text) {
            Some(at) if names::is_part(&text[at + 1..]) && names::is_result(&text[..at]) => {
                let length = text[..at].strip_suffix(b":").unwrap_or(&text[..at]).len();
                result = Some(pair.name.start..pair.name.start + length);
                pair.of.clone_from(&result);
                pair.name.start += at + 1;
            }
            None if names::is_part(text) => pair.of.clone_from(&result),
            _ => result = None,
        }
    }
}

/// Whether a line says its step by name. Batches are steps where their epoch is known.
fn names_a_step(step: &StepSaid, has_epoch: bool) -> bool {
    let has_epoch = has_epoch || step.epoch.is_some();
    match step.counter {
        Some((Counter::Batch, _)) | None => step.epoch.is_some() || step.counter.is_some() && has_epoch,
        Some(_) => true,
    }
}

/// Writes the name of a metric with its heading. `part` is the part of the data in the first name that begins with one:
/// `train Loss: 0.5 Acc: 0.8` has a `train Acc`.
fn write_name(line: &[u8], pair: &Pair, heading: &str, part: &mut Option<Range<usize>>, name: &mut String) {
    let place = &pair.name;
    let text = &line[place.clone()];
    name.clear();
    let is_headed = match heading {
        "" => false,
        names::BEST => !names::is_best(text),
        _ => names::part(text).is_none(),
    };
    if is_headed {
        name.push_str(heading);
        name.push('/');
    }
    if let Some(result) = &pair.of {
        name.push_str(&String::from_utf8_lossy(&line[result.clone()]));
        name.push(' ');
    }
    let first = memchr::memchr(b' ', text).unwrap_or(text.len());
    if names::is_part(&text[..first]) && first < text.len() {
        *part = Some(place.start..place.start + first);
    } else if let Some(part) = part
        && heading.is_empty()
        && names::is_result(text)
        && names::part(text).is_none()
    {
        name.push_str(&String::from_utf8_lossy(&line[part.clone()]));
        name.push(' ');
    }
    name.push_str(&String::from_utf8_lossy(text));
}
