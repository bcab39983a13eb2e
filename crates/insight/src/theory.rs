//! Forecasts of an experiment's runs by the theory of linear models, in numbers and words. The page, the terminal and
//! `explain` use them.

use std::collections::{BTreeMap, BTreeSet};

use etascape_core::theory::{Forecast, LinearTheory, Origin, Region, linear, plain_rate};
use etascape_core::{StopReason, starting_parameters};
use etascape_sweep::{Plan, Status};
use etascape_text::{counted, digits, short};

use crate::statistics::{evenly, extent, median, spread};

/// The most runs that are forecast; in a longer sweep they are spread over all runs.
const FORECAST: usize = 10_000;
/// Of large data fewer are: the product of these runs, of rows and of parameters is at most this. At least so many are.
const FORECAST_WORK: usize = 200_000_000;
const LEAST_FORECAST: usize = 32;
/// The most learning rates in a table at which runs end before their last step.
const ROWS: usize = 8;

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

    /// Forecasts of a few runs, one for each of some learning rates: an even choice of the rates at which runs end
    /// before their last step, the first and the last of the other rates, and the two rates next to the limit.
    pub fn examples(&self) -> Vec<Example> {
        let mut rising = self.forecasts.clone();
        rising.sort_by(|a, b| a.rate.total_cmp(&b.rate).then(a.run_id.cmp(&b.run_id)));
        let groups: Vec<&[RunForecast]> = rising.chunk_by(|a, b| a.rate == b.rate).collect();
        let above = groups.partition_point(|group| group[0].rate < self.landscape.stability_limit);
        let near = [above.checked_sub(1), Some(above)].into_iter().flatten().filter(|&at| at < groups.len());
        let ends = |at: &usize| groups[*at][groups[*at].len() / 2].end.status != Status::MaxSteps;
        let (ending, lasting): (Vec<usize>, Vec<usize>) = (0..groups.len()).partition(ends);
        let some = |among: &[usize], count| evenly(among.len(), count).map(|at| among[at]).collect();
        let some: [Vec<usize>; 2] = [some(&ending, ROWS), some(&lasting, 2)];
        let chosen: BTreeSet<usize> = some.into_iter().flatten().chain(near).collect();
        chosen.into_iter().map(|at| self.example(groups[at])).collect()
    }

    fn example(&self, group: &[RunForecast]) -> Example {
        let middle = group[group.len() / 2];
        let (region, factor) = (self.landscape.region(middle.rate), self.landscape.contraction(middle.rate));
        Example { forecast: middle, region, factor, runs: group.iter().map(|one| one.run_id).collect() }
    }
}

/// A row of the table of forecasts: a run, and where its rate lies.
pub struct Example {
    /// The middle one of the runs at its rate.
    pub forecast: RunForecast,
    region: Region,
    /// max |1 − ηλ|
    factor: f64,
    /// All runs of this rate that are forecast.
    pub runs: Vec<u64>,
}

/// The heads of [`Example::cells`].
pub const HEAD: [&str; 5] = ["η", "region", "slowest factor", "run_id", "predicted"];

impl Example {
    /// Its cells under [`HEAD`].
    pub fn cells(&self) -> Vec<String> {
        let RunForecast { run_id, rate, end, .. } = self.forecast;
        vec![short(rate), name(self.region).into(), digits(self.factor, 6), run_id.to_string(), ending(end)]
    }
}

/// The ending of a run in a cell.
pub fn ending(end: End) -> String {
    match end.status {
        Status::Converged => counted(end.steps, "step"),
        Status::MaxSteps => format!("not in {}", end.steps),
        status => format!("{status} at {}", end.steps),
    }
}

fn name(region: Region) -> &'static str {
    match region {
        Region::Smooth => "below",
        Region::Zigzag => "below, zigzag",
        Region::Edge => "near",
        Region::Diverging => "above",
    }
}

/// Why the runs of a linear model are not forecast.
pub const UNPREDICTED: &str = "no steps are predicted: they follow in closed form for plain gradient descent alone, \
    with one constant η, over all rows, and without stop.patience and stop.halving";

/// The reason for the regions of η.
pub const WHY: &str = "E is quadratic, so its Hessian H is the same everywhere. A step of gradient descent \
    multiplies the distance from the solution along each eigenvector of H by 1 − ηλ: the loss above its least is \
    ½ Σ λ c² (1 − ηλ)²ᵏ after k steps, c being the distance at the start. The slowest factor, the greatest |1 − ηλ|, decides.";

/// λmax and λmin in words.
pub fn extremes(landscape: &LinearTheory) -> String {
    let least = landscape.eigenvalues.iter().rfind(|&&value| value > 0.0).copied().unwrap_or(f64::NAN);
    let flat = landscape.eigenvalues.iter().filter(|&&value| value == 0.0).count();
    let flat = match flat {
        0 => String::new(),
        count => format!("; in {} the loss does not change, and nothing moves there", counted(count, "direction")),
    };
    format!("λmax = {}, λmin = {}{flat}", digits(landscape.eigenvalues[0], 6), digits(least, 6))
}

/// What a learning rate does, in words and numbers.
pub fn at(landscape: &LinearTheory, rate: f64) -> String {
    let fast = digits(1.0 - rate * landscape.eigenvalues[0], 6);
    match landscape.region(rate) {
        Region::Smooth => {
            format!("η is below 1/λmax: 1 − ηλmax = {fast}, so no error changes sign, and training converges.")
        }
        Region::Zigzag => format!(
            "η is between 1/λmax and 2/λmax: the error along λmax is multiplied by {fast}, so it changes sign at each \
             step; it shrinks faster than that along λmin, and training converges."
        ),
        Region::Edge => format!(
            "η is near 2/λmax: the error along λmax is multiplied by {fast}, so it changes sign at each step, and \
             shrinks slower than any other; training converges."
        ),
        Region::Diverging => format!(
            "η is not below the stability limit: the error along λmax is multiplied by {fast}, so it changes sign at \
             each step and does not shrink; training diverges."
        ),
    }
}

/// The regions of η: heads, then rows of cells.
pub fn regions(landscape: &LinearTheory) -> (Vec<String>, Vec<Vec<String>>) {
    let (limit, best) = (landscape.stability_limit, landscape.best_rate);
    let (smooth, edge) = (digits(0.5 * limit, 6), digits(limit, 6));
    let row = |region: Region, range: String, what: &str| vec![range, name(region).to_owned(), what.to_owned()];
    let mut rows = vec![
        row(
            Region::Smooth,
            format!("up to 1/λmax = {smooth}"),
            "all errors shrink and keep their signs; slowest along λmin, by 1 − ηλmin a step",
        ),
        row(
            Region::Zigzag,
            format!("up to 2/(λmin + λmax) = {}", digits(best, 6)),
            "the error along λmax changes sign each step; still slowest along λmin, by 1 − ηλmin",
        ),
        row(
            Region::Edge,
            format!("below 2/λmax = {edge}"),
            "the error along λmax changes sign each step and shrinks slowest, by |1 − ηλmax|",
        ),
        row(
            Region::Diverging,
            format!("from {edge} on"),
            "the error along λmax changes sign each step and grows, by |1 − ηλmax| ≥ 1: diverges",
        ),
    ];
    if landscape.condition_number == 1.0 {
        rows.remove(1);
    }
    (["η", "region", "what happens"].map(str::to_owned).to_vec(), rows)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// One row, x = 1 and t = 0, and no bias: λ = 1, and the loss from w = 1 is ½ (1 − η)²ᵏ after k steps.
    const ONE: &str = "\
name = \"t\"
[data]
points = [[1, 0]]
[model]
kind = \"linear\"
bias = false
[init]
w = 1.0
[train]
learning_rate = 0.5
steps = 10
[stop]
converged_below = 0.0078125
[sweep.parameters]
";

    fn theory(sweep: &str) -> Theory {
        let experiment = etascape_sweep::Experiment::parse(&format!("{ONE}{sweep}"), Path::new("t.toml"), &[]).unwrap();
        Theory::of(&experiment.plan).unwrap()
    }

    #[test]
    fn steps_follow_the_closed_form_at_any_rate() {
        let theory = theory("\"train.learning_rate\" = [0.25, 0.5]");
        assert_eq!(theory.starts.len(), 1, "both runs start alike");
        // ½ · (1 − η)²ᵏ ≤ 2⁻⁷ for |1 − η|ᵏ ≤ 2⁻³: k = 3 at ½, ln 8 / ln (4/3) = 7.2 at ¼ and at 1¾, none from 2 on.
        let steps = [0.5, 0.25, 1.75, 1.0, 2.0].map(|rate| theory.median_steps(&[0], rate));
        assert_eq!(steps, [Some(3.0), Some(8.0), Some(8.0), Some(1.0), None]);
        assert_eq!(theory.median_steps(&[0], 0.01), None, "beyond the last step: ln 8 / −ln 0.99 = 206.9");
        assert_eq!([0, 1].map(|run| theory.start_of(run)), [Some(0), Some(0)]);
        let ends: Vec<u64> = theory.forecasts.iter().map(|one| one.end.steps).collect();
        assert_eq!(ends, [8, 3]);
    }

    #[test]
    fn starts_are_alike_if_they_take_as_many_steps() {
        let theory = theory("\"init.w\" = [1.0, -1.0, 1.0001, 1000.0]\n\"train.learning_rate\" = [0.5]");
        assert_eq!(theory.starts.len(), 4);
        assert!(theory.are_alike(&[0, 1, 2]) && !theory.are_alike(&[0, 3]));
        // 3 steps from 1; from 1000: 1000/2ᵏ ≤ 1/8 for k = 13, when runs are over.
        assert_eq!([0, 3].map(|start| theory.steps_in_time(start, 0.5)), [Some(3.0), None]);
    }

    #[test]
    fn medians_are_over_the_starts_that_converge() {
        // `tests/browser` holds the page to the same numbers.
        let text = include_str!("../fixtures/predicted.toml");
        let experiment = etascape_sweep::Experiment::parse(text, Path::new("predicted.toml"), &[]).unwrap();
        let theory = Theory::of(&experiment.plan).unwrap();
        assert_eq!(theory.starts.len(), 3, "one for each limit");
        assert_eq!([0.25, 0.125].map(|rate| theory.median_steps(&[0, 1, 2], rate)), [Some(2.5), Some(5.5)]);
        assert_eq!(theory.median_steps(&[0], 0.25), None, "it never comes to 0.5");
        assert!(!theory.are_alike(&[0, 1]), "one converges and the other does not");
    }
}
