//! The edge of stability: how the sharpness of the runs compares with 2/η.

use etascape_insight::statistics::median;
use etascape_insight::study::sample::Sample;
use etascape_insight::study::{Parameter, Study, rate};
use etascape_insight::tables::{Curve, Curves};
use etascape_plot::axis::extent;
use etascape_plot::sheet::ColourKey;
use etascape_text::rounded;

use super::runs;
use crate::charts::{Limit, SharpnessChart, SharpnessCurve};
use crate::scales::key;

/// The most runs in the chart.
const CURVES: usize = 200;
/// The end of a run is the median over this last fraction (1/n) of its points.
const END: usize = 3;
/// A run is at the edge where its sharpness ended within this share of 2/η.
const AT_EDGE: f64 = 0.1;

/// The chart of the sharpness.
pub(crate) fn sharpness(study: &Study<'_>, sample: &Sample, curves: &Curves) -> SharpnessChart {
    let parameter = study.across().filter(|parameter| parameter.varies());
    let value = |row: usize| parameter.map_or(0.0, |parameter| parameter.value(row));
    let drawn = sample.rows(CURVES);
    let mut runs = runs(study, curves);
    runs.retain(|(row, _)| drawn.binary_search(row).is_ok());
    let mut limits: Vec<Limit> = runs
        .iter()
        .filter_map(|(row, _)| Some((rate(study, *row)?, value(*row))))
        .map(|(rate, value)| Limit { rate, sharpness: 2.0 / rate, value })
        .collect();
    limits.sort_by(|a, b| b.rate.total_cmp(&a.rate));
    limits.dedup_by(|a, b| a.rate == b.rate);
    let ends: Vec<f64> = runs
        .iter()
        .filter(|(row, _)| !study.diverged(*row))
        .filter_map(|(row, curve)| Some(end(curve)? * rate(study, *row)? / 2.0))
        .collect();
    let settled = runs.iter().filter(|(row, _)| !study.diverged(*row));
    let last: Vec<f64> = settled.filter_map(|(_, curve)| end(curve)).collect();
    let curve = |(row, curve): &(usize, Curve<'_>)| SharpnessCurve {
        points: curve.points(),
        value: value(*row),
        diverged: study.diverged(*row),
    };
    SharpnessChart {
        title: title(&ends, &last),
        subtitle: subtitle(!limits.is_empty(), parameter),
        curves: runs.iter().map(curve).collect(),
        limits,
        key: parameter.map_or(ColourKey::None, key),
    }
}

/// The median over the last points of a run.
fn end(curve: &Curve<'_>) -> Option<f64> {
    let count = curve.loss.len();
    median(curve.loss[count - count.div_ceil(END)..].iter().copied().filter(|value| value.is_finite()).collect())
}

/// The title: where the runs ended, as shares of 2/η, else the sharpness itself.
fn title(ends: &[f64], last: &[f64]) -> String {
    let at_edge: Vec<f64> = ends.iter().map(|end| (end - 1.0).abs()).filter(|off| *off <= AT_EDGE).collect();
    if at_edge.is_empty() {
        return away_from_edge(ends, last);
    }
    let percent = (at_edge.iter().copied().fold(0.0, f64::max) * 100.0).ceil().max(1.0);
    let who = match (at_edge.len(), ends.len()) {
        (1, 1) => "The run ends".to_owned(),
        (some, all) if some == all => format!("All {all} runs end"),
        (1, all) => format!("1 of {all} runs ends"),
        (some, all) => format!("{some} of {all} runs end"),
    };
    format!("{who} at the edge of stability: sharpness within {percent} % of 2/η")
}

/// The title where no run ended at 2/η.
fn away_from_edge(ends: &[f64], last: &[f64]) -> String {
    let range = |values: &[f64]| {
        let (low, high) = extent(values.iter().copied().filter(|value| value.is_finite()))?;
        let (low, high) = (rounded(low, 2), rounded(high, 2));
        Some(if low == high { low } else { format!("{low} to {high}") })
    };
    match (range(ends), range(last)) {
        (Some(shares), _) => format!("Sharpness ends at {shares} times 2/η: no run is at the edge of stability"),
        (None, Some(numbers)) => format!("Sharpness ends at {numbers}"),
        (None, None) => "Sharpness of runs that diverged".to_owned(),
    }
}

fn subtitle(has_limits: bool, colour: Option<&Parameter<'_>>) -> String {
    let mut notes = vec!["sharpness = λmax, the largest eigenvalue of the loss\u{2019}s Hessian".to_owned()];
    match has_limits {
        true => notes.push("dashed: 2/η, beyond which descent on a quadratic diverges".to_owned()),
        false => notes.extend(colour.map(|parameter| format!("colour = {}", parameter.short()))),
    }
    notes.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn titles_say_how_many_runs_ended_at_the_edge_and_how_near() {
        assert_eq!(title(&[1.0], &[]), "The run ends at the edge of stability: sharpness within 1 % of 2/η");
        let some = title(&[0.4, 0.955, 1.021], &[]);
        assert_eq!(some, "2 of 3 runs end at the edge of stability: sharpness within 5 % of 2/η");
        assert_eq!(title(&[0.996, 1.011], &[]), "All 2 runs end at the edge of stability: sharpness within 2 % of 2/η");
        let away = "Sharpness ends at 0.5 to 1.5 times 2/η: no run is at the edge of stability";
        assert_eq!(title(&[0.5, 1.5, f64::NAN], &[3.0]), away);
        assert_eq!(title(&[], &[3.0, 7.0]), "Sharpness ends at 3 to 7");
        assert_eq!(title(&[], &[]), "Sharpness of runs that diverged");
    }
}
