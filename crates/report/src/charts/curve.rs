//! One curve of losses, and what of it is drawn in a panel.

use etascape_plot::beyond::Exit;
use etascape_plot::canvas::Canvas;
use etascape_plot::clip;
use etascape_plot::colour::Rgb;
use etascape_plot::labels::{End, NAMED};
use etascape_plot::panel::{Line, Panel};
use etascape_plot::sheet::ColourKey;

/// The most groups whose quartiles are drawn.
pub(crate) const STATISTICS: usize = 12;

/// The curve of one run, or of a group.
#[derive(Default)]
pub(crate) struct LossCurve {
    /// Step and loss, by step; for a group the medians. Losses may be infinite or NaN.
    pub(crate) points: Vec<(f64, f64)>,
    /// Step, lower and upper quartile of a group.
    pub(crate) band: Vec<(f64, f64, f64)>,
    /// The curves of the diverged runs of a group in which others did not diverge.
    pub(crate) gone: Vec<Vec<(f64, f64)>>,
    /// What the colour key colours it by.
    pub(crate) value: f64,
    /// Whether all its runs diverged.
    pub(crate) diverged: bool,
    /// Whether all of them converged.
    pub(crate) converged: bool,
}

impl LossCurve {
    pub(super) fn draw_band(&self, canvas: &mut Canvas, panel: &Panel, colour: Rgb) {
        let y = |loss: f64| Some(if loss.is_finite() { panel.y.place(loss)? } else { panel.y.high });
        let place = |&(step, low, high): &(f64, f64, f64)| Some((panel.x.place(step)?, y(low)?, y(high)?));
        let band: Vec<(f64, f64, f64)> = self.band.iter().filter_map(place).collect();
        panel.draw_band(canvas, &band, colour, 0.2);
    }
}

/// The ends of the lines of a panel, if they are few enough to be named. A line that leaves the panel has no end.
pub(super) fn ends(panel: &Panel, curves: &[LossCurve]) -> Vec<End> {
    let end = |curve: &LossCurve| {
        let Drawn { parts, exit } = Drawn::of(curve, panel);
        let last = parts.last().and_then(|part| part.last().copied());
        let at = if exit.is_some() { (f64::NEG_INFINITY, panel.y.low) } else { last? };
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

/// What is drawn of a curve, in the axes' units.
pub(super) struct Drawn {
    /// Its parts within the panel: of a diverged run only what comes before it leaves.
    pub(super) parts: Vec<Vec<Point>>,
    /// Where it first leaves through the top.
    pub(super) exit: Option<Point>,
}

impl Drawn {
    pub(super) fn of(curve: &LossCurve, panel: &Panel) -> Drawn {
        let (points, exit) = visible(&curve.points, panel);
        if curve.diverged || exit.is_none() {
            return Drawn { parts: vec![points], exit };
        }
        let place = |&(step, loss): &Point| Some((panel.x.place(step)?, panel.y.place(loss)?.max(panel.y.low)));
        let pieces = curve.points.split(|point| place(point).is_none());
        let within = pieces.flat_map(|piece| {
            let places: Vec<Point> = piece.iter().filter_map(place).collect();
            clip::between(&places, panel.y.low, panel.y.high)
        });
        Drawn { parts: within.collect(), exit }
    }
}

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
pub(super) fn end_of_diverged(curve: &[(f64, f64)], panel: &Panel) -> Option<Point> {
    let (points, exit) = visible(curve, panel);
    exit.or(points.last().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::loss_axis::loss_axis;
    use etascape_plot::axis::Axis;
    use etascape_plot::grid::WHOLE;

    fn panel(curves: &[LossCurve]) -> Panel {
        let steps = curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.0)).collect::<Vec<f64>>();
        Panel::over(WHOLE, Axis::of_steps(steps.iter().copied()), loss_axis(curves.iter(), true))
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
