//! What was found on a line.

use std::ops::Range;

use crate::program::reading::names;
use crate::program::reading::steps::StepSaid;

/// What was found on a line.
#[derive(Debug, Default)]
pub(in crate::program::reading) struct Found {
    pub pairs: Vec<Pair>,
    pub step: StepSaid,
    /// `5/10` that no name stands before.
    pub progress: Option<Progress>,
    /// The part of the data that the line is about: `Train` in `Train: 3 [10/100] Loss: 0.5`. `None` where it begins between
    /// pairs.
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
    pub bracketed: Option<f64>,
}

/// A name and its number.
#[derive(Debug)]
pub(in crate::program::reading) struct Pair {
    /// Where its name stands.
    pub name: Range<usize>,
    /// Where the result stands that it is a part of: the `loss` of `valid` in `loss train 0.5 valid 0.4`.
    pub of: Option<Range<usize>>,
    /// The heading that stands before it on the line: `val` in `train: loss 0.5 | val: loss 0.4`, of the second.
    pub heading: Option<Range<usize>>,
    pub value: f64,
    /// Whether nothing but a sentence tells that the number belongs to the name: `training begins from score 0.5`.
    pub is_told: bool,
}

/// How far a pass has come.
#[derive(Debug, Clone, Copy)]
pub(in crate::program::reading) struct Progress {
    pub done: f64,
    pub length: f64,
    /// Whether it stands in brackets, as batches do; else it belongs to a bar.
    pub is_batch: bool,
}

impl Found {
    /// The heading of the line.
    pub fn heading<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        match &self.heading {
            _ if self.is_best => Some(names::BEST.as_bytes()),
            Some(heading) => Some(&line[heading.clone()]),
            None => None,
        }
    }

    pub fn clear(&mut self) {
        let mut pairs = std::mem::take(&mut self.pairs);
        pairs.clear();
        *self = Found { pairs, ..Found::default() };
    }
}
