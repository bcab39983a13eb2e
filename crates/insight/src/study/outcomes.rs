//! The settings of a sweep with the objective of each, by the rate.

use std::collections::BTreeMap;

use etascape_sweep::Status;

use crate::statistics::median;
use crate::study::settings::{grouped, order, sorted};
use crate::study::{Parameter, Study, Tolerance, is_diverged};
use crate::subject::Objective;

/// The most runs of a sweep whose settings are looked at one by one.
pub const MOST_RUNS: usize = 1 << 18;

/// How the runs of a setting ended: runs that differ only in their seed and in the weights they start from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// The rows of its runs, rising.
    pub rows: Vec<u32>,
    /// Its rate; NaN where no rate is swept.
    pub rate: f64,
    /// The index of its values of all parameters but the rate.
    pub group: usize,
    /// The index of its loss among those that the sweep varies; 0 where it varies none.
    pub loss: usize,
    /// The median over its runs of the objective, smaller for better values. A run without one is infinitely bad.
    pub badness: f64,
    /// The median over its runs of the objective at the start, in the same form; `None` where a run has none.
    pub start: Option<f64>,
    /// How many of its runs diverged.
    pub diverged: usize,
    /// How many of its runs failed.
    pub failed: usize,
    /// How many of its runs were pruned.
    pub pruned: usize,
}

impl Outcome {
    /// The outcome with what its runs came to; `None` where all ended at their start, which tells nothing about the rate.
    fn with(self, study: &Study<'_>, rows: &[u32]) -> Option<Outcome> {
        let rows: Vec<u32> = rows.iter().copied().filter(|&row| !study.ended_at_start(row as usize)).collect();
        let each = || rows.iter().map(|&row| row as usize);
        let count = |which: Status| each().filter(|&row| study.runs.status()[row] == which).count();
        Some(Outcome {
            badness: median(each().map(|row| study.badness(row)).collect())?,
            diverged: count(Status::Diverged),
            failed: each().filter(|&row| study.failed(row)).count(),
            pruned: count(Status::Pruned),
            rows,
            ..self
        })
    }

    /// Whether half of its runs or more diverged.
    pub fn is_diverged(&self) -> bool {
        is_diverged(self.diverged, self.rows.len())
    }

    /// The row of its best run.
    pub fn best_row(&self, study: &Study<'_>) -> Option<usize> {
        let rows = self.rows.iter().map(|&row| row as usize);
        rows.min_by(|&a, &b| study.badness(a).total_cmp(&study.badness(b)))
    }

    /// The row of the run whose objective is nearest to the median.
    pub fn typical_row(&self, study: &Study<'_>) -> usize {
        let off = |row: usize| (study.badness(row) - self.badness).abs();
        let rows = self.rows.iter().map(|&row| row as usize);
        rows.min_by(|&a, &b| off(a).total_cmp(&off(b))).unwrap_or(0)
    }

    /// The row of its first run.
    pub fn row(&self) -> usize {
        self.rows.first().map_or(0, |&row| row as usize)
    }
}

/// The settings of a sweep in which a run trained, in the order of their first runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcomes {
    /// The settings.
    pub settings: Vec<Outcome>,
}

impl Outcomes {
    /// The settings of a study, without their starts; none where it has more than [`MOST_RUNS`] runs.
    pub fn of(study: &Study<'_>) -> Outcomes {
        if study.runs.len() > MOST_RUNS {
            return Outcomes::default();
        }
        let (rate, losses) = (study.rate(), study.losses());
        let is_rate = |one: &Parameter<'_>| rate.is_some_and(|rate| rate.path == one.path);
        let telling: Vec<&Parameter<'_>> = study.parameters.iter().filter(|one| !one.is_start()).collect();
        let others: Vec<&Parameter<'_>> = telling.iter().copied().filter(|one| !is_rate(one)).collect();
        let order = order(&telling);
        let rows = sorted(study, &order);
        let mut groups: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        let mut settings: Vec<Outcome> = Vec::new();
        for rows in grouped(&rows, &order) {
            let first = rows[0] as usize;
            let next = groups.len();
            let group = *groups.entry(others.iter().map(|one| one.value(first).to_bits()).collect()).or_insert(next);
            let outcome = Outcome {
                rate: rate.map_or(f64::NAN, |rate| rate.value(first)),
                group,
                loss: losses.map_or(0, |losses| losses.value(first) as usize),
                ..Outcome::default()
            };
            settings.extend(outcome.with(study, rows));
        }
        Outcomes { settings }
    }

    /// The same with their starts; `start` tells the objective of a row's run at its start.
    pub fn with_starts(mut self, study: &Study<'_>, start: impl Fn(usize) -> Option<f64>) -> Outcomes {
        let badness = |&row: &u32| start(row as usize).map(|value| study.subject.objective.badness(value));
        for one in &mut self.settings {
            one.start = one.rows.iter().map(badness).collect::<Option<_>>().and_then(median);
        }
        self
    }

    /// The best setting of a loss, of equal ones the first; `None` where no setting has an objective.
    pub fn best(&self, loss: usize) -> Option<&Outcome> {
        let settings = self.settings.iter().filter(|one| one.loss == loss && one.badness.is_finite());
        settings.min_by(|a, b| a.badness.total_cmp(&b.badness))
    }

    /// The best badness, and how many settings beside the best have it; none where losses of different kinds are not ranked.
    pub fn equal_to_best(&self) -> (f64, usize) {
        match self.best(0) {
            Some(best) if self.settings.iter().all(|one| one.loss == 0) => {
                (best.badness, self.settings.iter().filter(|one| one.badness == best.badness).count() - 1)
            }
            _ => (f64::NAN, 0),
        }
    }

    /// How far from the best the objective of a setting may be to count as good.
    pub fn tolerance(&self, objective: &Objective) -> Tolerance {
        Tolerance::of(objective.maximise, self.settings.iter().map(|one| one.badness))
    }

    /// The settings of a group, in rising order of their rates.
    pub fn over_rate(&self, group: usize) -> Vec<&Outcome> {
        let mut settings: Vec<&Outcome> = self.settings.iter().filter(|one| one.group == group).collect();
        settings.sort_by(|a, b| a.rate.total_cmp(&b.rate));
        settings
    }
}
