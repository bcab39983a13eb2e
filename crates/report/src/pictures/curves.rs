//! The content of the chart of loss curves.

use etascape_insight::findings::Findings;
use etascape_insight::study::seeds::{Member, Quartiles, groups, quartiles};
use etascape_insight::study::{Parameter, Study};
use etascape_insight::tables::Curves;
use etascape_plot::grid::Facet;
use etascape_plot::sheet::ColourKey;
use etascape_text::rounded;

use super::absent::the_same;
use super::{Absent, Picture, Run, runs, titles};
use crate::charts::{LossCurve, LossCurves, STATISTICS};
use crate::scales::{Facets, key};

/// The loss curves of the runs that were read.
pub(crate) fn loss_curves(study: &Study<'_>, findings: &Findings, curves: &Curves) -> Picture<LossCurves> {
    if curves.is_empty() {
        return Err(Absent::NotApplicable);
    }
    if let Some(reason) = nothing_moves(study, curves) {
        return Err(Absent::empty("chart of loss curves", &reason));
    }
    let colour = study.colour();
    let facets = Facets::of(study.facet_of_curves());
    let runs = runs(study, curves);
    let read = runs.len();
    let shown: Vec<&Parameter<'_>> = colour.into_iter().chain(facets.parameter()).collect();
    let groups = groups(study, runs, &shown);
    let mut panels: Vec<Facet<LossCurve>> = facets.titles.iter().cloned().map(Facet::titled).collect();
    for group in &groups {
        if let Some(panel) = facets.panel(group[0].0) {
            panels[panel].items.push(curve(study, group, colour));
        }
    }
    panels.retain(|panel| !panel.items.is_empty());
    let mut notes = vec![findings.tally()];
    let failed = (0..study.runs.len()).filter(|&row| study.failed(row)).count();
    if read + failed < study.runs.len() {
        notes.push(format!("{read} of the curves, spread over the runs"));
    }
    notes.extend(facets.note);
    notes.extend(seeds_note(groups.len(), read));
    let diverged = groups.iter().flatten().any(|(row, _)| study.diverged(*row));
    notes.extend(diverged.then(|| "× where diverging runs leave or end".to_owned()));
    Ok(LossCurves {
        title: titles::of_loss_curves(study, findings),
        subtitle: notes.join(" · "),
        panels,
        key: colour.map_or(ColourKey::None, key),
        loss_name: study.subject.objective.title.clone(),
        is_log: study.subject.objective.may_be_log(),
        has_own_axes: study.losses().is_some(),
    })
}

/// Why curves would say nothing: each is a point, or all stay at one number.
fn nothing_moves(study: &Study<'_>, curves: &Curves) -> Option<String> {
    let name = study.subject.objective.name.replace('_', " ");
    if curves.iter().all(|curve| curve.steps.len() < 2) {
        return Some(format!("no run logged its {name} at more than one step"));
    }
    let all = || curves.iter().flat_map(|curve| curve.loss.iter().copied());
    let number = if all().all(f64::is_finite) { the_same(all()) } else { None };
    number.map(|number| format!("the {name} is {} at every logged step", rounded(number, 4)))
}

/// The note on what a line is, where it is more than one run.
pub(super) fn seeds_note(groups: usize, runs: usize) -> Option<String> {
    let words = match groups {
        _ if groups == runs => return None,
        0..=STATISTICS => "line: median over seeds, band: quartiles",
        _ => "a line is the median over seeds",
    };
    Some(words.to_owned())
}

/// The line of a group of runs, with those of them that diverged beside it.
pub(super) fn curve(study: &Study<'_>, group: &[Run<'_>], colour: Option<&Parameter<'_>>) -> LossCurve {
    let [(_, only)] = group else {
        let quartiles = quartiles(&group.iter().map(|run| member(study, run)).collect::<Vec<_>>());
        let line = line(study, group, &quartiles, colour);
        let gone = group.iter().filter(|(row, _)| study.diverged(*row) && !line.diverged);
        return LossCurve { gone: gone.map(|(_, curve)| curve.points()).collect(), ..line };
    };
    LossCurve { points: only.points(), ..line(study, group, &[], colour) }
}

/// The line of a group of runs: medians, and the band of the quartiles.
fn line(study: &Study<'_>, group: &[Run<'_>], quartiles: &[Quartiles], colour: Option<&Parameter<'_>>) -> LossCurve {
    LossCurve {
        points: quartiles.iter().map(|at| (at.step, at.of[1])).collect(),
        band: quartiles.iter().map(|at| (at.step, at.of[0], at.of[2])).collect(),
        value: colour.map_or(0.0, |parameter| parameter.value(group[0].0)),
        diverged: group.iter().all(|(row, _)| study.diverged(*row)),
        converged: group.iter().all(|(row, _)| study.steps_to_converge(*row).is_some()),
        ..LossCurve::default()
    }
}

fn member<'c>(study: &Study<'_>, (row, curve): &Run<'c>) -> Member<'c> {
    Member { steps: curve.steps, values: curve.loss, diverged: study.diverged(*row) }
}
