//! Features of different sizes, so that no rate is right for all directions.

use etascape_text::rounded;

use super::super::finding::{Finding, FindingKind};
use crate::study::Study;

/// Standardising is proposed where it makes the conditioning better by this factor.
const WORTH: f64 = 10.0;
/// The best run is near the least loss from this factor on.
const NEAR: f64 = 1.05;

/// That standardising makes the features of a linear model alike, where plain gradient descent did not come near the least
/// loss that theory knows.
pub fn conditioning(study: &Study<'_>) -> Option<Finding> {
    let theory = study.subject.theory.as_ref().filter(|theory| theory.is_plain)?;
    let losses = (0..study.runs.len()).filter(|&row| study.settled_loss(row).is_some());
    let best = losses.filter_map(|row| study.watched.get(row)).reduce(f64::min)?;
    let has_converged = (0..study.runs.len()).any(|row| study.steps_to_converge(row).is_some());
    if has_converged || best <= NEAR * theory.landscape.least_loss {
        return None;
    }
    let of = study.subject.facts.conditioning.as_ref().and_then(|of| of())?;
    (of.number >= WORTH * of.standardized).then(|| Finding {
        kind: FindingKind::Conditioning { number: of.number, standardized: of.standardized },
        sentence: format!(
            "The features differ in size, so the slowest direction takes about λmax/λmin = {} steps; standardised, about {}",
            rounded(of.number, 3),
            rounded(of.standardized, 3)
        ),
        line: Some("data.standardize = true".to_owned()),
    })
}
