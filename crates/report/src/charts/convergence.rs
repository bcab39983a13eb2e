//! What the learning rate does: steps to converge and final loss against it, a line per starting point.

use super::axis::Axis;
use super::panel::{Line, Panel};
use super::sheet::{self, BOTTOM, Key, LEFT, RIGHT, TOP};
use crate::canvas::{Anchor, Canvas, TextStyle, Weight};
use crate::colour::{DIVERGED, DIVERGED_AREA};

/// Height of the band where diverged runs are marked, as a share of the panel.
const BAND: f64 = 0.11;
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
    pub(crate) fn draw(&self) -> Vec<u8> {
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
        canvas.into_png()
    }

    fn panel(&self, top: u32, bottom: u32, values: &[f64]) -> Panel {
        let band = if self.diverged.is_empty() { 0.04 } else { BAND + 0.03 };
        let y = Axis::holding(values.iter().copied(), spans_much(values)).padded(0.05, band);
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
        self.draw_band(canvas, panel);
        panel.draw_grid(canvas);
        let limit = self.limit.and_then(|limit| panel.x.place(limit));
        if let Some(at) = limit {
            let label = if panel.top == TOP {
                format!("2/λmax = {}", super::axis::rounded(self.limit.unwrap_or(at), 4))
            } else {
                String::new()
            };
            panel.draw_upright(canvas, at, &label);
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
        let height = ((panel.bottom - panel.top) as f64 * BAND) as f32;
        let top = panel.top as f32;
        let rows = top + height * 0.62;
        let mut marked: Vec<(f32, f64)> = Vec::new();
        for &(x, share) in &self.diverged {
            if let Some(at) = panel.x.place(x) {
                marked.push((panel.pixel(at, panel.y.low).0, share));
            }
        }
        canvas.block((panel.left as f32, top), (panel.right as f32, top + height), DIVERGED_AREA);
        for &(x, share) in &marked {
            panel.draw_cross(canvas, (x, rows), (0.25 + 0.75 * share) as f32);
        }
        let style = TextStyle { size: 23.0, weight: Weight::Regular, colour: DIVERGED, anchor: Anchor::Left };
        let first = marked.iter().map(|mark| mark.0).fold(f32::INFINITY, f32::min);
        let room = first - panel.left as f32 > 190.0;
        if room {
            canvas.text("diverged", (first - 20.0, rows + 8.0), TextStyle { anchor: Anchor::Right, ..style });
        }
    }
}

/// Whether numbers are better told apart by their logarithm.
fn spans_much(values: &[f64]) -> bool {
    let positive = || values.iter().copied().filter(|&x| x > 0.0 && x.is_finite());
    let (low, high) = (positive().fold(f64::INFINITY, f64::min), positive().fold(0.0, f64::max));
    high > low * 5.0
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
