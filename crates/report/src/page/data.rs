//! The data of a page for its script: runs, curves and statistics as one JSON value.

use std::collections::BTreeSet;

use etascape_insight::study::{STEPS_WITHIN, is_of_all, steps_name};
use etascape_sweep::Status;
use etascape_text::counted;
use serde::Serialize;
use serde_json::Value;

use super::cells::{self, CellGrid};
use super::copy::{self, Copy};
use super::curves::Sharpness;
use super::levels::{self, ParameterColumn};
use super::metrics::{self, Metric};
use super::palette::Palette;
use super::part::{KIND, Part, gather, number_or_word};
use super::prediction::{self, Prediction};
use super::start::Start;

/// Numbers of runs in a page that holds them all, at most: about 0.6 MB of text.
const NUMBERS: usize = 30_000;
/// Rows that a page of a table too long for it shows lie among so many of a sample, since every table has two columns of
/// numbers at least, and fewer of these rows are a part of more.
pub(crate) const SHOWN: usize = NUMBERS / 2;
/// The share of the numbers, and of the points of curves, in a page that holds a part, which has statistics over all runs
/// beside them.
const SHARE: usize = 2;

/// The data of a page.
#[derive(Serialize)]
pub(crate) struct Data {
    /// Runs logged, in the page or not.
    total: usize,
    limit: Option<f64>,
    prediction: Option<Prediction>,
    within: Option<WithinWords>,
    /// The column that runs are ranked by.
    objective: String,
    /// The value in it that is infinitely bad, as a word.
    worst: Value,
    start: Start,
    palette: Palette,
    /// The statuses of runs, in the order in which they are listed.
    endings: Vec<Ending>,
    parameters: Vec<ParameterColumn>,
    ids: Vec<u64>,
    status: Vec<&'static str>,
    columns: Vec<NumberColumn>,
    /// The metrics that have curves, the objective first.
    metrics: Vec<Metric>,
    sharpness: Sharpness,
    cells: Vec<CellGrid>,
    copy: Copy,
    /// Metrics of which the page has no curves.
    #[serde(skip)]
    left_out: Vec<String>,
}

/// A column of numbers: `null` where there is none, the words of the logs for numbers that are not finite.
#[derive(Serialize)]
struct NumberColumn {
    name: String,
    /// Whether diverged runs count in it like the others.
    of_all: bool,
    /// Whether its axis may be logarithmic.
    is_log: bool,
    values: Vec<Value>,
}

impl NumberColumn {
    fn says_anything(&self) -> bool {
        self.values.iter().any(|value| !value.is_null())
    }
}

/// When runs came near the least loss, in words.
#[derive(Serialize)]
struct WithinWords {
    /// The column with the steps.
    column: &'static str,
    /// The title of its axis.
    title: String,
    /// What the steps lead to.
    words: String,
}

/// A status of runs.
#[derive(Clone, Serialize)]
struct Ending {
    name: &'static str,
    /// Whether the other columns are not meaningful for runs with this status.
    is_lost: bool,
    /// Whether the objective of such a run counts as infinitely bad.
    is_worst: bool,
}

impl Ending {
    fn of(status: Status) -> Ending {
        let is_lost = status == Status::Diverged || status.is_failure();
        Ending { name: status.name(), is_lost, is_worst: is_lost || status == Status::Pruned }
    }
}

impl Data {
    /// The data of a page over one experiment, or over several to compare.
    pub(crate) fn of(parts: &[Part<'_>]) -> Data {
        let names: &[&str] = &columns(parts);
        let total: usize = parts.iter().map(|part| part.study.runs.len()).sum();
        let is_sampled = total * names.len() > NUMBERS;
        let share = if is_sampled { SHARE } else { 1 };
        let room = |part: &Part<'_>| match is_sampled {
            true => NUMBERS / SHARE / names.len() / parts.len(),
            false => part.study.runs.len(),
        };
        let rows: Vec<Vec<usize>> = parts.iter().map(|part| part.sample.rows(room(part))).collect();
        let objective = parts.first().map(|part| part.study.subject.objective.clone()).unwrap_or_default();
        let choice = parts.first().map(|part| part.study.subject.choice.clone()).unwrap_or_default();
        let parameters = levels::columns(parts, &rows);
        let metrics = metrics::of(parts, &rows, share);
        let is_log_column = |name: &str| metrics::is_log_column(name, &objective, &metrics);
        let column = |name: &&str| number_column(parts, &rows, name, is_log_column(name));
        let columns: Vec<NumberColumn> = names.iter().map(column).collect();
        let said: Vec<&str> = columns.iter().filter(|one| one.says_anything()).map(|one| one.name.as_str()).collect();
        let start = Start::of(&choice, &parameters, &said, &objective.last(), kinds(parts, &parameters));
        Data {
            total,
            limit: common_limit(parts),
            prediction: prediction::of(parts),
            within: within(parts),
            objective: objective.last(),
            worst: number_or_word(objective.worst()),
            cells: match parts {
                [part] if is_sampled && !start.of_kinds => cells::of(part.study),
                _ => Vec::new(),
            },
            start,
            palette: Palette::of_charts(),
            endings: Status::ALL.map(Ending::of).to_vec(),
            parameters,
            ids: gather(parts, &rows, |part, row| part.study.runs.id(row)),
            status: gather(parts, &rows, |part, row| part.study.runs.status()[row].name()),
            columns,
            metrics,
            sharpness: Sharpness::of(parts, &rows, share),
            left_out: parts.iter().flat_map(|part| part.curves.left_out.iter().cloned()).collect(),
            copy: copy::of(parts, &rows, names),
        }
    }

    /// Runs logged, in the page or not.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// Notes on what the page leaves out.
    pub(crate) fn notes(&self) -> Vec<String> {
        let rows = self.ids.len();
        let mut notes = Vec::new();
        if self.start.of_kinds {
            notes.push(
                "Losses of different kinds have no axis in common: the views show one kind at a time.".to_owned(),
            );
        }
        if rows < self.total {
            let counts = match self.cells.is_empty() {
                true => "The sentence and the table above count all of them.",
                false => {
                    "The sentence above counts all of them; so do the convergence chart and the heat map of steps and \
                     objective where nothing is filtered."
                }
            };
            notes.push(format!(
                "This page holds {rows} of the {}, spread evenly over the sweep. {counts}",
                counted(self.total, "run")
            ));
        }
        let drawn: BTreeSet<usize> = self.metrics.iter().flat_map(|metric| metric.curves.rows()).collect();
        // A run that failed may have none.
        let is_failure = |row: usize| Status::ALL.iter().any(|one| one.is_failure() && one.name() == self.status[row]);
        let is_missing = |row: usize| !drawn.contains(&row) && !is_failure(row);
        if !drawn.is_empty() && (0..rows).any(is_missing) {
            notes.push(format!("Curves are drawn of {}, spread evenly over all.", counted(drawn.len(), "run")));
        }
        if self.metrics.iter().any(|metric| metric.curves.thinned) || self.sharpness.curves.thinned {
            notes.push("Curves are drawn through some of their logged points.".to_owned());
        }
        if !self.left_out.is_empty() {
            notes.push(format!("This page has no curves of {}, for want of room.", self.left_out.join(", ")));
        }
        notes
    }
}

/// The names of the columns of numbers, swept parameters aside, in the order of the first table that has them.
fn columns<'a>(parts: &[Part<'a>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for part in parts {
        let is_new = |name: &&str| {
            let is_shown = *name != STEPS_WITHIN || within(parts).is_some();
            is_shown
                && !names.contains(name)
                && part.study.parameter(name).is_none()
                && part.study.runs.numbers(name).is_some()
        };
        let new: Vec<&str> = part.study.runs.names().filter(is_new).collect();
        names.extend(new);
    }
    names
}

/// When runs came near the least loss, on a page over one experiment: of several each has a least loss of its own.
fn within(parts: &[Part<'_>]) -> Option<WithinWords> {
    let [Part { within, .. }] = parts else { return None };
    let within = *within.as_ref()?;
    Some(WithinWords { column: STEPS_WITHIN, title: steps_name(Some(within)), words: within.all_words() })
}

fn number_column(parts: &[Part<'_>], rows: &[Vec<usize>], name: &str, is_log: bool) -> NumberColumn {
    let value = |part: &Part<'_>, row: usize| match part.study.runs.numbers(name).and_then(|column| column.get(row)) {
        None => Value::Null,
        Some(number) => number_or_word(number),
    };
    let of_all = parts.iter().any(|part| is_of_all(part.study, name));
    NumberColumn { name: name.to_owned(), of_all, is_log, values: gather(parts, rows, value) }
}

/// The parameter with the kind of each run's loss, where there are several: runs of different kinds have nothing in common to
/// be drawn on.
fn kinds<'a>(parts: &[Part<'a>], parameters: &'a [ParameterColumn]) -> Option<&'a str> {
    match parts {
        [part] => part.study.varied_loss().and_then(|losses| find(parameters, &losses.path)),
        _ => find(parameters, KIND),
    }
}

/// The path of a parameter of the page, where it has it.
fn find<'a>(parameters: &'a [ParameterColumn], path: &str) -> Option<&'a str> {
    parameters.iter().map(|one| one.path.as_str()).find(|own| *own == path)
}

/// The limit that all parts share.
fn common_limit(parts: &[Part<'_>]) -> Option<f64> {
    let first = parts.first()?.study.subject.theory_limit?;
    parts.iter().all(|part| part.study.subject.theory_limit == Some(first)).then_some(first)
}
