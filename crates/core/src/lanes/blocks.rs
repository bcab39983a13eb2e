//! Long ranges and tables in parts.

use std::ops::Range;

/// Parts of at most `length` that together are `0..whole`.
pub(crate) fn blocks(whole: usize, length: usize) -> impl Iterator<Item = Range<usize>> {
    (0..whole).step_by(length).map(move |start| start..(start + length).min(whole))
}

/// Parts of `stride` elements each, as `chunks_exact` gives them, but without its division, which takes as long as a small tile.
#[inline(always)]
pub(crate) fn rows<T>(mut table: &[T], stride: usize) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(
        #[inline(always)]
        move || {
            let (row, rest) = table.split_at_checked(stride)?;
            table = rest;
            Some(row)
        },
    )
}

/// [`rows`] that can be changed.
#[inline(always)]
pub(crate) fn rows_mut<T>(mut table: &mut [T], stride: usize) -> impl Iterator<Item = &mut [T]> {
    std::iter::from_fn(
        #[inline(always)]
        move || {
            let (row, rest) = std::mem::take(&mut table).split_at_mut_checked(stride)?;
            table = rest;
            Some(row)
        },
    )
}
