//! The scales of a parameter: its axis, its colours, its bins, its panels.

mod axes;
mod bins;
mod facets;

pub(crate) use axes::{axis, cells, key, rates};
pub(crate) use bins::Bins;
pub(crate) use facets::Facets;
