//! The sums of a layer over a panel of rows, for one run: a lane is a row, or in sums over rows an input.
//!
//! Each sum runs over its inputs, outputs or rows in ascending order with one `mul_add` a term, pair by pair where there are
//! two. No sum crosses lanes, so the bits do not depend on how many there are.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::array::from_fn;

use pulp::Simd;

use crate::Network;
use crate::lanes::{Lanes, vectorize};

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
    pub fn get<S: Simd>(&self, simd: S, vector: usize) -> Lanes<S> {
        Lanes::read(simd, &self.0[vector * S::F64_LANES..])
    }

    #[inline(always)]
    pub fn set<S: Simd>(&mut self, vector: usize, value: Lanes<S>) {
        value.write(&mut self.0[vector * S::F64_LANES..]);
    }
}

/// The vectors that hold so many rows.
#[inline(always)]
pub(super) fn vectors<S: Simd>(rows: usize) -> std::ops::Range<usize> {
    0..rows.div_ceil(S::F64_LANES)
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
pub(super) fn weighted_sums<S: Simd>(simd: S, rows: usize, pairs: &[Weighted<'_>], sums: &mut [Column]) {
    vectorize(
        simd,
        #[inline(always)]
        || {
            let mut first = 0;
            while first < sums.len() {
                let width = strip::<S>(sums.len() - first);
                match width {
                    4 => sums_of_strip::<S, 4>(simd, rows, pairs, first, sums),
                    2 => sums_of_strip::<S, 2>(simd, rows, pairs, first, sums),
                    _ => sums_of_strip::<S, 1>(simd, rows, pairs, first, sums),
                }
                first += width;
            }
        },
    );
}

#[inline(always)]
fn sums_of_strip<S: Simd, const K: usize>(
    simd: S,
    rows: usize,
    pairs: &[Weighted<'_>],
    first: usize,
    sums: &mut [Column],
) {
    let vectors = vectors::<S>(rows).end;
    let mut vector = 0;
    while vector < vectors {
        match vectors - vector {
            1 => sums_of_tile::<S, K, 1>(simd, vector, pairs, first, sums),
            2 => sums_of_tile::<S, K, 2>(simd, vector, pairs, first, sums),
            3 => sums_of_tile::<S, K, 3>(simd, vector, pairs, first, sums),
            _ => sums_of_tile::<S, K, 4>(simd, vector, pairs, first, sums),
        }
        vector += 4;
    }
}

#[inline(always)]
fn sums_of_tile<S: Simd, const K: usize, const R: usize>(
    simd: S,
    vector: usize,
    pairs: &[Weighted<'_>],
    first: usize,
    sums: &mut [Column],
) {
    let mut tile = [[Lanes::splat(simd, 0.0); R]; K];
    for &Weighted { weights, by_sum, by_term, inputs } in pairs {
        for (i, column) in inputs.iter().enumerate() {
            let rows: [Lanes<S>; R] = from_fn(
                #[inline(always)]
                |r| column.get(simd, vector + r),
            );
            for k in 0..K {
                let weight = Lanes::splat(simd, weights[(first + k) * by_sum + i * by_term]);
                for r in 0..R {
                    tile[k][r] = weight.mul_add(rows[r], tile[k][r]);
                }
            }
        }
    }
    for k in 0..K {
        for r in 0..R {
            sums[first + k].set(vector + r, tile[k][r]);
        }
    }
}

/// How many sums are taken together where so many are left. AVX2 has 16 registers, the others have 32.
#[inline(always)]
fn strip<S: Simd>(left: usize) -> usize {
    match left {
        0 | 1 => 1,
        4.. if S::F64_LANES != 4 => 4,
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
pub(super) fn add_products<S: Simd, const P: usize>(
    simd: S,
    rows: usize,
    pairs: [(&[Column], &ByRow); P],
    gradient: &mut [f64],
) {
    let stride = pairs[0].1.stride;
    let (outputs, vectors) = (gradient.len() / stride, stride / S::F64_LANES);
    vectorize(
        simd,
        #[inline(always)]
        || {
            let mut vector = 0;
            while vector < vectors {
                let width = strip::<S>(vectors - vector);
                match width {
                    4 => products_of_strip::<S, P, 4>(simd, rows, pairs, outputs, vector, gradient),
                    2 => products_of_strip::<S, P, 2>(simd, rows, pairs, outputs, vector, gradient),
                    _ => products_of_strip::<S, P, 1>(simd, rows, pairs, outputs, vector, gradient),
                }
                vector += width;
            }
        },
    );
}

#[inline(always)]
fn products_of_strip<S: Simd, const P: usize, const C: usize>(
    simd: S,
    rows: usize,
    pairs: [(&[Column], &ByRow); P],
    outputs: usize,
    vector: usize,
    gradient: &mut [f64],
) {
    let mut out = 0;
    while out < outputs {
        match outputs - out {
            1 => products_of_tile::<S, P, 1, C>(simd, rows, pairs, out, vector, gradient),
            2 => products_of_tile::<S, P, 2, C>(simd, rows, pairs, out, vector, gradient),
            3 => products_of_tile::<S, P, 3, C>(simd, rows, pairs, out, vector, gradient),
            _ => products_of_tile::<S, P, 4, C>(simd, rows, pairs, out, vector, gradient),
        }
        out += 4;
    }
}

#[inline(always)]
fn products_of_tile<S: Simd, const P: usize, const O: usize, const C: usize>(
    simd: S,
    rows: usize,
    pairs: [(&[Column], &ByRow); P],
    out: usize,
    vector: usize,
    gradient: &mut [f64],
) {
    let stride = pairs[0].1.stride;
    let place = |o: usize, c: usize| (out + o) * stride + (vector + c) * S::F64_LANES;
    let mut tile: [[Lanes<S>; C]; O] = from_fn(
        #[inline(always)]
        |o| {
            from_fn(
                #[inline(always)]
                |c| Lanes::read(simd, &gradient[place(o, c)..]),
            )
        },
    );
    let deltas: [[&Column; O]; P] = from_fn(|p| from_fn(|o| &pairs[p].0[out + o]));
    let inputs: [&[f64]; P] = from_fn(|p| &pairs[p].1.numbers[vector * S::F64_LANES..]);
    for row in 0..rows {
        for p in 0..P {
            let inputs = &inputs[p][row * stride..][..C * S::F64_LANES];
            let inputs: [Lanes<S>; C] = from_fn(
                #[inline(always)]
                |c| Lanes::read(simd, &inputs[c * S::F64_LANES..]),
            );
            for o in 0..O {
                let delta = Lanes::splat(simd, deltas[p][o].0[row]);
                for c in 0..C {
                    tile[o][c] = delta.mul_add(inputs[c], tile[o][c]);
                }
            }
        }
    }
    for o in 0..O {
        for c in 0..C {
            tile[o][c].write(&mut gradient[place(o, c)..]);
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
