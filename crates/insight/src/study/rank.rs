//! Which of two runs is the better one.

use etascape_sweep::Status;

use crate::objective::Objective;

/// The rank of a run; the best has the least. Runs that converged come first, by their steps; then the others, by their
/// objective; last those that halving ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    class: u8,
    first: f64,
    second: f64,
    /// The place of the run among all: of equal runs the first is the best.
    pub place: usize,
}

impl Rank {
    /// The rank of a run that did not diverge or fail: how it ended, its steps, its objective after the last, and its place
    /// among all runs.
    pub fn of(objective: &Objective, status: Status, steps: Option<f64>, last: f64, place: usize) -> Rank {
        let last = objective.badness(last);
        let steps = steps.filter(|_| status == Status::Converged && objective.is_watched);
        let (class, first, second) = match (status, steps) {
            (Status::Pruned, _) => (2, last, 0.0),
            (_, Some(steps)) => (0, steps, last),
            (_, None) => (1, last, 0.0),
        };
        Rank { class, first, second, place }
    }

    /// Whether this run is better than another.
    pub fn is_before(&self, other: &Rank) -> bool {
        let classes = self.class.cmp(&other.class);
        let numbers = || self.first.total_cmp(&other.first).then(self.second.total_cmp(&other.second));
        classes.then_with(numbers).then(self.place.cmp(&other.place)).is_lt()
    }
}
