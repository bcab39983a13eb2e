//! Rows of features with their targets.

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
