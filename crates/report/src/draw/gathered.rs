//! What is drawn of a results folder, gathered from its tables, which need not stay in memory for it.

use std::path::Path;

use etascape_insight::findings::Findings;
use etascape_insight::importance::Importance;
use etascape_insight::study::settings::Settings;
use etascape_insight::study::{Parameter, Study, Within};
use etascape_insight::subject::Subject;
use etascape_plot::canvas::Canvas;

use crate::Error;
use crate::charts::{Convergence, Fit, FitAnimation, HeatMap, LossCurves, SharpnessChart, Surface, Validation};
use crate::folder::{ShownCurves, has_curves, shown_runs};
use crate::page::{Data, Part, SHOWN};
use crate::pictures::{self, Absent, CURVES, FITS, Paths, Picture};

/// Every chart that we draw, in the order of the page.
pub(crate) const CHARTS: [&str; 7] =
    ["loss-curves", "convergence", "heatmap", "validation", "surface", "fit", "sharpness"];

/// What draws a chart; `None` where there is none.
type Sketch<'a> = Option<Box<dyn Fn() -> Canvas + Sync + 'a>>;

/// Those of [`CHARTS`], in their order.
pub(crate) type Sketches<'a> = [Sketch<'a>; CHARTS.len()];

/// What charts and page show.
pub(crate) struct Gathered<'a> {
    pub(crate) findings: Findings,
    /// What each parameter explains of the spread of the objective, or why that is left out; `None` where no two vary.
    pub(crate) importance: Option<Result<Importance, String>>,
    pub(crate) sketches: Sketches<'a>,
    /// The fit as it moves, or why there is none; where it is asked for.
    pub(crate) animation: Option<Result<FitAnimation, &'static str>>,
    pub(crate) data: Data,
    /// What was asked for in vain.
    pub(crate) notes: Vec<String>,
}

impl<'a> Gathered<'a> {
    /// Gathers it: first which curves are wanted, which all rows tell, and with one pass these curves; then what shows them
    /// beside the page's data, what groups all rows one after the other; last the map, which has the most cells.
    pub(crate) fn from(folder: &Path, subject: &'a Subject, is_animated: bool) -> Result<Gathered<'a>, Error> {
        let (mut runs, Settings { best, sample }) = shown_runs(folder, subject, SHOWN)?;
        let (study, sample) = (&Study::new(subject, &runs)?, &sample);
        let within = Within::of(study);
        let findings = Findings::from_tables(study, best);
        let surface = subject.surface.as_ref().filter(|_| has_curves(folder));
        let surface = surface.map(|input| (input, Paths::of(study, &findings)));
        let mut paths = surface.as_ref().map_or_else(Vec::new, |(_, paths)| paths.ids(study));
        paths.extend(findings.curves(study));
        let read = ShownCurves::read(folder, study, &sample.rows(CURVES), &paths, within.as_ref())?;
        let unlogged = within.as_ref().filter(|_| !has_curves(folder)).map(unlogged);
        let within = read.add_within(subject, &mut runs, within)?;
        let study = &Study::new(subject, &runs)?;
        let (curves, paths, sharpness) = (&read.sampled, &read.paths, read.sharpness.as_ref());
        let findings = findings.with_curves(study, &[curves, paths], within);
        let convergence = pictures::convergence(study, &findings);
        let validation = pictures::validation(study, &findings, |column| read.of(column, subject));
        let surface = surface.filter(|_| !curves.is_empty());
        // The page's data groups all rows: on this thread, whose allocator has the memory that findings gave back.
        let ((loss_curves, surface, fit), data) = std::thread::scope(|scope| {
            let of_curves = scope.spawn(|| {
                let surface = surface
                    .and_then(|(input, chosen)| pictures::surface(study, &findings, input, &chosen, [curves, paths]));
                let fit = subject.fit.as_ref().and_then(|input| pictures::fit(study, input, curves, FITS));
                (pictures::loss_curves(study, &findings, curves), surface, fit)
            });
            let within = findings.within.as_ref();
            let data = Data::of(&[Part { name: subject.name.clone(), study, sample, curves: &read, within }]);
            (of_curves.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), data)
        });
        let mut notes: Vec<String> = no_colour(study).into_iter().chain(single_values(study)).chain(unlogged).collect();
        let sketches = [
            sketch(drawn(loss_curves, &mut notes), LossCurves::draw),
            sketch(drawn(convergence, &mut notes), Convergence::draw),
            sketch(drawn(pictures::heat_map(study, &findings), &mut notes), HeatMap::draw),
            sketch(drawn(validation, &mut notes), Validation::draw),
            sketch(surface, Surface::draw),
            sketch(fit, Fit::draw),
            sketch(sharpness.map(|curves| pictures::sharpness(study, sample, curves)), SharpnessChart::draw),
        ];
        let animation = is_animated.then(|| pictures::fit_animation(study, curves));
        let importance = Importance::of(study);
        Ok(Gathered { findings, importance, sketches, animation, data, notes })
    }
}

/// That what colour is to show is nothing that can be shown, where runs are logged.
fn no_colour(study: &Study<'_>) -> Option<String> {
    let name = study.subject.choice.color.as_deref()?;
    let is_shown = study.parameter(name).is_some() || study.runs.numbers(name).is_some() || study.runs.is_empty();
    (!is_shown).then(|| format!("report.color has no effect: runs.csv has no column of numbers that is named {name:?}"))
}

/// That no step is known at which runs were near the least loss.
fn unlogged(within: &Within) -> String {
    format!("no run converged, and no curves are logged that would show when runs came {}", within.all_words())
}

/// The parameters that are asked for and are not shown, since they have a single value where others vary.
fn single_values(study: &Study<'_>) -> Vec<String> {
    let choice = &study.subject.choice;
    let asked = [("x", &choice.x), ("y", &choice.y), ("color", &choice.color), ("facet", &choice.facet)];
    let is_single = |path: &str| study.parameter(path).is_some_and(|one| !one.varies());
    let any_varies = study.parameters.iter().any(Parameter::varies);
    let single = asked.iter().filter_map(|(key, path)| Some((key, path.as_deref().filter(|path| is_single(path))?)));
    let words = single.map(|(key, path)| format!("report.{key} has no effect: {path} has a single value"));
    if any_varies { words.collect() } else { Vec::new() }
}

/// A chart; where it would say nothing, a note says so.
fn drawn<T>(picture: Picture<T>, notes: &mut Vec<String>) -> Option<T> {
    match picture {
        Ok(chart) => Some(chart),
        Err(Absent::NotApplicable) => None,
        Err(Absent::Empty(reason)) => {
            notes.push(reason);
            None
        }
    }
}

fn sketch<'a, T: Sync + 'a>(chart: Option<T>, draw: impl Fn(&T) -> Canvas + Sync + 'a) -> Sketch<'a> {
    chart.map(|chart| Box::new(move || draw(&chart)) as Box<dyn Fn() -> Canvas + Sync + 'a>)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::OPENED;
    use etascape_insight::subject::{Scale, Stability, SurfaceInput, SweptParameter};

    /// Three rates, each with so many seeds that the curves of two are sampled.
    #[test]
    fn each_table_is_read_once_whatever_is_shown_of_it() {
        const SEEDS: usize = 700;
        let folder = tempfile::tempdir().unwrap();
        let rates = [0.1, 0.2, 0.4].into_iter().flat_map(|rate| [rate; SEEDS]).enumerate();
        let row = |(id, rate): (usize, f64)| format!("{id},{rate},{},converged,{},9,1,1,2\n", id % SEEDS, 9 + id);
        let head = "run_id,train.learning_rate,seed,status,steps,initial_loss,final_loss,min_loss,val_loss\n";
        let table = std::iter::once(head.to_owned()).chain(rates.map(row)).collect::<String>();
        std::fs::write(folder.path().join("runs.csv"), table).unwrap();
        let points = (0..3 * SEEDS).map(|id| format!("{id},0,9,9,4,1,2\n{id},1,1,2,,2,1\n")).collect::<String>();
        let curves = format!("run_id,step,loss,val_loss,sharpness,w,b\n{points}");
        std::fs::write(folder.path().join("curves.csv"), curves).unwrap();
        let surface = SurfaceInput {
            parameters: ["w", "b"].map(str::to_owned),
            loss: Box::new(|w, b| w * w + b * b),
            terms: 1,
            sampled_of: None,
            steps_of: Box::new(|_, _| None),
            minimum: None,
            elongation: None,
        };
        let swept = [("train.learning_rate", Scale::Log), ("seed", Scale::Linear)];
        let subject = Subject {
            parameters: swept.map(|(path, scale)| SweptParameter { path: path.to_owned(), scale }).to_vec(),
            surface: Some(surface),
            sharpness: Some(Stability::OfSweptRate),
            ..Subject::default()
        };
        OPENED.take();
        let gathered = Gathered::from(folder.path(), &subject, false).unwrap();
        assert_eq!(OPENED.take(), ["runs.csv", "curves.csv"].map(|name| folder.path().join(name)));
        let drawn = CHARTS.iter().zip(&gathered.sketches).filter(|(_, sketch)| sketch.is_some());
        let drawn: Vec<&str> = drawn.map(|(chart, _)| *chart).collect();
        assert_eq!(drawn, ["loss-curves", "convergence", "validation", "surface", "sharpness"]);
    }
}
