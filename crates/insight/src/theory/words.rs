//! The theory of linear models in words and tables.

use std::collections::BTreeSet;

use etascape_core::theory::{LinearTheory, Region};
use etascape_sweep::Status;
use etascape_text::{counted, digits, short};

use super::forecasts::{End, RunForecast, Theory};
use crate::statistics::evenly;

/// The most learning rates in a table at which runs end before their last step.
const ROWS: usize = 8;

impl Theory {
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
