//! The best runs of a sweep.

use std::borrow::Cow;

use etascape_sweep::Status;

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
