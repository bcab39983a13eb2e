//! The range of rates that is about as good as the best, and how much the objective depends on the rate.

use crate::study::outcomes::{Outcome, Outcomes};
use crate::study::{Parameter, Study, Tolerance};
use crate::subject::Objective;

/// The most values of a parameter that get a range each.
const FEW: usize = 8;
/// The fewest rates of a group that tell a range.
const RATES: usize = 3;

/// A rate that was tried and is not good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worse {
    /// The rate.
    pub rate: f64,
    /// How it is not good.
    pub how: NotGood,
}

/// How a rate is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotGood {
    /// Its objective is worse.
    Worse,
    /// Half of its runs or more diverged.
    Diverged,
    /// Halving ended half of its runs or more.
    Pruned,
    /// Half of its runs or more failed.
    Failed,
}

impl NotGood {
    fn of(outcome: &Outcome) -> NotGood {
        match outcome {
            one if one.is_diverged() => NotGood::Diverged,
            one if 2 * one.pruned >= one.rows.len() => NotGood::Pruned,
            one if 2 * one.failed >= one.rows.len() => NotGood::Failed,
            _ => NotGood::Worse,
        }
    }
}

/// The rates about as good as the best: those without a worse one between them and the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GoodRange {
    /// The least and the greatest rate with the best objective, without a worse one between them.
    pub best: (f64, f64),
    /// How many rates these are.
    pub ties: usize,
    /// The best objective.
    pub objective: f64,
    /// The row of the first run with it.
    pub row: usize,
    /// How many runs it is the median of.
    pub runs: usize,
    /// The least and the greatest good rate.
    pub range: (f64, f64),
    /// How many good rates were tried in the range.
    pub count: usize,
    /// How many rates were tried.
    pub tried: usize,
    /// The next lower rate that was tried; `None` where the range begins with the least.
    pub below: Option<Worse>,
    /// The next higher rate that was tried; `None` where the range ends with the greatest.
    pub above: Option<Worse>,
}

impl GoodRange {
    /// The range of a group of settings, in rising order of their rates; `None` where none has an objective. Of settings
    /// with one rate, the best counts.
    pub fn of(settings: &[&Outcome], objective: &Objective, tolerance: Tolerance) -> Option<GoodRange> {
        let rising = best_of_each_rate(settings);
        let best =
            rising.iter().filter(|one| one.badness.is_finite()).min_by(|a, b| a.badness.total_cmp(&b.badness))?;
        let at = rising.iter().position(|one| one.rate == best.rate)?;
        let around = |limit: f64| {
            let is_in = |one: &&Outcome| one.badness <= limit;
            let low = at - rising[..at].iter().rev().take_while(|one| is_in(one)).count();
            let high = at + rising[at + 1..].iter().take_while(|one| is_in(one)).count();
            (low, high)
        };
        let (low, high) = around(tolerance.limit(best.badness, best.start));
        let ties = around(best.badness);
        let worse = |place: Option<usize>| {
            let one = rising.get(place?)?;
            Some(Worse { rate: one.rate, how: NotGood::of(one) })
        };
        Some(GoodRange {
            best: (rising[ties.0].rate, rising[ties.1].rate),
            ties: ties.1 - ties.0 + 1,
            objective: objective.badness(best.badness),
            row: best.row(),
            runs: best.rows.len(),
            range: (rising[low].rate, rising[high].rate),
            count: high - low + 1,
            tried: rising.len(),
            below: worse(low.checked_sub(1)),
            above: worse(high.checked_add(1)),
        })
    }

    /// Its rates: the ends, those with the best objective, and the next ones outside.
    pub fn rates(&self) -> Vec<f64> {
        let outside = [self.below, self.above].into_iter().flatten().map(|worse| worse.rate);
        [self.range.0, self.range.1, self.best.0, self.best.1].into_iter().chain(outside).collect()
    }

    /// Whether every rate that was tried is good.
    pub fn is_all(&self) -> bool {
        self.below.is_none() && self.above.is_none()
    }
}

/// Of settings in rising order of their rates, the best of each rate.
fn best_of_each_rate<'o>(settings: &[&'o Outcome]) -> Vec<&'o Outcome> {
    let rates = settings.chunk_by(|a, b| a.rate == b.rate);
    rates.filter_map(|same| same.iter().copied().min_by(|a, b| a.badness.total_cmp(&b.badness))).collect()
}

/// The learning rate sensitivity of Wortsman et al. (2023, arXiv:2309.14322, section 2.2), over the rates that were tried:
/// the mean over them of `min(ℓ(η), ℓ₀) − ℓ*`.
///
/// ℓ(η) is the final objective at η, ℓ₀ that at the start, ℓ* the least min(ℓ(η), ℓ₀). A rate at which runs diverged counts as ℓ₀;
/// one at which they failed is left out. In units of the objective; for a metric that is maximised, of its loss. `settings`
/// are in rising order of their rates; of one rate, the best counts. `None` with fewer than two rates, where a rate needs
/// ℓ₀ and it is not known, and where runs were pruned.
pub fn sensitivity(settings: &[&Outcome]) -> Option<f64> {
    if settings.iter().any(|one| one.pruned > 0) {
        return None;
    }
    let rising = best_of_each_rate(settings);
    let known: Vec<&Outcome> =
        rising.into_iter().filter(|one| one.badness.is_finite() || 2 * one.failed < one.rows.len()).collect();
    let capped = |one: &&Outcome| match one.start {
        Some(start) => Some(one.badness.min(start)),
        None => Some(one.badness).filter(|badness| badness.is_finite()),
    };
    let capped: Vec<f64> = known.iter().map(capped).collect::<Option<_>>()?;
    known.iter().find(|one| one.badness.is_finite())?;
    let best = capped.iter().copied().reduce(f64::min)?;
    (capped.len() > 1).then(|| capped.iter().map(|value| value - best).sum::<f64>() / capped.len() as f64)
}

/// The good range for one value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeOfValue {
    /// The value, as it is logged.
    pub value: String,
    /// The range; `None` where no run has an objective.
    pub range: Option<GoodRange>,
    /// The [`sensitivity`].
    pub sensitivity: Option<f64>,
}

/// The good ranges for each value of a parameter, the other parameters being at their best for each rate.
#[derive(Debug, Clone, PartialEq)]
pub struct RangesOfParameter {
    /// The parameter's path.
    pub path: String,
    /// Its values, rising or in the order of the plan.
    pub values: Vec<RangeOfValue>,
}

/// The good rates of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct GoodRates {
    /// The rate's path.
    pub path: String,
    /// The range around the best setting, the other parameters being as there: one for each loss that the sweep varies.
    pub of_losses: Vec<GoodRange>,
    /// The same for each value of the other parameters that have few.
    pub of_values: Vec<RangesOfParameter>,
    /// The sensitivity of the best setting's group.
    pub sensitivity: Option<f64>,
    /// How far from the best is good.
    pub tolerance: Tolerance,
    /// The objective at which runs have converged: those that did are alike, at it or below.
    pub limit: Option<f64>,
}

impl GoodRates {
    /// The good rates of a study's settings; `None` where no rate was varied, or not often enough.
    pub fn of(study: &Study<'_>, outcomes: &Outcomes) -> Option<GoodRates> {
        let rate = study.rate().filter(|rate| rate.varies())?;
        let objective = &study.subject.objective;
        let tolerance = outcomes.tolerance(objective);
        let losses = study.losses().and_then(Parameter::distinct).map_or(1, |losses| losses.len());
        let groups = (0..losses).filter_map(|loss| outcomes.best(loss)).map(|best| outcomes.over_rate(best.group));
        let groups: Vec<Vec<&Outcome>> = groups.filter(|group| best_of_each_rate(group).len() >= RATES).collect();
        let first = groups.first()?;
        Some(GoodRates {
            path: rate.path.clone(),
            of_losses: groups.iter().filter_map(|group| GoodRange::of(group, objective, tolerance)).collect(),
            of_values: study
                .parameters
                .iter()
                .filter(|one| !one.is_start() && one.path != rate.path)
                .filter_map(|one| ranges_of(study, outcomes, one, tolerance))
                .collect(),
            sensitivity: sensitivity(first),
            tolerance,
            limit: study.converged_alike(),
        })
    }
}

/// The ranges for each value of a parameter; `None` unless it has two values or more, and few.
fn ranges_of(
    study: &Study<'_>,
    outcomes: &Outcomes,
    parameter: &Parameter<'_>,
    tolerance: Tolerance,
) -> Option<RangesOfParameter> {
    // Where a loss is varied too, settings of a value would be ranked over different losses.
    let is_ranked = study.losses().is_none_or(|losses| losses.path == parameter.path);
    let values = parameter.distinct().filter(|values| is_ranked && (2..=FEW).contains(&values.len()))?;
    let of_value = |value: &f64| {
        let mut settings: Vec<&Outcome> =
            outcomes.settings.iter().filter(|one| parameter.value(one.row()) == *value).collect();
        settings.sort_by(|a, b| a.rate.total_cmp(&b.rate));
        let first = settings.first()?.row();
        Some(RangeOfValue {
            value: study.runs.text(&parameter.path, first).map_or_else(String::new, Into::into),
            range: GoodRange::of(&settings, &study.subject.objective, tolerance),
            sensitivity: sensitivity(&settings),
        })
    };
    Some(RangesOfParameter { path: parameter.path.clone(), values: values.iter().filter_map(of_value).collect() })
}
