//! All runs diverged: the limit that their rates are above, and what would raise it.

use etascape_text::{rounded, short};

use super::super::finding::{Finding, FindingKind};
use super::super::place::line;
use super::limit::rates_below;
use crate::facts::StartLimit;
use crate::names::short_name;
use crate::study::outcomes::Outcomes;
use crate::study::{Parameter, Study};

/// Standardising is proposed where it raises the limit by this factor.
const WORTH: f64 = 2.0;

/// What to try where all runs diverged.
pub fn all_diverged(study: &Study<'_>, outcomes: &Outcomes, limit: Option<StartLimit>) -> Vec<Finding> {
    let above = above_limit_at_start(study, outcomes, limit);
    let rates = outcomes.settings.iter().map(|one| one.rate);
    match (study.rate(), rates.reduce(f64::min)) {
        (Some(rate), Some(least)) if above.is_empty() => vec![smaller(study, rate, least)],
        _ => above,
    }
}

/// What would raise the limit at the start, and the limit, where every rate is above it and runs did not diverge all the same.
pub fn above_limit_at_start(study: &Study<'_>, outcomes: &Outcomes, limit: Option<StartLimit>) -> Vec<Finding> {
    let least = outcomes.settings.iter().map(|one| one.rate).reduce(f64::min);
    let (Some(rate), Some(least), Some(at)) = (study.rate(), least, limit) else { return Vec::new() };
    match least >= at.limit {
        true => standardize(at).into_iter().chain([above_limit(study, rate, at, least)]).collect(),
        false => Vec::new(),
    }
}

fn standardize(at: StartLimit) -> Option<Finding> {
    let standardized = at.standardized.filter(|standardized| *standardized >= WORTH * at.limit)?;
    let place = if at.is_everywhere { "" } else { " at the start" };
    Some(Finding {
        kind: FindingKind::Standardize { limit: at.limit, standardized },
        sentence: format!(
            "Standardising the features raises the limit 2/λmax{place} from {} to {}",
            rounded(at.limit, 3),
            rounded(standardized, 3)
        ),
        line: Some("data.standardize = true".to_owned()),
    })
}

fn above_limit(study: &Study<'_>, rate: &Parameter<'_>, at: StartLimit, least: f64) -> Finding {
    let limit = rounded(at.limit, 3);
    let sentence = match at.is_everywhere {
        true => format!("Every η is above the limit 2/λmax = {limit}: gradient descent diverges there"),
        false => format!("Every η is above 2/λmax = {limit} where training starts: there the first steps grow"),
    };
    Finding {
        kind: FindingKind::AboveLimit { limit: at.limit, least, at_start: !at.is_everywhere },
        sentence,
        line: rates_below(study, rate, at.limit),
    }
}

fn smaller(study: &Study<'_>, rate: &Parameter<'_>, least: f64) -> Finding {
    const DECADES: f64 = 1000.0;
    let axis = study.subject.axes.get(&rate.path).filter(|_| least > 0.0);
    Finding {
        kind: FindingKind::SmallerRates { least },
        sentence: format!("Even the least {} diverges, {}: try smaller ones", short_name(&rate.path), short(least)),
        line: axis.map(|axis| line(&rate.path, &axis.between(least / DECADES, least))),
    }
}
