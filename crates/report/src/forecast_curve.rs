//! Steps to converge as curves over η: what theory predicts at the rates of a sweep, between them, and up to the limit.

use std::collections::HashSet;

use etascape_core::theory::LinearTheory;
use etascape_core::{Hyper, LearningRate, Status};
use etascape_sweep::{Parameter, Plan};

use crate::study::{evenly, spread};

/// Settings that have a curve, at most; of more they are taken at even distances.
const CURVES: usize = 24;
/// Runs that are looked at for settings.
const RUNS: usize = 2000;
/// Rates from the lowest to the highest of the sweep.
const RATES: usize = 120;
/// Rates between half of the limit and the limit, each nearer to it by a factor √½.
const APPROACH: u32 = 40;

/// Predicted steps to converge over the learning rate, for some settings of the other parameters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForecastCurves {
    /// η, rising.
    pub rates: Vec<f64>,
    /// For each setting a run that has it, and the steps at each rate; `None` where it does not converge.
    pub steps: Vec<(u64, Vec<Option<u64>>)>,
}

impl ForecastCurves {
    /// The curves of a plan whose runs are all plain gradient descent on one quadratic; none where no learning rate is
    /// swept.
    pub(crate) fn of(plan: &Plan, landscape: &LinearTheory) -> ForecastCurves {
        let Some(rates) = rates(plan, landscape) else { return ForecastCurves::default() };
        let steps = settings(plan).into_iter().filter_map(|run| Some((run, curve(plan, landscape, run, &rates)?)));
        ForecastCurves { steps: steps.collect(), rates }
    }
}

fn is_rate(parameter: &Parameter) -> bool {
    parameter.path == "train.learning_rate"
}

/// Even steps of the logarithm over the rates of the sweep, nearer and nearer to the limit, and the best rate.
fn rates(plan: &Plan, landscape: &LinearTheory) -> Option<Vec<f64>> {
    let (low, high) = plan.parameters().iter().find(|one| is_rate(one))?.range()?;
    if !(low > 0.0 && high.is_finite()) {
        return None;
    }
    let limit = landscape.stability_limit;
    let even = (0..RATES).map(|k| low * libm::pow(high / low, k as f64 / (RATES - 1) as f64));
    let near = (2..APPROACH).map(|k| limit * (1.0 - libm::exp2(-0.5 * f64::from(k))));
    let mut rates: Vec<f64> = even.chain(near).chain([landscape.best_rate]).collect();
    rates.retain(|rate| (low..=high).contains(rate));
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    Some(rates)
}

/// Runs of which each has other values of the parameters beside the learning rate.
fn settings(plan: &Plan) -> Vec<u64> {
    let mut known = HashSet::new();
    let mut is_new = |run: &u64| {
        let values = plan.values(*run);
        let others = values.iter().zip(plan.parameters()).filter(|(_, parameter)| !is_rate(parameter));
        known.insert(others.map(|(value, _)| value.to_string()).collect::<Vec<String>>())
    };
    let runs = spread(plan.runs() as usize, RUNS).into_iter().map(|run| run as u64);
    let runs: Vec<u64> = runs.filter(|run| is_new(run)).collect();
    evenly(runs.len(), CURVES).into_iter().map(|at| runs[at]).collect()
}

fn curve(plan: &Plan, landscape: &LinearTheory, run: u64, rates: &[f64]) -> Option<Vec<Option<u64>>> {
    let job = plan.job(run).ok()?;
    let hyper = plan.hyper(&job, run);
    let steps = |&rate: &f64| {
        let hyper = Hyper { learning_rate: LearningRate::Same(rate), ..hyper.clone() };
        let end = landscape.forecast(&job.shape, &job.data, &hyper)?;
        (end.status == Status::Converged).then_some(end.steps)
    };
    Some(rates.iter().map(steps).collect())
}
