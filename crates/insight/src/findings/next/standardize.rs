//! Features that are not standardised: what that costs, and the rates that fit them where they are.

use etascape_text::{rounded, short};

use super::super::finding::{Finding, FindingKind, Tried};
use super::diverged::least;
use super::limit::{below, rates_below};
use super::seen::Seen;
use crate::facts::{Conditioning, DescentBound, FeatureSize, RawFeatures, StartLimit};
use crate::names::is_learning_rate;
use crate::study::Study;
use crate::study::outcomes::Outcome;

const RATE: &str = "train.learning_rate";

/// Standardising is told where it raises a limit or a bound by this factor …
const HIGHER: f64 = 2.0;
/// … or makes a conditioning better by this one.
const BETTER: f64 = 10.0;
/// Features are large from this magnitude on, and differ in size from this factor on.
const LARGE: f64 = 10.0;
/// The best run is near the least loss up to this factor of it.
const NEAR: f64 = 1.05;
/// A gain of this share of the objective is decisive.
const DECISIVE: f64 = 0.5;
/// Rates up to this factor above the bound of a classifier are worth trying, since it is no limit.
const BEYOND_BOUND: f64 = 10.0;
/// A decade below the greatest rate that is proposed lies the middle one.
const MIDDLE: f64 = 0.1;

/// What speaks for standardised features.
enum Reason<'s> {
    Conditioning(Conditioning),
    Bound(DescentBound),
    Limit(StartLimit),
    Sizes(&'s [FeatureSize; 2]),
}

/// That standardised features would do better, with the rates that fit them.
pub struct Standardize {
    /// The finding.
    pub finding: Finding,
    /// Whether they change so much that other proposals for the features as they are do not count.
    pub is_decisive: bool,
}

/// That standardised features would do better: a run of the best setting is trained again on them, where that does not take
/// long.
pub fn standardize(study: &Study<'_>, seen: &Seen<'_>, limit: Option<StartLimit>) -> Option<Standardize> {
    let raw = study.subject.facts.raw.as_ref()?;
    let has_converged = || (0..study.runs.len()).any(|row| study.steps_to_converge(row).is_some());
    if study.losses().is_some() || study.subject.objective.is_watched && has_converged() {
        return None;
    }
    let now = Now::of(study, seen)?;
    let run_id = study.runs.id(now.row);
    let reason = Reason::of(study, raw, limit)?;
    let rates = reason.rates(raw, run_id).and_then(|high| Rates::up_to(study, high));
    let tried = match &raw.trial {
        Some(trial) => {
            let own = [None];
            let rates = rates.as_ref().map_or(&own[..], |rates| &rates.tried);
            Some(better(study, seen, now, rates, |rate| Some(Tried { run_id, rate, objective: trial(run_id, rate)? }))?)
        }
        None if reason.is_plain_to_see(study, seen) => None,
        None => return None,
    };
    let rates = rates.and_then(|rates| rates.line(tried));
    let lines: Vec<String> = std::iter::once("data.standardize = true".to_owned()).chain(rates).collect();
    let finding = Finding {
        sentence: reason.words() + &tried.map_or_else(String::new, |tried| result(study, tried, now)),
        kind: reason.kind(tried),
        line: Some(lines.join("\n")),
    };
    let gain = tried.map_or(f64::INFINITY, |tried| now.badness - study.subject.objective.badness(tried.objective));
    let is_decisive = seen.nothing.is_some() || now.badness.is_infinite() || gain >= DECISIVE * now.badness.abs();
    Some(Standardize { finding, is_decisive })
}

/// What the features as they are come to.
#[derive(Clone, Copy)]
struct Now {
    /// The row of a run of the best setting; where no setting has an objective, of the best run.
    row: usize,
    /// The objective of that setting or run, smaller for better values; infinite where none has one.
    badness: f64,
    /// The objective at the start of that setting, in the same form.
    start: Option<f64>,
}

impl Now {
    /// `None` where no setting is known.
    fn of(study: &Study<'_>, seen: &Seen<'_>) -> Option<Now> {
        let of_best = |best: &Outcome| Now { row: best.typical_row(study), badness: best.badness, start: best.start };
        let of_row = |row| Now { row, badness: study.badness(row), start: None };
        let rows = seen.outcomes.settings.iter().flat_map(|one| &one.rows).map(|&row| of_row(row as usize));
        let of_runs = || rows.min_by(|a, b| a.badness.total_cmp(&b.badness));
        seen.outcomes.best(0).map(of_best).or_else(of_runs)
    }
}

/// Rates that fit standardised features.
struct Rates {
    /// Those of them that are tried.
    tried: [Option<f64>; 2],
    /// The line with the axis; `None` where no rate is swept.
    axis: Option<String>,
}

impl Rates {
    /// Two decades up to a limit; `None` where rates are swept in a way that no axis can be given for.
    fn up_to(study: &Study<'_>, limit: f64) -> Option<Rates> {
        let high = below(limit);
        let axis = match study.parameters.iter().any(|one| is_learning_rate(&one.path)) {
            true => Some(rates_below(study, study.parameter(RATE)?, limit)?),
            false => None,
        };
        Some(Rates { tried: [Some(MIDDLE * high), Some(high)], axis })
    }

    /// The line with them, or with the best of those that were tried.
    fn line(self, tried: Option<Tried>) -> Option<String> {
        let best = || Some(format!("{RATE} = {}", short(tried?.rate?)));
        self.axis.or_else(best)
    }
}

/// The best that a run comes to at some rates, where that is clearly better than the best setting.
fn better(
    study: &Study<'_>,
    seen: &Seen<'_>,
    now: Now,
    rates: &[Option<f64>],
    trial: impl Fn(Option<f64>) -> Option<Tried>,
) -> Option<Tried> {
    let objective = &study.subject.objective;
    let better = |a: &Tried, b: &Tried| objective.badness(a.objective).total_cmp(&objective.badness(b.objective));
    let tried = rates.iter().filter_map(|&rate| trial(rate)).min_by(better)?;
    let limit = seen.outcomes.tolerance(objective).limit(objective.badness(tried.objective), now.start);
    (limit < now.badness).then_some(tried)
}

impl Reason<'_> {
    /// The first reason that holds: a conditioning, a bound or a limit that standardised features make better, else their sizes.
    fn of<'s>(study: &'s Study<'_>, raw: &'s RawFeatures, limit: Option<StartLimit>) -> Option<Reason<'s>> {
        let higher = limit.filter(|at| at.standardized.is_some_and(|standardized| standardized >= HIGHER * at.limit));
        if let Some(theory) = study.subject.theory.as_ref().filter(|theory| theory.is_plain) {
            let is_diverged = (0..study.runs.len()).all(|row| study.diverged(row));
            if let Some(limit) = higher.filter(|_| is_diverged) {
                return Some(Reason::Limit(limit));
            }
            let of = raw.conditioning.as_ref().filter(|_| !is_near(study, theory.landscape.least_loss));
            let of = of.and_then(|of| of()).filter(|of| of.number >= BETTER * of.standardized);
            return of.map(Reason::Conditioning);
        }
        let bound = raw.bound.as_ref().and_then(|of| of());
        if let Some(bound) = bound.filter(|bound| bound.standardized >= HIGHER * bound.bound) {
            return Some(Reason::Bound(bound));
        }
        let [least, greatest] = [&raw.sizes[0], &raw.sizes[1]].map(|size| size.1);
        if greatest < LARGE && greatest < LARGE * least {
            return None;
        }
        Some(higher.map_or(Reason::Sizes(&raw.sizes), Reason::Limit))
    }

    /// The rate up to which standardised features let rates be worth trying; `None` where none is known.
    fn rates(&self, raw: &RawFeatures, run_id: u64) -> Option<f64> {
        match self {
            Reason::Bound(bound) => Some(BEYOND_BOUND * bound.standardized),
            Reason::Limit(at) => at.standardized,
            Reason::Conditioning(_) | Reason::Sizes(_) => raw.limit.as_ref().and_then(|of| of(run_id)),
        }
    }

    /// Whether the runs show that the features are what holds them up, where standardised ones are not tried.
    fn is_plain_to_see(&self, study: &Study<'_>, seen: &Seen<'_>) -> bool {
        let least = least(seen.outcomes);
        let best = seen.outcomes.best(0).map(|best| best.rate);
        match self {
            Reason::Conditioning(_) => true,
            Reason::Bound(of) => best.is_none_or(|best| best > of.bound),
            Reason::Limit(at) => least.is_some_and(|least| least >= at.limit),
            Reason::Sizes(_) => best.is_none() || seen.nothing.is_some() || study.rate().is_some() && best == least,
        }
    }

    fn kind(&self, tried: Option<Tried>) -> FindingKind {
        match *self {
            Reason::Conditioning(Conditioning { number, standardized }) => {
                FindingKind::Conditioning { number, standardized, tried }
            }
            Reason::Bound(DescentBound { bound, standardized }) => {
                FindingKind::DescentBound { bound, standardized, tried }
            }
            Reason::Limit(StartLimit { limit, standardized, .. }) => {
                FindingKind::Standardize { limit, standardized: standardized.unwrap_or(limit), tried }
            }
            Reason::Sizes([least, greatest]) => FindingKind::FeatureSizes {
                least: least.0.clone(),
                greatest: greatest.0.clone(),
                sizes: [least.1, greatest.1],
                tried,
            },
        }
    }

    fn words(&self) -> String {
        let number = |value: f64| rounded(value, 3);
        match *self {
            Reason::Conditioning(Conditioning { number: now, standardized }) => format!(
                "The features differ in size, so the slowest direction takes about λmax/λmin = {} steps; standardised, about {}",
                number(now),
                number(standardized)
            ),
            Reason::Bound(DescentBound { bound, standardized }) => format!(
                "The loss is sure to fall at every step up to η = {}, on standardised features up to {} (a bound that suffices, no limit)",
                number(bound),
                number(standardized)
            ),
            Reason::Limit(StartLimit { limit, standardized, is_everywhere }) => format!(
                "Standardising the features raises the limit 2/λmax{} from {} to {}",
                if is_everywhere { "" } else { " at the start" },
                number(limit),
                number(standardized.unwrap_or(limit))
            ),
            Reason::Sizes([least, greatest]) if greatest.1 >= LARGE * least.1 => format!(
                "The features differ in size: {} goes up to {}, {} to {}; standardised they are alike",
                greatest.0,
                number(greatest.1),
                least.0,
                number(least.1)
            ),
            Reason::Sizes([_, greatest]) => {
                format!(
                    "The features are large: {} goes up to {}; standardised they are not",
                    greatest.0,
                    number(greatest.1)
                )
            }
        }
    }
}

/// Whether the best run came near the least loss that theory knows.
fn is_near(study: &Study<'_>, least: f64) -> bool {
    let losses = (0..study.runs.len()).filter(|&row| study.settled_loss(row).is_some());
    let best = losses.filter_map(|row| study.watched.get(row)).reduce(f64::min);
    best.is_some_and(|best| best <= NEAR * least)
}

/// What a run came to on standardised features.
fn result(study: &Study<'_>, tried: Tried, now: Now) -> String {
    let objective = &study.subject.objective;
    let words = |value: f64| rounded(value, 3);
    let at = tried.rate.map_or_else(String::new, |rate| format!(" at η = {}", words(rate)));
    let now = match now.badness.is_finite() {
        true => format!(", the best here to {}", words(objective.badness(now.badness))),
        false => String::new(),
    };
    format!("; run {} then comes to {} {}{at}{now}", tried.run_id, objective.name, words(tried.objective))
}
