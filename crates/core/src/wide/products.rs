//! The two products of a layer where a lane is a unit, over the rows of a panel:
//!
//! ```text
//! z[row][column]      = first[column] + Σ_term  a[row][term] M[term][column]
//! G[line][column]    += Σ_row  u[row][line] v[row][column]
//! ```
//!
//! Each is taken in tiles of 6 rows × 4 vectors of sums that stay in registers (AVX2: 6 × 2), narrower along the edges. Every sum
//! keeps its ascending order, with one `mul_add` a term.

#![allow(clippy::needless_range_loop, clippy::manual_memcpy, reason = "sums named one by one stay in registers")]

use super::panel::Panel;
use super::strips::{Strip, Strips, widest};
use crate::lanes::{self, Lanes, Tile, Vector, vectorize};

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

/// What is put into a panel where the sums of a product are finished.
pub(super) trait Finish<V: Vector> {
    /// From the sums of a tile, whose first row and first vector in it are given.
    fn finish<const R: usize, const C: usize>(
        &self,
        place: (usize, usize),
        sums: Tile<V, R, C>,
        target: &Panel<V>,
    ) -> Tile<V, R, C>;
}

/// Puts what `finish` makes of `first + a M` into the columns of a strip for the first rows of a panel; without `first` of `a M`.
pub(super) fn product<V: Vector>(
    vector: V,
    rows: usize,
    inputs: &Panel<V>,
    (strip, matrix): (&Strip, &[Lanes<V>]),
    first: Option<&[Lanes<V>]>,
    target: &mut Panel<V>,
    finish: &impl Finish<V>,
) {
    vectorize(
        vector,
        #[inline(always)]
        || {
            let own = &matrix[strip.range.clone()];
            tiles!(rows, strip.width, |row, R, C| {
                let start: [Lanes<V>; C] = match first {
                    Some(first) => *first[strip.place..].first_chunk().expect("a tile lies in its layer"),
                    None => [Lanes::splat(vector, 0.0); C],
                };
                let sums = product_tile::<V, R, C>(vector, [start; R], row, inputs, own);
                let tile = finish.finish((row, strip.place), sums, target);
                target.set_tile(row, strip.place, &tile);
            });
        },
    );
}

#[inline(always)]
fn product_tile<V: Vector, const R: usize, const C: usize>(
    vector: V,
    mut sums: Tile<V, R, C>,
    row: usize,
    inputs: &Panel<V>,
    strip: &[Lanes<V>],
) -> Tile<V, R, C> {
    let weights = strip.as_chunks::<C>().0;
    let first = &inputs.numbers()[row * inputs.stride()..];
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
    let lines = lanes::rows(lines.numbers(), lines.stride());
    let (vectors, stride) = columns.vectors();
    for (u, v) in lines.zip(lanes::rows(vectors, stride)).take(rows) {
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
