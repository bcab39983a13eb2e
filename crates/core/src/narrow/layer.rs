//! The three products of a layer: outputs from inputs, the gradient of its weights, and δ of the layer before.
//!
//! In formulas, over the rows of a panel:
//!
//! ```text
//! z[row][out]       = s Σ_in  W[out][in] a[row][in]  + b[out]      (where s is 1 the sum starts from b)
//! G[out][in]       += Σ_row  δ[row][out] a[row][in]
//! before.δ[row][in] = s Σ_out  W[out][in] δ[row][out]  · g φ′(g z[row][in])  of the layer before
//! ```
//!
//! Each is taken in tiles of 4 × 6 sums that stay in registers (AVX2: 4 × 2; single columns: 8), so that a weight once
//! loaded serves four rows and a row six weights: less than half a load for a `mul_add`. Long sums over inputs are taken in
//! blocks, and the sums so far kept in the panel, so that the weights of a block stay in the cache while all rows of the
//! panel pass. Every sum keeps its ascending order, so neither changes a bit. Where a factor is 1 it is left out, which
//! changes none either.

#![allow(clippy::needless_range_loop, clippy::manual_memcpy, reason = "sums named one by one stay in registers")]

use std::array::from_fn;
use std::ops::Range;

use crate::activation::{Units, activate, keeps_slopes, times_slopes};
use pulp::Simd;

use super::table::{Inputs, Row, Table};
use crate::lanes::{Lanes, Tile, Vector, blocks, rows, vectorize};
use crate::{Activation, Network};

/// Terms of a sum over inputs that are taken together: six rows of weights and four of inputs fill a first-level cache.
const INPUT_BLOCK: usize = 64;

/// A layer of a network, with the buffers of a panel of rows.
pub(crate) struct Layer<V: Vector> {
    vector: V,
    pub fan_in: usize,
    pub fan_out: usize,
    pub weights: Range<usize>,
    pub biases: Range<usize>,
    pub scale: f64,
    /// Activations of a hidden layer, outputs of the last; on the way back δ takes their place.
    pub values: Table<V>,
    /// φ′(g z) of a hidden layer, where it is kept.
    slopes: Option<Table<V>>,
}

/// The units of a layer in the first rows of a panel.
struct PanelUnits<'a, V: Vector> {
    rows: usize,
    values: &'a mut Table<V>,
    slopes: Option<&'a mut Table<V>>,
}

impl<V: Vector> Units<V> for PanelUnits<'_, V> {
    #[inline(always)]
    fn replace(&mut self, function: impl Fn(Lanes<V>) -> Lanes<V>) {
        let units = self.values.units();
        for values in self.values.rows_from_mut(0).take(self.rows) {
            for value in &mut values[..units] {
                *value = function(*value);
            }
        }
    }

    #[inline(always)]
    fn replace_and_keep(&mut self, function: impl Fn(Lanes<V>) -> (Lanes<V>, Lanes<V>)) {
        let units = self.values.units();
        let slopes = self.slopes.as_mut().expect("there is a table where slopes are kept");
        for (values, slopes) in self.values.rows_from_mut(0).zip(slopes.rows_from_mut(0)).take(self.rows) {
            for (value, slope) in values[..units].iter_mut().zip(&mut slopes[..units]) {
                (*value, *slope) = function(*value);
            }
        }
    }
}

/// Evaluates `$tile` for each tile of a table of `$rows` × `$columns`, strip by strip: 4 × 6 as far as they go, narrower
/// along the edges, and higher where a strip has one column.
macro_rules! tiles {
    ($rows:expr, $columns:expr, |$row:ident, $column:ident, $R:ident, $C:ident| $tile:expr) => {{
        let (rows, columns): (usize, usize) = ($rows, $columns);
        let mut $column = 0;
        while $column < columns {
            let width = strip::<V>(columns - $column);
            let mut $row = 0;
            while $row < rows {
                let height = height(rows - $row, width);
                match (height, width) {
                    (8, _) => tiles!(@one $R = 8, $C = 1, $tile),
                    (2, _) => tiles!(@one $R = 2, $C = 1, $tile),
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

/// The height of the next tile of a strip where so many rows are left. In a single column four sums would wait for one another:
/// a `mul_add` takes four cycles, in which two units begin eight.
#[inline(always)]
fn height(left: usize, width: usize) -> usize {
    match (left, width) {
        (8.., 1) => 8,
        (4.., _) => 4,
        (2.., 1) => 2,
        _ => 1,
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
            slopes: keeps_slopes(network.activation).then(table),
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
        let mut sums: Tile<V, R, O> = if is_first { [first; R] } else { self.values.tile(row, out) };
        let weights = &parameters[self.weights.clone()];
        let weights: [&[Lanes<V>]; O] = from_fn(
            #[inline(always)]
            |o| &weights[(out + o) * self.fan_in + block.start..][..terms],
        );
        let mut rows = inputs.rows_from(row);
        let inputs: [_; R] = from_fn(
            #[inline(always)]
            |_| rows.next().expect("a tile lies in its table").part(block.start, terms),
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

    /// Turns pre-activations into activations.
    pub fn activate(&mut self, activation: Activation, gain: Lanes<V>, rows: usize) {
        vectorize(
            self.vector,
            #[inline(always)]
            || {
                let (values, slopes) = (&mut self.values, self.slopes.as_mut());
                activate(activation, gain, &mut PanelUnits { rows, values, slopes });
            },
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
                tiles!(biases.len(), 1, |out, _one, O, _ONE| self.bias_tile::<O>(is_first, biases, rows, out));
            },
        );
    }

    #[inline(always)]
    fn bias_tile<const O: usize>(&self, is_first: bool, gradient: &mut [Lanes<V>], rows: usize, out: usize) {
        let gradient: &mut [Lanes<V>; O] = gradient[out..].first_chunk_mut().expect("a tile lies in its layer");
        let mut sums = if is_first { [Lanes::splat(self.vector, 0.0); O] } else { *gradient };
        for deltas in self.values.rows_from(0).take(rows) {
            let deltas: [Lanes<V>; O] = deltas.some(out);
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
        for (inputs, deltas) in inputs.rows_from(0).zip(self.values.rows_from(0)).take(rows) {
            let (inputs, deltas): ([Lanes<V>; I], [Lanes<V>; O]) = (inputs.some(first), deltas.some(out));
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

    /// δ of the layer before, whose activations it takes the place of: `s (Wᵀ δ)` times that layer's slopes.
    pub fn deltas_before(
        &self,
        parameters: &[Lanes<V>],
        rows: usize,
        (activation, gain): (Activation, Lanes<V>),
        before: &mut Layer<V>,
    ) {
        vectorize(
            self.vector,
            #[inline(always)]
            || {
                tiles!(rows, self.fan_in, |row, i, R, I| {
                    let sums: Tile<V, R, I> = self.delta_tile(parameters, row, i);
                    before.set_deltas(activation, gain, row, i, sums);
                });
            },
        );
    }

    #[inline(always)]
    fn delta_tile<const R: usize, const I: usize>(
        &self,
        parameters: &[Lanes<V>],
        row: usize,
        first: usize,
    ) -> Tile<V, R, I> {
        let mut sums = [[Lanes::splat(self.vector, 0.0); I]; R];
        let mut panel = self.values.rows_from(row);
        let deltas: [&[Lanes<V>]; R] = from_fn(
            #[inline(always)]
            |_| &panel.next().expect("a tile lies in its table")[..self.fan_out],
        );
        for (out, weights) in rows(&parameters[self.weights.clone()], self.fan_in).enumerate() {
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
        if self.scale != 1.0 {
            let scale = Lanes::splat(self.vector, self.scale);
            for r in 0..R {
                for i in 0..I {
                    sums[r][i] *= scale;
                }
            }
        }
        sums
    }

    /// Puts `sums`, times the slopes, in the place of the activations of a tile.
    #[inline(always)]
    fn set_deltas<const R: usize, const C: usize>(
        &mut self,
        activation: Activation,
        gain: Lanes<V>,
        row: usize,
        unit: usize,
        sums: Tile<V, R, C>,
    ) {
        let activations: [&[Lanes<V>; C]; R] = self.values.places(row, unit);
        let slopes = self.slopes.as_ref().map_or(activations, |slopes| slopes.places(row, unit));
        let deltas = times_slopes(
            activation,
            gain,
            sums,
            #[inline(always)]
            |r, c| activations[r][c],
            #[inline(always)]
            |r, c| slopes[r][c],
        );
        self.values.set::<R, C>(
            row,
            unit,
            #[inline(always)]
            |r, c| deltas[r][c],
        );
    }
}
