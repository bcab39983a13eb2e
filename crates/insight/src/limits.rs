//! The limits that a run may begin beyond.

use etascape_core::{Hyper, StopRules};
use etascape_sweep::Plan;

/// The limits of `[stop]` that a run may begin beyond; `None` where a limit is not given, or not the same for every run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// `stop.converged_below`.
    pub converged_below: Option<f64>,
    /// `stop.diverged_above`.
    pub diverged_above: Option<f64>,
    /// Whether the runs are a program's, whose first objective need not be of a model without an update, and may be below 0.
    pub is_program: bool,
}

impl Limits {
    /// Those of our engine's runs.
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

    /// Those of one of our engine's runs.
    pub fn of_run(hyper: &Hyper) -> Limits {
        Limits::given(hyper.converged_below, hyper.diverged_above, false)
    }

    /// Those of a program's runs.
    pub fn of_program(rules: &StopRules) -> Limits {
        Limits::given(rules.converged_below, rules.diverged_above, true)
    }

    fn given(converged_below: f64, diverged_above: f64, is_program: bool) -> Limits {
        let [converged_below, diverged_above] =
            [converged_below, diverged_above].map(|limit| Some(limit).filter(|limit| limit.is_finite()));
        Limits { converged_below, diverged_above, is_program }
    }
}
