//! The pass through the network of one run, forwards and backwards, with a unit to a lane. The bits are those of
//! [`crate::narrow`], since every sum has the same order.

use std::ops::Range;

use super::layer::WideLayer;
use super::panel::Panel;
use crate::lanes::{Buffer, Element, Lanes, Vector, blocks, buffer, vectorize};
use crate::{Activation, Loss, Network, Rows};

/// Rows that go through the network together: so many that a weight once loaded serves many, so few that their units stay in
/// the second-level cache. A multiple of the lanes.
const PANEL: usize = 64;

/// Rows to pass: all of them in their order, or some.
#[derive(Clone, Copy)]
pub(super) struct Chosen<'a, E> {
    pub rows: &'a Rows<E>,
    /// The numbers of the rows; `None` for all.
    pub order: Option<&'a [usize]>,
}

impl<E> Chosen<'_, E> {
    fn len(self) -> usize {
        self.order.map_or(self.rows.len(), <[_]>::len)
    }

    /// The number of a row.
    fn at(self, place: usize) -> usize {
        self.order.map_or(place, |order| order[place])
    }
}

/// A network, with the buffers of a pass, reused from step to step.
pub(super) struct WidePass<V: Vector> {
    vector: V,
    layers: Vec<WideLayer<V>>,
    inputs: Panel<V>,
    activation: Activation,
    loss: Loss,
    output_scale: f64,
    /// Outputs of some rows, `[output]`, the rows being lanes.
    outputs: Buffer<V>,
}

impl<V: Vector> WidePass<V> {
    pub fn new(vector: V, network: &Network, loss: Loss) -> WidePass<V> {
        let mut layers: Vec<WideLayer<V>> = Vec::with_capacity(network.layers());
        for l in 0..network.layers() {
            let start = layers.last().map_or(0, |before| before.parameters().end);
            layers.push(WideLayer::new(vector, network, l, start, PANEL));
        }
        WidePass {
            vector,
            layers,
            inputs: Panel::new(PANEL, network.fan_in(0)),
            activation: network.activation,
            loss,
            output_scale: network.output_scale(),
            outputs: buffer(Lanes::splat(vector, 0.0), network.outputs()),
        }
    }

    /// Where the parameters of each layer lie in the list of vectors.
    pub fn layers(&self) -> impl Iterator<Item = Range<usize>> {
        self.layers.iter().map(WideLayer::parameters)
    }

    /// Puts parameters in the network's order into the list of vectors.
    pub fn set_parameters(&mut self, network: &Network, values: &[f64], parameters: &mut [Lanes<V>]) {
        for (l, layer) in self.layers.iter_mut().enumerate() {
            layer.set_weights(parameters, network.fan_in(l), &values[network.weights(l)]);
            for (out, &value) in values[network.biases(l)].iter().enumerate() {
                layer.set_bias(parameters, out, value);
            }
        }
        self.refresh(parameters);
    }

    /// The parameters in the network's order.
    pub fn parameters(&self, network: &Network, parameters: &[Lanes<V>]) -> Vec<f64> {
        let mut values = Vec::with_capacity(network.parameters());
        for (l, layer) in self.layers.iter().enumerate() {
            let fan_in = network.fan_in(l);
            let weights = 0..network.weights(l).len();
            values.extend(weights.map(|place| layer.weight(parameters, place / fan_in, place % fan_in)));
            values.extend((0..network.biases(l).len()).map(|out| layer.bias(parameters, out)));
        }
        values
    }

    /// Takes in that the parameters have changed.
    pub fn refresh(&mut self, parameters: &[Lanes<V>]) {
        self.layers.iter_mut().for_each(|layer| layer.refresh(parameters));
    }

    /// The loss over the rows, and its gradient, which replaces what `gradient` holds.
    pub fn loss_and_gradient(
        &mut self,
        parameters: &[Lanes<V>],
        gain: Lanes<V>,
        source: Chosen<'_, V::Element>,
        gradient: &mut [Lanes<V>],
    ) -> Lanes<V> {
        let mut sum = V::Element::default();
        for rows in blocks(source.len(), PANEL) {
            self.forward(parameters, gain, source, rows.clone());
            self.add_terms(source, rows.clone(), &mut sum);
            self.backward(rows.start == 0, parameters, gain, rows.len(), gradient);
        }
        self.layers.iter().for_each(|layer| layer.scale_gradient(gradient));
        self.scaled(sum, source)
    }

    /// The loss over the rows.
    pub fn loss(&mut self, parameters: &[Lanes<V>], gain: Lanes<V>, source: Chosen<'_, V::Element>) -> Lanes<V> {
        let mut sum = V::Element::default();
        for rows in blocks(source.len(), PANEL) {
            self.forward(parameters, gain, source, rows.clone());
            self.add_terms(source, rows, &mut sum);
        }
        self.scaled(sum, source)
    }

    /// The loss over the rows from the sum of their terms.
    fn scaled(&self, sum: V::Element, source: Chosen<'_, V::Element>) -> Lanes<V> {
        let sum = Lanes::of(self.vector, sum);
        sum * sum.like(self.loss.factor(source.len()))
    }

    /// The share of the rows that are classified rightly.
    pub fn accuracy(&mut self, parameters: &[Lanes<V>], gain: Lanes<V>, source: Chosen<'_, V::Element>) -> Lanes<V> {
        let mut right = 0.0;
        for rows in blocks(source.len(), PANEL) {
            self.forward(parameters, gain, source, rows.clone());
            self.for_rows_in_lanes(
                source,
                rows,
                #[inline(always)]
                |loss, lanes| {
                    let is_right = loss.is_right(lanes.outputs, lanes.targets);
                    right += is_right.as_slice()[..lanes.count].iter().map(|right| right.exact()).sum::<f64>();
                },
            );
        }
        Lanes::splat(self.vector, right / source.len() as f64)
    }

    /// Leaves in every layer its outputs for some rows: activations, and z of the last.
    fn forward(&mut self, parameters: &[Lanes<V>], gain: Lanes<V>, source: Chosen<'_, V::Element>, rows: Range<usize>) {
        let count = rows.len();
        for (row, place) in rows.enumerate() {
            let features = source.rows.row(source.at(place));
            self.inputs.row_mut(row)[..features.len()].copy_from_slice(features);
        }
        for l in 0..self.layers.len() {
            let (before, rest) = self.layers.split_at_mut(l);
            let inputs = before.last().map_or(&self.inputs, |before| &before.values);
            let activation = (rest.len() > 1).then_some((self.activation, gain));
            rest[0].forward(parameters, count, inputs, activation);
        }
    }

    /// Adds the terms of the rows to `sum` and leaves δ of the last layer.
    fn add_terms(&mut self, source: Chosen<'_, V::Element>, rows: Range<usize>, sum: &mut V::Element) {
        let factor = Lanes::splat(self.vector, self.loss.slope_factor(source.len()) * self.output_scale);
        self.for_rows_in_lanes(
            source,
            rows,
            #[inline(always)]
            |loss, lanes| {
                loss.terms_and_slopes_of_lanes(lanes.outputs, lanes.targets, lanes.count, sum);
                for (output, &slope) in lanes.outputs.iter().enumerate() {
                    let delta = slope * factor;
                    for lane in 0..lanes.count {
                        lanes.values.row_mut(lanes.row + lane)[output] = delta.as_slice()[lane];
                    }
                }
            },
        );
    }

    /// Calls `f` for the rows of the panel, some at a time, one to a lane.
    #[inline(always)]
    fn for_rows_in_lanes(
        &mut self,
        source: Chosen<'_, V::Element>,
        rows: Range<usize>,
        mut f: impl FnMut(Loss, RowsInLanes<'_, V>),
    ) {
        let (vector, loss, scale) = (self.vector, self.loss, Lanes::splat(self.vector, self.output_scale));
        let outputs = &mut self.outputs;
        let last = self.layers.last_mut().expect("a network has a layer");
        vectorize(
            vector,
            #[inline(always)]
            || {
                let mut targets = Lanes::splat(vector, 0.0);
                for some in blocks(rows.len(), V::LANES) {
                    for (lane, row) in some.clone().enumerate() {
                        targets.as_mut_slice()[lane] = source.rows.targets[source.at(rows.start + row)];
                        for (output, &z) in outputs.iter_mut().zip(last.values.row(row)) {
                            output.as_mut_slice()[lane] = z;
                        }
                    }
                    outputs.iter_mut().for_each(|z| *z *= scale);
                    let values = &mut last.values;
                    f(loss, RowsInLanes { row: some.start, count: some.len(), targets, outputs, values });
                }
            },
        );
    }

    /// Adds the panel's share to the gradient, short of the factors sₗ.
    fn backward(
        &mut self,
        is_first: bool,
        parameters: &[Lanes<V>],
        gain: Lanes<V>,
        rows: usize,
        gradient: &mut [Lanes<V>],
    ) {
        for l in (0..self.layers.len()).rev() {
            let (before, rest) = self.layers.split_at_mut(l);
            match before.last_mut() {
                None => rest[0].add_gradient(is_first, rows, gradient, &self.inputs),
                Some(before) => {
                    rest[0].add_gradient(is_first, rows, gradient, &before.values);
                    rest[0].deltas_before(parameters, rows, (self.activation, gain), before);
                }
            }
        }
    }
}

/// Some rows of a panel, one to a lane.
struct RowsInLanes<'a, V: Vector> {
    /// The first of them in the panel.
    row: usize,
    /// How many there are; in the other lanes is what means nothing.
    count: usize,
    targets: Lanes<V>,
    /// `[output]`
    outputs: &'a mut [Lanes<V>],
    /// The panel.
    values: &'a mut Panel<V>,
}
