//! What can be wrong with what the engine is given.

use crate::{Loss, Optimizer};

/// Why a network, a shape, data or the numbers of a run are refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A network without inputs or outputs, or with an empty layer.
    #[error("widths {0:?} make no network: a number of inputs and one of outputs at least, each 1 or more")]
    Widths(Vec<usize>),
    /// Nothing to train on.
    #[error("there are no rows to train on")]
    NoRows,
    /// Features that are not as many as inputs × rows.
    #[error("{found} features for {rows} rows of {inputs} inputs")]
    Features {
        /// How many there are.
        found: usize,
        /// Targets.
        rows: usize,
        /// Features a row.
        inputs: usize,
    },
    /// Rows that are not as wide as the network.
    #[error("rows have {found} inputs, the network {expected}")]
    Inputs {
        /// Features a row.
        found: usize,
        /// Inputs of the network.
        expected: usize,
    },
    /// A loss of one output, on a network of several.
    #[error("the loss {loss:?} needs one output, the network has {found}")]
    Outputs {
        /// The loss.
        loss: Loss,
        /// Outputs of the network.
        found: usize,
    },
    /// A target that is no class.
    #[error("the target {target} of row {row} is no class: a whole number from 0 to {last}")]
    Class {
        /// The row, from 0.
        row: usize,
        /// Its target.
        target: f64,
        /// The last class.
        last: usize,
    },
    /// A feature or a target that f32 cannot hold.
    #[error("row {row} has {value:e}, which is beyond the range of f32")]
    Range {
        /// The row, from 0.
        row: usize,
        /// The number.
        value: f64,
    },
    /// Parameters that are not as many as the network has.
    #[error("{found} parameters are given, the network has {expected}")]
    Parameters {
        /// How many are given.
        found: usize,
        /// How many there are.
        expected: usize,
    },
    /// Learning rates that are not as many as layers.
    #[error("{found} learning rates are given for {expected} layers of weights")]
    LearningRates {
        /// How many are given.
        found: usize,
        /// Layers.
        expected: usize,
    },
    /// Starting weights that are neither one for all of the first layer nor one for each.
    #[error("{found} starting weights are given for a first layer of {expected}: one, or one for each")]
    StartingWeights {
        /// How many are given.
        found: usize,
        /// Weights of the first layer.
        expected: usize,
    },
    /// A run whose optimiser is of another [kind](Optimizer::kind) than that of its shape.
    #[error("a run's optimiser {run:?} is of another rule, or has other options, than that of its shape, {shape:?}")]
    Optimizer {
        /// The run's.
        run: Optimizer,
        /// The shape's.
        shape: Optimizer,
    },
}
