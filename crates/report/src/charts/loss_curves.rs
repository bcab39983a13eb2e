//! The chart of loss curves: a line per run, or per group of runs with its quartiles.

use etascape_plot::axis::Axis;
use etascape_plot::beyond::{self, Exit};
use etascape_plot::canvas::Canvas;
use etascape_plot::colour::Rgb;
use etascape_plot::grid::{self, Facet, slots};
use etascape_plot::labels::{self, End, NAMED};
use etascape_plot::panel::{Line, Panel};
use etascape_plot::sheet::{self, ColourKey};

/// Curves are shown up to this factor above the losses at the start, so that diverging runs do not flatten the others.
const HEADROOM: f64 = 10.0;
/// On a linear axis, up to this share of their extent above them.
const LINEAR_HEADROOM: f64 = 0.1;
/// The most decades below the top.
const DECADES: f64 = 30.0;
/// The last step of a converged run may go far below the others. The chart goes down by this factor at most.
const OVERSHOOT: f64 = 10.0;
/// The most groups whose quartiles are drawn.
pub(crate) const STATISTICS: usize = 12;
/// Pixels between two marks.
const MARKS_APART: f32 = 20.0;

/// The curve of one run, or of a group.
#[derive(Default)]
pub(crate) struct LossCurve {
    /// Step and loss, by step; for a group the medians. Losses may be infinite or NaN.
    pub(crate) points: Vec<(f64, f64)>,
    /// Step, lower and upper quartile of a group.
    pub(crate) band: Vec<(f64, f64, f64)>,
    /// The curves of the diverged runs of a group in which others did not diverge.
    pub(crate) gone: Vec<Vec<(f64, f64)>>,
    /// What [`LossCurves::key`] colours it by.
    pub(crate) value: f64,
    /// Whether all its runs diverged.
    pub(crate) diverged: bool,
    /// Whether all of them converged.
    pub(crate) converged: bool,
}

/// The chart of loss curves.
pub(crate) struct LossCurves {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) panels: Vec<Facet<LossCurve>>,
    pub(crate) key: ColourKey,
    pub(crate) loss_name: String,
    /// Whether the losses may be logarithmic.
    pub(crate) is_log: bool,
}

impl LossCurves {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::blank();
        let (x, y) = self.axes();
        let whole = Panel::beside_labels(grid::whole(&self.key), [&y]);
        let slots = slots(self.panels.len(), whole);
        let titles = self.panels.iter().map(|facet| facet.title.as_str());
        let titles = grid::titles(titles, slots.first().map_or(whole, |slot| slot.frame));
        let (mut is_named, mut beyond) = (false, 0);
        for ((facet, slot), title) in self.panels.iter().zip(&slots).zip(titles) {
            let panel = Panel::over(slot.frame, x.clone(), y.clone());
            panel.draw_grid(&mut canvas);
            beyond += self.draw_panel(&mut canvas, &panel, &facet.items);
            panel.draw_axes(&mut canvas, slot.is_low, slot.is_left);
            grid::draw_title(&mut canvas, slot.frame, title);
            is_named =
                self.panels.len() == 1 && labels::draw(&mut canvas, &panel, &self.key, &ends(&panel, &facet.items));
        }
        let subtitle = sheet::noted(&self.subtitle, beyond::words(beyond, "line", "lines"));
        sheet::draw_titles(&mut canvas, &self.title, &subtitle);
        Panel::over(whole, x, y).draw_names(&mut canvas, "step", &self.loss_name);
        if !is_named {
            sheet::draw_key(&mut canvas, &self.key);
        }
        canvas
    }

    fn curves(&self) -> impl Iterator<Item = &LossCurve> + Clone {
        self.panels.iter().flat_map(|panel| &panel.items)
    }

    /// The axes: steps as far as curves are visible, and losses.
    fn axes(&self) -> (Axis, Axis) {
        let y = loss_axis(self.curves(), self.is_log);
        let above = |loss: f64| y.place(loss).is_none_or(|at| at > y.high);
        let in_view = |curve: &LossCurve| {
            curve.points.iter().position(|point| above(point.1)).map_or(curve.points.len(), |exit| exit + 1)
        };
        let steps: Vec<f64> =
            self.curves().flat_map(|curve| curve.points[..in_view(curve)].iter().map(|point| point.0)).collect();
        (Axis::of_steps(steps.iter().copied()), y)
    }

    /// Draws the lines of a panel. Returns how many of them go on below it.
    fn draw_panel(&self, canvas: &mut Canvas, panel: &Panel, curves: &[LossCurve]) -> usize {
        let all = self.curves().count();
        if all <= STATISTICS {
            curves.iter().for_each(|curve| self.draw_statistics(canvas, panel, curve));
        }
        let stroke = Stroke::for_curves(all);
        let mut crosses: Vec<Point> = Vec::new();
        let order = curves.iter().filter(|c| c.diverged).chain(curves.iter().filter(|c| !c.diverged));
        let lines: Vec<Line> = order
            .filter_map(|curve| {
                let (points, exit) = visible(&curve.points, panel);
                crosses.extend(exit.or(points.last().copied().filter(|_| curve.diverged)));
                crosses.extend(curve.gone.iter().filter_map(|points| end_of_diverged(points, panel)));
                stroke.line(points, self.key.colour(curve.value))
            })
            .collect();
        for line in lines.iter().filter(|line| line.points.len() == 1) {
            let place = panel.pixel(line.points[0].0, line.points[0].1);
            canvas.disc(place, 4.0, line.colour, line.alpha);
        }
        panel.draw_lines(canvas, lines);
        draw_crosses(panel, canvas, crosses);
        let exits: Vec<Exit> = curves.iter().filter_map(|curve| below(curve, panel, &self.key)).collect();
        beyond::draw(canvas, panel, &exits);
        exits.len()
    }

    /// The quartiles of a group, and its runs that diverged.
    fn draw_statistics(&self, canvas: &mut Canvas, panel: &Panel, curve: &LossCurve) {
        let colour = self.key.colour(curve.value);
        curve.draw_band(canvas, panel, colour);
        let gone = curve.gone.iter().map(|points| visible(points, panel).0).filter(|points| points.len() > 1);
        panel.draw_lines(canvas, gone.map(|points| Line { points, colour, width: 1.5, alpha: 0.5 }));
    }
}

impl LossCurve {
    pub(super) fn draw_band(&self, canvas: &mut Canvas, panel: &Panel, colour: Rgb) {
        let y = |loss: f64| Some(if loss.is_finite() { panel.y.place(loss)? } else { panel.y.high });
        let place = |&(step, low, high): &(f64, f64, f64)| Some((panel.x.place(step)?, y(low)?, y(high)?));
        let band: Vec<(f64, f64, f64)> = self.band.iter().filter_map(place).collect();
        panel.draw_band(canvas, &band, colour, 0.2);
    }
}

/// The axis of losses: from the least visible loss (quartiles too, where they are drawn) to the losses at the start, or
/// somewhat above them where a run diverges.
pub(super) fn loss_axis<'a>(curves: impl Iterator<Item = &'a LossCurve> + Clone, is_log: bool) -> Axis {
    let has_bands = curves.clone().count() <= STATISTICS;
    let losses = move |curve: &'a LossCurve| {
        let band = curve.band.iter().filter(move |_| has_bands).flat_map(|&(_, low, high)| [low, high]);
        curve.points.iter().map(|point| point.1).chain(band)
    };
    let starts = curves.clone().filter_map(|curve| curve.points.first()).map(|point| point.1);
    let settled = curves.clone().filter(|curve| !curve.diverged);
    let top = starts.chain(settled.flat_map(losses)).filter(|loss| loss.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    let is_above = |point: &(f64, f64)| point.1.is_nan() || point.1 > top;
    let diverged = curves.clone().filter(|curve| curve.diverged).map(|curve| &curve.points);
    let mut diverged = diverged.chain(curves.clone().flat_map(|curve| &curve.gone));
    let is_left = diverged.any(|points| points.iter().any(is_above));
    let in_view = curves.clone().flat_map(losses).filter(move |&loss| loss <= top);
    let low = in_view.clone().fold(top, f64::min);
    let top = match () {
        () if !is_left => top,
        () if is_log && low >= 0.0 && top > 0.0 => top * HEADROOM,
        () => top + (top - low) * LINEAR_HEADROOM,
    };
    let floor = floor(curves).max(top * libm::exp10(-DECADES));
    let in_view = in_view.filter(move |&loss| loss <= 0.0 || loss >= floor);
    let above = is_left.then_some(top).filter(|top| top.is_finite());
    Axis::fitting(in_view.chain(above), is_log).padded(0.02, 0.02)
}

/// The lowest visible loss: low enough for all runs that did not converge, and for most of those that did.
fn floor<'a>(curves: impl Iterator<Item = &'a LossCurve> + Clone) -> f64 {
    let last = |curve: &LossCurve| curve.points.last().map(|point| point.1).filter(|&loss| loss > 0.0);
    let mut ends: Vec<f64> = curves.clone().filter(|curve| curve.converged).filter_map(last).collect();
    ends.sort_by(f64::total_cmp);
    let Some(usual) = ends.get(ends.len() / 10) else { return 0.0 };
    let others = curves.flat_map(|curve| {
        let before = curve.points.len() - usize::from(curve.converged && !curve.points.is_empty());
        curve.points[..before].iter().map(|point| point.1)
    });
    others.filter(|&loss| loss > 0.0).fold(usual / OVERSHOOT, f64::min)
}

/// The ends of the lines of a panel, if they are few enough to be named. A line that leaves the panel has no end.
pub(super) fn ends(panel: &Panel, curves: &[LossCurve]) -> Vec<End> {
    let end = |curve: &LossCurve| {
        let (points, exit) = visible(&curve.points, panel);
        let at = if exit.is_some() { (f64::NEG_INFINITY, panel.y.low) } else { points.last().copied()? };
        Some(End { at, value: curve.value })
    };
    curves.iter().filter_map(end).take(NAMED + 1).collect()
}

/// The stroke of lines: thinner and fainter the more lines there are.
pub(super) struct Stroke {
    width: f32,
    alpha: f32,
}

impl Stroke {
    pub(super) fn for_curves(count: usize) -> Stroke {
        match count {
            0..=20 => Stroke { width: 3.0, alpha: 1.0 },
            21..=200 => Stroke { width: 2.0, alpha: 0.9 },
            _ => Stroke { width: 1.5, alpha: 0.75 },
        }
    }

    pub(super) fn line(&self, points: Vec<Point>, colour: Rgb) -> Option<Line> {
        (!points.is_empty()).then_some(Line { points, colour, width: self.width, alpha: self.alpha })
    }
}

/// A point in the units of the axes.
pub(super) type Point = (f64, f64);

/// The part of a curve within the panel, and where it leaves through the top, in the axes' units.
pub(super) fn visible(curve: &[(f64, f64)], panel: &Panel) -> (Vec<Point>, Option<Point>) {
    let (low, high) = (panel.y.low, panel.y.high);
    let mut points: Vec<Point> = Vec::with_capacity(curve.len());
    for &(step, loss) in curve {
        let Some(x) = panel.x.place(step) else { continue };
        let Some(y) = panel.y.place(loss) else {
            let exit = points.last().copied().unwrap_or((x, high));
            return (points, loss.is_nan().then_some(exit));
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

/// Where a curve first goes below the panel.
pub(super) fn below(curve: &LossCurve, panel: &Panel, key: &ColourKey) -> Option<Exit> {
    let mut places = curve.points.iter().filter_map(|&(step, loss)| Some((panel.x.place(step)?, panel.y.place(loss)?)));
    places.find(|place| place.1 < panel.y.low).and_then(|place| Exit::of(place, panel, key.colour(curve.value)))
}

/// Where the segment from one point up to another crosses a height.
fn crossing(from: Point, to: Point, height: f64) -> Point {
    let share = if to.1.is_finite() { (height - from.1) / (to.1 - from.1) } else { 1.0 };
    (from.0 + (to.0 - from.0) * share, height)
}

/// Where a diverging run leaves through the top, or ends below it.
fn end_of_diverged(curve: &[(f64, f64)], panel: &Panel) -> Option<Point> {
    let (points, exit) = visible(curve, panel);
    exit.or(points.last().copied())
}

/// A × at each point; points that would overlap share one.
pub(super) fn draw_crosses(panel: &Panel, canvas: &mut Canvas, places: Vec<Point>) {
    let mut places: Vec<(f32, f32)> = places.into_iter().map(|(x, y)| panel.pixel(x, y)).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    places.dedup_by(|a, b| (a.0 - b.0).abs() < MARKS_APART && (a.1 - b.1).abs() < MARKS_APART);
    for place in places {
        panel.draw_cross(canvas, place, 0.9);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etascape_plot::grid::WHOLE;

    fn panel(curves: &[LossCurve]) -> Panel {
        let steps = curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.0)).collect::<Vec<f64>>();
        Panel::over(WHOLE, Axis::of_steps(steps.iter().copied()), loss_axis(curves.iter(), true))
    }

    #[test]
    fn diverging_runs_do_not_flatten_the_others_on_a_linear_axis() {
        let calm = LossCurve { points: vec![(0.0, 0.5), (1.0, 0.9)], ..LossCurve::default() };
        let gone = LossCurve { points: vec![(0.0, 0.5), (1.0, f64::NAN)], diverged: true, ..LossCurve::default() };
        let score = loss_axis([&calm, &gone].into_iter(), false);
        assert!(!score.is_log() && score.high < 1.0, "{score:?}");
        let below = LossCurve { points: vec![(0.0, -1.0), (1.0, -3.0)], ..LossCurve::default() };
        assert!(loss_axis([&below, &gone].into_iter(), true).high < 1.0);
    }

    #[test]
    fn a_run_that_diverged_ends_in_a_mark_wherever_it_ends() {
        let diverged =
            |points: &[(f64, f64)]| LossCurve { points: points.to_vec(), diverged: true, ..LossCurve::default() };
        let at_start = [diverged(&[(0.0, 2.6e13)])];
        let (panel_of_one, points) = (panel(&at_start), &at_start[0].points);
        let expected = (0.0, 2.6e13);
        assert_eq!(end_of_diverged(points, &panel_of_one), Some(expected), "it ends where it starts");
        let (low, high) = (panel_of_one.y.low, panel_of_one.y.high);
        assert!(low < expected.1 && high < 3e13, "nothing goes above the start: no room is left for it");
        let leaving = [diverged(&[(0.0, 10.0), (1.0, 1e4)])];
        let panel_of_one = panel(&leaving);
        let (x, y) = end_of_diverged(&leaving[0].points, &panel_of_one).unwrap();
        assert!(
            x > 0.0 && x < 1.0 && y == panel_of_one.y.high && libm::exp10(y) < 1e3,
            "on the way to step 1: {x} {y}"
        );
        let nothing = [diverged(&[(0.0, f64::NAN)])];
        let panel_of_one = panel(&nothing);
        let end = end_of_diverged(&nothing[0].points, &panel_of_one);
        assert_eq!(end, Some((0.0, panel_of_one.y.high)), "a loss that is no number at once");
    }
}
