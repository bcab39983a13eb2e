//! A layer of the network of one run, with a unit to a lane.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use std::ops::Range;

use super::panel::Panel;
use super::products::{Finish, add_gradient, product};
use super::strips::Strips;
use crate::activation::{Units, activate, keeps_slopes, times_slopes};
use crate::lanes::{self, Buffer, Lanes, Tile, Vector, buffer, vectorize};
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
    /// Activations of a hidden layer, z of the last; on the way back δ takes their place.
    pub values: Panel<V>,
    /// φ′(g z) of a hidden layer, where it is kept.
    slopes: Option<Panel<V>>,
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
        let panel = || Panel::new(rows, fan_out);
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
            slopes: keeps_slopes(network.activation).then(panel),
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

    /// Writes the weights, given row by row (`[out][in]`).
    pub fn set_weights(&self, parameters: &mut [Lanes<V>], fan_in: usize, values: &[f64]) {
        let own = &mut parameters[self.weights.clone()];
        match self.along {
            Along::Outputs => self.strips.fill(own, |input, out| values[out * fan_in + input]),
            Along::Inputs => self.strips.fill(own, |out, input| values[out * fan_in + input]),
        }
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

    /// `values = s (W a) + b`; of a hidden layer turned into activations strip by strip, while they are in the first-level cache.
    pub fn forward(
        &mut self,
        parameters: &[Lanes<V>],
        rows: usize,
        inputs: &Panel<V>,
        activation: Option<(Activation, Lanes<V>)>,
    ) {
        let (vector, values) = (self.vector, &mut self.values);
        let (strips, matrix) = match self.along {
            Along::Outputs => (self.strips, &parameters[self.weights.clone()]),
            Along::Inputs => (self.transposed_strips, &self.transposed[..]),
        };
        let biases = Some(&parameters[self.biases.clone()]).filter(|biases| !biases.is_empty());
        let scale = (self.scale != 1.0).then(|| Lanes::splat(vector, self.scale));
        let first = biases.filter(|_| scale.is_none());
        for strip in strips.strips() {
            product(vector, rows, inputs, (&strip, matrix), first, values, &Affine { scale, biases });
            if let Some((activation, gain)) = activation {
                let places = strip.place..strip.place + strip.width;
                let slopes = self.slopes.as_mut();
                vectorize(
                    vector,
                    #[inline(always)]
                    || activate(activation, gain, &mut PanelUnits { vector, rows, places, values, slopes }),
                );
            }
        }
    }

    /// Adds `Σ_rows δ aᵀ` and `Σ_rows δ` to the gradient; of the first panel they replace what is there.
    pub fn add_gradient(&self, is_first: bool, rows: usize, gradient: &mut [Lanes<V>], inputs: &Panel<V>) {
        let factors = match self.along {
            Along::Outputs => (inputs, &self.values),
            Along::Inputs => (&self.values, inputs),
        };
        add_gradient(self.vector, is_first, rows, factors, self.strips, &mut gradient[self.weights.clone()]);
        let (vector, deltas, biases) = (self.vector, &self.values, &mut gradient[self.biases.clone()]);
        vectorize(
            vector,
            #[inline(always)]
            || {
                if is_first {
                    biases.fill(Lanes::splat(vector, 0.0));
                }
                let (vectors, stride) = deltas.vectors();
                for row in lanes::rows(vectors, stride).take(rows) {
                    for (bias, &delta) in biases.iter_mut().zip(row) {
                        *bias += Lanes::from_values(vector, delta);
                    }
                }
            },
        );
    }

    /// δ of the layer before, whose activations it takes the place of: `s (Wᵀ δ)` times that layer's slopes.
    pub fn deltas_before(
        &self,
        parameters: &[Lanes<V>],
        rows: usize,
        (activation, gain): (Activation, Lanes<V>),
        before: &mut WideLayer<V>,
    ) {
        let (strips, matrix) = match self.along {
            Along::Outputs => (self.transposed_strips, &self.transposed[..]),
            Along::Inputs => (self.strips, &parameters[self.weights.clone()]),
        };
        let WideLayer { values, slopes, .. } = before;
        let scale = (self.scale != 1.0).then(|| Lanes::splat(self.vector, self.scale));
        let finish = TimesSlopes { vector: self.vector, scale, activation, gain, slopes: slopes.as_ref() };
        for strip in strips.strips() {
            product(self.vector, rows, &self.values, (&strip, matrix), None, values, &finish);
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

/// `s Σ + b`. Where s is 1 the sums start from b.
struct Affine<'a, V: Vector> {
    /// Where it is not 1.
    scale: Option<Lanes<V>>,
    biases: Option<&'a [Lanes<V>]>,
}

impl<V: Vector> Finish<V> for Affine<'_, V> {
    #[inline(always)]
    fn finish<const R: usize, const C: usize>(
        &self,
        (_, place): (usize, usize),
        mut sums: Tile<V, R, C>,
        _: &Panel<V>,
    ) -> Tile<V, R, C> {
        let Some(scale) = self.scale else { return sums };
        let biases: Option<&[Lanes<V>; C]> =
            self.biases.map(|biases| biases[place..].first_chunk().expect("a tile lies in its layer"));
        for r in 0..R {
            for c in 0..C {
                sums[r][c] = match biases {
                    Some(biases) => sums[r][c].mul_add(scale, biases[c]),
                    None => sums[r][c] * scale,
                };
            }
        }
        sums
    }
}

/// `s Σ` times the slopes of the units, whose activations are in the target.
struct TimesSlopes<'a, V: Vector> {
    vector: V,
    /// Where it is not 1.
    scale: Option<Lanes<V>>,
    activation: Activation,
    gain: Lanes<V>,
    /// Where they are kept.
    slopes: Option<&'a Panel<V>>,
}

impl<V: Vector> Finish<V> for TimesSlopes<'_, V> {
    #[inline(always)]
    fn finish<const R: usize, const C: usize>(
        &self,
        (row, place): (usize, usize),
        mut sums: Tile<V, R, C>,
        target: &Panel<V>,
    ) -> Tile<V, R, C> {
        if let Some(scale) = self.scale {
            for r in 0..R {
                for c in 0..C {
                    sums[r][c] *= scale;
                }
            }
        }
        let activations: [&[V::Values; C]; R] = target.places(row, place);
        let slopes = self.slopes.map_or(activations, |slopes| slopes.places(row, place));
        times_slopes(
            self.activation,
            self.gain,
            sums,
            #[inline(always)]
            |r, c| Lanes::from_values(self.vector, activations[r][c]),
            #[inline(always)]
            |r, c| Lanes::from_values(self.vector, slopes[r][c]),
        )
    }
}

/// Some units of a layer in the first rows of a panel.
struct PanelUnits<'a, V: Vector> {
    vector: V,
    rows: usize,
    /// The vectors of each row.
    places: Range<usize>,
    values: &'a mut Panel<V>,
    slopes: Option<&'a mut Panel<V>>,
}

impl<V: Vector> Units<V> for PanelUnits<'_, V> {
    #[inline(always)]
    fn replace(&mut self, function: impl Fn(Lanes<V>) -> Lanes<V>) {
        for values in self.values.parts_mut(self.places.clone()).take(self.rows) {
            for value in values {
                *value = function(Lanes::from_values(self.vector, *value)).values();
            }
        }
    }

    #[inline(always)]
    fn replace_and_keep(&mut self, function: impl Fn(Lanes<V>) -> (Lanes<V>, Lanes<V>)) {
        let slopes = self.slopes.as_mut().expect("there is a panel where slopes are kept");
        let rows = self.values.parts_mut(self.places.clone()).zip(slopes.parts_mut(self.places.clone()));
        for (values, slopes) in rows.take(self.rows) {
            for (value, slope) in values.iter_mut().zip(slopes) {
                let (activation, derivative) = function(Lanes::from_values(self.vector, *value));
                (*value, *slope) = (activation.values(), derivative.values());
            }
        }
    }
}
