//! The derivative of the gradient along a direction of the parameters, panel by panel.

use smallvec::{SmallVec, smallvec};

use super::columns::{Columns, ROWS, Weighted, padded, vectors, weighted_sums};
use super::numbers::{Numbers, zeros};
use super::panel::{Affine, Panel};
use super::products::{ByRow, add_products, add_rows};
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
    /// ∂a that goes into the layer; none for the first, whose inputs do not move.
    inputs: Columns,
    inputs_by_row: ByRow,
    /// ∂z.
    pre_activations: Columns,
    /// ∂δ.
    deltas: Columns,
}

impl Tangent {
    /// For a network and its loss over so many rows.
    pub fn new(network: &Network, loss: Loss, rows: usize) -> Tangent {
        let panel = rows.min(ROWS);
        let layer = |layer: usize| {
            let (inputs, outputs) = (if layer == 0 { 0 } else { network.fan_in(layer) }, network.fan_out(layer));
            Layer {
                inputs: Columns::new(inputs, panel),
                inputs_by_row: ByRow::new(inputs, panel),
                pre_activations: Columns::new(outputs, panel),
                deltas: Columns::new(outputs, panel),
            }
        };
        let end = loss.slope_factor(rows) * network.output_scale() * network.output_scale();
        Tangent { layers: (0..network.layers()).map(layer).collect(), sums: Sums::new(network), end, loss }
    }

    /// Adds the product of a panel's Hessian and V to the sums; to 0 where it is the first.
    pub fn add<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        network: &Network,
        panel: &Panel,
        is_first: bool,
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
            let still = (&moved.deltas, &own.inputs_by_row);
            let moving = (&own.deltas, &moved.inputs_by_row);
            let weights = &mut self.sums.weights[layer];
            match layer {
                0 => add_products(vector, panel.rows, [still], is_first, weights),
                _ => add_products(vector, panel.rows, [still, moving], is_first, weights),
            }
            add_rows(panel.rows, &moved.deltas, is_first, &mut self.sums.biases[layer]);
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
        let pairs = [of_weights, of_inputs];
        let pairs = if layer == 0 { &pairs[..1] } else { &pairs };
        let (affine, slopes) = (Affine::new(vector, network, layer, v), &panel.layers[layer].slopes);
        let mut after = rest.first_mut();
        weighted_sums(
            vector,
            rows,
            pairs,
            network.fan_out(layer),
            #[inline(always)]
            |unit, place, sum| {
                let z = affine.of(unit, sum);
                own.pre_activations.set(unit, place, z);
                if let Some(after) = &mut after {
                    after.inputs.set(unit, place, z * slopes.get(vector, unit, place));
                }
            },
        );
        if let Some(after) = after {
            after.inputs_by_row.fill(&after.inputs, rows);
        }
    }

    /// ∂δ of the last layer.
    fn curve<V: Vector<Element = f64>>(&mut self, vector: V, panel: &Panel) {
        let (loss, end) = (self.loss, Lanes::splat(vector, self.end));
        let Layer { pre_activations, deltas, .. } = self.layers.last_mut().expect("a network has a layer");
        vectorize(
            vector,
            #[inline(always)]
            || {
                let mut curvature: SmallVec<[Lanes<V>; 4]> = smallvec![Lanes::splat(vector, 0.0); deltas.len()];
                let mut moved = curvature.clone();
                for place in vectors::<V>(panel.rows) {
                    for (output, (moved, curved)) in moved.iter_mut().zip(&mut curvature).enumerate() {
                        *moved = pre_activations.get(vector, output, place);
                        *curved = panel.curvature.get(vector, output, place);
                    }
                    loss.curve(&curvature, &mut moved);
                    moved.iter().enumerate().for_each(|(output, moved)| deltas.set(output, place, *moved * end));
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
        let Layer { pre_activations, deltas, .. } = &mut before[layer - 1];
        let of_deltas = Weighted::backwards(network, layer, parameters, &rest[0].deltas);
        let of_weights = Weighted::backwards(network, layer, v, &panel.layers[layer].deltas);
        let scale = Lanes::splat(vector, network.weight_scale(layer));
        let still = &panel.layers[layer - 1];
        weighted_sums(
            vector,
            panel.rows,
            &[of_deltas, of_weights],
            network.fan_in(layer),
            #[inline(always)]
            |unit, place, sum| {
                let along = still.bends.get(vector, unit, place) * pre_activations.get(vector, unit, place);
                let error = sum * scale;
                deltas.set(unit, place, still.slopes.get(vector, unit, place).mul_add(error, along));
            },
        );
    }
}

/// Sums over rows of what goes to each parameter, short of the factors s.
pub(super) struct Sums {
    /// Of each layer's weights, `[out][in]`, rows filled up.
    pub weights: Vec<Numbers>,
    pub biases: Vec<Vec<f64>>,
}

impl Sums {
    pub fn new(network: &Network) -> Sums {
        let layers = || 0..network.layers();
        Sums {
            weights: layers().map(|l| zeros(padded(network.fan_in(l)) * network.fan_out(l))).collect(),
            biases: layers().map(|l| vec![0.0; network.biases(l).len()]).collect(),
        }
    }

    /// Adds a panel's gradient.
    pub fn add_gradient<V: Vector<Element = f64>>(&mut self, vector: V, panel: &Panel) {
        for (layer, (weights, biases)) in panel.layers.iter().zip(self.weights.iter_mut().zip(&mut self.biases)) {
            add_products(vector, panel.rows, [(&layer.deltas, &layer.inputs_by_row)], false, weights);
            add_rows(panel.rows, &layer.deltas, false, biases);
        }
    }

    /// Writes the sums with their factors into a list in the network's order.
    pub fn finish<V: Vector<Element = f64>>(&self, vector: V, network: &Network, list: &mut [f64]) {
        vectorize(
            vector,
            #[inline(always)]
            || {
                for (layer, (weights, biases)) in self.weights.iter().zip(&self.biases).enumerate() {
                    let (fan_in, scale) = (network.fan_in(layer), network.weight_scale(layer));
                    let rows = list[network.weights(layer)].chunks_exact_mut(fan_in);
                    for (own, sums) in rows.zip(weights.chunks_exact(padded(fan_in))) {
                        own.iter_mut().zip(sums).for_each(|(own, sum)| *own = scale * sum);
                    }
                    list[network.biases(layer)].copy_from_slice(biases);
                }
            },
        );
    }
}
