//! The numbers of one line.

use etascape_text::is_unreadable;

use super::names;
use super::number::Number;
use super::steps::StepSaid;

/// The most different metrics of a run.
pub(in crate::program) const MOST_NAMES: usize = 256;
/// The most bytes of a metric's name.
const LONGEST_NAME: usize = 100;

/// The numbers of one line: a value for each name, in the order in which names first occurred.
#[derive(Debug, Default)]
pub(in crate::program) struct Row {
    pub step: StepSaid,
    pub values: Vec<Option<f64>>,
    pub names: Vec<String>,
    /// What is wrong with a value that was left out. The others count.
    pub fault: Option<&'static str>,
    /// Whether some numbers were left out.
    pub is_cut: bool,
    /// Where the next name is searched first, since lines usually have the same fields in the same order.
    next: usize,
}

impl Row {
    pub fn clear(&mut self) {
        self.values.iter_mut().for_each(|value| *value = None);
        (self.step, self.fault, self.is_cut, self.next) = (StepSaid::default(), None, false, 0);
    }

    /// Forgets what was read of a line that is none of metrics: its values, and the names behind those that were known before.
    pub fn undo(&mut self, known: usize) {
        self.clear();
        self.names.truncate(known);
        self.values.truncate(known);
    }

    /// Sets what a name stands for: a counter of steps, or the value of a metric. A value without a name, as in the index
    /// column of a data frame, is left out.
    pub fn set(&mut self, name: &str, number: Number) {
        match names::counter(name.as_bytes()) {
            Some(counter) => self.step.set(counter, number.value, number.is_whole, None),
            None => self.set_metric(name, number.value),
        }
    }

    /// Sets the value of a metric.
    pub fn set_metric(&mut self, name: &str, value: f64) {
        self.put(name, |_| value);
    }

    /// Sets the value of a metric, unless the row has one already.
    pub fn set_first(&mut self, name: &str, value: f64) {
        self.put(name, |own| own.unwrap_or(value));
    }

    fn put(&mut self, name: &str, value: impl FnOnce(Option<f64>) -> f64) {
        if name.is_empty() {
            return;
        }
        match self.place(name) {
            Some(place) => {
                self.values[place] = Some(value(self.values[place]));
                self.next = place + 1;
            }
            None => self.is_cut = true,
        }
    }

    fn place(&mut self, name: &str) -> Option<usize> {
        if self.names.get(self.next).is_some_and(|own| own == name) {
            return Some(self.next);
        }
        if let Some(place) = self.names.iter().position(|own| own == name) {
            return Some(place);
        }
        let is_plain = name.len() <= LONGEST_NAME && !name.contains(is_unreadable);
        if !is_plain || self.names.len() >= MOST_NAMES {
            return None;
        }
        self.names.push(name.to_string());
        self.values.push(None);
        Some(self.names.len() - 1)
    }

    pub fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }
}
