//! One parameter over the runs of a grid.

use crate::spec::axis::AxisIndex;
use crate::spec::parameter::Parameter;

/// The values of one parameter over the runs of a grid, computed from a run's number: each stays for so many runs, and
/// behind the last comes the first again.
#[derive(Debug, Clone)]
pub struct Series {
    pub(super) parameter: Parameter,
    /// Runs until the next value.
    pub(super) stride: u64,
    pub(super) count: u64,
}

impl Series {
    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Which of the values a run has.
    pub fn place(&self, run: u64) -> u64 {
        run / self.stride % self.count
    }

    /// The number at a place; NaN where it is none.
    pub fn number(&self, place: u64) -> f64 {
        self.parameter.axis.number(AxisIndex(place))
    }
}
