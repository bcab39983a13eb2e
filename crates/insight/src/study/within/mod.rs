//! When runs come near the least value of the metric that the stop rules look at, for sweeps in which almost none converges.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use etascape_text::rounded;
use serde::Serialize;

use crate::study::tolerance::noise;
use crate::study::{STEPS_WITHIN, Study, Tolerance};
use crate::subject::Subject;
use crate::theory::Theory;

/// Almost no run converges where fewer than one in so many does, of those that neither diverged nor failed.
const ALMOST_NONE: usize = 10;

/// Where a least value is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeastSource {
    /// It is the best of the runs.
    Runs,
    /// It is the minimum of the loss, for linear models.
    Theory,
    /// It is `stop.converged_below`, at which runs have converged alike.
    ConvergedBelow,
}

/// The least value, and what is near it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The least value; the greatest, where the metric is maximised.
    pub least: f64,
    /// Where it is known from.
    pub source: LeastSource,
    /// The greatest badness that is near.
    limit: f64,
    /// How far from the least is near: `5 %`, or `rounding noise` where that is more.
    margin: &'static str,
}

/// What counts as near the least value of the metric that the stop rules look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    /// One for each loss that the sweep varies, by the loss's number; `None` where no run of it has a value.
    levels: Vec<Option<Level>>,
    tolerance: Tolerance,
    maximise: bool,
    /// The metric in words.
    metric: String,
}

impl Within {
    /// What is near in a study; `None` unless almost none of its runs converged, and where the best value of each run is
    /// not known.
    pub fn of(study: &Study<'_>) -> Option<Within> {
        let objective = &study.subject.objective;
        let maximise = objective.is_watched && objective.maximise;
        let best = study.runs.numbers(&study.subject.best_column())?;
        let start = study.runs.numbers(&format!("initial_{}", study.subject.watched()));
        let counted = || (0..study.runs.len()).filter(|&row| counts(study, row));
        let converged = counted().filter(|&row| study.steps_to_converge(row).is_some()).count();
        if ALMOST_NONE * converged >= counted().count() || study.runs.head().iter().any(|name| name == STEPS_WITHIN) {
            return None;
        }
        let badness = |row: usize| best.get(row).filter(|value| value.is_finite()).map(|value| signed(maximise, value));
        let tolerance = Tolerance::of(maximise, counted().filter_map(badness));
        let kinds = study.varied_loss().and_then(|losses| losses.names.as_ref()).map_or(1, Vec::len);
        let mut leasts: Vec<Option<(f64, usize)>> = vec![None; kinds];
        for (row, badness) in counted().filter_map(|row| Some((row, badness(row)?))) {
            let least = &mut leasts[study.loss_number(row)];
            if least.is_none_or(|(least, _)| badness < least) {
                *least = Some((badness, row));
            }
        }
        let limit = study.subject.limits.converged_below.filter(|_| converged > 0 && !maximise);
        let level = |(least, row): (f64, usize)| {
            let start = start.as_ref().and_then(|start| start.get(row));
            let theory = study.subject.theory.as_ref().map(|theory| theory.landscape.least_loss);
            // Of 0, 5 % is nothing.
            let (least, source) = match theory.filter(|theory| *theory > noise(start)) {
                Some(theory) => (theory, LeastSource::Theory),
                None => (least, LeastSource::Runs),
            };
            let (least, source) = match limit.filter(|limit| *limit > least) {
                Some(limit) => (limit, LeastSource::ConvergedBelow),
                None => (least, source),
            };
            let margin = if tolerance.is_noise(least, start) { "rounding noise" } else { tolerance.words() };
            Level { least: signed(maximise, least), source, limit: tolerance.limit(least, start), margin }
        };
        let metric = if objective.is_watched { objective.name.replace('_', " ") } else { "training loss".to_owned() };
        Some(Within { levels: leasts.into_iter().map(|least| least.map(level)).collect(), tolerance, maximise, metric })
    }

    /// The level of a row's run; `None` where the run diverged, failed, or ended at its start.
    pub fn level(&self, study: &Study<'_>, row: usize) -> Option<&Level> {
        self.levels[study.loss_number(row)].as_ref().filter(|_| counts(study, row))
    }

    /// Whether the least values do not follow from how far runs came.
    pub fn is_given(&self) -> bool {
        self.levels.iter().flatten().all(|level| level.source != LeastSource::Runs)
    }

    /// Whether a value of the metric is near.
    pub fn is_near(&self, level: &Level, value: f64) -> bool {
        signed(self.maximise, value) <= level.limit
    }

    /// How many losses the sweep varies; 1 where it varies none.
    pub fn losses(&self) -> usize {
        self.levels.len()
    }

    /// The level where there is one for all runs.
    pub fn only_level(&self) -> Option<&Level> {
        match &self.levels[..] {
            [Some(level)] => Some(level),
            _ => None,
        }
    }

    /// The theory of a subject with steps until runs are near the least loss.
    pub fn theory(&self, subject: &Subject) -> Option<Theory> {
        Some(subject.theory.as_ref()?.until(self.only_level()?.limit))
    }

    /// How far from the least is near: `5 %`, or `rounding noise` where that is more for the only level.
    pub fn margin(&self) -> &'static str {
        self.only_level().map_or(self.tolerance.words(), |level| level.margin)
    }

    /// A level in words: `within 5 % of the least loss, 0.12`; with the word of the loss, where the sweep varies it: `the least
    /// training loss of mae`.
    pub fn words(&self, level: &Level, loss: Option<&str>) -> String {
        let most = if self.maximise { "greatest" } else { "least" };
        let of_loss = loss.map_or_else(String::new, |loss| format!(" of {loss}"));
        let metric = &self.metric;
        let least: Cow<'_, str> = match level.source {
            LeastSource::Runs => format!("the {most} {metric}{of_loss}").into(),
            LeastSource::Theory => format!("the least {metric}{of_loss} that theory knows").into(),
            LeastSource::ConvergedBelow => "stop.converged_below".into(),
        };
        format!("within {} of {least}, {}", level.margin, rounded(level.least, 3))
    }

    /// What the steps lead to, in words: `within 5 % of the least loss, 0.12`; without a number where there are several.
    pub fn all_words(&self) -> String {
        match self.only_level() {
            Some(level) => self.words(level, None),
            None => format!("within {} of the least {} of its kind", self.tolerance.words(), self.metric),
        }
    }
}

/// What the steps shown lead to: `steps to converge`, `steps to within 5 %`, `steps to within rounding noise`.
pub fn steps_name(within: Option<&Within>) -> String {
    match within {
        Some(within) => format!("steps to within {}", within.margin()),
        None => "steps to converge".to_owned(),
    }
}

/// A number that is smaller for better values.
fn signed(maximise: bool, value: f64) -> f64 {
    if maximise { -value } else { value }
}

/// Whether a run trained, and its numbers mean something.
fn counts(study: &Study<'_>, row: usize) -> bool {
    !study.diverged(row) && !study.failed(row) && !study.ended_at_start(row)
}
