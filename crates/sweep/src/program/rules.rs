//! The stop rules of a program's run.

use etascape_core::{StopMonitor, StopReason};
use etascape_text::format_number;

use crate::spec::program::Rules;
use crate::status::Status;

/// The end of a run by a rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    pub status: Status,
    pub reason: String,
}

/// Applies the stop rules to the objective of one run. Where the objective is maximised, it is negated first.
#[derive(Debug)]
pub(super) struct ObjectiveMonitor<'a> {
    rules: &'a Rules,
    monitor: StopMonitor,
}

impl<'a> ObjectiveMonitor<'a> {
    pub fn new(rules: &'a Rules) -> ObjectiveMonitor<'a> {
        ObjectiveMonitor { rules, monitor: StopMonitor::new(rules.stop) }
    }

    /// Whether the objective at a step ends the run.
    pub fn observe(&mut self, step: u64, objective: f64) -> Option<Verdict> {
        let (name, sign) = (&self.rules.objective, if self.rules.maximise { -1.0 } else { 1.0 });
        let stop_reason = self.monitor.observe(step, sign * objective)?;
        let at_step = format!("{name} {} at step {step}", format_number(objective));
        let reason = match (stop_reason, self.monitor.limit(), self.monitor.best()) {
            (StopReason::Plateau, _, Some((at, best))) => {
                format!("no better than {name} {} since step {at}", format_number(sign * best))
            }
            (StopReason::Diverged, Some(limit), _) if objective.is_finite() => {
                format!("{at_step}, above {}", format_number(limit))
            }
            _ => at_step,
        };
        Some(Verdict { status: stop_reason.into(), reason })
    }
}

#[cfg(test)]
mod tests {
    use etascape_core::{Patience, StopRules};

    use super::*;

    fn rules() -> Rules {
        let patience = Some(Patience { steps: 3, min_delta: 0.5 });
        let stop = StopRules { converged_below: 0.1, diverged_factor: 1e6, diverged_above: 100.0, patience };
        Rules { objective: "loss".into(), maximise: false, stop, halving: None }
    }

    fn ends(rules: &Rules, objectives: &[f64]) -> Option<(usize, Status)> {
        ending(rules, objectives).map(|(step, verdict)| (step, verdict.status))
    }

    fn reason(rules: &Rules, objectives: &[f64]) -> String {
        ending(rules, objectives).unwrap().1.reason
    }

    fn ending(rules: &Rules, objectives: &[f64]) -> Option<(usize, Verdict)> {
        let mut monitor = ObjectiveMonitor::new(rules);
        let mut verdicts = objectives.iter().enumerate();
        verdicts.find_map(|(step, &objective)| Some((step, monitor.observe(step as u64, objective)?)))
    }

    #[test]
    fn runs_end_at_their_first_reason() {
        let rules = rules();
        assert_eq!(ends(&rules, &[5.0, 1.0, 0.1]), Some((2, Status::Converged)));
        assert_eq!(ends(&rules, &[5.0, 100.0, 100.1]), Some((2, Status::Diverged)));
        assert_eq!(ends(&rules, &[1e-5, 10.0, 10.1]), Some((0, Status::Converged)));
        assert_eq!(ends(&rules, &[f64::NAN]), Some((0, Status::Diverged)));
        assert_eq!(ends(&rules, &[5.0, 4.6, 4.5, 4.5, 4.5]), Some((3, Status::Plateau)), "0.5 is not more than 0.5");
        assert_eq!(ends(&rules, &[5.0, 4.6, 4.4, 4.2, 4.1, 4.0]), Some((5, Status::Plateau)));
    }

    #[test]
    fn reasons_name_what_was_met() {
        let rules = rules();
        assert_eq!(reason(&rules, &[5.0, 100.5]), "loss 100.5 at step 1, above 100");
        assert_eq!(reason(&rules, &[5.0, f64::NAN]), "loss NaN at step 1");
        assert_eq!(reason(&rules, &[5.0, 0.1]), "loss 0.1 at step 1");
        assert_eq!(reason(&rules, &[5.0; 4]), "no better than loss 5 since step 0");
        let relative = Rules { stop: StopRules { diverged_factor: 4.0, ..StopRules::NONE }, ..rules };
        assert_eq!(reason(&relative, &[5.0, 20.0, 20.5]), "loss 20.5 at step 2, above 20");
    }

    #[test]
    fn patience_follows_the_direction() {
        let patience = rules().stop.patience;
        let rules = Rules { maximise: true, stop: StopRules { patience, ..StopRules::NONE }, ..rules() };
        assert_eq!(ends(&rules, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), None);
        assert_eq!(ends(&rules, &[5.0, 4.0, 3.0, 2.0]), Some((3, Status::Plateau)));
        assert_eq!(reason(&rules, &[5.0, 5.5, 3.0, 2.0]), "no better than loss 5 since step 0");
        assert_eq!(ends(&rules, &[0.1, 1e9, f64::NEG_INFINITY]), Some((2, Status::Diverged)));
    }
}
