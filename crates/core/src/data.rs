//! The rows a network learns from.

use std::sync::OnceLock;

use crate::reduce::Triangle;

/// Rows of features with a target each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Features per row.
    pub inputs: usize,
    /// Features, row by row: `[row][input]`.
    pub features: Vec<f64>,
    /// One target per row: a number, or for classification the number of the class, from 0.
    pub targets: Vec<f64>,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The features of one row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.features[row * self.inputs..(row + 1) * self.inputs]
    }
}

/// What an experiment's runs all learn from.
#[derive(Debug, Clone, Default)]
pub struct Data {
    /// The rows that train; at least one.
    pub train: Rows,
    /// The rows held out; empty where none are.
    pub validation: Rows,
    triangle: OnceLock<Triangle>,
}

impl Data {
    /// Rows that train, at least one, and rows that are held out.
    pub fn new(train: Rows, validation: Rows) -> Data {
        Data { train, validation, triangle: OnceLock::new() }
    }

    /// The training rows reduced, worked out when first asked for. Rows must not change after that.
    pub(crate) fn triangle(&self) -> &Triangle {
        self.triangle.get_or_init(|| Triangle::of(&self.train))
    }
}
