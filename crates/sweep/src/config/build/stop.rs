//! `[stop]`: when a run ends early.

use etascape_core::{Patience, StopRules};

use crate::config::check::Config;

/// Reads the rules that look at one run alone.
pub(crate) fn rules(config: &Config) -> StopRules {
    StopRules {
        converged_below: config.number("stop.converged_below"),
        diverged_factor: config.number("stop.diverged_factor"),
        diverged_above: config.optional_number("stop.diverged_above").unwrap_or(f64::INFINITY),
        patience: config.node("stop.patience").map(|_| Patience {
            steps: config.integer("stop.patience.steps"),
            min_delta: config.number("stop.patience.min_delta"),
        }),
    }
}
