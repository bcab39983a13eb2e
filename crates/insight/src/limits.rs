//! The limits of `[stop]` that the loss at the start may already have passed.

use etascape_core::{Hyper, StopRules};
use etascape_sweep::Plan;

/// The limits of `[stop]` that the loss at the start may already have passed. `None` where a limit is not given, or differs
/// between runs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// `stop.converged_below`.
    pub converged_below: Option<f64>,
    /// `stop.diverged_above`.
    pub diverged_above: Option<f64>,
    /// Whether the runs are a program's. Their first objective may be that of a trained model, and may be negative.
    pub is_program: bool,
}

impl Limits {
    /// The limits of the engine's runs.
    pub fn of(plan: &Plan) -> Limits {
        let Ok(job) = plan.job(0) else { return Limits::default() };
        let Limits { converged_below, diverged_above, .. } = Limits::of_run(&plan.hyper(&job, 0));
        let is_same = |path: &str| plan.parameters().iter().all(|parameter| parameter.path != path);
        Limits {
            converged_below: converged_below.filter(|_| is_same("stop.converged_below")),
            diverged_above: diverged_above.filter(|_| is_same("stop.diverged_above")),
            is_program: false,
        }
    }

    /// The limits of one of the engine's runs.
    pub fn of_run(hyper: &Hyper) -> Limits {
        Limits::given(hyper.converged_below, hyper.diverged_above, false)
    }

    /// The limits of a program's runs.
    pub fn of_program(rules: &StopRules) -> Limits {
        Limits::given(rules.converged_below, rules.diverged_above, true)
    }

    fn given(converged_below: f64, diverged_above: f64, is_program: bool) -> Limits {
        let [converged_below, diverged_above] =
            [converged_below, diverged_above].map(|limit| Some(limit).filter(|limit| limit.is_finite()));
        Limits { converged_below, diverged_above, is_program }
    }
}
