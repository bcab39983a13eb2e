//! What is drawn of a results folder, gathered from its tables, which need not stay in memory for it.

use std::path::Path;

use crate::Error;
use crate::canvas::Canvas;
use crate::charts::{Convergence, Fit, FitAnimation, HeatMap, LossCurves, SharpnessChart, Surface, Validation};
use crate::edge;
use crate::findings::Findings;
use crate::logs::Curves;
use crate::page::{Data, Part};
use crate::pictures::{self, CURVES, FITS};
use crate::study::Study;
use crate::subject::Subject;
use crate::tables::{read_curves, read_runs};

/// Every chart that we draw, in the order of the page.
pub(crate) const CHARTS: [&str; 7] =
    ["loss-curves", "convergence", "heatmap", "validation", "surface", "fit", "sharpness"];

/// What draws a chart; `None` where it makes no sense.
type Sketch<'a> = Option<Box<dyn Fn() -> Canvas + Send + Sync + 'a>>;

/// Those of [`CHARTS`], in their order.
pub(crate) type Sketches<'a> = [Sketch<'a>; CHARTS.len()];

/// What charts and page show.
pub(crate) struct Gathered<'a> {
    pub(crate) findings: Findings,
    pub(crate) sketches: Sketches<'a>,
    /// The fit as it moves, or why there is none; where it is asked for.
    pub(crate) animation: Option<Result<FitAnimation, &'static str>>,
    pub(crate) data: Data,
}

impl<'a> Gathered<'a> {
    /// Gathers it.
    pub(crate) fn from(folder: &Path, subject: &'a Subject, is_animated: bool) -> Result<Gathered<'a>, Error> {
        let runs = read_runs(folder, subject)?;
        let study = &Study::new(subject, &runs)?;
        let curves = &read_curves(folder, study, CURVES)?;
        let sharpness = edge::read(folder, study, CURVES)?;
        let sharpness = sharpness.as_ref();
        let findings = Findings::of(study);
        let (pictures, data) = rayon::join(
            || pictures(folder, subject, study, &findings, curves, sharpness),
            || Data::of(&[Part { name: subject.name.clone(), study, curves, sharpness }]),
        );
        let animation = is_animated.then(|| pictures::fit_animation(study, curves));
        Ok(Gathered { sketches: pictures?, findings, animation, data })
    }
}

/// What draws each chart, gathered one after the other, since some sort all rows; last the map, which has the most cells.
fn pictures<'a>(
    folder: &Path,
    subject: &'a Subject,
    study: &Study<'_>,
    findings: &Findings,
    curves: &Curves,
    sharpness: Option<&Curves>,
) -> Result<Sketches<'a>, Error> {
    let surface = subject.surface.as_ref().and_then(|input| pictures::surface(study, findings, input, curves));
    let fit = subject.fit.as_ref().and_then(|input| pictures::fit(study, input, curves, FITS));
    let convergence = pictures::convergence(study, findings);
    Ok([
        sketch(pictures::loss_curves(study, findings, curves), LossCurves::draw),
        sketch(convergence, Convergence::draw),
        sketch(pictures::heat_map(study, findings), HeatMap::draw),
        sketch(pictures::validation(folder, study, findings)?, Validation::draw),
        sketch(surface, Surface::draw),
        sketch(fit, Fit::draw),
        sketch(sharpness.map(|curves| edge::chart(study, curves)), SharpnessChart::draw),
    ])
}

fn sketch<'a, T: Send + Sync + 'a>(chart: Option<T>, draw: impl Fn(&T) -> Canvas + Send + Sync + 'a) -> Sketch<'a> {
    chart.map(|chart| Box::new(move || draw(&chart)) as Box<dyn Fn() -> Canvas + Send + Sync + 'a>)
}
