//! The chart of the sharpness over steps, a line per run, with the 2/η above which gradient descent is unstable.

use etascape_plot::axis::Axis;
use etascape_plot::beyond::{self, Exit, Side};
use etascape_plot::canvas::{Anchor, Canvas, TextStyle, Weight};
use etascape_plot::colour::{INK, QUIET, Rgb};
use etascape_plot::panel::{Line, Panel};
use etascape_plot::sheet::{self, BOTTOM, ColourKey, LEFT, RIGHT, TOP};
use etascape_text::rounded;

/// Curves are shown up to this factor above the highest limit, and above the curves that did not diverge.
const HEADROOM: f64 = 1.3;
/// The most limits with a line and a label each.
const LIMITS: usize = 12;
/// Pixels that the two lines of a label need.
const LABEL_HEIGHT: f32 = 62.0;

/// The sharpness of one run.
pub(crate) struct SharpnessCurve {
    /// Step and sharpness, by step. NaN where the Hessian was not finite.
    pub(crate) points: Vec<(f64, f64)>,
    /// What [`SharpnessChart::key`] colours it by.
    pub(crate) value: f64,
    /// Whether the run diverged.
    pub(crate) diverged: bool,
}

/// A learning rate, and the sharpness at which it becomes unstable.
pub(crate) struct Limit {
    pub(crate) rate: f64,
    /// 2/η.
    pub(crate) sharpness: f64,
    /// What [`SharpnessChart::key`] colours it by.
    pub(crate) value: f64,
}

/// The chart of the sharpness.
pub(crate) struct SharpnessChart {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) curves: Vec<SharpnessCurve>,
    /// Sorted by falling rate.
    pub(crate) limits: Vec<Limit>,
    pub(crate) key: ColourKey,
}

impl SharpnessChart {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::blank();
        let y = self.axis();
        let shown = |curve: &SharpnessCurve| -> Vec<(f64, f64)> {
            let places = curve.points.iter().map(|&(step, sharpness)| Some((step, y.place(sharpness)?)));
            places.take_while(|place| place.is_some_and(|(_, at)| at <= y.high)).flatten().collect()
        };
        let shown: Vec<(Vec<(f64, f64)>, Rgb)> =
            self.curves.iter().map(|curve| (shown(curve), self.key.colour(curve.value))).collect();
        let x = Axis::of_whole(shown.iter().flat_map(|(points, _)| points.iter().map(|point| point.0)), false);
        let panel = Panel { left: LEFT, top: TOP, right: RIGHT, bottom: BOTTOM, x, y: y.clone() };
        panel.draw_grid(&mut canvas);
        let (width, alpha) = if shown.len() <= 20 { (3.0, 1.0) } else { (1.8, 0.8) };
        match self.limits.len() {
            1..=LIMITS => self.draw_limits(&panel, &mut canvas),
            _ => sheet::draw_key(&mut canvas, &self.key),
        }
        panel.draw_lines(&mut canvas, shown.into_iter().map(|(points, colour)| Line { points, colour, width, alpha }));
        let exits: Vec<Exit> = self.curves.iter().filter_map(|curve| self.exit(curve, &panel)).collect();
        beyond::draw(&mut canvas, &panel, &exits);
        let subtitle = sheet::noted(&self.subtitle, beyond::words(exits.len(), "line", "lines"));
        sheet::draw_titles(&mut canvas, &self.title, &subtitle);
        panel.draw_axes(&mut canvas, true, true);
        panel.draw_names(&mut canvas, "step", "sharpness λmax");
        canvas
    }

    /// Where a line goes on above the panel: above its last point in view.
    fn exit(&self, curve: &SharpnessCurve, panel: &Panel) -> Option<Exit> {
        let is_above = |point: &&(f64, f64)| panel.y.place(point.1).is_some_and(|at| at > panel.y.high);
        let above = curve.points.iter().position(|point| is_above(&point))?;
        let step = curve.points[above.saturating_sub(1)].0;
        Some(Exit { at: (panel.x.place(step)?, panel.y.high), side: Side::Top, colour: self.key.colour(curve.value) })
    }

    /// The axis of the sharpness. It fits the limits and the runs that did not diverge, so that diverging runs do not
    /// flatten the others.
    fn axis(&self) -> Axis {
        let settled = self.curves.iter().filter(|curve| !curve.diverged).flat_map(|curve| &curve.points);
        let starts = self.curves.iter().filter_map(|curve| curve.points.first());
        let needed = settled.chain(starts).map(|point| point.1).chain(self.limits.iter().map(|limit| limit.sharpness));
        let top = needed.filter(|sharpness| sharpness.is_finite()).fold(f64::MIN, f64::max);
        let all = self.curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.1));
        let limits = self.limits.iter().map(|limit| limit.sharpness);
        Axis::fitting(all.chain(limits).filter(move |&value| value <= HEADROOM * top), true).padded(0.03, 0.04)
    }

    /// A dashed line at each 2/η, to its label at the right.
    fn draw_limits(&self, panel: &Panel, canvas: &mut Canvas) {
        let (left, right) = (panel.left as f32, panel.right as f32);
        let mut last = f32::NEG_INFINITY;
        for limit in &self.limits {
            let Some(at) = panel.y.place(limit.sharpness) else { continue };
            let y = panel.pixel(panel.x.low, at).1;
            dashes(canvas, (left, right), y, INK, 0.7);
            canvas.line(&[(right + 14.0, y), (right + 44.0, y)], 5.0, self.key.colour(limit.value), 1.0);
            if (y - last).abs() < LABEL_HEIGHT {
                continue;
            }
            last = y;
            let style = TextStyle { size: 26.0, weight: Weight::SemiBold, colour: INK, anchor: Anchor::Left };
            canvas.text(&format!("η = {}", rounded(limit.rate, 3)), (right + 56.0, y - 4.0), style);
            let style = TextStyle { size: 24.0, weight: Weight::Regular, colour: QUIET, ..style };
            canvas.text(&format!("2/η = {}", rounded(limit.sharpness, 3)), (right + 56.0, y + 26.0), style);
        }
    }
}

fn dashes(canvas: &mut Canvas, (left, right): (f32, f32), y: f32, colour: Rgb, alpha: f32) {
    const DASH: f32 = 12.0;
    const PERIOD: f32 = 20.0;
    let mut x = left;
    while x < right {
        canvas.line(&[(x, y), ((x + DASH).min(right), y)], 2.0, colour, alpha);
        x += PERIOD;
    }
}
