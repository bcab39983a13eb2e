//! The sums of a layer over the rows of a panel, for one run: a lane is an input.
//!
//! Each sum runs in ascending order with one `mul_add` a term, pair by pair where there are two, as those of
//! [`columns`](super::columns).

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::array::from_fn;

use super::columns::{Columns, FILLED, beside, padded};
use super::numbers::{Numbers, zeros};
use crate::lanes::{Lanes, Vector, vectorize};

/// The inputs of each row, side by side.
pub(super) struct ByRow {
    /// Inputs of a row, with those that fill it up.
    stride: usize,
    numbers: Numbers,
}

impl ByRow {
    /// So many rows of so many inputs, all 0.
    pub fn new(inputs: usize, rows: usize) -> ByRow {
        let stride = padded(inputs);
        ByRow { stride, numbers: zeros(stride * rows) }
    }

    /// Takes over what columns hold in their first rows.
    pub fn fill(&mut self, columns: &Columns, rows: usize) {
        let groups = columns.numbers().chunks(FILLED * columns.stride());
        for (group, numbers) in groups.enumerate() {
            let own = self.numbers.chunks_exact_mut(self.stride).take(rows).map(|own| &mut own[group * FILLED..]);
            match beside_one_another(numbers, columns.stride(), rows) {
                Some(eight) => own.enumerate().for_each(|(row, own)| {
                    own[..FILLED].copy_from_slice(&eight.map(|column| column[row]));
                }),
                None => own.enumerate().for_each(|(row, own)| {
                    let some = numbers.chunks_exact(columns.stride());
                    own.iter_mut().zip(some).for_each(|(input, column)| *input = column[row]);
                }),
            }
        }
    }
}

/// The first rows of eight columns; `None` where there are fewer.
fn beside_one_another(numbers: &[f64], stride: usize, rows: usize) -> Option<[&[f64]; FILLED]> {
    (numbers.len() == FILLED * stride).then(|| from_fn(|column| &numbers[column * stride..][..rows]))
}

/// Adds `Σ_row deltas[k][row] inputs[row]` of each pair to the rows of `gradient`, which are filled up as lists of inputs are;
/// to 0 where they are `new`.
pub(super) fn add_products<V: Vector<Element = f64>, const P: usize>(
    vector: V,
    rows: usize,
    pairs: [(&Columns, &ByRow); P],
    new: bool,
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
                let width = beside::<V>(4, vectors - place);
                match width {
                    4 => products_of_strip::<V, P, 4>(vector, rows, pairs, new, outputs, place, gradient),
                    2 => products_of_strip::<V, P, 2>(vector, rows, pairs, new, outputs, place, gradient),
                    _ => products_of_strip::<V, P, 1>(vector, rows, pairs, new, outputs, place, gradient),
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
    pairs: [(&Columns, &ByRow); P],
    new: bool,
    outputs: usize,
    place: usize,
    gradient: &mut [f64],
) {
    let mut out = 0;
    while out < outputs {
        let height = match outputs - out {
            8.. if C == 1 => 8,
            left => left.min(4),
        };
        match height {
            8 if C == 1 => products_of_tile::<V, P, 8, C>(vector, rows, pairs, new, out, place, gradient),
            4 => products_of_tile::<V, P, 4, C>(vector, rows, pairs, new, out, place, gradient),
            3 => products_of_tile::<V, P, 3, C>(vector, rows, pairs, new, out, place, gradient),
            2 => products_of_tile::<V, P, 2, C>(vector, rows, pairs, new, out, place, gradient),
            _ => products_of_tile::<V, P, 1, C>(vector, rows, pairs, new, out, place, gradient),
        }
        out += height;
    }
}

#[inline(always)]
fn products_of_tile<V: Vector<Element = f64>, const P: usize, const O: usize, const C: usize>(
    vector: V,
    rows: usize,
    pairs: [(&Columns, &ByRow); P],
    new: bool,
    out: usize,
    place: usize,
    gradient: &mut [f64],
) {
    let stride = pairs[0].1.stride;
    let at = |o: usize, c: usize| (out + o) * stride + (place + c) * V::LANES;
    let mut tile = [[Lanes::splat(vector, 0.0); C]; O];
    if !new {
        for o in 0..O {
            for c in 0..C {
                tile[o][c] = Lanes::read(vector, &gradient[at(o, c)..]);
            }
        }
    }
    let deltas: [[&[f64]; O]; P] = from_fn(|p| from_fn(|o| &pairs[p].0.column(out + o)[..rows]));
    let inputs: [&[f64]; P] = from_fn(|p| &pairs[p].1.numbers[place * V::LANES..]);
    for row in 0..rows {
        for p in 0..P {
            let inputs = &inputs[p][row * stride..][..C * V::LANES];
            let inputs: [Lanes<V>; C] = from_fn(
                #[inline(always)]
                |c| Lanes::read(vector, &inputs[c * V::LANES..]),
            );
            for o in 0..O {
                let delta = Lanes::splat(vector, deltas[p][o][row]);
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

/// Adds `Σ_row columns[k][row]` to each of the sums, to 0 where they are `new`; eight at a time, as each waits for its last
/// term.
pub(super) fn add_rows(rows: usize, columns: &Columns, new: bool, sums: &mut [f64]) {
    if new {
        sums.fill(0.0);
    }
    for (numbers, sums) in columns.numbers().chunks(FILLED * columns.stride()).zip(sums.chunks_mut(FILLED)) {
        match (beside_one_another(numbers, columns.stride(), rows), <&mut [f64; FILLED]>::try_from(&mut *sums)) {
            (Some(eight), Ok(sums)) => {
                for row in 0..rows {
                    for k in 0..FILLED {
                        sums[k] += eight[k][row];
                    }
                }
            }
            _ => {
                let some = numbers.chunks_exact(columns.stride());
                sums.iter_mut().zip(some).for_each(|(sum, column)| column[..rows].iter().for_each(|x| *sum += x));
            }
        }
    }
}
