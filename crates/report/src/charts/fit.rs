//! The fit chart: the model and the data, at the start on the left, after training on the right.

use etascape_plot::axis::{Axis, extent};
use etascape_plot::beyond::{self, Exit};
use etascape_plot::canvas::{Anchor, Canvas, TextStyle, Weight};
use etascape_plot::clip;
use etascape_plot::colour::{INK, Rgb};
use etascape_plot::panel::{Line, Panel};
use etascape_plot::sheet::{self, BOTTOM, ColourKey, LEFT, RIGHT, TOP};

/// The model's output over the input, before and after training.
pub(crate) struct FitLine {
    /// What [`Fit::key`] colours it by.
    pub(crate) value: f64,
    pub(crate) start: Vec<(f64, f64)>,
    pub(crate) learned: Vec<(f64, f64)>,
}

/// The chart of fits.
pub(crate) struct Fit {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) x_name: String,
    pub(crate) target_name: String,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) lines: Vec<FitLine>,
    pub(crate) key: ColourKey,
}

/// How far a fit is drawn beyond the data on both sides, as a share of the data's width.
const MARGIN: f64 = 0.12;
/// The room above and below the data, as a share of the data's height.
const HEADROOM: f64 = 0.6;
/// How far above and below the data the lines at the start are shown, as a multiple of the data's height.
const REACH: f64 = 6.0;

/// One panel of a fit.
pub(crate) struct FitPanel<'a> {
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) name: &'a str,
    /// In the order of [`Fit::lines`].
    pub(crate) lines: Vec<&'a Vec<(f64, f64)>>,
    /// The visible heights.
    pub(crate) window: (f64, f64),
    /// Width and alpha of the lines.
    pub(crate) stroke: (f32, f32),
}

impl Fit {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::blank();
        const GAP: u32 = 130;
        let width = (RIGHT - LEFT - GAP) / 2;
        let stroke = if self.lines.len() > 20 { (2.0, 0.8) } else { (3.0, 1.0) };
        let start = self.lines.iter().map(|line| &line.start);
        let learned = self.lines.iter().map(|line| &line.learned);
        let window = self.window(start.clone(), REACH);
        let (left, right, lines) = (LEFT, LEFT + width, start.collect());
        let started =
            self.draw_side(&mut canvas, &FitPanel { left, right, name: "at the start", lines, window, stroke });
        let window = self.window(learned.clone(), REACH);
        let (left, right, lines) = (RIGHT - width, RIGHT, learned.collect());
        let ended = self.draw_side(&mut canvas, &FitPanel { left, right, name: "as learned", lines, window, stroke });
        let subtitle = sheet::noted(&self.subtitle, beyond::words(started + ended, "line", "lines"));
        sheet::draw_titles(&mut canvas, &self.title, &subtitle);
        sheet::draw_key(&mut canvas, &self.key);
        canvas
    }

    /// Draws the lines of a panel. Returns how many of them go on above or below it.
    pub(crate) fn draw_side(&self, canvas: &mut Canvas, side: &FitPanel<'_>) -> usize {
        let (left, right, (low, high)) = (side.left, side.right, side.window);
        let panel = Panel { left, top: TOP + 40, right, bottom: BOTTOM, x: self.across(), y: Axis::linear(low, high) };
        panel.draw_grid(canvas);
        let style = TextStyle { size: 27.0, weight: Weight::SemiBold, colour: INK, anchor: Anchor::Left };
        canvas.text(side.name, (left as f32, (TOP + 16) as f32), style);
        let (width, alpha) = side.stroke;
        let lines = self.lines.iter().zip(&side.lines).flat_map(|(line, points)| {
            let colour = self.key.colour(line.value);
            clip::between(points, low, high).into_iter().map(move |points| Line { points, colour, width, alpha })
        });
        panel.draw_lines(canvas, lines);
        let exits: Vec<Exit> = self
            .lines
            .iter()
            .zip(&side.lines)
            .filter_map(|(line, points)| {
                let outside = points.iter().find(|point| !(low..=high).contains(&point.1))?;
                Exit::of(*outside, &panel, self.key.colour(line.value))
            })
            .collect();
        beyond::draw(canvas, &panel, &exits);
        for &(x, target) in &self.points {
            let place = panel.pixel(x, target);
            let radius = if self.points.len() > 100 { 5.0 } else { 10.0 };
            canvas.disc(place, radius + 3.0, Rgb(255, 255, 255), 1.0);
            canvas.disc(place, radius, INK, 1.0);
        }
        panel.draw_axes(canvas, true, true);
        panel.draw_names(canvas, &self.x_name, if left == LEFT { &self.target_name } else { "" });
        exits.len()
    }

    /// The visible heights: the data with some room, and the lines up to `reach` times the data's height beyond it.
    pub(crate) fn window<'a>(&self, lines: impl Iterator<Item = &'a Vec<(f64, f64)>>, reach: f64) -> (f64, f64) {
        let (low, high) = extent(self.points.iter().map(|point| point.1)).unwrap_or((0.0, 1.0));
        let height = if high > low { high - low } else { 1.0 };
        let (reach, room) = (reach * height, HEADROOM * height);
        let lines = lines.flatten().map(|point| point.1).filter(|y| y.is_finite());
        let reached = lines.map(|y| y.clamp(low - reach, high + reach));
        extent(reached.chain([low - room, high + room])).unwrap_or((low, high))
    }

    fn across(&self) -> Axis {
        let (low, high) = span(&self.points);
        Axis::linear(low, high)
    }
}

/// The inputs that a fit is drawn over.
pub(crate) fn span(points: &[(f64, f64)]) -> (f64, f64) {
    let (low, high) = extent(points.iter().map(|point| point.0)).unwrap_or((0.0, 1.0));
    let margin = if high > low { (high - low) * MARGIN } else { 1.0 };
    (low - margin, high + margin)
}
