//! The convergence chart: steps to converge and final loss over the learning rate.

use std::slice;

use etascape_plot::axis::{Axis, extent};
use etascape_plot::beyond;
use etascape_plot::canvas::Canvas;
use etascape_plot::colour::GRID;
use etascape_plot::grid::{self, Frame, Slot, slots, slots_with_axes};
use etascape_plot::labels;
use etascape_plot::panel::{Panel, labels_width};
use etascape_plot::sheet::{self, ColourKey};

use super::outcomes::{ConvergencePanel, MANY, OutcomePoint, STRIP, YQuantity};

/// The most panels that show both steps and losses, one above the other. With more panels each shows one of them.
const PAIRS: usize = 4;
/// Pixels between the two, with and without labels on the upper x axis.
const GAP: (u32, u32) = (108, 48);
/// Pixels between panels side by side.
const APART: u32 = 34;
/// The steps have an x axis of their own where runs converged on less than this share of the whole axis.
const CORNER: f64 = 0.6;

/// Which outcomes a convergence chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantities {
    Losses,
    Steps,
    /// Steps above losses.
    Both,
}

impl Quantities {
    /// Steps are shown where some panel has them at two places, and they are not all the same: a point alone says nothing that
    /// a title does not.
    pub(crate) fn of(panels: &[ConvergencePanel]) -> Quantities {
        let has_steps = panels.iter().any(|panel| {
            let mut places = outcomes(slice::from_ref(panel)).filter(|one| one.steps.is_some()).map(|one| one.x);
            let first = places.next();
            places.any(|place| Some(place) != first)
        });
        let steps = outcomes(panels).filter_map(|one| one.steps).map(|[_, median, _]| median);
        let has_steps = has_steps && extent(steps).is_some_and(|(low, high)| low < high);
        let settled = outcomes(panels).filter(|one| one.loss.is_some()).count();
        let most_have_steps = 2 * outcomes(panels).filter(|one| one.steps.is_some()).count() >= settled;
        match panels.len() <= PAIRS {
            _ if !has_steps => Quantities::Losses,
            true => Quantities::Both,
            false if most_have_steps => Quantities::Steps,
            false => Quantities::Losses,
        }
    }
}

/// The convergence chart.
pub(crate) struct Convergence {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) x_name: String,
    pub(crate) x: Axis,
    pub(crate) panels: Vec<ConvergencePanel>,
    pub(crate) shown: Quantities,
    pub(crate) key: ColourKey,
    pub(crate) limit: Option<f64>,
    /// What the steps lead to.
    pub(crate) steps_name: String,
    /// Whether they lead to convergence, whose last step may go far below the losses of other runs.
    pub(crate) is_convergence: bool,
    pub(crate) loss_name: String,
    /// Whether the losses may be logarithmic.
    pub(crate) is_log: bool,
    /// Whether each panel has an axis of its own for losses: they are of different kinds.
    pub(crate) has_own_axes: bool,
}

/// What was drawn in a row of panels.
#[derive(Default)]
struct Row {
    /// Whether the lines are named at their ends.
    is_named: bool,
    /// How many points lie beyond the panels.
    beyond: usize,
}

impl Convergence {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::blank();
        let x = padded(&self.x);
        let axes = [YQuantity::Steps, YQuantity::Loss].map(|up| self.ups(up, &x, grid::WHOLE)).concat();
        let whole = Panel::beside_labels(grid::whole(&self.key), &axes);
        let Row { is_named, beyond } = match self.shown {
            Quantities::Both => self.draw_pairs(&mut canvas, whole),
            Quantities::Steps => self.draw_row(&mut canvas, whole, YQuantity::Steps, &self.x, true),
            Quantities::Losses => self.draw_row(&mut canvas, whole, YQuantity::Loss, &self.x, true),
        };
        if !is_named {
            sheet::draw_key(&mut canvas, &self.key);
        }
        let subtitle = sheet::noted(&self.subtitle, beyond::words(beyond, "point", "points"));
        sheet::draw_titles(&mut canvas, &self.title, &subtitle);
        canvas
    }

    fn outcomes(&self) -> impl Iterator<Item = &OutcomePoint> {
        outcomes(&self.panels)
    }

    /// Draws steps above losses. If runs converged only in a corner of the x axis, the steps show that part of it.
    fn draw_pairs(&self, canvas: &mut Canvas, whole: Frame) -> Row {
        let near = self.part_with_steps();
        let gap = if near.is_some() { GAP.0 } else { GAP.1 };
        let middle = (whole.top + whole.bottom) / 2;
        let upper = Frame { bottom: middle - gap / 2, ..whole };
        let lower = Frame { top: middle + gap / 2, ..whole };
        if let (Some(part), 1) = (&near, self.panels.len()) {
            draw_zoom(canvas, upper, lower, part, &padded(&self.x));
        }
        let is_near = near.is_some();
        let steps = self.draw_row(canvas, upper, YQuantity::Steps, near.as_ref().unwrap_or(&self.x), is_near);
        let losses = self.draw_row(canvas, lower, YQuantity::Loss, &self.x, true);
        Row { beyond: steps.beyond + losses.beyond, ..losses }
    }

    /// The part of the x axis where runs converged, with some room; `None` unless it is a small part.
    fn part_with_steps(&self) -> Option<Axis> {
        let places = self.outcomes().filter(|outcome| outcome.steps.is_some());
        let (low, high) = extent(places.filter_map(|outcome| self.x.place(outcome.x)))?;
        let room = 0.25 * (high - low);
        let (low, high) = ((low - room).max(self.x.low), (high + room).min(self.x.high));
        let is_corner = high > low && high - low < CORNER * (self.x.high - self.x.low) && !self.x.is_names();
        is_corner.then(|| self.x.part(low, high))
    }

    /// Draws a row or a grid of panels.
    fn draw_row(&self, canvas: &mut Canvas, frame: Frame, up: YQuantity, x: &Axis, has_x_labels: bool) -> Row {
        let x = padded(x);
        let is_half = frame.top != grid::WHOLE.top || frame.bottom != grid::WHOLE.bottom;
        let count = self.panels.len();
        let labels = labels_width(&self.ups(up, &x, grid::WHOLE));
        let slots = match (self.has_own_axes, is_half) {
            (true, true) => in_a_row(count, frame, APART + labels, true),
            (true, false) => slots_with_axes(count, frame, labels),
            (false, true) => in_a_row(count, frame, APART, false),
            (false, false) => slots(count, frame),
        };
        let Some(first) = slots.first() else { return Row::default() };
        let ups = self.ups(up, &x, first.frame);
        let titles = grid::titles(self.panels.iter().map(|panel| panel.title.as_str()), first.frame);
        let (mut is_named, mut beyond) = (false, 0);
        for (((shown, slot), y), title) in self.panels.iter().zip(&slots).zip(&ups).zip(titles) {
            let panel = Panel::over(slot.frame, x.clone(), y.clone());
            beyond += shown.draw(canvas, &panel, up, &self.key, (self.strip(), self.limit));
            panel.draw_axes(canvas, has_x_labels && slot.is_low, slot.is_left);
            if up == YQuantity::Steps || !is_half {
                grid::draw_title(canvas, slot.frame, title);
            }
            let is_last = slots.len() == 1 && frame.bottom == grid::WHOLE.bottom;
            is_named = is_last && labels::draw(canvas, &panel, &self.key, &shown.ends(&panel, up));
        }
        let x_name = if frame.bottom == grid::WHOLE.bottom { &self.x_name } else { "" };
        let y_name = if up == YQuantity::Steps { &self.steps_name } else { &self.loss_name };
        Panel::over(frame, x, ups[0].clone()).draw_names(canvas, x_name, y_name);
        Row { is_named, beyond }
    }

    /// The y axis of each panel of a row: one for all, unless their losses are of different kinds.
    fn ups(&self, up: YQuantity, x: &Axis, frame: Frame) -> Vec<Axis> {
        match self.has_own_axes && up == YQuantity::Loss {
            true => self.panels.iter().map(|panel| self.up(slice::from_ref(panel), up, x, frame)).collect(),
            false => vec![self.up(&self.panels, up, x, frame); self.panels.len()],
        }
    }

    /// The y axis of some panels: it fits the visible values, with room for the strip and for the label of the limit.
    fn up(&self, panels: &[ConvergencePanel], up: YQuantity, x: &Axis, frame: Frame) -> Axis {
        let in_view = |outcome: &&OutcomePoint| x.place(outcome.x).is_some_and(|at| (x.low..=x.high).contains(&at));
        let shows_quartiles = self.panels.iter().all(|panel| panel.lines.len() <= MANY);
        let overshoots = self.is_convergence && self.shown != Quantities::Losses;
        let of = |outcome: &OutcomePoint| {
            let [low, middle, high] = up.of(outcome)?;
            let ends = if shows_quartiles { [low, high] } else { [middle; 2] };
            Some(ends.map(|value| (value, overshoots && outcome.steps.is_some())))
        };
        let values = outcomes(panels).filter(in_view).filter_map(of).flatten();
        let values: Vec<(f64, bool)> = values.filter(|(value, _)| value.is_finite()).collect();
        let label = if self.limit.is_some() && up == YQuantity::Steps { 44 } else { 16 };
        let above = f64::from(label + self.strip()) / f64::from(frame.bottom - frame.top - label - self.strip());
        axis_of(&values, up == YQuantity::Steps, self.is_log).padded(0.05, above * 1.05)
    }

    fn strip(&self) -> u32 {
        let any = self.panels.iter().flat_map(|panel| &panel.diverged).any(|&(_, share)| share > 0.0);
        if any { STRIP } else { 0 }
    }
}

fn padded(x: &Axis) -> Axis {
    if x.is_names() { x.clone() } else { x.clone().padded(0.015, 0.015) }
}

fn outcomes(panels: &[ConvergencePanel]) -> impl Iterator<Item = &OutcomePoint> {
    panels.iter().flat_map(|panel| &panel.lines).flat_map(|line| &line.outcomes)
}

/// Panels side by side, so many pixels apart, as high as their frame, with room for titles. Each or only the first has labels
/// at its left.
fn in_a_row(count: usize, frame: Frame, apart: u32, have_labels: bool) -> Vec<Slot> {
    const TITLES: u32 = 34;
    let count = count.max(1) as u32;
    let has_titles = count > 1 && frame.top == grid::WHOLE.top;
    let top = frame.top + if has_titles { TITLES } else { 0 };
    let width = (frame.right - frame.left - (count - 1) * apart) / count;
    let left = |column: u32| frame.left + column * (width + apart);
    let frame = |column: u32| Frame { left: left(column), right: left(column) + width, top, ..frame };
    (0..count).map(|column| Slot { frame: frame(column), is_left: have_labels || column == 0, is_low: true }).collect()
}

/// Shows that the x axis of the upper panel is a part of the lower one's.
fn draw_zoom(canvas: &mut Canvas, upper: Frame, lower: Frame, part: &Axis, whole: &Axis) {
    let panel = Panel::over(lower, whole.clone(), Axis::linear(0.0, 1.0));
    let [left, right] = [part.low, part.high].map(|at| panel.pixel(at, 1.0).0);
    let (above, below) = (upper.bottom as f32 + 2.0, lower.top as f32);
    let corners = [(upper.left as f32, above), (upper.right as f32, above), (right, below), (left, below)];
    canvas.fill(&corners, GRID, 0.45);
}

/// The axis for outcomes, each with whether it may lie far below the others; of whole numbers if they are steps. It leaves
/// out a few such, and losses far above all others.
fn axis_of(values: &[(f64, bool)], are_steps: bool, is_log: bool) -> Axis {
    const FAR: (f64, f64) = (10.0, 30.0);
    let is_positive = |value: &f64| *value > 0.0 && value.is_finite();
    let mut rising: Vec<f64> = values.iter().map(|value| value.0).filter(is_positive).collect();
    rising.sort_by(f64::total_cmp);
    let usual = |share: usize| rising.get(rising.len() * share / 100).copied();
    let low = usual(10).map_or(0.0, |low| low / FAR.0);
    let high = usual(90).filter(|_| are_steps || is_log).map_or(f64::INFINITY, |high| high * FAR.1);
    let is_followed = |value: f64, overshoots: bool| value <= 0.0 || value <= high && (value >= low || !overshoots);
    let followed: Vec<f64> = values.iter().filter(|value| is_followed(value.0, value.1)).map(|value| value.0).collect();
    match are_steps {
        true => Axis::of_steps(followed.iter().copied()),
        false => Axis::fitting(followed.iter().copied(), is_log),
    }
}

#[cfg(test)]
mod tests {
    use super::super::OutcomeLine;
    use super::*;

    fn value_at(axis: &Axis, at: f64) -> f64 {
        if axis.is_log() { libm::exp10(at) } else { at }
    }

    #[test]
    fn an_axis_fits_what_it_holds() {
        let ends = |values: &[f64], are_steps| {
            let values: Vec<(f64, bool)> = values.iter().map(|&value| (value, false)).collect();
            let axis = axis_of(&values, are_steps, true);
            let labels: Vec<String> = axis.ticks.iter().map(|tick| tick.label.clone()).collect();
            ([axis.low, axis.high].map(|at| (1e6 * value_at(&axis, at)).round() / 1e6), labels.join(" "))
        };
        let losses = [0.2319, 0.2323, 0.249, 0.2572];
        assert_eq!(ends(&losses, false), ([0.2319, 0.2572], "0.235 0.24 0.245 0.25 0.255".into()), "not a decade");
        assert_eq!(ends(&[0.5, 0.5], false).0, [0.475, 0.525], "5 % to each side of what is one value");
        assert_eq!(ends(&[12.0, 12.5, 14.0], true), ([12.0, 14.0], "12 13 14".into()), "steps are whole");
    }

    #[test]
    fn a_few_that_are_far_off_do_not_crush_the_rest() {
        let ends = |values: &[(f64, bool)]| {
            let axis = axis_of(values, false, true);
            [axis.low, axis.high].map(|at| value_at(&axis, at))
        };
        let mut values = vec![(0.01, true); 18];
        values.extend([(1e-12, true), (0.2, false)]);
        let [low, high] = ends(&values);
        assert!((low - 0.01).abs() < 1e-9 && (high - 0.2).abs() < 1e-9, "{low} {high}");
        values[18].1 = false;
        assert!((ends(&values)[0] - 1e-12).abs() < 1e-20, "a run that did not converge is not far off by overshooting");
        values.push((1e9, false));
        assert!(ends(&values)[1] < 0.3, "as good as diverged");
        let scores: Vec<(f64, bool)> = [1.0; 18].into_iter().chain([100.0]).map(|value| (value, false)).collect();
        assert!(axis_of(&scores, false, false).high >= 100.0, "the greatest score is the best");
    }

    #[test]
    fn steps_at_one_place_of_each_panel_are_not_shown() {
        let panel = |places: &[f64]| {
            let outcome = |x: f64| {
                let steps = places.contains(&x).then_some([x; 3]);
                OutcomePoint { x, steps, loss: Some([1.0; 3]) }
            };
            let line = || OutcomeLine { value: 0.0, outcomes: [1.0, 2.0, 3.0, 4.0].map(outcome).to_vec() };
            let lines = vec![line(), line()];
            ConvergencePanel { title: String::new(), lines, diverged: Vec::new(), predicted: Vec::new() }
        };
        let shown =
            |count: usize, places: &[f64]| Quantities::of(&(0..count).map(|_| panel(places)).collect::<Vec<_>>());
        assert_eq!(shown(1, &[2.0]), Quantities::Losses, "two lines, and one rate");
        assert_eq!(shown(1, &[2.0, 4.0]), Quantities::Both);
        assert_eq!(Quantities::of(&[panel(&[1.0]), panel(&[2.0])]), Quantities::Losses);
        assert_eq!(shown(5, &[2.0, 4.0]), Quantities::Steps);
        assert_eq!(shown(5, &[4.0]), Quantities::Losses);
    }
}
