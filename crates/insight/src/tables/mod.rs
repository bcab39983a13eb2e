//! The tables of a sweep in memory: runs and curves, stored by column and filled row by row.

mod column;
mod curves;
mod runs;

pub use column::{Column, Numbers};
pub use curves::{Curve, Curves};
pub use runs::Runs;
