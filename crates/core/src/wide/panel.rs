//! What the rows of a panel leave in a layer, with a unit to a lane.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::array::from_fn;
use std::ops::Range;

use crate::lanes::{Tile, Vector, rows, rows_mut};
use aligned_vec::{AVec, ConstAlign};

/// A table of units by the rows of a panel: `[row][unit]`, every row padded to whole vectors. What stands in the padding
/// means nothing.
pub(crate) struct Panel<V: Vector> {
    /// Vectors that a row has.
    vectors: usize,
    /// Vectors from a row to the next.
    stride: usize,
    numbers: AVec<V::Element, ConstAlign<64>>,
}

/// Bytes of a cache line.
const LINE: usize = 64;

impl<V: Vector> Panel<V> {
    pub fn new(rows: usize, units: usize) -> Panel<V> {
        let vectors = units.div_ceil(V::LANES);
        // An odd number of cache lines between rows spreads a column over the sets of a cache.
        let in_line = (LINE / size_of::<V::Values>()).max(1);
        let stride = (vectors.div_ceil(in_line) | 1) * in_line;
        Panel {
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

    #[inline(always)]
    pub fn set_tile<const R: usize, const C: usize>(&mut self, row: usize, place: usize, sums: &Tile<V, R, C>) {
        let stride = self.stride;
        let rows = rows_mut(&mut self.vectors_mut()[row * stride..], stride);
        for (row, sums) in rows.zip(sums) {
            let own: &mut [V::Values; C] = row[place..].first_chunk_mut().expect("a tile lies in its table");
            for c in 0..C {
                own[c] = sums[c].values();
            }
        }
    }

    /// Where the rows of the tile at a place are.
    #[inline(always)]
    pub fn places<const R: usize, const C: usize>(&self, row: usize, place: usize) -> [&[V::Values; C]; R] {
        let (vectors, stride) = self.vectors();
        let mut rows = rows(&vectors[row * stride..], stride);
        from_fn(
            #[inline(always)]
            |_| {
                let row = rows.next().expect("a tile lies in its table");
                row[place..].first_chunk().expect("a tile lies in its table")
            },
        )
    }

    /// Some vectors of each row, from a place on.
    #[inline(always)]
    pub fn parts_mut(&mut self, places: Range<usize>) -> impl Iterator<Item = &mut [V::Values]> {
        let stride = self.stride;
        let rows = rows_mut(self.vectors_mut(), stride);
        rows.map(
            #[inline(always)]
            move |row| &mut row[places.clone()],
        )
    }
}
