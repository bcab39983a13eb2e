//! The metric by which runs are judged: the one that `program.objective` names, else a choice among the metrics there are.

use crate::spec::program::Rules;

/// Words for the part of the data that a model is not trained on.
const HELD_OUT: [&str; 5] = ["val", "valid", "validation", "eval", "evaluation"];
/// Words for the share of answers that are right.
const ACCURACY: [&str; 2] = ["accuracy", "acc"];

/// How well a metric's name fits as the objective. The greatest is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// A loss or an accuracy of something else: `train_loss`.
    Related,
    /// `loss`, or `accuracy` where it is maximised.
    Plain,
    /// The same of held-out data: `val_loss`, `eval_loss`.
    HeldOut,
}

/// How well the objective among some metrics fits. The greatest of several sources counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It is the only metric.
    Only,
    /// It was chosen by its name.
    Fits(Fit),
    /// It is what `program.objective` names.
    Named,
}

impl Rules {
    /// How well the objective among some metrics fits; `None` where there is none.
    pub(super) fn rank_among(&self, names: &[String]) -> Option<Rank> {
        let chosen = &names[self.objective_among(names)?];
        Some(match (&self.objective, self.fit(chosen)) {
            (Some(_), _) => Rank::Named,
            (None, Some(Fit::Related)) if !self.maximise => Rank::Only,
            (None, Some(fit)) => Rank::Fits(fit),
            (None, None) => Rank::Only,
        })
    }

    /// The place of the objective among the names of metrics; `None` where it is not there, or none can be chosen.
    ///
    /// Where `program.objective` is left out, `val_loss` or `eval_loss` is chosen, else `loss`, else the only metric. Where it
    /// is maximised: `val_accuracy` or `eval_accuracy`, else `accuracy`, else the only accuracy, else the only metric. Other
    /// spellings of these count (`Val Loss`, `loss/validation`, `val_acc`); of several, the first is chosen.
    pub fn objective_among(&self, names: &[String]) -> Option<usize> {
        if let Some(objective) = &self.objective {
            return names.iter().position(|name| name == objective);
        }
        let fits = || names.iter().map(|name| self.fit(name));
        match fits().flatten().max() {
            Some(Fit::Related) if self.maximise && fits().flatten().count() == 1 => {
                fits().position(|fit| fit.is_some())
            }
            Some(best) if best > Fit::Related => fits().position(|fit| fit == Some(best)),
            _ => (names.len() == 1).then_some(0),
        }
    }

    /// Whether a metric that is the objective is so by its name, and not only because it is the only metric.
    pub fn is_plainly_objective(&self, name: &str) -> bool {
        self.objective.is_some() || self.fit(name).is_some()
    }

    /// The name of the objective; where none is known, the name that is looked for first among plain ones.
    pub fn objective_name<'n>(&'n self, names: &'n [String]) -> &'n str {
        let chosen = self.objective_among(names).map(|which| names[which].as_str());
        let default = if self.maximise { "accuracy" } else { "loss" };
        self.objective.as_deref().or(chosen).unwrap_or(default)
    }

    /// Whether a metric would be chosen by its name alone.
    pub(super) fn is_candidate(&self, name: &str) -> bool {
        self.objective.is_none() && self.fit(name) >= Some(Fit::Plain)
    }

    fn fit(&self, name: &str) -> Option<Fit> {
        let words = words(name);
        let is_one_of = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let is_kind = if self.maximise { is_one_of(&ACCURACY) } else { is_one_of(&["loss"]) };
        match words.len() {
            1 if is_kind => Some(Fit::Plain),
            2 if is_kind && is_one_of(&HELD_OUT) => Some(Fit::HeldOut),
            _ => is_kind.then_some(Fit::Related),
        }
    }
}

/// The words of a name in lower case: `val_loss`, `Val Loss`, `loss/val` and `valLoss` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || letter.is_uppercase() && was_small {
            words.push(String::new());
        }
        was_small = letter.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use etascape_core::StopRules;

    use super::*;

    #[track_caller]
    fn check(objective: Option<&str>, maximise: bool, names: &[&str], expected: Option<&str>) {
        let rules = Rules { objective: objective.map(String::from), maximise, stop: StopRules::NONE, halving: None };
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        let chosen = rules.objective_among(&names).map(|which| names[which].as_str());
        assert_eq!(chosen, expected, "{names:?}");
    }

    #[test]
    fn a_loss_of_held_out_data_comes_before_the_loss_and_that_before_the_only_metric() {
        check(None, false, &["lr", "loss", "val_loss"], Some("val_loss"));
        check(None, false, &["loss", "eval_loss", "epoch_time"], Some("eval_loss"));
        check(None, false, &["train_loss", "loss"], Some("loss"));
        check(None, false, &["train_loss"], Some("train_loss"));
        check(None, false, &["train_loss", "accuracy"], None);
        check(None, false, &["val_loss", "eval_loss"], Some("val_loss"));
        check(None, false, &[], None);
    }

    #[test]
    fn spellings_that_are_plainly_the_same_count() {
        for name in
            ["val/loss", "validation loss", "valid_loss", "Val Loss", "eval/loss", "Loss/val", "valLoss", "VAL_LOSS"]
        {
            check(None, false, &["loss", name], Some(name));
        }
        for name in ["Loss", "LOSS", "loss:"] {
            check(None, false, &["lr", name], Some(name));
        }
        for name in ["val_closs", "vloss", "val_loss_scale", "lossy", "train/loss"] {
            check(None, false, &["lr", name], None);
        }
    }

    #[test]
    fn an_accuracy_is_maximised() {
        check(None, true, &["loss", "accuracy", "val_accuracy"], Some("val_accuracy"));
        check(None, true, &["loss", "acc", "val_loss"], Some("acc"));
        check(None, true, &["loss", "test_accuracy"], Some("test_accuracy"));
        check(None, true, &["train_accuracy", "test_accuracy"], None);
        check(None, true, &["f1"], Some("f1"));
        check(None, true, &["f1", "loss"], None);
    }

    #[test]
    fn a_given_objective_is_that_metric_or_none() {
        check(Some("acc"), false, &["loss", "acc"], Some("acc"));
        check(Some("acc"), false, &["loss"], None);
    }
}
