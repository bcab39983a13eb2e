//! What the learning rate does: steps to converge and final loss against it, a line per starting point.

use super::axis::{Axis, extent, rounded};
use super::panel::{Line, Panel};
use super::sheet::{self, BOTTOM, Key, LEFT, RIGHT, TOP};
use crate::canvas::{Anchor, Canvas, TextStyle, Weight};
use crate::colour::{DIVERGED, DIVERGED_BAND};

/// Height of the band where diverged runs are marked, in pixels.
const BAND: u32 = 48;
/// Above so many lines they are thin.
const MANY: usize = 12;

/// One place across, on one line: what the runs there came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) x: f64,
    /// Median over the runs that converged; `None` if none did.
    pub(crate) steps: Option<f64>,
    /// Median over the runs that did not diverge; `None` if all did.
    pub(crate) loss: Option<f64>,
}

/// The outcomes of one value of the other parameter, by x.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutcomeLine {
    /// What [`Convergence::key`] colours it by.
    pub(crate) value: f64,
    pub(crate) outcomes: Vec<Outcome>,
}

/// The convergence chart.
pub(crate) struct Convergence {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) x_name: String,
    pub(crate) x: Axis,
    pub(crate) lines: Vec<OutcomeLine>,
    /// Share of the runs at each x that diverged, where any did.
    pub(crate) diverged: Vec<(f64, f64)>,
    pub(crate) key: Key,
    pub(crate) limit: Option<f64>,
}

impl Convergence {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::titled(&self.title, &self.subtitle);
        let all = || self.lines.iter().flat_map(|line| &line.outcomes);
        let steps: Vec<f64> = all().filter_map(|outcome| outcome.steps).collect();
        let losses: Vec<f64> = all().filter_map(|outcome| outcome.loss).collect();
        let middle = (TOP + BOTTOM) / 2;
        let loss_top = if steps.is_empty() { TOP } else { middle + 24 };
        if !steps.is_empty() {
            let panel = self.panel(TOP, middle - 24, &steps);
            self.draw_panel(&mut canvas, &panel, None, "steps to converge", |outcome| outcome.steps);
        }
        let panel = self.panel(loss_top, BOTTOM, &losses);
        self.draw_panel(&mut canvas, &panel, Some(&self.x_name), "final loss", |outcome| outcome.loss);
        sheet::draw_key(&mut canvas, &self.key);
        canvas
    }

    fn panel(&self, top: u32, bottom: u32, values: &[f64]) -> Panel {
        let label = if self.limit.is_some() && top == TOP { 44 } else { 16 };
        let band = if self.diverged.is_empty() { 0 } else { BAND };
        let above = f64::from(label + band) / f64::from(bottom - top - label - band);
        let y = axis_of(values).padded(0.05, above * 1.05);
        Panel { left: LEFT, top, right: RIGHT, bottom, x: self.x.clone().padded(0.015, 0.015), y }
    }

    fn draw_panel(
        &self,
        canvas: &mut Canvas,
        panel: &Panel,
        x_name: Option<&str>,
        y_name: &str,
        value: impl Fn(&Outcome) -> Option<f64>,
    ) {
        panel.draw_grid(canvas);
        self.draw_band(canvas, panel);
        if let Some((limit, at)) = self.limit.and_then(|limit| Some((limit, panel.x.place(limit)?))) {
            let label = if panel.top == TOP { format!("2/λmax = {}", rounded(limit, 4)) } else { String::new() };
            let below = if self.diverged.is_empty() { 0 } else { BAND };
            panel.draw_upright(canvas, at, &label, below as f32 + 30.0);
        }
        let width = if self.lines.len() > MANY { 1.8 } else { 3.0 };
        for line in &self.lines {
            let colour = self.key.colour(line.value);
            let pieces = pieces(line, panel, &value);
            for place in pieces.iter().filter(|piece| piece.len() == 1 || panel.x.is_names()).flatten() {
                canvas.disc(panel.pixel(place.0, place.1), width * 1.6, colour, 0.9);
            }
            let joined = pieces.into_iter().filter(|piece| piece.len() > 1 && !panel.x.is_names());
            panel.draw_lines(canvas, joined.map(|points| Line { points, colour, width, alpha: 0.9 }));
        }
        panel.draw_axes(canvas, x_name, y_name);
    }

    /// The band at the top with a × where runs diverged, the stronger the more of them.
    fn draw_band(&self, canvas: &mut Canvas, panel: &Panel) {
        if self.diverged.is_empty() {
            return;
        }
        let (top, height) = (panel.top as f32, BAND as f32);
        let middle = top + height / 2.0;
        let places = self.diverged.iter().filter_map(|&(x, share)| Some((panel.x.place(x)?, share)));
        let marked: Vec<(f32, f64)> = places.map(|(at, share)| (panel.pixel(at, panel.y.low).0, share)).collect();
        canvas.block((panel.left as f32, top), (panel.right as f32, top + height), DIVERGED_BAND);
        for &(x, share) in &marked {
            panel.draw_cross(canvas, (x, middle), (0.25 + 0.75 * share) as f32);
        }
        let style = TextStyle { size: 23.0, weight: Weight::Regular, colour: DIVERGED, anchor: Anchor::Left };
        let first = marked.iter().map(|mark| mark.0).fold(f32::INFINITY, f32::min);
        let room = first - panel.left as f32 > 190.0;
        if room {
            canvas.text("diverged", (first - 20.0, middle + 8.0), TextStyle { anchor: Anchor::Right, ..style });
        }
    }
}

/// An axis for what runs came to: logarithmic over a decade at least, so that noise stays small.
fn axis_of(values: &[f64]) -> Axis {
    const HALF_A_DECADE: f64 = 3.2;
    let positive = || values.iter().copied().filter(|&x| x > 0.0 && x.is_finite());
    let middle = extent(positive()).map(|(low, high)| (low * high).sqrt()).filter(|middle| middle.is_normal());
    let least = middle.map(|middle| [middle / HALF_A_DECADE, middle * HALF_A_DECADE]);
    Axis::holding(values.iter().copied().chain(least.into_iter().flatten()), true)
}

/// A line broken where it has no value, in the panel's units.
fn pieces(line: &OutcomeLine, panel: &Panel, value: &impl Fn(&Outcome) -> Option<f64>) -> Vec<Vec<(f64, f64)>> {
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
