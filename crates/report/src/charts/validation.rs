//! The validation chart: the same curves over the training rows and over the held-out rows.

use etascape_plot::axis::{Axis, extent};
use etascape_plot::beyond::{self, Exit, Side};
use etascape_plot::canvas::{Anchor, Canvas, TextStyle, Weight, text_width};
use etascape_plot::colour::{INK, Rgb};
use etascape_plot::grid::{self, Frame, Slot, WHOLE, slots};
use etascape_plot::labels;
use etascape_plot::panel::Panel;
use etascape_plot::sheet::{self, ColourKey};

use super::curve::{Drawn, LossCurve, STATISTICS, Stroke, below, ends};
use super::loss_axis::loss_axis;

/// One measure over both sets of rows.
pub(crate) struct Measure {
    /// `loss`, `accuracy`.
    pub(crate) name: String,
    /// Training, then validation.
    pub(crate) sides: [Vec<LossCurve>; 2],
    /// Whether it is a share between 0 and 1; else it is a loss.
    pub(crate) is_share: bool,
}

/// The chart of training and validation.
pub(crate) struct Validation {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// One or two.
    pub(crate) measures: Vec<Measure>,
    /// The step and the loss where validation is best.
    pub(crate) best: Option<(f64, f64)>,
    pub(crate) key: ColourKey,
}

impl Validation {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::blank();
        let axes: Vec<Axis> = self.measures.iter().map(Measure::axis).collect();
        let slots = slots(2 * self.measures.len(), Panel::beside_labels(WHOLE, &axes));
        let x = self.steps();
        let (mut is_named, mut beyond) = (false, 0);
        for (row, ((measure, y), pair)) in self.measures.iter().zip(axes).zip(slots.chunks(2)).enumerate() {
            for ((curves, slot), side) in measure.sides.iter().zip(pair).zip(["training", "validation"]) {
                let panel = Panel::over(slot.frame, x.clone(), y.clone());
                beyond += measure.draw_side(&mut canvas, &panel, curves, &self.key);
                panel.draw_axes(&mut canvas, slot.is_low, slot.is_left);
                grid::draw_title(&mut canvas, slot.frame, &format!("{side} {}", measure.name));
                if row == 0 && !slot.is_left {
                    self.draw_best(&mut canvas, &panel);
                    is_named = labels::draw(&mut canvas, &panel, &self.key, &ends(&panel, curves));
                }
            }
            draw_names(&mut canvas, pair, &x, y, &measure.name);
        }
        if !is_named {
            sheet::draw_key(&mut canvas, &self.key);
        }
        let subtitle = sheet::noted(&self.subtitle, beyond::words(beyond, "line", "lines"));
        sheet::draw_titles(&mut canvas, &self.title, &subtitle);
        canvas
    }

    fn steps(&self) -> Axis {
        let curves = self.measures.iter().flat_map(|measure| measure.sides.iter().flatten());
        let steps: Vec<f64> = curves.flat_map(|curve| curve.points.iter().map(|point| point.0)).collect();
        Axis::of_steps(steps.iter().copied())
    }

    /// A ring where validation is best.
    fn draw_best(&self, canvas: &mut Canvas, panel: &Panel) {
        let place = |(step, loss)| Some(panel.pixel(panel.x.place(step)?, panel.y.place(loss)?));
        let Some(at) = self.best.and_then(place) else { return };
        for (radius, colour) in [(12.0, INK), (9.0, Rgb(255, 255, 255)), (4.0, INK)] {
            canvas.disc(at, radius, colour, 1.0);
        }
        let style = TextStyle { size: 23.0, weight: Weight::SemiBold, colour: INK, anchor: Anchor::Right };
        let room = at.0 - panel.left as f32 > text_width("best", style.size, style.weight) + 40.0;
        let (anchor, aside) = if room { (Anchor::Right, -18.0) } else { (Anchor::Left, 18.0) };
        let is_low = at.1 + 30.0 > panel.bottom as f32;
        canvas.text("best", (at.0 + aside, at.1 + if is_low { -14.0 } else { 24.0 }), TextStyle { anchor, ..style });
    }
}

impl Measure {
    /// One axis for both sides.
    fn axis(&self) -> Axis {
        let curves = self.sides.iter().flatten();
        if !self.is_share {
            return loss_axis(curves, true);
        }
        let values =
            curves.flat_map(|curve| curve.points.iter().map(|point| point.1)).filter(|value| value.is_finite());
        let (low, high) = extent(values).unwrap_or((0.0, 1.0));
        // A single share has some room, within 0 to 1 where it lies there. Programs may give it in percent.
        let room = ((low - 0.1).max(low.min(0.0)), (high + 0.1).min(high.max(1.0)));
        let (low, high) = if low == high { room } else { (low, high) };
        Axis::linear(low, high).padded(0.03, 0.03)
    }

    /// Draws the lines of a panel. Returns how many of them go on beyond it.
    fn draw_side(&self, canvas: &mut Canvas, panel: &Panel, curves: &[LossCurve], key: &ColourKey) -> usize {
        panel.draw_grid(canvas);
        if curves.len() <= STATISTICS {
            curves.iter().for_each(|curve| curve.draw_band(canvas, panel, key.colour(curve.value)));
        }
        let stroke = Stroke::for_curves(curves.len());
        let (mut lines, mut exits) = (Vec::new(), Vec::new());
        for curve in curves {
            let colour = key.colour(curve.value);
            let Drawn { parts, exit } = Drawn::of(curve, panel);
            let above = exit.map(|at| Exit { at, side: Side::Top, colour });
            exits.extend(above.or_else(|| below(curve, panel, key)));
            lines.extend(parts.into_iter().filter_map(|points| stroke.line(points, colour)));
        }
        panel.draw_lines(canvas, lines);
        beyond::draw(canvas, panel, &exits);
        exits.len()
    }
}

/// The names of the axes of a row; that of the steps only once, below the last.
fn draw_names(canvas: &mut Canvas, pair: &[Slot], x: &Axis, y: Axis, name: &str) {
    let [left, right] = pair else { return };
    let frame = Frame { right: right.frame.right, ..left.frame };
    let below = if frame.bottom == WHOLE.bottom { "step" } else { "" };
    Panel::over(frame, x.clone(), y).draw_names(canvas, below, name);
}
