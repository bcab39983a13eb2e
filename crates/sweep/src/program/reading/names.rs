//! What the names that programs write stand for: counters of steps, results of training, parts of the data.

use super::vocabulary::{is_among, missing, parts, qualities, relations, results, settings};

/// What counts the steps of a run. The first of these that a row names tells its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::program) enum Counter {
    /// Steps over the whole run.
    Global,
    Step,
    Iteration,
    Round,
    /// Batches, which begin again with each epoch.
    Batch,
    Epoch,
}

impl Counter {
    /// Its word for people.
    pub fn word(self) -> &'static str {
        match self {
            Counter::Global => "global_step",
            Counter::Step => "step",
            Counter::Iteration => "iteration",
            Counter::Round => "round",
            Counter::Batch => "batch",
            Counter::Epoch => "epoch",
        }
    }
}

/// The heading of what is the best so far. Its lines repeat numbers of an earlier step.
pub(super) const BEST: &str = "best";

/// The counter that a name stands for, without regard to case and to what comes before its last `/`.
pub(in crate::program) fn counter(name: &[u8]) -> Option<Counter> {
    const LONGEST: usize = 15;
    let name = memchr::memrchr(b'/', name).map_or(name, |at| &name[at + 1..]);
    let first = name.first()?.to_ascii_lowercase();
    if name.len() > LONGEST || !b"begimnrstu_".contains(&first) {
        return None;
    }
    let mut lower = [0; LONGEST];
    for (own, byte) in lower.iter_mut().zip(name) {
        *own = if *byte == b' ' { b'_' } else { byte.to_ascii_lowercase() };
    }
    Some(match &lower[..name.len()] {
        b"global_step" | b"globalstep" | b"num_updates" | b"total_timesteps" | b"num_timesteps" => Counter::Global,
        b"step" | b"_step" | b"train_step" | b"training_step" | b"timestep" => Counter::Step,
        b"iter" | b"iteration" | b"it" | b"itr" | b"n_iter" | b"iter_num" => Counter::Iteration,
        b"round" | b"boosting_round" | b"episode" => Counter::Round,
        b"batch" | b"batch_idx" | b"minibatch" | b"mini_batch" => Counter::Batch,
        b"epoch" | b"ep" => Counter::Epoch,
        _ => return None,
    })
}

/// The words of a name: letters and digits, broken at other characters and where a small letter meets a capital.
fn words(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < name.len() && !is_part(name[at]) {
            at += 1;
        }
        let start = at;
        while at < name.len() && is_part(name[at]) {
            at += 1;
            if at < name.len() && name[at - 1].is_ascii_lowercase() && name[at].is_ascii_uppercase() {
                break;
            }
        }
        (at > start).then(|| &name[start..at])
    })
}

/// Whether a name is that of a result: a loss, an accuracy, a score, also as a part (`train_loss`, `Acc@1`).
pub(super) fn is_result(name: &[u8]) -> bool {
    let mut found = false;
    for word in words(name) {
        if is_among(word, settings) {
            return false;
        }
        found |= is_result_word(word);
    }
    found
}

/// Whether a line has a word that names a counter or is a part of a result's name.
pub(super) fn has_known(line: &[u8]) -> bool {
    words(line).any(|word| is_result_word(word) || counter(word).is_some())
}

fn is_result_word(word: &[u8]) -> bool {
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let stem = &word[..word.len() - digits];
    // `f1` and `r2` are results, `f` and `r` are not.
    is_among(stem, results) && (stem.len() > 1 || digits > 0)
}

/// Whether a word names a part of the data: `train`, `val`, `test`.
pub(super) fn is_part(word: &[u8]) -> bool {
    is_among(word, parts)
}

/// The first word of a name that names a part of the data.
pub(super) fn part(name: &[u8]) -> Option<&[u8]> {
    words(name).find(|word| is_part(word))
}

/// Whether a word may stand before the name of a result as a part of it: `avg`, `best`.
pub(super) fn is_quality(word: &[u8]) -> bool {
    is_among(word.strip_suffix(b".").unwrap_or(word), qualities)
}

/// Whether a word says that there is no value: `n/a`, `None`, `skipped`.
pub(super) fn is_missing(word: &[u8]) -> bool {
    is_among(word, missing)
}

/// Whether the first or the last word of a name belongs to a sentence: `val_loss improved from`.
pub(super) fn is_of_sentence(name: &[u8]) -> bool {
    is_among(first_word(name), relations) || is_among(last_word(name), relations)
}

/// What stands before the last word, where that relates it to a step: `Cost after`, `loss at`.
pub(super) fn before_relation(words: &[u8]) -> Option<&[u8]> {
    before_last(words, |word| is_among(word, relations))
}

/// Whether a word stands between a name and its value in a sentence: `the loss is 0.5`.
pub(super) fn is_verb(word: &[u8]) -> bool {
    is_among(word, |word| matches!(word, b"is" | b"was" | b"equals"))
}

/// What stands before the last word, where that is a verb: `loss is`.
pub(super) fn before_verb(words: &[u8]) -> Option<&[u8]> {
    before_last(words, is_verb)
}

/// What stands before the last word, where there is anything and that word is one.
fn before_last(words: &[u8], is_one: impl Fn(&[u8]) -> bool) -> Option<&[u8]> {
    let last = last_word(words);
    let before = words[..words.len() - last.len()].strip_suffix(b" ")?;
    is_one(last).then(|| before.trim_ascii_end())
}

/// The first word of a name.
pub(super) fn first_word(name: &[u8]) -> &[u8] {
    memchr::memchr(b' ', name).map_or(name, |at| &name[..at])
}

/// The last word of a name.
fn last_word(name: &[u8]) -> &[u8] {
    memchr::memrchr(b' ', name).map_or(name, |at| &name[at + 1..])
}

/// Whether a line has nothing but the name of a part of the data, and words of it: `Validation`, `--- Test set ---`.
pub(super) fn is_heading(line: &[u8]) -> bool {
    let is_of_part = |word: &[u8]| {
        is_part(word)
            || is_among(word, |word| {
                matches!(word, b"set" | b"data" | b"phase" | b"stage" | b"loop" | b"results" | b"metrics" | b"summary")
            })
    };
    part(line).is_some() && words(line).all(is_of_part) && !line.iter().any(u8::is_ascii_digit)
}

/// Whether a word names the data that a model is trained on.
pub(super) fn is_training(word: &[u8]) -> bool {
    is_among(word, |word| matches!(word, b"train" | b"training"))
}

/// Whether a word names a part of the data for evaluation.
pub(super) fn is_evaluation(word: &[u8]) -> bool {
    is_part(word) && !is_training(word)
}

/// Whether a word is the level of a logger's line.
pub(super) fn is_level(word: &[u8]) -> bool {
    is_among(word, |word| matches!(word, b"debug" | b"info" | b"warning" | b"warn" | b"error" | b"critical"))
}

/// Whether a name says which process or place wrote a line.
pub(super) fn is_origin(name: &[u8]) -> bool {
    is_among(last_word(name), |word| {
        matches!(
            word,
            b"rank"
                | b"local_rank"
                | b"pid"
                | b"gpu"
                | b"cuda"
                | b"worker"
                | b"thread"
                | b"line"
                | b"device"
                | b"port"
                | b"node"
                | b"v_num"
        )
    })
}

/// Whether a word says what a count counts: `200/1042 batches`.
pub(super) fn is_batches(word: &[u8]) -> bool {
    is_among(word, |word| {
        matches!(
            word,
            b"batch" | b"batches" | b"step" | b"steps" | b"it" | b"iter" | b"iters" | b"iterations" | b"samples"
        )
    })
}

/// Whether a name is about the best so far.
pub(super) fn is_best(name: &[u8]) -> bool {
    words(name).any(|word| word.eq_ignore_ascii_case(b"best"))
}

/// Where the name of a result begins at the end of a sentence: `finished with train loss` has it at `train`.
/// `None` where the last word is none of a result's.
pub(super) fn tail(sentence: &[u8]) -> Option<usize> {
    let mut start = None;
    let mut end = sentence.len();
    while end > 0 {
        let at = memchr::memrchr(b' ', &sentence[..end]).map_or(0, |at| at + 1);
        let word = &sentence[at..end];
        let belongs = match start {
            None => is_result(word),
            Some(_) => word.is_empty() || is_result(word) || is_part(word) || is_quality(word),
        };
        if !belongs {
            break;
        }
        if !word.is_empty() {
            start = Some(at);
        }
        end = at.saturating_sub(1);
    }
    // `Test set accuracy`: a part of the data before it belongs to it too.
    let start = start?;
    let mut before = start;
    while before > 0 {
        let end = sentence[..before].trim_ascii_end().len();
        before = memchr::memrchr(b' ', &sentence[..end]).map_or(0, |at| at + 1);
        if is_part(&sentence[before..end]) {
            return Some(before);
        }
    }
    Some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_known_in_their_spellings() {
        let is = |name: &str| counter(name.as_bytes());
        assert_eq!(is("global_step"), Some(Counter::Global));
        assert_eq!(is("trainer/global_step"), Some(Counter::Global));
        assert_eq!(is("Step"), Some(Counter::Step));
        assert_eq!((is("iter"), is("Iteration")), (Some(Counter::Iteration), Some(Counter::Iteration)));
        assert_eq!((is("batch"), is("EPOCH")), (Some(Counter::Batch), Some(Counter::Epoch)));
        for name in
            ["steps", "epochs", "best_epoch", "batch_size", "step_time", "", "loss", "a_very_long_name_of_a_thing"]
        {
            assert_eq!(is(name), None, "{name}");
        }
    }

    #[test]
    fn results_are_known_as_parts_of_names() {
        let names = [
            "loss",
            "train_loss",
            "val/acc",
            "Acc@1",
            "trainLoss",
            "eval reward",
            "mAP50-95",
            "top5",
            "f1",
            "test_f1_macro",
            "Average loss",
            "loss_G",
            "valid_1's rmse",
            "ep_rew_mean",
            "損失 loss",
        ];
        for name in names {
            assert!(is_result(name.as_bytes()), "{name}");
        }
        let names =
            ["lr", "f", "r", "loss_weight", "score_threshold", "seed", "loss_fn", "glossary", "time", "num_errors", ""];
        for name in names {
            assert!(!is_result(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn the_name_of_a_result_ends_a_sentence() {
        let tail = |text: &'static str| tail(text.as_bytes()).map(|at| &text[at..]);
        assert_eq!(tail("finished with train loss"), Some("train loss"));
        assert_eq!(tail("best val  acc"), Some("best val  acc"));
        assert_eq!(tail("loss"), Some("loss"));
        assert_eq!(tail("the Test set accuracy"), Some("Test set accuracy"));
        assert_eq!((tail("loss of time"), tail("")), (None, None));
    }
}
