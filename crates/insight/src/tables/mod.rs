//! The tables of a sweep in memory: runs and curves, column by column. Who reads them from a file or makes them up fills
//! them row by row.

mod column;
mod curves;
mod runs;

pub use column::{Column, Numbers};
pub use curves::{Curve, Curves};
pub use runs::Runs;
