//! The content of the fit animation.

use std::collections::BTreeSet;

use etascape_insight::study::Study;
use etascape_insight::tables::{Curve, Curves};

use super::fit::{fit, fitted, traced};
use crate::charts::{FitAnimation, Moment};

/// The most models shown.
const LINES: usize = 30;
/// The most moments in an animation.
const MOMENTS: usize = 80;

/// The fit at the logged steps. The error says why there is no animation.
pub(crate) fn fit_animation(study: &Study<'_>, curves: &Curves) -> Result<FitAnimation, &'static str> {
    const NO_FIT: &str = "only the fit of a model with one input and one output, its parameters logged, is animated";
    let input = study.subject.fit.as_ref().ok_or(NO_FIT)?;
    let fit = fit(study, input, curves, LINES).ok_or("there is no curve of a run that did not diverge to animate")?;
    let curves = fitted(study, curves, LINES);
    let moment = |step: u64| {
        let line = |curve: &Curve<'_>| traced(input, curve, reached(curve, step)?);
        Some(Moment { step, lines: curves.iter().map(line).collect::<Option<_>>()? })
    };
    let moments: Vec<Moment> = steps(&curves).into_iter().filter_map(moment).collect();
    if moments.len() < 2 {
        return Err("curves have no more than one point: nothing moves");
    }
    Ok(FitAnimation { fit, moments })
}

/// The last point of a curve up to a step. Runs stay at their end.
fn reached(curve: &Curve<'_>, step: u64) -> Option<usize> {
    curve.steps.partition_point(|&logged| logged <= step).checked_sub(1)
}

/// Logged steps, evenly spread in the logarithm, from the first to the last.
fn steps(curves: &[Curve<'_>]) -> Vec<u64> {
    let logged: BTreeSet<u64> = curves.iter().flat_map(|curve| curve.steps.iter().copied()).collect();
    let (Some(&first), Some(&last)) = (logged.first(), logged.last()) else { return Vec::new() };
    let even = |place: usize| libm::pow(last as f64, place as f64 / (MOMENTS - 2) as f64);
    let next = |place: usize| logged.range((even(place) - 1e-6) as u64..).next().copied();
    let chosen: BTreeSet<u64> = [first, last].into_iter().chain((0..MOMENTS - 1).filter_map(next)).collect();
    chosen.into_iter().collect()
}
