//! The metric by which runs are judged: the one that `program.objective` names, else a choice among the metrics there are.
//! Which metrics are the same of training and of held-out data.

use crate::spec::program::Rules;

/// Words for the part of the data that a model is not trained on.
const HELD_OUT: [&str; 10] =
    ["val", "valid", "validation", "validate", "validating", "eval", "evaluation", "evaluating", "dev", "holdout"];
/// Words for the data that it is tested on, which are held out too.
const TEST: [&str; 2] = ["test", "testing"];
/// Words for the data that a model is trained on.
const TRAINING: [&str; 2] = ["train", "training"];
/// Words for the share of answers that are right.
const ACCURACY: [&str; 2] = ["accuracy", "acc"];
/// Words for losses.
const LOSS: [&str; 1] = ["loss"];
/// Words for what is better the more there is of it.
const MORE_IS_BETTER: [&str; 30] = [
    "accuracy",
    "acc",
    "top1",
    "top5",
    "auc",
    "auroc",
    "auprc",
    "ap",
    "ap50",
    "ap75",
    "map",
    "map50",
    "f1",
    "precision",
    "recall",
    "r2",
    "mcc",
    "kappa",
    "ndcg",
    "mrr",
    "bleu",
    "rouge",
    "meteor",
    "dice",
    "iou",
    "miou",
    "psnr",
    "ssim",
    "reward",
    "return",
];
/// Words for what is better the less there is of it.
const LESS_IS_BETTER: [&str; 18] = [
    "loss",
    "error",
    "err",
    "mse",
    "rmse",
    "mae",
    "mape",
    "nll",
    "perplexity",
    "ppl",
    "bpc",
    "bpb",
    "wer",
    "cer",
    "fid",
    "lpips",
    "brier",
    "regret",
];
/// Words for the negative of a metric.
const NEGATIVE: [&str; 3] = ["neg", "negative", "minus"];

/// What is measured of training and of held-out data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measurement {
    /// A loss.
    Loss,
    /// An accuracy.
    Accuracy,
}

impl Measurement {
    fn words(self) -> &'static [&'static str] {
        match self {
            Measurement::Loss => &LOSS,
            Measurement::Accuracy => &ACCURACY,
        }
    }
}

/// The data that a metric is of, by its name, from what is preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Test,
    HeldOut,
    /// Its name says nothing of it.
    Unnamed,
    Training,
}

/// The places of a measurement of training and of held-out data among the names of metrics; `None` where there is no such
/// pair. Their names differ in nothing but the word for the data: `train_loss` and `val_loss`, `loss` and `eval_loss`,
/// `Train/Loss` and `Test/Loss`. Of several pairs, one with validation comes before one with a test, and one whose training is
/// named before one where it is not; then the first.
pub fn training_and_held_out(names: &[String], of: Measurement) -> Option<[usize; 2]> {
    let read: Vec<(Part, Vec<String>)> = names.iter().map(|name| part_of(words(name))).collect();
    let is_kind = |rest: &[String]| has(rest, of.words());
    let is_training = |part: Part| part >= Part::Unnamed;
    let mut best: Option<((Part, Part), [usize; 2])> = None;
    for (held_out, (part, rest)) in
        read.iter().enumerate().filter(|(_, (part, rest))| !is_training(*part) && is_kind(rest))
    {
        for (training, (other, _)) in read.iter().enumerate().filter(|(_, one)| is_training(one.0) && one.1 == *rest) {
            if best.is_none_or(|(found, _)| (*part, *other) > found) {
                best = Some(((*part, *other), [training, held_out]));
            }
        }
    }
    best.map(|(_, places)| places)
}

/// What to do where a metric is minimised or maximised against what its name says; `None` where its name says nothing of it, or
/// both, or speaks of the negative (`neg_mean_squared_error`).
pub fn doubt(name: &str, maximise: bool) -> Option<String> {
    let words = words(name);
    if has(&words, &NEGATIVE) {
        return None;
    }
    match (maximise, has(&words, &MORE_IS_BETTER), has(&words, &LESS_IS_BETTER)) {
        (false, true, false) => {
            Some(format!("{name} is minimised; where more of it is better, set program.maximise = true"))
        }
        (true, false, true) => {
            Some(format!("{name} is maximised; where less of it is better, set program.maximise = false"))
        }
        _ => None,
    }
}

/// Whether a metric is a score by its name, such as an accuracy, and not a loss or an error of one.
pub fn is_score(name: &str) -> bool {
    let words = words(name);
    (has(&words, &MORE_IS_BETTER) || has(&words, &["score"])) && !has(&words, &LESS_IS_BETTER)
}

/// The data that a name's words are about, and its other words.
fn part_of(mut words: Vec<String>) -> (Part, Vec<String>) {
    let part = |word: &String| match word.as_str() {
        word if TRAINING.contains(&word) => Some(Part::Training),
        word if HELD_OUT.contains(&word) => Some(Part::HeldOut),
        word if TEST.contains(&word) => Some(Part::Test),
        _ => None,
    };
    let Some((place, part)) = words.iter().enumerate().find_map(|(place, word)| Some((place, part(word)?))) else {
        return (Part::Unnamed, words);
    };
    words.remove(place);
    (part, words)
}

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
        let is_kind = has(&words, if self.maximise { &ACCURACY } else { &LOSS });
        match words.len() {
            1 if is_kind => Some(Fit::Plain),
            2 if is_kind && has(&words, &HELD_OUT) => Some(Fit::HeldOut),
            _ => is_kind.then_some(Fit::Related),
        }
    }
}

/// Whether one of the words is in the list.
fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
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
        for name in [
            "val/loss",
            "validation loss",
            "valid_loss",
            "Val Loss",
            "eval/loss",
            "Loss/val",
            "valLoss",
            "VAL_LOSS",
            "dev_loss",
            "Evaluating/loss",
        ] {
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
    fn what_is_measured_of_training_and_of_held_out_data_is_found_by_the_names() {
        let found = |of, names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
            training_and_held_out(&names, of)
                .map(|[training, held_out]| (names[training].clone(), names[held_out].clone()))
        };
        for [training, held_out] in [
            ["loss", "val_loss"],
            ["train_loss", "val_loss"],
            ["loss", "eval_loss"],
            ["train loss", "val loss"],
            ["Train/Loss", "Test/Loss"],
            ["Training Loss", "Validation Loss"],
            ["Loss/train", "Loss/test"],
            ["train/epoch_loss", "validation/epoch_loss"],
        ] {
            let names = ["lr", held_out, "grad_norm", training, "test_acc", "box_loss"];
            assert_eq!(found(Measurement::Loss, &names), Some((training.into(), held_out.into())));
        }
        let several = ["loss", "test loss", "val loss", "train loss", "val acc", "train_accuracy"];
        assert_eq!(found(Measurement::Loss, &several), Some(("train loss".into(), "val loss".into())));
        assert_eq!(found(Measurement::Accuracy, &several), None, "they are not spelt alike");
        assert_eq!(found(Measurement::Accuracy, &["acc", "val_acc"]), Some(("acc".into(), "val_acc".into())));
        for names in [&["val_loss"][..], &["loss"], &["train_loss", "val_acc"], &["box_loss", "val_loss"], &[]] {
            assert_eq!(found(Measurement::Loss, names), None, "{names:?}");
        }
    }

    #[test]
    fn a_direction_against_the_name_is_doubted() {
        for name in [
            "acc",
            "Val Accuracy",
            "valAcc",
            "eval/f1",
            "test_auc",
            "mean_reward",
            "R2",
            "metrics/mAP50-95(B)",
            "episode_return",
        ] {
            let doubt = doubt(name, false).unwrap();
            assert_eq!(doubt, format!("{name} is minimised; where more of it is better, set program.maximise = true"));
            assert_eq!(super::doubt(name, true), None);
        }
        for name in ["loss", "val_rmse", "error rate", "Perplexity", "brier_score"] {
            let doubt = doubt(name, true).unwrap();
            assert_eq!(doubt, format!("{name} is maximised; where less of it is better, set program.maximise = false"));
            assert_eq!(super::doubt(name, false), None);
        }
        for name in ["accuracy_loss", "neg_mean_squared_error", "neg_accuracy", "score", "accumulated", "lr"] {
            assert_eq!([doubt(name, false), doubt(name, true)], [None, None], "{name}");
        }
    }

    #[test]
    fn scores_are_known_by_their_names() {
        for name in
            ["acc", "valAcc", "Test/F1", "top1", "mAP", "metrics/mAP50(B)", "map", "z_score", "val_dice", "mean_reward"]
        {
            assert!(is_score(name), "{name}");
        }
        for name in ["loss", "dice_loss", "top1_err", "f1_loss", "brier_score", "lr", "mapped"] {
            assert!(!is_score(name), "{name}");
        }
    }

    #[test]
    fn a_given_objective_is_that_metric_or_none() {
        check(Some("acc"), false, &["loss", "acc"], Some("acc"));
        check(Some("acc"), false, &["loss"], None);
    }
}
