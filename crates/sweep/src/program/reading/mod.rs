//! From the lines of a program to numbers with steps: pure functions of bytes.
//!
//! [`drawing`] gives the last drawing of a line, [`object`] reads JSON and Python's dicts, [`number`] a number in any
//! spelling. [`auto`] reads lines of any logger, with [`pairs`] and [`table`]. [`steps`] says which step a row belongs to.

pub(super) mod auto;
mod context;
pub(super) mod drawing;
pub(super) mod names;
mod nested;
pub(super) mod number;
pub(super) mod object;
mod pairs;
pub(super) mod row;
pub(super) mod steps;
mod table;
#[cfg(test)]
mod tests;
mod vocabulary;
