//! Forecasts of an experiment's runs, in numbers.

use std::collections::BTreeMap;

use etascape_core::theory::{Forecast, LinearTheory, Origin, linear, plain_rate};
use etascape_core::{StopReason, starting_parameters};
use etascape_sweep::{Plan, Status};

use crate::statistics::{evenly, extent, median, spread};

/// The most runs that are forecast; in a longer sweep they are spread over all runs.
const FORECAST: usize = 10_000;
/// Of large data fewer are: the product of these runs, of rows and of parameters is at most this. At least so many are.
const FORECAST_WORK: usize = 200_000_000;
const LEAST_FORECAST: usize = 32;

/// How a run ended, or is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Its status.
    pub status: Status,
    /// Updates made by then.
    pub steps: u64,
}

impl From<Forecast> for End {
    fn from(Forecast { stop_reason, steps }: Forecast) -> End {
        End { status: stop_reason.into(), steps }
    }
}

/// One run beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunForecast {
    /// The run.
    pub run_id: u64,
    /// Its η.
    pub rate: f64,
    /// How it is to end.
    pub end: End,
    /// Which of [`Theory::starts`] it goes down from.
    pub start: usize,
}

/// A starting point of runs, and the loss at which they have converged.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The first of these runs.
    pub run_id: u64,
    pub(crate) origin: Origin,
    pub(crate) converged_below: f64,
}

/// The theory of a sweep whose runs all minimise the same quadratic.
#[derive(Debug, Clone, PartialEq)]
pub struct Theory {
    /// The quadratic.
    pub landscape: LinearTheory,
    /// Whether every run is plain gradient descent at a constant rate. Only then do the limit and the regions hold.
    pub is_plain: bool,
    /// The forecast runs, by id; empty where a run is not plain gradient descent.
    pub forecasts: Vec<RunForecast>,
    /// The number of runs that diverge at their start, whatever their η is: above `stop.diverged_above`, or with a loss
    /// that is not finite.
    pub left_out: usize,
    /// The different starts of those runs.
    pub starts: Vec<Start>,
    /// The most updates of any of those runs.
    pub last_step: u64,
}

impl Theory {
    /// The theory of a plan's runs. `None` where their losses are not quadratic, or not all the same quadratic.
    pub fn of(plan: &Plan) -> Option<Theory> {
        let jobs = plan.jobs()?;
        let work = jobs.iter().map(|job| job.data.train.len() * job.shape.network.parameters()).max()?;
        let most = (FORECAST_WORK / work.max(1)).clamp(LEAST_FORECAST, FORECAST);
        let mut landscapes = jobs.into_iter().map(|job| linear(&job.shape, &job.data));
        let landscape = landscapes.next()??;
        if !landscapes.all(|other| other.as_ref() == Some(&landscape)) {
            return None;
        }
        let (forecasts, starts) = (Vec::new(), Vec::new());
        let mut theory = Theory { landscape, is_plain: true, forecasts, left_out: 0, starts, last_step: 0 };
        let mut known = BTreeMap::new();
        spread(plan.runs() as usize, most).into_iter().for_each(|run| theory.add(plan, run as u64, &mut known));
        Some(theory)
    }

    fn add(&mut self, plan: &Plan, run_id: u64, known: &mut BTreeMap<Vec<u64>, (Origin, Option<usize>)>) {
        let Ok(job) = plan.job(run_id) else { return };
        let hyper = plan.hyper(&job, run_id);
        let Some(rate) = plain_rate(&job.shape, &job.data, &hyper) else {
            self.is_plain = false;
            return;
        };
        if plan.halving().is_some() {
            return;
        }
        let parameters = starting_parameters(&job.shape, &hyper).expect("a plan's runs fit");
        let bits = parameters.iter().chain([&hyper.converged_below]).map(|number| number.to_bits()).collect();
        let origin = || (self.landscape.origin(&job.shape, &job.data, &hyper).expect("a plan's runs fit"), None);
        let (origin, start) = known.entry(bits).or_insert_with(origin);
        let Some(end) = self.landscape.forecast(origin, &job.shape, &job.data, &hyper) else { return };
        if (end.stop_reason, end.steps) == (StopReason::Diverged, 0) {
            self.left_out += 1;
            return;
        }
        let start = *start.get_or_insert_with(|| {
            self.starts.push(Start { run_id, origin: origin.clone(), converged_below: hyper.converged_below });
            self.starts.len() - 1
        });
        self.forecasts.push(RunForecast { run_id, rate, end: end.into(), start });
        self.last_step = self.last_step.max(job.shape.last_step());
    }

    /// Whether the loss is quadratic and yet no steps can be predicted.
    pub fn predicts_nothing(&self) -> bool {
        self.forecasts.is_empty() && self.left_out == 0
    }

    /// The same for runs that have converged at another loss. The forecasts stay.
    pub fn until(&self, loss: f64) -> Theory {
        let starts = self.starts.iter().map(|start| Start { converged_below: loss, ..start.clone() });
        Theory { starts: starts.collect(), ..self.clone() }
    }

    /// The forecast of a run; `None` where it is not forecast.
    pub fn forecast(&self, run_id: u64) -> Option<&RunForecast> {
        Some(&self.forecasts[self.forecasts.binary_search_by_key(&run_id, |one| one.run_id).ok()?])
    }

    /// The index of a run's start; `None` where the run is not forecast.
    pub fn start_of(&self, run_id: u64) -> Option<usize> {
        Some(self.forecast(run_id)?.start)
    }

    /// The median, over some starts, of the steps until a run at a rate has converged. Starts from which runs do not
    /// converge within their steps are left out, as in the measured medians; `None` where no start is left.
    pub fn median_steps(&self, starts: &[usize], rate: f64) -> Option<f64> {
        median(starts.iter().filter_map(|&start| self.steps_in_time(start, rate)).collect())
    }

    /// Whether all these starts need the same number of steps, within a few per cent, at every rate.
    pub fn are_alike(&self, starts: &[usize]) -> bool {
        const ALIKE: f64 = 1.03;
        let rates = [0.02, 0.2, 0.6, 0.9, 0.97].map(|share| share * self.landscape.stability_limit);
        rates.into_iter().all(|rate| {
            let steps = starts.iter().map(|&start| self.steps_from(start, rate).unwrap_or(f64::INFINITY));
            extent(steps).is_none_or(|(low, high)| high <= ALIKE * low)
        })
    }

    /// As [`Theory::steps_from`]; `None` also where a run has not so many steps.
    pub fn steps_in_time(&self, start: usize, rate: f64) -> Option<f64> {
        self.steps_from(start, rate).filter(|&steps| steps <= self.last_step as f64)
    }

    /// The steps until a run from one of the starts has converged at a rate, without a limit on the steps; `None` where it
    /// never converges.
    pub fn steps_from(&self, start: usize, rate: f64) -> Option<f64> {
        let start = &self.starts[start];
        self.landscape.steps_to(start.converged_below, &start.origin, rate).map(|steps| steps as f64)
    }

    /// The steps until a run that is forecast comes to a loss, without a limit on the steps; `None` where it never does.
    pub fn steps_until(&self, run_id: u64, loss: f64) -> Option<u64> {
        let run = self.forecast(run_id)?;
        self.landscape.steps_to(loss, &self.starts[run.start].origin, run.rate)
    }

    /// The loss of a run that is forecast after so many steps.
    pub fn loss_after(&self, run_id: u64, steps: u64) -> Option<f64> {
        let run = self.forecast(run_id)?;
        Some(self.landscape.expected_loss(&self.starts[run.start].origin, run.rate, steps))
    }

    /// The rates below the limit at which predicted steps are drawn, rising: the given ones, evenly spread over an
    /// axis; rates of runs, so that the line passes their points; the best rate; and some ever closer to the limit.
    pub fn rates(&self, even: impl IntoIterator<Item = f64>) -> Vec<f64> {
        const MEASURED: usize = 200;
        let LinearTheory { stability_limit, best_rate, .. } = self.landscape;
        let below = |power: i32| stability_limit * (1.0 - libm::exp2(-f64::from(power) / 4.0));
        let mut measured: Vec<f64> = self.forecasts.iter().map(|one| one.rate).collect();
        measured.sort_by(f64::total_cmp);
        measured.dedup();
        let measured = evenly(measured.len(), MEASURED).map(|at| measured[at]);
        let mut rates: Vec<f64> =
            even.into_iter().chain(measured).chain((16..56).map(below)).chain([best_rate]).collect();
        rates.retain(|&rate| rate > 0.0 && rate < stability_limit);
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        rates
    }

    /// 2/λmax, where every run is plain gradient descent.
    pub fn limit(&self) -> Option<f64> {
        self.is_plain.then_some(self.landscape.stability_limit)
    }
}
