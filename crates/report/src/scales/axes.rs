//! The axis and the colours of a parameter.

use etascape_insight::names::short_value;
use etascape_insight::study::Parameter;
use etascape_insight::theory::Theory;
use etascape_plot::axis::{Axis, extent};
use etascape_plot::sheet::ColourKey;
use etascape_text::{chosen, has_few_digits};

use super::Bins;
use super::bins::borders;

/// Among so many values, or fewer, 0 has the same distance to its neighbour as the others.
const FEW: usize = 24;
/// So many values, or fewer, have a label each, where all of them have few digits.
const LABELLED: usize = 8;
/// The number of rates, evenly spread over an axis, at which predicted steps are drawn.
const EVENLY: usize = 100;

/// An axis that holds a parameter's values.
pub(crate) fn axis(parameter: &Parameter<'_>) -> Axis {
    if let Some(names) = &parameter.names {
        return Axis::names(&names.iter().map(|name| short_value(name)).collect::<Vec<_>>());
    }
    let (range, is_log) = (parameter.range(), parameter.is_log());
    let values = range.ends.iter().copied();
    let axis = match range.is_whole {
        true if parameter.has_all() => Axis::of_whole_or_all(values, is_log),
        true => Axis::of_whole(values, is_log),
        false => Axis::holding(values, is_log),
    };
    let values = parameter.distinct().filter(|values| values.len() <= FEW).unwrap_or_default();
    let axis = axis.with_zero_among(values.iter().filter(|&&value| value != 0.0).count());
    match are_listed(&values) && !axis.labels_all(&values) {
        true => axis.labelled_at(&values),
        false => axis,
    }
}

/// Whether values are few, and each as short as its label.
fn are_listed(values: &[f64]) -> bool {
    values.len() <= LABELLED && values.iter().all(|&value| has_few_digits(value))
}

/// The axis of the cells of a heat map, and their borders. Cells of a few numbers with few digits, or of numbers at uneven
/// distances, are all as wide, and each has a label.
pub(crate) fn cells(parameter: &Parameter<'_>, bins: &Bins) -> (Axis, Vec<f64>) {
    const UNEVEN: f64 = 2.0;
    let apart = extent(bins.at.windows(2).map(|pair| pair[1] - pair[0]));
    let is_uneven = bins.at.len() <= FEW && apart.is_some_and(|(low, high)| high > UNEVEN * low);
    let is_list = parameter.names.is_none() && !bins.shared && (is_uneven || are_listed(&bins.values));
    if !is_list {
        return (axis(parameter), borders(&bins.at));
    }
    let all = |value: f64| value == 0.0 && parameter.has_all();
    let words = |&value: &f64| if all(value) { "all".to_owned() } else { chosen(value) };
    let places: Vec<f64> = (0..bins.values.len()).map(|place| place as f64).collect();
    (Axis::list(bins.values.iter().map(words)), borders(&places))
}

/// The colour key for a parameter's values.
pub(crate) fn key(parameter: &Parameter<'_>) -> ColourKey {
    match &parameter.names {
        Some(names) => {
            let names = names.iter().map(|name| short_value(name)).collect();
            ColourKey::Names { name: parameter.short(), names, notes: Vec::new() }
        }
        None => ColourKey::Scale { name: parameter.short(), axis: axis(parameter) },
    }
}

/// The learning rates at which predicted steps are drawn.
pub(crate) fn rates(theory: &Theory, rate: &Parameter<'_>) -> Vec<f64> {
    theory.rates(axis(rate).evenly(EVENLY))
}
