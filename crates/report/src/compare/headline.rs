//! The main finding of a comparison.

use etascape_insight::findings::BestValue;
use etascape_text::rounded;

use super::kinds::Kind;

/// Which experiment is the best of each kind.
pub(super) fn headline(kinds: &[Kind<'_>]) -> String {
    match kinds {
        [kind] => of_all(kind).unwrap_or_else(|| format!("No run has a finite {} yet", kind.objective.name)),
        _ if kinds.iter().all(|kind| kind.bests.iter().all(|(_, best)| best.objective.is_none())) => {
            "No run has a finite result yet".to_owned()
        }
        _ => kinds.iter().map(of_kind).collect::<Vec<String>>().join("; "),
    }
}

/// Where all are of one kind.
fn of_all(kind: &Kind<'_>) -> Option<String> {
    let name = &kind.objective.name;
    Some(match leaders(kind)? {
        Leaders::Steps { names, steps, median } => {
            format!("{} in the fewest {median}steps: {steps}", agreeing(&names, "converges", "converge"))
        }
        Leaders::Values { names, value, median } => {
            format!("{} to the {} {median}{name}: {value}", agreeing(&names, "comes", "come"), most(kind))
        }
    })
}

/// One kind of several.
fn of_kind(kind: &Kind<'_>) -> String {
    let described = kind.objective.described();
    match (&kind.bests[..], leaders(kind)) {
        ([(name, best)], _) => match best.objective {
            Some(value) => {
                format!("{name}: {} {}{described} {}", most(kind), median_word(best), rounded(value, 3))
            }
            None => format!("{name}: no finite {described}"),
        },
        (bests, None) => {
            let names: Vec<&str> = bests.iter().map(|(name, _)| *name).collect();
            format!("{}: no finite {described}", names.join(" and "))
        }
        (_, Some(Leaders::Steps { names, steps, median })) => {
            let who = agreeing(&names, "converges", "converge");
            format!("by {described}, {who} in the fewest {median}steps: {steps}")
        }
        (_, Some(Leaders::Values { names, value, median })) => {
            format!("{} to the {} {median}{described}: {value}", agreeing(&names, "comes", "come"), most(kind))
        }
    }
}

fn most(kind: &Kind<'_>) -> &'static str {
    if kind.objective.maximise { "greatest" } else { "least" }
}

fn median_word(best: &BestValue<'_>) -> &'static str {
    if best.is_median() { "median " } else { "" }
}

/// The experiments that are the best of a kind, with the number that says so.
enum Leaders<'k> {
    /// They converge in the fewest steps.
    Steps { names: Vec<&'k str>, steps: String, median: &'static str },
    /// None converges; they come to the best value.
    Values { names: Vec<&'k str>, value: String, median: &'static str },
}

/// The best experiments of a kind; `None` where none has a value.
fn leaders<'k>(kind: &'k Kind<'_>) -> Option<Leaders<'k>> {
    if let Some((names, steps, median)) = least(kind, |best| best.steps) {
        return Some(Leaders::Steps { names, steps: rounded(steps, 4), median });
    }
    let badness = |best: &BestValue<'_>| best.objective.map(|value| kind.objective.badness(value));
    let (names, value, median) = least(kind, badness)?;
    Some(Leaders::Values { names, value: rounded(kind.objective.badness(value), 3), median })
}

/// The experiments with the least number, that number, and whether it is a median.
fn least<'k>(
    kind: &'k Kind<'_>,
    number: impl Fn(&BestValue<'_>) -> Option<f64>,
) -> Option<(Vec<&'k str>, f64, &'static str)> {
    let numbers = || kind.bests.iter().filter_map(|(name, best)| Some((*name, number(best)?, median_word(best))));
    let (_, least, median) = numbers().min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((numbers().filter(|one| one.1 == least).map(|one| one.0).collect(), least, median))
}

fn agreeing(names: &[&str], one: &str, several: &str) -> String {
    format!("{} {}", names.join(" and "), if names.len() == 1 { one } else { several })
}
