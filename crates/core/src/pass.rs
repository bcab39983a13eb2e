//! The pass through a network, forwards and backwards, for a block of runs.
//!
//! For every row, in order, with a₀ = x:
//!
//! ```text
//! zₗ = sₗ (Wₗ aₗ₋₁) + bₗ      aₗ = φ(g zₗ)      y = r zₗ of the last layer
//! δₗ = r ∂E/∂y  for the last layer, else  g φ′(g zₗ) sₗ₊₁ (Wₗ₊₁ᵀ δₗ₊₁)
//! ∂E/∂Wₗ = sₗ Σ_rows δₗ aₗ₋₁ᵀ      ∂E/∂bₗ = Σ_rows δₗ
//! ```
//!
//! Rows are taken in panels, and each product in tiles of 4 × 4 that stay in registers, so that a weight once loaded
//! serves four rows and a row four weights. Neither changes a bit: each sum runs over its inputs, outputs or rows in
//! ascending order with one `mul_add` a term.

use std::array::from_fn;
use std::ops::Range;

use pulp::Simd;

use crate::lanes::{Lanes, vectorize};
use crate::{Activation, Loss, Network, Rows, math};

/// Rows that go through the network together.
const PANEL: usize = 16;

/// Rows of features and targets, as lanes.
pub(crate) trait Source<S: Simd>: Copy {
    fn rows(self) -> usize;
    fn input(self, row: usize, input: usize) -> Lanes<S>;
    fn target(self, row: usize) -> Lanes<S>;
}

/// Rows that all runs share.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a, S> {
    pub simd: S,
    pub rows: &'a Rows,
}

impl<S: Simd> Source<S> for Shared<'_, S> {
    #[inline(always)]
    fn rows(self) -> usize {
        self.rows.len()
    }
    #[inline(always)]
    fn input(self, row: usize, input: usize) -> Lanes<S> {
        Lanes::splat(self.simd, self.rows.features[row * self.rows.inputs + input])
    }
    #[inline(always)]
    fn target(self, row: usize) -> Lanes<S> {
        Lanes::splat(self.simd, self.rows.targets[row])
    }
}

/// Rows of each run's own: `inputs` is `[row][input]`.
#[derive(Clone, Copy)]
pub(crate) struct Gathered<'a, S: Simd> {
    pub inputs: &'a [Lanes<S>],
    pub targets: &'a [Lanes<S>],
}

impl<S: Simd> Source<S> for Gathered<'_, S> {
    #[inline(always)]
    fn rows(self) -> usize {
        self.targets.len()
    }
    #[inline(always)]
    fn input(self, row: usize, input: usize) -> Lanes<S> {
        self.inputs[row * (self.inputs.len() / self.targets.len()) + input]
    }
    #[inline(always)]
    fn target(self, row: usize) -> Lanes<S> {
        self.targets[row]
    }
}

struct Layer<S: Simd> {
    fan_in: usize,
    fan_out: usize,
    weights: Range<usize>,
    biases: Range<usize>,
    scale: f64,
    /// `[row of the panel][unit]`: activations of a hidden layer, outputs of the last.
    values: Vec<Lanes<S>>,
    /// `g φ′(g z)` of a hidden layer, in the same places.
    slopes: Vec<Lanes<S>>,
    /// δ of the layer, in the same places.
    deltas: Vec<Lanes<S>>,
}

/// The buffers of a pass, reused from step to step.
pub(crate) struct Pass<S: Simd> {
    layers: Vec<Layer<S>>,
    activation: Activation,
    loss: Loss,
    output_scale: f64,
    simd: S,
    zero: Lanes<S>,
}

impl<S: Simd> Pass<S> {
    pub fn new(simd: S, network: &Network, loss: Loss) -> Pass<S> {
        let zero = Lanes::splat(simd, 0.0);
        let layer = |l: usize| {
            let buffer = vec![zero; PANEL * network.fan_out(l)];
            Layer {
                fan_in: network.fan_in(l),
                fan_out: network.fan_out(l),
                weights: network.weights(l),
                biases: network.biases(l),
                scale: network.weight_scale(l),
                values: buffer.clone(),
                slopes: buffer.clone(),
                deltas: buffer,
            }
        };
        Pass {
            layers: (0..network.layers()).map(layer).collect(),
            activation: network.activation,
            loss,
            output_scale: network.output_scale(),
            simd,
            zero,
        }
    }

    /// The loss over the rows of `source`, and its gradient, which replaces what `gradient` holds.
    pub fn loss_and_gradient(
        &mut self,
        parameters: &[Lanes<S>],
        gain: Lanes<S>,
        source: impl Source<S>,
        gradient: &mut [Lanes<S>],
    ) -> Lanes<S> {
        vectorize(
            self.simd,
            #[inline(always)]
            || {
                gradient.fill(self.zero);
                let mut sum = self.zero;
                for panel in panels(source.rows()) {
                    self.forward(parameters, gain, source, panel.clone());
                    self.add_terms(source, panel.clone(), &mut sum);
                    self.backward(parameters, source, panel, gradient);
                }
                self.scale_gradient(gradient);
                sum * self.zero.like(self.loss.factor(source.rows()))
            },
        )
    }

    /// The loss over the rows of `source`.
    pub fn loss(&mut self, parameters: &[Lanes<S>], gain: Lanes<S>, source: impl Source<S>) -> Lanes<S> {
        vectorize(
            self.simd,
            #[inline(always)]
            || {
                let mut sum = self.zero;
                for panel in panels(source.rows()) {
                    self.forward(parameters, gain, source, panel.clone());
                    self.add_terms(source, panel, &mut sum);
                }
                sum * self.zero.like(self.loss.factor(source.rows()))
            },
        )
    }

    /// The share of the rows of `source` that are classified rightly.
    pub fn accuracy(&mut self, parameters: &[Lanes<S>], gain: Lanes<S>, source: impl Source<S>) -> Lanes<S> {
        vectorize(
            self.simd,
            #[inline(always)]
            || {
                let mut right = self.zero;
                for panel in panels(source.rows()) {
                    self.forward(parameters, gain, source, panel.clone());
                    let last = self.layers.last().expect("a network has a layer");
                    for (y, row) in last.values.chunks_exact(last.fan_out).zip(panel) {
                        right += self.loss.is_right(y, source.target(row));
                    }
                }
                right / self.zero.like(source.rows() as f64)
            },
        )
    }

    /// What each layer hands on for every row of `source`, `[layer][row][unit]`, in the first lane: activations, and
    /// the outputs y of the last.
    pub fn activations(
        &mut self,
        parameters: &[Lanes<S>],
        gain: Lanes<S>,
        source: impl Source<S>,
    ) -> Vec<Vec<Vec<f64>>> {
        let mut layers = vec![Vec::new(); self.layers.len()];
        for panel in panels(source.rows()) {
            self.forward(parameters, gain, source, panel.clone());
            for (layer, rows) in self.layers.iter().zip(&mut layers) {
                let used = layer.values.chunks_exact(layer.fan_out).take(panel.len());
                rows.extend(used.map(|row| row.iter().map(|value| value.get(0)).collect()));
            }
        }
        layers
    }

    #[inline(always)]
    fn scale_gradient(&self, gradient: &mut [Lanes<S>]) {
        for layer in &self.layers {
            let scale = self.zero.like(layer.scale);
            gradient[layer.weights.clone()].iter_mut().for_each(|g| *g *= scale);
        }
    }

    /// Leaves in `values` what each layer hands on for the rows of the panel: activations, and the outputs of the last.
    #[inline(always)]
    fn forward(&mut self, parameters: &[Lanes<S>], gain: Lanes<S>, source: impl Source<S>, panel: Range<usize>) {
        let rows = panel.len();
        let last = self.layers.len() - 1;
        for l in 0..=last {
            let (before, rest) = self.layers.split_at_mut(l);
            let layer = &mut rest[0];
            match before.last() {
                None => layer.products(
                    parameters,
                    rows,
                    #[inline(always)]
                    |row, i| source.input(panel.start + row, i),
                ),
                Some(before) => layer.products(
                    parameters,
                    rows,
                    #[inline(always)]
                    |row, i| before.values[row * before.fan_out + i],
                ),
            }
            let used = rows * layer.fan_out;
            if l < last {
                activate(self.activation, gain, &mut layer.values[..used], &mut layer.slopes[..used]);
            } else {
                let scale = self.zero.like(self.output_scale);
                layer.values[..used].iter_mut().for_each(|y| *y *= scale);
            }
        }
    }

    /// Adds the panel's terms to `sum` and leaves δ of the last layer.
    #[inline(always)]
    fn add_terms(&mut self, source: impl Source<S>, panel: Range<usize>, sum: &mut Lanes<S>) {
        let last = self.layers.last_mut().expect("a network has a layer");
        let factor = self.zero.like(self.loss.slope_factor(source.rows()) * self.output_scale);
        let rows = last.values.chunks_exact(last.fan_out).zip(last.deltas.chunks_exact_mut(last.fan_out));
        for ((y, deltas), row) in rows.zip(panel) {
            deltas.copy_from_slice(y);
            self.loss.term_and_slopes(deltas, source.target(row), sum);
            deltas.iter_mut().for_each(|delta| *delta *= factor);
        }
    }

    /// Adds the panel's share to the gradient, short of the factors sₗ.
    #[inline(always)]
    fn backward(
        &mut self,
        parameters: &[Lanes<S>],
        source: impl Source<S>,
        panel: Range<usize>,
        gradient: &mut [Lanes<S>],
    ) {
        let rows = panel.len();
        for l in (0..self.layers.len()).rev() {
            let (before, rest) = self.layers.split_at_mut(l);
            let layer = &rest[0];
            match before.last_mut() {
                None => layer.add_gradient(
                    rows,
                    gradient,
                    #[inline(always)]
                    |row, i| source.input(panel.start + row, i),
                ),
                Some(before) => {
                    layer.add_gradient(
                        rows,
                        gradient,
                        #[inline(always)]
                        |row, i| before.values[row * before.fan_out + i],
                    );
                    layer.deltas_before(parameters, rows, before);
                }
            }
        }
    }
}

fn panels(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(PANEL).map(move |start| start..(start + PANEL).min(rows))
}

/// Calls `$tile::<4, 4>` over the whole of a table of `$rows` × `$columns`, and narrower ones along its edges.
macro_rules! tiles {
    ($rows:expr, $columns:expr, |$row:ident, $column:ident, $R:ident, $C:ident| $tile:expr) => {{
        let (rows, columns) = ($rows, $columns);
        let mut $row = 0;
        while $row < rows {
            let mut $column = 0;
            if rows - $row >= 4 {
                const $R: usize = 4;
                while columns - $column >= 4 {
                    const $C: usize = 4;
                    $tile;
                    $column += 4;
                }
                while $column < columns {
                    const $C: usize = 1;
                    $tile;
                    $column += 1;
                }
                $row += 4;
            } else {
                const $R: usize = 1;
                while columns - $column >= 4 {
                    const $C: usize = 4;
                    $tile;
                    $column += 4;
                }
                while $column < columns {
                    const $C: usize = 1;
                    $tile;
                    $column += 1;
                }
                $row += 1;
            }
        }
    }};
}

impl<S: Simd> Layer<S> {
    /// `values = s (W a) + b`.
    #[inline(always)]
    fn products(&mut self, parameters: &[Lanes<S>], rows: usize, input: impl Fn(usize, usize) -> Lanes<S> + Copy) {
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
    fn add_gradient(&self, rows: usize, gradient: &mut [Lanes<S>], input: impl Fn(usize, usize) -> Lanes<S> + Copy) {
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
    fn deltas_before(&self, parameters: &[Lanes<S>], rows: usize, before: &mut Layer<S>) {
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

/// Turns pre-activations z into activations φ(g z), and leaves `g φ′(g z)` in `slopes`.
#[inline(always)]
fn activate<S: Simd>(activation: Activation, gain: Lanes<S>, values: &mut [Lanes<S>], slopes: &mut [Lanes<S>]) {
    let one = gain.like(1.0);
    let zero = gain.like(0.0);
    match activation {
        Activation::Identity => apply(
            gain,
            values,
            slopes,
            #[inline(always)]
            |u| (u, one),
        ),
        Activation::Relu => apply(
            gain,
            values,
            slopes,
            #[inline(always)]
            |u| {
                let positive = u.gt(zero);
                // Not `max`: a NaN stays one.
                (u.le(zero).select(zero, u), positive.as_numbers())
            },
        ),
        Activation::Tanh => apply(
            gain,
            values,
            slopes,
            #[inline(always)]
            |u| {
                let a = math::tanh(u);
                (a, (-a).mul_add(a, one))
            },
        ),
        Activation::Sigmoid => apply(
            gain,
            values,
            slopes,
            #[inline(always)]
            |u| {
                let a = math::sigmoid(u);
                (a, a * (one - a))
            },
        ),
        Activation::Softplus => apply(
            gain,
            values,
            slopes,
            #[inline(always)]
            |u| (math::softplus(u), math::sigmoid(u)),
        ),
        Activation::Gelu => apply(
            gain,
            values,
            slopes,
            #[inline(always)]
            |u| {
                let (cdf, density) = math::normal_cdf_and_density(u);
                (u * cdf, u.mul_add(density, cdf))
            },
        ),
    }
}

#[inline(always)]
fn apply<S: Simd>(
    gain: Lanes<S>,
    values: &mut [Lanes<S>],
    slopes: &mut [Lanes<S>],
    function: impl Fn(Lanes<S>) -> (Lanes<S>, Lanes<S>),
) {
    for (value, slope) in values.iter_mut().zip(slopes) {
        let (activation, derivative) = function(*value * gain);
        *value = activation;
        *slope = derivative * gain;
    }
}
