//! The axis and the colours of a parameter.

use etascape_insight::names::short_value;
use etascape_insight::study::Parameter;
use etascape_insight::theory::Theory;
use etascape_plot::axis::Axis;
use etascape_plot::sheet::ColourKey;
use etascape_text::has_few_digits;

/// Among so many values, or fewer, 0 has the same distance to its neighbour as the others.
pub(super) const FEW: usize = 24;
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
pub(super) fn are_listed(values: &[f64]) -> bool {
    values.len() <= LABELLED && values.iter().all(|&value| has_few_digits(value))
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
