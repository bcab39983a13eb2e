//! The derivative of the gradient along a direction of the parameters, panel by panel.

use super::columns::{ByRow, Column, Weighted, add_products, add_rows, padded, vectors, weighted_sums};
use super::panel::{Panel, scale_and_shift};
use crate::lanes::{Lanes, Vector, vectorize};
use crate::{Loss, Network};

/// What moves in a panel along a direction, and the sums over all panels: buffers that serve every product.
pub(super) struct Tangent {
    layers: Vec<Layer>,
    pub sums: Sums,
    /// r² times the factor of the loss.
    end: f64,
    loss: Loss,
}

struct Layer {
    /// ∂a that goes into the layer; empty for the first, whose inputs do not move.
    inputs: Vec<Column>,
    inputs_by_row: ByRow,
    /// ∂z.
    pre_activations: Vec<Column>,
    /// ∂δ.
    deltas: Vec<Column>,
}

impl Tangent {
    /// For a network and its loss over so many rows.
    pub fn new(network: &Network, loss: Loss, rows: usize) -> Tangent {
        let layer = |layer: usize| {
            let (inputs, outputs) = (if layer == 0 { 0 } else { network.fan_in(layer) }, network.fan_out(layer));
            Layer {
                inputs: vec![Column::ZERO; inputs],
                inputs_by_row: ByRow::new(inputs),
                pre_activations: vec![Column::ZERO; outputs],
                deltas: vec![Column::ZERO; outputs],
            }
        };
        let end = loss.slope_factor(rows) * network.output_scale() * network.output_scale();
        Tangent { layers: (0..network.layers()).map(layer).collect(), sums: Sums::new(network), end, loss }
    }

    /// Adds the product of a panel's Hessian and V to the sums.
    pub fn add<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        network: &Network,
        panel: &Panel,
        parameters: &[f64],
        v: &[f64],
    ) {
        let last = network.layers() - 1;
        for layer in 0..=last {
            self.forwards(vector, network, panel, layer, parameters, v);
        }
        self.curve(vector, panel);
        for layer in (0..=last).rev() {
            let (own, moved) = (&panel.layers[layer], &self.layers[layer]);
            let still = (&moved.deltas[..], &own.inputs_by_row);
            match layer {
                0 => add_products(vector, panel.rows, [still], &mut self.sums.weights[0]),
                _ => {
                    let pairs = [still, (&own.deltas[..], &moved.inputs_by_row)];
                    add_products(vector, panel.rows, pairs, &mut self.sums.weights[layer]);
                }
            }
            add_rows(panel.rows, &moved.deltas, &mut self.sums.biases[layer]);
            if layer > 0 {
                self.backwards(vector, network, panel, layer, parameters, v);
            }
        }
    }

    /// ∂z of a layer, and ∂a after it.
    fn forwards<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        network: &Network,
        panel: &Panel,
        layer: usize,
        parameters: &[f64],
        v: &[f64],
    ) {
        let rows = panel.rows;
        let (own, rest) = self.layers[layer..].split_first_mut().expect("the network has the layer");
        let of_weights = Weighted::forwards(network, layer, v, &panel.layers[layer].inputs);
        let of_inputs = Weighted::forwards(network, layer, parameters, &own.inputs);
        weighted_sums(vector, rows, &[of_weights, of_inputs], &mut own.pre_activations);
        scale_and_shift(vector, network, layer, v, rows, &mut own.pre_activations);
        let Some(after) = rest.first_mut() else { return };
        vectorize(
            vector,
            #[inline(always)]
            || {
                let moved = own.pre_activations.iter().zip(&panel.layers[layer].slopes);
                for (a, (z, slope)) in after.inputs.iter_mut().zip(moved) {
                    vectors::<V>(rows).for_each(|place| a.set(place, z.get(vector, place) * slope.get(vector, place)));
                }
            },
        );
        after.inputs_by_row.fill(&after.inputs, rows);
    }

    /// ∂δ of the last layer.
    fn curve<V: Vector<Element = f64>>(&mut self, vector: V, panel: &Panel) {
        let (loss, end) = (self.loss, Lanes::splat(vector, self.end));
        let Layer { pre_activations, deltas, .. } = self.layers.last_mut().expect("a network has a layer");
        vectorize(
            vector,
            #[inline(always)]
            || {
                let mut curvature = vec![Lanes::splat(vector, 0.0); deltas.len()];
                let mut moved = curvature.clone();
                for place in vectors::<V>(panel.rows) {
                    moved.iter_mut().zip(&*pre_activations).for_each(|(moved, z)| *moved = z.get(vector, place));
                    curvature.iter_mut().zip(&panel.curvature).for_each(|(own, of)| *own = of.get(vector, place));
                    loss.curve(&curvature, &mut moved);
                    deltas.iter_mut().zip(&moved).for_each(|(delta, moved)| delta.set(place, *moved * end));
                }
            },
        );
    }

    /// ∂δ of the layer before.
    fn backwards<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        network: &Network,
        panel: &Panel,
        layer: usize,
        parameters: &[f64],
        v: &[f64],
    ) {
        let (before, rest) = self.layers.split_at_mut(layer);
        let before = &mut before[layer - 1];
        let of_deltas = Weighted::backwards(network, layer, parameters, &rest[0].deltas);
        let of_weights = Weighted::backwards(network, layer, v, &panel.layers[layer].deltas);
        weighted_sums(vector, panel.rows, &[of_deltas, of_weights], &mut before.deltas);
        let scale = Lanes::splat(vector, network.weight_scale(layer));
        let still = &panel.layers[layer - 1];
        vectorize(
            vector,
            #[inline(always)]
            || {
                let moved = before.deltas.iter_mut().zip(&before.pre_activations);
                for ((delta, z), (slope, bend)) in moved.zip(still.slopes.iter().zip(&still.bends)) {
                    for place in vectors::<V>(panel.rows) {
                        let along = bend.get(vector, place) * z.get(vector, place);
                        let error = delta.get(vector, place) * scale;
                        delta.set(place, slope.get(vector, place).mul_add(error, along));
                    }
                }
            },
        );
    }
}

/// Sums over rows of what goes to each parameter, short of the factors s.
pub(super) struct Sums {
    /// Of each layer's weights, `[out][in]`, rows filled up.
    pub weights: Vec<Vec<f64>>,
    pub biases: Vec<Vec<f64>>,
}

impl Sums {
    pub fn new(network: &Network) -> Sums {
        let layers = || 0..network.layers();
        Sums {
            weights: layers().map(|l| vec![0.0; padded(network.fan_in(l)) * network.fan_out(l)]).collect(),
            biases: layers().map(|l| vec![0.0; network.biases(l).len()]).collect(),
        }
    }

    /// Adds a panel's gradient.
    pub fn add_gradient<V: Vector<Element = f64>>(&mut self, vector: V, panel: &Panel) {
        for (layer, (weights, biases)) in panel.layers.iter().zip(self.weights.iter_mut().zip(&mut self.biases)) {
            add_products(vector, panel.rows, [(&layer.deltas[..], &layer.inputs_by_row)], weights);
            add_rows(panel.rows, &layer.deltas, biases);
        }
    }

    /// Writes the sums with their factors into a list in the network's order, and begins again at 0.
    pub fn finish(&mut self, network: &Network, list: &mut [f64]) {
        for (layer, (weights, biases)) in self.weights.iter_mut().zip(&mut self.biases).enumerate() {
            let (fan_in, scale) = (network.fan_in(layer), network.weight_scale(layer));
            let rows = list[network.weights(layer)].chunks_exact_mut(fan_in).zip(weights.chunks_exact(padded(fan_in)));
            rows.for_each(|(own, sums)| own.iter_mut().zip(sums).for_each(|(own, sum)| *own = scale * sum));
            list[network.biases(layer)].copy_from_slice(biases);
            weights.fill(0.0);
            biases.fill(0.0);
        }
    }
}
