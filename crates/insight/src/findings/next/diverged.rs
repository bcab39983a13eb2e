//! All runs diverged: the limit that their rates are above.

use etascape_text::{rounded, short};

use super::super::finding::{Finding, FindingKind};
use super::super::place::line;
use super::limit::rates_below;
use crate::facts::StartLimit;
use crate::names::short_name;
use crate::study::Study;
use crate::study::outcomes::Outcomes;

/// The rates to try where all runs diverged.
pub fn rates_that_may_not_diverge(
    study: &Study<'_>,
    outcomes: &Outcomes,
    limit: Option<StartLimit>,
) -> Option<Finding> {
    above_limit(study, outcomes, limit).or_else(|| smaller(study, outcomes))
}

/// That every rate is above the limit at the start.
pub fn above_limit(study: &Study<'_>, outcomes: &Outcomes, limit: Option<StartLimit>) -> Option<Finding> {
    let (rate, least, at) = (study.rate()?, least(outcomes)?, limit?);
    (least >= at.limit).then(|| {
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
    })
}

/// The least rate that was tried.
pub fn least(outcomes: &Outcomes) -> Option<f64> {
    outcomes.settings.iter().map(|one| one.rate).reduce(f64::min)
}

fn smaller(study: &Study<'_>, outcomes: &Outcomes) -> Option<Finding> {
    const DECADES: f64 = 1000.0;
    let (rate, least) = (study.rate()?, least(outcomes)?);
    let axis = study.subject.axes.get(&rate.path).filter(|_| least > 0.0);
    Some(Finding {
        kind: FindingKind::SmallerRates { least },
        sentence: format!("Even the least {} diverges, {}: try smaller ones", short_name(&rate.path), short(least)),
        line: axis.map(|axis| line(&rate.path, &axis.between(least / DECADES, least))),
    })
}
