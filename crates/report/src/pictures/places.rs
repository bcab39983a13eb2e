//! Where the values of a parameter go on an axis cut into places.

use crate::charts::Axis;
use crate::study::Parameter;

/// Most different values that have a place of their own in a heat map or on a line; beyond, neighbours share one.
const PLACES: usize = 2000;
/// Places across and up where neighbours share them, at least.
const SHARED_PLACES: usize = 40;

/// Where the values of a parameter go on an axis cut into places.
pub(super) struct Places {
    axis: Axis,
    /// In the axis' units, rising.
    pub(super) at: Vec<f64>,
    pub(super) values: Vec<f64>,
    pub(super) shared: bool,
}

impl Places {
    /// A place for each value; where they are as good as all different, a place for a stretch of values.
    pub(super) fn of(parameter: &Parameter<'_>) -> Places {
        let axis = parameter.axis();
        let placed = |value: &f64| axis.place(*value).is_some();
        let distinct = parameter.distinct().map(|values| values.into_iter().filter(placed).collect::<Vec<f64>>());
        let scattered = |count| parameter.names.is_none() && count > SHARED_PLACES && 2 * count > parameter.rows();
        if let Some(values) = distinct.filter(|values| values.len() <= PLACES && !scattered(values.len())) {
            let at = values.iter().filter_map(|&value| axis.place(value)).collect();
            return Places { axis, at, values, shared: false };
        }
        let count = shared_places(parameter.rows());
        let width = (axis.high - axis.low) / count as f64;
        let at: Vec<f64> = (0..count).map(|index| axis.low + width * (index as f64 + 0.5)).collect();
        let value = |&at: &f64| if axis.is_log() { libm::exp10(at) } else { at };
        let values = at.iter().map(value).collect();
        Places { axis, at, values, shared: true }
    }

    pub(super) fn index(&self, value: f64) -> Option<usize> {
        let at = self.axis.place(value)?;
        if self.shared {
            return Some(((self.axis.share(at) * self.at.len() as f64) as usize).min(self.at.len() - 1));
        }
        self.at.binary_search_by(|place| place.total_cmp(&at)).ok()
    }

    pub(super) fn value(&self, index: usize) -> f64 {
        self.values[index]
    }
}

/// Places across and up where neighbours share them: the finer the more runs there are, some 64 to a cell of a map.
fn shared_places(runs: usize) -> usize {
    const MOST: usize = 400;
    (libm::sqrt(runs as f64 / 64.0) as usize).clamp(SHARED_PLACES, MOST)
}
