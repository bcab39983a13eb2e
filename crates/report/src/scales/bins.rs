//! Bins of a parameter's values along an axis.

use etascape_insight::study::Parameter;
use etascape_plot::axis::Axis;

use super::axes::axis;

/// The most different values with a bin each in a heat map or on a line. With more values, neighbours share bins.
const BINS: usize = 2000;
/// So many values have bins of their own, though nearly all differ.
const SHARED_BINS: usize = 40;
/// The least number of bins per axis where values share bins.
const FEWEST: usize = 8;

/// The bins of a parameter's values along an axis.
pub(crate) struct Bins {
    axis: Axis,
    /// The position of each bin in the axis' units, rising.
    pub(crate) at: Vec<f64>,
    /// The value of each bin.
    pub(crate) values: Vec<f64>,
    pub(crate) shared: bool,
}

impl Bins {
    /// A bin for each value; where nearly all values differ, a bin for each interval of values.
    pub(crate) fn of(parameter: &Parameter<'_>) -> Bins {
        let scattered = |count| parameter.names.is_none() && count > SHARED_BINS && 2 * count > parameter.rows();
        Bins::cut(parameter, |count| count <= BINS && !scattered(count), shared_bins(parameter.rows()))
    }

    /// The bins along a line that is the only one: one for each value, also where nearly all differ, unless they are too many.
    pub(crate) fn of_one_line(parameter: &Parameter<'_>) -> Bins {
        Bins::cut(parameter, |count| count <= BINS, shared_bins(parameter.rows()))
    }

    /// A bin for each value; where there are more than `most` values, `most` bins for intervals of values.
    pub(crate) fn at_most(parameter: &Parameter<'_>, most: usize) -> Bins {
        Bins::cut(parameter, |count| count <= most, most)
    }

    /// A bin for each value if they are few enough, else `shared` bins for intervals of values.
    fn cut(parameter: &Parameter<'_>, are_few: impl Fn(usize) -> bool, shared: usize) -> Bins {
        let axis = axis(parameter);
        let placed = |value: f64| Some((axis.place(value)?, value));
        let distinct = parameter.distinct().map(|values| values.into_iter().filter_map(placed).collect::<Vec<_>>());
        if let Some(mut bins) = distinct.filter(|bins| are_few(bins.len())) {
            // Positions rise with the values, except for a 0 that means "all".
            bins.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (at, values) = bins.into_iter().unzip();
            return Bins { axis, at, values, shared: false };
        }
        let width = (axis.high - axis.low) / shared as f64;
        let at: Vec<f64> = (0..shared).map(|index| axis.low + width * (index as f64 + 0.5)).collect();
        let value = |&at: &f64| if axis.is_log() { libm::exp10(at) } else { at };
        let values = at.iter().map(value).collect();
        Bins { axis, at, values, shared: true }
    }

    /// The bin of a value; `None` where it has none.
    pub(crate) fn index(&self, value: f64) -> Option<usize> {
        let at = self.axis.place(value)?;
        if self.shared {
            return Some(((self.axis.share(at) * self.at.len() as f64) as usize).min(self.at.len() - 1));
        }
        self.at.binary_search_by(|place| place.total_cmp(&at)).ok()
    }

    /// The value of a bin.
    pub(crate) fn value(&self, index: usize) -> f64 {
        self.values[index]
    }
}

/// The number of bins per axis where values share bins: up to 40 as many as give about two runs to a cell of a map, more only
/// where a cell then has about 64.
fn shared_bins(runs: usize) -> usize {
    const MOST: usize = 400;
    let with = |each: f64| libm::sqrt(runs as f64 / each) as usize;
    with(64.0).max(with(2.0).min(SHARED_BINS)).clamp(FEWEST, MOST)
}

/// Borders half way between rising positions.
pub(crate) fn borders(places: &[f64]) -> Vec<f64> {
    let [first, .., last] = *places else {
        return places.iter().flat_map(|place| [place - 0.5, place + 0.5]).collect();
    };
    let between: Vec<f64> = places.windows(2).map(|pair| pair[0] / 2.0 + pair[1] / 2.0).collect();
    let before = 2.0 * first - between[0];
    let after = 2.0 * last - between[between.len() - 1];
    std::iter::once(before).chain(between).chain([after]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_of_few_scattered_runs_has_few_cells() {
        assert_eq!([10, 200, 3200, 102_400, 1 << 40].map(shared_bins), [8, 10, 40, 40, 400]);
    }
}
