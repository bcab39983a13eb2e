//! The table of a comparison: a row per experiment.

use etascape_insight::statistics::{extent, median};
use etascape_sweep::Status;
use etascape_text::rounded;

use super::side::Side;

/// The heads, and a row per experiment in the order given.
pub(super) fn of(sides: &[Side<'_>]) -> (Vec<String>, Vec<Vec<String>>) {
    (head(sides), sides.iter().map(|side| row(side, is_one_objective(sides))).collect())
}

/// Whether all experiments are ranked by the same thing.
fn is_one_objective(sides: &[Side<'_>]) -> bool {
    sides.windows(2).all(|two| two[0].objective() == two[1].objective())
}

fn head(sides: &[Side<'_>]) -> Vec<String> {
    let ranked = match sides.first().filter(|_| is_one_objective(sides)) {
        Some(side) => ["best", "median"].map(|word| format!("{word}_{}", side.objective().name)),
        None => ["best", "median"].map(str::to_owned),
    };
    let first = ["experiment", "runs", "converged", "diverged"].map(str::to_owned);
    let last = ["η that works", "best_steps", "median_steps", "time"].map(str::to_owned);
    first.into_iter().chain(ranked).chain(last).collect()
}

/// The best is that of the findings. Medians are of the final values, as [`Study::loss_quartiles`], and of the steps of the
/// runs that converged.
fn row(side: &Side<'_>, is_one_objective: bool) -> Vec<String> {
    let Side { study, findings, manifest, .. } = side;
    let rows = || 0..study.runs.len();
    let bests = findings.bests();
    let best = bests.first().filter(|best| best.loss.is_none());
    // Neither losses of different kinds nor the steps until they converge are pooled.
    let losses = study.loss_quartiles(rows().filter(|_| study.losses().is_none()));
    let steps =
        rows().filter(|_| study.varied_loss().is_none()).filter_map(|row| study.steps_to_converge(row)).collect();
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| rounded(value, 4));
    let value = |value: Option<f64>| match (value, is_one_objective) {
        (Some(value), false) => format!("{} {}", side.objective().described(), rounded(value, 4)),
        (value, _) => number(value),
    };
    vec![
        side.name.clone(),
        if side.is_whole() { findings.runs.to_string() } else { format!("{} of {}", findings.runs, manifest.runs) },
        findings.count(Status::Converged).to_string(),
        findings.count(Status::Diverged).to_string(),
        match best {
            Some(best) => value(best.objective),
            None if is_one_objective => findings.of_each_loss(),
            None => format!("{}: {}", side.objective().name, findings.of_each_loss()),
        },
        value(losses.map(|[_, median, _]| median)),
        working_rates(side),
        number(best.and_then(|best| best.steps)),
        number(median(steps)),
        manifest.times.seconds.map_or_else(String::new, |seconds| format!("{} s", rounded(seconds, 2))),
    ]
}

/// The learning rates at which runs converged; where none did, at which they did not diverge.
fn working_rates(side: &Side<'_>) -> String {
    let range = |low: f64, high: f64| match low == high {
        true => rounded(low, 3),
        false => format!("{} – {}", rounded(low, 3), rounded(high, 3)),
    };
    if let Some(rates) = &side.findings.rates {
        return range(rates.low, rates.high);
    }
    let study = &side.study;
    let Some(rates) = study.rate() else { return String::new() };
    let trained = (0..study.runs.len()).filter(|&row| !study.ended_at_start(row));
    let has_converged = trained.clone().any(|row| study.steps_to_converge(row).is_some());
    let works = trained.filter(|&row| match has_converged {
        true => study.steps_to_converge(row).is_some(),
        false => study.settled_loss(row).is_some(),
    });
    let suffix = if has_converged { "" } else { ", none converged" };
    let ends = extent(works.map(|row| rates.value(row)));
    ends.map_or_else(String::new, |(low, high)| format!("{}{suffix}", range(low, high)))
}
