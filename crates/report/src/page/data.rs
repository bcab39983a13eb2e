//! The data of a page for its script: runs, curves and statistics as one JSON value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use etascape_insight::statistics::{evenly, evenly_by_weight};
use etascape_insight::study::{is_of_all, limit};
use etascape_insight::tables::{Curve, Curves};
use etascape_sweep::Status;
use etascape_text::counted;
use serde::Serialize;
use serde_json::Value;

use super::cells::{self, CellGrid};
use super::copy::{self, Copy};
use super::levels::{self, ParameterColumn};
use super::palette::Palette;
use super::part::{Part, gather, number_or_word};
use super::prediction::{self, Prediction};
use super::start::Start;
use crate::scales::is_log;

/// Numbers of runs in a page that holds them all, at most: about 0.6 MB of text.
const NUMBERS: usize = 30_000;
/// Points of curves in such a page, at most: 0.8 MB of text.
const POINTS: usize = 150_000;
/// Rows that a page of a table too long for it shows lie among so many of a sample, since every table has two columns of
/// numbers at least, and fewer of these rows are a part of more.
pub(crate) const SHOWN: usize = NUMBERS / 2;
/// The share of both in a page that holds a part, which has statistics over all runs beside them.
const SHARE: usize = 2;
/// Points that every curve keeps, however many curves there are.
const LEAST_POINTS: usize = 48;

/// The data of a page.
#[derive(Serialize)]
pub(crate) struct Data {
    /// Runs logged, in the page or not.
    total: usize,
    limit: Option<f64>,
    prediction: Option<Prediction>,
    /// The column that runs are ranked by, and the title of its curves.
    objective: String,
    maximise: bool,
    /// Whether the axis of the objective may be logarithmic.
    is_log: bool,
    title: String,
    start: Start,
    palette: Palette,
    /// The statuses of runs, in the order in which they are listed.
    endings: Vec<Ending>,
    parameters: Vec<ParameterColumn>,
    ids: Vec<u64>,
    status: Vec<&'static str>,
    columns: Vec<NumberColumn>,
    curves: CurveTable,
    sharpness: Sharpness,
    cells: Vec<CellGrid>,
    copy: Copy,
}

/// A column of numbers: `null` where there is none, the words of the logs for numbers that are not finite.
#[derive(Serialize)]
struct NumberColumn {
    name: String,
    /// Whether diverged runs count in it like the others.
    of_all: bool,
    values: Vec<Value>,
}

impl NumberColumn {
    fn says_anything(&self) -> bool {
        self.values.iter().any(|value| !value.is_null())
    }
}

/// A status of runs.
#[derive(Clone, Serialize)]
struct Ending {
    name: &'static str,
    /// Whether the other columns are not meaningful for runs with this status.
    is_lost: bool,
}

impl Ending {
    fn of(status: Status) -> Ending {
        Ending { name: status.name(), is_lost: status == Status::Diverged || status.is_failure() }
    }
}

/// Curves over the steps that most of them share.
#[derive(Default, Serialize)]
struct CurveTable {
    grid: Vec<u64>,
    /// Row of the page, points that follow the grid, the other steps.
    curves: Vec<(usize, usize, Vec<u64>)>,
    /// Their values one after another as little-endian 32-bit floats, in base64.
    values: String,
    /// Whether points between were left out.
    thinned: bool,
}

/// The sharpness of runs over the steps.
#[derive(Default, Serialize)]
struct Sharpness {
    curves: CurveTable,
    /// 2/η of each of them, where descent is plain.
    limits: Vec<Option<f64>>,
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
        let columns: Vec<NumberColumn> = names.iter().map(|name| number_column(parts, &rows, name)).collect();
        let said: Vec<&str> = columns.iter().filter(|one| one.says_anything()).map(|one| one.name.as_str()).collect();
        Data {
            total,
            limit: common_limit(parts),
            prediction: prediction::of(parts),
            objective: objective.last(),
            maximise: objective.maximise,
            is_log: is_log(&objective),
            title: titles(parts),
            start: Start::of(&choice, &parameters, &said, &objective.last()),
            palette: Palette::of_charts(),
            endings: Status::ALL.map(Ending::of).to_vec(),
            parameters,
            ids: gather(parts, &rows, |part, row| part.study.runs.id(row)),
            status: gather(parts, &rows, |part, row| part.study.runs.status()[row].name()),
            columns,
            curves: curve_table(parts, &rows, POINTS / share, |part| Some(part.curves)),
            sharpness: sharpness(parts, &rows, POINTS / share / 4),
            cells: match parts {
                [part] if is_sampled => cells::of(part.study),
                _ => Vec::new(),
            },
            copy: copy::of(parts, &rows, names),
        }
    }

    /// Runs logged, in the page or not.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// Notes on what the page leaves out.
    pub(crate) fn notes(&self) -> Vec<String> {
        let (rows, curves) = (self.ids.len(), self.curves.curves.len());
        let mut notes = Vec::new();
        if rows < self.total {
            let counts = match self.cells.is_empty() {
                true => "The sentence and the table above count all of them.",
                false => {
                    "The sentence above, and the convergence chart and heat map where nothing is filtered, count all of \
                     them."
                }
            };
            notes.push(format!(
                "This page holds {rows} of the {}, spread evenly over the sweep. {counts}",
                counted(self.total, "run")
            ));
        }
        if curves > 0 && curves < rows {
            notes.push(format!("Curves are drawn of {}, spread evenly over all.", counted(curves, "run")));
        }
        if self.curves.thinned || self.sharpness.curves.thinned {
            notes.push("Curves are drawn through some of their logged points.".to_owned());
        }
        notes
    }
}

/// What the curves of all parts show.
fn titles(parts: &[Part<'_>]) -> String {
    let mut titles: Vec<&str> = parts.iter().map(|part| part.study.subject.objective.title.as_str()).collect();
    titles.dedup();
    titles.join(", ")
}

/// The names of the columns of numbers, swept parameters aside, in the order of the first table that has them.
fn columns<'a>(parts: &[Part<'a>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for part in parts {
        let is_new = |name: &&str| {
            !names.contains(name) && part.study.parameter(name).is_none() && part.study.runs.numbers(name).is_some()
        };
        let new: Vec<&str> = part.study.runs.names().filter(is_new).collect();
        names.extend(new);
    }
    names
}

fn number_column(parts: &[Part<'_>], rows: &[Vec<usize>], name: &str) -> NumberColumn {
    let value = |part: &Part<'_>, row: usize| match part.study.runs.numbers(name).and_then(|column| column.get(row)) {
        None => Value::Null,
        Some(number) => number_or_word(number),
    };
    let of_all = parts.iter().any(|part| is_of_all(part.study, name));
    NumberColumn { name: name.to_owned(), of_all, values: gather(parts, rows, value) }
}

/// The limit that all parts share.
fn common_limit(parts: &[Part<'_>]) -> Option<f64> {
    let first = parts.first()?.study.subject.theory_limit?;
    parts.iter().all(|part| part.study.subject.theory_limit == Some(first)).then_some(first)
}

/// The curves of the rows in the page, at most so many points of them.
fn curve_table<'a>(
    parts: &[Part<'a>],
    rows: &[Vec<usize>],
    at_most: usize,
    of: impl Fn(&Part<'a>) -> Option<&'a Curves>,
) -> CurveTable {
    let mut shown: Vec<(usize, Curve<'_>)> = Vec::new();
    let mut first = 0;
    for (part, rows) in parts.iter().zip(rows) {
        let place = |id: u64| rows.binary_search_by_key(&id, |&row| part.study.runs.id(row)).ok();
        let curves = of(part).into_iter().flat_map(Curves::iter);
        shown.extend(curves.filter_map(|curve| Some((first + place(curve.run_id)?, curve))));
        first += rows.len();
    }
    let per_curve = (at_most / shown.len().max(1)).max(LEAST_POINTS);
    let chosen = evenly_by_weight(&shown, |(_, curve)| curve.steps.len().min(per_curve), at_most);
    let longest = chosen.iter().map(|(_, curve)| curve.steps).max_by_key(|steps| steps.len()).unwrap_or_default();
    let grid: Vec<u64> = evenly(longest.len(), per_curve).map(|at| longest[at]).collect();
    let mut table = CurveTable { grid, ..CurveTable::default() };
    let mut bytes = Vec::new();
    for (row, curve) in chosen {
        table.thinned |= curve.steps.len() > per_curve;
        let points: Vec<usize> = evenly(curve.steps.len(), per_curve).collect();
        let shared = points.iter().zip(&table.grid).take_while(|&(&at, step)| curve.steps[at] == *step).count();
        table.curves.push((*row, shared, points[shared..].iter().map(|&at| curve.steps[at]).collect()));
        bytes.extend(points.iter().flat_map(|&at| single(curve.loss[at]).to_le_bytes()));
    }
    table.values = STANDARD.encode(bytes);
    table
}

/// The sharpness of the rows in the page, at most so many points, and the 2/η of each run.
fn sharpness(parts: &[Part<'_>], rows: &[Vec<usize>], at_most: usize) -> Sharpness {
    let curves = curve_table(parts, rows, at_most, |part| part.sharpness);
    let limits = gather(parts, rows, |part, row| limit(part.study, row));
    let limits = curves.curves.iter().map(|(row, ..)| limits[*row]).collect();
    Sharpness { curves, limits }
}

/// The nearest 32-bit float. A number that is not zero or infinite does not become so.
fn single(loss: f64) -> f32 {
    let near = loss as f32;
    match near {
        _ if loss.is_finite() && near.is_infinite() => f32::MAX.copysign(near),
        0.0 if loss != 0.0 => f32::MIN_POSITIVE.copysign(near),
        near => near,
    }
}
