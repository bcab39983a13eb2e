//! The updates of a block of runs: their optimiser, with a learning rate for each layer.

use std::ops::Range;

use crate::lanes::{Lanes, Vector};
use crate::optimizer::{LayerRate, OptimizerState};
use crate::{Hyper, Optimizer};

pub(crate) struct Updates<V: Vector> {
    /// η of each layer.
    learning_rates: Vec<Lanes<V::Wide>>,
    /// The same times the factor of the schedule.
    layers: Vec<LayerRate<V>>,
    optimizer: OptimizerState<V>,
}

impl<V: Vector> Updates<V> {
    /// For layers whose parameters lie in these parts of a list, one after another.
    pub fn new(vector: V, optimizer: Optimizer, layers: impl Iterator<Item = Range<usize>>) -> Updates<V> {
        let zero = Lanes::splat(vector.wide(), 0.0);
        let layers: Vec<LayerRate<V>> = layers.map(|parameters| LayerRate { parameters, rate: zero }).collect();
        let length = layers.last().map_or(0, |layer| layer.parameters.end);
        Updates {
            learning_rates: vec![zero; layers.len()],
            layers,
            optimizer: OptimizerState::init(vector, optimizer, length),
        }
    }

    /// Makes a lane ready for the first update of a run.
    pub fn load(&mut self, lane: usize, hyper: &Hyper) {
        for (l, rate) in self.learning_rates.iter_mut().enumerate() {
            rate.set(lane, hyper.learning_rate.of_layer(l));
        }
        self.optimizer.load(lane, hyper.optimizer);
    }

    /// One update of the parameters by their gradient, with the learning rates times `factor`.
    #[inline(always)]
    pub fn update(&mut self, parameters: &mut [Lanes<V>], gradient: &[Lanes<V>], factor: Lanes<V::Wide>) {
        for (layer, &learning_rate) in self.layers.iter_mut().zip(&self.learning_rates) {
            layer.rate = learning_rate * factor;
        }
        self.optimizer.update(parameters, gradient, &self.layers);
    }
}
