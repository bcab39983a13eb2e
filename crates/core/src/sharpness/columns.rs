//! The sums of a layer over its inputs or outputs, for one run and a panel of rows: a lane is a row.
//!
//! Each sum runs in ascending order with one `mul_add` a term, pair by pair where there are two. No sum crosses lanes, so the
//! bits do not depend on how many there are.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::array::from_fn;

use super::numbers::{Numbers, zeros};
use crate::Network;
use crate::lanes::{Lanes, Vector, vectorize};

/// The rows of a panel at most.
pub(super) const ROWS: usize = 64;
/// Columns and lists of inputs are filled up to a multiple of this, which is one of the lanes of every instruction set.
pub(super) const FILLED: usize = 8;

/// The length of a column or list of so many numbers that is filled up.
pub(super) fn padded(count: usize) -> usize {
    count.next_multiple_of(FILLED)
}

/// Several numbers of each row of a panel. What is behind the last row means nothing.
#[derive(Clone)]
pub(super) struct Columns {
    /// `[column][row]`, each column filled up.
    numbers: Numbers,
    stride: usize,
}

impl Columns {
    /// So many columns of so many rows, all 0.
    pub fn new(columns: usize, rows: usize) -> Columns {
        let stride = padded(rows);
        Columns { numbers: zeros(columns * stride), stride }
    }

    pub fn len(&self) -> usize {
        self.numbers.len() / self.stride
    }

    /// The distance between two columns.
    pub fn stride(&self) -> usize {
        self.stride
    }

    pub fn column(&self, column: usize) -> &[f64] {
        &self.numbers[column * self.stride..][..self.stride]
    }

    pub fn column_mut(&mut self, column: usize) -> &mut [f64] {
        &mut self.numbers[column * self.stride..][..self.stride]
    }

    /// All columns, one after the other.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    pub fn numbers_mut(&mut self) -> &mut [f64] {
        &mut self.numbers
    }

    /// The rows of a vector.
    #[inline(always)]
    pub fn get<V: Vector<Element = f64>>(&self, vector: V, column: usize, place: usize) -> Lanes<V> {
        Lanes::read(vector, &self.numbers[column * self.stride + place * V::LANES..])
    }

    #[inline(always)]
    pub fn set<V: Vector<Element = f64>>(&mut self, column: usize, place: usize, value: Lanes<V>) {
        value.write(&mut self.numbers[column * self.stride + place * V::LANES..]);
    }
}

/// The vectors that hold so many rows.
#[inline(always)]
pub(super) fn vectors<V: Vector<Element = f64>>(rows: usize) -> std::ops::Range<usize> {
    0..rows.div_ceil(V::LANES)
}

/// Weights of a layer, and what each of their inputs is in every row.
#[derive(Clone, Copy)]
pub(super) struct Weighted<'a> {
    /// `[out][in]`.
    weights: &'a [f64],
    fan_in: usize,
    sums: Sums,
    inputs: &'a Columns,
}

/// What a weight of a layer goes to.
#[derive(Clone, Copy)]
enum Sums {
    /// A sum for each output, over the inputs.
    OfOutputs,
    /// A sum for each input, over the outputs.
    OfInputs,
}

impl<'a> Weighted<'a> {
    /// The weights of a layer, summed over what goes into it.
    pub fn forwards(network: &Network, layer: usize, parameters: &'a [f64], inputs: &'a Columns) -> Weighted<'a> {
        let (weights, fan_in) = (&parameters[network.weights(layer)], network.fan_in(layer));
        Weighted { weights, fan_in, sums: Sums::OfOutputs, inputs }
    }

    /// The weights of a layer, summed over δ of its outputs.
    pub fn backwards(network: &Network, layer: usize, parameters: &'a [f64], deltas: &'a Columns) -> Weighted<'a> {
        let (weights, fan_in) = (&parameters[network.weights(layer)], network.fan_in(layer));
        Weighted { weights, fan_in, sums: Sums::OfInputs, inputs: deltas }
    }
}

/// Takes `Σ_i weight[k][i] inputs[i]` of k < `count`, over the terms of one pair after the other: k, the place of a vector of
/// rows, and its sums.
pub(super) fn weighted_sums<V: Vector<Element = f64>>(
    vector: V,
    rows: usize,
    pairs: &[Weighted<'_>],
    count: usize,
    mut take: impl FnMut(usize, usize, Lanes<V>),
) {
    vectorize(
        vector,
        #[inline(always)]
        || {
            let vectors = vectors::<V>(rows).end;
            let mut place = 0;
            while place < vectors {
                match vectors - place {
                    1 => sums_of_rows::<V, 1>(vector, place, pairs, count, &mut take),
                    2 => sums_of_rows::<V, 2>(vector, place, pairs, count, &mut take),
                    3 => sums_of_rows::<V, 3>(vector, place, pairs, count, &mut take),
                    _ => sums_of_rows::<V, 4>(vector, place, pairs, count, &mut take),
                }
                place += 4;
            }
        },
    );
}

#[inline(always)]
fn sums_of_rows<V: Vector<Element = f64>, const R: usize>(
    vector: V,
    place: usize,
    pairs: &[Weighted<'_>],
    count: usize,
    take: &mut impl FnMut(usize, usize, Lanes<V>),
) {
    let mut first = 0;
    while first < count {
        let width = beside::<V>(R, count - first);
        match width {
            8 if R == 1 => sums_of_tile::<V, 8, R>(vector, place, pairs, first, take),
            4 => sums_of_tile::<V, 4, R>(vector, place, pairs, first, take),
            2 => sums_of_tile::<V, 2, R>(vector, place, pairs, first, take),
            _ => sums_of_tile::<V, 1, R>(vector, place, pairs, first, take),
        }
        first += width;
    }
}

#[inline(always)]
fn sums_of_tile<V: Vector<Element = f64>, const K: usize, const R: usize>(
    vector: V,
    place: usize,
    pairs: &[Weighted<'_>],
    first: usize,
    take: &mut impl FnMut(usize, usize, Lanes<V>),
) {
    let mut tile = [[Lanes::splat(vector, 0.0); R]; K];
    for &Weighted { weights, fan_in, sums, inputs } in pairs {
        let columns = inputs.numbers.chunks_exact(inputs.stride);
        match sums {
            Sums::OfOutputs => {
                let lists: [&[f64]; K] = from_fn(
                    #[inline(always)]
                    |k| &weights[(first + k) * fan_in..][..fan_in],
                );
                for (i, column) in (0..fan_in).zip(columns) {
                    add_term(vector, place, column, lists.map(|list| list[i]), &mut tile);
                }
            }
            Sums::OfInputs => {
                for (list, column) in weights.chunks_exact(fan_in).zip(columns) {
                    let list = &list[first..][..K];
                    add_term(vector, place, column, from_fn(|k| list[k]), &mut tile);
                }
            }
        }
    }
    for k in 0..K {
        for r in 0..R {
            take(first + k, place + r, tile[k][r]);
        }
    }
}

/// Adds a column times a weight each to the sums of a tile.
#[inline(always)]
fn add_term<V: Vector<Element = f64>, const K: usize, const R: usize>(
    vector: V,
    place: usize,
    column: &[f64],
    weights: [f64; K],
    tile: &mut [[Lanes<V>; R]; K],
) {
    let column = &column[place * V::LANES..][..R * V::LANES];
    for k in 0..K {
        let weight = Lanes::splat(vector, weights[k]);
        for r in 0..R {
            tile[k][r] = weight.mul_add(Lanes::read(vector, &column[r * V::LANES..]), tile[k][r]);
        }
    }
}

/// How many sums are taken together where so many are left, with so many vectors for each. AVX2 has 16 registers, the
/// others have 32.
#[inline(always)]
pub(super) fn beside<V: Vector<Element = f64>>(vectors: usize, left: usize) -> usize {
    match left {
        0 | 1 => 1,
        8.. if vectors == 1 => 8,
        4.. if vectors <= 2 || V::LANES != 4 => 4,
        _ => 2,
    }
}
