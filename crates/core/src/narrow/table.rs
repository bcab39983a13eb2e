//! Rows of units: what goes into a layer, and what it leaves in the rows of a panel.

#![allow(clippy::needless_range_loop, clippy::manual_memcpy, reason = "sums named one by one stay in registers")]

use std::array::from_fn;

use crate::lanes::{Buffer, Lanes, Tile, Vector, buffer, rows, rows_mut};

/// What goes into a layer, row by row.
pub(crate) trait Inputs<V: Vector>: Copy {
    type Row: Row<V>;
    /// Row after row from one on, all of one length: so a tile checks it once, not in each row.
    fn rows_from(self, row: usize) -> impl Iterator<Item = Self::Row>;
}

/// The inputs of one row.
pub(crate) trait Row<V: Vector>: Copy {
    /// So many inputs from `start` on.
    fn part(self, start: usize, count: usize) -> Self;
    fn at(self, input: usize) -> Lanes<V>;
    /// The same as a tile has them.
    fn some<const C: usize>(self, start: usize) -> [Lanes<V>; C];
}

impl<V: Vector> Row<V> for &[Lanes<V>] {
    #[inline(always)]
    fn part(self, start: usize, count: usize) -> Self {
        &self[start..][..count]
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

    /// How many units a row has.
    #[inline(always)]
    pub fn units(&self) -> usize {
        self.units
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

    /// Rows from one on, with what lies between them.
    #[inline(always)]
    pub fn rows_from(&self, row: usize) -> impl Iterator<Item = &[Lanes<V>]> {
        rows(&self.values[row * self.stride..], self.stride)
    }

    #[inline(always)]
    pub fn rows_from_mut(&mut self, row: usize) -> impl Iterator<Item = &mut [Lanes<V>]> {
        let stride = self.stride;
        rows_mut(&mut self.values[row * stride..], stride)
    }

    /// Where the rows of the tile at a place are.
    #[inline(always)]
    pub fn places<const R: usize, const C: usize>(&self, row: usize, unit: usize) -> [&[Lanes<V>; C]; R] {
        let mut rows = self.rows_from(row);
        from_fn(
            #[inline(always)]
            |_| {
                let row = rows.next().expect("a tile lies in its table");
                row[unit..].first_chunk().expect("a tile lies in its table")
            },
        )
    }

    /// The tile at a place.
    #[inline(always)]
    pub fn tile<const R: usize, const C: usize>(&self, row: usize, unit: usize) -> Tile<V, R, C> {
        let places: [_; R] = self.places(row, unit);
        from_fn(
            #[inline(always)]
            |r| *places[r],
        )
    }

    /// Fills the tile at a place.
    #[inline(always)]
    pub fn set<const R: usize, const C: usize>(
        &mut self,
        row: usize,
        unit: usize,
        value: impl Fn(usize, usize) -> Lanes<V>,
    ) {
        for (r, row) in self.rows_from_mut(row).take(R).enumerate() {
            let units: &mut [Lanes<V>; C] = row[unit..].first_chunk_mut().expect("a tile lies in its table");
            for c in 0..C {
                units[c] = value(r, c);
            }
        }
    }
}

impl<'a, V: Vector> Inputs<V> for &'a Table<V> {
    type Row = &'a [Lanes<V>];
    #[inline(always)]
    fn rows_from(self, row: usize) -> impl Iterator<Item = &'a [Lanes<V>]> {
        self.rows_from(row)
    }
}
