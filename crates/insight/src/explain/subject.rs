//! The run to explain, and what it is.

use etascape_core::{Data, Hyper, Loss, Shape, Step};
use etascape_text::short;

use crate::theory::Theory;

/// The run to explain.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// What the run is.
    pub shape: &'a Shape,
    /// Its numbers.
    pub hyper: &'a Hyper,
    /// Its rows.
    pub data: &'a Data,
    /// Names of the features, one per input.
    pub features: &'a [String],
    /// Names of the classes, where targets are classes.
    pub classes: Option<&'a [String]>,
    /// What theory says of the sweep's runs, where all descend on one quadratic.
    pub theory: Option<&'a Theory>,
    /// Paths of swept parameters, which stand here at the value outside the sweep.
    pub swept: &'a [String],
}

pub(super) fn is_neuron(shape: &Shape) -> bool {
    shape.network.layers() == 1 && shape.network.outputs() == 1 && matches!(shape.loss, Loss::HalfSse | Loss::Mse)
}

/// The step's new parameters under their names, for models small enough to show them all.
pub(super) fn parameters(subject: Subject<'_>, values: &[f64]) -> String {
    let names = subject.shape.network.parameter_names();
    let pairs = names.iter().zip(values).map(|(name, &value)| format!("{name} = {}", short(value)));
    pairs.collect::<Vec<_>>().join("   ")
}

/// The rates of the update, per layer: one number where they agree.
pub(super) fn rates(subject: Subject<'_>, step: &Step) -> Vec<f64> {
    let layers = subject.shape.network.layers();
    (0..layers).map(|layer| subject.hyper.learning_rate.of_layer(layer) * step.rate_factor).collect()
}
