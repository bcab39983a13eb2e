//! Which charts a sweep asks for, and what goes into them.

use std::collections::{BTreeMap, BTreeSet};

use crate::charts::{
    Axis, Convergence, Fit, FitLine, Heat, HeatMap, Key, LossCurve, LossCurves, Outcome, OutcomeLine, Ranks, borders,
    extent, rounded, span,
};
use crate::findings::Findings;
use crate::groups::Groups;
use crate::logs::{Curve, Curves, Numbers};
use crate::study::{Parameter, Study, evenly, median, spread};
use crate::subject::FitInput;

/// Most curves in a chart of them.
pub(crate) const CURVES: usize = 2000;
/// Most models in a chart of fits.
pub(crate) const FITS: usize = 60;
/// Most different values that have a place of their own in a heat map or on a line; beyond, neighbours share one.
const PLACES: usize = 2000;
/// Places across and up where neighbours share them, at least.
const SHARED_PLACES: usize = 40;
/// The measure that tells diverged runs apart, too.
const TRAINABILITY: &str = "trainability";
/// Most lines in a convergence chart.
const LINES: usize = 64;

/// The rows of the runs that have curves, by run id.
pub(crate) fn rows_by_id(study: &Study<'_>, curves: &Curves) -> BTreeMap<u64, usize> {
    let wanted: BTreeSet<u64> = curves.iter().map(|curve| curve.run_id).collect();
    let rows = (0..study.runs.len()).map(|row| (study.runs.id(row), row));
    rows.filter(|(id, _)| wanted.contains(id)).collect()
}

/// The loss curves of the runs read.
pub(crate) fn loss_curves(study: &Study<'_>, findings: &Findings, curves: &Curves) -> Option<LossCurves> {
    if curves.is_empty() {
        return None;
    }
    let parameter = study.subject.choice.color.as_deref().and_then(|path| study.parameter(path)).or(study.across());
    let parameter = parameter.filter(|parameter| parameter.varies());
    let rows = rows_by_id(study, curves);
    let curve = |curve: Curve<'_>| {
        let row = *rows.get(&curve.run_id)?;
        Some(LossCurve {
            points: curve.steps.iter().map(|&step| step as f64).zip(curve.loss.iter().copied()).collect(),
            value: parameter.map_or(0.0, |parameter| parameter.value(row)),
            diverged: study.diverged(row),
        })
    };
    let curves: Vec<LossCurve> = curves.iter().filter_map(curve).collect();
    let mut notes = vec![findings.tally()];
    if curves.len() < study.runs.len() {
        notes.push(format!("{} of the curves, spread over the runs", curves.len()));
    }
    notes.extend(curves.iter().any(|curve| curve.diverged).then(|| "× where diverged runs leave".to_owned()));
    notes.extend(parameter.map(|parameter| format!("colour = {}", parameter.short())));
    Some(LossCurves {
        title: findings.headline(),
        subtitle: notes.join(" · "),
        curves,
        key: parameter.map_or(Key::None, Parameter::key),
        loss_name: study.subject.objective.title.clone(),
    })
}

/// The convergence chart, where something is swept.
pub(crate) fn convergence(study: &Study<'_>, findings: &Findings) -> Option<Convergence> {
    let across = study.across().filter(|across| !across.is_seed() && across.varies())?;
    let beside = study.beside(across).filter(|beside| beside.varies());
    (0..study.runs.len()).find_map(|row| study.settled_loss(row))?;
    let places = Places::of(across);
    let every_row = || 0..study.runs.len() as u32;
    let (lines, count) = match beside {
        None => (vec![OutcomeLine { value: 0.0, outcomes: outcomes(study, across, &places, every_row) }], 1),
        Some(beside) => {
            let kinds = Places::of(beside);
            let groups = by_value(beside, &kinds, every_row);
            let groups: Vec<(usize, &[u32])> = groups.iter().collect();
            let line = |(kind, rows): (usize, &[u32])| OutcomeLine {
                value: kinds.value(kind),
                outcomes: outcomes(study, across, &places, || rows.iter().copied()),
            };
            (evenly(groups.len(), LINES).into_iter().map(|group| line(groups[group])).collect(), groups.len())
        }
    };
    let mut notes = vec![findings.tally()];
    notes.extend(beside.map(|beside| match lines.len() == count {
        true => format!("a line per {}", beside.path),
        false => format!("{} of {count} lines, one per {}", lines.len(), beside.path),
    }));
    notes.extend(
        (study.parameters.len() > 2 || beside.is_none() && study.parameters.len() > 1)
            .then(|| "medians over the rest".to_owned()),
    );
    Some(Convergence {
        title: findings.headline(),
        subtitle: notes.join(" · "),
        x_name: across.title(),
        x: across.axis(),
        lines,
        diverged: diverged_shares(study, across, &places),
        key: beside.map_or(Key::None, Parameter::key),
        limit: study.subject.theory_limit.filter(|_| across.path == "train.learning_rate"),
    })
}

/// Rows grouped by their value of a parameter; values beyond [`PLACES`] are shared by neighbours.
fn by_value<R: IntoIterator<Item = u32>>(parameter: &Parameter<'_>, places: &Places, rows: impl Fn() -> R) -> Groups {
    let place = parameter.map(|value| places.index(value));
    Groups::of(rows, places.values.len(), |row| place(row as usize))
}

fn outcomes<R: IntoIterator<Item = u32>>(
    study: &Study<'_>,
    across: &Parameter<'_>,
    places: &Places,
    rows: impl Fn() -> R,
) -> Vec<Outcome> {
    let middle = |rows: &[u32], value: &dyn Fn(usize) -> Option<f64>| {
        median(rows.iter().filter_map(|&row| value(row as usize)).collect())
    };
    let outcome = |(place, rows): (usize, &[u32])| Outcome {
        x: places.value(place),
        steps: middle(rows, &|row| study.steps_to_converge(row)),
        loss: middle(rows, &|row| study.settled_loss(row)),
    };
    by_value(across, places, rows).iter().map(outcome).collect()
}

fn diverged_shares(study: &Study<'_>, across: &Parameter<'_>, places: &Places) -> Vec<(f64, f64)> {
    let mut counts = vec![(0_usize, 0_usize); places.values.len()];
    let place = across.map(|value| places.index(value));
    for row in 0..study.runs.len() {
        if let Some(place) = place(row) {
            counts[place].0 += usize::from(study.diverged(row));
            counts[place].1 += 1;
        }
    }
    let share = |(place, (diverged, all)): (usize, (usize, usize))| {
        (diverged > 0).then(|| (places.value(place), diverged as f64 / all as f64))
    };
    counts.into_iter().enumerate().filter_map(share).collect()
}

/// The heat map over two parameters.
pub(crate) fn heat_map(study: &Study<'_>, findings: &Findings) -> Option<HeatMap> {
    let is_asked = |across: &&Parameter| study.subject.choice.x.as_deref() == Some(across.path.as_str());
    let across = study.across().filter(|across| (is_asked(across) || !across.is_seed()) && across.varies())?;
    let asked = study.subject.choice.y.as_deref().and_then(|path| study.parameter(path));
    let up = asked.filter(|up| up.path != across.path).or_else(|| study.beside(across)).filter(|up| up.varies())?;
    let asked = study.subject.choice.color.as_deref().filter(|name| study.parameter(name).is_none());
    let asked = asked.and_then(|name| Some((name, study.runs.numbers(name)?)));
    let last = study.subject.objective.last();
    let (what, values) = asked.unwrap_or((&last, study.final_loss));
    let (columns, rows) = (Places::of(across), Places::of(up));
    let counts_all = what == TRAINABILITY;
    let cells = cells(study, (values, counts_all), (across, &columns), (up, &rows));
    let shown = cells.iter().filter_map(|cell| match cell.2 {
        Heat::Value(value) => Some(value),
        Heat::Diverged => None,
    });
    shown.clone().next()?;
    let name = what.replace('_', " ");
    let rest = study.parameters.len() > 2 || columns.shared || rows.shared;
    let key = match what {
        TRAINABILITY => Key::Ranks { ranks: Ranks::of(shown), name: name.clone() },
        _ => Key::Scale { axis: heat_axis(shown), name: name.clone() },
    };
    Some(HeatMap {
        title: findings.headline(),
        subtitle: format!("{} · colour = {}{name}", findings.tally(), if rest { "median " } else { "" }),
        x_name: across.title(),
        y_name: up.title(),
        x: across.axis(),
        y: up.axis(),
        columns: borders(&columns.at),
        rows: borders(&rows.at),
        cells,
        key,
    })
}

/// A logarithmic axis over what is shown, 30 decades at most.
fn heat_axis(values: impl Iterator<Item = f64> + Clone) -> Axis {
    let top = values.clone().filter(|value| value.is_finite()).fold(0.0, f64::max);
    let floor = top * 1e-30;
    Axis::holding(values.filter(move |&value| value <= 0.0 || value >= floor), true)
}

fn cells(
    study: &Study<'_>,
    (values, counts_all): (Numbers<'_>, bool),
    (across, columns): (&Parameter<'_>, &Places),
    (up, rows): (&Parameter<'_>, &Places),
) -> Vec<(usize, usize, Heat)> {
    let (column, row) = (across.map(|value| columns.index(value)), up.map(|value| rows.index(value)));
    let height = rows.values.len();
    let cell = |run: u32| Some(column(run as usize)? * height + row(run as usize)?);
    let groups = Groups::of(|| 0..study.runs.len() as u32, columns.values.len() * height, cell);
    let heat = |runs: &[u32]| {
        let runs = || runs.iter().map(|&run| run as usize);
        let left_out = |run: usize| study.diverged(run) && !counts_all;
        let diverged = runs().filter(|&run| left_out(run)).count();
        let settled = runs().filter(|&run| !left_out(run) && !study.failed(run));
        let settled: Vec<f64> = settled.filter_map(|run| values.get(run).filter(|value| value.is_finite())).collect();
        if 2 * diverged > runs().count() { Some(Heat::Diverged) } else { median(settled).map(Heat::Value) }
    };
    groups.iter().filter_map(|(cell, runs)| Some((cell / height, cell % height, heat(runs)?))).collect()
}

/// Where the values of a parameter go on an axis cut into places.
struct Places {
    axis: Axis,
    /// In the axis' units, rising.
    at: Vec<f64>,
    values: Vec<f64>,
    shared: bool,
}

impl Places {
    /// A place for each value; where they are as good as all different, a place for a stretch of values.
    fn of(parameter: &Parameter<'_>) -> Places {
        let axis = parameter.axis();
        let placed = |value: &f64| axis.place(*value).is_some();
        let distinct = parameter.distinct().map(|values| values.into_iter().filter(placed).collect::<Vec<f64>>());
        let scattered = |count| parameter.names.is_none() && count > SHARED_PLACES && 2 * count > parameter.rows();
        if let Some(values) = distinct.filter(|values| values.len() <= PLACES && !scattered(values.len())) {
            let at = values.iter().filter_map(|&value| axis.place(value)).collect();
            return Places { axis, at, values, shared: false };
        }
        let count = shared_places(parameter.rows());
        let width = (axis.high - axis.low) / count as f64;
        let at: Vec<f64> = (0..count).map(|index| axis.low + width * (index as f64 + 0.5)).collect();
        let value = |&at: &f64| if axis.is_log() { libm::exp10(at) } else { at };
        let values = at.iter().map(value).collect();
        Places { axis, at, values, shared: true }
    }

    fn index(&self, value: f64) -> Option<usize> {
        let at = self.axis.place(value)?;
        if self.shared {
            return Some(((self.axis.share(at) * self.at.len() as f64) as usize).min(self.at.len() - 1));
        }
        self.at.binary_search_by(|place| place.total_cmp(&at)).ok()
    }

    fn value(&self, index: usize) -> f64 {
        self.values[index]
    }
}

/// Places across and up where neighbours share them: the finer the more runs there are, some 64 to a cell of a map.
fn shared_places(runs: usize) -> usize {
    const MOST: usize = 400;
    (libm::sqrt(runs as f64 / 64.0) as usize).clamp(SHARED_PLACES, MOST)
}

/// At most so many of the runs whose curves were read and that did not diverge; curves carry the parameters.
pub(crate) fn fitted<'c>(study: &Study<'_>, curves: &'c Curves, at_most: usize) -> Vec<Curve<'c>> {
    let rows = rows_by_id(study, curves);
    let settled = |curve: &Curve<'_>| rows.get(&curve.run_id).is_some_and(|&row| study.settled_loss(row).is_some());
    let candidates: Vec<Curve<'_>> = curves.iter().filter(settled).collect();
    spread(candidates.len(), at_most).into_iter().map(|index| candidates[index]).collect()
}

/// The fits of at most so many runs.
pub(crate) fn fit(study: &Study<'_>, input: &FitInput, curves: &Curves, at_most: usize) -> Option<Fit> {
    let rows = rows_by_id(study, curves);
    let parameter = study.across().and_then(|across| study.beside(across)).or(study.across());
    let parameter = parameter.filter(|parameter| parameter.varies());
    let line = |curve: Curve<'_>| {
        let value = parameter.map_or(0.0, |parameter| parameter.value(rows[&curve.run_id]));
        let last = curve.steps.len().checked_sub(1)?;
        Some(FitLine { value, start: traced(input, &curve, 0)?, learned: traced(input, &curve, last)? })
    };
    let lines: Vec<FitLine> = fitted(study, curves, at_most).into_iter().filter_map(line).collect();
    if lines.is_empty() {
        return None;
    }
    let diverged = (0..study.runs.len()).filter(|&row| study.diverged(row)).count();
    let mut notes = vec![format!("{} of {} runs", lines.len(), study.runs.len())];
    notes.extend((diverged > 0).then(|| format!("{diverged} diverged and are not drawn")));
    notes.extend(parameter.map(|parameter| format!("colour = {}", parameter.short())));
    Some(Fit {
        title: learned_words(study, input),
        subtitle: notes.join(" · "),
        x_name: input.x_name.clone(),
        target_name: input.target_name.clone(),
        points: input.points.clone(),
        lines,
        key: parameter.map_or(Key::None, Parameter::key),
    })
}

/// The model over the data's span at a point of a curve.
pub(crate) fn traced(input: &FitInput, curve: &Curve<'_>, point: usize) -> Option<Vec<(f64, f64)>> {
    const POINTS: usize = 129;
    let parameters: Vec<f64> = curve.values(point).collect::<Option<_>>()?;
    let (low, high) = span(&input.points);
    let x = |index: usize| low + (high - low) * index as f64 / (POINTS - 1) as f64;
    Some((0..POINTS).map(|index| (x(index), (input.predict)(&parameters, x(index)))).collect())
}

/// What the runs that converged agree on, if they do and it is short.
fn learned_words(study: &Study<'_>, input: &FitInput) -> String {
    let converged: Vec<usize> = (0..study.runs.len()).filter(|&row| study.steps_to_converge(row).is_some()).collect();
    let agreed = |name: &String| {
        let column = study.runs.numbers(name)?;
        let (low, high) = extent(converged.iter().filter_map(|&row| column.get(row)))?;
        let (low, high) = (rounded(low, 3), rounded(high, 3));
        (low == high).then(|| format!("{name} = {low}"))
    };
    let short = input.parameters.len() <= 3;
    match input
        .parameters
        .iter()
        .map(agreed)
        .collect::<Option<Vec<String>>>()
        .filter(|words| short && !words.is_empty())
    {
        Some(words) => format!("{} runs converged on {}", converged.len(), words.join(", ")),
        None => "The fit at the start, and as learned".to_owned(),
    }
}
