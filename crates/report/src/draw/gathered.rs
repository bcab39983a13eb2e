//! What is drawn of a results folder, gathered from its tables, which need not stay in memory for it.

use std::path::Path;

use etascape_insight::findings::Findings;
use etascape_insight::study::Study;
use etascape_insight::subject::Subject;
use etascape_plot::canvas::Canvas;

use crate::Error;
use crate::charts::{Convergence, Fit, FitAnimation, HeatMap, LossCurves, SharpnessChart, Surface, Validation};
use crate::folder::{more_curves, shown_curves, shown_runs, shown_sharpness};
use crate::page::{Data, Part, SHOWN};
use crate::pictures::{self, CURVES, FITS, Paths};

/// Every chart that we draw, in the order of the page.
pub(crate) const CHARTS: [&str; 7] =
    ["loss-curves", "convergence", "heatmap", "validation", "surface", "fit", "sharpness"];

/// What draws a chart; `None` where it makes no sense.
type Sketch<'a> = Option<Box<dyn Fn() -> Canvas + Sync + 'a>>;

/// Those of [`CHARTS`], in their order.
pub(crate) type Sketches<'a> = [Sketch<'a>; CHARTS.len()];

/// What charts and page show.
pub(crate) struct Gathered<'a> {
    pub(crate) findings: Findings,
    pub(crate) sketches: Sketches<'a>,
    /// The fit as it moves, or why there is none; where it is asked for.
    pub(crate) animation: Option<Result<FitAnimation, &'static str>>,
    pub(crate) data: Data,
    /// What was asked for in vain.
    pub(crate) notes: Vec<String>,
}

impl<'a> Gathered<'a> {
    /// Gathers it: what shows curves beside the page's data, what sorts all rows one after the other; last the map, which
    /// has the most cells.
    pub(crate) fn from(folder: &Path, subject: &'a Subject, is_animated: bool) -> Result<Gathered<'a>, Error> {
        let runs = shown_runs(folder, subject, SHOWN)?;
        let study = &Study::new(subject, &runs)?;
        let curves = &shown_curves(folder, study, CURVES)?;
        let sharpness = shown_sharpness(folder, study, CURVES)?;
        let sharpness = sharpness.as_ref();
        let findings = Findings::of(study);
        let convergence = pictures::convergence(study, &findings);
        let surface = subject.surface.as_ref().filter(|_| !curves.is_empty());
        let surface = surface.map(|input| (input, Paths::of(study, &findings)));
        let paths = surface.as_ref().map_or_else(Vec::new, |(_, paths)| paths.missing(study, curves));
        let paths = &more_curves(folder, study, &paths)?;
        // The page's data sorts all rows: on this thread, whose allocator has the memory that findings gave back.
        let ((loss_curves, surface, fit), data) = std::thread::scope(|scope| {
            let of_curves = scope.spawn(|| {
                let surface =
                    surface.and_then(|(input, chosen)| pictures::surface(study, input, &chosen, [curves, paths]));
                let fit = subject.fit.as_ref().and_then(|input| pictures::fit(study, input, curves, FITS));
                (pictures::loss_curves(study, &findings, curves), surface, fit)
            });
            let data = Data::of(&[Part { name: subject.name.clone(), study, curves, sharpness }]);
            (of_curves.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), data)
        });
        let sketches = [
            sketch(loss_curves, LossCurves::draw),
            sketch(convergence, Convergence::draw),
            sketch(pictures::heat_map(study, &findings), HeatMap::draw),
            sketch(pictures::validation(folder, study, &findings)?, Validation::draw),
            sketch(surface, Surface::draw),
            sketch(fit, Fit::draw),
            sketch(sharpness.map(|curves| pictures::sharpness(study, curves)), SharpnessChart::draw),
        ];
        let animation = is_animated.then(|| pictures::fit_animation(study, curves));
        let notes = no_colour(study).into_iter().collect();
        Ok(Gathered { findings, sketches, animation, data, notes })
    }
}

/// That what colour is to show is nothing that can be shown, where runs are logged.
fn no_colour(study: &Study<'_>) -> Option<String> {
    let name = study.subject.choice.color.as_deref()?;
    let is_shown = study.parameter(name).is_some() || study.runs.numbers(name).is_some() || study.runs.is_empty();
    (!is_shown).then(|| format!("report.color has no effect: runs.csv has no column of numbers that is named {name:?}"))
}

fn sketch<'a, T: Sync + 'a>(chart: Option<T>, draw: impl Fn(&T) -> Canvas + Sync + 'a) -> Sketch<'a> {
    chart.map(|chart| Box::new(move || draw(&chart)) as Box<dyn Fn() -> Canvas + Sync + 'a>)
}
