//! The tables and the manifest of a results folder: written while a sweep runs, read back by everything that draws.

mod cells;
mod columns;
mod curves;
mod file;
mod manifest;
mod number;
mod resume;
mod rows;
mod runs;
mod writer;

pub use columns::Columns;
pub use curves::{Curve, CurvePick, Curves};
pub use file::{digest_bytes, write_atomically};
pub use manifest::{Digests, FORMAT_VERSION, Host, Manifest, RunState, Times};
pub use resume::Standing;
pub use rows::Rows;
pub use runs::Runs;
pub use writer::LogWriter;
