//! What the rows of a panel leave in a layer, with a unit to a lane.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::ops::Range;

use crate::lanes::{Lanes, Vector};
use aligned_vec::{AVec, ConstAlign};

/// A table of units by the rows of a panel: `[row][unit]`, every row padded to whole vectors. What stands in the padding
/// means nothing.
pub(crate) struct Panel<V: Vector> {
    vector: V,
    /// Vectors that a row has.
    vectors: usize,
    /// Vectors from a row to the next.
    stride: usize,
    numbers: AVec<V::Element, ConstAlign<64>>,
}

/// Bytes of a cache line.
const LINE: usize = 64;

/// Sums that stay in registers.
pub(super) type Tile<V, const R: usize, const C: usize> = [[Lanes<V>; C]; R];

impl<V: Vector> Panel<V> {
    pub fn new(vector: V, rows: usize, units: usize) -> Panel<V> {
        let vectors = units.div_ceil(V::LANES);
        // An odd number of cache lines between rows spreads a column over the sets of a cache.
        let in_line = (LINE / size_of::<V::Values>()).max(1);
        let stride = (vectors.div_ceil(in_line) | 1) * in_line;
        Panel {
            vector,
            vectors,
            stride,
            numbers: AVec::from_iter(64, (0..rows * stride * V::LANES).map(|_| V::Element::default())),
        }
    }

    /// Numbers from a row to the next.
    #[inline(always)]
    pub fn stride(&self) -> usize {
        self.stride * V::LANES
    }

    /// Row after row, [`stride`](Self::stride) apart.
    #[inline(always)]
    pub fn numbers(&self) -> &[V::Element] {
        &self.numbers
    }

    /// The numbers of a row.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[V::Element] {
        &self.numbers[row * self.stride()..][..self.vectors * V::LANES]
    }

    #[inline(always)]
    pub fn row_mut(&mut self, row: usize) -> &mut [V::Element] {
        let (stride, length) = (self.stride(), self.vectors * V::LANES);
        &mut self.numbers[row * stride..][..length]
    }

    /// The vectors of all rows, as many from a row to the next as the second number says.
    #[inline(always)]
    pub fn vectors(&self) -> (&[V::Values], usize) {
        (bytemuck::cast_slice(&self.numbers), self.stride)
    }

    #[inline(always)]
    fn vectors_mut(&mut self) -> &mut [V::Values] {
        bytemuck::cast_slice_mut(&mut self.numbers)
    }

    /// The sums at a place.
    #[inline(always)]
    pub fn tile<const R: usize, const C: usize>(&self, row: usize, place: usize) -> Tile<V, R, C> {
        let zero = Lanes::splat(self.vector, 0.0);
        let mut sums = [[zero; C]; R];
        let (vectors, stride) = self.vectors();
        for r in 0..R {
            let own = &vectors[(row + r) * stride + place..][..C];
            for c in 0..C {
                sums[r][c] = Lanes::from_values(self.vector, own[c]);
            }
        }
        sums
    }

    #[inline(always)]
    pub fn set_tile<const R: usize, const C: usize>(&mut self, row: usize, place: usize, sums: &Tile<V, R, C>) {
        let stride = self.stride;
        let vectors = self.vectors_mut();
        for r in 0..R {
            let own = &mut vectors[(row + r) * stride + place..][..C];
            for c in 0..C {
                own[c] = sums[r][c].values();
            }
        }
    }

    /// The vectors of a row from a place on, so many.
    #[inline(always)]
    pub fn part(&self, row: usize, place: usize, count: usize) -> &[V::Values] {
        let (vectors, stride) = self.vectors();
        &vectors[row * stride + place..][..count]
    }

    /// Replaces some vectors of the first rows, from a place on, and those of another table of the same size.
    #[inline(always)]
    pub fn replace(
        &mut self,
        other: &mut Panel<V>,
        rows: usize,
        places: Range<usize>,
        function: impl Fn(Lanes<V>) -> (Lanes<V>, Lanes<V>),
    ) {
        let (vector, stride) = (self.vector, self.stride);
        let pairs = self.vectors_mut().chunks_exact_mut(stride).zip(other.vectors_mut().chunks_exact_mut(stride));
        for (one, other) in pairs.take(rows) {
            for (one, other) in one[places.clone()].iter_mut().zip(&mut other[places.clone()]) {
                let (first, second) = function(Lanes::from_values(vector, *one));
                (*one, *other) = (first.values(), second.values());
            }
        }
    }
}
