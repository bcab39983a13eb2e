//! When the loss ends a run: the one judge, of the engine's runs and of programs.

use crate::StopReason;

/// When a run that no longer improves ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// Steps without improvement that end it; at least 1.
    pub steps: u64,
    /// An improvement is a loss below the best by more than this: `loss < best − min_delta`, the best being the loss at the
    /// last improvement, at first that at the start.
    pub min_delta: f64,
}

/// The numbers by which a loss ends a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StopRules {
    /// A loss at or below this: converged; −∞ where none is.
    pub converged_below: f64,
    /// A loss above so many times the magnitude of the loss at the start: diverged; at least 1, or ∞ where no finite loss is.
    pub diverged_factor: f64,
    /// A loss above this: diverged; ∞ where no finite loss is.
    pub diverged_above: f64,
    /// When no improvement ends a run.
    pub patience: Option<Patience>,
}

impl StopRules {
    /// Rules that end no run, but where its loss is not finite.
    pub const NONE: StopRules = StopRules {
        converged_below: f64::NEG_INFINITY,
        diverged_factor: f64::INFINITY,
        diverged_above: f64::INFINITY,
        patience: None,
    };

    /// The largest loss that has not diverged, of a run with this loss at the start. From a start of 0 the factor sets no
    /// limit, nor where its product with the start overflows.
    pub fn limit(&self, start: f64) -> f64 {
        let relative = if start == 0.0 { f64::INFINITY } else { self.diverged_factor * start.abs() };
        relative.min(self.diverged_above).min(f64::MAX)
    }

    /// How a loss alone ends a run, given its [limit](Self::limit).
    pub(crate) fn judge(&self, loss: f64, limit: f64) -> Option<StopReason> {
        if has_diverged(loss, limit) {
            Some(StopReason::Diverged)
        } else {
            (loss <= self.converged_below).then_some(StopReason::Converged)
        }
    }
}

/// Whether a loss, of all rows or of a batch, has diverged, given the run's [limit](StopRules::limit).
pub(crate) fn has_diverged(loss: f64, limit: f64) -> bool {
    !loss.is_finite() || loss > limit
}

/// Watches the losses of one run.
///
/// ```
/// use etascape_core::{Patience, StopReason, StopMonitor, StopRules};
///
/// let patience = Some(Patience { steps: 2, min_delta: 0.5 });
/// let rules = StopRules { converged_below: 0.1, diverged_factor: 10.0, diverged_above: f64::INFINITY, patience };
/// let mut monitor = StopMonitor::new(rules);
/// assert_eq!(monitor.observe(0, 4.0), None);
/// assert_eq!(monitor.observe(1, 40.0), None);
/// // Better than 4 by exactly 0.5, which is not more.
/// assert_eq!(monitor.observe(2, 3.5), Some(StopReason::Plateau));
/// ```
#[derive(Debug, Clone)]
pub struct StopMonitor {
    rules: StopRules,
    /// Known from the first loss on.
    limit: Option<f64>,
    best: Option<(u64, f64)>,
}

impl StopMonitor {
    /// A monitor of a run that is about to start.
    pub fn new(rules: StopRules) -> StopMonitor {
        StopMonitor { rules, limit: None, best: None }
    }

    /// Takes the loss at a step, the first of which is the start. How the run ends there, if it does: as diverged before
    /// converged, as converged before on a plateau.
    pub fn observe(&mut self, step: u64, loss: f64) -> Option<StopReason> {
        let limit = *self.limit.get_or_insert_with(|| self.rules.limit(loss));
        self.rules.judge(loss, limit).or_else(|| self.stagnates(step, loss).then_some(StopReason::Plateau))
    }

    fn stagnates(&mut self, step: u64, loss: f64) -> bool {
        let Some(Patience { steps, min_delta }) = self.rules.patience else { return false };
        if self.best.is_none_or(|(_, best)| loss < best - min_delta) {
            self.best = Some((step, loss));
        }
        self.best.is_some_and(|(at, _)| step - at >= steps)
    }

    /// The largest loss that has not diverged, once the first is known.
    pub fn limit(&self) -> Option<f64> {
        self.limit
    }

    /// The step of the last improvement and the loss there, where there is patience to be lost.
    pub fn best(&self) -> Option<(u64, f64)> {
        self.best
    }
}
