//! Rows of features with their targets.

/// Rows of features with a target each. The engine itself also keeps them in f32.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows<E = f64> {
    /// Features per row.
    pub inputs: usize,
    /// Features, row by row: `[row][input]`.
    pub features: Vec<E>,
    /// One target per row: a number, or for classification the number of the class, from 0.
    pub targets: Vec<E>,
}

impl<E> Rows<E> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The features of one row.
    pub fn row(&self, row: usize) -> &[E] {
        &self.features[row * self.inputs..(row + 1) * self.inputs]
    }
}

impl Rows {
    /// The rows with each number converted.
    pub(crate) fn converted<E>(&self, convert: impl Fn(f64) -> E) -> Rows<E> {
        let converted = |numbers: &[f64]| numbers.iter().copied().map(&convert).collect();
        Rows { inputs: self.inputs, features: converted(&self.features), targets: converted(&self.targets) }
    }
}
