//! The rungs of successive halving.
//!
//! Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2016); Li, Jamieson,
//! Rostamizadeh, Gonina, Hardt, Recht and Talwalkar, "A System for Massively Parallel Hyperparameter Tuning" (2018).
//! Rungs lie at `min_steps · factorᵏ` steps; of the runs that come to one, the best 1/factor go on.

use etascape_text::format_number;

/// The key `stop.halving`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halving {
    /// Steps of the first rung.
    pub min_steps: u64,
    /// Of how many runs at a rung one goes on; also the ratio of the rungs.
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

    /// How many of so many runs at a rung go on: one at least.
    pub(crate) fn kept(self, runs: usize) -> usize {
        (runs / self.factor as usize).max(1)
    }

    /// Why the run at a place, counted from 0, among so many at a rung does not go on; `last_kept` is the value of the
    /// worst that does.
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
