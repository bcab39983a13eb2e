//! A swept parameter.

use super::knob::Knob;
use crate::axis::{Axis, Scale};
use crate::config::keys::Key;
use crate::config::tree::{Node, Place, Tree};
use crate::value::Value;

/// A config value that a sweep varies.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its dotted path: `train.learning_rate`.
    pub path: String,
    /// The values it takes.
    pub axis: Axis,
    pub(crate) key: &'static Key,
    /// Whether its values are whole numbers, to which drawn ones are rounded.
    pub(crate) whole: bool,
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
        match self.axis.value(digit) {
            Value::Number(number) if self.whole => match self.tree(digit) {
                Tree::Integer(integer) => Value::Integer(integer),
                _ => Value::Number(number),
            },
            value => value,
        }
    }

    fn tree(&self, digit: u64) -> Tree {
        crate::config::whole_tree(self.axis.tree(digit), self.whole)
    }

    /// The value as it would stand in the file; a listed one keeps its own place.
    pub(crate) fn node(&self, digit: u64) -> Node {
        let place = match &self.axis {
            Axis::List(list) => list.0[digit as usize].place,
            _ => self.place,
        };
        Node { tree: self.tree(digit), place }
    }

    /// Whether other keys may lose or gain their use by it, so that it is set before them.
    pub(crate) fn decides(&self) -> bool {
        self.path.ends_with(".kind") || ["train.optimizer", "train.schedule", "init.file"].contains(&self.path.as_str())
    }
}
