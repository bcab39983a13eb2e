//! What every optimiser does for a block of runs.

use std::ops::Range;

use crate::lanes::{Lanes, Vector};

/// What an optimiser keeps of a block of runs, one to a lane: their numbers, and what it remembers of their gradients.
pub(super) trait State<V: Vector> {
    /// The optimiser.
    type Optimizer;

    /// The state for networks of so many parameters, before any run. Of the optimiser only its options count, which all
    /// runs of a block share.
    fn init(vector: V, optimizer: &Self::Optimizer, parameters: usize) -> Self;

    /// Makes a lane ready for the first update of a run with these numbers.
    fn load(&mut self, lane: usize, optimizer: &Self::Optimizer);

    /// One update of the parameters θ by the gradient g.
    fn update(&mut self, parameters: &mut [Lanes<V>], gradient: &[Lanes<V>], layers: &[LayerRate<V>]);
}

/// The learning rate of a layer's parameters.
pub(crate) struct LayerRate<V: Vector> {
    /// Where the parameters lie.
    pub parameters: Range<usize>,
    /// η times the factor of the schedule.
    pub rate: Lanes<V::Wide>,
}
