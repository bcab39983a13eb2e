//! Estimates the cost of a sweep from a short sample.

use std::time::{Duration, Instant};

use etascape_core::{
    CurveSteps, Data, Hyper, InstructionSet, LearningRate, Rows, Shape, sharpness, starting_parameters, train_with,
};

use crate::error::ConfigError;
use crate::plan::{Job, Plan};

/// Shapes that are sampled, spread over the plan.
const SAMPLES: u64 = 4;
/// Runs of a sample: enough to fill the lanes of all blocks that the engine trains side by side.
const RUNS: usize = 32;
/// Rows of a sample, and those of a batch: what takes time goes with their number.
const ROWS: usize = 512;
/// A sample must take this long: shorter ones are not precise enough.
const ENOUGH: Duration = Duration::from_millis(2);
/// After this long no further shape is sampled.
const LONG: Duration = Duration::from_millis(500);

impl Plan {
    /// Seconds of one thread for one update of one run, measured now on a few runs spread over the plan.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn seconds_per_step(&self, instructions: InstructionSet) -> Result<f64, ConfigError> {
        let samples = SAMPLES.min(self.runs());
        let clock = Instant::now();
        let mut seconds = Vec::new();
        for sample in 0..samples {
            let run = sample * self.runs() / samples;
            let job = self.job(run)?;
            seconds.push(sampled(&job, &self.hyper(&job, run), instructions));
            if clock.elapsed() > LONG {
                break;
            }
        }
        Ok(seconds.iter().sum::<f64>() / seconds.len() as f64)
    }

    /// Seconds of one thread for the sharpness of one run that takes all its steps, measured at the start of run 0.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn sharpness_seconds(&self) -> Result<f64, ConfigError> {
        let job = self.job(0)?;
        let hyper = self.hyper(&job, 0);
        let start = starting_parameters(&job.shape, &hyper).expect("a plan's runs fit");
        let times = job.shape.logged_steps().into_iter().filter(|&step| job.shape.is_sharpness_due(step)).count();
        if times == 0 {
            return Ok(0.0);
        }
        let few = Few::of(&job);
        let clock = Instant::now();
        sharpness(&job.shape, &few.data.train, hyper.gain, &start).expect("a plan's runs fit");
        Ok(clock.elapsed().as_secs_f64() * few.times_in_all * times as f64)
    }

    /// Points of the curve of a run that takes all its steps: the mean over all shapes, or over those of some runs where
    /// shapes are too many.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn curve_points(&self) -> Result<f64, ConfigError> {
        const SOME: u64 = 64;
        let some = || (0..SOME).map(|sample| self.job(sample * self.runs() / SOME)).collect::<Result<Vec<_>, _>>();
        let jobs = self.jobs().map_or_else(some, Ok)?;
        let points = jobs.iter().map(|job| job.shape.curve_points() as f64);
        Ok(points.sum::<f64>() / jobs.len() as f64)
    }
}

/// Seconds per update of runs that stay at their start, so that no stop rule ends them. With mini-batches, those of the
/// training loss, which a sample computes at its start and its end alone, are spread over all steps.
fn sampled(job: &Job, hyper: &Hyper, instructions: InstructionSet) -> f64 {
    let still = Hyper {
        learning_rate: LearningRate::Same(0.0),
        converged_below: f64::NEG_INFINITY,
        diverged_factor: f64::INFINITY,
        diverged_above: f64::INFINITY,
        ..hyper.clone()
    };
    let runs = vec![still; RUNS];
    let few = Few::of(job);
    let time = |shape: &Shape| {
        let clock = Instant::now();
        train_with(instructions, shape, &few.data, &mut runs.iter()).expect("a plan's runs fit");
        clock.elapsed()
    };
    let evaluation = match job.shape.is_full_batch(&job.data) {
        true => Duration::ZERO,
        false => time(&job.shape.at_start()),
    };
    let mut steps = 1;
    loop {
        let shape =
            Shape { steps, evaluate_every: u64::MAX, patience: None, curve: CurveSteps::None, ..(*job.shape).clone() };
        let spent = time(&shape).saturating_sub(2 * evaluation);
        if spent >= ENOUGH || steps >= job.shape.steps {
            let evaluation = evaluation.as_secs_f64() * few.times_in_all;
            let of_evaluations = evaluation * evaluations(job) / job.shape.steps as f64;
            let of_updates = spent.as_secs_f64() / steps as f64 * few.times_in_an_update(job);
            return (of_updates + of_evaluations) / RUNS as f64;
        }
        steps *= 4;
    }
}

/// A few of the rows of a job.
struct Few {
    data: Data,
    /// The rows that there are for each of these.
    times_in_all: f64,
}

impl Few {
    fn of(job: &Job) -> Few {
        let [train, validation] = [&job.data.train, &job.data.validation];
        // More than a batch, so that a batch does not become all rows.
        let few = train.len().min(ROWS + job.shape.batch_size);
        let first = |rows: &Rows, count: usize| Rows {
            inputs: rows.inputs,
            features: rows.features[..count * rows.inputs].to_vec(),
            targets: rows.targets[..count].to_vec(),
        };
        let held_out = (validation.len() * few).div_ceil(train.len());
        let data = Data::new(first(train, few), first(validation, held_out));
        Few { data, times_in_all: train.len() as f64 / few as f64 }
    }

    /// The rows of an update for each that an update with these has.
    fn times_in_an_update(&self, job: &Job) -> f64 {
        let rows = |data| job.shape.rows_per_update(data) as f64;
        rows(&job.data) / rows(&self.data)
    }
}

/// How often the training loss of a run with mini-batches is computed, at most, if it takes all its steps.
fn evaluations(job: &Job) -> f64 {
    let (shape, rows) = (&job.shape, job.data.train.len() as f64);
    let steps = shape.steps as f64;
    let interval = match shape.evaluate_every {
        0 => rows / shape.batch_size.max(1) as f64,
        every => every as f64,
    };
    (shape.curve_points().max(2) as f64 + steps / interval).min(steps + 1.0)
}
