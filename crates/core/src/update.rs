//! The updates of a block of runs: their optimiser, with a learning rate for each layer.

use crate::lanes::{Lanes, Vector};
use crate::optimizer::{LayerRate, OptimizerState};
use crate::{Hyper, Shape};

pub(crate) struct Updates<V: Vector> {
    /// η of each layer.
    learning_rates: Vec<Lanes<V::Wide>>,
    /// The same times the factor of the schedule.
    layers: Vec<LayerRate<V>>,
    optimizer: OptimizerState<V>,
}

impl<V: Vector> Updates<V> {
    pub fn new(vector: V, shape: &Shape) -> Updates<V> {
        let (network, zero) = (&shape.network, Lanes::splat(vector.wide(), 0.0));
        let layer = |l| LayerRate { parameters: network.weights(l).start..network.biases(l).end, rate: zero };
        Updates {
            learning_rates: vec![zero; network.layers()],
            layers: (0..network.layers()).map(layer).collect(),
            optimizer: OptimizerState::init(vector, shape.optimizer, network.parameters()),
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
