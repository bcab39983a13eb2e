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
//! Rows are taken in panels, whose products are those of [`crate::layer`]. This changes no bit: each sum runs over its
//! inputs, outputs or rows in ascending order with one `mul_add` a term.

use std::ops::Range;

use pulp::Simd;

use crate::activation::activate;
use crate::lanes::{Lanes, vectorize};
use crate::layer::Layer;
use crate::{Activation, Loss, Network, Rows};

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
        Pass {
            layers: (0..network.layers()).map(|l| Layer::new(network, l, PANEL, zero)).collect(),
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
