//! The rungs of successive halving.
//!
//! Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2016); Li, Jamieson,
//! Rostamizadeh, Gonina, Hardt, Recht and Talwalkar, "A System for Massively Parallel Hyperparameter Tuning" (2018).
//! Rungs lie at `min_steps · factorᵏ` steps. Of the runs that reach a rung, the best 1/factor go on.

use etascape_text::format_number;

/// The key `stop.halving`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halving {
    /// Steps of the first rung.
    pub min_steps: u64,
    /// One of so many runs goes on at a rung; also the ratio between the steps of rungs.
    pub factor: u64,
}

impl Default for Halving {
    fn default() -> Halving {
        Halving { min_steps: 1, factor: 3 }
    }
}

impl Halving {
    /// Steps of a rung, counted from 0.
    pub(crate) fn steps(self, rung: usize) -> u64 {
        u32::try_from(rung)
            .ok()
            .and_then(|rung| self.factor.checked_pow(rung))
            .and_then(|ratio| self.min_steps.checked_mul(ratio))
            .unwrap_or(u64::MAX)
    }

    /// How many of `runs` runs at a rung go on; at least one.
    pub(crate) fn kept(self, runs: usize) -> usize {
        (runs / self.factor as usize).max(1)
    }

    /// The reason for pruning a run. `place`, from 0, is its rank among `runs` runs at the rung; `last_kept` is the
    /// value of the worst run that goes on.
    pub(crate) fn reason(self, rung: usize, place: usize, runs: usize, last_kept: f64) -> String {
        format!(
            "place {} of {runs} at step {}, where the best {} go on ({} or better)",
            place + 1,
            self.steps(rung),
            self.kept(runs),
            format_number(last_kept)
        )
    }
}
