//! The run to explain.

use etascape_core::{Data, Hyper, Loss, Precision, Rows, Shape, Step};
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

impl ExplainedRun<'_> {
    /// The rows as the run has them, where it has others than those of the data: each number rounded to f32.
    pub(super) fn rows_as_trained(&self) -> Option<Data> {
        let rounded = |numbers: &[f64]| numbers.iter().map(|number| f64::from(*number as f32)).collect();
        let rounded = |rows: &Rows| Rows {
            inputs: rows.inputs,
            features: rounded(&rows.features),
            targets: rounded(&rows.targets),
        };
        let is_single = self.shape.precision == Precision::F32;
        is_single.then(|| Data::new(rounded(&self.data.train), rounded(&self.data.validation)))
    }
}

pub(super) fn is_neuron(shape: &Shape) -> bool {
    shape.network.layers() == 1 && shape.network.outputs() == 1 && matches!(shape.loss, Loss::HalfSse | Loss::Mse)
}

/// The step's new parameters under their names, for models small enough to show them all.
pub(super) fn parameters(run: ExplainedRun<'_>, values: &[f64]) -> String {
    let names = run.shape.network.parameter_names();
    let pairs = names.iter().zip(values).map(|(name, &value)| format!("{name} = {}", short(value)));
    pairs.collect::<Vec<_>>().join("   ")
}

/// The rates of the update, per layer: one number where they agree.
pub(super) fn rates(run: ExplainedRun<'_>, step: &Step) -> Vec<f64> {
    let layers = run.shape.network.layers();
    (0..layers).map(|layer| run.hyper.learning_rate.of_layer(layer) * step.rate_factor).collect()
}
