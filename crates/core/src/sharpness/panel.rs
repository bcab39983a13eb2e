//! What stays the same in all products with a Hessian: a panel of rows at its point.

use std::ops::Range;

use super::columns::{Columns, Weighted, vectors, weighted_sums};
use super::derivatives::activate;
use super::products::ByRow;
use crate::lanes::{Lanes, Vector, vectorize};
use crate::{Network, Rows, Shape};

/// A layer on the rows of a panel.
pub(super) struct Layer {
    /// What goes into it.
    pub inputs: Columns,
    pub inputs_by_row: ByRow,
    /// `g φ′(g z)` of a hidden layer; 0 in the last.
    pub slopes: Columns,
    /// `g² φ″(g z) e` of a hidden layer; 0 in the last.
    pub bends: Columns,
    pub deltas: Columns,
}

/// Some of the rows at the point.
pub(super) struct Panel {
    pub rows: usize,
    /// The first of them.
    start: usize,
    pub layers: Vec<Layer>,
    /// What ℓ″ is made of, as [`Loss::curvature`](crate::Loss::curvature) leaves it.
    pub curvature: Columns,
}

impl Panel {
    /// Memory for the rows of `part`, which are in it.
    pub fn new(network: &Network, all: &Rows, part: Range<usize>) -> Panel {
        let (rows, start) = (part.len(), part.start);
        let layer = |layer: usize| {
            let (inputs, outputs) = (network.fan_in(layer), Columns::new(network.fan_out(layer), rows));
            let (slopes, bends) = (outputs.clone(), outputs.clone());
            let (inputs, inputs_by_row) = (Columns::new(inputs, rows), ByRow::new(inputs, rows));
            Layer { inputs, inputs_by_row, slopes, bends, deltas: outputs }
        };
        let mut layers: Vec<Layer> = (0..network.layers()).map(layer).collect();
        for row in part {
            for (input, &x) in all.row(row).iter().enumerate() {
                layers[0].inputs.column_mut(input)[row - start] = x;
            }
        }
        layers[0].fill_by_row(rows);
        Panel { rows, start, layers, curvature: Columns::new(network.outputs(), rows) }
    }

    /// Goes to parameters and a gain.
    pub fn go<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        shape: &Shape,
        parameters: &[f64],
        gain: f64,
        all: &Rows,
    ) {
        let network = &shape.network;
        let last = network.layers() - 1;
        for layer in 0..=last {
            let (own, after) = self.layers[layer..].split_first_mut().expect("the network has the layer");
            own.pre_activate(vector, network, layer, parameters, self.rows);
            if let Some(after) = after.first_mut() {
                own.activate(vector, network, gain, &mut after.inputs);
                after.fill_by_row(self.rows);
            }
        }
        self.descend(vector, shape, all);
        for layer in (1..=last).rev() {
            self.backwards(vector, network, layer, parameters);
        }
    }

    /// Turns z of the last layer into its δ, and leaves ℓ″.
    fn descend<V: Vector<Element = f64>>(&mut self, vector: V, shape: &Shape, all: &Rows) {
        let mut targets = Columns::new(1, self.rows);
        targets.column_mut(0)[..self.rows].copy_from_slice(&all.targets[self.start..][..self.rows]);
        let output_scale = Lanes::splat(vector, shape.network.output_scale());
        let factor = Lanes::splat(vector, shape.loss.slope_factor(all.len()) * shape.network.output_scale());
        let Panel { layers, curvature, rows, .. } = self;
        let deltas = &mut layers.last_mut().expect("a network has a layer").deltas;
        vectorize(
            vector,
            #[inline(always)]
            || {
                let mut outputs = vec![Lanes::splat(vector, 0.0); deltas.len()];
                let mut curved = outputs.clone();
                for place in vectors::<V>(*rows) {
                    let target = targets.get(vector, 0, place);
                    for (output, y) in outputs.iter_mut().enumerate() {
                        *y = deltas.get(vector, output, place) * output_scale;
                    }
                    shape.loss.curvature(&outputs, target, &mut curved);
                    shape.loss.term_and_slopes(&mut outputs, target, &mut Lanes::splat(vector, 0.0));
                    for (output, (slope, curved)) in outputs.iter().zip(&curved).enumerate() {
                        deltas.set(output, place, *slope * factor);
                        curvature.set(output, place, *curved);
                    }
                }
            },
        );
    }

    /// From δ of a layer to the bends and δ of the layer before.
    fn backwards<V: Vector<Element = f64>>(&mut self, vector: V, network: &Network, layer: usize, parameters: &[f64]) {
        let (before, rest) = self.layers.split_at_mut(layer);
        let Layer { slopes, bends, deltas, .. } = &mut before[layer - 1];
        let back = Weighted::backwards(network, layer, parameters, &rest[0].deltas);
        let scale = Lanes::splat(vector, network.weight_scale(layer));
        weighted_sums(
            vector,
            self.rows,
            &[back],
            network.fan_in(layer),
            #[inline(always)]
            |unit, place, sum| {
                let error = sum * scale;
                deltas.set(unit, place, error * slopes.get(vector, unit, place));
                bends.set(unit, place, error * bends.get(vector, unit, place));
            },
        );
    }
}

impl Layer {
    fn fill_by_row(&mut self, rows: usize) {
        self.inputs_by_row.fill(&self.inputs, rows);
    }

    /// Leaves z in δ.
    fn pre_activate<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        network: &Network,
        layer: usize,
        parameters: &[f64],
        rows: usize,
    ) {
        let weights = Weighted::forwards(network, layer, parameters, &self.inputs);
        let affine = Affine::new(vector, network, layer, parameters);
        weighted_sums(
            vector,
            rows,
            &[weights],
            network.fan_out(layer),
            #[inline(always)]
            |unit, place, sum| self.deltas.set(unit, place, affine.of(unit, sum)),
        );
    }

    /// From z, which δ holds, to the slopes and `g² φ″(g z)`, and to the activations, which go into the next layer.
    fn activate<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        network: &Network,
        gain: f64,
        activations: &mut Columns,
    ) {
        let (gain, z) = (Lanes::splat(vector, gain), self.deltas.numbers());
        let (slopes, bends) = (self.slopes.numbers_mut(), self.bends.numbers_mut());
        let out = activations.numbers_mut().chunks_exact_mut(V::LANES).zip(slopes.chunks_exact_mut(V::LANES));
        vectorize(
            vector,
            #[inline(always)]
            || {
                for (z, ((a, slope), bend)) in z.chunks_exact(V::LANES).zip(out.zip(bends.chunks_exact_mut(V::LANES))) {
                    let [value, first, second] = activate(network.activation, Lanes::read(vector, z) * gain);
                    value.write(a);
                    (first * gain).write(slope);
                    (second * gain * gain).write(bend);
                }
            },
        );
    }
}

/// `s Σ + b` of a layer.
pub(super) struct Affine<'a, V: Vector> {
    scale: Lanes<V>,
    /// Empty where the layer has none.
    biases: &'a [f64],
}

impl<'a, V: Vector<Element = f64>> Affine<'a, V> {
    pub fn new(vector: V, network: &Network, layer: usize, parameters: &'a [f64]) -> Affine<'a, V> {
        let scale = Lanes::splat(vector, network.weight_scale(layer));
        Affine { scale, biases: &parameters[network.biases(layer)] }
    }

    /// Of a unit's sum.
    #[inline(always)]
    pub fn of(&self, unit: usize, sum: Lanes<V>) -> Lanes<V> {
        sum.mul_add(self.scale, sum.like(self.biases.get(unit).copied().unwrap_or(0.0)))
    }
}
