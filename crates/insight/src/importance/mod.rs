//! How much of the spread of the objective each parameter explains: functional analysis of variance.
//!
//! The measure is that of Hutter, Hoos and Leyton-Brown (2014), "An efficient approach for assessing hyperparameter
//! importance", section 3: the variance of the marginal means of a parameter, as a share of the variance over all runs. There
//! the marginals are those of a fitted forest; a full grid gives them exactly, every value being as likely as the others.
//! The share of a pair is that of its joint means, without the shares of its two parameters.

mod judged;
#[cfg(test)]
mod tests;

use etascape_text::{counted, rounded};

use crate::study::outcomes::MOST_RUNS;
use crate::study::{Parameter, Study};
use judged::Judged;

/// Pairs that are listed, at most.
const PAIRS: usize = 3;
/// Pairs with a smaller share are not listed.
const LEAST: f64 = 0.01;
/// Runs times pairs that are looked at, at most.
const WORK: usize = 1 << 24;

/// What the parameters explain of the spread of the objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// Whether it is the spread of the decimal logarithm.
    pub is_log: bool,
    /// The variance over all runs.
    pub variance: f64,
    /// The varied parameters by falling share, seeds aside.
    pub parameters: Vec<Share>,
    /// The pairs with the greatest shares.
    pub pairs: Vec<Share>,
    /// The share of the spread between runs that differ only in seeds; `None` where no seed varies.
    pub seeds: Option<f64>,
    /// The share of everything else: of other pairs, and of more parameters together.
    pub rest: f64,
    /// Runs that diverged, and so count as the worst value of the others.
    pub diverged: usize,
}

/// A share of the variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The parameter, or the two, by path.
    pub of: Vec<String>,
    /// From 0 to 1.
    pub share: f64,
}

/// A varied parameter, with the index of the value of each row.
struct Factor<'s> {
    parameter: &'s Parameter<'s>,
    levels: usize,
    at: Box<dyn Fn(usize) -> usize + 's>,
}

impl Importance {
    /// The shares in a study; a sentence where they would not be honest. `None` where there is nothing to compare: no two
    /// parameters vary.
    pub fn of(study: &Study<'_>) -> Option<Result<Importance, String>> {
        let varying = study.parameters.iter().filter(|one| one.varies());
        let is_telling = varying.clone().count() > 1 && varying.clone().any(|one| !one.is_seed());
        is_telling.then(|| Importance::between(study, varying.collect()))
    }

    fn between(study: &Study<'_>, varying: Vec<&Parameter<'_>>) -> Result<Importance, String> {
        if study.runs.len() > MOST_RUNS {
            return Err(format!("it is computed of {MOST_RUNS} runs at most"));
        }
        let factors = grid(study, &varying)?;
        let Judged { values, is_log, diverged } = Judged::of(study)?;
        let mean = mean(values.iter().copied());
        let variance = self::mean(values.iter().map(|value| (value - mean) * (value - mean)));
        if variance == 0.0 {
            return Err(format!("every run has the same {}", study.subject.objective.name));
        }
        let share = |factors: &[&Factor<'_>]| between_cells(&values, mean, factors) / variance;
        let plain: Vec<&Factor<'_>> = factors.iter().filter(|factor| !factor.parameter.is_seed()).collect();
        let alone: Vec<f64> = plain.iter().map(|factor| share(&[factor])).collect();
        let mut parameters: Vec<Share> =
            plain.iter().zip(&alone).map(|(one, &share)| Share::of(&[one], share)).collect();
        let places = (0..plain.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
        let mut pairs: Vec<Share> = places
            .take(WORK / values.len())
            .map(|(first, second)| {
                let joint = [plain[first], plain[second]];
                Share::of(&joint, (share(&joint) - alone[first] - alone[second]).max(0.0))
            })
            .collect();
        [&mut parameters, &mut pairs].into_iter().for_each(|all| all.sort_by(|a, b| b.share.total_cmp(&a.share)));
        pairs.retain(|pair| pair.share >= LEAST);
        pairs.truncate(PAIRS);
        let seeds = (plain.len() < factors.len()).then(|| (1.0 - share(&plain)).max(0.0));
        let told: f64 = parameters.iter().chain(&pairs).map(|one| one.share).sum();
        let rest = (1.0 - told - seeds.unwrap_or(0.0)).max(0.0);
        Ok(Importance { is_log, variance, parameters, pairs, seeds, rest, diverged })
    }

    /// What the shares are of, in sentences.
    pub fn words(&self, objective: &str) -> String {
        let of = if self.is_log { format!("the logarithm of {objective}") } else { objective.to_owned() };
        let diverged = match self.diverged {
            0 => String::new(),
            count => format!(" {} that diverged count as the worst value of the others.", counted(count, "run")),
        };
        format!(
            "Shares of the variance of {of} over the whole grid, each value as likely as the others (functional analysis of \
             variance, Hutter et al. 2014, from exact marginal means).{diverged}"
        )
    }

    /// Heads and rows of a table of the shares.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let percent = |share: f64| match share {
            share if share > 0.0 && share < 0.001 => "below 0.1 %".to_owned(),
            share => format!("{} %", rounded(100.0 * share, 3)),
        };
        let row = |of: String, share: f64| vec![of, percent(share)];
        let listed = self.parameters.iter().chain(&self.pairs).map(|one| row(one.of.join(" × "), one.share));
        let seeds = self.seeds.map(|share| row("seeds".to_owned(), share));
        let rest = (self.rest >= LEAST).then(|| row("other combinations".to_owned(), self.rest));
        (["parameter", "share"].map(str::to_owned).to_vec(), listed.chain(seeds).chain(rest).collect())
    }
}

impl Share {
    fn of(factors: &[&Factor<'_>], share: f64) -> Share {
        Share { of: factors.iter().map(|factor| factor.parameter.path.clone()).collect(), share }
    }
}

/// The varied parameters, where the runs are every combination of their values, each once.
fn grid<'s>(study: &Study<'_>, varying: &[&'s Parameter<'s>]) -> Result<Vec<Factor<'s>>, String> {
    let runs = study.runs.len();
    let factors: Vec<Factor<'s>> = varying.iter().filter_map(|parameter| Factor::of(parameter)).collect();
    let combinations = factors.iter().try_fold(1_usize, |count, factor| count.checked_mul(factor.levels));
    let is_each_once = || {
        let mut seen = vec![false; runs];
        (0..runs).all(|row| !std::mem::replace(&mut seen[cell(factors.iter(), row)], true))
    };
    match combinations {
        Some(count) if factors.len() == varying.len() && count == runs && is_each_once() => Ok(factors),
        Some(count) if factors.len() == varying.len() => Err(format!(
            "the {} are not every combination of the parameters' values once; there are {count}",
            counted(runs, "run"),
        )),
        _ => Err("the runs are not every combination of the parameters' values".to_owned()),
    }
}

impl<'s> Factor<'s> {
    /// `None` where there are too many different values for a grid.
    fn of(parameter: &'s Parameter<'s>) -> Option<Factor<'s>> {
        let distinct = parameter.distinct()?;
        let levels = distinct.len();
        let place = move |value: f64| distinct.binary_search_by(|level| level.total_cmp(&value)).unwrap_or(0);
        Some(Factor { parameter, levels, at: Box::new(parameter.map(place)) })
    }
}

/// The combination of the values of a row, as a number.
fn cell<'f, 's: 'f>(factors: impl Iterator<Item = &'f Factor<'s>>, row: usize) -> usize {
    factors.fold(0, |cell, one| cell * one.levels + (one.at)(row))
}

/// The variance of the means of the cells that some parameters make; a full grid has as many runs in each.
fn between_cells(values: &[f64], mean: f64, factors: &[&Factor<'_>]) -> f64 {
    let cells: usize = factors.iter().map(|factor| factor.levels).product();
    let mut sums = vec![0.0; cells];
    for (row, value) in values.iter().enumerate() {
        sums[cell(factors.iter().copied(), row)] += value - mean;
    }
    let runs = (values.len() / cells) as f64;
    self::mean(sums.iter().map(|sum| (sum / runs) * (sum / runs)))
}

/// The mean of some numbers, summed in their order.
fn mean(numbers: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = numbers.len() as f64;
    numbers.sum::<f64>() / count
}
