//! The experiments on a page, and how their numbers are passed to the script.

use std::borrow::Cow;

use etascape_insight::study::sample::Sample;
use etascape_insight::study::{Study, Within};
use etascape_text::format_number;
use serde_json::Value;

use crate::folder::ShownCurves;

/// The parameter whose value is the experiment of a run, in a comparison.
pub(super) const EXPERIMENT: &str = "experiment";

/// The parameter whose value is the kind of a run's loss, in a comparison in which there are several.
pub(super) const KIND: &str = "kind of loss";

/// One experiment on a page.
pub(crate) struct Part<'a> {
    /// Its name among others.
    pub(crate) name: String,
    /// Its runs.
    pub(crate) study: &'a Study<'a>,
    /// Those of them that a page holds lie among these.
    pub(crate) sample: &'a Sample,
    /// The curves that were read.
    pub(crate) curves: &'a ShownCurves,
    /// What is near the least loss, where almost no run converged.
    pub(crate) within: Option<&'a Within>,
}

impl Part<'_> {
    /// The title of a metric on an axis: those of a program have their own names.
    pub(super) fn title_of(&self, metric: &str) -> String {
        let subject = self.study.subject;
        if subject.limits.is_program { metric.to_owned() } else { subject.objective.title_of(metric) }
    }

    /// The kind of loss of a run in words, in which losses can be compared: `mse`. The loss of a program is not known.
    pub(super) fn kind(&self, row: usize) -> String {
        let (study, subject) = (self.study, self.study.subject);
        if subject.limits.is_program {
            return "of a program".to_owned();
        }
        let varied = study.varied_loss().and_then(|losses| study.runs.text(&losses.path, row));
        let word = varied.map_or_else(|| subject.losses.join(", "), Cow::into_owned);
        if subject.objective.is_standardized { format!("{word}, standardised target") } else { word }
    }
}

/// A value of every row in the page, part after part.
pub(super) fn gather<T>(parts: &[Part<'_>], rows: &[Vec<usize>], value: impl Fn(&Part<'_>, usize) -> T) -> Vec<T> {
    parts
        .iter()
        .zip(rows)
        .flat_map(|(part, rows)| rows.iter().map(|&row| value(part, row)).collect::<Vec<T>>())
        .collect()
}

/// A number, or its word in the logs where it is not finite: JSON has no infinity.
pub(super) fn number_or_word(number: f64) -> Value {
    let is_minus_zero = number == 0.0 && number.is_sign_negative();
    match serde_json::Number::from_f64(number) {
        Some(_) if number == number.trunc() && number.abs() < 1e15 && !is_minus_zero => Value::from(number as i64),
        Some(finite) => Value::Number(finite),
        None => Value::from(format_number(number)),
    }
}
