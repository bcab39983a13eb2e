//! Features that are not standardised, and what standardising them would change.

use std::sync::Arc;

use etascape_core::theory::{linear, linear_of};
use etascape_core::{LearningRate, Optimizer};
use etascape_sweep::data::{standardized, standardizer};
use etascape_sweep::{EngineMetric, Experiment, Job, Plan};

use super::limits::{Computed, DescentBound, descent_bound, limit_at_start, sweeps};
use crate::retrain::{MOST_WORK, objective_on, work};

/// A feature by its name, and its greatest magnitude.
pub type FeatureSize = (String, f64);

/// λmax/λmin of a quadratic loss: as many steps, about, the slowest direction takes at the best rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditioning {
    /// On the data as they are.
    pub number: f64,
    /// On the same data, standardised.
    pub standardized: f64,
}

/// Computes a limit of a run, by its id; `None` where it is too much work.
pub type LimitOf = Box<dyn Fn(u64) -> Option<f64> + Send + Sync>;

/// Trains a run again on standardised features, by its id, at its own rate or at another; tells the objective that it comes
/// to, `None` where it diverges.
pub type TrialOf = Box<dyn Fn(u64, Option<f64>) -> Option<f64> + Send + Sync>;

/// What is known of features that are not standardised.
pub struct RawFeatures {
    /// Of the features that vary, the smallest and the largest.
    pub sizes: [FeatureSize; 2],
    /// The conditioning of a linear model's features; `None` where what decides on it is swept.
    pub conditioning: Option<Computed<Conditioning>>,
    /// The bounds of a linear classifier; `None` for other models, where a run may be other than plain gradient descent, and
    /// where what decides on them is swept.
    pub bound: Option<Computed<DescentBound>>,
    /// Computes 2/λmax at the start of a run, by its id, on standardised features; `None` unless all runs are gradient descent,
    /// with momentum and mini-batches or without.
    pub limit: Option<LimitOf>,
    /// Tries standardised features; `None` where that takes long.
    pub trial: Option<TrialOf>,
}

impl RawFeatures {
    /// What is known of an experiment's features.
    pub(super) fn of(experiment: &Experiment, jobs: &[Arc<Job>]) -> Option<RawFeatures> {
        let plan = &experiment.plan;
        let table = plan.table();
        let named = table.feature_names().iter().zip(table.columns()).filter(|(_, column)| !column.is_constant());
        let mut sizes: Vec<FeatureSize> = named.map(|(name, column)| (name.clone(), column.size())).collect();
        sizes.sort_by(|a, b| a.1.total_cmp(&b.1));
        let sizes = [sizes.first()?.clone(), sizes.last()?.clone()];
        (!experiment.data.standardize).then(|| RawFeatures {
            sizes,
            conditioning: conditioning(jobs),
            bound: bound(plan, jobs),
            limit: limit(plan, jobs),
            trial: trial(plan, jobs, experiment.objective),
        })
    }
}

fn conditioning(jobs: &[Arc<Job>]) -> Option<Computed<Conditioning>> {
    let [job] = jobs else { return None };
    let job = job.clone();
    Some(Box::new(move || {
        Some(Conditioning {
            number: linear(&job.shape, &job.data)?.condition_number,
            standardized: linear_of(&job.shape, &job.data, &standardizer(&job.data.train))?.condition_number,
        })
    }))
}

fn bound(plan: &Plan, jobs: &[Arc<Job>]) -> Option<Computed<DescentBound>> {
    let [job] = jobs else { return None };
    let hyper = plan.hyper(job, 0);
    if sweeps(plan, "train.optimizer") || !job.shape.is_plain_descent(&job.data, &hyper) {
        return None;
    }
    let (job, gain) = (job.clone(), hyper.gain);
    Some(Box::new(move || {
        let bound = descent_bound(&job.shape, &job.data, gain)?;
        Some(DescentBound { bound, standardized: descent_bound(&job.shape, &standardized(&job.data)?, gain)? })
    }))
}

fn limit(plan: &Arc<Plan>, jobs: &[Arc<Job>]) -> Option<LimitOf> {
    let is_descent = |job: &Arc<Job>| matches!(job.shape.optimizer, Optimizer::Sgd(_));
    if sweeps(plan, "train.optimizer") || jobs.is_empty() || !jobs.iter().all(is_descent) {
        return None;
    }
    let plan = plan.clone();
    Some(Box::new(move |run| {
        let job = plan.job(run).ok()?;
        limit_at_start(&job.shape, &standardized(&job.data)?, &plan.hyper(&job, run))
    }))
}

fn trial(plan: &Arc<Plan>, jobs: &[Arc<Job>], objective: EngineMetric) -> Option<TrialOf> {
    let longest = jobs.iter().map(|job| work(job)).max()?;
    let plan = plan.clone();
    (longest <= MOST_WORK / 2).then(|| -> TrialOf {
        Box::new(move |run, rate| {
            let job = plan.job(run).ok()?;
            let mut hyper = plan.hyper(&job, run);
            if let Some(rate) = rate {
                hyper.learning_rate = LearningRate::Same(rate);
            }
            objective_on(&standardized(&job.data)?, &job.shape, hyper, objective)
        })
    })
}
