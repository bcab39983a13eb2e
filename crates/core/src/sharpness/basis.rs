//! Directions at right angles to one another, each of length 1.
//!
//! A sum over entries is of 32 parts, each over every 32nd entry in ascending order; then the upper half of the parts is
//! added to the lower half, until one is left. So a lane is an entry, with the same bits for any number of lanes.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::array::from_fn;
use std::ops::Range;

use super::numbers::{Numbers, zeros};
use crate::lanes::{Lanes, Vector, vectorize};

/// The parts of a sum: [`TAKEN`] of the widest vectors.
const PARTS: usize = 32;
/// Vectors that are taken together.
const TAKEN: usize = 4;

pub(super) struct Basis {
    size: usize,
    /// `[direction][entry]`, filled up with zeros to whole groups of [`PARTS`]. Those behind the first `count` are memory for
    /// more.
    directions: Vec<Numbers>,
    count: usize,
}

impl Basis {
    /// No direction yet, of vectors with so many entries.
    pub fn new(size: usize) -> Basis {
        Basis { size, directions: Vec::new(), count: 0 }
    }

    /// A vector of zeros, filled up as those of the basis are.
    pub fn zeros(&self) -> Numbers {
        zeros(self.size.next_multiple_of(PARTS))
    }

    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// How many directions there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The entries of the last direction.
    pub fn last(&self) -> &[f64] {
        self.directions[..self.count].last().map_or(&[], |direction| &direction[..self.size])
    }

    /// Adds the direction of a vector.
    pub fn push<V: Vector<Element = f64>>(&mut self, vector: V, entries: &[f64], length: f64) {
        if self.directions.len() == self.count {
            self.directions.push(self.zeros());
        }
        let direction = &mut self.directions[self.count];
        self.count += 1;
        vectorize(
            vector,
            #[inline(always)]
            || direction.iter_mut().zip(entries).for_each(|(own, x)| *own = x / length),
        );
    }

    /// Leaves in `parts` the products of a vector with some of the directions.
    pub fn parts<V: Vector<Element = f64>>(&self, vector: V, of: Range<usize>, entries: &[f64], parts: &mut Vec<f64>) {
        parts.clear();
        vectorize(
            vector,
            #[inline(always)]
            || {
                let mut left = &self.directions[of];
                while !left.is_empty() {
                    let taken = match left {
                        // AVX2 has 16 registers, the others have 32.
                        [a, b, c, d, ..] if V::LANES != 4 => parts_along(vector, entries, [a, b, c, d], parts),
                        [a, b, ..] => parts_along(vector, entries, [a, b], parts),
                        [a, ..] => parts_along(vector, entries, [a], parts),
                        [] => 0,
                    };
                    left = &left[taken..];
                }
            },
        );
    }

    /// Takes so much of each of some directions off a vector. Returns the square of the length of what is left.
    pub fn remove<V: Vector<Element = f64>>(
        &self,
        vector: V,
        of: Range<usize>,
        parts: &[f64],
        entries: &mut [f64],
    ) -> f64 {
        let mut squares = [0.0; PARTS];
        vectorize(
            vector,
            #[inline(always)]
            || {
                let directions = &self.directions[of];
                for start in (0..PARTS).step_by(TAKEN * V::LANES) {
                    let mut sums = [Lanes::splat(vector, 0.0); TAKEN];
                    for (group, own) in entries.chunks_exact_mut(PARTS).enumerate() {
                        let own = &mut own[start..];
                        let mut left = vectors(vector, own);
                        for (direction, &part) in directions.iter().zip(parts) {
                            let part = Lanes::splat(vector, -part);
                            let entries = vectors(vector, &direction[group * PARTS + start..]);
                            for n in 0..TAKEN {
                                left[n] = part.mul_add(entries[n], left[n]);
                            }
                        }
                        write(left, own);
                        for n in 0..TAKEN {
                            sums[n] = left[n].mul_add(left[n], sums[n]);
                        }
                    }
                    write(sums, &mut squares[start..]);
                }
            },
        );
        whole(squares)
    }
}

/// The square of a vector's length, its entries filled up as those of a basis are.
pub(super) fn square<V: Vector<Element = f64>>(vector: V, entries: &[f64]) -> f64 {
    let mut squares = Vec::new();
    vectorize(
        vector,
        #[inline(always)]
        || parts_along(vector, entries, [entries], &mut squares),
    );
    squares[0]
}

/// Adds to `parts` the products of a vector with some directions. Returns how many those are.
#[inline(always)]
fn parts_along<V: Vector<Element = f64>, const D: usize>(
    vector: V,
    entries: &[f64],
    directions: [&[f64]; D],
    parts: &mut Vec<f64>,
) -> usize {
    let mut sums = [[0.0; PARTS]; D];
    let directions = directions.map(|direction| &direction[..entries.len()]);
    for start in (0..PARTS).step_by(TAKEN * V::LANES) {
        let mut own = [[Lanes::splat(vector, 0.0); TAKEN]; D];
        for group in 0..entries.len() / PARTS {
            let from = group * PARTS + start;
            let entries = vectors(vector, &entries[from..]);
            for d in 0..D {
                let direction = vectors(vector, &directions[d][from..]);
                for n in 0..TAKEN {
                    own[d][n] = entries[n].mul_add(direction[n], own[d][n]);
                }
            }
        }
        for d in 0..D {
            write(own[d], &mut sums[d][start..]);
        }
    }
    parts.extend(sums.map(whole));
    D
}

/// The first vectors of some numbers.
#[inline(always)]
fn vectors<V: Vector<Element = f64>>(vector: V, numbers: &[f64]) -> [Lanes<V>; TAKEN] {
    let numbers = &numbers[..TAKEN * V::LANES];
    from_fn(
        #[inline(always)]
        |n| Lanes::read(vector, &numbers[n * V::LANES..]),
    )
}

/// Writes vectors over the first of some numbers.
#[inline(always)]
fn write<V: Vector<Element = f64>>(vectors: [Lanes<V>; TAKEN], numbers: &mut [f64]) {
    let numbers = &mut numbers[..TAKEN * V::LANES];
    for n in 0..TAKEN {
        vectors[n].write(&mut numbers[n * V::LANES..]);
    }
}

/// The sum of its parts.
#[inline(always)]
fn whole(mut parts: [f64; PARTS]) -> f64 {
    let mut half = PARTS / 2;
    while half > 0 {
        for part in 0..half {
            parts[part] += parts[part + half];
        }
        half /= 2;
    }
    parts[0]
}
