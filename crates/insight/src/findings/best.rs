//! The best runs of a sweep, and the best value of its objective.

use std::borrow::Cow;

use etascape_sweep::Status;
use etascape_text::rounded;

use super::Findings;
use crate::names::is_seed;
use crate::study::settings::Setting;
use crate::study::{Parameter, Rank, Study};

/// How many runs are listed as the best.
const BEST: usize = 5;

/// One run of the findings' table.
#[derive(Debug, Clone, PartialEq)]
pub struct BestRun {
    /// Its id.
    pub run_id: u64,
    /// Its value of each swept parameter, as logged.
    pub values: Vec<String>,
    /// How it ended.
    pub status: Status,
    /// Updates made.
    pub steps: u64,
    /// The objective after the last.
    pub final_loss: f64,
    /// The first step at which it was known to be near the least loss, where almost no run converged.
    pub steps_within: Option<u64>,
}

/// The best value of the objective: the median of the best setting where a seed is swept, so that no lucky seed counts, else
/// that of the best run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestValue<'f> {
    /// The word of its loss, where the sweep varies it.
    pub loss: Option<&'f str>,
    /// The value; `None` where no run came to one.
    pub objective: Option<f64>,
    /// The steps that it took to converge, where the objective is what converged: their median, where most runs did.
    pub steps: Option<f64>,
    /// The setting; `None` where it is that of a run.
    pub setting: Option<&'f Setting>,
}

impl BestValue<'_> {
    /// Whether it is a median over several runs.
    pub fn is_median(&self) -> bool {
        self.setting.is_some_and(|setting| setting.runs > 1)
    }
}

impl Findings {
    /// The best value of the sweep; where it varies the loss, that of each loss, which are not ranked.
    pub fn bests(&self) -> Vec<BestValue<'_>> {
        if self.of_losses.is_empty() {
            return vec![self.best_value(None, self.settings.first(), self.best.first())];
        }
        let telling = || self.parameters.iter().filter(|path| !is_seed(path));
        let place = telling().position(|path| path == "train.loss");
        let setting = |loss: &String| {
            self.settings.iter().find(|one| place.and_then(|place| one.values.get(place)) == Some(loss))
        };
        let of_losses = self.of_losses.iter();
        of_losses.map(|(loss, run)| self.best_value(Some(loss), setting(loss), run.as_ref())).collect()
    }

    fn best_value<'f>(
        &self,
        loss: Option<&'f str>,
        setting: Option<&'f Setting>,
        run: Option<&BestRun>,
    ) -> BestValue<'f> {
        let is_watched = self.objective.is_watched;
        match setting.and_then(|setting| Some((setting, setting.loss?[1]))) {
            Some((setting, median)) => BestValue {
                loss,
                objective: Some(median),
                steps: setting
                    .steps
                    .filter(|_| is_watched && 2 * setting.converged > setting.runs)
                    .map(|steps| steps[1]),
                setting: Some(setting),
            },
            None => BestValue {
                loss,
                objective: run.map(|run| run.final_loss),
                steps: run.filter(|run| is_watched && run.status == Status::Converged).map(|run| run.steps as f64),
                setting: None,
            },
        }
    }

    /// The best of each loss that the sweep varies: `Best loss of each train.loss: bce 0.64, mse 0.2`.
    pub(super) fn praise_losses(&self) -> String {
        let bests = self.bests();
        let word = if bests.iter().any(BestValue::is_median) { "median " } else { "" };
        format!("Best {word}{} of each train.loss: {}", self.objective.name, self.of_each_loss())
    }

    /// The best value of each loss that the sweep varies: `bce 0.64, mse 0.2`.
    pub fn of_each_loss(&self) -> String {
        let words = |best: &BestValue<'_>| {
            let value = best.objective.map_or_else(|| "none".to_owned(), |value| rounded(value, 3));
            format!("{} {value}", best.loss.unwrap_or_default())
        };
        self.bests().iter().map(words).collect::<Vec<String>>().join(", ")
    }
}

/// The best runs. Where the sweep varies the loss, the best of each loss: `of_losses`.
pub(super) fn best(study: &Study<'_>, of_losses: &[(String, Option<BestRun>)]) -> Vec<BestRun> {
    match of_losses {
        [] => best_of(study, |_| true, BEST),
        _ => of_losses.iter().filter_map(|(_, best)| best.clone()).collect(),
    }
}

/// The best run of each loss that the sweep varies; `None` where none has an objective.
pub(super) fn best_of_losses(study: &Study<'_>) -> Vec<(String, Option<BestRun>)> {
    let losses = study.losses().and_then(|losses| Some((losses, losses.names.as_ref()?)));
    let Some((losses, names)) = losses else { return Vec::new() };
    let of_loss = |loss: usize| best_of(study, |row| losses.value(row) == loss as f64, 1).pop();
    names.iter().enumerate().map(|(loss, name)| (name.clone(), of_loss(loss))).collect()
}

/// The best of some runs, at most so many.
fn best_of(study: &Study<'_>, is_among: impl Fn(usize) -> bool, at_most: usize) -> Vec<BestRun> {
    let mut best: Vec<(Rank, Option<Vec<u64>>)> = Vec::new();
    for rank in (0..study.runs.len()).filter(|&row| is_among(row)).filter_map(|row| rank(study, row)) {
        if best.len() == at_most && !rank.is_before(&best[at_most - 1].0) {
            continue;
        }
        let setting = setting(study, rank.place);
        let same = best.iter().position(|other| setting.is_some() && other.1 == setting);
        match same {
            Some(place) if !rank.is_before(&best[place].0) => continue,
            Some(place) => drop(best.remove(place)),
            None => best.truncate(at_most - 1),
        }
        let place = best.partition_point(|other| other.0.is_before(&rank));
        best.insert(place, (rank, setting));
    }
    best.into_iter().map(|(rank, _)| best_run(study, rank.place)).collect()
}

/// The rank of a run; `None` where it has no objective, or ended at its start, since it did not train.
fn rank(study: &Study<'_>, row: usize) -> Option<Rank> {
    let last = study.settled_loss(row).filter(|_| !study.ended_at_start(row))?;
    Some(Rank::of(&study.subject.objective, study.runs.status()[row], study.steps.get(row), last, row))
}

/// The swept values of a run without starting weights and seeds; `None` where nothing else is swept.
fn setting(study: &Study<'_>, row: usize) -> Option<Vec<u64>> {
    let is_start = |one: &&Parameter| one.is_seed() || one.names.is_none() && one.path.starts_with("init.");
    let settings = study.parameters.iter().filter(|one| !is_start(one));
    let setting: Vec<u64> = settings.map(|one| one.value(row).to_bits()).collect();
    (!setting.is_empty()).then_some(setting)
}

fn best_run(study: &Study<'_>, row: usize) -> BestRun {
    let value = |path: &String| study.runs.text(path, row).map_or_else(String::new, Cow::into_owned);
    BestRun {
        run_id: study.runs.id(row),
        values: study.parameters.iter().map(|parameter| value(&parameter.path)).collect(),
        status: study.runs.status()[row],
        steps: study.steps.get(row).unwrap_or(0.0) as u64,
        final_loss: study.settled_loss(row).unwrap_or(f64::NAN),
        steps_within: None,
    }
}
