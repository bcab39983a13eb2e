//! What a sweep will cost, from a short sample.

use std::sync::Arc;
use std::time::{Duration, Instant};

use etascape_core::{
    CurveSteps, Hyper, InstructionSet, LearningRate, Shape, sharpness, starting_parameters, train_with,
};

use crate::error::ConfigError;
use crate::plan::{Job, Plan};

/// Shapes that are sampled, spread over the plan.
const SAMPLES: u64 = 4;
/// Runs of a sample: enough to fill the lanes of every block that the engine takes side by side.
const RUNS: usize = 32;
/// How long a sample has to take to be believed.
const ENOUGH: Duration = Duration::from_millis(2);

impl Plan {
    /// Seconds of one thread that one update of one run takes: measured on a few runs spread over the plan, on this
    /// machine as busy as it is now.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn seconds_per_step(&self, instructions: InstructionSet) -> Result<f64, ConfigError> {
        let samples = SAMPLES.min(self.runs());
        let mut seconds = 0.0;
        for sample in 0..samples {
            let run = sample * self.runs() / samples;
            let job = self.job(run)?;
            seconds += sampled(&job, &self.hyper(&job, run), instructions);
        }
        Ok(seconds / samples as f64)
    }

    /// Seconds of one thread that the sharpness takes in one run that no stop rule ends: measured at the start of run 0.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn sharpness_seconds(&self) -> Result<f64, ConfigError> {
        let job = self.job(0)?;
        let hyper = self.hyper(&job, 0);
        let start = starting_parameters(&job.shape, &hyper).expect("a plan's runs fit");
        let times = job.shape.logged_steps().into_iter().filter(|&step| job.shape.is_sharpness_due(step)).count();
        let clock = Instant::now();
        if times > 0 {
            sharpness(&job.shape, &job.data.train, hyper.gain, &start).expect("a plan's runs fit");
        }
        Ok(clock.elapsed().as_secs_f64() * times as f64)
    }

    /// Points of a run's curve if no rule ends it: the mean over all shapes, or, where these are too many, over those of
    /// some runs.
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

/// Seconds per update of a run that no stop rule ends: it stays where it starts.
fn sampled(job: &Arc<Job>, hyper: &Hyper, instructions: InstructionSet) -> f64 {
    let still = Hyper {
        learning_rate: LearningRate::Same(0.0),
        converged_below: f64::NEG_INFINITY,
        diverged_factor: f64::INFINITY,
        diverged_above: f64::INFINITY,
        ..hyper.clone()
    };
    let runs = vec![still; RUNS];
    let mut steps = 4;
    loop {
        let shape = Shape { steps, patience: None, curve: CurveSteps::None, ..(*job.shape).clone() };
        let clock = Instant::now();
        train_with(instructions, &shape, &job.data, &mut runs.iter()).expect("a plan's runs fit");
        let spent = clock.elapsed();
        if spent >= ENOUGH || steps >= job.shape.steps {
            return spent.as_secs_f64() / (steps as f64 * RUNS as f64);
        }
        steps *= 4;
    }
}
