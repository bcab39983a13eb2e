//! A swept parameter.

use super::knob::Knob;
use crate::axis::{Axis, Scale};
use crate::config::keys::Key;
use crate::config::tree::{Node, Place};
use crate::value::Value;

/// A config value that a sweep varies.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its dotted path: `train.learning_rate`.
    pub path: String,
    /// The values it takes.
    pub axis: Axis,
    pub(crate) key: &'static Key,
    /// Where its values go, if they are mere numbers.
    pub(crate) knob: Option<Knob>,
    pub(crate) place: Place,
}

impl Parameter {
    /// How many values; `None` where they are drawn from a distribution.
    pub fn count(&self) -> Option<u64> {
        self.axis.count()
    }

    /// Least and greatest value, where all are numbers.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.axis.range()
    }

    /// How its values are best laid out on a chart.
    pub fn scale(&self) -> Scale {
        self.axis.scale()
    }

    /// The values in words: `60 values, 1e-4 … 0.03, geometric`.
    pub fn description(&self) -> String {
        self.axis.description()
    }

    /// The value that a digit of its axis stands for.
    pub(crate) fn value(&self, digit: u64) -> Value {
        self.axis.value(digit)
    }

    /// The value as it would stand in the file.
    pub(crate) fn node(&self, digit: u64) -> Node {
        self.axis.node(digit, self.place)
    }

    /// Whether other keys may lose or gain their use by it, so that it is set before them.
    pub(crate) fn decides(&self) -> bool {
        self.path.ends_with(".kind") || ["train.optimizer", "train.schedule", "init.file"].contains(&self.path.as_str())
    }
}
