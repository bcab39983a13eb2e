//! The chart of loss curves: a line per run, or per group of runs with its quartiles.

use etascape_plot::axis::Axis;
use etascape_plot::beyond::{self, Exit, Side};
use etascape_plot::canvas::Canvas;
use etascape_plot::grid::{self, Facet, slots, slots_with_axes};
use etascape_plot::labels;
use etascape_plot::panel::{Line, Panel, labels_width};
use etascape_plot::sheet::{self, ColourKey};

use super::curve::{Drawn, LossCurve, Point, STATISTICS, Stroke, below, end_of_diverged, ends, visible};
use super::loss_axis::loss_axis;

/// Pixels between two marks.
const MARKS_APART: f32 = 20.0;

/// The chart of loss curves.
pub(crate) struct LossCurves {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) panels: Vec<Facet<LossCurve>>,
    pub(crate) key: ColourKey,
    pub(crate) loss_name: String,
    /// Whether the losses may be logarithmic.
    pub(crate) is_log: bool,
    /// Whether each panel has a y axis of its own: their losses are of different kinds.
    pub(crate) has_own_axes: bool,
}

impl LossCurves {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::blank();
        let ups = self.ups();
        let x = self.across(&ups);
        let whole = Panel::beside_labels(grid::whole(&self.key), &ups);
        let slots = match self.has_own_axes {
            true => slots_with_axes(self.panels.len(), whole, labels_width(&ups)),
            false => slots(self.panels.len(), whole),
        };
        let titles = self.panels.iter().map(|facet| facet.title.as_str());
        let titles = grid::titles(titles, slots.first().map_or(whole, |slot| slot.frame));
        let (mut is_named, mut beyond) = (false, 0);
        for (((facet, slot), y), title) in self.panels.iter().zip(&slots).zip(&ups).zip(titles) {
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
        if let Some(y) = ups.into_iter().next() {
            Panel::over(whole, x, y).draw_names(&mut canvas, "step", &self.loss_name);
        }
        if !is_named {
            sheet::draw_key(&mut canvas, &self.key);
        }
        canvas
    }

    /// The axis of losses of each panel.
    fn ups(&self) -> Vec<Axis> {
        if self.has_own_axes {
            return self.panels.iter().map(|panel| loss_axis(panel.items.iter(), self.is_log)).collect();
        }
        let all = self.panels.iter().flat_map(|panel| &panel.items);
        vec![loss_axis(all, self.is_log); self.panels.len()]
    }

    /// The axis of steps, as far as curves are visible.
    fn across(&self, ups: &[Axis]) -> Axis {
        let in_view = |curve: &LossCurve, y: &Axis| {
            let above = |loss: f64| y.place(loss).is_none_or(|at| at > y.high);
            let exit = curve.points.iter().position(|point| above(point.1)).filter(|_| curve.diverged);
            exit.map_or(curve.points.len(), |exit| exit + 1)
        };
        let curves = self.panels.iter().zip(ups).flat_map(|(panel, y)| panel.items.iter().map(move |curve| (curve, y)));
        let steps = curves.flat_map(|(curve, y)| curve.points[..in_view(curve, y)].iter().map(|point| point.0));
        let steps: Vec<f64> = steps.collect();
        Axis::of_steps(steps.iter().copied())
    }

    /// Draws the lines of a panel. Returns how many of them go on beyond it; those of diverged runs end in a ×.
    fn draw_panel(&self, canvas: &mut Canvas, panel: &Panel, curves: &[LossCurve]) -> usize {
        let all = self.panels.iter().map(|panel| panel.items.len()).sum();
        if all <= STATISTICS {
            curves.iter().for_each(|curve| self.draw_statistics(canvas, panel, curve));
        }
        let stroke = Stroke::for_curves(all);
        let (mut crosses, mut exits, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for curve in curves.iter().filter(|c| c.diverged).chain(curves.iter().filter(|c| !c.diverged)) {
            let colour = self.key.colour(curve.value);
            let Drawn { parts, exit } = Drawn::of(curve, panel);
            match curve.diverged {
                true => crosses.extend(exit.or(parts.last().and_then(|part| part.last().copied()))),
                false => exits.extend(exit.map(|at| Exit { at, side: Side::Top, colour })),
            }
            crosses.extend(curve.gone.iter().filter_map(|points| end_of_diverged(points, panel)));
            exits.extend(below(curve, panel, &self.key));
            lines.extend(parts.into_iter().filter_map(|points| stroke.line(points, colour)));
        }
        for line in lines.iter().filter(|line| line.points.len() == 1) {
            let place = panel.pixel(line.points[0].0, line.points[0].1);
            canvas.disc(place, 4.0, line.colour, line.alpha);
        }
        panel.draw_lines(canvas, lines);
        draw_crosses(panel, canvas, crosses);
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

/// A × at each point; points that would overlap share one.
pub(super) fn draw_crosses(panel: &Panel, canvas: &mut Canvas, places: Vec<Point>) {
    let mut places: Vec<(f32, f32)> = places.into_iter().map(|(x, y)| panel.pixel(x, y)).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    places.dedup_by(|a, b| (a.0 - b.0).abs() < MARKS_APART && (a.1 - b.1).abs() < MARKS_APART);
    for place in places {
        panel.draw_cross(canvas, place, 0.9);
    }
}
