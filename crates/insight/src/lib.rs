//! From the tables of a sweep in memory to statistics, theory, findings and words.
//!
//! This crate reads no file and draws nothing. A [`Subject`](subject::Subject) and its [`tables`] make a
//! [`Study`](study::Study), and a study gives [`Findings`](findings::Findings).
//!
//! Missing, diverged and zero stay three different things: a missing number is `None`, a number that overflowed is an
//! infinity or NaN, and neither is ever ranked as 0.

pub mod baseline;
pub mod data;
pub mod explain;
pub mod facts;
pub mod findings;
pub mod importance;
mod inputs;
pub mod large;
pub mod limits;
pub mod names;
pub mod objective;
mod retrain;
pub mod rounding;
pub mod statistics;
pub mod study;
pub mod subject;
pub mod tables;
pub mod theory;
