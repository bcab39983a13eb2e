//! The good rates in words.

use etascape_text::rounded;

use super::finding::{Finding, FindingKind};
use super::good::{GoodRange, GoodRates, NotGood, Worse};
use super::place::{apart, others};
use crate::names::{short_name, short_value};
use crate::study::Study;
use crate::study::outcomes::{Outcome, Outcomes};

fn number(value: f64) -> String {
    rounded(value, 3)
}

/// That a value is the median of several runs.
fn median_word(runs: usize) -> &'static str {
    if runs > 1 { "median " } else { "" }
}

impl GoodRates {
    /// What they say: the range of each loss.
    pub fn findings(&self, study: &Study<'_>) -> Vec<Finding> {
        // Where runs converged, the headline tells the rates at which they did.
        let has_converged = |range: &GoodRange| {
            study.subject.objective.is_watched && study.steps_to_converge(range.row).is_some()
                || Some(range.objective) == self.limit
        };
        let is_told = |range: &&GoodRange| !has_converged(range) || study.losses().is_some();
        let ranges = self.of_losses.iter().filter(is_told);
        let ranges = ranges.map(|range| {
            let loss = study
                .losses()
                .map(|losses| study.runs.text(&losses.path, range.row).map_or_else(String::new, Into::into));
            let sentence = self.sentence(study, range);
            Finding { kind: FindingKind::good_range(&self.path, range, self.tolerance, loss), sentence, line: None }
        });
        ranges.collect()
    }

    fn sentence(&self, study: &Study<'_>, range: &GoodRange) -> String {
        let name = short_name(&self.path);
        let words = apart(&range.rates());
        let [low, high, first, last] = [0, 1, 2, 3].map(|at| &words[at]);
        let which = match range.count {
            1 => format!("Only {name} = {low}"),
            _ if range.is_all() => format!("Every {name} from {low} to {high}"),
            _ => format!("{name} from {low} to {high}"),
        };
        let place = match (range.count, first == last) {
            // Every rate of the range is the best.
            _ if (first, last) == (low, high) => String::new(),
            (_, true) => format!(" at {name} = {first}"),
            (_, false) => format!(" from {name} = {first} to {last}"),
        };
        let others = others(study, range.row, &self.path);
        let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
        format!(
            "{which} is within {} of the best {}{}, {}{place}{others}{}",
            self.tolerance.words(),
            median_word(range.runs),
            study.subject.objective.name,
            number(range.objective),
            outside(range, &words)
        )
    }

    /// The range of each value of a parameter in a table, for each parameter with few values: heads, then rows of cells.
    pub fn tables(&self, objective: &str) -> Vec<(Vec<String>, Vec<Vec<String>>)> {
        let of_parameter = |(path, values): (&String, &Vec<super::good::RangeOfValue>)| {
            let name = short_name(&self.path);
            let heads = [format!("best {name}"), objective.to_owned(), format!("within {}", self.tolerance.words())];
            let head = std::iter::once(path.clone()).chain(heads).chain(["LR sensitivity".to_owned()]).collect();
            let rows = values.iter().map(|value| {
                let none = || "–".to_owned();
                let span = |(low, high): (f64, f64)| match low == high {
                    true => number(low),
                    false => format!("{} – {}", number(low), number(high)),
                };
                let of = |cell: &dyn Fn(&GoodRange) -> String| value.range.as_ref().map_or_else(none, cell);
                vec![
                    value.value.parse().map_or_else(|_| short_value(&value.value), number),
                    of(&|range| span(range.best)),
                    of(&|range| match Some(range.objective) == self.limit {
                        true => format!("≤ {}", number(range.objective)),
                        false => number(range.objective),
                    }),
                    of(&|range| span(range.range)),
                    value.sensitivity.map_or_else(none, number),
                ]
            });
            (head, rows.collect())
        };
        self.of_values.iter().map(|of| of_parameter((&of.path, &of.values))).collect()
    }
}

/// What lies outside of a range, whose [`GoodRange::rates`] have these words: `; 0.02 is worse, 0.5 diverges`.
fn outside(range: &GoodRange, words: &[String]) -> String {
    let verb = |worse: Worse| match worse.how {
        NotGood::Worse => "is worse",
        NotGood::Diverged => "diverges",
        NotGood::Pruned => "was pruned",
        NotGood::Failed => "fails",
    };
    let [low, high] = [&words[0], &words[1]];
    match (range.below, range.above) {
        (None, None) => String::new(),
        (Some(below), None) => format!("; {} {}, {high} is the largest tried", words[4], verb(below)),
        (None, Some(above)) => format!("; {low} is the least tried, {} {}", words[4], verb(above)),
        (Some(below), Some(above)) if below.how == above.how => {
            let verb = match below.how {
                NotGood::Worse => "are worse",
                NotGood::Diverged => "diverge",
                NotGood::Pruned => "were pruned",
                NotGood::Failed => "fail",
            };
            format!("; {} and {} {verb}", words[4], words[5])
        }
        (Some(below), Some(above)) => format!("; {} {}, {} {}", words[4], verb(below), words[5], verb(above)),
    }
}

/// The good settings of a sweep whose values are drawn, so that no two settings differ in the rate alone; `None` where
/// fewer than three rates were tried, or no setting has an objective.
pub fn good_settings(study: &Study<'_>, outcomes: &Outcomes) -> Option<Finding> {
    const RATES: usize = 3;
    let rate = study.rate().filter(|rate| rate.distinct().is_none_or(|rates| rates.len() >= RATES))?;
    let best = outcomes.best(0).filter(|_| study.losses().is_none())?;
    let tolerance = outcomes.tolerance(&study.subject.objective);
    let limit = tolerance.limit(best.badness, best.start);
    let good: Vec<&Outcome> = outcomes.settings.iter().filter(|one| one.badness <= limit).collect();
    let (low, high) = crate::statistics::extent(good.iter().map(|one| one.rate))?;
    let objective = &study.subject.objective;
    let value = objective.badness(best.badness);
    let span = match low == high {
        true => format!("{} = {}", rate.short(), number(low)),
        false => format!("{} from {} to {}", rate.short(), number(low), number(high)),
    };
    let settings = outcomes.settings.len();
    let which = match good.len() {
        1 => "Only one".to_owned(),
        count => count.to_string(),
    };
    Some(Finding {
        kind: FindingKind::GoodSettings {
            rate: rate.path.clone(),
            objective: value,
            good: good.len(),
            settings,
            range: [low, high],
        },
        sentence: format!(
            "{which} of {settings} settings within {} of the best {}{}, {}: {span}",
            tolerance.words(),
            median_word(best.rows.len()),
            objective.name,
            number(value)
        ),
        line: None,
    })
}
