//! Where the values of a parameter go: on axes, in colours, at places, in panels.

mod axes;
mod facets;
mod places;

pub(crate) use axes::{axis, key, rates};
pub(crate) use facets::Facets;
pub(crate) use places::Places;
