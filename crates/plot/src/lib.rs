//! Charts as pictures: shapes and text on a [`canvas`], laid out by [`axis`], [`panel`] and [`grid`] on a [`sheet`] of one
//! look, to pixels, SVG and animated PNG.
//!
//! This crate knows lines, scales and colour keys, and nothing of runs. Letters are outlines of vendored
//! fonts, and arithmetic is portable, so the same chart has the same bytes everywhere.

pub mod axis;
pub mod beyond;
pub mod canvas;
pub mod clip;
pub mod colour;
pub mod contour;
pub mod grid;
pub mod labels;
pub mod panel;
pub mod ranks;
pub mod sheet;
