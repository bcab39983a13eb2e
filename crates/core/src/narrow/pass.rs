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
//! The sum of z starts from b where s is 1, else from 0, as all the others.
//!
//! Rows are taken in panels, whose products are those of [`super::layer`]. This changes no bit: each sum runs over its
//! inputs, outputs or rows in ascending order with one `mul_add` a term.

use std::array::from_fn;
use std::ops::Range;

use super::layer::Layer;
use super::table::{Inputs, Row};
use crate::lanes::{Element, Lanes, Vector, blocks, rows, vectorize};
use crate::{Activation, Loss, Network, Rows};

/// Rows that go through the network together: few, so that they and the weights stay in the second-level cache; more where
/// the weights do not fit there, so that a weight once fetched serves more rows.
fn panel_rows<V: Vector>(network: &Network) -> usize {
    let largest = (0..network.layers()).map(|l| network.weights(l).len()).max().unwrap_or(0);
    match largest * size_of::<Lanes<V>>() {
        0..=SECOND_LEVEL => 16,
        _ => 64,
    }
}

/// Bytes of weights beyond which they come from the third-level cache or from memory.
const SECOND_LEVEL: usize = 2 << 20;

/// Rows of features and targets, as lanes.
pub(crate) trait Source<V: Vector>: Inputs<V> {
    fn rows(self) -> usize;
    /// Some of the rows.
    fn panel(self, rows: Range<usize>) -> Self;
    fn target(self, row: usize) -> Lanes<V>;
}

/// Rows that all runs share.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a, V: Vector> {
    vector: V,
    inputs: usize,
    features: &'a [V::Element],
    targets: &'a [V::Element],
}

impl<'a, V: Vector> Shared<'a, V> {
    pub fn new(vector: V, rows: &'a Rows<V::Element>) -> Shared<'a, V> {
        Shared { vector, inputs: rows.inputs, features: &rows.features, targets: &rows.targets }
    }
}

/// The features of a row that all runs share.
#[derive(Clone, Copy)]
pub(crate) struct SharedRow<'a, V: Vector> {
    vector: V,
    features: &'a [V::Element],
}

impl<V: Vector> Row<V> for SharedRow<'_, V> {
    #[inline(always)]
    fn part(self, start: usize, count: usize) -> Self {
        SharedRow { features: &self.features[start..][..count], ..self }
    }
    #[inline(always)]
    fn at(self, input: usize) -> Lanes<V> {
        Lanes::of(self.vector, self.features[input])
    }
    #[inline(always)]
    fn some<const C: usize>(self, start: usize) -> [Lanes<V>; C] {
        let features: &[V::Element; C] = self.features[start..].first_chunk().expect("a tile lies in its row");
        from_fn(
            #[inline(always)]
            |i| Lanes::of(self.vector, features[i]),
        )
    }
}

impl<'a, V: Vector> Inputs<V> for Shared<'a, V> {
    type Row = SharedRow<'a, V>;
    #[inline(always)]
    fn rows_from(self, row: usize) -> impl Iterator<Item = SharedRow<'a, V>> {
        let rows = rows(&self.features[row * self.inputs..], self.inputs);
        rows.map(
            #[inline(always)]
            move |features| SharedRow { vector: self.vector, features },
        )
    }
}

impl<V: Vector> Source<V> for Shared<'_, V> {
    #[inline(always)]
    fn rows(self) -> usize {
        self.targets.len()
    }
    #[inline(always)]
    fn panel(self, rows: Range<usize>) -> Self {
        let features = &self.features[rows.start * self.inputs..rows.end * self.inputs];
        Shared { features, targets: &self.targets[rows], ..self }
    }
    #[inline(always)]
    fn target(self, row: usize) -> Lanes<V> {
        Lanes::of(self.vector, self.targets[row])
    }
}

/// Rows of each run's own: features are `[row][input]`.
#[derive(Clone, Copy)]
pub(crate) struct Gathered<'a, V: Vector> {
    pub inputs: usize,
    pub features: &'a [Lanes<V>],
    pub targets: &'a [Lanes<V>],
}

impl<'a, V: Vector> Inputs<V> for Gathered<'a, V> {
    type Row = &'a [Lanes<V>];
    #[inline(always)]
    fn rows_from(self, row: usize) -> impl Iterator<Item = &'a [Lanes<V>]> {
        rows(&self.features[row * self.inputs..], self.inputs)
    }
}

impl<V: Vector> Source<V> for Gathered<'_, V> {
    #[inline(always)]
    fn rows(self) -> usize {
        self.targets.len()
    }
    #[inline(always)]
    fn panel(self, rows: Range<usize>) -> Self {
        let features = &self.features[rows.start * self.inputs..rows.end * self.inputs];
        Gathered { features, targets: &self.targets[rows], ..self }
    }
    #[inline(always)]
    fn target(self, row: usize) -> Lanes<V> {
        self.targets[row]
    }
}

/// The rows of a panel that has `count` rows in its lanes, and how many lanes of each have one.
fn lanes_of(count: usize, width: usize) -> impl Iterator<Item = (usize, usize)> {
    blocks(count, width).map(|lanes| lanes.len()).enumerate()
}

/// The buffers of a pass, reused from step to step.
pub(crate) struct Pass<V: Vector> {
    layers: Vec<Layer<V>>,
    panel: usize,
    activation: Activation,
    loss: Loss,
    output_scale: f64,
    vector: V,
    zero: Lanes<V>,
}

impl<V: Vector> Pass<V> {
    pub fn new(vector: V, network: &Network, loss: Loss) -> Pass<V> {
        let panel = panel_rows::<V>(network);
        Pass {
            layers: (0..network.layers()).map(|l| Layer::new(vector, network, l, panel)).collect(),
            panel,
            activation: network.activation,
            loss,
            output_scale: network.output_scale(),
            vector,
            zero: Lanes::splat(vector, 0.0),
        }
    }

    /// The loss over the rows of `source`, and its gradient, which replaces what `gradient` holds.
    pub fn loss_and_gradient(
        &mut self,
        parameters: &[Lanes<V>],
        gain: Lanes<V>,
        source: impl Source<V>,
        gradient: &mut [Lanes<V>],
    ) -> Lanes<V> {
        let mut sum = self.zero;
        for rows in blocks(source.rows(), self.panel) {
            let panel = source.panel(rows.clone());
            self.forward(parameters, gain, panel);
            self.add_terms(source.rows(), panel, &mut sum);
            self.backward(rows.start == 0, parameters, gain, panel, gradient);
        }
        self.scale_gradient(gradient);
        sum * self.zero.like(self.loss.factor(source.rows()))
    }

    /// The loss over the rows of `source`.
    pub fn loss(&mut self, parameters: &[Lanes<V>], gain: Lanes<V>, source: impl Source<V>) -> Lanes<V> {
        let mut sum = self.zero;
        for rows in blocks(source.rows(), self.panel) {
            let panel = source.panel(rows);
            self.forward(parameters, gain, panel);
            self.add_terms(source.rows(), panel, &mut sum);
        }
        sum * self.zero.like(self.loss.factor(source.rows()))
    }

    /// The share of the rows of `source` that are classified rightly.
    pub fn accuracy(&mut self, parameters: &[Lanes<V>], gain: Lanes<V>, source: impl Source<V>) -> Lanes<V> {
        let mut right = self.zero.widened();
        for rows in blocks(source.rows(), self.panel) {
            let panel = source.panel(rows);
            self.forward(parameters, gain, panel);
            // A panel's rows can be counted in f32, all rows cannot.
            let mut of_panel = self.zero;
            let (vector, loss, outputs) = (self.vector, self.loss, &self.last().values);
            vectorize(
                vector,
                #[inline(always)]
                || (0..panel.rows()).for_each(|row| of_panel += loss.is_right(outputs.row(row), panel.target(row))),
            );
            right += of_panel.widened();
        }
        self.zero.rounded(right / right.like(source.rows() as f64))
    }

    /// The rows of a panel at most.
    pub fn panel(&self) -> usize {
        self.panel
    }

    /// Adds to `sum` the terms of one run's loss over `count` rows, which lie in the lanes of `panel`, in their order. The
    /// parameters are the same in every lane.
    pub fn add_terms_of_lanes(
        &mut self,
        parameters: &[Lanes<V>],
        gain: Lanes<V>,
        panel: Gathered<'_, V>,
        count: usize,
        sum: &mut V::Element,
    ) {
        self.forward(parameters, gain, panel);
        let (vector, loss) = (self.vector, self.loss);
        let last = self.last();
        vectorize(
            vector,
            #[inline(always)]
            || {
                for (row, lanes) in lanes_of(count, V::LANES) {
                    loss.terms_and_slopes_of_lanes(last.values.row_mut(row), panel.target(row), lanes, sum);
                }
            },
        );
    }

    /// Adds to `right` how many of the rows are classified rightly, as [`add_terms_of_lanes`](Self::add_terms_of_lanes).
    pub fn count_right_lanes(
        &mut self,
        parameters: &[Lanes<V>],
        gain: Lanes<V>,
        panel: Gathered<'_, V>,
        count: usize,
        right: &mut f64,
    ) {
        self.forward(parameters, gain, panel);
        let (vector, loss, outputs) = (self.vector, self.loss, &self.last().values);
        vectorize(
            vector,
            #[inline(always)]
            || {
                for (row, lanes) in lanes_of(count, V::LANES) {
                    let is_right = loss.is_right(outputs.row(row), panel.target(row));
                    *right += is_right.as_slice()[..lanes].iter().map(|right| right.exact()).sum::<f64>();
                }
            },
        );
    }

    /// The outputs of each layer for every row of `source`, `[layer][row][unit]`, in the first lane: activations, and y of
    /// the last.
    pub fn activations(
        &mut self,
        parameters: &[Lanes<V>],
        gain: Lanes<V>,
        source: impl Source<V>,
    ) -> Vec<Vec<Vec<f64>>> {
        let mut layers = vec![Vec::new(); self.layers.len()];
        for rows in blocks(source.rows(), self.panel) {
            self.forward(parameters, gain, source.panel(rows.clone()));
            for (layer, table) in self.layers.iter().zip(&mut layers) {
                let row = |row| layer.values.row(row).iter().map(|value| value.get(0)).collect();
                table.extend((0..rows.len()).map(row));
            }
        }
        layers
    }

    fn last(&mut self) -> &mut Layer<V> {
        self.layers.last_mut().expect("a network has a layer")
    }

    fn scale_gradient(&self, gradient: &mut [Lanes<V>]) {
        vectorize(
            self.vector,
            #[inline(always)]
            || {
                for layer in self.layers.iter().filter(|layer| layer.scale != 1.0) {
                    let scale = self.zero.like(layer.scale);
                    gradient[layer.weights.clone()].iter_mut().for_each(|g| *g *= scale);
                }
            },
        );
    }

    /// Writes into `values` the outputs of each layer for the rows of the panel: activations, and y of the last.
    fn forward(&mut self, parameters: &[Lanes<V>], gain: Lanes<V>, panel: impl Source<V>) {
        let rows = panel.rows();
        for l in 0..self.layers.len() {
            let (before, rest) = self.layers.split_at_mut(l);
            let layer = &mut rest[0];
            match before.last() {
                None => layer.products(parameters, rows, panel),
                Some(before) => layer.products(parameters, rows, &before.values),
            }
            if rest.len() > 1 {
                rest[0].activate(self.activation, gain, rows);
            }
        }
        self.scale_outputs(rows);
    }

    fn scale_outputs(&mut self, rows: usize) {
        if self.output_scale != 1.0 {
            let scale = self.zero.like(self.output_scale);
            let values = &mut self.last().values;
            (0..rows).for_each(|row| values.row_mut(row).iter_mut().for_each(|y| *y *= scale));
        }
    }

    /// Adds the panel's terms to `sum` and leaves δ of the last layer.
    fn add_terms(&mut self, all_rows: usize, panel: impl Source<V>, sum: &mut Lanes<V>) {
        let factor = self.zero.like(self.loss.slope_factor(all_rows) * self.output_scale);
        let (vector, loss) = (self.vector, self.loss);
        let last = self.last();
        vectorize(
            vector,
            #[inline(always)]
            || {
                let (units, mut terms) = (last.values.units(), *sum);
                for (row, values) in (0..panel.rows()).zip(last.values.rows_from_mut(0)) {
                    let outputs = &mut values[..units];
                    loss.term_and_slopes(outputs, panel.target(row), &mut terms);
                    outputs.iter_mut().for_each(|slope| *slope *= factor);
                }
                *sum = terms;
            },
        );
    }

    /// Adds the panel's share to the gradient, short of the factors sₗ.
    fn backward(
        &mut self,
        is_first: bool,
        parameters: &[Lanes<V>],
        gain: Lanes<V>,
        panel: impl Source<V>,
        gradient: &mut [Lanes<V>],
    ) {
        let (rows, activation) = (panel.rows(), (self.activation, gain));
        for l in (0..self.layers.len()).rev() {
            let (before, rest) = self.layers.split_at_mut(l);
            let layer = &rest[0];
            match before.last_mut() {
                None => layer.add_gradient(is_first, rows, gradient, panel),
                Some(before) => {
                    layer.add_gradient(is_first, rows, gradient, &before.values);
                    layer.deltas_before(parameters, rows, activation, before);
                }
            }
        }
    }
}
