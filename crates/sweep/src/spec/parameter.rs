//! A swept parameter.

use std::sync::Arc;

use super::axis::{Axis, AxisIndex, Scale};
use super::keys::Key;
use super::source::{SourceSpan, Written};
use crate::value::Value;

/// A config value that a sweep varies.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its dotted path: `train.learning_rate`.
    pub path: String,
    /// The values it takes.
    pub axis: Axis,
    pub(crate) span: SourceSpan,
    /// Where the values of a list were written; empty for other axes.
    pub(crate) listed: Arc<[Listed]>,
}

/// Where a value of a list was written.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub span: SourceSpan,
    /// The keys that the value sets, and their values, where it is a text or a table.
    pub parts: Box<[(Key, Written)]>,
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

    /// The scale on which its values are evenly spread.
    pub fn scale(&self) -> Scale {
        self.axis.scale()
    }

    /// The values in words: `60 values, 1e-4 … 0.03, geometric`.
    pub fn description(&self) -> String {
        self.axis.description()
    }

    /// The value at an index of its axis.
    pub(crate) fn value(&self, index: AxisIndex) -> Value {
        self.axis.value(index)
    }

    /// Where the value at an index was written.
    pub(crate) fn span_of(&self, index: AxisIndex) -> SourceSpan {
        self.listed.get(index.0 as usize).map_or(self.span, |listed| listed.span)
    }

    /// What the value at an index sets a key to; `None` where it does not set the key.
    pub(crate) fn part(&self, index: AxisIndex, key: Key) -> Option<&Written> {
        let parts = &self.listed.get(index.0 as usize)?.parts;
        parts.iter().find(|(own, _)| *own == key).map(|(_, written)| written)
    }
}
