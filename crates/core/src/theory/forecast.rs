//! How a run ends, and after which step, worked out without taking a step.

use super::{Descent, LinearTheory, Origin, first};
use crate::{Data, Hyper, Shape, StopReason, StopRules};

/// How a run is expected to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// Why it ends; never on a plateau.
    pub stop_reason: StopReason,
    /// Updates made by then.
    pub steps: u64,
}

/// What a learning rate does on a quadratic, by the signs and sizes of the factors `1 − ηλ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region {
    /// `η ≤ 1/λmax`: no factor is negative; the distance shrinks in every direction without changing sign.
    Smooth,
    /// `1/λmax < η ≤ 2/(λmin + λmax)`: the distance along λmax changes sign at each step, but that along λmin shrinks
    /// no faster.
    Zigzag,
    /// `2/(λmin + λmax) < η < 2/λmax`: the distance along λmax changes sign at each step and shrinks the slowest.
    Edge,
    /// `2/λmax ≤ η`: the distance along λmax does not shrink.
    Diverging,
}

/// The learning rate η of a run of [plain descent](Shape::is_plain_descent). `None` for any other run, and where layers have
/// rates of their own.
pub fn plain_rate(shape: &Shape, data: &Data, hyper: &Hyper) -> Option<f64> {
    shape.check_run(hyper).ok()?;
    let rate = hyper.learning_rate.of_layer(0);
    let is_one = (1..shape.network.layers()).all(|layer| hyper.learning_rate.of_layer(layer) == rate);
    (is_one && shape.is_plain_descent(data, hyper)).then_some(rate)
}

impl LinearTheory {
    /// What a learning rate above 0 does here.
    pub fn region(&self, learning_rate: f64) -> Region {
        match learning_rate {
            rate if rate >= self.stability_limit => Region::Diverging,
            rate if rate > self.best_rate => Region::Edge,
            rate if rate > 0.5 * self.stability_limit => Region::Zigzag,
            _ => Region::Smooth,
        }
    }

    /// How a run of gradient descent from its [origin](Self::origin) ends: the first step at which the closed form of the
    /// loss, [`expected_loss`](Self::expected_loss), meets a stop rule. No step is taken. `None` where the update is not
    /// [plain](plain_rate), or `patience` may end the run.
    ///
    /// The closed form is exact; training rounds. They differ where the loss comes down to the rounding errors of its
    /// residuals, and where the error of the start along an eigenvector is nothing but rounding.
    pub fn forecast(&self, start: &Origin, shape: &Shape, data: &Data, hyper: &Hyper) -> Option<Forecast> {
        let rate = plain_rate(shape, data, hyper).filter(|_| shape.patience.is_none())?;
        Some(ending(&self.descent(start, rate), &shape.stop_rules(hyper), shape.last_step()))
    }
}

/// The first stop rule that the loss meets up to the last step: convex in the step, it is above a limit at first or at
/// last.
fn ending(descent: &Descent, rules: &StopRules, last: u64) -> Forecast {
    let limit = rules.limit(descent.start);
    if let Some(stop_reason) = rules.judge(descent.start, limit) {
        return Forecast { stop_reason, steps: 0 };
    }
    if let Some(steps) = descent.first_below(rules.converged_below, last) {
        return Forecast { stop_reason: StopReason::Converged, steps };
    }
    let (lowest, is_within) = (descent.lowest(last), |step| descent.loss(step) <= limit);
    match is_within(last) {
        true => Forecast { stop_reason: StopReason::MaxSteps, steps: last },
        false => Forecast {
            stop_reason: StopReason::Diverged,
            steps: first(last, |step| step >= lowest && !is_within(step)),
        },
    }
}
