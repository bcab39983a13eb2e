//! The scales of a parameter: its axis, its colours, its bins, its panels.

mod axes;
mod bins;
mod cells;
mod facets;

pub(crate) use axes::{axis, key, rates};
pub(crate) use bins::Bins;
pub(crate) use cells::cells;
pub(crate) use facets::Facets;
