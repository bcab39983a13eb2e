//! Whether what the engine is given fits together. Whatever passes cannot make it panic.

use crate::{Data, Error, Hyper, LearningRate, Loss, Precision, Rows, Shape, Start};

impl Shape {
    /// Whether runs of this shape can train on `data`.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self, data: &Data) -> Result<(), Error> {
        if data.train.is_empty() {
            return Err(Error::NoRows);
        }
        self.check_start()?;
        self.check_rows(&data.train)?;
        if data.validation.is_empty() { Ok(()) } else { self.check_rows(&data.validation) }
    }

    /// Whether the numbers of a run fit this shape.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check_run(&self, hyper: &Hyper) -> Result<(), Error> {
        if !hyper.optimizer.is_kind_of(&self.optimizer) {
            return Err(Error::Optimizer { run: hyper.optimizer, shape: self.optimizer });
        }
        if let LearningRate::PerLayer(rates) = &hyper.learning_rate {
            let (found, expected) = (rates.len(), self.network.layers());
            if found != expected {
                return Err(Error::LearningRates { found, expected });
            }
        }
        if let Some(weights) = &hyper.init_w {
            let (found, expected) = (weights.len(), self.network.weights(0).len());
            if found != 1 && found != expected {
                return Err(Error::StartingWeights { found, expected });
            }
        }
        Ok(())
    }

    /// Whether there are as many parameters as the network has.
    pub(crate) fn check_parameters(&self, parameters: &[f64]) -> Result<(), Error> {
        let (found, expected) = (parameters.len(), self.network.parameters());
        if found == expected { Ok(()) } else { Err(Error::Parameters { found, expected }) }
    }

    pub(crate) fn check_start(&self) -> Result<(), Error> {
        match &self.start {
            Start::Given(parameters) => self.check_parameters(parameters),
            Start::Drawn(_) => Ok(()),
        }
    }

    /// Whether the network and the loss take these rows.
    pub(crate) fn check_rows(&self, rows: &Rows) -> Result<(), Error> {
        let (network, loss) = (&self.network, self.loss);
        let Rows { inputs, features, targets } = rows;
        if inputs.checked_mul(targets.len()) != Some(features.len()) {
            return Err(Error::Features { found: features.len(), rows: targets.len(), inputs: *inputs });
        }
        if *inputs != network.fan_in(0) {
            return Err(Error::Inputs { found: *inputs, expected: network.fan_in(0) });
        }
        if loss != Loss::CrossEntropy && network.outputs() != 1 {
            return Err(Error::Outputs { loss, found: network.outputs() });
        }
        let last = if loss == Loss::Bce { 1 } else { network.outputs() - 1 };
        let is_class = |target: f64| target >= 0.0 && target <= last as f64 && target.fract() == 0.0;
        match targets.iter().position(|&target| loss.is_classification() && !is_class(target)) {
            Some(row) => Err(Error::Class { row, target: targets[row], last }),
            None => self.check_range(rows),
        }
    }

    /// Whether no number of the rows becomes infinite by being rounded.
    fn check_range(&self, rows: &Rows) -> Result<(), Error> {
        let is_beyond = |value: &f64| value.is_finite() && (*value as f32).is_infinite();
        let beyond = |row: usize| rows.row(row).iter().chain([&rows.targets[row]]).copied().find(is_beyond);
        let first = match self.precision {
            Precision::F64 => None,
            Precision::F32 => (0..rows.len()).find_map(|row| Some((row, beyond(row)?))),
        };
        first.map_or(Ok(()), |(row, value)| Err(Error::Range { row, value }))
    }
}
