//! The observer that writes the tables.

use std::error;
use std::sync::Arc;

use etascape_core::{CurveSteps, RunRecord, Shape};
use etascape_sweep::{Experiment, Observer, Plan};

use crate::Error;
use crate::logs::{Columns, LogWriter};

/// Writes every record of a sweep into its results folder.
pub struct Logger<'a> {
    plan: &'a Plan,
    writer: LogWriter,
    /// The shape of the last run, and where its parameters' columns are.
    places: Option<(Arc<Shape>, Vec<usize>)>,
}

impl<'a> Logger<'a> {
    pub(crate) fn new(plan: &'a Plan, writer: LogWriter) -> Logger<'a> {
        Logger { plan, writer, places: None }
    }

    pub(crate) fn writer(&mut self) -> &mut LogWriter {
        &mut self.writer
    }

    /// Bytes written that are not yet certain to be on the disk.
    pub fn unsaved_bytes(&self) -> u64 {
        self.writer.unsaved_bytes()
    }

    /// Brings the tables to their files.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        self.writer.finish().map(|_| ())
    }

    pub(crate) fn into_writer(self) -> LogWriter {
        self.writer
    }

    /// Where the columns of a shape's parameters are.
    fn places(&mut self, shape: &Arc<Shape>) -> Vec<usize> {
        if let Some((known, places)) = &self.places
            && Arc::ptr_eq(known, shape)
        {
            return places.clone();
        }
        let columns = self.plan.parameter_columns();
        let place = |name: &String| columns.iter().position(|column| column == name);
        let places: Vec<usize> = shape.network.parameter_names().iter().filter_map(place).collect();
        self.places = Some((shape.clone(), places.clone()));
        places
    }
}

impl Observer for Logger<'_> {
    fn observe(&mut self, first: u64, records: &[RunRecord]) -> Result<(), Box<dyn error::Error + Send + Sync>> {
        for (run, record) in (first..).zip(records) {
            let swept: Vec<String> = self.plan.values(run).iter().map(ToString::to_string).collect();
            let places = self.places(&self.plan.job(run)?.shape);
            self.writer.append(run, &swept, record, &places)?;
        }
        Ok(())
    }
}

impl Columns {
    /// The columns of an experiment's tables.
    pub(crate) fn of(experiment: &Experiment) -> Columns {
        let plan = &experiment.plan;
        let jobs = plan.jobs().unwrap_or_default();
        let is_validated = experiment.data.validation_fraction > 0.0;
        let is_classified = jobs.iter().any(|job| job.shape.loss.is_classification());
        Columns {
            swept: plan.parameters().iter().map(|parameter| parameter.path.clone()).collect(),
            trainability: experiment.log.trainability,
            val_loss: is_validated,
            accuracy: is_classified,
            val_accuracy: is_validated && is_classified,
            parameters: plan.parameter_columns().to_vec(),
            curves: experiment.log.curve != CurveSteps::None,
        }
    }
}

/// Bytes that a run takes in the tables, roughly: a number that is not whole has some 18 characters.
///
/// # Errors
/// As [`Plan::job`].
pub fn bytes_per_run(experiment: &Experiment) -> Result<u64, etascape_sweep::ConfigError> {
    const NUMBER: u64 = 19;
    const WHOLE: u64 = 5;
    let columns = Columns::of(experiment);
    let row = columns.of_runs().len() as u64 * NUMBER;
    let point = 2 * WHOLE + (columns.of_curves().len() as u64 - 2) * NUMBER;
    Ok(row + experiment.plan.curve_points()? * point)
}
