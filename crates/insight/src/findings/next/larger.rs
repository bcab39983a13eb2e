//! Rates that hardly move the loss: the limit that they are far below.

use etascape_text::rounded;

use super::super::finding::{Finding, FindingKind};
use super::super::place::toml_key;
use super::seen::Seen;
use crate::study::Study;

/// Rates are far below the limit up to this share of it.
const FAR: f64 = 0.1;

/// That even the greatest rate hardly moved the loss, and larger ones are worth trying: up to the limit of plain gradient
/// descent where training starts, else a decade more. `None` where that rate made it worse.
pub fn larger_rates(study: &Study<'_>, seen: &Seen<'_>) -> Option<Finding> {
    let rate = study.rate()?;
    let settings = &seen.outcomes.settings;
    let last = settings.iter().max_by(|a, b| a.rate.total_cmp(&b.rate)).filter(|last| last.rate > 0.0)?;
    if last.start.is_none_or(|start| last.badness > start) {
        return None;
    }
    let greatest = last.rate;
    let limit = study.subject.facts.start_limit.as_ref().and_then(|limit| limit()).map(|at| at.limit);
    if limit.is_some_and(|limit| greatest > FAR * limit) {
        return None;
    }
    let axis = study.subject.axes.get(&rate.path);
    let (place, axis) = match limit {
        Some(limit) => {
            let high = format!("{:.1e}", 0.9 * limit).parse().unwrap_or(limit);
            let place = format!("; 2/λmax where training starts is {}", rounded(limit, 3));
            (place, axis.map(|axis| axis.between(high / 100.0, high)))
        }
        None => (String::new(), axis.and_then(|axis| axis.carried_on(etascape_sweep::AxisEnd::High, f64::INFINITY))),
    };
    Some(Finding {
        kind: FindingKind::LargerRates { greatest, limit },
        sentence: format!(
            "Even the largest {}, {}, hardly moves the {}: try larger ones{place}",
            rate.short(),
            rounded(greatest, 3),
            study.subject.objective.name
        ),
        line: axis.map(|axis| format!("{} = {axis}", toml_key(&rate.path))),
    })
}
