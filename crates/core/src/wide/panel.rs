//! What the rows of a panel leave in a layer, with a unit to a lane.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use aligned_vec::{AVec, ConstAlign};
use pulp::Simd;

use crate::lanes::Lanes;

/// A table of units by the rows of a panel: `[row][unit]`, every row padded to whole vectors. What stands in the padding
/// means nothing.
pub(crate) struct Panel<S: Simd> {
    simd: S,
    /// Vectors that a row has.
    vectors: usize,
    /// Vectors from a row to the next.
    stride: usize,
    numbers: AVec<f64, ConstAlign<64>>,
}

/// Sums that stay in registers.
pub(super) type Tile<S, const R: usize, const C: usize> = [[Lanes<S>; C]; R];

impl<S: Simd> Panel<S> {
    pub fn new(simd: S, rows: usize, units: usize) -> Panel<S> {
        let vectors = units.div_ceil(S::F64_LANES);
        // An odd number of cache lines between rows spreads a column over the sets of a cache.
        let in_line = (8 / S::F64_LANES).max(1);
        let stride = (vectors.div_ceil(in_line) | 1) * in_line;
        Panel { simd, vectors, stride, numbers: AVec::from_iter(64, (0..rows * stride * S::F64_LANES).map(|_| 0.0)) }
    }

    /// Numbers from a row to the next.
    #[inline(always)]
    pub fn stride(&self) -> usize {
        self.stride * S::F64_LANES
    }

    /// Row after row, [`stride`](Self::stride) apart.
    #[inline(always)]
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// The numbers of a row.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.numbers[row * self.stride()..][..self.vectors * S::F64_LANES]
    }

    #[inline(always)]
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        let (stride, length) = (self.stride(), self.vectors * S::F64_LANES);
        &mut self.numbers[row * stride..][..length]
    }

    /// The vectors of all rows, as many from a row to the next as the second number says.
    #[inline(always)]
    pub fn vectors(&self) -> (&[S::f64s], usize) {
        (S::as_simd_f64s(&self.numbers).0, self.stride)
    }

    #[inline(always)]
    fn vectors_mut(&mut self) -> &mut [S::f64s] {
        S::as_mut_simd_f64s(&mut self.numbers).0
    }

    /// The sums at a place.
    #[inline(always)]
    pub fn tile<const R: usize, const C: usize>(&self, row: usize, vector: usize) -> Tile<S, R, C> {
        let zero = Lanes::splat(self.simd, 0.0);
        let mut sums = [[zero; C]; R];
        let (vectors, stride) = self.vectors();
        for r in 0..R {
            let own = &vectors[(row + r) * stride + vector..][..C];
            for c in 0..C {
                sums[r][c] = Lanes::of(self.simd, own[c]);
            }
        }
        sums
    }

    #[inline(always)]
    pub fn set_tile<const R: usize, const C: usize>(&mut self, row: usize, vector: usize, sums: &Tile<S, R, C>) {
        let stride = self.stride;
        let vectors = self.vectors_mut();
        for r in 0..R {
            let own = &mut vectors[(row + r) * stride + vector..][..C];
            for c in 0..C {
                own[c] = sums[r][c].vector();
            }
        }
    }

    /// Replaces every vector of the first rows.
    #[inline(always)]
    pub fn map(&mut self, rows: usize, function: impl Fn(usize, usize, Lanes<S>) -> Lanes<S>) {
        let (simd, count, stride) = (self.simd, self.vectors, self.stride);
        for (row, own) in self.vectors_mut().chunks_exact_mut(stride).take(rows).enumerate() {
            for (place, vector) in own[..count].iter_mut().enumerate() {
                *vector = function(row, place, Lanes::of(simd, *vector)).vector();
            }
        }
    }

    /// Replaces every vector of the first rows of two tables of the same size.
    #[inline(always)]
    pub fn map_two(
        &mut self,
        other: &mut Panel<S>,
        rows: usize,
        function: impl Fn(Lanes<S>, Lanes<S>) -> (Lanes<S>, Lanes<S>),
    ) {
        let (simd, count, stride) = (self.simd, self.vectors, self.stride);
        let pairs = self.vectors_mut().chunks_exact_mut(stride).zip(other.vectors_mut().chunks_exact_mut(stride));
        for (one, other) in pairs.take(rows) {
            for (one, other) in one[..count].iter_mut().zip(&mut other[..count]) {
                let (first, second) = function(Lanes::of(simd, *one), Lanes::of(simd, *other));
                (*one, *other) = (first.vector(), second.vector());
            }
        }
    }
}
