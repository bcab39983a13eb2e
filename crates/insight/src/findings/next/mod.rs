//! What is worth trying next, with the line that does it.

mod diverged;
mod edges;
mod falling;
mod larger;
mod limit;
mod overfits;
mod rates;
mod rounding;
mod seen;
mod standardize;

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
    let limit = (seen.all_diverged || seen.nothing.is_some()).then(|| limit::start_limit(study)).flatten();
    let standardize = standardize::standardize(study, seen, limit);
    if seen.all_diverged {
        let smaller = diverged::rates_that_may_not_diverge(study, seen.outcomes, limit);
        let smaller = smaller.map(|one| if standardize.is_some() { without_line(one) } else { one });
        let standardize = standardize.map(|one| one.finding);
        return never_finite(study).into_iter().chain(standardize).chain(smaller).collect();
    }
    let nothing = seen.nothing.map(|_| nothing_learned(study)).unwrap_or_default();
    let pruned = better_pruned(study);
    // Where all rates lead nowhere, their order is rounding. Where better runs were pruned, it is that of halving.
    let is_ranked = pruned.is_none()
        && !matches!(seen.nothing.map(|one| &one.kind), Some(FindingKind::NothingLearned { at_start: true, .. }));
    let (decisive, standardize) = match standardize {
        Some(one) if one.is_decisive => (Some(one.finding), None),
        one => (None, one.map(|one| one.finding)),
    };
    let as_they_are = decisive.is_none();
    let overfits = seen.nothing.is_none() && as_they_are;
    let overfits = overfits.then(|| overfits::overfits(study, seen)).flatten();
    let larger = seen.nothing.and_then(|nothing| match nothing.kind {
        FindingKind::HardlyMoved { .. } if as_they_are => larger::larger_rates(study, seen, limit),
        _ => None,
    });
    let above = seen.nothing.and_then(|_| diverged::above_limit(study, seen.outcomes, limit));
    let above = above.map(|one| if as_they_are { one } else { without_line(one) });
    let ranked = match (is_ranked, as_they_are) {
        (false, _) => standardize.into_iter().collect(),
        // Other features ask for other rates and steps.
        (true, false) => edges::parameter_at_edge(study, seen).into_iter().collect(),
        (true, true) => ranked(study, seen, standardize, overfits.is_some()),
    };
    let first = one_class(study).into_iter().chain(nothing).chain(decisive).chain(larger).chain(above).chain(pruned);
    first.chain(overfits).chain(rounding::stands_still(study)).chain(ranked).take(MOST).collect()
}

/// A proposal beside another one whose line gives the same key.
fn without_line(finding: Finding) -> Finding {
    Finding { line: None, ..finding }
}

/// What follows from how runs rank, `standardize` among it. For features as they are, no two lines give the same
/// key.
fn ranked(study: &Study<'_>, seen: &Seen<'_>, standardize: Option<Finding>, overfits: bool) -> Vec<Finding> {
    let edge = rates::best_at_edge(study, seen).or_else(|| edges::values_at_edge(study, seen));
    let coarse = rates::too_coarse(study, seen).map(|one| if edge.is_some() { without_line(one) } else { one });
    // Features of other sizes may be why the best rate is the least.
    let [first, second] = match edge.as_ref().map(|one| &one.kind) {
        Some(FindingKind::BestAtEdge { is_highest: false, .. }) => [standardize, edge],
        _ => [edge, standardize],
    };
    let falling = if overfits { None } else { falling::still_falling(study, seen) };
    let at_edge = edges::parameter_at_edge(study, seen);
    [first, second, falling, at_edge, coarse].into_iter().flatten().collect()
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
