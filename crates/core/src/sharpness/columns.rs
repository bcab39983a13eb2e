//! The sums of a layer over a panel of rows, for one run: a lane is a row, or in sums over rows an input.
//!
//! Each sum runs over its inputs, outputs or rows in ascending order with one `mul_add` a term, pair by pair where there are
//! two. No sum crosses lanes, so the bits do not depend on how many there are.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::array::from_fn;

use crate::Network;
use crate::lanes::{Lanes, Vector, vectorize};

/// The rows of a panel: a multiple of the lanes of every instruction set.
pub(super) const ROWS: usize = 64;
/// Lists of inputs are filled up with zeros to a multiple of this, which is one of the lanes.
const INPUTS: usize = 8;

/// One number of each row of a panel.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Column(pub [f64; ROWS]);

impl Column {
    pub const ZERO: Column = Column([0.0; ROWS]);

    /// The rows of a vector.
    #[inline(always)]
    pub fn get<V: Vector<Element = f64>>(&self, vector: V, place: usize) -> Lanes<V> {
        Lanes::read(vector, &self.0[place * V::LANES..])
    }

    #[inline(always)]
    pub fn set<V: Vector<Element = f64>>(&mut self, place: usize, value: Lanes<V>) {
        value.write(&mut self.0[place * V::LANES..]);
    }
}

/// The vectors that hold so many rows.
#[inline(always)]
pub(super) fn vectors<V: Vector<Element = f64>>(rows: usize) -> std::ops::Range<usize> {
    0..rows.div_ceil(V::LANES)
}

/// Weights, and what each of their inputs is in every row.
#[derive(Clone, Copy)]
pub(super) struct Weighted<'a> {
    weights: &'a [f64],
    /// The distance between the weights of two sums.
    by_sum: usize,
    /// The distance between the weights of two terms.
    by_term: usize,
    inputs: &'a [Column],
}

impl<'a> Weighted<'a> {
    /// The weights of a layer, summed over what goes into it.
    pub fn forwards(network: &Network, layer: usize, parameters: &'a [f64], inputs: &'a [Column]) -> Weighted<'a> {
        Weighted { weights: &parameters[network.weights(layer)], by_sum: network.fan_in(layer), by_term: 1, inputs }
    }

    /// The weights of a layer, summed over δ of its outputs.
    pub fn backwards(network: &Network, layer: usize, parameters: &'a [f64], deltas: &'a [Column]) -> Weighted<'a> {
        let (weights, by_term) = (&parameters[network.weights(layer)], network.fan_in(layer));
        Weighted { weights, by_sum: 1, by_term, inputs: deltas }
    }
}

/// `sums[k] = Σ_i weight[k][i] inputs[i]`, over the terms of one pair after the other.
pub(super) fn weighted_sums<V: Vector<Element = f64>>(
    vector: V,
    rows: usize,
    pairs: &[Weighted<'_>],
    sums: &mut [Column],
) {
    vectorize(
        vector,
        #[inline(always)]
        || {
            let mut first = 0;
            while first < sums.len() {
                let width = strip::<V>(sums.len() - first);
                match width {
                    4 => sums_of_strip::<V, 4>(vector, rows, pairs, first, sums),
                    2 => sums_of_strip::<V, 2>(vector, rows, pairs, first, sums),
                    _ => sums_of_strip::<V, 1>(vector, rows, pairs, first, sums),
                }
                first += width;
            }
        },
    );
}

#[inline(always)]
fn sums_of_strip<V: Vector<Element = f64>, const K: usize>(
    vector: V,
    rows: usize,
    pairs: &[Weighted<'_>],
    first: usize,
    sums: &mut [Column],
) {
    let vectors = vectors::<V>(rows).end;
    let mut place = 0;
    while place < vectors {
        match vectors - place {
            1 => sums_of_tile::<V, K, 1>(vector, place, pairs, first, sums),
            2 => sums_of_tile::<V, K, 2>(vector, place, pairs, first, sums),
            3 => sums_of_tile::<V, K, 3>(vector, place, pairs, first, sums),
            _ => sums_of_tile::<V, K, 4>(vector, place, pairs, first, sums),
        }
        place += 4;
    }
}

#[inline(always)]
fn sums_of_tile<V: Vector<Element = f64>, const K: usize, const R: usize>(
    vector: V,
    place: usize,
    pairs: &[Weighted<'_>],
    first: usize,
    sums: &mut [Column],
) {
    let mut tile = [[Lanes::splat(vector, 0.0); R]; K];
    for &Weighted { weights, by_sum, by_term, inputs } in pairs {
        for (i, column) in inputs.iter().enumerate() {
            let rows: [Lanes<V>; R] = from_fn(
                #[inline(always)]
                |r| column.get(vector, place + r),
            );
            for k in 0..K {
                let weight = Lanes::splat(vector, weights[(first + k) * by_sum + i * by_term]);
                for r in 0..R {
                    tile[k][r] = weight.mul_add(rows[r], tile[k][r]);
                }
            }
        }
    }
    for k in 0..K {
        for r in 0..R {
            sums[first + k].set(place + r, tile[k][r]);
        }
    }
}

/// How many sums are taken together where so many are left. AVX2 has 16 registers, the others have 32.
#[inline(always)]
fn strip<V: Vector<Element = f64>>(left: usize) -> usize {
    match left {
        0 | 1 => 1,
        4.. if V::LANES != 4 => 4,
        _ => 2,
    }
}

/// The inputs of each row, side by side.
pub(super) struct ByRow {
    /// Inputs of a row, with those that fill it up.
    stride: usize,
    numbers: Vec<f64>,
}

impl ByRow {
    /// A panel of rows of so many inputs, all 0.
    pub fn new(inputs: usize) -> ByRow {
        let stride = padded(inputs);
        ByRow { stride, numbers: vec![0.0; stride * ROWS] }
    }

    /// Takes over what columns hold in their first rows.
    pub fn fill(&mut self, columns: &[Column], rows: usize) {
        for (start, some) in columns.chunks(INPUTS).enumerate() {
            for (row, own) in self.numbers.chunks_exact_mut(self.stride).take(rows).enumerate() {
                own[start * INPUTS..].iter_mut().zip(some).for_each(|(input, column)| *input = column.0[row]);
            }
        }
    }
}

/// The length of a list of so many inputs that is filled up.
pub(super) fn padded(inputs: usize) -> usize {
    inputs.next_multiple_of(INPUTS)
}

/// Adds `Σ_row deltas[k][row] inputs[row]` of each pair to the rows of `gradient`, which are filled up as lists of inputs are.
pub(super) fn add_products<V: Vector<Element = f64>, const P: usize>(
    vector: V,
    rows: usize,
    pairs: [(&[Column], &ByRow); P],
    gradient: &mut [f64],
) {
    let stride = pairs[0].1.stride;
    let (outputs, vectors) = (gradient.len() / stride, stride / V::LANES);
    vectorize(
        vector,
        #[inline(always)]
        || {
            let mut place = 0;
            while place < vectors {
                let width = strip::<V>(vectors - place);
                match width {
                    4 => products_of_strip::<V, P, 4>(vector, rows, pairs, outputs, place, gradient),
                    2 => products_of_strip::<V, P, 2>(vector, rows, pairs, outputs, place, gradient),
                    _ => products_of_strip::<V, P, 1>(vector, rows, pairs, outputs, place, gradient),
                }
                place += width;
            }
        },
    );
}

#[inline(always)]
fn products_of_strip<V: Vector<Element = f64>, const P: usize, const C: usize>(
    vector: V,
    rows: usize,
    pairs: [(&[Column], &ByRow); P],
    outputs: usize,
    place: usize,
    gradient: &mut [f64],
) {
    let mut out = 0;
    while out < outputs {
        match outputs - out {
            1 => products_of_tile::<V, P, 1, C>(vector, rows, pairs, out, place, gradient),
            2 => products_of_tile::<V, P, 2, C>(vector, rows, pairs, out, place, gradient),
            3 => products_of_tile::<V, P, 3, C>(vector, rows, pairs, out, place, gradient),
            _ => products_of_tile::<V, P, 4, C>(vector, rows, pairs, out, place, gradient),
        }
        out += 4;
    }
}

#[inline(always)]
fn products_of_tile<V: Vector<Element = f64>, const P: usize, const O: usize, const C: usize>(
    vector: V,
    rows: usize,
    pairs: [(&[Column], &ByRow); P],
    out: usize,
    place: usize,
    gradient: &mut [f64],
) {
    let stride = pairs[0].1.stride;
    let at = |o: usize, c: usize| (out + o) * stride + (place + c) * V::LANES;
    let mut tile: [[Lanes<V>; C]; O] = from_fn(
        #[inline(always)]
        |o| {
            from_fn(
                #[inline(always)]
                |c| Lanes::read(vector, &gradient[at(o, c)..]),
            )
        },
    );
    let deltas: [[&Column; O]; P] = from_fn(|p| from_fn(|o| &pairs[p].0[out + o]));
    let inputs: [&[f64]; P] = from_fn(|p| &pairs[p].1.numbers[place * V::LANES..]);
    for row in 0..rows {
        for p in 0..P {
            let inputs = &inputs[p][row * stride..][..C * V::LANES];
            let inputs: [Lanes<V>; C] = from_fn(
                #[inline(always)]
                |c| Lanes::read(vector, &inputs[c * V::LANES..]),
            );
            for o in 0..O {
                let delta = Lanes::splat(vector, deltas[p][o].0[row]);
                for c in 0..C {
                    tile[o][c] = delta.mul_add(inputs[c], tile[o][c]);
                }
            }
        }
    }
    for o in 0..O {
        for c in 0..C {
            tile[o][c].write(&mut gradient[at(o, c)..]);
        }
    }
}

/// Adds `Σ_row columns[k][row]` to each of the sums; eight at a time, as each waits for its last term.
pub(super) fn add_rows(rows: usize, columns: &[Column], sums: &mut [f64]) {
    for (columns, sums) in columns.chunks(8).zip(sums.chunks_mut(8)) {
        for row in 0..rows {
            sums.iter_mut().zip(columns).for_each(|(sum, column)| *sum += column.0[row]);
        }
    }
}
