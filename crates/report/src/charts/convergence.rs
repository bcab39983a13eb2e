//! What the learning rate does: steps to converge and final loss against it, a line per starting point.

use super::axis::{Axis, extent, rounded};
use super::clip;
use super::grid::{self, Frame, Slot, WHOLE, slots};
use super::heat_map::borders;
use super::labels::{self, End};
use super::panel::{Line, Panel};
use super::sheet::{self, Key};
use crate::canvas::{Anchor, Canvas, TextStyle, Weight};
use crate::colour::{self, DIVERGED, GRID, INK, Rgb};

/// Height of the strip that shows the share of diverged runs, in pixels.
const STRIP: u32 = 30;
/// Above so many lines they are thin, and without quartiles.
const MANY: usize = 12;
/// Up to so many places on a line are marked.
const MARKED: usize = 24;
/// Panels that have steps and losses above one another, at most; more have one of them.
const PAIRS: usize = 4;
/// Pixels between the two, with and without labels of the upper axis.
const GAP: (u32, u32) = (108, 48);
/// The steps have an axis across of their own where runs converged on less than this share of it.
const CORNER: f64 = 0.6;

/// One place across, on one line: what the runs there came to, as quartiles.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) x: f64,
    /// Over the runs that converged; `None` if none did.
    pub(crate) steps: Option<[f64; 3]>,
    /// Over the runs that did not diverge; `None` if all did.
    pub(crate) loss: Option<[f64; 3]>,
}

/// The outcomes of one value of the other parameter, by x.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutcomeLine {
    /// What [`Convergence::key`] colours it by.
    pub(crate) value: f64,
    pub(crate) outcomes: Vec<Outcome>,
}

/// The steps to converge by theory, over x.
pub(crate) struct Prediction {
    /// The value of the line that it is for; `None` where it is for all of them.
    pub(crate) value: Option<f64>,
    pub(crate) points: Vec<(f64, f64)>,
}

/// What the runs of one panel came to.
pub(crate) struct ConvergencePanel {
    pub(crate) title: String,
    pub(crate) lines: Vec<OutcomeLine>,
    /// Share of the runs at each x that diverged.
    pub(crate) diverged: Vec<(f64, f64)>,
    pub(crate) predicted: Vec<Prediction>,
}

/// The convergence chart.
pub(crate) struct Convergence {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) x_name: String,
    pub(crate) x: Axis,
    pub(crate) panels: Vec<ConvergencePanel>,
    pub(crate) key: Key,
    pub(crate) limit: Option<f64>,
    pub(crate) loss_name: String,
}

/// What a row of panels shows up its axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Up {
    Steps,
    Loss,
}

impl Up {
    fn of(self, outcome: &Outcome) -> Option<[f64; 3]> {
        match self {
            Up::Steps => outcome.steps,
            Up::Loss => outcome.loss,
        }
    }
}

impl Convergence {
    pub(crate) fn draw(&self) -> Vec<u8> {
        let mut canvas = sheet::titled(&self.title, &self.subtitle);
        let has_steps = self.outcomes().any(|outcome| outcome.steps.is_some());
        let is_named = match self.panels.len() {
            _ if !has_steps => self.draw_row(&mut canvas, WHOLE, Up::Loss, &self.x, true),
            count if count > PAIRS && self.mostly_converged() => {
                self.draw_row(&mut canvas, WHOLE, Up::Steps, &self.x, true)
            }
            count if count > PAIRS => self.draw_row(&mut canvas, WHOLE, Up::Loss, &self.x, true),
            _ => self.draw_pairs(&mut canvas),
        };
        if !is_named {
            sheet::draw_key(&mut canvas, &self.key);
        }
        canvas.into_png()
    }

    fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.panels.iter().flat_map(|panel| &panel.lines).flat_map(|line| &line.outcomes)
    }

    fn mostly_converged(&self) -> bool {
        let settled = self.outcomes().filter(|outcome| outcome.loss.is_some()).count();
        2 * self.outcomes().filter(|outcome| outcome.steps.is_some()).count() >= settled
    }

    /// Steps above losses, the steps over a part of the axis if runs converged in a corner of it.
    fn draw_pairs(&self, canvas: &mut Canvas) -> bool {
        let near = self.part_with_steps();
        let gap = if near.is_some() { GAP.0 } else { GAP.1 };
        let middle = (WHOLE.top + WHOLE.bottom) / 2;
        let upper = Frame { bottom: middle - gap / 2, ..WHOLE };
        let lower = Frame { top: middle + gap / 2, ..WHOLE };
        if let (Some(part), 1) = (&near, self.panels.len()) {
            draw_zoom(canvas, upper, lower, part, &self.padded(&self.x));
        }
        let is_near = near.is_some();
        self.draw_row(canvas, upper, Up::Steps, near.as_ref().unwrap_or(&self.x), is_near);
        self.draw_row(canvas, lower, Up::Loss, &self.x, true)
    }

    /// The part of the axis where runs converged, with some room, if it is a corner.
    fn part_with_steps(&self) -> Option<Axis> {
        let places = self.outcomes().filter(|outcome| outcome.steps.is_some());
        let (low, high) = extent(places.filter_map(|outcome| self.x.place(outcome.x)))?;
        let room = 0.25 * (high - low);
        let (low, high) = ((low - room).max(self.x.low), (high + room).min(self.x.high));
        let is_corner = high > low && high - low < CORNER * (self.x.high - self.x.low) && !self.x.is_names();
        is_corner.then(|| self.x.part(low, high))
    }

    fn padded(&self, x: &Axis) -> Axis {
        if x.is_names() { x.clone() } else { x.clone().padded(0.015, 0.015) }
    }

    /// A row of panels, or a grid of them; says whether the lines are named at their ends.
    fn draw_row(&self, canvas: &mut Canvas, frame: Frame, up: Up, x: &Axis, has_x_labels: bool) -> bool {
        let x = self.padded(x);
        let slots = slots_of(self.panels.len(), frame);
        let Some(first) = slots.first() else { return false };
        let y = self.up(up, &x, first.frame);
        let mut is_named = false;
        for (shown, slot) in self.panels.iter().zip(&slots) {
            let panel = Panel::over(slot.frame, x.clone(), y.clone());
            self.draw_panel(canvas, &panel, shown, up);
            panel.draw_axes(canvas, has_x_labels && slot.is_low, slot.is_left);
            if up == Up::Steps || frame == WHOLE {
                grid::draw_title(canvas, slot.frame, &shown.title);
            }
            is_named = slots.len() == 1 && labels::draw(canvas, &panel, &self.key, &ends(&panel, shown, up));
        }
        let x_name = if frame.bottom == WHOLE.bottom { &self.x_name } else { "" };
        let y_name = if up == Up::Steps { "steps to converge" } else { &self.loss_name };
        Panel::over(frame, x, y).draw_names(canvas, x_name, y_name);
        is_named
    }

    /// The axis of all panels of a row: what is in view across, with room for the strip and for the limit's label.
    fn up(&self, up: Up, x: &Axis, frame: Frame) -> Axis {
        let in_view = |outcome: &&Outcome| x.place(outcome.x).is_some_and(|at| (x.low..=x.high).contains(&at));
        let of = |outcome: &Outcome| up.of(outcome).map(|[_, middle, _]| (middle, outcome.steps.is_some()));
        let values: Vec<(f64, bool)> = self.outcomes().filter(in_view).filter_map(of).collect();
        let label = if self.limit.is_some() && up == Up::Steps { 44 } else { 16 };
        let above = f64::from(label + self.strip()) / f64::from(frame.bottom - frame.top - label - self.strip());
        let least = if up == Up::Steps { 1.8 } else { 3.2 };
        axis_of(&values, least).padded(0.05, above * 1.05)
    }

    fn strip(&self) -> u32 {
        let any = self.panels.iter().flat_map(|panel| &panel.diverged).any(|&(_, share)| share > 0.0);
        if any { STRIP } else { 0 }
    }

    fn draw_panel(&self, canvas: &mut Canvas, panel: &Panel, shown: &ConvergencePanel, up: Up) {
        panel.draw_grid(canvas);
        if self.strip() > 0 {
            draw_strip(canvas, panel, &shown.diverged);
        }
        if let Some((limit, at)) = self.limit.and_then(|limit| Some((limit, panel.x.place(limit)?))) {
            let label = if up == Up::Steps { format!("2/λmax = {}", rounded(limit, 4)) } else { String::new() };
            panel.draw_upright(canvas, at, &label, self.strip() as f32 + 30.0);
        }
        let is_predicted = up == Up::Steps && !shown.predicted.is_empty();
        if is_predicted {
            self.draw_predictions(canvas, panel, &shown.predicted);
        }
        if shown.lines.len() <= MANY {
            shown.lines.iter().for_each(|line| self.draw_quartiles(canvas, panel, line, up));
        }
        for line in &shown.lines {
            self.draw_line(canvas, panel, line, up, shown.lines.len() > MANY, is_predicted);
        }
    }

    /// A line through the medians, its places marked where they are few; where theory has drawn the line, only marks.
    fn draw_line(&self, canvas: &mut Canvas, panel: &Panel, line: &OutcomeLine, up: Up, is_thin: bool, is_bare: bool) {
        let (width, radius) = if is_thin { (1.8, 3.2) } else { (3.0, 5.5) };
        let colour = self.key.colour(line.value);
        let pieces = pieces(line, panel, |outcome| up.of(outcome).map(|of| of[1]));
        let is_bare = is_bare || panel.x.is_names();
        let is_marked = is_bare || line.outcomes.len() <= MARKED && !is_thin;
        for place in pieces.iter().filter(|piece| is_marked || piece.len() == 1).flatten() {
            canvas.disc(panel.pixel(place.0, place.1), if is_bare { 5.5 } else { radius }, colour, 0.9);
        }
        let joined = pieces.into_iter().filter(|piece| piece.len() > 1 && !is_bare);
        let parts =
            joined.flat_map(|piece| clip::within(&piece, (panel.x.low, panel.x.high), (panel.y.low, panel.y.high)));
        panel.draw_lines(canvas, parts.map(|points| Line { points, colour, width, alpha: 0.9 }));
    }

    fn draw_quartiles(&self, canvas: &mut Canvas, panel: &Panel, line: &OutcomeLine, up: Up) {
        let mut band: Vec<(f64, f64, f64)> = Vec::new();
        let colour = self.key.colour(line.value);
        for outcome in &line.outcomes {
            let place = up.of(outcome).and_then(|[low, _, high]| {
                Some((panel.x.place(outcome.x)?, panel.y.place(low)?, panel.y.place(high)?))
            });
            match place {
                Some(place) if !panel.x.is_names() => band.push(place),
                Some((x, low, high)) => draw_whisker(canvas, panel, (x, low, high), colour),
                None => panel.draw_band(canvas, &std::mem::take(&mut band), colour, 0.18),
            }
        }
        panel.draw_band(canvas, &band, colour, 0.18);
    }

    /// Theory's lines, in ink where one speaks for all, and what they are.
    fn draw_predictions(&self, canvas: &mut Canvas, panel: &Panel, predictions: &[Prediction]) {
        let mut leftmost: Option<(f64, f64)> = None;
        for prediction in predictions {
            let place = |&(x, steps): &(f64, f64)| Some((panel.x.place(x)?, panel.y.place(steps)?));
            let line: Vec<(f64, f64)> = prediction.points.iter().filter_map(place).collect();
            let colour = prediction.value.map_or(INK, |value| self.key.colour(value));
            let top = panel.y.high - (panel.y.high - panel.y.low) * self.strip_share(panel);
            let parts = clip::within(&line, (panel.x.low, panel.x.high), (panel.y.low, top));
            let first = parts.iter().filter_map(|part| part.first()).min_by(|a, b| a.0.total_cmp(&b.0)).copied();
            leftmost = [leftmost, first].into_iter().flatten().max_by(|a, b| a.1.total_cmp(&b.1));
            panel.draw_lines(canvas, parts.into_iter().map(|points| Line { points, colour, width: 2.0, alpha: 0.85 }));
        }
        if let Some((x, y)) = leftmost {
            let place = panel.pixel(x, y);
            let style = TextStyle { size: 24.0, weight: Weight::Regular, colour: INK, anchor: Anchor::Left };
            canvas.text("predicted by theory", (place.0 + 26.0, place.1.max(panel.top as f32 + 80.0) + 8.0), style);
        }
    }

    fn strip_share(&self, panel: &Panel) -> f64 {
        f64::from(self.strip()) / f64::from(panel.bottom - panel.top)
    }
}

/// In a row up to [`PAIRS`], else as a grid.
fn slots_of(count: usize, frame: Frame) -> Vec<Slot> {
    if !(2..=PAIRS).contains(&count) || frame == WHOLE {
        return slots(count, frame);
    }
    const ACROSS: u32 = 34;
    let top = if frame.top == WHOLE.top { frame.top + 30 } else { frame.top };
    let width = (frame.right - frame.left - (count as u32 - 1) * ACROSS) / count as u32;
    let left = |column: u32| frame.left + column * (width + ACROSS);
    let frame = |column: u32| Frame { left: left(column), right: left(column) + width, top, ..frame };
    (0..count as u32).map(|column| Slot { frame: frame(column), is_left: column == 0, is_low: true }).collect()
}

/// That the upper panel is a part of the lower one, across.
fn draw_zoom(canvas: &mut Canvas, upper: Frame, lower: Frame, part: &Axis, whole: &Axis) {
    let panel = Panel::over(lower, whole.clone(), Axis::linear(0.0, 1.0));
    let [left, right] = [part.low, part.high].map(|at| panel.pixel(at, 1.0).0);
    let bottom = upper.bottom as f32 + 2.0;
    let corners = [
        (upper.left as f32, bottom),
        (upper.right as f32, bottom),
        (right, lower.top as f32),
        (left, lower.top as f32),
    ];
    canvas.fill(&corners, GRID, 0.45);
}

/// The share of runs at each place that diverged, as the strength of a colour at the top.
fn draw_strip(canvas: &mut Canvas, panel: &Panel, shares: &[(f64, f64)]) {
    let (top, bottom) = (panel.top as f32, panel.top as f32 + STRIP as f32 - 6.0);
    let places: Vec<(f64, f64)> = shares.iter().filter_map(|&(x, share)| Some((panel.x.place(x)?, share))).collect();
    let borders = borders(&places.iter().map(|place| place.0).collect::<Vec<f64>>());
    let mut free = (panel.left as f32, panel.left as f32);
    for (&(_, share), ends) in places.iter().zip(borders.windows(2)) {
        let [from, to] = [ends[0], ends[1]].map(|at| panel.pixel(at.clamp(panel.x.low, panel.x.high), panel.y.low).0);
        canvas.block((from, top), (to, bottom), colour::diverged(share));
        if share == 0.0 && from <= free.1 + 1.0 {
            free.1 = to;
        }
    }
    let style = TextStyle { size: 22.0, weight: Weight::Regular, colour: DIVERGED, anchor: Anchor::Right };
    if free.1 - free.0 > 150.0 {
        canvas.text("diverged", (free.1 - 12.0, bottom - 5.0), style);
    }
}

fn draw_whisker(canvas: &mut Canvas, panel: &Panel, (x, low, high): (f64, f64, f64), colour: Rgb) {
    canvas.line(&[panel.pixel(x, low), panel.pixel(x, high)], 3.0, colour, 0.6);
}

/// Where the lines of a panel end.
fn ends(panel: &Panel, shown: &ConvergencePanel, up: Up) -> Vec<End> {
    let end = |line: &OutcomeLine| {
        let places = pieces(line, panel, |outcome| up.of(outcome).map(|of| of[1]));
        let at = places.iter().flatten().last().copied()?;
        Some(End { at: (at.0, at.1.clamp(panel.y.low, panel.y.high)), value: line.value })
    };
    shown.lines.iter().filter_map(end).collect()
}

/// An axis for what runs came to: logarithmic over some range at least, so that noise stays small. A few runs that
/// converged far below, or ended far above all others, are not followed.
fn axis_of(values: &[(f64, bool)], least: f64) -> Axis {
    const FAR: f64 = 30.0;
    let mut rising: Vec<f64> = values.iter().map(|value| value.0).filter(|&x| x > 0.0 && x.is_finite()).collect();
    rising.sort_by(f64::total_cmp);
    let middle = extent(rising.iter().copied()).map(|(low, high)| (low * high).sqrt()).filter(|x| x.is_normal());
    let around = middle.map(|middle| [middle / least, middle * least]);
    let usual = |share: usize| rising.get(rising.len() * share / 100).copied();
    let (low, high) = (usual(10).map_or(0.0, |low| low / FAR), usual(90).map_or(f64::INFINITY, |high| high * FAR));
    let is_followed =
        |&&(value, converged): &&(f64, bool)| value <= 0.0 || value <= high && (value >= low || !converged);
    let followed = values.iter().filter(is_followed).map(|value| value.0);
    Axis::holding(followed.chain(around.into_iter().flatten()), true)
}

/// A line broken where it has no value, in the panel's units.
fn pieces(line: &OutcomeLine, panel: &Panel, value: impl Fn(&Outcome) -> Option<f64>) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = vec![Vec::new()];
    for outcome in &line.outcomes {
        let place = value(outcome).and_then(|y| Some((panel.x.place(outcome.x)?, panel.y.place(y)?)));
        match (place, pieces.last_mut()) {
            (Some(place), Some(piece)) => piece.push(place),
            _ => pieces.push(Vec::new()),
        }
    }
    pieces
}
