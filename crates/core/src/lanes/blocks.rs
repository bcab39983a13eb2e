//! Long ranges in parts.

use std::ops::Range;

/// Parts of at most `length` that together are `0..whole`.
pub(crate) fn blocks(whole: usize, length: usize) -> impl Iterator<Item = Range<usize>> {
    (0..whole).step_by(length).map(move |start| start..(start + length).min(whole))
}
