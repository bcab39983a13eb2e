//! Trains a model within this process, through a small trait.

use std::fmt::Display;
use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use super::runner::{Attempt, Ending, Options, Runner};
use crate::program::experiment::ProgramExperiment;
use crate::program::meter::{Meter, MeterSetup};
use crate::value::Value;

/// A model that can be trained with the parameters of an experiment.
pub trait Model: Sync {
    /// The reason of a failed run.
    type Error: Display;

    /// Trains a run. `report` takes a step and the metrics there, by name. Return once it gives `Break`: a rule has ended
    /// the run, or the sweep is being stopped. Several threads call this at once.
    ///
    /// # Errors
    /// Any error of the model. The run then counts as `failed`, with this reason.
    fn train(&self, run: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), Self::Error>;
}

/// Takes a step and the metrics there: name and value of each.
pub type ReportMetrics<'a> = &'a mut dyn FnMut(u64, &[(&str, f64)]) -> ControlFlow<()>;

/// The run that a model is to train.
pub struct ModelRun<'a> {
    /// Its number in the plan.
    pub id: u64,
    experiment: &'a ProgramExperiment,
    values: Vec<Value>,
}

impl ModelRun<'_> {
    /// The value of a swept parameter; `None` where none has this name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        let parameters = self.experiment.plan.parameters();
        parameters.iter().position(|parameter| parameter.path == name).map(|which| &self.values[which])
    }

    /// The value of a swept parameter as a number; `None` where it is not one.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.value(name).and_then(Value::as_f64)
    }
}

/// Trains runs with a model, each on the calling thread.
pub(super) struct InProcess<'a, M> {
    pub experiment: &'a ProgramExperiment,
    pub model: &'a M,
    pub options: &'a Options<'a>,
}

impl<M: Model> Runner for InProcess<'_, M> {
    fn attempt(&self, run: u64, setup: MeterSetup<'_>) -> io::Result<Attempt> {
        let mut meter = Meter::new(setup, &self.experiment.program.metrics);
        let until = self.experiment.program.timeout.map(|timeout| Instant::now() + timeout);
        let mut is_late = false;
        let mut report = |step: u64, numbers: &[(&str, f64)]| {
            is_late |= until.is_some_and(|until| Instant::now() >= until);
            let goes_on = !is_late && !self.options.is_stopped() && meter.numbers(step, numbers);
            if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let model_run = ModelRun { id: run, experiment: self.experiment, values: self.experiment.plan.values(run) };
        let trained = self.model.train(&model_run, &mut report);
        let ending = match trained {
            _ if self.options.is_stopped() => Ending::Stopped,
            _ if is_late => Ending::Late(String::new()),
            Ok(()) => Ending::Itself { exit: None, error: None, stderr: String::new() },
            Err(error) => Ending::failed(error.to_string()),
        };
        let understood = meter.understood();
        Ok(Attempt { ending, record: meter.finish(run), understood })
    }
}
