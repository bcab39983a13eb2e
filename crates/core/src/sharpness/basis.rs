//! Directions at right angles to one another, each of length 1.
//!
//! Of a vector the parts along all directions are found at once, a lane for each direction, and taken off, a lane for each
//! entry: both sums keep their ascending order. So each direction is kept twice, once for either.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::array::from_fn;

use crate::lanes::{Lanes, Vector, vectorize};

/// Directions that lie side by side: a multiple of the lanes of every instruction set.
const BESIDE: usize = 8;
/// Entries that are taken together: of two of the widest vectors at least.
const ENTRIES: usize = 32;

pub(super) struct Basis {
    size: usize,
    /// `[direction][entry]`, filled up with zeros to whole groups of [`ENTRIES`].
    directions: Vec<Vec<f64>>,
    /// `[direction / 8][entry][direction % 8]`.
    beside: Vec<Vec<f64>>,
}

impl Basis {
    /// No direction yet, of vectors with so many entries.
    pub fn new(size: usize) -> Basis {
        Basis { size, directions: Vec::new(), beside: Vec::new() }
    }

    /// A vector of zeros, filled up as those of the basis are.
    pub fn zeros(&self) -> Vec<f64> {
        vec![0.0; self.size.next_multiple_of(ENTRIES)]
    }

    /// The entries of the last direction.
    pub fn last(&self) -> &[f64] {
        self.directions.last().map_or(&[], |direction| &direction[..self.size])
    }

    /// Adds the direction of a vector.
    pub fn push(&mut self, entries: &[f64], length: f64) {
        let direction: Vec<f64> = entries.iter().map(|x| x / length).collect();
        let place = self.directions.len() % BESIDE;
        if place == 0 {
            self.beside.push(vec![0.0; self.size * BESIDE]);
        }
        let beside = self.beside.last_mut().expect("there is one for every eight directions");
        beside.chunks_exact_mut(BESIDE).zip(&direction).for_each(|(own, &x)| own[place] = x);
        self.directions.push(direction);
    }

    /// Leaves in `parts` the products of a vector with each direction.
    pub fn parts<V: Vector<Element = f64>>(&self, vector: V, entries: &[f64], parts: &mut Vec<f64>) {
        parts.clear();
        vectorize(
            vector,
            #[inline(always)]
            || {
                for some in self.beside.chunks(4) {
                    match some {
                        [a, b, c, d] => parts_along(vector, &entries[..self.size], [a, b, c, d], parts),
                        [a, b, c] => parts_along(vector, &entries[..self.size], [a, b, c], parts),
                        [a, b] => parts_along(vector, &entries[..self.size], [a, b], parts),
                        [a] => parts_along(vector, &entries[..self.size], [a], parts),
                        _ => {}
                    }
                }
            },
        );
        parts.truncate(self.directions.len());
    }

    /// Takes so much of each direction off a vector. Returns the square of the length of what is left.
    pub fn remove<V: Vector<Element = f64>>(&self, vector: V, parts: &[f64], entries: &mut [f64]) -> f64 {
        let mut square = 0.0;
        vectorize(
            vector,
            #[inline(always)]
            || {
                for (group, own) in entries.chunks_exact_mut(ENTRIES).enumerate() {
                    match V::LANES {
                        8 => self.remove_from::<V, 4>(vector, parts, group, own),
                        4 => self.remove_from::<V, 8>(vector, parts, group, own),
                        2 => self.remove_from::<V, 16>(vector, parts, group, own),
                        _ => self.remove_from::<V, 32>(vector, parts, group, own),
                    }
                    own.iter().for_each(|x| square = x.mul_add(*x, square));
                }
            },
        );
        square
    }

    /// `N` vectors are a group of entries.
    #[inline(always)]
    fn remove_from<V: Vector<Element = f64>, const N: usize>(
        &self,
        vector: V,
        parts: &[f64],
        group: usize,
        own: &mut [f64],
    ) {
        let mut left: [Lanes<V>; N] = from_fn(
            #[inline(always)]
            |n| Lanes::read(vector, &own[n * V::LANES..]),
        );
        for (direction, &part) in self.directions.iter().zip(parts) {
            let part = Lanes::splat(vector, -part);
            let direction = &direction[group * ENTRIES..][..ENTRIES];
            for n in 0..N {
                left[n] = part.mul_add(Lanes::read(vector, &direction[n * V::LANES..]), left[n]);
            }
        }
        for n in 0..N {
            left[n].write(&mut own[n * V::LANES..]);
        }
    }
}

/// Adds to `parts` the products of a vector with the directions of some groups.
#[inline(always)]
fn parts_along<V: Vector<Element = f64>, const G: usize>(
    vector: V,
    entries: &[f64],
    groups: [&Vec<f64>; G],
    parts: &mut Vec<f64>,
) {
    match V::LANES {
        8 => parts_of::<V, G, 1>(vector, entries, groups, parts),
        4 => parts_of::<V, G, 2>(vector, entries, groups, parts),
        2 => parts_of::<V, G, 4>(vector, entries, groups, parts),
        _ => parts_of::<V, G, 8>(vector, entries, groups, parts),
    }
}

/// `N` vectors are a group of directions.
#[inline(always)]
fn parts_of<V: Vector<Element = f64>, const G: usize, const N: usize>(
    vector: V,
    entries: &[f64],
    groups: [&Vec<f64>; G],
    parts: &mut Vec<f64>,
) {
    let mut sums = [[Lanes::splat(vector, 0.0); N]; G];
    let groups: [&[f64]; G] = groups.map(|group| &group[..entries.len() * BESIDE]);
    for (entry, &x) in entries.iter().enumerate() {
        let x = Lanes::splat(vector, x);
        for g in 0..G {
            let directions = &groups[g][entry * BESIDE..][..BESIDE];
            for n in 0..N {
                sums[g][n] = x.mul_add(Lanes::read(vector, &directions[n * V::LANES..]), sums[g][n]);
            }
        }
    }
    sums.iter().flatten().for_each(|sum| parts.extend_from_slice(sum.as_slice()));
}
