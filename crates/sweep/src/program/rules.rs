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

/// What the rules say of a row.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Judged {
    /// The place of the objective among the names, and its value, where the row has it.
    pub objective: Option<(usize, f64)>,
    /// The end of the run.
    pub verdict: Option<Verdict>,
}

/// Applies the stop rules to the objective of one run. Where the objective is maximised, it is negated first.
///
/// Where `program.objective` is left out, it is the best of the names seen so far. A better one begins anew: its first value
/// is the one that `diverged_factor` counts, and patience counts from there.
#[derive(Debug)]
pub(super) struct ObjectiveMonitor<'a> {
    rules: &'a Rules,
    monitor: StopMonitor,
    /// How many names were seen so far.
    seen: usize,
    /// The place of the objective among them.
    place: Option<usize>,
    /// The places of the metrics that were the objective, had they no better one beside them.
    candidates: Vec<usize>,
}

impl<'a> ObjectiveMonitor<'a> {
    pub fn new(rules: &'a Rules) -> ObjectiveMonitor<'a> {
        let monitor = StopMonitor::new(rules.stop);
        ObjectiveMonitor { rules, monitor, seen: 0, place: None, candidates: Vec::new() }
    }

    /// Judges the values of a row, each by its name. Names that were seen keep their places.
    pub fn observe(&mut self, step: u64, names: &[String], values: &[Option<f64>]) -> Judged {
        if names.len() != self.seen {
            self.look_at(names);
        }
        let value = |place: usize| values.get(place).copied().flatten();
        let objective = self.place.and_then(|place| Some((place, value(place)?)));
        let verdict = objective.and_then(|(place, objective)| self.judge(step, &names[place], objective));
        let verdict = verdict.or_else(|| {
            let mut losses = self.candidates.iter().filter_map(|&place| Some((&names[place], value(place)?)));
            let (name, loss) = losses.find(|(_, loss)| !loss.is_finite())?;
            Some(Verdict { status: Status::Diverged, reason: at_step(name, loss, step) })
        });
        Judged { objective, verdict }
    }

    /// Chooses the objective anew, since there are more names.
    fn look_at(&mut self, names: &[String]) {
        let candidates = (self.seen..names.len()).filter(|&place| self.rules.is_candidate(&names[place]));
        self.candidates.extend(candidates);
        self.seen = names.len();
        let place = self.rules.objective_among(names);
        if place != self.place {
            (self.place, self.monitor) = (place, StopMonitor::new(self.rules.stop));
        }
    }

    fn judge(&mut self, step: u64, name: &str, objective: f64) -> Option<Verdict> {
        let sign = if self.rules.maximise { -1.0 } else { 1.0 };
        let stop_reason = self.monitor.observe(step, sign * objective)?;
        let at_step = at_step(name, objective, step);
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

fn at_step(name: &str, value: f64, step: u64) -> String {
    format!("{name} {} at step {step}", format_number(value))
}

#[cfg(test)]
mod tests {
    use etascape_core::{Patience, StopRules};

    use super::*;

    fn rules() -> Rules {
        let patience = Some(Patience { steps: 3, min_delta: 0.5 });
        let stop = StopRules { converged_below: 0.1, diverged_factor: 1e6, diverged_above: 100.0, patience };
        Rules { objective: Some("loss".into()), maximise: false, stop, halving: None }
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
        let names = ["loss".to_string()];
        verdicts.find_map(|(step, &loss)| Some((step, monitor.observe(step as u64, &names, &[Some(loss)]).verdict?)))
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

    /// How a run ends whose lines have these metrics, one each.
    fn chosen(stop: StopRules, lines: &[(&str, f64)]) -> Option<String> {
        let rules = Rules { objective: None, stop, ..rules() };
        let mut monitor = ObjectiveMonitor::new(&rules);
        let mut names: Vec<String> = Vec::new();
        let mut verdicts = lines.iter().enumerate().filter_map(|(step, &(name, value))| {
            let place = names.iter().position(|own| own == name).unwrap_or(names.len());
            if place == names.len() {
                names.push(name.into());
            }
            let values: Vec<_> = (0..names.len()).map(|which| (which == place).then_some(value)).collect();
            monitor.observe(step as u64, &names, &values).verdict
        });
        verdicts.next().map(|verdict| verdict.reason)
    }

    #[test]
    fn without_an_objective_the_best_name_so_far_is_judged() {
        let rules = StopRules { diverged_factor: 10.0, ..StopRules::NONE };
        let ended = |lines: &[(&str, f64)]| chosen(rules, lines);
        assert_eq!(ended(&[("loss", 1.0), ("loss", 11.0)]).as_deref(), Some("loss 11 at step 1, above 10"));
        assert_eq!(ended(&[("loss", 1.0), ("val_loss", 5.0), ("loss", 11.0), ("val_loss", 50.0)]), None);
        let ends = ended(&[("loss", 1.0), ("val_loss", 5.0), ("val_loss", 51.0)]);
        assert_eq!(ends.as_deref(), Some("val_loss 51 at step 2, above 50"), "the first of its own values counts");
        let ends = ended(&[("val_loss", 5.0), ("loss", f64::NAN)]);
        assert_eq!(ends.as_deref(), Some("loss NaN at step 1"), "any of the losses");
        assert_eq!(ended(&[("val_loss", 5.0), ("grad_norm", f64::INFINITY)]), None);
        assert_eq!(ended(&[("train_loss", f64::NAN)]).as_deref(), Some("train_loss NaN at step 0"), "the only metric");
        assert_eq!(ended(&[("lr", 1.0), ("f1", f64::NAN)]), None);
    }
}
