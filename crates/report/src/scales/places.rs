//! Where the values of a parameter go on an axis cut into places.

use etascape_insight::study::Parameter;
use etascape_plot::axis::Axis;

use super::axes::axis;

/// Most different values that have a place of their own in a heat map or on a line; beyond, neighbours share one.
const PLACES: usize = 2000;
/// Places across and up where neighbours share them, at least.
const SHARED_PLACES: usize = 40;

/// Where the values of a parameter go on an axis cut into places.
pub(crate) struct Places {
    axis: Axis,
    /// In the axis' units, rising.
    pub(crate) at: Vec<f64>,
    /// What is at each.
    pub(crate) values: Vec<f64>,
    pub(crate) shared: bool,
}

impl Places {
    /// A place for each value; where they are as good as all different, a place for a stretch of values.
    pub(crate) fn of(parameter: &Parameter<'_>) -> Places {
        let scattered = |count| parameter.names.is_none() && count > SHARED_PLACES && 2 * count > parameter.rows();
        Places::cut(parameter, |count| count <= PLACES && !scattered(count), shared_places(parameter.rows()))
    }

    /// A place for each value, or, where they are more than so many, so many places for stretches of values.
    pub(crate) fn at_most(parameter: &Parameter<'_>, most: usize) -> Places {
        Places::cut(parameter, |count| count <= most, most)
    }

    /// A place for each value if they are few enough, else so many places that values share.
    fn cut(parameter: &Parameter<'_>, are_few: impl Fn(usize) -> bool, shared: usize) -> Places {
        let axis = axis(parameter);
        let placed = |value: f64| Some((axis.place(value)?, value));
        let distinct = parameter.distinct().map(|values| values.into_iter().filter_map(placed).collect::<Vec<_>>());
        if let Some(mut places) = distinct.filter(|places| are_few(places.len())) {
            // They rise with the values, but for a 0 that means all.
            places.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (at, values) = places.into_iter().unzip();
            return Places { axis, at, values, shared: false };
        }
        let width = (axis.high - axis.low) / shared as f64;
        let at: Vec<f64> = (0..shared).map(|index| axis.low + width * (index as f64 + 0.5)).collect();
        let value = |&at: &f64| if axis.is_log() { libm::exp10(at) } else { at };
        let values = at.iter().map(value).collect();
        Places { axis, at, values, shared: true }
    }

    /// The place of a value; `None` where it has none.
    pub(crate) fn index(&self, value: f64) -> Option<usize> {
        let at = self.axis.place(value)?;
        if self.shared {
            return Some(((self.axis.share(at) * self.at.len() as f64) as usize).min(self.at.len() - 1));
        }
        self.at.binary_search_by(|place| place.total_cmp(&at)).ok()
    }

    /// What is at a place.
    pub(crate) fn value(&self, index: usize) -> f64 {
        self.values[index]
    }
}

/// Places across and up where neighbours share them: the finer the more runs there are, some 64 to a cell of a map.
fn shared_places(runs: usize) -> usize {
    const MOST: usize = 400;
    (libm::sqrt(runs as f64 / 64.0) as usize).clamp(SHARED_PLACES, MOST)
}
