//! Swept parameters for the page: their different values (levels), and the level of each run.

use std::collections::{BTreeMap, BTreeSet};

use etascape_insight::names::{is_learning_rate, short_name, short_value};
use etascape_insight::study::Parameter;
use etascape_text::spelt_out;
use serde::Serialize;
use serde_json::Value;

use super::part::{EXPERIMENT, KIND, Part, gather, number_or_word};

/// A swept parameter.
#[derive(Serialize)]
pub(super) struct ParameterColumn {
    pub(super) path: String,
    title: String,
    short: String,
    is_log: bool,
    pub(super) is_seed: bool,
    /// Whether its values are whole numbers.
    is_whole: bool,
    /// Whether 0 means "all", and comes after the other values.
    has_all: bool,
    /// Short names, where values are names.
    pub(super) names: Option<Vec<String>>,
    /// The different values: numbers in rising order, names in the order of the plan.
    pub(super) levels: Vec<Value>,
    /// Index among `levels` of every run; −1 where the run's experiment does not sweep it.
    at: Vec<i64>,
}

impl ParameterColumn {
    /// Whether it has more than one value.
    pub(super) fn varies(&self) -> bool {
        self.at.windows(2).any(|pair| pair[0] != pair[1])
    }

    /// Whether it has more than one value among the runs with the first value of another parameter; of all runs without one.
    pub(super) fn varies_in(&self, other: Option<&ParameterColumn>) -> bool {
        let is_first = |row: &usize| other.is_none_or(|other| other.at[*row] == 0);
        let levels = (0..self.at.len()).filter(is_first).map(|row| self.at[row]).filter(|&at| at >= 0);
        levels.collect::<BTreeSet<i64>>().len() > 1
    }

    /// Whether it is the learning rate, or that of a layer.
    pub(super) fn is_learning_rate(&self) -> bool {
        is_learning_rate(&self.path)
    }
}

/// The parameters of all parts, matched by path. With several parts, the first parameter is the experiment of a run, and the
/// second the kind of its loss, where there are several kinds.
pub(super) fn columns(parts: &[Part<'_>], rows: &[Vec<usize>]) -> Vec<ParameterColumn> {
    let mut paths: Vec<&str> = Vec::new();
    for parameter in parts.iter().flat_map(|part| &part.study.parameters) {
        if !paths.contains(&parameter.path.as_str()) {
            paths.push(&parameter.path);
        }
    }
    let of_parts = if parts.len() > 1 { vec![experiment(parts, rows), kind(parts, rows)] } else { Vec::new() };
    let telling = of_parts.into_iter().filter(|one| one.path == EXPERIMENT || one.varies());
    telling.chain(paths.into_iter().map(|path| column(parts, rows, path))).collect()
}

fn experiment(parts: &[Part<'_>], rows: &[Vec<usize>]) -> ParameterColumn {
    let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
    let at = rows.iter().enumerate().flat_map(|(part, rows)| vec![part as i64; rows.len()]).collect();
    of_parts(EXPERIMENT, names, at)
}

fn kind(parts: &[Part<'_>], rows: &[Vec<usize>]) -> ParameterColumn {
    let (mut names, kinds) = (Vec::new(), gather(parts, rows, |part, row| Some(part.kind(row))));
    let (_, at) = by_first(kinds, |kind| {
        names.push(kind.clone());
        Value::Null
    });
    of_parts(KIND, names, at)
}

/// A parameter that no experiment sweeps.
fn of_parts(path: &str, names: Vec<String>, at: Vec<i64>) -> ParameterColumn {
    ParameterColumn {
        path: path.to_owned(),
        title: path.to_owned(),
        short: path.to_owned(),
        is_log: false,
        is_seed: false,
        is_whole: false,
        has_all: false,
        levels: names.iter().map(|name| Value::from(name.as_str())).collect(),
        names: Some(names),
        at,
    }
}

fn column(parts: &[Part<'_>], rows: &[Vec<usize>], path: &str) -> ParameterColumn {
    let found: Vec<&Parameter> = parts.iter().filter_map(|part| part.study.parameter(path)).collect();
    let is_named = found.iter().any(|parameter| parameter.names.is_some());
    let has_all = found.iter().any(|parameter| parameter.has_all());
    let text = |part: &Part<'_>, row: usize| Some(part.study.runs.text(path, row)?.into_owned());
    let number = |part: &Part<'_>, row: usize| Some(part.study.parameter(path)?.value(row));
    let (levels, at) = match is_named {
        true => by_first(gather(parts, rows, text), |name| Value::from(name.as_str())),
        false => by_size(gather(parts, rows, number), has_all),
    };
    let name = |level: &Value| spelt_out(&short_value(level.as_str().unwrap_or_default())).into_owned();
    ParameterColumn {
        path: path.to_owned(),
        title: found.first().map_or_else(|| path.to_owned(), |parameter| parameter.title()),
        short: short_name(path),
        is_log: !is_named && found.iter().any(|parameter| parameter.is_log()),
        is_seed: found.iter().all(|parameter| parameter.is_seed()),
        is_whole: found.iter().all(|parameter| parameter.is_whole()),
        has_all,
        names: is_named.then(|| levels.iter().map(name).collect()),
        levels,
        at,
    }
}

fn by_first(values: Vec<Option<String>>, mut level: impl FnMut(&String) -> Value) -> (Vec<Value>, Vec<i64>) {
    let mut known: BTreeMap<String, i64> = BTreeMap::new();
    let mut levels = Vec::new();
    let mut index = |value: Option<String>| {
        let Some(value) = value else { return -1 };
        *known.entry(value).or_insert_with_key(|value| {
            levels.push(level(value));
            levels.len() as i64 - 1
        })
    };
    let at = values.into_iter().map(&mut index).collect();
    (levels, at)
}

fn by_size(values: Vec<Option<f64>>, has_all: bool) -> (Vec<Value>, Vec<i64>) {
    let size = |value: f64| if has_all && value == 0.0 { f64::INFINITY } else { value };
    let mut levels: Vec<f64> = values.iter().flatten().copied().collect();
    levels.sort_by(|a, b| size(*a).total_cmp(&size(*b)));
    levels.dedup_by_key(|level| level.to_bits());
    let place = |value: f64| levels.binary_search_by(|level| size(*level).total_cmp(&size(value)));
    let index = |value: &f64| place(*value).map_or(-1, |at| at as i64);
    let at = values.iter().map(|value| value.as_ref().map_or(-1, index)).collect();
    (levels.iter().map(|&level| number_or_word(level)).collect(), at)
}
