//! What stays the same in all products with a Hessian: a panel of rows at its point.

use std::ops::Range;

use super::columns::{ByRow, Column, Weighted, vectors, weighted_sums};
use super::derivatives::activate;
use crate::lanes::{Lanes, Vector, vectorize};
use crate::{Network, Rows, Shape};

/// A layer on the rows of a panel.
pub(super) struct Layer {
    /// What goes into it.
    pub inputs: Vec<Column>,
    pub inputs_by_row: ByRow,
    /// `g φ′(g z)` of a hidden layer; empty for the last.
    pub slopes: Vec<Column>,
    /// `g² φ″(g z) e` of a hidden layer; empty for the last.
    pub bends: Vec<Column>,
    pub deltas: Vec<Column>,
}

/// Some of the rows at the point.
pub(super) struct Panel {
    pub rows: usize,
    pub layers: Vec<Layer>,
    /// What ℓ″ is made of, as [`Loss::curvature`](crate::Loss::curvature) leaves it.
    pub curvature: Vec<Column>,
}

impl Panel {
    /// The rows of `part` at the parameters.
    pub fn at<V: Vector<Element = f64>>(
        vector: V,
        shape: &Shape,
        parameters: &[f64],
        gain: f64,
        all: &Rows,
        part: Range<usize>,
    ) -> Panel {
        let network = &shape.network;
        let last = network.layers() - 1;
        let (rows, mut inputs) = (part.len(), features(all, part.clone()));
        let mut panel = Panel { rows, layers: Vec::new(), curvature: vec![Column::ZERO; network.outputs()] };
        for layer in 0..=last {
            let z = affine(vector, network, layer, parameters, rows, &inputs);
            let mut inputs_by_row = ByRow::new(inputs.len());
            inputs_by_row.fill(&inputs, rows);
            let mut own = Layer { inputs, inputs_by_row, slopes: z.clone(), bends: z.clone(), deltas: z };
            if layer == last {
                (own.slopes, own.bends, inputs) = (Vec::new(), Vec::new(), Vec::new());
            } else {
                inputs = own.activate(vector, network, gain, rows);
            }
            panel.layers.push(own);
        }
        panel.descend(vector, shape, all, part);
        for layer in (1..=last).rev() {
            panel.backwards(vector, network, layer, parameters);
        }
        panel
    }

    /// Turns z of the last layer into its δ, and leaves ℓ″.
    fn descend<V: Vector<Element = f64>>(&mut self, vector: V, shape: &Shape, all: &Rows, part: Range<usize>) {
        let mut targets = Column::ZERO;
        targets.0[..self.rows].copy_from_slice(&all.targets[part]);
        let output_scale = Lanes::splat(vector, shape.network.output_scale());
        let factor = Lanes::splat(vector, shape.loss.slope_factor(all.len()) * shape.network.output_scale());
        let Panel { layers, curvature, rows } = self;
        let deltas = &mut layers.last_mut().expect("a network has a layer").deltas;
        vectorize(
            vector,
            #[inline(always)]
            || {
                let mut outputs = vec![Lanes::splat(vector, 0.0); deltas.len()];
                let (mut slopes, mut curved) = (outputs.clone(), outputs.clone());
                for place in vectors::<V>(*rows) {
                    let target = targets.get(vector, place);
                    outputs.iter_mut().zip(&*deltas).for_each(|(y, z)| *y = z.get(vector, place) * output_scale);
                    shape.loss.term_and_slopes(&outputs, target, &mut Lanes::splat(vector, 0.0), &mut slopes);
                    shape.loss.curvature(&outputs, target, &mut curved);
                    deltas.iter_mut().zip(&slopes).for_each(|(delta, slope)| delta.set(place, *slope * factor));
                    curvature.iter_mut().zip(&curved).for_each(|(column, curved)| column.set(place, *curved));
                }
            },
        );
    }

    /// From δ of a layer to the bends and δ of the layer before.
    fn backwards<V: Vector<Element = f64>>(&mut self, vector: V, network: &Network, layer: usize, parameters: &[f64]) {
        let (before, rest) = self.layers.split_at_mut(layer);
        let (before, rows) = (&mut before[layer - 1], self.rows);
        let back = Weighted::backwards(network, layer, parameters, &rest[0].deltas);
        weighted_sums(vector, rows, &[back], &mut before.deltas);
        let scale = Lanes::splat(vector, network.weight_scale(layer));
        vectorize(
            vector,
            #[inline(always)]
            || {
                for ((delta, slope), bend) in before.deltas.iter_mut().zip(&before.slopes).zip(&mut before.bends) {
                    for place in vectors::<V>(rows) {
                        let error = delta.get(vector, place) * scale;
                        delta.set(place, error * slope.get(vector, place));
                        bend.set(place, error * bend.get(vector, place));
                    }
                }
            },
        );
    }
}

impl Layer {
    /// Turns z, which slopes and bends hold, into the slopes and `g² φ″(g z)`. Returns the activations.
    fn activate<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        network: &Network,
        gain: f64,
        rows: usize,
    ) -> Vec<Column> {
        let mut values = self.slopes.clone();
        let gain = Lanes::splat(vector, gain);
        vectorize(
            vector,
            #[inline(always)]
            || {
                for ((value, slope), bend) in values.iter_mut().zip(&mut self.slopes).zip(&mut self.bends) {
                    for place in vectors::<V>(rows) {
                        let [a, first, second] = activate(network.activation, value.get(vector, place) * gain);
                        value.set(place, a);
                        slope.set(place, first * gain);
                        bend.set(place, second * gain * gain);
                    }
                }
            },
        );
        values
    }
}

/// The features of some rows, a column for each input.
fn features(all: &Rows, part: Range<usize>) -> Vec<Column> {
    let mut columns = vec![Column::ZERO; all.inputs];
    for (place, row) in part.enumerate() {
        columns.iter_mut().zip(all.row(row)).for_each(|(column, &x)| column.0[place] = x);
    }
    columns
}

/// `s W a + b` of a layer.
fn affine<V: Vector<Element = f64>>(
    vector: V,
    network: &Network,
    layer: usize,
    parameters: &[f64],
    rows: usize,
    inputs: &[Column],
) -> Vec<Column> {
    let mut z = vec![Column::ZERO; network.fan_out(layer)];
    weighted_sums(vector, rows, &[Weighted::forwards(network, layer, parameters, inputs)], &mut z);
    scale_and_shift(vector, network, layer, parameters, rows, &mut z);
    z
}

/// Turns the sums of a layer into `s Σ + b`.
pub(super) fn scale_and_shift<V: Vector<Element = f64>>(
    vector: V,
    network: &Network,
    layer: usize,
    parameters: &[f64],
    rows: usize,
    sums: &mut [Column],
) {
    let (biases, scale) = (&parameters[network.biases(layer)], Lanes::splat(vector, network.weight_scale(layer)));
    vectorize(
        vector,
        #[inline(always)]
        || {
            for (out, sum) in sums.iter_mut().enumerate() {
                let bias = Lanes::splat(vector, biases.get(out).copied().unwrap_or(0.0));
                for place in vectors::<V>(rows) {
                    sum.set(place, sum.get(vector, place).mul_add(scale, bias));
                }
            }
        },
    );
}
