//! Rates to try: beyond the end at which the best one lies, or between it and its neighbours.

use etascape_sweep::AxisEnd;
use etascape_text::rounded;

use super::super::finding::{Finding, FindingKind};
use super::super::good::{GoodRange, GoodRates, RangeOfValue, RangesOfParameter};
use super::super::place::{line, of_loss};
use super::seen::Seen;
use crate::names::{short_name, short_value};
use crate::statistics::extent;
use crate::study::{Parameter, Study, are_alike};

/// Neighbours of the best rate are far from it from this factor on.
const FAR: f64 = 2.0;
/// From this share of the limit on, there is nothing left to try: at a rate that is a quarter higher no run is much faster.
const BELOW_LIMIT: f64 = 0.8;
/// The greatest rate that is proposed, as a share of the limit. Rounded, it is still below the limit, and above the share
/// from which on nothing is left to try.
const GREATEST: f64 = 0.98;

/// That the best rate is the least or the greatest that was tried: where runs converged the fastest, else the one with the
/// best objective; where the sweep varies the loss, of the first loss of which it is.
pub fn best_at_edge(study: &Study<'_>, seen: &Seen<'_>) -> Option<Finding> {
    match seen.rates {
        Some(rates) => at_edge(study, seen, (rates.fastest, rates.fastest), None),
        None => seen.good?.of_losses.iter().find_map(|range| at_edge(study, seen, range.best, Some(range))),
    }
}

/// That the best rates are at an edge. `range` is the good range around them, where they are those with the best objective.
fn at_edge(study: &Study<'_>, seen: &Seen<'_>, best: (f64, f64), range: Option<&GoodRange>) -> Option<Finding> {
    let rate = study.rate().filter(|rate| rate.varies())?;
    let (low, high) = ends(seen)?;
    let end = match best {
        (first, last) if first == low && last == high => return None,
        (_, last) if last == high => AxisEnd::High,
        (first, _) if first == low => AxisEnd::Low,
        _ => return None,
    };
    // Where the next rate is as good, there is nothing to follow.
    if range.is_some_and(|range| is_flat(seen, range, end)) {
        return None;
    }
    let (value, tried) = match end {
        AxisEnd::High => (high, "largest"),
        AxisEnd::Low => (low, "least"),
    };
    let limit = study.subject.theory_limit.filter(|_| end == AxisEnd::High);
    if limit.is_some_and(|limit| value >= BELOW_LIMIT * limit) {
        return None;
    }
    let word = if range.is_some() { "best" } else { "fastest" };
    let name = short_name(&rate.path) + &range.map_or_else(String::new, |range| of_loss(study, range.row));
    let until = limit.map_or_else(String::new, |limit| format!("; the limit 2/λmax is {}", rounded(limit, 3)));
    Some(Finding {
        kind: FindingKind::BestAtEdge { rate: rate.path.clone(), best: value, is_highest: end == AxisEnd::High },
        sentence: format!("The {word} {name} is the {tried} that was tried, {}{until}", rounded(value, 3)),
        line: axis_beyond(study, rate, value, end, limit),
    })
}

/// Whether the best setting of a range and that with the next rate, from an end of the rates on, come to the same.
fn is_flat(seen: &Seen<'_>, range: &GoodRange, end: AxisEnd) -> bool {
    let Some(best) = seen.outcomes.settings.iter().find(|one| one.row() == range.row) else { return false };
    let mut rates: Vec<(f64, f64)> =
        seen.outcomes.over_rate(best.group).into_iter().map(|one| (one.rate, one.badness)).collect();
    rates.dedup_by_key(|(rate, _)| *rate);
    let next = match end {
        AxisEnd::High => rates.len().checked_sub(2).map(|at| rates[at].1),
        AxisEnd::Low => rates.get(1).map(|one| one.1),
    };
    next.is_some_and(|next| are_alike(next, best.badness))
}

/// The greatest rate to propose: a little below the limit that theory knows, where it knows one.
fn greatest(study: &Study<'_>) -> f64 {
    let below = |limit: f64| format!("{:.2e}", GREATEST * limit).parse().unwrap_or(limit);
    study.subject.theory_limit.map_or(f64::INFINITY, below)
}

/// The axis that goes on beyond an end, up to the limit where there is one.
fn axis_beyond(
    study: &Study<'_>,
    rate: &Parameter<'_>,
    value: f64,
    end: AxisEnd,
    limit: Option<f64>,
) -> Option<String> {
    let axis = study.subject.axes.get(&rate.path)?;
    let greatest = greatest(study);
    let axis = match limit {
        Some(_) => axis.between(value, greatest),
        None => axis.carried_on(end, greatest)?,
    };
    Some(line(&rate.path, &axis))
}

/// The least and the greatest rate at which a run trained.
fn ends(seen: &Seen<'_>) -> Option<(f64, f64)> {
    extent(seen.outcomes.settings.iter().map(|one| one.rate))
}

/// That the best rate alone is good, and its neighbours are far from it; where the sweep varies the loss, of the first loss of
/// which they are. The finer axis keeps the best rate of each value of the other parameters.
pub fn too_coarse(study: &Study<'_>, seen: &Seen<'_>) -> Option<Finding> {
    let good = seen.good?;
    let mut ranges = good.of_losses.iter().filter(|range| range.count == 1 && seen.rates.is_none());
    ranges.find_map(|range| coarse_around(study, good, range))
}

fn coarse_around(study: &Study<'_>, good: &GoodRates, range: &GoodRange) -> Option<Finding> {
    let rate = study.rate()?;
    let (below, above, best) = (range.below?.rate, range.above?.rate, range.best.0);
    let until = above.min(greatest(study).max(best));
    if below <= 0.0 || (best / below).max(until / best) < FAR {
        return None;
    }
    let name = short_name(&rate.path);
    let [low, at, high] = [below, best, above].map(|rate| rounded(rate, 3));
    let beside = Beside::of(good, below, until);
    let axis = study.subject.axes.get(&rate.path).map(|axis| match extent(beside.rates()) {
        None => axis.between(below, until),
        Some((first, last)) => {
            let ratio = (best / below).min(above / best).sqrt();
            axis.between_by(below.min(first), until.max(last), ratio)
        }
    });
    Some(Finding {
        kind: FindingKind::TooCoarse { best, below, above },
        sentence: format!(
            "The next {name} around the best{}, {low} and {high}, are far from {at}: look between them{}",
            of_loss(study, range.row),
            beside.words(&name)
        ),
        line: axis.map(|axis| line(&rate.path, &axis)),
    })
}

/// Values of the other parameters with the best rate of each, where that is not between two rates.
struct Beside(Vec<(String, f64)>);

impl Beside {
    fn of(good: &GoodRates, low: f64, high: f64) -> Beside {
        let named = |path: &str, value: &str| match value.parse() {
            Ok(number) => format!("{} = {}", short_name(path), rounded(number, 3)),
            Err(_) => short_value(value),
        };
        let best = |of: &RangesOfParameter, one: &RangeOfValue| Some((named(&of.path, &one.value), one.range?.best.0));
        let values = good.of_values.iter().flat_map(|of| of.values.iter().filter_map(move |one| best(of, one)));
        Beside(values.filter(|(_, rate)| *rate > 0.0 && !(low..=high).contains(rate)).collect())
    }

    fn rates(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|(_, rate)| *rate)
    }

    fn words(&self, name: &str) -> String {
        let words: Vec<String> =
            self.0.iter().map(|(value, rate)| format!("{} for {value}", rounded(*rate, 3))).collect();
        match words.is_empty() {
            true => String::new(),
            false => format!("; the best {name} is {}", words.join(", ")),
        }
    }
}
