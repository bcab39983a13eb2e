//! Numbers from which a doubt is one.

/// Rows from which a pattern in them is no chance.
pub(super) const ENOUGH_ROWS: usize = 10;

/// Ratio of the sizes of two features from which they need different learning rates.
pub(super) const FAR_APART: f64 = 1e3;
