//! Rates that hardly move the loss: the limit that they are far below.

use etascape_sweep::AxisEnd;
use etascape_text::rounded;

use super::super::finding::{Finding, FindingKind};
use super::super::place::line;
use super::limit::rates_below;
use super::seen::Seen;
use crate::facts::StartLimit;
use crate::study::Study;

/// Rates are far below the limit up to this share of it.
const FAR: f64 = 0.1;

/// That even the greatest rate hardly moved the loss, and larger ones are worth trying: up to the limit of plain gradient
/// descent where training starts, else a decade more. `None` where that rate made it worse.
pub fn larger_rates(study: &Study<'_>, seen: &Seen<'_>, limit: Option<StartLimit>) -> Option<Finding> {
    let rate = study.rate()?;
    let settings = &seen.outcomes.settings;
    let last = settings.iter().max_by(|a, b| a.rate.total_cmp(&b.rate)).filter(|last| last.rate > 0.0)?;
    if last.start.is_none_or(|start| last.badness > start) {
        return None;
    }
    let greatest = last.rate;
    let limit = limit.map(|at| at.limit);
    if limit.is_some_and(|limit| greatest > FAR * limit) {
        return None;
    }
    let carried_on = || study.subject.axes.get(&rate.path)?.carried_on(AxisEnd::High, f64::INFINITY);
    let (place, line) = match limit {
        Some(limit) => {
            (format!("; 2/λmax where training starts is {}", rounded(limit, 3)), rates_below(study, rate, limit))
        }
        None => (String::new(), carried_on().map(|axis| line(&rate.path, &axis))),
    };
    Some(Finding {
        kind: FindingKind::LargerRates { greatest, limit },
        sentence: format!(
            "Even the largest {}, {}, hardly moves the {}: try larger ones{place}",
            rate.short(),
            rounded(greatest, 3),
            study.subject.objective.name
        ),
        line,
    })
}
