//! The two products of a layer where a lane is a unit, over the rows of a panel:
//!
//! ```text
//! z[row][column]      = first[column] + Σ_term  a[row][term] M[term][column]
//! G[line][column]    += Σ_row  u[row][line] v[row][column]
//! ```
//!
//! Each is taken in tiles of 6 rows × 4 vectors of sums that stay in registers (AVX2: 6 × 2), narrower along the edges. Long
//! sums are taken in blocks, and the sums so far kept in the panel, so that the block of a strip stays in the first-level
//! cache while all rows of the panel pass. Every sum keeps its ascending order, with one `mul_add` a term.

#![allow(clippy::needless_range_loop, clippy::manual_memcpy, reason = "sums named one by one stay in registers")]

use std::ops::Range;

use super::panel::{Panel, Tile};
use super::strips::{Strip, Strips, widest};
use crate::lanes::{Lanes, Vector, blocks, vectorize};

/// Terms of a sum that are taken together: those of a strip fill half of a first-level cache.
const TERMS: usize = 64;

/// Evaluates `$tile` for each tile of a strip of `$rows` rows of `$width` vectors.
macro_rules! tiles {
    ($rows:expr, $width:expr, |$row:ident, $R:ident, $C:ident| $tile:expr) => {{
        let rows: usize = $rows;
        match $width {
            4 if widest::<V>() == 4 => tiles!(@rows rows, $row, $R, $C = 4, $tile),
            3 if widest::<V>() == 4 => tiles!(@rows rows, $row, $R, $C = 3, $tile),
            2 => tiles!(@rows rows, $row, $R, $C = 2, $tile),
            _ => tiles!(@rows rows, $row, $R, $C = 1, $tile),
        }
    }};
    (@rows $rows:ident, $row:ident, $R:ident, $C:ident = $c:literal, $tile:expr) => {{
        const $C: usize = $c;
        let mut $row = 0;
        while $row < $rows {
            match $rows - $row {
                6.. => tiles!(@one $row, $R = 6, $tile),
                4..6 => tiles!(@one $row, $R = 4, $tile),
                2..4 => tiles!(@one $row, $R = 2, $tile),
                _ => tiles!(@one $row, $R = 1, $tile),
            }
        }
    }};
    (@one $row:ident, $R:ident = $r:literal, $tile:expr) => {{
        const $R: usize = $r;
        $tile;
        $row += $R;
    }};
}

/// `sums = first + a M` in the columns of a strip for the first rows of the panel; without `first` from 0. `finish` makes of the
/// sums of a row, from a vector of the row on, what is kept of them.
pub(super) fn product<V: Vector>(
    vector: V,
    rows: usize,
    inputs: &Panel<V>,
    (strip, matrix): (&Strip, &[Lanes<V>]),
    first: Option<&[Lanes<V>]>,
    sums: &mut Panel<V>,
    finish: impl Fn(usize, usize, &mut [Lanes<V>]),
) {
    vectorize(
        vector,
        #[inline(always)]
        || {
            let own = &matrix[strip.range.clone()];
            for terms in blocks(strip.rows, TERMS) {
                tiles!(rows, strip.width, |row, R, C| {
                    let start: Tile<V, R, C> = match (terms.start, first) {
                        (0, None) => [[Lanes::splat(vector, 0.0); C]; R],
                        (0, Some(first)) => [*first[strip.place..].first_chunk().expect("a tile lies in its layer"); R],
                        _ => sums.tile(row, strip.place),
                    };
                    let mut tile = product_tile::<V, R, C>(vector, start, row, terms.clone(), inputs, own);
                    if terms.end == strip.rows {
                        for r in 0..R {
                            finish(row + r, strip.place, &mut tile[r]);
                        }
                    }
                    sums.set_tile(row, strip.place, &tile);
                });
            }
        },
    );
}

#[inline(always)]
fn product_tile<V: Vector, const R: usize, const C: usize>(
    vector: V,
    mut sums: Tile<V, R, C>,
    row: usize,
    terms: Range<usize>,
    inputs: &Panel<V>,
    strip: &[Lanes<V>],
) -> Tile<V, R, C> {
    let weights = &strip.as_chunks::<C>().0[terms.clone()];
    let first = &inputs.numbers()[row * inputs.stride() + terms.start..];
    // Rows whose lengths are seen to be the same cost one check a term, not one each.
    let mut rows: [&[V::Element]; R] = [&[]; R];
    for r in 0..R {
        rows[r] = &first[r * inputs.stride()..][..weights.len()];
    }
    for term in 0..weights.len() {
        let weights = weights[term];
        for r in 0..R {
            let input = Lanes::of(vector, rows[r][term]);
            for c in 0..C {
                sums[r][c] = weights[c].mul_add(input, sums[r][c]);
            }
        }
    }
    sums
}

/// Adds `uᵀ v` over the first rows of the panel to the gradient; of the first panel it replaces what is there.
pub(super) fn add_gradient<V: Vector>(
    vector: V,
    is_first: bool,
    rows: usize,
    (lines, columns): (&Panel<V>, &Panel<V>),
    strips: Strips,
    gradient: &mut [Lanes<V>],
) {
    vectorize(
        vector,
        #[inline(always)]
        || {
            for strip in strips.strips() {
                let own = &mut gradient[strip.range];
                tiles!(strips.rows(), strip.width, |line, R, C| {
                    let own: &mut Tile<V, R, C> =
                        own.as_chunks_mut::<C>().0[line..].first_chunk_mut().expect("a tile lies in its strip");
                    if is_first {
                        *own = [[Lanes::splat(vector, 0.0); C]; R];
                    }
                    *own = gradient_tile::<V, R, C>(vector, *own, rows, (lines, line), (columns, strip.place));
                });
            }
        },
    );
}

#[inline(always)]
fn gradient_tile<V: Vector, const R: usize, const C: usize>(
    vector: V,
    mut sums: Tile<V, R, C>,
    rows: usize,
    (lines, line): (&Panel<V>, usize),
    (columns, place): (&Panel<V>, usize),
) -> Tile<V, R, C> {
    let lines = lines.numbers().chunks_exact(lines.stride());
    let (vectors, stride) = columns.vectors();
    for (u, v) in lines.zip(vectors.chunks_exact(stride)).take(rows) {
        let u: &[V::Element; R] = u[line..].first_chunk().expect("a tile lies in its table");
        let v: &[V::Values; C] = v[place..].first_chunk().expect("a tile lies in its table");
        for r in 0..R {
            let factor = Lanes::of(vector, u[r]);
            for c in 0..C {
                sums[r][c] = Lanes::from_values(vector, v[c]).mul_add(factor, sums[r][c]);
            }
        }
    }
    sums
}
