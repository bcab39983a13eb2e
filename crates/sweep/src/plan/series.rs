//! One parameter over the runs of a grid.

use crate::spec::axis::AxisIndex;
use crate::spec::parameter::Parameter;

/// The values of one parameter over the runs of a grid, computed from the run's number. Each value stays for a fixed number
/// of runs; after the last value the first comes again.
#[derive(Debug, Clone)]
pub struct Series {
    pub(super) parameter: Parameter,
    /// The number of runs with the same value, one after another.
    pub(super) stride: u64,
    pub(super) count: u64,
}

impl Series {
    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The index of the value that a run has.
    pub fn place(&self, run: u64) -> u64 {
        run / self.stride % self.count
    }

    /// The number at an index; NaN where the value is not a number.
    pub fn number(&self, place: u64) -> f64 {
        self.parameter.axis.number(AxisIndex(place))
    }
}
