//! When a run ends before its program does.

use etascape_core::Status;

use crate::Halving;
use crate::value::format_number;

/// The objective and the `[stop]` of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The metric that is minimised.
    pub objective: String,
    /// Whether it is maximised instead.
    pub maximise: bool,
    /// An objective at or below this: converged.
    pub converged_below: Option<f64>,
    /// An objective above this: diverged; infinite where only what is not finite is.
    pub diverged_above: f64,
    /// So many steps without an improvement by at least so much: plateau.
    pub patience: Option<(u64, f64)>,
    /// Successive halving.
    pub halving: Option<Halving>,
}

/// Why a run ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    pub status: Status,
    pub reason: String,
}

/// The rules that look at one run alone, with what they remember of it.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    rules: &'a Rules,
    /// The best objective and its step, for patience.
    best: Option<(u64, f64)>,
}

impl<'a> Judge<'a> {
    pub fn new(rules: &'a Rules) -> Judge<'a> {
        Judge { rules, best: None }
    }

    /// Whether the objective at a step ends the run.
    pub fn judge(&mut self, step: u64, objective: f64) -> Option<Verdict> {
        let Rules { objective: name, converged_below, diverged_above, .. } = self.rules;
        let verdict = |status, reason: String| Some(Verdict { status, reason });
        let shown = format_number(objective);
        if !objective.is_finite() || objective > *diverged_above {
            return verdict(Status::Diverged, format!("{name} {shown} at step {step}"));
        }
        if converged_below.is_some_and(|below| objective <= below) {
            return verdict(Status::Converged, format!("{name} {shown} at step {step}"));
        }
        let (steps, min_delta) = self.rules.patience?;
        let sign = if self.rules.maximise { -1.0 } else { 1.0 };
        match self.best {
            Some((at, best)) if sign * objective > sign * best - min_delta || sign * objective >= sign * best => {
                (step - at >= steps)
                    .then(|| format!("no better than {name} {} since step {at}", format_number(best)))
                    .and_then(|reason| verdict(Status::Plateau, reason))
            }
            _ => {
                self.best = Some((step, objective));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        let (converged_below, diverged_above, patience) = (Some(0.1), 100.0, Some((3, 0.5)));
        let halving = None;
        Rules { objective: "loss".into(), maximise: false, converged_below, diverged_above, patience, halving }
    }

    fn ends(rules: &Rules, objectives: &[f64]) -> Option<(usize, Status)> {
        let mut judge = Judge::new(rules);
        let mut verdicts = objectives.iter().enumerate();
        verdicts.find_map(|(step, &objective)| Some((step, judge.judge(step as u64, objective)?.status)))
    }

    #[test]
    fn runs_end_at_their_first_reason() {
        let rules = rules();
        assert_eq!(ends(&rules, &[5.0, 1.0, 0.1]), Some((2, Status::Converged)));
        assert_eq!(ends(&rules, &[5.0, 100.0, 100.1]), Some((2, Status::Diverged)));
        assert_eq!(ends(&rules, &[f64::NAN]), Some((0, Status::Diverged)));
        assert_eq!(ends(&rules, &[f64::NEG_INFINITY]), Some((0, Status::Diverged)));
        assert_eq!(ends(&rules, &[5.0, 4.6, 4.5, 4.4, 4.3, 4.2]), Some((5, Status::Plateau)));
    }

    #[test]
    fn patience_follows_the_direction() {
        let rules = Rules { maximise: true, converged_below: None, ..rules() };
        assert_eq!(ends(&rules, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), None);
        assert_eq!(ends(&rules, &[5.0, 4.0, 3.0, 2.0]), Some((3, Status::Plateau)));
    }
}
