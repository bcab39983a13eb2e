//! Formats the records of a sweep as lines of its tables.

use std::ops::Range;
use std::sync::Arc;

use etascape_core::{CurveSteps, Shape};
use etascape_sweep::{ConfigError, Experiment, Plan, TrainedRuns, Value};

use super::{Columns, Rows};

/// Formats the records of a sweep.
pub struct Logger<'a> {
    plan: &'a Plan,
    columns: Columns,
}

impl<'a> Logger<'a> {
    /// For an experiment's records.
    pub fn new(experiment: &'a Experiment) -> Logger<'a> {
        Logger { plan: &experiment.plan, columns: Columns::of(experiment) }
    }

    /// The columns of the tables.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The lines of consecutive runs.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn rows(&self, runs: Range<u64>, trained: &TrainedRuns) -> Result<Rows, ConfigError> {
        let mut rows = Rows::new(&self.columns);
        let mut walk = self.plan.walk(runs);
        let mut swept = vec![String::new(); self.plan.parameters().len()];
        let mut shape: Option<Arc<Shape>> = None;
        let mut sources = Vec::new();
        for one in trained.iter() {
            let Some(run) = walk.advance()? else { break };
            for (which, cell) in swept.iter_mut().enumerate() {
                match run.new_value(which) {
                    Some(Value::Number(number)) => rows.number(number).clone_into(cell),
                    Some(value) => *cell = Rows::cell(&value.to_string()).into_owned(),
                    None => {}
                }
            }
            if shape.as_ref().is_none_or(|shape| !Arc::ptr_eq(shape, &run.job.shape)) {
                sources = self.sources(&run.job.shape);
                shape = Some(run.job.shape.clone());
            }
            rows.push(run.run_id, &swept, one, &sources);
        }
        Ok(rows)
    }

    /// Which parameter of a shape each parameter column shows.
    fn sources(&self, shape: &Shape) -> Vec<Option<usize>> {
        if self.columns.parameters.is_empty() {
            return Vec::new();
        }
        let names = shape.network.parameter_names();
        self.columns.parameters.iter().map(|column| names.iter().position(|name| name == column)).collect()
    }
}

impl Columns {
    /// The columns of an experiment's tables.
    pub(crate) fn of(experiment: &Experiment) -> Columns {
        let plan = &experiment.plan;
        let jobs = plan.jobs().unwrap_or_default();
        let is_validated = experiment.data.holds_out();
        let is_classified = jobs.iter().any(|job| job.shape.loss.is_classification());
        Columns {
            swept: plan.parameters().iter().map(|parameter| parameter.path.clone()).collect(),
            trainability: experiment.log.trainability,
            val_loss: is_validated,
            accuracy: is_classified,
            val_accuracy: is_validated && is_classified,
            batch_loss: experiment.log.batch_loss && plan.has_batches(),
            sharpness: experiment.log.sharpness_every > 0,
            parameters: plan.parameter_columns().to_vec(),
            curves: experiment.log.curve != CurveSteps::None,
            reason: plan.halving().is_some(),
        }
    }
}

/// Roughly the bytes that a run takes in the tables: a number that is not whole has about 18 characters.
///
/// # Errors
/// As [`Plan::job`].
pub fn bytes_per_run(experiment: &Experiment) -> Result<u64, ConfigError> {
    const NUMBER: u64 = 19;
    const WHOLE: u64 = 5;
    let columns = Columns::of(experiment);
    let row = columns.of_runs().len() as u64 * NUMBER;
    let point = 2 * WHOLE + (columns.of_curves().len() as u64 - 2) * NUMBER;
    Ok(row + (experiment.plan.curve_points()? * point as f64) as u64)
}
