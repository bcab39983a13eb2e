//! The content of the convergence chart.

use std::collections::BTreeSet;

use etascape_insight::findings::Findings;
use etascape_insight::statistics::evenly;
use etascape_insight::study::groups::{Groups, Rows};
use etascape_insight::study::{Parameter, Study, Within, steps_name};
use etascape_insight::theory::Theory;
use etascape_plot::sheet::ColourKey;
use etascape_text::rounded;

use super::absent::{all_end_at, none_ends, the_same};
use super::best::{Shown, outcomes_of};
use super::{Absent, Picture};
use crate::charts::{Convergence, ConvergencePanel, OutcomeLine, OutcomePoint, PredictedLine, Quantities};
use crate::scales::{Bins, Facets, axis, key, rates};

/// The most lines in a panel.
const LINES: usize = 64;
/// The most lines whose quartiles are drawn.
const STATISTICS: usize = 12;

/// The convergence chart. Its steps are those until runs converge; where almost none does, those until they are near the
/// least loss.
pub(crate) fn convergence(study: &Study<'_>, findings: &Findings) -> Picture<Convergence> {
    let across = study.across().filter(|across| !across.is_seed() && across.varies());
    let across = across.ok_or_else(|| no_axis(study))?;
    let beside = study.beside(across).filter(|beside| beside.varies());
    if let Some(reason) = nothing_differs(study) {
        return Err(Absent::empty("convergence chart", &reason));
    }
    let facets = Facets::of(study.facet());
    let bins = if beside.is_some() { Bins::of(across) } else { Bins::of_one_line(across) };
    let (mut count, mut most) = (1, 1);
    let until = findings.within.as_ref().and_then(|within| within.theory(study.subject));
    let theory = until.as_ref().or(study.subject.theory.as_ref());
    let panels: Vec<ConvergencePanel> = facets.each(study.runs.len(), |title, rows| {
        let lines = PanelLines::of(study, (across, &bins), beside, rows, theory);
        count = lines.count;
        most = most.max(lines.most);
        ConvergencePanel {
            title: title.to_owned(),
            diverged: diverged_shares(study, across, &bins, rows),
            predicted: lines.predicted,
            lines: lines.shown,
        }
    });
    let shown = panels.iter().map(|panel| panel.lines.len()).max().unwrap_or(0);
    let mut notes = vec![findings.tally()];
    notes.extend(facets.note.clone());
    notes.extend(beside.map(|beside| match shown == count {
        true => format!("a line per {}", beside.path),
        false => format!("{shown} of {count} lines, one per {}", beside.path),
    }));
    let named: Vec<&Parameter<'_>> = [Some(across), beside, facets.parameter()].into_iter().flatten().collect();
    notes.extend((most > 1).then(|| match shown <= STATISTICS {
        true => format!("median and quartiles over {}", taken_together(study, &named, bins.shared)),
        false => format!("medians over {}", taken_together(study, &named, bins.shared)),
    }));
    let has_steps = outcomes_of(&panels).any(|outcome| outcome.steps.is_some());
    let quantities = Quantities::of(&panels);
    let shown = Shown {
        study,
        within: findings.within.as_ref(),
        quantities,
        across,
        beside,
        panels: &panels,
        is_median: most > 1,
        is_shared: bins.shared,
    };
    let mut key = beside.map_or(ColourKey::None, key);
    if let ColourKey::Names { notes, .. } = &mut key {
        *notes = shown.best_of_each();
    }
    let title = shown.title(findings);
    let within = findings.within.as_ref().map(Within::all_words).filter(|words| !title.contains(words));
    notes.extend(match (within, has_steps) {
        (Some(within), true) => (quantities != Quantities::Losses).then(|| format!("steps until {within}")),
        (Some(within), false) => Some(format!("no logged point is {within}")),
        (None, true) => None,
        (None, false) => none_converged(study),
    });
    Ok(Convergence {
        title,
        subtitle: notes.join(" · "),
        x_name: across.title(),
        x: axis(across),
        key,
        panels,
        shown: quantities,
        steps_name: steps_name(findings.within.as_ref()),
        is_convergence: findings.within.is_none(),
        limit: study.subject.theory_limit.filter(|_| across.path == "train.learning_rate"),
        loss_name: study.subject.objective.last().replace('_', " "),
        is_log: study.subject.objective.may_be_log(),
        has_own_axes: study.losses().is_some(),
    })
}

/// Why nothing is across: nothing varies but seeds, and the loss.
fn no_axis(study: &Study<'_>) -> Absent {
    const KINDS: &str = "losses of different kinds have no axis in common, and nothing else varies";
    study.losses().map_or(Absent::NotApplicable, |_| Absent::empty("convergence chart", KINDS))
}

/// Why the outcomes would say nothing: there are none, or all are the same.
fn nothing_differs(study: &Study<'_>) -> Option<String> {
    let rows = || 0..study.runs.len();
    let ends = || rows().filter_map(|row| study.settled_loss(row));
    if ends().next().is_none() {
        return Some(none_ends(study));
    }
    let steps = || rows().filter_map(|row| Some(study.steps_shown(std::iter::once(row))?[1]));
    let tells_more = match steps().count() {
        0 => false,
        some => some < rows().len() || the_same(steps()).is_none(),
    };
    let number = the_same(ends()).filter(|_| !tells_more && !rows().any(|row| study.diverged(row)))?;
    Some(all_end_at(study, ends().count(), number))
}

/// That no run converged, where there is a limit on the objective below which it would have.
fn none_converged(study: &Study<'_>) -> Option<String> {
    let objective = &study.subject.objective;
    if !objective.is_watched || objective.maximise {
        return None;
    }
    let limit = study.subject.limits.converged_below.filter(|&limit| limit > 0.0 || study.subject.limits.is_program)?;
    Some(format!("none came down to {}", rounded(limit, 2)))
}

/// What statistics are over, in words, where a point of a chart has several runs: neighbouring values in one bin, seeds, or
/// parameters that are not shown.
pub(super) fn taken_together(study: &Study<'_>, shown: &[&Parameter<'_>], is_shared: bool) -> &'static str {
    let is_shown =
        |one: &Parameter<'_>| shown.iter().any(|other| other.path == one.path || study.advance_together(one, other));
    let mut hidden = study.parameters.iter().filter(|one| one.varies() && !is_shown(one));
    match hidden.all(Parameter::is_seed) {
        _ if is_shared => "neighbours",
        true => "seeds",
        false => "the rest",
    }
}

/// The lines of a panel.
struct PanelLines {
    shown: Vec<OutcomeLine>,
    /// The number of all lines, also those that are not shown.
    count: usize,
    /// The most runs at a point of a line.
    most: usize,
    predicted: Vec<PredictedLine>,
}

impl PanelLines {
    fn of(
        study: &Study<'_>,
        (across, bins): (&Parameter<'_>, &Bins),
        beside: Option<&Parameter<'_>>,
        rows: Rows<'_>,
        theory: Option<&Theory>,
    ) -> PanelLines {
        let kinds = beside.map(|beside| (beside, Bins::of(beside)));
        let groups = kinds.as_ref().map(|(beside, kinds)| (kinds, by_value(beside, kinds, rows)));
        let groups: Vec<(f64, Rows<'_>)> = match &groups {
            Some((kinds, groups)) => {
                groups.iter().map(|(kind, rows)| (kinds.value(kind), Rows::Listed(rows))).collect()
            }
            None => vec![(0.0, rows)],
        };
        let chosen: Vec<(f64, Rows<'_>)> = evenly(groups.len(), LINES).map(|group| groups[group]).collect();
        let mut most = 0;
        let line = |&(value, rows): &(f64, Rows<'_>)| {
            let groups = by_value(across, bins, rows);
            most = groups.iter().map(|(_, rows)| rows.len()).fold(most, usize::max);
            OutcomeLine { value, outcomes: outcomes(study, bins, &groups) }
        };
        PanelLines {
            shown: chosen.iter().map(line).collect(),
            count: groups.len(),
            most,
            predicted: predictions(study, theory, across, &chosen),
        }
    }
}

/// Rows grouped by their value of a parameter.
fn by_value(parameter: &Parameter<'_>, bins: &Bins, rows: Rows<'_>) -> Groups {
    let place = parameter.map(|value| bins.index(value));
    Groups::of(|| rows.iter(), bins.values.len(), |row| place(row as usize))
}

fn outcomes(study: &Study<'_>, bins: &Bins, groups: &Groups) -> Vec<OutcomePoint> {
    let outcome = |(place, rows): (usize, &[u32])| OutcomePoint {
        x: bins.value(place),
        steps: study.steps_shown(rows.iter().map(|&row| row as usize)),
        loss: study.loss_quartiles(rows.iter().map(|&row| row as usize)),
    };
    groups.iter().map(outcome).collect()
}

fn diverged_shares(study: &Study<'_>, across: &Parameter<'_>, bins: &Bins, rows: Rows<'_>) -> Vec<(f64, f64)> {
    let mut counts = vec![(0_usize, 0_usize); bins.values.len()];
    let place = across.map(|value| bins.index(value));
    for row in rows.iter().map(|row| row as usize) {
        if let Some(place) = place(row) {
            counts[place].0 += usize::from(study.diverged(row));
            counts[place].1 += 1;
        }
    }
    let share = |(place, (diverged, all)): (usize, (usize, usize))| {
        (all > 0).then(|| (bins.value(place), diverged as f64 / all as f64))
    };
    counts.into_iter().enumerate().filter_map(share).collect()
}

/// The predicted steps over the learning rate, until runs have converged by a theory. If all starts agree within a few per cent, there is one
/// line, that of the middle start; else each of some lines has the median over its starts.
fn predictions(
    study: &Study<'_>,
    theory: Option<&Theory>,
    across: &Parameter<'_>,
    lines: &[(f64, Rows<'_>)],
) -> Vec<PredictedLine> {
    const MOST: usize = 8;
    let theory = theory.filter(|theory| across.path == "train.learning_rate" && theory.is_plain);
    let Some(theory) = theory.filter(|theory| !theory.starts.is_empty()) else { return Vec::new() };
    let rates = rates(theory, across);
    let starts = |rows: Rows<'_>| {
        let all: BTreeSet<usize> = rows.iter().filter_map(|row| theory.start_of(study.runs.id(row as usize))).collect();
        let all: Vec<usize> = all.into_iter().collect();
        evenly(all.len(), MOST).map(|at| all[at]).collect::<Vec<usize>>()
    };
    let lines: Vec<(f64, Vec<usize>)> = lines.iter().map(|&(value, rows)| (value, starts(rows))).collect();
    let predicted = |value: Option<f64>, starts: &[usize]| PredictedLine {
        value,
        points: rates.iter().filter_map(|&rate| Some((rate, theory.median_steps(starts, rate)?))).collect(),
    };
    let all: Vec<usize> = lines.iter().flat_map(|line| &line.1).copied().collect();
    if theory.are_alike(&all) {
        return all.get(all.len() / 2).map(|&middle| predicted(None, &[middle])).into_iter().collect();
    }
    evenly(lines.len(), MOST).map(|at| predicted(Some(lines[at].0), &lines[at].1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TABLE, with_table};
    use etascape_insight::subject::{Choice, Scale};

    #[test]
    fn outcomes_are_quartiles_over_seeds() {
        let swept =
            [("train.learning_rate", Scale::Log), ("train.optimizer", Scale::Categories), ("seed", Scale::Linear)];
        with_table(TABLE, &swept, Choice::default(), |study| {
            let chart = convergence(study, &Findings::of(study)).unwrap();
            let [panel] = &chart.panels[..] else { panic!("one panel") };
            let sgd = &panel.lines[0].outcomes;
            let expected = [
                OutcomePoint { x: 0.1, steps: None, loss: Some([3.0, 4.0, 6.0]) },
                OutcomePoint { x: 1.0, steps: Some([12.5, 15.0, 17.5]), loss: Some([2.0, 3.0, f64::INFINITY]) },
            ];
            assert_eq!(sgd[..], expected);
            assert_eq!(panel.lines[1].outcomes[1], OutcomePoint { x: 1.0, steps: None, loss: None });
            assert_eq!(panel.diverged, [(0.1, 0.0), (1.0, 0.5)], "3 of the 6 at 1");
            assert!(chart.subtitle.ends_with("median and quartiles over seeds"), "{}", chart.subtitle);
        });
    }

    #[test]
    fn names_have_a_best_each_and_outcomes_that_are_one_number_no_chart() {
        let swept =
            [("train.learning_rate", Scale::Log), ("train.optimizer", Scale::Categories), ("seed", Scale::Linear)];
        with_table(TABLE, &swept, Choice::default(), |study| {
            let chart = convergence(study, &Findings::of(study)).unwrap();
            assert_eq!(chart.title, "Least median final loss 3 at η = 1, sgd", "steps at one rate are not shown");
            let converged = TABLE.replace("0.1,sgd,0,max_steps", "0.1,sgd,0,converged");
            with_table(&converged, &swept, Choice::default(), |study| {
                let chart = convergence(study, &Findings::of(study)).unwrap();
                assert_eq!(chart.title, "Fastest to converge: median 15 steps at η = 1, sgd");
                let ColourKey::Names { notes, .. } = &chart.key else { panic!("names") };
                assert_eq!(notes[..], ["15 steps, η = 1", "6, η = 0.1"], "adam never converged");
            });
            let several = "run_id,train.learning_rate,train.optimizer,status,steps,initial_loss,final_loss,min_loss\n\
                           0,0.1,sgd,converged,45,9,0,0\n1,0.1,adam,converged,15,9,0,0\n";
            with_table(several, &swept[..2], Choice::default(), |study| {
                let chart = convergence(study, &Findings::of(study)).unwrap();
                assert_eq!(chart.title, "Fastest to converge: 15 steps at adam");
            });
            let ColourKey::Names { notes, .. } = &chart.key else { panic!("names") };
            assert_eq!(notes[..], ["3, η = 1", "6, η = 0.1"]);
        });
        let absent = |rows: &str| {
            let head = "run_id,train.learning_rate,status,steps,initial_loss,final_loss,min_loss";
            let mut reason = None;
            with_table(&format!("{head}\n{rows}"), &swept[..1], Choice::default(), |study| {
                reason = convergence(study, &Findings::of(study)).err();
            });
            match reason {
                Some(Absent::Empty(words)) => words.split(": ").nth(1).unwrap_or_default().to_owned(),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(absent("0,1,max_steps,5,9,7,7\n1,2,max_steps,5,9,7,7\n"), "2 runs end at a loss of 7");
        assert_eq!(absent("0,1,max_steps,5,9,7,7\n1,2,max_steps,5,9,7.01,7\n"), "None");
        assert_eq!(absent("0,1,converged,0,0,0,0\n1,2,converged,0,0,0,0\n"), "2 runs end at a loss of 0");
        assert_eq!(absent("0,1,converged,1,9,0,0\n1,2,converged,2,9,0,0\n"), "None", "one is faster");
        assert_eq!(absent("0,1,max_steps,5,9,7,7\n1,2,failed,0,,,\n"), "only 1 run has a final loss, 7");
        assert_eq!(absent("0,1,max_steps,5,9,7,7\n1,2,diverged,5,9,inf,9\n"), "None", "where it diverges is seen");
        assert_eq!(absent("0,1,diverged,5,9,inf,9\n"), "Some(NotApplicable)", "nothing is swept");
    }

    #[test]
    fn a_title_counts_what_is_exactly_as_good() {
        let table = "run_id,train.learning_rate,status,steps,initial_loss,final_loss,min_loss\n\
                     0,1,max_steps,5,9,2,2\n1,2,max_steps,5,9,2,2\n2,3,max_steps,5,9,4,4\n";
        with_table(table, &[("train.learning_rate", Scale::Linear)], Choice::default(), |study| {
            let chart = convergence(study, &Findings::of(study)).unwrap();
            assert_eq!(chart.title, "Least final loss 2 at η = 1 and 1 more");
        });
    }

    #[test]
    fn a_caption_speaks_of_seeds_where_seeds_are_taken_together() {
        let caption = |sweep: &[(&str, Scale)], head: &str, rows: &[&str]| {
            let row = |(id, values): (usize, &&str)| format!("{id},{values},max_steps,9,9,{id},1\n");
            let rows: String = rows.iter().enumerate().map(row).collect();
            let table = format!("run_id,{head},status,steps,initial_loss,final_loss,min_loss\n{rows}");
            let mut subtitle = String::new();
            with_table(&table, sweep, Choice::default(), |study| {
                subtitle = convergence(study, &Findings::of(study)).unwrap().subtitle;
            });
            subtitle
        };
        let [rate, scale, w] = ["train.learning_rate", "init.scale", "init.w"].map(|path| (path, Scale::Linear));
        let seed = ("seed", Scale::Linear);
        let tally = "2 runs · 2 took all steps";
        assert_eq!(caption(&[rate, scale], "train.learning_rate,init.scale", &["1,1", "2,1"]), tally, "one scale");
        assert_eq!(caption(&[rate, seed], "train.learning_rate,seed", &["1,5", "2,5"]), tally, "one seed");
        let zipped = caption(&[rate, scale, w], "train.learning_rate,init.scale,init.w", &["1,1,3", "2,2,4"]);
        assert_eq!(zipped, tally, "what advances together has no line each");
        let head = "train.learning_rate,init.scale,seed";
        let seeds = caption(&[rate, scale, seed], head, &["1,1,5", "1,1,6", "2,2,5", "2,2,6"]);
        assert_eq!(seeds, "4 runs · 4 took all steps · median and quartiles over seeds");
        let seeds = caption(&[rate, seed], "train.learning_rate,seed", &["1,5", "1,6", "2,5", "2,6"]);
        assert_eq!(seeds, "4 runs · 4 took all steps · median and quartiles over seeds");
    }
}
