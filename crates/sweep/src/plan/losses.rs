//! The losses that the runs of a sweep are trained with.

use etascape_core::Loss;

use super::{Combinations, Plan};
use crate::spec::axis::{Axis, List};
use crate::spec::keys::Key;
use crate::spec::run::RunSpec;
use crate::spec::word::Word;
use crate::value::Value;

/// Their words, rising. `run` is the spec of a run before the swept values are set.
pub(crate) fn losses(sweep: &Combinations, run: &RunSpec) -> Vec<&'static str> {
    let swept = sweep.parameters().iter().find(|parameter| parameter.path == Key::TrainLoss.path());
    let mut words: Vec<&'static str> = match swept.map(|parameter| &parameter.axis) {
        Some(Axis::List(List(values))) => {
            let is_listed = |word: &str| values.iter().any(|value| matches!(value, Value::Text(text) if text == word));
            Loss::ROWS.iter().map(|row| row.word).filter(|word| is_listed(word)).collect()
        }
        _ => vec![run.train.loss.word()],
    };
    words.sort_unstable();
    words
}

impl Plan {
    /// The words of the losses that its runs are trained with, rising.
    pub fn losses(&self) -> Vec<&'static str> {
        losses(&self.sweep, &self.run)
    }
}
