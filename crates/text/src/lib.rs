//! Writes numbers, counts and text from outside in one way for logs, findings, charts and errors.
//!
//! This crate knows nothing of runs, files or pictures. Every other crate may use it.

mod columns;
mod number;
mod rounded;
mod spelling;
mod words;

pub use columns::{Side, columns};
pub use number::{Formatter, format_number, nearest_to_digits_of_f32, parse_number};
pub use rounded::{chosen, digits, has_few_digits, plain, rounded, short, superscript};
pub use spelling::{escaped, is_unreadable, spelt_out};
pub use words::{and_more, counted, listed, noun, percent};
