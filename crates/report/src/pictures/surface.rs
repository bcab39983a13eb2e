//! The content of the chart of the loss surface.

use std::collections::BTreeMap;

use etascape_insight::findings::{Findings, RateRange};
use etascape_insight::statistics::{evenly, median};
use etascape_insight::study::groups::Groups;
use etascape_insight::study::{Parameter, Study};
use etascape_insight::subject::SurfaceInput;
use etascape_insight::tables::{Curve, Curves};
use etascape_text::{noun, rounded};

use super::titles::worded;
use crate::charts::{Surface, SurfacePanel, Trajectory};

/// The most trajectories in a panel.
const TRAJECTORIES: usize = 5;
/// The most panels.
const PANELS: usize = 4;
/// Every step of a path is drawn up to this one.
const STEPS: u64 = 20_000;

/// The panels of the surface, chosen from all runs, and the runs whose trajectories are drawn.
pub(crate) struct Paths {
    panels: Vec<Panel>,
    /// What else their runs have in common, in words.
    held: Vec<String>,
}

struct Panel {
    /// Its title: what its runs have in common, and how they ended.
    label: String,
    /// Rows of the runs whose trajectories are drawn.
    rows: Vec<usize>,
}

impl Paths {
    /// The panels of a sweep, and the runs whose curves they need.
    pub(crate) fn of(study: &Study<'_>, findings: &Findings) -> Paths {
        let across = study.across().filter(|across| across.varies());
        let values = across.map_or_else(Vec::new, |across| panels(findings.rates.as_ref(), across));
        let held: Vec<&Parameter<'_>> = study.parameters.iter().filter(|one| is_held(one, across)).collect();
        let model = best_row(study, findings);
        let panel = |row: u32| match across {
            _ if held.iter().any(|one| one.value(row as usize) != one.value(model)) => None,
            None => Some(0),
            Some(across) => values.binary_search_by(|known| known.total_cmp(&across.value(row as usize))).ok(),
        };
        let groups = Groups::of(|| 0..study.runs.len() as u32, values.len().max(1), panel);
        let panel = |(place, rows): (usize, &[u32])| {
            let words = across.map(|across| worded(across, values[place]));
            Panel {
                label: words.into_iter().chain([outcome(study, rows)]).collect::<Vec<String>>().join(" · "),
                rows: evenly(rows.len(), TRAJECTORIES).map(|index| rows[index] as usize).collect(),
            }
        };
        let held = held.iter().map(|one| worded(one, one.value(model))).collect();
        Paths { panels: groups.iter().map(panel).collect(), held }
    }

    /// The ids of the runs whose curves are needed, rising.
    pub(crate) fn ids(&self, study: &Study<'_>) -> Vec<u64> {
        let rows = self.panels.iter().flat_map(|panel| &panel.rows);
        let mut ids: Vec<u64> = rows.map(|&row| study.runs.id(row)).collect();
        ids.sort_unstable();
        ids
    }
}

/// Whether the paths of a chart have one value of a parameter: it varies, no panel tells it, and where runs start does not
/// depend on it.
fn is_held(parameter: &Parameter<'_>, across: Option<&Parameter<'_>>) -> bool {
    parameter.varies() && !parameter.is_start() && across.is_none_or(|across| across.path != parameter.path)
}

/// The row of the best run; the first where none is.
fn best_row(study: &Study<'_>, findings: &Findings) -> usize {
    let id = findings.best.first().map(|best| best.run_id);
    (0..study.runs.len()).find(|&row| Some(study.runs.id(row)) == id).unwrap_or(0)
}

/// The loss surface with the trajectories of some runs, from the given curves; `None` where no curve of them is logged with
/// parameters.
pub(crate) fn surface<'a>(
    study: &Study<'_>,
    findings: &Findings,
    input: &'a SurfaceInput,
    paths: &Paths,
    curves: [&Curves; 2],
) -> Option<Surface<'a>> {
    let curves: BTreeMap<u64, Curve<'_>> =
        curves.into_iter().flat_map(Curves::iter).map(|curve| (curve.run_id, curve)).collect();
    let trajectory = |&row: &usize| trajectory(study, input, row, curves.get(&study.runs.id(row))?);
    let panels = paths.panels.iter().map(|panel| {
        let trajectories: Vec<Trajectory> = panel.rows.iter().filter_map(trajectory).collect();
        let label =
            if trajectories.is_empty() { format!("{} · path not logged", panel.label) } else { panel.label.clone() };
        SurfacePanel { label, trajectories }
    });
    let panels: Vec<SurfacePanel> = panels.collect();
    if panels.iter().all(|panel| panel.trajectories.is_empty()) {
        return None;
    }
    Some(Surface {
        title: title(study, findings, input),
        subtitle: subtitle(&panels, &paths.held, input),
        names: &input.parameters,
        loss_name: study.subject.watched().to_owned(),
        loss: &*input.loss,
        rows: input.terms,
        minimum: input.minimum,
        panels,
    })
}

/// What is drawn of the paths, in words.
fn subtitle(panels: &[SurfacePanel], held: &[String], input: &SurfaceInput) -> String {
    let trajectories = || panels.iter().flat_map(|panel| &panel.trajectories);
    let steps = match trajectories().map(|one| one.steps).min() {
        None | Some(u64::MAX) => "every step".to_owned(),
        Some(0) => "logged steps joined".to_owned(),
        Some(first) => format!("the first {first} steps, then logged ones joined"),
    };
    let diverged = trajectories().any(|one| one.diverged).then_some("red: diverges, drawn until it leaves");
    let held = held.iter().map(|words| format!("only {words}"));
    let begin = format!("Paths of training from some of the starts (•), {steps}");
    let sampled = input.sampled_of.map(|all| format!("losses of a sample, {} of {all} rows", input.terms));
    [begin]
        .into_iter()
        .chain(held)
        .chain(diverged.map(str::to_owned))
        .chain(sampled)
        .collect::<Vec<String>>()
        .join(" · ")
}

fn title(study: &Study<'_>, findings: &Findings, input: &SurfaceInput) -> String {
    let Some(elongation) = input.elongation.filter(|&elongation| elongation >= 2.0) else {
        return findings.headline();
    };
    let valley = format!("A valley {} times as long as wide", rounded(elongation, 2));
    match study.subject.theory_limit {
        Some(limit) => format!("{valley}: descent zigzags, and leaves it above η = {}", rounded(limit, 3)),
        None => valley,
    }
}

/// The values that get a panel, rising. For a rate: a slow one, half the fastest, the fastest, and the first that does not
/// converge. For other parameters: some values, spread evenly.
fn panels(rates: Option<&RateRange>, across: &Parameter<'_>) -> Vec<f64> {
    let distinct = across.distinct();
    // Where values are many, those of the rows in turn.
    let count = distinct.as_ref().map_or(across.rows(), Vec::len);
    let value = |index: usize| distinct.as_ref().map_or_else(|| across.value(index), |values| values[index]);
    let values = || (0..count).map(value);
    let mut chosen: Vec<f64> = match rates.filter(|_| across.path == "train.learning_rate") {
        None => evenly(count, PANELS).map(value).collect(),
        Some(rates) => {
            let nearest = |wanted: f64| {
                let apart = |value: f64| if value > 0.0 { (value / wanted).max(wanted / value) } else { f64::INFINITY };
                values().min_by(|&a, &b| apart(a).total_cmp(&apart(b)))
            };
            let beyond = values().filter(|&value| value > rates.high).min_by(f64::total_cmp);
            let fastest = rates.fastest;
            [nearest(fastest / 20.0), nearest(fastest / 2.0), Some(fastest), beyond].into_iter().flatten().collect()
        }
    };
    chosen.sort_by(f64::total_cmp);
    chosen.dedup();
    chosen
}

/// How some runs ended, in words.
fn outcome(study: &Study<'_>, rows: &[u32]) -> String {
    let rows = || rows.iter().map(|&row| row as usize);
    let converged: Vec<f64> = rows().filter_map(|row| study.steps_to_converge(row)).collect();
    let (all, diverged) = (rows().count(), rows().filter(|&row| study.diverged(row)).count());
    let (some, steps) = (converged.len(), median(converged));
    let steps = steps.map_or_else(String::new, |steps| format!("{} {}", rounded(steps, 4), noun(&steps, "step")));
    match all {
        _ if rows().all(|row| study.ended_at_start(row)) => "ended at the start".to_owned(),
        _ if diverged == all => "diverges".to_owned(),
        1 if some == 1 => format!("{steps} to converge"),
        _ if some == all => format!("median {steps} to converge"),
        _ if some > 0 => format!("{some} of {all} converged, median {steps}"),
        _ if diverged > 0 => format!("{diverged} of {all} diverged"),
        _ => "not converged yet".to_owned(),
    }
}

/// The path of a run: every step, where training it again leads through the points that were logged; else these.
fn trajectory(study: &Study<'_>, input: &SurfaceInput, row: usize, curve: &Curve<'_>) -> Option<Trajectory> {
    let point = |index: usize| {
        let mut values = curve.values(index).flatten();
        Some((values.next()?, values.next()?))
    };
    let logged = (0..curve.steps.len()).map(point).collect::<Option<Vec<(f64, f64)>>>()?;
    let last = curve.steps.last().copied().unwrap_or(0);
    let diverged = study.diverged(row);
    let most = last.min(STEPS);
    let every = (input.steps_of)(study.runs.id(row), most).filter(|every| leads_through(every, curve.steps, &logged));
    let Some(mut points) = every else { return Some(Trajectory { points: logged, steps: 0, diverged }) };
    let rest = curve.steps.iter().zip(&logged).filter(|(step, _)| **step > most).map(|(_, point)| *point);
    points.extend(rest);
    Some(Trajectory { points, steps: if most == last { u64::MAX } else { most }, diverged })
}

/// Whether a path has the bits of the points that were logged on its way.
fn leads_through(every: &[(f64, f64)], steps: &[u64], logged: &[(f64, f64)]) -> bool {
    let bits = |point: &(f64, f64)| (point.0.to_bits(), point.1.to_bits());
    let mut on_the_way = steps.iter().zip(logged).filter_map(|(&step, point)| Some((every.get(step as usize)?, point)));
    on_the_way.all(|(point, logged)| bits(point) == bits(logged))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::ShownCurves;
    use crate::testing::with_table;
    use etascape_insight::subject::{Choice, Scale};

    const HEAD: &str = "run_id,train.learning_rate,init.w,status,steps,initial_loss,final_loss,min_loss";
    /// Three starts at each rate; at 0.32 the run from the second is the fastest of all.
    const ENDS: [(f64, [&str; 3]); 6] = [
        (0.01, ["max_steps,50", "max_steps,50", "max_steps,50"]),
        (0.02, ["max_steps,50", "converged,49", "max_steps,50"]),
        (0.16, ["converged,20", "converged,30", "converged,40"]),
        (0.32, ["converged,12", "converged,10", "converged,11"]),
        (0.64, ["max_steps,50", "diverged,3", "diverged,3"]),
        (1.28, ["diverged,2", "diverged,2", "diverged,2"]),
    ];

    #[test]
    fn every_panel_has_its_path_however_few_curves_were_read() {
        let runs = ENDS.iter().flat_map(|(rate, ends)| ends.iter().enumerate().map(move |(w, end)| (rate, w, end)));
        let row = |(id, (rate, w, end)): (usize, (&f64, usize, &&str))| format!("{id},{rate},{w},{end},9,1,1\n");
        let table: String = std::iter::once(format!("{HEAD}\n")).chain(runs.enumerate().map(row)).collect();
        let point = |run: usize| format!("{run},0,9,1,{run}\n{run},1,8,2,{run}\n");
        let folder = tempfile::tempdir().unwrap();
        let curves: String = (0..18).map(point).collect();
        std::fs::write(folder.path().join("curves.csv"), format!("run_id,step,loss,w,b\n{curves}")).unwrap();
        let input = || SurfaceInput {
            parameters: ["w", "b"].map(str::to_owned),
            loss: Box::new(|w, b| w * w + b * b),
            terms: 1,
            sampled_of: None,
            steps_of: Box::new(|_, _| None),
            minimum: None,
            elongation: None,
        };
        let swept = [("train.learning_rate", Scale::Log), ("init.w", Scale::Linear)];
        with_table(&table, &swept, Choice::default(), |study| {
            let input = input();
            let read = |ids: &[u64]| {
                let wanted = |id: u64| ids.contains(&id);
                let columns = &input.parameters;
                let pick = crate::logs::CurvePick { run: &wanted, columns, loss: "loss", is_optional: false };
                let [curves] = crate::logs::read_curves(&folder.path().join("curves.csv"), [pick]).unwrap();
                curves
            };
            let paths = Paths::of(study, &Findings::of(study));
            let sampled = read(&[0, 4, 17]);
            let needed = paths.ids(study);
            assert_eq!(needed, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], "of 0.02, 0.16, 0.32 and 0.64");
            let labels = |more: &Curves| {
                let surface = surface(study, &Findings::of(study), &input, &paths, [&sampled, more]).unwrap();
                surface.panels.into_iter().map(|one| (one.label, one.trajectories.len())).collect::<Vec<_>>()
            };
            let said = |words: [(&str, usize); 4]| words.map(|(label, trajectories)| (label.to_owned(), trajectories));
            let whole = said([
                ("η = 0.02 · 1 of 3 converged, median 49 steps", 3),
                ("η = 0.16 · median 30 steps to converge", 3),
                ("η = 0.32 · median 11 steps to converge", 3),
                ("η = 0.64 · 2 of 3 diverged", 3),
            ]);
            assert_eq!(labels(&read(&needed)), whole);
            let some = [
                ("η = 0.02 · 1 of 3 converged, median 49 steps", 1),
                ("η = 0.16 · median 30 steps to converge · path not logged", 0),
                ("η = 0.32 · median 11 steps to converge · path not logged", 0),
                ("η = 0.64 · 2 of 3 diverged · path not logged", 0),
            ];
            assert_eq!(labels(&Curves::default()), said(some), "what cannot be shown is said");
            assert!(
                surface(study, &Findings::of(study), &input, &paths, [&Curves::default(), &Curves::default()])
                    .is_none()
            );
            assert_eq!(outcome(study, &[0, 1, 2]), "not converged yet");
            assert_eq!([outcome(study, &[10]), outcome(study, &[17])], ["10 steps to converge", "diverges"]);
        });
    }

    #[test]
    fn paths_of_one_panel_differ_in_their_starts_alone() {
        let rows = "0,0.1,1,0.9,max_steps,4,9,3,1\n1,0.1,1,0,max_steps,4,9,2,1\n2,0.1,5,0,max_steps,4,9,4,1\n\
                    3,0.2,1,0.9,max_steps,4,9,5,1\n4,0.2,1,0,max_steps,4,9,6,1\n5,0.2,5,0,max_steps,4,9,7,1\n";
        let head = HEAD.replace("init.w", "init.w,train.optimizer.momentum");
        let swept = ["init.w", "train.optimizer.momentum"].map(|path| (path, Scale::Linear));
        let swept = [("train.learning_rate", Scale::Log), swept[0], swept[1]];
        with_table(&format!("{head}\n{rows}"), &swept, Choice::default(), |study| {
            let paths = Paths::of(study, &Findings::of(study));
            assert_eq!(paths.ids(study), [1, 2, 4, 5], "those with the momentum of the best run");
            assert_eq!(paths.held, ["momentum = 0"]);
        });
    }

    #[test]
    fn a_path_has_every_step_where_training_again_leads_through_the_logged_ones() {
        let rows = "0,0.1,0,max_steps,4,9,1,1\n";
        let swept = [("train.learning_rate", Scale::Log), ("init.w", Scale::Linear)];
        with_table(&format!("{HEAD}\n{rows}"), &swept, Choice::default(), |study| {
            let folder = tempfile::tempdir().unwrap();
            let logged = "run_id,step,loss,w,b\n0,0,9,8,4\n0,3,1,1,0.5\n";
            std::fs::write(folder.path().join("curves.csv"), logged).unwrap();
            let columns = &["w".to_owned(), "b".to_owned()];
            let pick = || crate::logs::CurvePick { run: &|_| true, columns, loss: "loss", is_optional: false };
            let read = crate::logs::read_curves(&folder.path().join("curves.csv"), [pick(), pick()]).unwrap();
            let path = |start: f64| {
                let input = SurfaceInput {
                    parameters: ["w", "b"].map(str::to_owned),
                    loss: Box::new(|w, b| w * w + b * b),
                    terms: 1,
                    sampled_of: None,
                    steps_of: Box::new(move |_, most| {
                        let size = |step: u64| start / (1_u64 << step) as f64;
                        Some((0..=most).map(|step| (size(step), size(step) / 2.0)).collect())
                    }),
                    minimum: None,
                    elongation: None,
                };
                let paths = Paths::of(study, &Findings::of(study));
                let surface = surface(study, &Findings::of(study), &input, &paths, read.each_ref()).unwrap();
                (surface.panels[0].trajectories[0].points.clone(), surface.subtitle)
            };
            let (points, words) = path(8.0);
            assert_eq!(points, [(8.0, 4.0), (4.0, 2.0), (2.0, 1.0), (1.0, 0.5)]);
            assert_eq!(words, "Paths of training from some of the starts (•), every step");
            let (points, words) = path(16.0);
            assert_eq!(points, [(8.0, 4.0), (1.0, 0.5)], "what was logged is another run\u{2019}s");
            assert_eq!(words, "Paths of training from some of the starts (•), logged steps joined");
        });
    }

    #[test]
    fn the_curves_that_paths_need_are_read_beside_the_sample() {
        let rows: String = (0..40).map(|id| format!("{id},{},0,converged,{},9,1,1\n", id + 1, 90 - id)).collect();
        let swept = [("train.learning_rate", Scale::Log), ("init.w", Scale::Linear)];
        with_table(&format!("{HEAD}\n{rows}"), &swept, Choice::default(), |study| {
            let folder = tempfile::tempdir().unwrap();
            let curves: String = (0..40).map(|run| format!("{run},0,9\n")).collect();
            std::fs::write(folder.path().join("curves.csv"), format!("run_id,step,loss\n{curves}")).unwrap();
            let needed = Paths::of(study, &Findings::of(study)).ids(study);
            assert!(needed.contains(&39), "the fastest: {needed:?}");
            let sample = [0, 7, 15];
            let read = ShownCurves::read(folder.path(), study, &sample, &needed, None).unwrap();
            let ids = |curves: &Curves| curves.iter().map(|curve| curve.run_id).collect::<Vec<u64>>();
            assert_eq!(ids(&read.sampled), [0, 7, 15]);
            let others: Vec<u64> = needed.into_iter().filter(|id| ![0, 7, 15].contains(id)).collect();
            assert_eq!(ids(&read.paths), others, "each run is read once");
        });
    }
}
