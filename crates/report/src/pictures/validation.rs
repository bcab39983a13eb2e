//! What goes into the chart of training and validation.

use etascape_insight::findings::{Findings, metrics};
use etascape_insight::statistics::quartiles;
use etascape_insight::study::seeds::groups;
use etascape_insight::study::{Parameter, Study};
use etascape_insight::tables::Curves;
use etascape_plot::sheet::ColourKey;
use etascape_sweep::EngineMetric;
use etascape_sweep::program::{Measurement, training_and_held_out};
use etascape_text::{and_more, rounded};

use super::curves::curve;
use super::titles::{first_kind, only_one_kind};
use super::{Absent, Picture, Run, runs};
use crate::charts::{LossCurve, Measure, STATISTICS, Validation};
use crate::scales::key;

/// What is measured over the training rows and over those held out.
struct Measured {
    /// Its columns in the curves: training, validation.
    columns: [String; 2],
    of: Measurement,
}

/// By so much the validation loss must rise again to be said to.
const RISE: f64 = 1.1;
/// Rises are looked for in medians over this share of a line's points to each side, so that a single low point of a line that
/// goes up and down is none.
const AROUND: usize = 14;

/// What is measured on both sides, where rows are held out: the loss, and the accuracy beside it.
fn measured(study: &Study<'_>) -> Vec<Measured> {
    let names = names(study);
    let measured = |of| {
        let columns = training_and_held_out(&names, of)?.map(|place| names[place].clone());
        Some(Measured { columns, of })
    };
    let Some(loss) = measured(Measurement::Loss) else { return Vec::new() };
    std::iter::once(loss).chain(measured(Measurement::Accuracy)).collect()
}

/// The names of the metrics.
fn names(study: &Study<'_>) -> Vec<String> {
    let objective = &study.subject.objective.name;
    let head = study.runs.head();
    if study.subject.limits.is_program {
        return std::iter::once(objective.clone()).chain(metrics(head)).collect();
    }
    let has = |name: &str| name == EngineMetric::Loss.name() || name == objective || head.iter().any(|own| own == name);
    EngineMetric::all().map(EngineMetric::name).filter(|name| has(name)).map(str::to_owned).collect()
}

/// The chart of training and validation, from the curves of each column.
pub(crate) fn validation<'c>(
    study: &Study<'_>,
    findings: &Findings,
    curves: impl Fn(&str) -> Option<&'c Curves>,
) -> Picture<Validation> {
    let colour = study.colour();
    let measures = measured(study);
    let none = Curves::default();
    let side = |column: &String| curves(column).unwrap_or(&none);
    let curves: Vec<[&Curves; 2]> = measures.iter().map(|one| one.columns.each_ref().map(side)).collect();
    let sides = curves.first().ok_or(Absent::NotApplicable)?;
    if let Some(side) = sides.iter().position(|side| side.is_empty()) {
        let reason = format!("no run logged {}", measures[0].columns[side]);
        return Err(Absent::empty("chart of training and validation", &reason));
    }
    let [_, held_out] = sides;
    let one_kind = study.losses().and_then(first_kind);
    let runs = |curves| {
        let of_kind = |run: &Run<'_>| one_kind.is_none_or(|(kinds, kind)| kinds.value(run.0) == kind);
        runs(study, curves).into_iter().filter(of_kind).collect::<Vec<Run<'_>>>()
    };
    let read = runs(held_out).len();
    let sides: Vec<[Lines<'_>; 2]> =
        curves.iter().map(|sides| sides.each_ref().map(|side| lines(study, runs(side), colour))).collect();
    let measured = measures.iter().zip(&sides).filter(|(_, sides)| sides.iter().all(|side| !side.groups.is_empty()));
    let measured: Vec<Measure> = measured
        .map(|(measure, sides)| Measure {
            name: if measure.of == Measurement::Loss { "loss" } else { "accuracy" }.to_owned(),
            is_share: measure.of == Measurement::Accuracy,
            sides: sides.each_ref().map(|side| side.groups.iter().map(|group| curve(study, group, colour)).collect()),
        })
        .collect();
    let [training, held_out] = &sides[0];
    let trained = |line: usize| {
        let first = held_out.groups[line][0].0;
        let same = training.groups.iter().position(|group| group[0].0 == first)?;
        Some(&measured[0].sides[0][same])
    };
    let best = best(&measured[0].sides[1], trained);
    let mut notes = vec![findings.tally()];
    notes.extend(one_kind.map(|(kinds, kind)| only_one_kind(kinds, kind)));
    notes.extend((held_out.groups.len() < read).then(|| match held_out.groups.len() <= STATISTICS {
        true => format!("line: median over {}, band: quartiles", held_out.of_one),
        false => format!("a line is the median over {}", held_out.of_one),
    }));
    Ok(Validation {
        title: best.as_ref().map_or_else(|| "Training and validation".to_owned(), |best| best.title(colour)),
        subtitle: notes.join(" · "),
        best: best.map(|best| (best.step, best.loss)),
        measures: measured,
        key: colour.map_or(ColourKey::None, key),
    })
}

/// The runs of each line, and what medians are over.
struct Lines<'c> {
    groups: Vec<Vec<Run<'c>>>,
    of_one: String,
}

/// A line for each setting where these are few, else for each colour.
fn lines<'c>(study: &Study<'_>, runs: Vec<Run<'c>>, colour: Option<&Parameter<'_>>) -> Lines<'c> {
    let shown: Vec<&Parameter<'_>> = colour.into_iter().collect();
    let settings = groups(study, runs.clone(), &shown);
    let of_seeds = |groups| Lines { groups, of_one: "seeds".to_owned() };
    let Some(colour) = colour.filter(|_| settings.len() > STATISTICS) else { return of_seeds(settings) };
    let mut runs = runs;
    let value = |run: &Run<'_>| colour.value(run.0);
    runs.sort_by(|a, b| value(a).total_cmp(&value(b)));
    let groups: Vec<Vec<Run<'c>>> = runs.chunk_by(|a, b| value(a) == value(b)).map(<[_]>::to_vec).collect();
    match groups.len() == settings.len() {
        true => of_seeds(settings),
        false => Lines { groups, of_one: format!("all runs of one {}", colour.short()) },
    }
}

/// Where the validation loss of a line is the least of all.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Best {
    value: f64,
    step: f64,
    loss: f64,
    /// How many other lines come to the same.
    others: usize,
    /// The validation loss after the last step.
    last: f64,
    /// The training loss at that step, the latest logged, and after the last; `None` where there is none.
    training: Option<(f64, f64)>,
    /// Whether the validation loss has risen at the end, as a trend.
    rises: bool,
}

/// The best of some lines; `training` is that of the same runs.
fn best<'l>(validation: &'l [LossCurve], training: impl Fn(usize) -> Option<&'l LossCurve>) -> Option<Best> {
    let of_line = |(line, validation): (usize, &LossCurve)| {
        let finite = validation.points.iter().filter(|point| point.1.is_finite());
        let &(step, loss) = finite.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let training = training(line).and_then(|line| {
            let reached = line.points.iter().take_while(|point| point.0 <= step).last()?;
            Some((reached.1, line.points.last()?.1))
        });
        let (last, rises) = (validation.points.last()?.1, rises(&validation.points));
        Some(Best { value: validation.value, step, loss, others: 0, last, training, rises })
    };
    let lines = || validation.iter().enumerate().filter(|(_, line)| !line.diverged).filter_map(of_line);
    let best = lines().min_by(|a, b| a.loss.total_cmp(&b.loss))?;
    Some(Best { others: lines().filter(|line| line.loss == best.loss).count() - 1, ..best })
}

/// Whether a line ends well above the least level that it had: most of its last points above the least of its medians over
/// neighbouring points.
fn rises(points: &[(f64, f64)]) -> bool {
    let width = (2 * (points.len() / AROUND)).max(1);
    let near = |points: &[(f64, f64)]| quartiles(points.iter().map(|point| point.1).collect());
    let levels = points.windows(width).filter_map(near).map(|[_, median, _]| median);
    let least = levels.fold(f64::INFINITY, f64::min);
    near(&points[points.len().saturating_sub(width)..]).is_some_and(|[low, _, _]| low > RISE * least)
}

impl Best {
    fn title(&self, colour: Option<&Parameter<'_>>) -> String {
        let words = |value: f64| rounded(value, 3);
        let place = colour.and_then(|colour| key(colour).label(self.value));
        let place = place.map_or_else(String::new, |place| format!(" at {place}"));
        let place = if place.is_empty() { place } else { place + &and_more(self.others) };
        let begin = format!("Validation loss is least{place}, step {}: {}", words(self.step), words(self.loss));
        match self.training {
            Some((then, last)) if self.rises && self.last > RISE * self.loss && last < then => {
                format!("{begin}; then it rises to {} while training falls", words(self.last))
            }
            Some((then, _)) if then.is_finite() => format!("{begin}, with {} in training", words(then)),
            _ => begin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::ShownCurves;
    use crate::testing::with_table;
    use etascape_insight::subject::{Choice, Scale};

    fn line(value: f64, points: &[(f64, f64)]) -> LossCurve {
        LossCurve { value, points: points.to_vec(), ..LossCurve::default() }
    }

    #[test]
    fn the_least_validation_loss_is_found_and_what_comes_after_is_said() {
        let training =
            [line(0.1, &[(0.0, 4.0), (1.0, 2.0), (2.0, 1.0)]), line(0.2, &[(0.0, 4.0), (1.0, 1.0), (2.0, 0.5)])];
        let mut held_out =
            [line(0.1, &[(0.0, 5.0), (1.0, 4.0), (2.0, 3.5)]), line(0.2, &[(0.0, 5.0), (1.0, 3.0), (2.0, 6.0)])];
        let found = best(&held_out, |at| training.get(at)).unwrap();
        let training_loss = Some((1.0, 0.5));
        let expected =
            Best { value: 0.2, step: 1.0, loss: 3.0, others: 0, last: 6.0, training: training_loss, rises: true };
        assert_eq!(found, expected);
        assert_eq!(found.title(None), "Validation loss is least, step 1: 3; then it rises to 6 while training falls");
        let title = best(&held_out[..1], |at| training.get(at)).unwrap().title(None);
        assert_eq!(title, "Validation loss is least, step 2: 3.5, with 1 in training");
        let equal = [0.2, 0.3].map(|value| line(value, &held_out[1].points));
        assert_eq!(best(&equal, |at| training.get(at)).unwrap().others, 1);
        held_out[0].diverged = true;
        assert_eq!(best(&held_out[..1], |_| None), None);
    }

    #[test]
    fn a_low_point_of_a_line_that_goes_up_and_down_is_no_rise() {
        let line = |loss: fn(usize) -> f64| (0..60).map(|step| (step as f64, loss(step))).collect::<Vec<_>>();
        assert!(!rises(&line(|step| if step.is_multiple_of(2) { 0.1 } else { 0.9 })));
        assert!(!rises(&line(|step| if step == 17 { 0.001 } else { 0.5 })), "one step");
        assert!(!rises(&line(|step| 1.0 / (step + 1) as f64)));
        let valley = |step: usize| 0.2 + (step as f64 - 30.0).abs() / 30.0;
        let noise = |step: usize| if step.is_multiple_of(2) { 0.05 } else { -0.05 };
        let of = |loss: &dyn Fn(usize) -> f64| (0..60).map(|step| (step as f64, loss(step))).collect::<Vec<_>>();
        assert!(rises(&of(&valley)) && rises(&of(&|step| valley(step) + noise(step))));
        assert!(!rises(&[]));
    }

    #[test]
    fn training_and_validation_have_points_of_their_own() {
        let table = "run_id,lr,status,steps,initial_loss,final_loss,min_loss,val_loss\n0,1,max_steps,5,9,1,1,2\n";
        with_table(table, &[("lr", Scale::Linear)], Choice::default(), |study| {
            let folder = tempfile::tempdir().unwrap();
            let curves = "run_id,step,loss,val_loss\n0,0,9,\n0,1,4,\n0,2,,5\n0,4,1,\n0,5,,2\n";
            std::fs::write(folder.path().join("curves.csv"), curves).unwrap();
            let read = ShownCurves::read(folder.path(), study, &[0], &[], None).unwrap();
            let chart = validation(study, &Findings::of(study), |column| read.of(column, study.subject)).unwrap();
            assert_eq!(chart.measures[0].sides[0][0].points, [(0.0, 9.0), (1.0, 4.0), (4.0, 1.0)]);
            assert_eq!(chart.measures[0].sides[1][0].points, [(2.0, 5.0), (5.0, 2.0)]);
            assert_eq!(chart.title, "Validation loss is least, step 5: 2, with 1 in training");
        });
    }

    #[test]
    fn the_training_loss_beside_the_best_is_the_latest_that_was_logged() {
        let held_out = [line(0.1, &[(3.0, 5.0), (7.0, 4.0)])];
        let title = |training: &LossCurve| best(&held_out, |_| Some(training)).unwrap().title(None);
        let begin = "Validation loss is least, step 7: 4";
        assert_eq!(title(&line(0.1, &[(0.0, 4.0), (6.0, 2.0), (8.0, 1.0)])), format!("{begin}, with 2 in training"));
        assert_eq!(title(&line(0.1, &[(8.0, 1.0)])), begin, "nothing was logged before");
        assert_eq!(title(&line(0.1, &[(6.0, f64::NAN)])), begin);
    }
}
