//! Asynchronous successive halving: poor runs end at the rungs that they reach.
//!
//! Li, Jamieson, Rostamizadeh, Gonina, Hardt, Recht and Talwalkar, "A System for Massively Parallel Hyperparameter
//! Tuning" (2018), in its stopping form. Rungs lie at `min_steps · factorᵏ` steps. A run that reaches a rung goes on if its
//! objective is among the best 1/factor of all runs that have reached the rung, itself included; the first run and the best
//! always go on. So no run waits, and which runs end depends on the order in which they arrive.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use crate::spec::halving::Halving;

/// The objectives of runs at each rung, best first; NaN is worst.
#[derive(Debug)]
pub(super) struct AsyncHalving {
    halving: Halving,
    /// −1 where the objective is maximised.
    sign: f64,
    rungs: Mutex<Vec<Vec<f64>>>,
}

impl AsyncHalving {
    pub fn new(halving: Halving, maximise: bool) -> AsyncHalving {
        AsyncHalving { halving, sign: if maximise { -1.0 } else { 1.0 }, rungs: Mutex::default() }
    }

    fn steps(&self, rung: usize) -> u64 {
        self.halving.steps(rung)
    }

    /// Notes the objective of a run at a rung. Returns the reason if the run ends there.
    pub fn arrive(&self, rung: usize, objective: f64) -> Option<String> {
        let mut rungs = self.rungs.lock().unwrap_or_else(PoisonError::into_inner);
        if rungs.len() <= rung {
            rungs.resize_with(rung + 1, Vec::new);
        }
        let values = &mut rungs[rung];
        let value = self.rank(objective);
        let better = place(values, value);
        values.insert(better, value);
        let kept = self.halving.kept(values.len());
        (better >= kept).then(|| self.halving.reason(rung, better, values.len(), self.sign * values[kept - 1]))
    }

    /// Takes back the objective of a run at a rung: the run starts again.
    fn leave(&self, rung: usize, objective: f64) {
        let mut rungs = self.rungs.lock().unwrap_or_else(PoisonError::into_inner);
        let (values, value) = (&mut rungs[rung], self.rank(objective));
        values.remove(place(values, value));
    }

    /// An objective as rungs keep it: less is better, and there is one NaN.
    fn rank(&self, objective: f64) -> f64 {
        if objective.is_nan() { f64::NAN } else { self.sign * objective }
    }
}

/// How many values of a rung are better than this one. The first equal one, if any, is behind them.
fn place(values: &[f64], value: f64) -> usize {
    values.partition_point(|other| other.total_cmp(&value).is_lt())
}

/// The rungs that one attempt at a run has reached. All meters of it share them, so that it arrives at each rung once, also where
/// a file of its metrics is read once more.
#[derive(Debug)]
pub(super) struct ReachedRungs<'a> {
    halving: &'a AsyncHalving,
    objectives: RefCell<Vec<f64>>,
}

impl<'a> ReachedRungs<'a> {
    pub fn new(halving: &'a AsyncHalving) -> ReachedRungs<'a> {
        ReachedRungs { halving, objectives: RefCell::default() }
    }

    /// Arrives at the rungs up to a step. Returns the reason if the run ends there.
    pub fn observe(&self, step: u64, objective: f64) -> Option<String> {
        let mut objectives = self.objectives.borrow_mut();
        while step >= self.halving.steps(objectives.len()) {
            let rung = objectives.len();
            objectives.push(objective);
            if let Some(reason) = self.halving.arrive(rung, objective) {
                return Some(reason);
            }
        }
        None
    }

    /// Takes back that it has reached them, since the run starts again: a run counts once at a rung.
    pub fn take_back(self) {
        for (rung, objective) in self.objectives.into_inner().into_iter().enumerate() {
            self.halving.leave(rung, objective);
        }
    }

    /// The objective at each rung.
    pub fn objectives(&self) -> Vec<f64> {
        self.objectives.borrow().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halving(factor: u64) -> AsyncHalving {
        AsyncHalving::new(Halving { min_steps: 10, factor }, false)
    }

    #[test]
    fn rungs_are_geometric_and_end_at_the_largest_number() {
        assert_eq!([0, 1, 2].map(|rung| halving(3).steps(rung)), [10, 30, 90]);
        assert_eq!(halving(3).steps(1000), u64::MAX);
    }

    #[test]
    fn the_best_third_goes_on() {
        let halving = halving(3);
        let goes_on = [5.0, 4.0, 6.0, 3.0, 3.5, 2.0, 2.5].map(|value| halving.arrive(0, value).is_none());
        // Kept are 1 of 1, 2, 3, 4 and 5, and 2 of 6 and 7.
        assert_eq!(goes_on, [true, true, false, true, false, true, true]);
        assert!(halving.arrive(1, 9.0).is_none(), "rungs are judged by themselves");
    }

    #[test]
    fn more_is_better_where_that_is_asked() {
        let halving = AsyncHalving::new(Halving { min_steps: 1, factor: 2 }, true);
        assert_eq!([0.5, 0.4, 0.9].map(|value| halving.arrive(0, value).is_none()), [true, false, true]);
        assert!(halving.arrive(0, 0.1).unwrap().ends_with("(0.5 or better)"));
    }

    #[test]
    fn an_attempt_that_is_repeated_leaves_no_trace() {
        let halving = halving(2);
        halving.arrive(0, 3.0);
        halving.arrive(0, f64::NAN);
        let before = format!("{halving:?}");
        for objective in [3.0, -0.0, f64::NAN, f64::INFINITY] {
            let attempt = ReachedRungs::new(&halving);
            attempt.observe(1000, objective);
            attempt.take_back();
            halving.rungs.lock().unwrap().retain(|rung| !rung.is_empty());
            assert_eq!(format!("{halving:?}"), before, "{objective}");
        }
    }

    #[test]
    fn the_best_is_never_ended_and_nan_is_worst() {
        let halving = halving(4);
        assert_eq!(halving.arrive(0, f64::NAN), None);
        assert_eq!(halving.arrive(0, f64::INFINITY), None);
        assert!(halving.arrive(0, -f64::NAN).is_some());
        for value in (0..50).rev() {
            assert_eq!(halving.arrive(0, f64::from(value)), None);
        }
        let why = halving.arrive(0, 20.0).unwrap();
        assert_eq!(why, "place 21 of 54 at step 10, where the best 13 go on (12 or better)");
    }
}
