//! What earlier lines of a stream say of later ones.

use std::borrow::Cow;

use super::names::{self, Counter};
use super::pairs::{Found, Pair};
use super::steps::{Epoch, StepSaid};

/// What earlier lines say of the next.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// The epoch of the last line that has nothing but it.
    epoch: Option<Epoch>,
    /// What is added to that, because the epochs began again: a second phase of training.
    base: f64,
    /// Whether a bar of this epoch was drawn to its end. A second one is an evaluation.
    is_bar_done: bool,
    /// The step of a line that has nothing but it: `Iteration 100, Testing net`.
    step: Option<(Counter, f64)>,
    /// The heading of a line that has nothing but it: `Test Error:`.
    section: String,
    /// The heading of the present line.
    heading: String,
    /// The last heading of a line, for lines that sum up: ` * Acc@1 0.9`.
    last: String,
}

impl Context {
    /// The heading of a second bar in an epoch.
    const EVALUATION: &str = "evaluate";

    /// Takes a blank line, which ends a section.
    pub fn blank(&mut self) {
        self.section.clear();
    }

    pub fn has_epoch(&self) -> bool {
        self.epoch.is_some()
    }

    /// The heading of a pair of the present line; empty where it has none.
    pub fn heading_of<'a>(&'a self, line: &'a [u8], pair: &Pair) -> Cow<'a, str> {
        match &pair.heading {
            Some(own) if self.heading != names::BEST => String::from_utf8_lossy(&line[own.clone()]),
            _ => Cow::Borrowed(&self.heading),
        }
    }

    /// Takes a line without metrics: it may head the lines that follow.
    pub fn take_head(&mut self, line: &[u8], found: &Found) {
        let heading = found.heading(line);
        let is_epoch = found.step.epoch.is_some() && !found.is_best;
        if let Some(heading) = heading.filter(|_| is_epoch || line.ends_with(b":") || names::is_heading(line)) {
            set(&mut self.section, heading);
        }
        if found.is_best {
            return;
        }
        if let Some(epoch) = found.step.epoch.filter(|epoch| !epoch.is_fraction) {
            self.take_epoch(epoch);
            if heading.is_none() {
                self.section.clear();
            }
        } else if let Some((counter, value)) = found.step.counter
            && found.begins_with_counter
            && counter != Counter::Batch
        {
            self.step = Some((counter, value));
        }
    }

    fn take_epoch(&mut self, epoch: Epoch) {
        if let Some(before) = self.epoch {
            // `Epoch 4: early stopping` speaks of what `Epoch 4/10` began.
            if epoch.last.is_none() && epoch.value == before.value {
                return;
            }
            let is_done = before.last.is_some_and(|last| before.value >= last);
            let is_only = before.last == Some(1.0) && epoch.value == before.value && self.is_bar_done;
            if is_done && (epoch.value < before.value || is_only) {
                self.base += before.value;
            }
        }
        (self.epoch, self.is_bar_done, self.step) = (Some(epoch), false, None);
    }

    /// Finds the heading of a line with metrics, and what its progress says of its step. True where that is a bar's.
    pub fn begin_row(&mut self, line: &[u8], found: &Found, step: &mut StepSaid) -> bool {
        match found.heading(line) {
            Some(heading) => set(&mut self.heading, heading),
            None if line[0] == b'*' => self.heading.clone_from(&self.last),
            None if step.is_empty() || self.section == names::BEST => self.heading.clone_from(&self.section),
            None => self.heading.clear(),
        }
        self.last.clone_from(&self.heading);
        if self.heading == names::BEST || !step.is_empty() {
            self.section.clear();
        }
        if self.heading == names::BEST {
            *step = StepSaid::default();
            return false;
        }
        let Some(progress) = found.progress else { return false };
        let is_evaluation = progress.is_batch && names::is_evaluation(self.heading.as_bytes());
        if step.counter.is_some() || is_evaluation {
            return false;
        }
        step.set(Counter::Batch, progress.done, true, Some(progress.length));
        if progress.is_batch {
            return false;
        }
        if self.epoch.is_some() && step.epoch.is_none() {
            if self.is_bar_done && self.heading.is_empty() {
                set(&mut self.heading, Self::EVALUATION);
            }
            self.is_bar_done |= progress.done >= progress.length;
        }
        true
    }

    /// Completes what a row says of its step. A bar is a drawing of its epoch: where that is known, its batches say nothing.
    pub fn place(&mut self, step: &mut StepSaid, is_bar: bool) {
        if step.epoch.is_some() {
            (self.epoch, self.base, self.step) = (None, 0.0, None);
        } else {
            step.epoch = self.epoch.map(|epoch| Epoch {
                value: epoch.value + self.base,
                last: epoch.last.map(|last| last + self.base),
                ..epoch
            });
        }
        if is_bar && step.epoch.is_some() {
            (step.counter, step.length) = (None, None);
        } else if step.counter.is_some() {
            self.step = None;
        } else {
            step.counter = self.step;
        }
    }
}

fn set(text: &mut String, bytes: &(impl AsRef<[u8]> + ?Sized)) {
    text.clear();
    text.push_str(&String::from_utf8_lossy(bytes.as_ref()));
}
