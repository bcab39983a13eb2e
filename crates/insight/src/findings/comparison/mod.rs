//! How sure it is that one setting is better than another: differences between runs with the same seed.

mod interval;
mod student;

use std::collections::BTreeMap;

use etascape_text::{counted, rounded};

use super::finding::{Finding, FindingKind};
use super::place::{differing, line};
use crate::names::short_value;
use crate::study::outcomes::{Outcome, Outcomes};
use crate::study::{Parameter, Study, are_alike};

pub use interval::Interval;

use interval::needed;

/// More seeds than these are not proposed.
const MOST_SEEDS: f64 = 1000.0;

/// Two settings compared over the seeds that both have.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The two settings in words; the first has the better mean.
    pub names: [String; 2],
    /// For each seed, by how much the second's objective is worse than the first's.
    pub differences: Vec<f64>,
    /// How many seeds are left out, since a run of one of the two has no objective.
    pub left_out: usize,
    /// The mean of the differences with its interval; `None` of too few.
    pub interval: Option<Interval>,
    /// How many seeds would tell the two apart; infinite where their means are equal.
    pub needed: f64,
    /// Whether the two come to the same with every seed, but for 0.1 %.
    pub is_tie: bool,
}

impl Comparison {
    /// Compares the best settings of the two best values of the first parameter with words, else the two best settings.
    /// `None` where no seed is swept, no two runs have the same seed, or no difference is other than 0.
    pub fn of(study: &Study<'_>, outcomes: &Outcomes) -> Option<Comparison> {
        let starts: Vec<&Parameter<'_>> = study.parameters.iter().filter(|one| one.is_start()).collect();
        if study.losses().is_some() || !starts.iter().any(|start| start.is_seed() && start.varies()) {
            return None;
        }
        let (first, second, name) = pair(study, outcomes)?;
        let seed = |row: usize| starts.iter().map(|start| start.value(row).to_bits()).collect::<Vec<u64>>();
        let of_second: BTreeMap<Vec<u64>, f64> =
            second.rows.iter().map(|&row| (seed(row as usize), study.badness(row as usize))).collect();
        let both = first.rows.iter().filter_map(|&row| {
            let other = of_second.get(&seed(row as usize))?;
            let one = study.badness(row as usize);
            Some((other - one, are_alike(*other, one)))
        });
        let (both, alike): (Vec<f64>, Vec<bool>) = both.unzip();
        let is_tie = alike.into_iter().all(|is_alike| is_alike);
        let mut differences: Vec<f64> = both.iter().copied().filter(|difference| difference.is_finite()).collect();
        if differences.len() < 2 || differences.iter().all(|&difference| difference == 0.0) {
            return None;
        }
        let mut names = [name(first, second), name(second, first)];
        if differences.iter().sum::<f64>() < 0.0 {
            names.swap(0, 1);
            differences.iter_mut().for_each(|difference| *difference = -*difference);
        }
        Some(Comparison {
            names,
            left_out: both.len() - differences.len(),
            interval: Interval::of_mean(&differences),
            needed: needed(&differences),
            is_tie,
            differences,
        })
    }

    /// Whether the seeds tell the two apart.
    pub fn is_sure(&self) -> bool {
        !self.is_tie && self.interval.is_some_and(|interval| interval.excludes_zero())
    }

    /// What it says.
    pub fn finding(&self, study: &Study<'_>) -> Finding {
        let [first, second] = &self.names;
        let number = |value: f64| rounded(value, 2);
        let seeds = counted(self.differences.len(), "seed");
        let left_out = match self.left_out {
            0 => String::new(),
            count => {
                format!("; {} in which a run has no {} left out", counted(count, "seed"), study.subject.objective.name)
            }
        };
        let better = if study.subject.objective.maximise { "higher" } else { "lower" };
        let name = &study.subject.objective.name;
        let sentence = match self.interval {
            _ if self.is_tie => format!("{first} and {second} come to the same {name} within 0.1 %, {seeds}{left_out}"),
            Some(Interval { mean, low, high }) if self.is_sure() => format!(
                "{first} beats {second}: {name} {better} by {} [{}, {}], {seeds}{left_out}",
                number(mean),
                number(low),
                number(high)
            ),
            Some(Interval { mean, low, high }) => format!(
                "{seeds} cannot tell {first} and {second} apart: {name} {better} by {} [{}, {}]{left_out}; {}",
                number(mean),
                number(low),
                number(high),
                self.enough()
            ),
            None => format!("{seeds} are too few to tell {first} and {second} apart{left_out}; {}", self.enough()),
        };
        Finding { kind: self.kind(), sentence, line: self.line(study) }
    }

    fn kind(&self) -> FindingKind {
        FindingKind::Compared {
            settings: self.names.clone(),
            difference: self.interval.map(|Interval { mean, low, high }| [mean, low, high]),
            seeds: self.differences.len(),
            left_out: self.left_out,
            is_sure: self.is_sure(),
            needed: Some(self.needed).filter(|needed| needed.is_finite() && !self.is_tie),
        }
    }

    fn enough(&self) -> String {
        match self.needed <= MOST_SEEDS {
            true => format!("about {} would", self.needed),
            false => format!("more than {MOST_SEEDS} would be needed"),
        }
    }

    /// The axis with enough seeds, where they cannot tell the two apart and not too many are needed.
    fn line(&self, study: &Study<'_>) -> Option<String> {
        let mut seeds = study.parameters.iter().filter(|one| one.is_seed());
        let (seed, None) = (seeds.next()?, seeds.next()) else { return None };
        let is_axis = study.subject.axes.contains_key(&seed.path);
        let is_proposed = !self.is_sure() && !self.is_tie && is_axis && self.needed <= MOST_SEEDS;
        is_proposed.then(|| line(&seed.path, &format!("{{ range = [0, {}] }}", self.needed)))
    }
}

/// What names a setting beside another.
type Name<'n> = Box<dyn Fn(&Outcome, &Outcome) -> String + 'n>;

/// The two settings that are compared, and how each is named.
fn pair<'o>(study: &'o Study<'_>, outcomes: &'o Outcomes) -> Option<(&'o Outcome, &'o Outcome, Name<'o>)> {
    let rank = |settings: &mut Vec<&'o Outcome>| settings.sort_by(|a, b| a.badness.total_cmp(&b.badness));
    let finite = || outcomes.settings.iter().filter(|one| one.badness.is_finite());
    let words = study.parameters.iter().find(|one| !one.is_start() && one.names.is_some() && one.varies());
    let Some(words) = words else {
        let mut best: Vec<&Outcome> = finite().collect();
        rank(&mut best);
        let name = |one: &Outcome, other: &Outcome| differing(study, one.row(), other.row()).join(", ");
        return Some((*best.first()?, *best.get(1)?, Box::new(name)));
    };
    let mut of_values: BTreeMap<u64, &Outcome> = BTreeMap::new();
    for one in finite() {
        let best = of_values.entry(words.value(one.row()) as u64).or_insert(one);
        if one.badness < best.badness {
            *best = one;
        }
    }
    let mut best: Vec<&Outcome> = of_values.into_values().collect();
    rank(&mut best);
    let name = |one: &Outcome, other: &Outcome| {
        let value = study.runs.text(&words.path, one.row()).unwrap_or_default();
        let others = differing(study, one.row(), other.row());
        let others: Vec<String> =
            others.into_iter().filter(|words_of| !words_of.starts_with(&format!("{} = ", words.short()))).collect();
        let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
        format!("{}{others}", short_value(&value))
    };
    Some((*best.first()?, *best.get(1)?, Box::new(name)))
}
