//! Loss against steps, a line per run.

use super::axis::{Axis, extent};
use super::panel::{Line, Panel};
use super::sheet::{self, BOTTOM, Key, LEFT, RIGHT, TOP};
use crate::canvas::Canvas;

/// How far above the losses at the start a curve is followed, as a factor: what diverges must not crush the rest.
const HEADROOM: f64 = 10.0;
/// Decades below the top at most.
const DECADES: f64 = 30.0;

/// The curve of one run.
pub(crate) struct LossCurve {
    /// Step and loss, by step. Losses may be infinite or NaN.
    pub(crate) points: Vec<(f64, f64)>,
    /// What [`LossCurves::key`] colours it by.
    pub(crate) value: f64,
    /// Whether the run diverged.
    pub(crate) diverged: bool,
}

/// The chart of loss curves.
pub(crate) struct LossCurves {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) curves: Vec<LossCurve>,
    pub(crate) key: Key,
    pub(crate) loss_name: String,
}

impl LossCurves {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::titled(&self.title, &self.subtitle);
        let y = self.loss_axis();
        let above = |loss: f64| y.place(loss).is_none_or(|at| at > y.high);
        let in_view = |curve: &LossCurve| {
            curve.points.iter().position(|point| above(point.1)).map_or(curve.points.len(), |exit| exit + 1)
        };
        let steps: Vec<f64> =
            self.curves.iter().flat_map(|curve| curve.points[..in_view(curve)].iter().map(|point| point.0)).collect();
        let x = Axis::holding(steps.iter().copied(), true);
        let panel = Panel { left: LEFT, top: TOP, right: RIGHT, bottom: BOTTOM, x, y };
        panel.draw_grid(&mut canvas);
        let stroke = Stroke::for_curves(self.curves.len());
        let mut exits = Vec::new();
        let order = self.curves.iter().filter(|c| c.diverged).chain(self.curves.iter().filter(|c| !c.diverged));
        let lines: Vec<Line> = order
            .filter_map(|curve| {
                let (points, exit) = visible(curve, &panel);
                exits.extend(exit);
                stroke.line(points, self.key.colour(curve.value))
            })
            .collect();
        for line in lines.iter().filter(|line| line.points.len() == 1) {
            let place = panel.pixel(line.points[0].0, line.points[0].1);
            canvas.disc(place, 4.0, line.colour, line.alpha);
        }
        panel.draw_lines(&mut canvas, lines);
        draw_exits(&panel, &mut canvas, exits);
        panel.draw_axes(&mut canvas, Some("step"), &self.loss_name);
        sheet::draw_key(&mut canvas, &self.key);
        canvas
    }

    /// From the least loss in view to somewhat above the losses at the start.
    fn loss_axis(&self) -> Axis {
        let starts = self.curves.iter().filter_map(|curve| curve.points.first()).map(|point| point.1);
        let settled = self.curves.iter().filter(|curve| !curve.diverged);
        let top = starts
            .chain(settled.flat_map(|curve| curve.points.iter().map(|point| point.1)))
            .filter(|loss| loss.is_finite())
            .fold(f64::NEG_INFINITY, f64::max);
        let losses = self.curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.1));
        let in_view = losses.filter(move |&loss| loss <= top);
        let diverged = self.curves.iter().any(|curve| curve.diverged);
        let top = if diverged && top > 0.0 { top * HEADROOM } else { top };
        let floor = top * libm::exp10(-DECADES);
        let in_view = in_view.filter(move |&loss| loss <= 0.0 || loss >= floor);
        let above = diverged.then_some(top).filter(|top| top.is_finite());
        let positive = extent(in_view.clone().filter(|&loss| loss > 0.0)).is_some();
        Axis::holding(in_view.chain(above), positive).padded(0.02, 0.02)
    }
}

/// Lines get thinner and fainter as they get more.
struct Stroke {
    width: f32,
    alpha: f32,
}

impl Stroke {
    fn for_curves(count: usize) -> Stroke {
        match count {
            0..=20 => Stroke { width: 3.0, alpha: 1.0 },
            21..=200 => Stroke { width: 2.0, alpha: 0.9 },
            _ => Stroke { width: 1.5, alpha: 0.75 },
        }
    }

    fn line(&self, points: Vec<(f64, f64)>, colour: crate::colour::Rgb) -> Option<Line> {
        (!points.is_empty()).then_some(Line { points, colour, width: self.width, alpha: self.alpha })
    }
}

/// A place in the units of the axes.
type Place = (f64, f64);

/// The part of a curve within the panel, and where it leaves through the top, in the axes' units.
fn visible(curve: &LossCurve, panel: &Panel) -> (Vec<Place>, Option<Place>) {
    let (low, high) = (panel.y.low, panel.y.high);
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(curve.points.len());
    for &(step, loss) in &curve.points {
        let Some(x) = panel.x.place(step) else { continue };
        let Some(y) = panel.y.place(loss) else {
            let exit = points.last().copied().filter(|_| loss.is_nan());
            return (points, exit);
        };
        if y > high {
            let exit = points.last().map_or((x, high), |&last| crossing(last, (x, y), high));
            points.push(exit);
            return (points, Some(exit));
        }
        points.push((x, y.max(low)));
    }
    (points, None)
}

/// Where the way from one point to another, that is above, passes a height.
fn crossing(from: (f64, f64), to: (f64, f64), height: f64) -> (f64, f64) {
    let share = if to.1.is_finite() { (height - from.1) / (to.1 - from.1) } else { 1.0 };
    (from.0 + (to.0 - from.0) * share, height)
}

/// A mark for each run that left, those that would lie on one another as one.
fn draw_exits(panel: &Panel, canvas: &mut Canvas, exits: Vec<(f64, f64)>) {
    let mut places: Vec<(f32, f32)> = exits.into_iter().map(|(x, y)| panel.pixel(x, y)).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    places.dedup_by(|a, b| (a.0 - b.0).abs() < 4.0 && (a.1 - b.1).abs() < 4.0);
    for place in places {
        panel.draw_cross(canvas, place, 0.9);
    }
}
