//! A layer of the network of one run, with a unit to a lane.

use std::ops::Range;

use super::panel::Panel;
use super::products::{add_gradient, product};
use super::strips::Strips;
use crate::activation::{Units, activate};
use crate::lanes::{Buffer, Lanes, Vector, buffer, vectorize};
use crate::{Activation, Network};

pub(super) struct WideLayer<V: Vector> {
    vector: V,
    along: Along,
    scale: f64,
    /// Where the weights lie in the list of parameters, and how.
    weights: Range<usize>,
    strips: Strips,
    /// Where the biases lie in the list of parameters: empty without them.
    biases: Range<usize>,
    /// The weights transposed; empty where nothing needs them.
    transposed: Buffer<V>,
    transposed_strips: Strips,
    /// Activations of a hidden layer; z of the last.
    pub values: Panel<V>,
    /// `g φ′(g z)` of a hidden layer.
    slopes: Panel<V>,
    /// δ of the layer.
    pub deltas: Panel<V>,
}

/// What lies along the vectors of the weights: the outputs of an input, or the inputs of an output. Whichever pads less.
#[derive(Clone, Copy, PartialEq)]
enum Along {
    Outputs,
    Inputs,
}

impl<V: Vector> WideLayer<V> {
    /// A layer whose parameters begin at a place of the list, with panels of so many rows.
    pub fn new(vector: V, network: &Network, layer: usize, start: usize, rows: usize) -> WideLayer<V> {
        let (fan_in, fan_out) = (network.fan_in(layer), network.fan_out(layer));
        let [by_outputs, by_inputs] = [Strips::new::<V>(fan_in, fan_out), Strips::new::<V>(fan_out, fan_in)];
        let (along, strips, transposed_strips) = match by_outputs.len() <= by_inputs.len() {
            true => (Along::Outputs, by_outputs, by_inputs),
            false => (Along::Inputs, by_inputs, by_outputs),
        };
        // The first layer has none before it, to which δ would go back through the transposed weights.
        let is_copied = layer > 0 || along == Along::Inputs;
        let weights = start..start + strips.len();
        let biases = weights.end..weights.end + if network.bias { fan_out.div_ceil(V::LANES) } else { 0 };
        let panel = || Panel::new(vector, rows, fan_out);
        WideLayer {
            vector,
            along,
            scale: network.weight_scale(layer),
            weights,
            strips,
            biases,
            transposed: buffer(Lanes::splat(vector, 0.0), if is_copied { transposed_strips.len() } else { 0 }),
            transposed_strips,
            values: panel(),
            slopes: panel(),
            deltas: panel(),
        }
    }

    /// Where the parameters lie in the list, weights and biases.
    pub fn parameters(&self) -> Range<usize> {
        self.weights.start..self.biases.end
    }

    /// The place of a weight, as row and column.
    fn place(&self, out: usize, input: usize) -> (usize, usize) {
        match self.along {
            Along::Outputs => (input, out),
            Along::Inputs => (out, input),
        }
    }

    pub fn weight(&self, parameters: &[Lanes<V>], out: usize, input: usize) -> f64 {
        let (row, column) = self.place(out, input);
        self.strips.get(&parameters[self.weights.clone()], row, column)
    }

    pub fn set_weight(&self, parameters: &mut [Lanes<V>], out: usize, input: usize, value: f64) {
        let (row, column) = self.place(out, input);
        self.strips.set(&mut parameters[self.weights.clone()], row, column, value);
    }

    pub fn bias(&self, parameters: &[Lanes<V>], out: usize) -> f64 {
        parameters[self.biases.clone()][out / V::LANES].get(out % V::LANES)
    }

    pub fn set_bias(&self, parameters: &mut [Lanes<V>], out: usize, value: f64) {
        parameters[self.biases.clone()][out / V::LANES].set(out % V::LANES, value);
    }

    /// Transposes the weights anew.
    pub fn refresh(&mut self, parameters: &[Lanes<V>]) {
        if !self.transposed.is_empty() {
            let (vector, strips, other) = (self.vector, self.strips, self.transposed_strips);
            let (weights, transposed) = (&parameters[self.weights.clone()], &mut self.transposed);
            vectorize(
                vector,
                #[inline(always)]
                || strips.transpose(weights, other, transposed),
            );
        }
    }

    /// `values = s (W a) + b`; of a hidden layer turned into activations, which leave their slopes, strip by strip, while they are in
    /// the first-level cache.
    pub fn forward(
        &mut self,
        parameters: &[Lanes<V>],
        rows: usize,
        inputs: &Panel<V>,
        activation: Option<(Activation, Lanes<V>)>,
    ) {
        let (vector, values, slopes) = (self.vector, &mut self.values, &mut self.slopes);
        let (strips, matrix) = match self.along {
            Along::Outputs => (self.strips, &parameters[self.weights.clone()]),
            Along::Inputs => (self.transposed_strips, &self.transposed[..]),
        };
        let biases = Some(&parameters[self.biases.clone()]).filter(|biases| !biases.is_empty());
        let (is_scaled, scale) = (self.scale != 1.0, Lanes::splat(vector, self.scale));
        let first = biases.filter(|_| !is_scaled);
        for strip in strips.strips() {
            product(
                vector,
                rows,
                inputs,
                (&strip, matrix),
                first,
                values,
                #[inline(always)]
                |_, place, sums| match biases {
                    _ if !is_scaled => {}
                    Some(biases) => {
                        let biases = &biases[place..][..sums.len()];
                        sums.iter_mut().zip(biases).for_each(|(sum, &bias)| *sum = sum.mul_add(scale, bias));
                    }
                    None => sums.iter_mut().for_each(|sum| *sum *= scale),
                },
            );
            if let Some((activation, gain)) = activation {
                let places = strip.place..strip.place + strip.width;
                vectorize(
                    vector,
                    #[inline(always)]
                    || activate(activation, gain, &mut PanelUnits { rows, places, values, slopes }),
                );
            }
        }
    }

    /// Adds `Σ_rows δ aᵀ` and `Σ_rows δ` to the gradient; of the first panel they replace what is there.
    pub fn add_gradient(&self, is_first: bool, rows: usize, gradient: &mut [Lanes<V>], inputs: &Panel<V>) {
        let factors = match self.along {
            Along::Outputs => (inputs, &self.deltas),
            Along::Inputs => (&self.deltas, inputs),
        };
        add_gradient(self.vector, is_first, rows, factors, self.strips, &mut gradient[self.weights.clone()]);
        let (vector, deltas, biases) = (self.vector, &self.deltas, &mut gradient[self.biases.clone()]);
        vectorize(
            vector,
            #[inline(always)]
            || {
                if is_first {
                    biases.fill(Lanes::splat(vector, 0.0));
                }
                let (vectors, stride) = deltas.vectors();
                for row in vectors.chunks_exact(stride).take(rows) {
                    for (bias, &delta) in biases.iter_mut().zip(row) {
                        *bias += Lanes::from_values(vector, delta);
                    }
                }
            },
        );
    }

    /// δ of the layer before: `s (Wᵀ δ)` times that layer's slopes.
    pub fn deltas_before(&self, parameters: &[Lanes<V>], rows: usize, before: &mut WideLayer<V>) {
        let (strips, matrix) = match self.along {
            Along::Outputs => (self.transposed_strips, &self.transposed[..]),
            Along::Inputs => (self.strips, &parameters[self.weights.clone()]),
        };
        let WideLayer { deltas, slopes, .. } = before;
        let (vector, is_scaled, scale) = (self.vector, self.scale != 1.0, Lanes::splat(self.vector, self.scale));
        for strip in strips.strips() {
            product(
                vector,
                rows,
                &self.deltas,
                (&strip, matrix),
                None,
                deltas,
                #[inline(always)]
                |row, place, sums| {
                    let slopes = slopes.part(row, place, sums.len());
                    for (sum, &slope) in sums.iter_mut().zip(slopes) {
                        let slope = Lanes::from_values(vector, slope);
                        *sum = if is_scaled { *sum * scale * slope } else { *sum * slope };
                    }
                },
            );
        }
    }

    /// Multiplies the gradient of the weights by s.
    pub fn scale_gradient(&self, gradient: &mut [Lanes<V>]) {
        if self.scale == 1.0 {
            return;
        }
        let scale = Lanes::splat(self.vector, self.scale);
        let weights = &mut gradient[self.weights.clone()];
        vectorize(
            self.vector,
            #[inline(always)]
            || weights.iter_mut().for_each(|g| *g *= scale),
        );
    }
}

/// Some units of a layer in the first rows of a panel.
struct PanelUnits<'a, V: Vector> {
    rows: usize,
    /// The vectors of each row.
    places: Range<usize>,
    values: &'a mut Panel<V>,
    slopes: &'a mut Panel<V>,
}

impl<V: Vector> Units<V> for PanelUnits<'_, V> {
    #[inline(always)]
    fn replace(&mut self, function: impl Fn(Lanes<V>) -> (Lanes<V>, Lanes<V>)) {
        self.values.replace(self.slopes, self.rows, self.places.clone(), function);
    }
}
