//! What goes into the chart of the loss surface.

use super::rows_by_id;
use crate::charts::{Setting, Surface, Way, rounded};
use crate::findings::Findings;
use crate::logs::{Curve, Curves};
use crate::study::{Parameter, Study, evenly, median};
use crate::subject::SurfaceInput;

/// Most ways in a panel.
const WAYS: usize = 5;
/// Most panels.
const PANELS: usize = 4;

/// The loss surface with the ways of some of the runs whose curves were read; `None` where none have their parameters.
pub(crate) fn surface<'a>(
    study: &Study<'_>,
    findings: &Findings,
    input: &'a SurfaceInput,
    curves: &Curves,
) -> Option<Surface<'a>> {
    let rows = rows_by_id(study, curves);
    let curves: Vec<(usize, Curve<'_>)> =
        curves.iter().filter_map(|curve| Some((*rows.get(&curve.run_id)?, curve))).collect();
    let across = study.across().filter(|across| across.varies());
    let settings: Vec<Setting> = match across {
        None => vec![setting(study, None, &curves)],
        Some(across) => panels(findings, across, curves.iter().map(|(row, _)| across.value(*row)).collect())
            .into_iter()
            .map(|value| {
                let of_value = curves.iter().filter(|(row, _)| across.value(*row) == value);
                setting(study, Some((across, value)), &of_value.copied().collect::<Vec<_>>())
            })
            .collect(),
    };
    let settings: Vec<Setting> = settings.into_iter().filter(|setting| !setting.ways.is_empty()).collect();
    if settings.is_empty() {
        return None;
    }
    Some(Surface {
        title: title(study, input),
        subtitle: "Paths of gradient descent from some of the starts (•), logged steps joined · red: diverges, drawn until it leaves".to_owned(),
        names: &input.parameters,
        loss_name: study.subject.objective.name.clone(),
        loss: &*input.loss,
        rows: input.rows,
        minimum: input.minimum,
        settings,
    })
}

fn title(study: &Study<'_>, input: &SurfaceInput) -> String {
    let Some(elongation) = input.elongation.filter(|&elongation| elongation >= 2.0) else {
        return "The loss, and the paths down it".to_owned();
    };
    let valley = format!("A valley {} times as long as wide", rounded(elongation, 2));
    match study.subject.theory_limit {
        Some(limit) => format!("{valley}: descent zigzags, and leaves it above η = {}", rounded(limit, 3)),
        None => valley,
    }
}

/// The values that get a panel: for a rate one that is slow, half the fastest, the fastest and the first beyond what
/// converges; else some, spread evenly.
fn panels(findings: &Findings, across: &Parameter<'_>, mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values.dedup();
    let Some(rates) = findings.rates.as_ref().filter(|_| across.path == "train.learning_rate") else {
        return evenly(values.len(), PANELS).into_iter().map(|index| values[index]).collect();
    };
    let nearest = |wanted: f64| {
        let apart = |value: &f64| (libm::log(value.abs()) - libm::log(wanted)).abs();
        values.iter().copied().min_by(|a, b| apart(a).total_cmp(&apart(b)))
    };
    let beyond = values.iter().copied().find(|&value| value > rates.high);
    let chosen = [nearest(rates.fastest / 20.0), nearest(rates.fastest / 2.0), Some(rates.fastest), beyond];
    let mut chosen: Vec<f64> = chosen.into_iter().flatten().collect();
    chosen.sort_by(f64::total_cmp);
    chosen.dedup();
    chosen
}

fn setting(study: &Study<'_>, value: Option<(&Parameter<'_>, f64)>, curves: &[(usize, Curve<'_>)]) -> Setting {
    let words = value.map(|(parameter, value)| match &parameter.names {
        Some(names) => names.get(value as usize).cloned().unwrap_or_default(),
        None => format!("{} = {}", parameter.short(), rounded(value, 3)),
    });
    let outcome = outcome(study, &curves.iter().map(|curve| curve.0).collect::<Vec<_>>());
    let shown = evenly(curves.len(), WAYS).into_iter().map(|index| &curves[index]);
    Setting {
        label: words.into_iter().chain([outcome]).collect::<Vec<String>>().join(" · "),
        ways: shown.filter_map(|(row, curve)| way(study, *row, curve)).collect(),
    }
}

/// How the runs of a setting ended, in words.
fn outcome(study: &Study<'_>, rows: &[usize]) -> String {
    let converged: Vec<f64> = rows.iter().filter_map(|&row| study.steps_to_converge(row)).collect();
    let diverged = rows.iter().filter(|&&row| study.diverged(row)).count();
    match median(converged) {
        _ if rows.iter().all(|&row| study.ended_at_start(row)) => "ended at the start".to_owned(),
        _ if diverged == rows.len() => "diverges".to_owned(),
        Some(steps) => format!("{} steps to converge", rounded(steps, 4)),
        None => "not there yet at the last step".to_owned(),
    }
}

fn way(study: &Study<'_>, row: usize, curve: &Curve<'_>) -> Option<Way> {
    let point = |index: usize| {
        let mut values = curve.values(index).flatten();
        Some((values.next()?, values.next()?))
    };
    let points = (0..curve.steps.len()).map(point).collect::<Option<Vec<_>>>()?;
    Some(Way { points, diverged: study.diverged(row) })
}
