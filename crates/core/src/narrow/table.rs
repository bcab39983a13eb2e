//! Rows of units: what goes into a layer, and what it leaves in the rows of a panel.

#![allow(clippy::needless_range_loop, clippy::manual_memcpy, reason = "sums named one by one stay in registers")]

use std::ops::Range;

use crate::lanes::{Buffer, Lanes, Vector, buffer};

/// What goes into a layer, row by row.
pub(crate) trait Inputs<V: Vector>: Copy {
    type Row: Row<V>;
    fn row(self, row: usize) -> Self::Row;
    /// Row after row, each from an input on: for tiles that go over rows, at the cost of one check each.
    fn from(self, input: usize) -> impl Iterator<Item = Self::Row>;
}

/// The inputs of one row.
pub(crate) trait Row<V: Vector>: Copy {
    /// The inputs from `start` on.
    fn part(self, part: Range<usize>) -> Self;
    fn at(self, input: usize) -> Lanes<V>;
    /// So many inputs from `start` on.
    fn some<const C: usize>(self, start: usize) -> [Lanes<V>; C];
}

impl<V: Vector> Row<V> for &[Lanes<V>] {
    #[inline(always)]
    fn part(self, part: Range<usize>) -> Self {
        &self[part]
    }
    #[inline(always)]
    fn at(self, input: usize) -> Lanes<V> {
        self[input]
    }
    #[inline(always)]
    fn some<const C: usize>(self, start: usize) -> [Lanes<V>; C] {
        *self[start..].first_chunk().expect("a tile lies in its row")
    }
}

/// A table of units by the rows of a panel: `[row][unit]`, rows `stride` apart.
pub(crate) struct Table<V: Vector> {
    units: usize,
    stride: usize,
    values: Buffer<V>,
}

impl<V: Vector> Table<V> {
    pub fn new(panel: usize, units: usize, zero: Lanes<V>) -> Table<V> {
        // An odd distance between long rows spreads a column over the sets of a cache.
        let stride = if units >= 32 { units | 1 } else { units };
        Table { units, stride, values: buffer(zero, panel * stride) }
    }

    /// The units of a row.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[Lanes<V>] {
        &self.values[row * self.stride..][..self.units]
    }

    #[inline(always)]
    pub fn row_mut(&mut self, row: usize) -> &mut [Lanes<V>] {
        &mut self.values[row * self.stride..][..self.units]
    }

    /// `C` units of a row.
    #[inline(always)]
    pub fn units<const C: usize>(&self, row: usize, unit: usize) -> &[Lanes<V>; C] {
        self.row(row)[unit..].first_chunk().expect("a tile lies in its table")
    }

    #[inline(always)]
    fn units_mut<const C: usize>(&mut self, row: usize, unit: usize) -> &mut [Lanes<V>; C] {
        self.row_mut(row)[unit..].first_chunk_mut().expect("a tile lies in its table")
    }

    /// Sums that begin with the tile at a place; in every row with `first` where that is given.
    #[inline(always)]
    pub fn sums<const R: usize, const C: usize>(
        &self,
        first: Option<[Lanes<V>; C]>,
        zero: Lanes<V>,
        row: usize,
        unit: usize,
    ) -> Tile<V, R, C> {
        let mut sums = match first {
            Some(first) => [first; R],
            None => [[zero; C]; R],
        };
        if first.is_none() {
            for r in 0..R {
                let units = self.units::<C>(row + r, unit);
                for c in 0..C {
                    sums[r][c] = units[c];
                }
            }
        }
        sums
    }

    /// Fills the tile at a place.
    #[inline(always)]
    pub fn set<const R: usize, const C: usize>(
        &mut self,
        row: usize,
        unit: usize,
        value: impl Fn(usize, usize) -> Lanes<V>,
    ) {
        for r in 0..R {
            let units = self.units_mut::<C>(row + r, unit);
            for c in 0..C {
                units[c] = value(r, c);
            }
        }
    }
}

/// Sums that stay in registers.
pub(crate) type Tile<V, const R: usize, const C: usize> = [[Lanes<V>; C]; R];

impl<'a, V: Vector> Inputs<V> for &'a Table<V> {
    type Row = &'a [Lanes<V>];
    #[inline(always)]
    fn row(self, row: usize) -> &'a [Lanes<V>] {
        self.row(row)
    }
    #[inline(always)]
    fn from(self, input: usize) -> impl Iterator<Item = &'a [Lanes<V>]> {
        self.values[input..].chunks(self.stride)
    }
}
