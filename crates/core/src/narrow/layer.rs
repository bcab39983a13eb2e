//! The three products of a layer: outputs from inputs, the gradient of its weights, and δ of the layer before.
//!
//! In formulas, over the rows of a panel:
//!
//! ```text
//! z[row][out]       = s Σ_in  W[out][in] a[row][in]  + b[out]      (where s is 1 the sum starts from b)
//! G[out][in]       += Σ_row  δ[row][out] a[row][in]
//! before.δ[row][in] = s Σ_out  W[out][in] δ[row][out]  · before.slope[row][in]
//! ```
//!
//! Each is taken in tiles of 4 × 6 sums that stay in registers (AVX2: 4 × 2), so that a weight once loaded serves four rows and
//! a row six weights: less than half a load for a `mul_add`. Long sums are taken in blocks, and the sums so far kept in the panel, so that
//! the weights of a block stay in the cache while all rows of the panel pass. Every sum keeps its ascending order,
//! so neither changes a bit. Where a factor is 1 it is left out, which changes none either.

#![allow(clippy::needless_range_loop, clippy::manual_memcpy, reason = "sums named one by one stay in registers")]

use std::array::from_fn;
use std::ops::Range;

use crate::activation::{Units, activate};
use pulp::Simd;

use super::table::{Inputs, Row, Table, Tile};
use crate::lanes::{Lanes, Vector, blocks, vectorize};
use crate::{Activation, Network};

/// Terms of a sum over inputs that are taken together: six rows of weights and four of inputs fill a first-level cache.
const INPUT_BLOCK: usize = 64;
/// Terms of a sum over outputs that are taken together: the weights of one strip, row after row, stay in a second-level cache.
const OUTPUT_BLOCK: usize = 32;

/// A layer of a network, with the buffers of a panel of rows.
pub(crate) struct Layer<V: Vector> {
    vector: V,
    pub fan_in: usize,
    pub fan_out: usize,
    pub weights: Range<usize>,
    pub biases: Range<usize>,
    pub scale: f64,
    /// Activations of a hidden layer, outputs of the last.
    pub values: Table<V>,
    /// `g φ′(g z)` of a hidden layer.
    pub slopes: Table<V>,
    /// δ of the layer.
    pub deltas: Table<V>,
}

/// The units of a layer in the first rows of a panel.
struct PanelUnits<'a, V: Vector> {
    rows: usize,
    values: &'a mut Table<V>,
    slopes: &'a mut Table<V>,
}

impl<V: Vector> Units<V> for PanelUnits<'_, V> {
    #[inline(always)]
    fn replace(&mut self, function: impl Fn(Lanes<V>) -> (Lanes<V>, Lanes<V>)) {
        for row in 0..self.rows {
            for (value, slope) in self.values.row_mut(row).iter_mut().zip(self.slopes.row_mut(row)) {
                (*value, *slope) = function(*value);
            }
        }
    }
}

/// Evaluates `$tile` for each tile of a table of `$rows` × `$columns`, strip by strip: 4 × 6 as far as they go, narrower
/// along the edges.
macro_rules! tiles {
    ($rows:expr, $columns:expr, |$row:ident, $column:ident, $R:ident, $C:ident| $tile:expr) => {{
        let (rows, columns): (usize, usize) = ($rows, $columns);
        let mut $column = 0;
        while $column < columns {
            let width = strip::<V>(columns - $column);
            let mut $row = 0;
            while $row < rows {
                let height = if rows - $row < 4 { 1 } else { 4 };
                match (height, width) {
                    (4, 6) => tiles!(@one $R = 4, $C = 6, $tile),
                    (4, 4) => tiles!(@one $R = 4, $C = 4, $tile),
                    (4, 2) => tiles!(@one $R = 4, $C = 2, $tile),
                    (4, _) => tiles!(@one $R = 4, $C = 1, $tile),
                    (_, 6) => tiles!(@one $R = 1, $C = 6, $tile),
                    (_, 4) => tiles!(@one $R = 1, $C = 4, $tile),
                    (_, 2) => tiles!(@one $R = 1, $C = 2, $tile),
                    (_, _) => tiles!(@one $R = 1, $C = 1, $tile),
                }
                $row += height;
            }
            $column += width;
        }
    }};
    (@one $R:ident = $r:literal, $C:ident = $c:literal, $tile:expr) => {{
        const $R: usize = $r;
        const $C: usize = $c;
        $tile
    }};
}

/// The width of the next strip where so many columns are left. AVX2 has 16 registers, which hold 4 × 2 sums and their
/// factors; the others have 32, which hold 4 × 6 (with one lane it does not matter). Eight columns are two strips of four.
#[inline(always)]
fn strip<V: Vector>(left: usize) -> usize {
    match left {
        0 | 1 => 1,
        6 | 9.. if V::Simd::REGISTER_COUNT > 16 => 6,
        4.. if V::Simd::REGISTER_COUNT > 16 => 4,
        _ => 2,
    }
}

impl<V: Vector> Layer<V> {
    pub fn new(vector: V, network: &Network, layer: usize, panel: usize) -> Layer<V> {
        let table = || Table::new(panel, network.fan_out(layer), Lanes::splat(vector, 0.0));
        Layer {
            vector,
            fan_in: network.fan_in(layer),
            fan_out: network.fan_out(layer),
            weights: network.weights(layer),
            biases: network.biases(layer),
            scale: network.weight_scale(layer),
            values: table(),
            slopes: table(),
            deltas: table(),
        }
    }

    /// `values = s (W a) + b`.
    pub fn products(&mut self, parameters: &[Lanes<V>], rows: usize, inputs: impl Inputs<V>) {
        vectorize(
            self.vector,
            #[inline(always)]
            || {
                for block in blocks(self.fan_in, INPUT_BLOCK) {
                    tiles!(rows, self.fan_out, |row, out, R, O| {
                        self.product_tile::<R, O>(parameters, row, out, block.clone(), inputs)
                    });
                }
            },
        );
    }

    #[inline(always)]
    fn product_tile<const R: usize, const O: usize>(
        &mut self,
        parameters: &[Lanes<V>],
        row: usize,
        out: usize,
        block: Range<usize>,
        inputs: impl Inputs<V>,
    ) {
        let (is_first, is_last) = (block.start == 0, block.end == self.fan_in);
        let terms = block.len();
        let zero = Lanes::splat(self.vector, 0.0);
        let bias = parameters[self.biases.clone()].get(out..).and_then(<[_]>::first_chunk::<O>);
        let first = match bias {
            Some(bias) if self.scale == 1.0 => *bias,
            _ => [zero; O],
        };
        let mut sums: Tile<V, R, O> = self.values.sums(is_first.then_some(first), zero, row, out);
        let weights = &parameters[self.weights.clone()];
        let weights: [&[Lanes<V>]; O] = from_fn(
            #[inline(always)]
            |o| &weights[(out + o) * self.fan_in + block.start..][..terms],
        );
        let inputs: [_; R] = from_fn(
            #[inline(always)]
            |r| inputs.row(row + r).part(block.clone()),
        );
        for i in 0..terms {
            let inputs: [Lanes<V>; R] = from_fn(
                #[inline(always)]
                |r| inputs[r].at(i),
            );
            for o in 0..O {
                let weight = weights[o][i];
                for r in 0..R {
                    sums[r][o] = weight.mul_add(inputs[r], sums[r][o]);
                }
            }
        }
        let scale = Lanes::splat(self.vector, self.scale);
        match (is_last && self.scale != 1.0, bias) {
            (true, Some(bias)) => self.values.set::<R, O>(
                row,
                out,
                #[inline(always)]
                |r, o| sums[r][o].mul_add(scale, bias[o]),
            ),
            (true, None) => self.values.set::<R, O>(
                row,
                out,
                #[inline(always)]
                |r, o| sums[r][o] * scale,
            ),
            (false, _) => self.values.set::<R, O>(
                row,
                out,
                #[inline(always)]
                |r, o| sums[r][o],
            ),
        }
    }

    /// Turns pre-activations into activations, and leaves their slopes.
    pub fn activate(&mut self, activation: Activation, gain: Lanes<V>, rows: usize) {
        vectorize(
            self.vector,
            #[inline(always)]
            || activate(activation, gain, &mut PanelUnits { rows, values: &mut self.values, slopes: &mut self.slopes }),
        );
    }

    /// Adds `Σ_rows δ aᵀ` and `Σ_rows δ` to the gradient; of the first panel they replace what is there.
    pub fn add_gradient(&self, is_first: bool, rows: usize, gradient: &mut [Lanes<V>], inputs: impl Inputs<V>) {
        vectorize(
            self.vector,
            #[inline(always)]
            || {
                let weights = &mut gradient[self.weights.clone()];
                tiles!(self.fan_in, self.fan_out, |i, out, I, O| {
                    self.gradient_tile::<O, I>(is_first, weights, rows, out, i, inputs)
                });
                let biases = &mut gradient[self.biases.clone()];
                tiles!(1, biases.len(), |_one, out, _ONE, O| self.bias_tile::<O>(is_first, biases, rows, out));
            },
        );
    }

    #[inline(always)]
    fn bias_tile<const O: usize>(&self, is_first: bool, gradient: &mut [Lanes<V>], rows: usize, out: usize) {
        let gradient: &mut [Lanes<V>; O] = gradient[out..].first_chunk_mut().expect("a tile lies in its layer");
        let mut sums = if is_first { [Lanes::splat(self.vector, 0.0); O] } else { *gradient };
        for row in 0..rows {
            let deltas = self.deltas.units::<O>(row, out);
            for o in 0..O {
                sums[o] += deltas[o];
            }
        }
        *gradient = sums;
    }

    #[inline(always)]
    fn gradient_tile<const O: usize, const I: usize>(
        &self,
        is_first: bool,
        gradient: &mut [Lanes<V>],
        rows: usize,
        out: usize,
        first: usize,
        inputs: impl Inputs<V>,
    ) {
        let zero = Lanes::splat(self.vector, 0.0);
        let mut sums: Tile<V, O, I> = [[zero; I]; O];
        if !is_first {
            for o in 0..O {
                let gradient = &gradient[(out + o) * self.fan_in + first..][..I];
                for i in 0..I {
                    sums[o][i] = gradient[i];
                }
            }
        }
        for (inputs, deltas) in inputs.from(first).zip(Inputs::from(&self.deltas, out)).take(rows) {
            let (inputs, deltas): ([Lanes<V>; I], [Lanes<V>; O]) = (inputs.some(0), deltas.some(0));
            for o in 0..O {
                for i in 0..I {
                    sums[o][i] = deltas[o].mul_add(inputs[i], sums[o][i]);
                }
            }
        }
        for o in 0..O {
            let gradient = &mut gradient[(out + o) * self.fan_in + first..][..I];
            for i in 0..I {
                gradient[i] = sums[o][i];
            }
        }
    }

    /// δ of the layer before: `s (Wᵀ δ)` times that layer's slopes.
    pub fn deltas_before(&self, parameters: &[Lanes<V>], rows: usize, before: &mut Layer<V>) {
        vectorize(
            self.vector,
            #[inline(always)]
            || {
                for block in blocks(self.fan_out, OUTPUT_BLOCK) {
                    tiles!(rows, self.fan_in, |row, i, R, I| {
                        self.delta_tile::<R, I>(parameters, row, i, block.clone(), before)
                    });
                }
            },
        );
    }

    #[inline(always)]
    fn delta_tile<const R: usize, const I: usize>(
        &self,
        parameters: &[Lanes<V>],
        row: usize,
        first: usize,
        block: Range<usize>,
        before: &mut Layer<V>,
    ) {
        let (is_first, is_last) = (block.start == 0, block.end == self.fan_out);
        let zero = Lanes::splat(self.vector, 0.0);
        let mut sums: Tile<V, R, I> = before.deltas.sums(is_first.then_some([zero; I]), zero, row, first);
        let weights = &parameters[self.weights.clone()][block.start * self.fan_in..block.end * self.fan_in];
        let deltas: [&[Lanes<V>]; R] = from_fn(
            #[inline(always)]
            |r| &self.deltas.row(row + r)[block.clone()],
        );
        for (out, weights) in weights.chunks_exact(self.fan_in).enumerate() {
            let weights = &weights[first..first + I];
            let deltas: [Lanes<V>; R] = from_fn(
                #[inline(always)]
                |r| deltas[r][out],
            );
            for i in 0..I {
                for r in 0..R {
                    sums[r][i] = weights[i].mul_add(deltas[r], sums[r][i]);
                }
            }
        }
        let scale = Lanes::splat(self.vector, self.scale);
        let Layer { slopes, deltas, .. } = before;
        let slopes: [&[Lanes<V>; I]; R] = from_fn(
            #[inline(always)]
            |r| slopes.units(row + r, first),
        );
        match (is_last, self.scale == 1.0) {
            (false, _) => deltas.set::<R, I>(
                row,
                first,
                #[inline(always)]
                |r, i| sums[r][i],
            ),
            (true, true) => deltas.set::<R, I>(
                row,
                first,
                #[inline(always)]
                |r, i| sums[r][i] * slopes[r][i],
            ),
            (true, false) => deltas.set::<R, I>(
                row,
                first,
                #[inline(always)]
                |r, i| sums[r][i] * scale * slopes[r][i],
            ),
        }
    }
}
