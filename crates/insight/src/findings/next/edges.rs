//! Parameters other than the rate whose best value is the least or the greatest that was tried, and values of them whose best
//! rate is.

use etascape_sweep::AxisEnd;
use etascape_text::rounded;

use super::super::finding::{Finding, FindingKind};
use super::super::good::{GoodRange, RangeOfValue};
use super::super::place::line;
use super::seen::Seen;
use crate::names::short_value;
use crate::study::{Parameter, Study};

/// The fewest values of a parameter that tell where its best is.
const VALUES: usize = 3;

/// That the best value of a parameter is the least or the greatest that was tried, and the next one is not as good: of the
/// first such parameter. The rate, seeds, starts and the data are none.
pub fn parameter_at_edge(study: &Study<'_>, seen: &Seen<'_>) -> Option<Finding> {
    let rate = study.rate().map(|rate| &rate.path);
    let is_told = |one: &&Parameter<'_>| {
        let is_number = one.names.is_none() && one.has_all();
        is_number && !one.is_start() && Some(&one.path) != rate && !one.path.starts_with("data.")
    };
    let parameters = study.parameters.iter().filter(|_| study.losses().is_none());
    parameters.filter(is_told).find_map(|parameter| at_edge(study, seen, parameter))
}

fn at_edge(study: &Study<'_>, seen: &Seen<'_>, parameter: &Parameter<'_>) -> Option<Finding> {
    let best_of_all = seen.outcomes.best(0)?;
    let limit = seen.outcomes.tolerance(&study.subject.objective).limit(best_of_all.badness, best_of_all.start);
    // A batch size of 0 means all rows: there is none above.
    let is_all_rows = |value: f64| value == 0.0 && parameter.path == "train.batch_size";
    let place = |row: usize| match parameter.value(row) {
        value if is_all_rows(value) => f64::INFINITY,
        value => value,
    };
    let mut values: Vec<(f64, f64)> =
        seen.outcomes.settings.iter().map(|one| (place(one.row()), one.badness)).collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    values.dedup_by_key(|(value, _)| *value);
    let [first, .., last] = values[..] else { return None };
    let (second, last_but_one) = (values[1], values[values.len() - 2]);
    let is_best = |end: (f64, f64), next: (f64, f64)| end.1 == best_of_all.badness && next.1 > limit;
    let (best, is_highest, tried) = if is_best(last, last_but_one) {
        (last.0, true, "largest")
    } else if is_best(first, second) {
        (first.0, false, "least")
    } else {
        return None;
    };
    if values.len() < VALUES {
        return None;
    }
    best.is_finite().then(|| Finding {
        kind: FindingKind::ParameterAtEdge { parameter: parameter.path.clone(), best, is_highest },
        sentence: format!("The best {} is the {tried} that was tried, {}", parameter.path, rounded(best, 3)),
        line: None,
    })
}

/// That for some values of the first parameter with words, the best rate is the greatest that was tried, or the least, so that
/// these values are compared before they are at their best.
pub fn values_at_edge(study: &Study<'_>, seen: &Seen<'_>) -> Option<Finding> {
    let (rate, good) = (study.rate().filter(|_| study.losses().is_none())?, seen.good?);
    let words = study.parameters.iter().find(|one| !one.is_start() && one.names.is_some() && one.varies())?;
    let values = &good.of_values.iter().find(|of| of.path == words.path)?.values;
    let at = |is_highest: bool| {
        let is_there = |range: &&GoodRange| {
            let outside = if is_highest { (range.below, range.above) } else { (range.above, range.below) };
            // Where the next rate is about as good, there is nothing to follow.
            range.count == 1 && matches!(outside, (Some(_), None))
        };
        let there = |one: &&RangeOfValue| one.range.as_ref().filter(is_there).is_some();
        values.iter().filter(there).collect::<Vec<_>>()
    };
    let (there, end, tried) = match (at(true), at(false)) {
        (high, _) if !high.is_empty() => (high, AxisEnd::High, "largest"),
        (_, low) if !low.is_empty() => (low, AxisEnd::Low, "least"),
        _ => return None,
    };
    let best = there[0].range?.best.0;
    let names: Vec<String> = there.iter().map(|one| short_value(&one.value)).collect();
    let axis = study.subject.axes.get(&rate.path).and_then(|axis| axis.carried_on(end, f64::INFINITY));
    Some(Finding {
        kind: FindingKind::ValueAtEdge {
            parameter: words.path.clone(),
            values: there.iter().map(|one| one.value.clone()).collect(),
            rate: rate.path.clone(),
            best,
            is_highest: end == AxisEnd::High,
        },
        sentence: format!(
            "The best {} of {} is the {tried} that was tried, {}: beyond it, the comparison may turn",
            rate.short(),
            names.join(" and "),
            rounded(best, 3)
        ),
        line: axis.map(|axis| line(&rate.path, &axis)),
    })
}
