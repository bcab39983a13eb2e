//! The run to explain.

use etascape_core::{Data, Hyper, Loss, Optimizer, Shape, Step};
use etascape_text::short;

use crate::theory::Theory;

/// The run to explain.
#[derive(Debug, Clone, Copy)]
pub struct ExplainedRun<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// The network, loss, optimiser and schedule of the run.
    pub shape: &'a Shape,
    /// Its numbers.
    pub hyper: &'a Hyper,
    /// Its rows.
    pub data: &'a Data,
    /// Names of the features, one per input.
    pub features: &'a [String],
    /// Names of the classes, where targets are classes.
    pub classes: Option<&'a [String]>,
    /// The theory of the sweep; `None` where the runs do not all minimise the same quadratic.
    pub theory: Option<&'a Theory>,
    /// Paths of swept parameters. Here they have the value that the file gives outside the sweep.
    pub swept: &'a [String],
}

pub(super) fn is_neuron(shape: &Shape) -> bool {
    shape.network.layers() == 1 && shape.network.outputs() == 1 && matches!(shape.loss, Loss::HalfSse | Loss::Mse)
}

/// Whether the update is plain gradient descent with one rate: `θ ← θ − η ∂E/∂θ`.
pub(super) fn is_plain(subject: ExplainedRun<'_>) -> bool {
    let numbers = &subject.hyper.optimizer;
    let Optimizer::Sgd { .. } = subject.shape.optimizer else { return false };
    numbers.momentum == 0.0 && numbers.weight_decay == 0.0
}

pub(super) fn is_batched(subject: ExplainedRun<'_>) -> bool {
    subject.shape.batch_size > 0 && subject.shape.batch_size < subject.data.train.len()
}

/// Parameters with their names, for models small enough to show all.
pub(super) fn parameters(subject: ExplainedRun<'_>, values: &[f64]) -> String {
    let names = subject.shape.network.parameter_names();
    let pairs = names.iter().zip(values).map(|(name, &value)| format!("{name} = {}", short(value)));
    pairs.collect::<Vec<_>>().join("   ")
}

/// The rates of the update, per layer: one number where they agree.
pub(super) fn rates(subject: ExplainedRun<'_>, step: &Step) -> Vec<f64> {
    let layers = subject.shape.network.layers();
    (0..layers).map(|layer| subject.hyper.learning_rate.of_layer(layer) * step.rate_factor).collect()
}
