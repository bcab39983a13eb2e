//! The chart of the loss surface over two parameters, with trajectories of training: a panel per setting.

use etascape_plot::axis::{Axis, extent};
use etascape_plot::beyond::{self, Exit, Side};
use etascape_plot::canvas::{Anchor, Canvas, TextStyle, Weight, elide};
use etascape_plot::clip;
use etascape_plot::colour::{self, DIVERGED, INK, Rgb};
use etascape_plot::contour::{Grid, Segment};
use etascape_plot::panel::{Line, Panel};
use etascape_plot::sheet::{self, BOTTOM, LEFT, RIGHT, TOP};
use etascape_text::rounded;

/// How far beyond the starts and the minimum trajectories are shown, as a share of their extent.
const REACH: f64 = 1.2;
/// Paths of more points are drawn thin.
const CROWDED: usize = 200;
/// Pixels per side of a cell; the loss has one colour within a cell.
const CELL: u32 = 3;
/// The most losses computed for a panel, times rows of data.
const MOST: usize = 20_000_000;

/// The trajectory of one run.
pub(crate) struct Trajectory {
    /// The two parameters, by step.
    pub(crate) points: Vec<(f64, f64)>,
    /// How many steps from the start on are all among the points; `u64::MAX` for every step.
    pub(crate) steps: u64,
    pub(crate) diverged: bool,
}

/// A panel: the trajectories of one setting.
pub(crate) struct SurfacePanel {
    /// Its title: `η = 0.01 · 420 steps`.
    pub(crate) label: String,
    pub(crate) trajectories: Vec<Trajectory>,
}

/// The chart of the loss surface.
pub(crate) struct Surface<'a> {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// The names of the parameters on the x and y axes.
    pub(crate) names: &'a [String; 2],
    pub(crate) loss_name: String,
    pub(crate) loss: &'a (dyn Fn(f64, f64) -> f64 + Send + Sync),
    /// The number of rows of data, which each loss sums over.
    pub(crate) rows: usize,
    pub(crate) minimum: Option<(f64, f64)>,
    /// One to four.
    pub(crate) panels: Vec<SurfacePanel>,
}

impl Surface<'_> {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::blank();
        let panels = self.panels();
        let Some(first) = panels.first() else { return sheet::titled(&self.title, &self.subtitle) };
        let mut beyond = 0;
        let (grid, cell) = self.grid(first);
        let axis = scale(&grid);
        let relief = Relief::of(&grid, cell, &axis);
        for (panel, content) in panels.iter().zip(&self.panels) {
            relief.paint(&mut canvas, panel);
            beyond += self.draw_trajectories(&mut canvas, panel, content);
            let is_left = panel.left == LEFT;
            let is_low = panel.bottom == BOTTOM;
            panel.draw_axes(&mut canvas, is_low, true);
            let names = [(is_low, &self.names[0]), (is_left, &self.names[1])];
            let [x_name, y_name] = names.map(|(is_there, name)| if is_there { name.as_str() } else { "" });
            panel.draw_names(&mut canvas, x_name, y_name);
        }
        let subtitle = sheet::noted(&self.subtitle, beyond::words(beyond, "path", "paths"));
        sheet::draw_titles(&mut canvas, &self.title, &subtitle);
        sheet::draw_pale_key(&mut canvas, &self.loss_name, &axis);
        canvas
    }

    /// Panels in up to two columns and two rows, with the same axes.
    fn panels(&self) -> Vec<Panel> {
        const GAP: (u32, u32) = (110, 118);
        let columns = if self.panels.len() > 1 { 2 } else { 1 };
        let rows = self.panels.len().div_ceil(columns).max(1) as u32;
        let columns = columns as u32;
        let top = TOP + 36;
        let width = (RIGHT - LEFT - (columns - 1) * GAP.0) / columns;
        let height = (BOTTOM - top - (rows - 1) * GAP.1) / rows;
        let (x, y) = self.frame();
        (0..self.panels.len() as u32)
            .map(|index| {
                let (left, top) = (LEFT + index % columns * (width + GAP.0), top + index / columns * (height + GAP.1));
                let bottom = if index / columns + 1 == rows { BOTTOM } else { top + height };
                Panel { left, top, right: left + width, bottom, x: x.clone(), y: y.clone() }
            })
            .collect()
    }

    /// The axes: they fit the starts, the minimum, and the visible part of the trajectories.
    fn frame(&self) -> (Axis, Axis) {
        let trajectories = || self.panels.iter().flat_map(|content| &content.trajectories);
        let settled = || trajectories().filter(|trajectory| !trajectory.diverged);
        let followed = || settled().flat_map(|trajectory| &trajectory.points);
        let fixed: Vec<(f64, f64)> =
            trajectories().filter_map(|trajectory| trajectory.points.first()).copied().chain(self.minimum).collect();
        let side = |of: fn(&(f64, f64)) -> f64| {
            let inner = if self.minimum.is_some() { Vec::new() } else { middle(followed().map(of)) };
            let fixed = fixed.iter().map(of).chain(inner);
            let (low, high) = extent(fixed.filter(|x| x.is_finite())).unwrap_or((0.0, 1.0));
            let reach = if high > low { (high - low) * REACH } else { 1.0 };
            let followed = followed().map(of).filter(|x| x.is_finite()).map(|x| x.clamp(low - reach, high + reach));
            let (low, high) = extent(followed.chain([low, high])).unwrap_or((low, high));
            let room = if high > low { (high - low) * 0.06 } else { 1.0 };
            Axis::linear(low - room, high + room)
        };
        (side(|place| place.0), side(|place| place.1))
    }

    /// The decimal logarithm of the loss at the corners of a panel's cells, and the pixels per side of a cell.
    fn grid(&self, panel: &Panel) -> (Grid, u32) {
        let (width, height) = (panel.right - panel.left, panel.bottom - panel.top);
        let count = |cell: u32| ((width.div_ceil(cell) + 1) * (height.div_ceil(cell) + 1)) as usize;
        let fits = |cell: &u32| count(*cell).saturating_mul(self.rows) <= MOST;
        let cell = [CELL, 2 * CELL, 4 * CELL, 8 * CELL].into_iter().find(fits).unwrap_or(16 * CELL);
        let per = |axis: &Axis, pixels: u32| (axis.high - axis.low) * f64::from(cell) / f64::from(pixels);
        let (across, up) = (per(&panel.x, width), per(&panel.y, height));
        let log =
            |column: f64, row: f64| libm::log10((self.loss)(panel.x.low + column * across, panel.y.low + row * up));
        (Grid::of(width.div_ceil(cell) as usize + 1, height.div_ceil(cell) as usize + 1, log), cell)
    }

    /// Draws the paths of a panel. Returns how many leave it, diverged ones not counted.
    fn draw_trajectories(&self, canvas: &mut Canvas, panel: &Panel, content: &SurfacePanel) -> usize {
        let frame = ((panel.x.low, panel.x.high), (panel.y.low, panel.y.high));
        for trajectory in &content.trajectories {
            let colour = if trajectory.diverged { DIVERGED } else { INK };
            let width = if trajectory.points.len() > CROWDED { 1.4 } else { 2.2 };
            let mut parts = clip::within(&trajectory.points, frame.0, frame.1);
            // A diverging trajectory jumps back and forth, further each time.
            parts.truncate(if trajectory.diverged { 1 } else { usize::MAX });
            let parts = parts.into_iter();
            panel.draw_lines(canvas, parts.map(|points| Line { points, colour, width, alpha: 0.85 }));
        }
        for trajectory in &content.trajectories {
            let Some(&(x, y)) = trajectory.points.first() else { continue };
            let place = panel.pixel(x, y);
            canvas.disc(place, 8.0, Rgb(255, 255, 255), 1.0);
            canvas.disc(place, 5.5, if trajectory.diverged { DIVERGED } else { INK }, 1.0);
        }
        self.draw_minimum(canvas, panel);
        let style = TextStyle { size: 27.0, weight: Weight::SemiBold, colour: INK, anchor: Anchor::Left };
        let label = elide(&content.label, style.size, style.weight, (panel.right - panel.left) as f32);
        canvas.text(&label, (panel.left as f32, panel.top as f32 - 16.0), style);
        let settled = content.trajectories.iter().filter(|one| !one.diverged);
        let exits: Vec<Exit> = settled.filter_map(|one| exit(&one.points, panel)).collect();
        beyond::draw(canvas, panel, &exits);
        exits.len()
    }

    /// Marks the minimum: a ring, with its coordinates beside it.
    fn draw_minimum(&self, canvas: &mut Canvas, panel: &Panel) {
        let Some((x, y)) = self.minimum else { return };
        let at = panel.pixel(x, y);
        for (radius, colour) in [(13.0, Rgb(255, 255, 255)), (10.0, INK), (6.0, Rgb(255, 255, 255))] {
            canvas.disc(at, radius, colour, 1.0);
        }
        let is_right = at.0 > (panel.left + panel.right) as f32 / 2.0;
        let (anchor, aside) = if is_right { (Anchor::Right, -22.0) } else { (Anchor::Left, 22.0) };
        let style = TextStyle { size: 23.0, weight: Weight::Regular, colour: INK, anchor };
        let [across, up] = self.names;
        let label = format!("minimum: {across} = {}, {up} = {}", rounded(x, 3), rounded(y, 3));
        // White around the letters, for paths and contours may lie below them.
        const AROUND: [f32; 3] = [-2.5, 0.0, 2.5];
        let white = TextStyle { colour: Rgb(255, 255, 255), ..style };
        for (x, y) in AROUND.into_iter().flat_map(|x| AROUND.map(|y| (x, y))) {
            canvas.text(&label, (at.0 + aside + x, at.1 + 8.0 + y), white);
        }
        canvas.text(&label, (at.0 + aside, at.1 + 8.0), style);
    }
}

/// The ends of the middle nine tenths of some numbers.
fn middle(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut rising: Vec<f64> = numbers.filter(|x| x.is_finite()).collect();
    rising.sort_by(f64::total_cmp);
    let last = rising.len().saturating_sub(1);
    [last / 20, last - last / 20].into_iter().filter_map(|at| rising.get(at).copied()).collect()
}

/// Where a path first leaves its panel.
fn exit(points: &[(f64, f64)], panel: &Panel) -> Option<Exit> {
    let outside = points.iter().position(|&at| Exit::of(at, panel, INK).is_some())?;
    let frame = ((panel.x.low, panel.x.high), (panel.y.low, panel.y.high));
    let parts = clip::within(&points[outside.checked_sub(1)?..=outside], frame.0, frame.1);
    let &(x, y) = parts.last()?.last()?;
    Exit::of(points[outside], panel, INK).map(|exit| match exit.side {
        Side::Top | Side::Bottom => Exit { at: (x, exit.at.1), ..exit },
        Side::Left | Side::Right => Exit { at: (exit.at.0, y), ..exit },
    })
}

/// The scale of the losses on a grid.
fn scale(grid: &Grid) -> Axis {
    let losses = grid.heights.iter().filter(|height| height.is_finite());
    let (low, high) = extent(losses.copied()).unwrap_or((0.0, 1.0));
    Axis::log(libm::exp10(low), libm::exp10(high), false)
}

/// The loss as colour, its decades as contour lines: the same in every panel.
struct Relief {
    /// Pixels per side of a cell.
    side: f32,
    /// Colours, row by row from below.
    colours: Vec<Vec<Rgb>>,
    lines: Vec<Segment>,
}

impl Relief {
    fn of(grid: &Grid, cell: u32, axis: &Axis) -> Relief {
        let colour = |&height: &f64| colour::pale(axis.share(height));
        // No cell begins at the last corner of a row, or in the last row.
        let rows = grid.heights.chunks_exact(grid.columns).take(grid.rows - 1);
        let colours = rows.map(|row| row[..grid.columns - 1].iter().map(colour).collect()).collect();
        let lines = axis.ticks.iter().flat_map(|tick| grid.line(tick.at)).collect();
        Relief { side: cell as f32, colours, lines }
    }

    fn paint(&self, canvas: &mut Canvas, panel: &Panel) {
        let place = |(column, row): (f64, f64)| {
            let x = panel.left as f32 + column as f32 * self.side;
            let y = panel.bottom as f32 - row as f32 * self.side;
            (x.min(panel.right as f32), y.max(panel.top as f32))
        };
        for (row, colours) in self.colours.iter().enumerate() {
            for (column, &colour) in colours.iter().enumerate() {
                let (left, bottom) = place((column as f64, row as f64));
                let (right, top) = place((column as f64 + 1.0, row as f64 + 1.0));
                canvas.rectangle((left, top), (right, bottom), colour);
            }
        }
        for &(from, to) in &self.lines {
            canvas.line(&[place(from), place(to)], 1.6, Rgb(255, 255, 255), 0.9);
        }
    }
}
