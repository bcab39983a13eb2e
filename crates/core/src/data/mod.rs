//! What runs learn from.

mod rows;
mod triangle;

pub use rows::Rows;
pub(crate) use triangle::Triangle;

use std::sync::OnceLock;

/// What runs learn from. The rows must stay as they are once runs have been trained on them: what was worked out of them is
/// kept.
#[derive(Debug, Clone, Default)]
pub struct Data {
    /// The rows that train; at least one.
    pub train: Rows,
    /// The rows held out; empty where none are.
    pub validation: Rows,
    triangle: OnceLock<Triangle>,
    singles: OnceLock<[Rows<f32>; 2]>,
}

impl From<Rows> for Data {
    /// Rows that train; none are held out.
    fn from(train: Rows) -> Data {
        Data::new(train, Rows::default())
    }
}

impl Data {
    /// Rows that train, at least one, and rows that are held out.
    pub fn new(train: Rows, validation: Rows) -> Data {
        Data { train, validation, triangle: OnceLock::new(), singles: OnceLock::new() }
    }

    /// The training rows reduced, worked out when first asked for.
    pub(crate) fn triangle(&self) -> &Triangle {
        self.triangle.get_or_init(|| Triangle::of(&self.train))
    }

    /// The rows that train and those held out, each number rounded to f32; worked out when first asked for.
    pub(crate) fn singles(&self) -> [&Rows<f32>; 2] {
        self.singles.get_or_init(|| [&self.train, &self.validation].map(|rows| rows.converted(|x| x as f32))).each_ref()
    }
}
