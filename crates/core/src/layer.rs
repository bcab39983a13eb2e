//! The three products of a layer: outputs from inputs, the gradient of its weights, and δ of the layer before.
//!
//! Each is taken in tiles of 4 × 4 sums that stay in registers, so that a weight once loaded serves four rows and a row
//! four weights. Every sum keeps its ascending order, so the tiles change no bit.

#![allow(clippy::needless_range_loop, reason = "one index reaches into several arrays of a tile")]

use std::array::from_fn;
use std::ops::Range;

use pulp::Simd;

use crate::Network;
use crate::lanes::Lanes;

/// A layer of a network, with the buffers of a panel of rows.
pub(crate) struct Layer<S: Simd> {
    pub fan_in: usize,
    pub fan_out: usize,
    pub weights: Range<usize>,
    pub biases: Range<usize>,
    pub scale: f64,
    /// `[row of the panel][unit]`: activations of a hidden layer, outputs of the last.
    pub values: Vec<Lanes<S>>,
    /// `g φ′(g z)` of a hidden layer, in the same places.
    pub slopes: Vec<Lanes<S>>,
    /// δ of the layer, in the same places.
    pub deltas: Vec<Lanes<S>>,
}

/// Evaluates `$tile` for each tile of a table of `$rows` × `$columns`: 4 × 4 as far as they go, narrower along the edges.
macro_rules! tiles {
    ($rows:expr, $columns:expr, |$row:ident, $column:ident, $R:ident, $C:ident| $tile:expr) => {
        for ($row, is_high) in strips($rows) {
            for ($column, is_wide) in strips($columns) {
                match (is_high, is_wide) {
                    (true, true) => tiles!(@one $R = 4, $C = 4, $tile),
                    (true, false) => tiles!(@one $R = 4, $C = 1, $tile),
                    (false, true) => tiles!(@one $R = 1, $C = 4, $tile),
                    (false, false) => tiles!(@one $R = 1, $C = 1, $tile),
                }
            }
        }
    };
    (@one $R:ident = $r:literal, $C:ident = $c:literal, $tile:expr) => {{
        const $R: usize = $r;
        const $C: usize = $c;
        $tile
    }};
}

/// The starts of strips of four, then of those of one that are left; with whether it is four.
fn strips(length: usize) -> impl Iterator<Item = (usize, bool)> {
    let fours = length / 4 * 4;
    (0..fours).step_by(4).map(|start| (start, true)).chain((fours..length).map(|start| (start, false)))
}

impl<S: Simd> Layer<S> {
    pub fn new(network: &Network, layer: usize, panel: usize, zero: Lanes<S>) -> Layer<S> {
        let buffer = vec![zero; panel * network.fan_out(layer)];
        Layer {
            fan_in: network.fan_in(layer),
            fan_out: network.fan_out(layer),
            weights: network.weights(layer),
            biases: network.biases(layer),
            scale: network.weight_scale(layer),
            values: buffer.clone(),
            slopes: buffer.clone(),
            deltas: buffer,
        }
    }

    /// `values = s (W a) + b`.
    #[inline(always)]
    pub fn products(&mut self, parameters: &[Lanes<S>], rows: usize, input: impl Fn(usize, usize) -> Lanes<S> + Copy) {
        let weights = &parameters[self.weights.clone()];
        let biases = &parameters[self.biases.clone()];
        tiles!(rows, self.fan_out, |row, out, R, O| self.product_tile::<R, O>(weights, biases, row, out, input));
    }

    #[inline(always)]
    fn product_tile<const R: usize, const O: usize>(
        &mut self,
        weights: &[Lanes<S>],
        biases: &[Lanes<S>],
        row: usize,
        out: usize,
        input: impl Fn(usize, usize) -> Lanes<S>,
    ) {
        let zero = self.values[0].like(0.0);
        let mut sums = [[zero; O]; R];
        for i in 0..self.fan_in {
            let inputs: [Lanes<S>; R] = from_fn(
                #[inline(always)]
                |r| input(row + r, i),
            );
            for o in 0..O {
                let weight = weights[(out + o) * self.fan_in + i];
                for r in 0..R {
                    sums[r][o] = weight.mul_add(inputs[r], sums[r][o]);
                }
            }
        }
        let scale = zero.like(self.scale);
        for r in 0..R {
            for o in 0..O {
                let bias = biases.get(out + o).copied();
                let place = (row + r) * self.fan_out + out + o;
                self.values[place] = match bias {
                    Some(bias) => sums[r][o].mul_add(scale, bias),
                    None => sums[r][o] * scale,
                };
            }
        }
    }

    /// Adds `Σ_rows δ aᵀ` and `Σ_rows δ` to the gradient.
    #[inline(always)]
    pub fn add_gradient(
        &self,
        rows: usize,
        gradient: &mut [Lanes<S>],
        input: impl Fn(usize, usize) -> Lanes<S> + Copy,
    ) {
        let weights = &mut gradient[self.weights.clone()];
        tiles!(self.fan_out, self.fan_in, |out, i, O, I| self.gradient_tile::<O, I>(weights, rows, out, i, input));
        for (out, bias) in gradient[self.biases.clone()].iter_mut().enumerate() {
            (0..rows).for_each(|row| *bias += self.deltas[row * self.fan_out + out]);
        }
    }

    #[inline(always)]
    fn gradient_tile<const O: usize, const I: usize>(
        &self,
        gradient: &mut [Lanes<S>],
        rows: usize,
        out: usize,
        first: usize,
        input: impl Fn(usize, usize) -> Lanes<S>,
    ) {
        let mut sums: [[Lanes<S>; I]; O] = from_fn(
            #[inline(always)]
            |o| {
                from_fn(
                    #[inline(always)]
                    |i| gradient[(out + o) * self.fan_in + first + i],
                )
            },
        );
        for row in 0..rows {
            let inputs: [Lanes<S>; I] = from_fn(
                #[inline(always)]
                |i| input(row, first + i),
            );
            for o in 0..O {
                let delta = self.deltas[row * self.fan_out + out + o];
                for i in 0..I {
                    sums[o][i] = delta.mul_add(inputs[i], sums[o][i]);
                }
            }
        }
        for o in 0..O {
            for i in 0..I {
                gradient[(out + o) * self.fan_in + first + i] = sums[o][i];
            }
        }
    }

    /// δ of the layer before: `s (Wᵀ δ)` times that layer's slopes.
    #[inline(always)]
    pub fn deltas_before(&self, parameters: &[Lanes<S>], rows: usize, before: &mut Layer<S>) {
        let weights = &parameters[self.weights.clone()];
        tiles!(rows, self.fan_in, |row, i, R, I| self.delta_tile::<R, I>(weights, row, i, before));
    }

    #[inline(always)]
    fn delta_tile<const R: usize, const I: usize>(
        &self,
        weights: &[Lanes<S>],
        row: usize,
        first: usize,
        before: &mut Layer<S>,
    ) {
        let zero = self.deltas[0].like(0.0);
        let mut sums = [[zero; I]; R];
        for out in 0..self.fan_out {
            let deltas: [Lanes<S>; R] = from_fn(
                #[inline(always)]
                |r| self.deltas[(row + r) * self.fan_out + out],
            );
            for i in 0..I {
                let weight = weights[out * self.fan_in + first + i];
                for r in 0..R {
                    sums[r][i] = weight.mul_add(deltas[r], sums[r][i]);
                }
            }
        }
        let scale = zero.like(self.scale);
        for r in 0..R {
            for i in 0..I {
                let place = (row + r) * before.fan_out + first + i;
                before.deltas[place] = sums[r][i] * scale * before.slopes[place];
            }
        }
    }
}
