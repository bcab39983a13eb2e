//! What goes into the chart of training and validation.

use etascape_insight::findings::Findings;
use etascape_insight::study::seeds::{Member, groups, quartiles};
use etascape_insight::study::{Parameter, Study};
use etascape_insight::tables::{Curve, Curves};
use etascape_plot::sheet::ColourKey;
use etascape_text::rounded;

use super::curves::line;
use super::{Run, runs};
use crate::charts::{LossCurve, Measure, STATISTICS, Validation};
use crate::scales::key;

/// What may be measured on both sides: in turn the columns of the curves.
const MEASURES: [(&str, [&str; 2]); 2] = [("loss", ["loss", "val_loss"]), ("accuracy", ["accuracy", "val_accuracy"])];
/// By so much the validation loss must rise again to be said to.
const RISE: f64 = 1.1;

/// What is measured on both sides, where rows are held out and the stop rules look at the first of it.
fn measured(study: &Study<'_>) -> Vec<(&'static str, [&'static str; 2])> {
    let has_both = |(_, [_, held_out]): &&(&str, [&str; 2])| study.runs.has(held_out);
    let measures: Vec<(&str, [&str; 2])> = MEASURES.iter().filter(has_both).copied().collect();
    let is_ranked = measures.first().is_some_and(|first| first.0 == study.subject.watched());
    if is_ranked { measures } else { Vec::new() }
}

/// The columns of the curves that the chart needs; none where it makes no sense.
pub(crate) fn measures(study: &Study<'_>) -> Vec<String> {
    measured(study).iter().flat_map(|(_, sides)| sides.map(str::to_owned)).collect()
}

/// The chart of training and validation, from curves of its measures.
pub(crate) fn validation(study: &Study<'_>, findings: &Findings, curves: &Curves) -> Option<Validation> {
    (!curves.is_empty()).then(|| of_curves(study, findings, &measured(study), curves))
}

fn of_curves(study: &Study<'_>, findings: &Findings, measures: &[(&str, [&str; 2])], curves: &Curves) -> Validation {
    let colour = study.colour();
    let runs = runs(study, curves);
    let read = runs.len();
    let (groups, of_one) = lines(study, runs, colour);
    let measured: Vec<Measure> = measures
        .iter()
        .enumerate()
        .map(|(place, (name, _))| Measure {
            name: (*name).to_owned(),
            is_share: *name == "accuracy",
            sides: [2 * place, 2 * place + 1]
                .map(|column| groups.iter().map(|group| curve(study, group, column, colour)).collect()),
        })
        .collect();
    let best = best(&measured[0]);
    let mut notes = vec![findings.tally()];
    notes.extend((groups.len() < read).then(|| match groups.len() <= STATISTICS {
        true => format!("line: median over {of_one}, band: quartiles"),
        false => format!("a line is the median over {of_one}"),
    }));
    Validation {
        title: best.as_ref().map_or_else(|| "Training and validation".to_owned(), |best| best.title(colour)),
        subtitle: notes.join(" · "),
        best: best.map(|best| (best.step, best.loss)),
        measures: measured,
        key: colour.map_or(ColourKey::None, key),
    }
}

/// The runs of each line: of a setting where these are few, else of a colour; and what medians are over.
fn lines<'c>(study: &Study<'_>, runs: Vec<Run<'c>>, colour: Option<&Parameter<'_>>) -> (Vec<Vec<Run<'c>>>, String) {
    let shown: Vec<&Parameter<'_>> = colour.into_iter().collect();
    let settings = groups(study, runs.clone(), &shown);
    let Some(colour) = colour.filter(|_| settings.len() > STATISTICS) else { return (settings, "seeds".to_owned()) };
    let mut runs = runs;
    let value = |run: &Run<'_>| colour.value(run.0);
    runs.sort_by(|a, b| value(a).total_cmp(&value(b)));
    let lines: Vec<Vec<Run<'c>>> = runs.chunk_by(|a, b| value(a) == value(b)).map(<[_]>::to_vec).collect();
    match lines.len() == settings.len() {
        true => (settings, "seeds".to_owned()),
        false => (lines, format!("all runs of one {}", colour.short())),
    }
}

/// The quartiles of a column over a group; the first column is the training loss.
fn curve(study: &Study<'_>, group: &[Run<'_>], column: usize, colour: Option<&Parameter<'_>>) -> LossCurve {
    let value = |curve: &Curve<'_>, point| curve.values(point).nth(column).flatten().unwrap_or(f64::NAN);
    let values: Vec<Vec<f64>> =
        group.iter().map(|(_, curve)| (0..curve.steps.len()).map(|point| value(curve, point)).collect()).collect();
    let members: Vec<Member<'_>> = group
        .iter()
        .zip(&values)
        .map(|((row, curve), values)| Member { steps: curve.steps, values, diverged: study.diverged(*row) })
        .collect();
    let mut line = line(study, group, &quartiles(&members), colour);
    if group.len() == 1 {
        line.band.clear();
    }
    line
}

/// Where the validation loss of a line is the least of all.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Best {
    value: f64,
    step: f64,
    loss: f64,
    /// The training loss at that step.
    training: f64,
    /// Training and validation loss after the last step.
    last: (f64, f64),
}

fn best(measure: &Measure) -> Option<Best> {
    let [training, validation] = &measure.sides;
    let of_line = |(training, validation): (&LossCurve, &LossCurve)| {
        let finite = validation.points.iter().enumerate().filter(|(_, point)| point.1.is_finite());
        let (place, &(step, loss)) = finite.min_by(|a, b| a.1.1.total_cmp(&b.1.1))?;
        let last = (training.points.last()?.1, validation.points.last()?.1);
        Some(Best { value: validation.value, step, loss, training: training.points.get(place)?.1, last })
    };
    let lines = training.iter().zip(validation).filter(|(line, _)| !line.diverged);
    lines.filter_map(of_line).min_by(|a, b| a.loss.total_cmp(&b.loss))
}

impl Best {
    fn title(&self, colour: Option<&Parameter<'_>>) -> String {
        let words = |value: f64| rounded(value, 3);
        let place = colour.and_then(|colour| key(colour).label(self.value));
        let place = place.map_or_else(String::new, |place| format!(" at {place}"));
        let (loss, step) = (words(self.loss), words(self.step));
        let begin = format!("Validation loss is least{place}, step {step}: {loss}");
        if self.last.1 > RISE * self.loss && self.last.0 < self.training {
            return format!("{begin}; then it rises to {} while training falls", words(self.last.1));
        }
        format!("{begin}, with {} in training", words(self.training))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(value: f64, points: &[(f64, f64)]) -> LossCurve {
        LossCurve { value, points: points.to_vec(), ..LossCurve::default() }
    }

    #[test]
    fn the_least_validation_loss_is_found_and_what_comes_after_is_said() {
        let training =
            vec![line(0.1, &[(0.0, 4.0), (1.0, 2.0), (2.0, 1.0)]), line(0.2, &[(0.0, 4.0), (1.0, 1.0), (2.0, 0.5)])];
        let held_out =
            vec![line(0.1, &[(0.0, 5.0), (1.0, 4.0), (2.0, 3.5)]), line(0.2, &[(0.0, 5.0), (1.0, 3.0), (2.0, 6.0)])];
        let mut measure = Measure { name: "loss".into(), sides: [training, held_out], is_share: false };
        let found = best(&measure).unwrap();
        assert_eq!(found, Best { value: 0.2, step: 1.0, loss: 3.0, training: 1.0, last: (0.5, 6.0) });
        assert_eq!(found.title(None), "Validation loss is least, step 1: 3; then it rises to 6 while training falls");
        measure.sides.iter_mut().for_each(|side| side.truncate(1));
        assert_eq!(best(&measure).unwrap().title(None), "Validation loss is least, step 2: 3.5, with 1 in training");
        measure.sides[0][0].diverged = true;
        assert_eq!(best(&measure), None);
    }
}
