//! The cells of a heat map along a parameter.

use etascape_insight::study::Parameter;
use etascape_plot::axis::{Axis, extent};
use etascape_text::chosen;

use super::axes::{FEW, are_listed, axis};
use super::bins::{Bins, borders};

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
