//! The content of the fit chart.

use etascape_insight::statistics::spread;
use etascape_insight::study::Study;
use etascape_insight::subject::FitInput;
use etascape_insight::tables::{Curve, Curves};
use etascape_plot::axis::extent;
use etascape_plot::sheet::ColourKey;
use etascape_text::{counted, rounded};

use super::rows_by_id;
use crate::charts::{Fit, FitLine, span};
use crate::scales::key;

/// The most models in a fit chart.
pub(crate) const FITS: usize = 60;

/// The curves of at most `at_most` runs that did not diverge. Curves hold the parameters.
pub(super) fn fitted<'c>(study: &Study<'_>, curves: &'c Curves, at_most: usize) -> Vec<Curve<'c>> {
    let rows = rows_by_id(study, curves);
    let settled = |curve: &Curve<'_>| rows.get(&curve.run_id).is_some_and(|&row| study.settled_loss(row).is_some());
    let candidates: Vec<Curve<'_>> = curves.iter().filter(settled).collect();
    spread(candidates.len(), at_most).into_iter().map(|index| candidates[index]).collect()
}

/// The fits of at most `at_most` runs.
pub(crate) fn fit(study: &Study<'_>, input: &FitInput, curves: &Curves, at_most: usize) -> Option<Fit> {
    let rows = rows_by_id(study, curves);
    let parameter = study.across().and_then(|across| study.beside(across)).or(study.across());
    let parameter = parameter.filter(|parameter| parameter.varies());
    let line = |curve: Curve<'_>| {
        let value = parameter.map_or(0.0, |parameter| parameter.value(rows[&curve.run_id]));
        let last = curve.steps.len().checked_sub(1)?;
        Some(FitLine { value, start: traced(input, &curve, 0)?, learned: traced(input, &curve, last)? })
    };
    let lines: Vec<FitLine> = fitted(study, curves, at_most).into_iter().filter_map(line).collect();
    if lines.is_empty() {
        return None;
    }
    let diverged = (0..study.runs.len()).filter(|&row| study.diverged(row)).count();
    let mut notes = vec![format!("{} of {}", lines.len(), counted(study.runs.len(), "run"))];
    notes.extend((diverged > 0).then(|| format!("{diverged} diverged: not drawn")));
    notes.extend(parameter.map(|parameter| format!("colour = {}", parameter.short())));
    let points = input.points.len();
    notes.extend((points < input.of_rows).then(|| format!("points: a sample, {points} of {} rows", input.of_rows)));
    Some(Fit {
        title: learned_words(study, input).unwrap_or_else(|| closest(input, &fitted(study, curves, at_most))),
        subtitle: notes.join(" · "),
        x_name: input.x_name.clone(),
        target_name: input.target_name.clone(),
        points: input.points.clone(),
        lines,
        key: parameter.map_or(ColourKey::None, key),
    })
}

/// The model's output over the data's span, at a point of a curve.
pub(super) fn traced(input: &FitInput, curve: &Curve<'_>, point: usize) -> Option<Vec<(f64, f64)>> {
    const POINTS: usize = 129;
    let parameters: Vec<f64> = curve.values(point).collect::<Option<_>>()?;
    let (low, high) = span(&input.points);
    let inputs = (0..POINTS).map(|index| low + (high - low) * index as f64 / (POINTS - 1) as f64);
    let inputs: Vec<f64> = inputs.collect();
    let outputs = (input.predict)(&parameters, &inputs);
    Some(inputs.into_iter().zip(outputs).collect())
}

/// How near the closest of some fits comes to its targets, and where it started, in words.
fn closest(input: &FitInput, curves: &[Curve<'_>]) -> String {
    let inputs: Vec<f64> = input.points.iter().map(|point| point.0).collect();
    let off = |curve: &Curve<'_>, point: usize| {
        let parameters: Vec<f64> = curve.values(point).collect::<Option<_>>()?;
        let outputs = (input.predict)(&parameters, &inputs);
        let squares = outputs.iter().zip(&input.points).map(|(output, point)| (output - point.1) * (output - point.1));
        Some(libm::sqrt(squares.sum::<f64>() / inputs.len() as f64))
    };
    let ends = curves.iter().filter_map(|curve| Some((off(curve, 0)?, off(curve, curve.steps.len().checked_sub(1)?)?)));
    let Some((start, end)) = ends.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return "The fit at the start, and as learned".to_owned();
    };
    let which = if curves.len() == 1 { "The fit" } else { "The closest fit" };
    format!("{which} is off by {} (root mean square), at its start by {}", rounded(end, 3), rounded(start, 3))
}

/// The learned parameters in words, if all converged runs agree and the text is short.
fn learned_words(study: &Study<'_>, input: &FitInput) -> Option<String> {
    let converged = || (0..study.runs.len()).filter(|&row| study.steps_to_converge(row).is_some());
    let agreed = |name: &String| {
        let column = study.runs.numbers(name)?;
        let (low, high) = extent(converged().filter_map(|row| column.get(row)))?;
        let (low, high) = (rounded(low, 3), rounded(high, 3));
        (low == high).then(|| format!("{name} = {low}"))
    };
    let short = input.parameters.len() <= 3;
    let agreed = input.parameters.iter().map(agreed).collect::<Option<Vec<String>>>();
    let words = agreed.filter(|words| short && !words.is_empty())?;
    Some(format!("{} converged on {}", counted(converged().count(), "run"), words.join(", ")))
}
