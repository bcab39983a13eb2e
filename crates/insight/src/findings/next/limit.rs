//! The limit of plain gradient descent where training starts.

use super::super::place::line;
use crate::facts::StartLimit;
use crate::study::{Parameter, Study};

/// The limit, where it is known. It may take a second to compute.
pub fn start_limit(study: &Study<'_>) -> Option<StartLimit> {
    study.subject.facts.start_limit.as_ref().and_then(|limit| limit())
}

/// The line with rates up to a little below a limit: two decades.
pub fn rates_below(study: &Study<'_>, rate: &Parameter<'_>, limit: f64) -> Option<String> {
    let high = below(limit);
    let axis = study.subject.axes.get(&rate.path)?;
    Some(line(&rate.path, &axis.between(high / 100.0, high)))
}

/// The greatest rate that is proposed below a limit. Rounded, it stays below it.
pub fn below(limit: f64) -> f64 {
    format!("{:.1e}", 0.9 * limit).parse().unwrap_or(limit)
}
