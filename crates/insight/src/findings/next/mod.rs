//! What is worth trying next, with the line that does it.

mod conditioning;
mod diverged;
mod edges;
mod falling;
mod larger;
mod limit;
mod rates;
mod rounding;
mod seen;

use etascape_sweep::Status;
use etascape_text::{counted, rounded};

use super::dead;
use super::finding::{Finding, FindingKind};
use crate::study::Study;

pub use seen::Seen;

/// How many proposals are made.
const MOST: usize = 3;

/// What is worth trying next, the most useful first.
pub fn proposals(study: &Study<'_>, seen: &Seen<'_>) -> Vec<Finding> {
    if seen.all_diverged {
        let never = never_finite(study).into_iter();
        return never.chain(diverged::all_diverged(study, seen.outcomes, limit::start_limit(study))).collect();
    }
    let nothing = seen.nothing.map(|_| nothing_learned(study)).unwrap_or_default();
    let pruned = better_pruned(study);
    // Where all rates lead nowhere, their order is rounding. Where better runs were pruned, it is that of halving.
    let is_ranked = pruned.is_none()
        && !matches!(seen.nothing.map(|one| &one.kind), Some(FindingKind::NothingLearned { at_start: true, .. }));
    let ranked = || {
        [
            rates::best_at_edge(study, seen).or_else(|| edges::values_at_edge(study, seen)),
            falling::still_falling(study, seen),
            edges::parameter_at_edge(study, seen),
            rates::too_coarse(study, seen),
        ]
    };
    let ranked = is_ranked.then(ranked).into_iter().flatten().flatten();
    let held_up = [conditioning::conditioning(study), rounding::stands_still(study)].into_iter().flatten();
    let limit = seen.nothing.and_then(|_| limit::start_limit(study));
    let larger = seen.nothing.and_then(|nothing| match nothing.kind {
        FindingKind::HardlyMoved { .. } => larger::larger_rates(study, seen, limit),
        _ => None,
    });
    let above = diverged::above_limit_at_start(study, seen.outcomes, limit);
    let first = one_class(study).into_iter().chain(nothing).chain(larger).chain(above).chain(pruned).chain(held_up);
    first.chain(ranked).take(MOST).collect()
}

/// That halving ended runs whose objective was better then than that of every run that it left.
fn better_pruned(study: &Study<'_>) -> Option<Finding> {
    let objective = &study.subject.objective;
    let left = (0..study.runs.len()).filter(|_| study.losses().is_none()).filter_map(|row| study.whole_loss(row));
    let best = left.map(|loss| objective.badness(loss)).min_by(f64::total_cmp)?;
    let pruned = (0..study.runs.len()).filter(|&row| study.runs.status()[row] == Status::Pruned);
    let better: Vec<f64> = pruned
        .filter_map(|row| Some(objective.badness(study.settled_loss(row)?)))
        .filter(|badness| *badness < best)
        .collect();
    let least = better.iter().copied().min_by(f64::total_cmp)?;
    let value = objective.badness(least);
    let ranks = if objective.is_watched { "its value" } else { "the training loss" };
    Some(Finding {
        kind: FindingKind::PrunedBetter { runs: better.len(), objective: value },
        sentence: format!(
            "{} had a better {}, {}, when halving ended {}: halving ranks by {ranks} at each rung",
            counted(better.len() as u64, "run"),
            objective.name,
            rounded(value, 3),
            if better.len() == 1 { "it" } else { "them" },
        ),
        line: None,
    })
}

/// That no run of a program ever gave a finite objective.
fn never_finite(study: &Study<'_>) -> Option<Finding> {
    let is_finite = |row| study.objective_range(row).into_iter().flatten().any(f64::is_finite);
    let is_never = study.subject.limits.is_program && !(0..study.runs.len()).any(is_finite);
    is_never.then(|| Finding {
        kind: FindingKind::NeverFinite,
        sentence: format!(
            "No run ever gave a finite {}: look at the data, and at how the program computes it",
            study.subject.objective.name
        ),
        line: None,
    })
}

/// Why nothing was learned, as far as start and end tell.
fn nothing_learned(study: &Study<'_>) -> Vec<Finding> {
    let facts = &study.subject.facts;
    match &facts.is_dead_at_start {
        _ if facts.starts_at_zero => vec![starts_at_zero()],
        Some(is_dead) if is_dead() => vec![dead::at_start()],
        _ => dead::at_end(study).into_iter().collect(),
    }
}

fn one_class(study: &Study<'_>) -> Option<Finding> {
    let mut baselines = study.subject.facts.baselines.values().peekable();
    let is_one = baselines.peek().is_some() && baselines.all(|one| one.accuracy == Some(1.0));
    is_one.then(|| Finding {
        kind: FindingKind::OneClass,
        sentence: "All training rows are of one class, so there is nothing to tell apart: look at the target"
            .to_owned(),
        line: None,
    })
}

fn starts_at_zero() -> Finding {
    Finding {
        kind: FindingKind::StartsAtZero,
        sentence: "All weights start at 0, so the units of a layer stay alike: draw them".to_owned(),
        line: Some("init.scheme = \"glorot_uniform\"".to_owned()),
    }
}
