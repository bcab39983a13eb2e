//! A panel: two axes, and the drawing between them. plotters maps values to pixels.

use std::convert::Infallible;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::PathElement;
use plotters::style::{Color, RGBColor, ShapeStyle};

use crate::axis::{Axis, Tick};
use crate::canvas::{Anchor, Canvas, SUBPIXELS, SkiaBackend, TextStyle, Weight, elide, text_width};
use crate::colour::{DIVERGED, GRID, INK, PAPER, QUIET, Rgb};
use crate::grid::Frame;
use crate::sheet::{RIGHT, broken};

/// Size of tick labels, in pixels.
pub const TICK_SIZE: f32 = 24.0;
/// Size of axis names.
pub const NAME_SIZE: f32 = 28.0;

/// A line of a chart, in the units of the panel's axes.
pub struct Line {
    /// Its points.
    pub points: Vec<(f64, f64)>,
    /// Its colour.
    pub colour: Rgb,
    /// Its width in pixels.
    pub width: f32,
    /// Its opacity, 0 to 1.
    pub alpha: f32,
}

/// The edges of a panel, in whole pixels, and its axes.
#[derive(Clone)]
pub struct Panel {
    /// Its left edge.
    pub left: u32,
    /// Its upper edge.
    pub top: u32,
    /// Its right edge.
    pub right: u32,
    /// Its lower edge.
    pub bottom: u32,
    /// The axis across.
    pub x: Axis,
    /// The axis up.
    pub y: Axis,
}

type Chart<'a> = ChartContext<'a, SkiaBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;

impl Panel {
    /// The part of a frame with enough room at its left for the labels of some y axes, up to a limit.
    pub fn beside_labels<'a>(whole: Frame, axes: impl IntoIterator<Item = &'a Axis>) -> Frame {
        Frame { left: (labels_width(axes) + 100).max(whole.left), ..whole }
    }

    /// A panel over a frame.
    pub fn over(frame: Frame, x: Axis, y: Axis) -> Panel {
        let Frame { left, top, right, bottom } = frame;
        Panel { left, top, right, bottom, x, y }
    }

    /// The pixel of a point in the axes' units.
    pub fn pixel(&self, x: f64, y: f64) -> (f32, f32) {
        let across = f64::from(self.right - self.left) * self.x.share(x);
        let up = f64::from(self.bottom - self.top) * self.y.share(y);
        (self.left as f32 + across as f32, self.bottom as f32 - up as f32)
    }

    /// Grid lines at the ticks, behind everything.
    pub fn draw_grid(&self, canvas: &mut Canvas) {
        let (left, right) = (self.left as f32, self.right as f32);
        let (top, bottom) = (self.top as f32, self.bottom as f32);
        for tick in &self.x.ticks {
            let x = self.pixel(tick.at, self.y.low).0.round();
            canvas.rectangle((x - 1.0, top), (x + 1.0, bottom), GRID);
        }
        for tick in &self.y.ticks {
            let y = self.pixel(self.x.low, tick.at).1.round();
            canvas.rectangle((left, y - 1.0), (right, y + 1.0), GRID);
        }
    }

    /// The axes, over everything else; each with its labels where asked for.
    pub fn draw_axes(&self, canvas: &mut Canvas, has_x_labels: bool, has_y_labels: bool) {
        let (left, right) = (self.left as f32, self.right as f32);
        let (top, bottom) = (self.top as f32, self.bottom as f32);
        canvas.rectangle((left - 2.0, top), (left, bottom + 2.0), INK);
        canvas.rectangle((left - 2.0, bottom), (right, bottom + 2.0), INK);
        self.draw_marks(canvas);
        if has_x_labels {
            self.label_x(canvas);
        }
        if has_y_labels {
            self.label_y(canvas);
        }
    }

    /// The marks between labels, outside of the frame, and the break before an extra position of 0.
    fn draw_marks(&self, canvas: &mut Canvas) {
        const MARK: f32 = 7.0;
        for &at in &self.x.minor {
            let (x, y) = (self.pixel(at, self.y.low).0.round(), self.bottom as f32);
            canvas.rectangle((x - 1.0, y + 2.0), (x + 1.0, y + 2.0 + MARK), QUIET);
        }
        for &at in &self.y.minor {
            let (x, y) = (self.left as f32, self.pixel(self.x.low, at).1.round());
            canvas.rectangle((x - 2.0 - MARK, y - 1.0), (x - 2.0, y + 1.0), QUIET);
        }
        if let Some(at) = self.x.break_at() {
            draw_break(canvas, (self.pixel(at, self.y.low).0, self.bottom as f32 + 1.0), true);
        }
        if let Some(at) = self.y.break_at() {
            draw_break(canvas, (self.left as f32 - 1.0, self.pixel(self.x.low, at).1), false);
        }
    }

    /// The names of the axes, beside their labels.
    pub fn draw_names(&self, canvas: &mut Canvas, x_name: &str, y_name: &str) {
        let style = TextStyle { size: NAME_SIZE, weight: Weight::Regular, colour: INK, anchor: Anchor::Centre };
        let middle = ((self.left + self.right) as f32 / 2.0, (self.top + self.bottom) as f32 / 2.0);
        let name = elide(x_name, NAME_SIZE, Weight::Regular, (self.right - self.left) as f32);
        let below = if self.x.is_names() { 106.0 } else { 90.0 };
        canvas.text(&name, (middle.0, self.bottom as f32 + below), style);
        let name = elide(y_name, NAME_SIZE, Weight::Regular, (self.bottom - self.top) as f32);
        let labels = self.y.ticks.iter().map(|tick| text_width(&self.y_label(&tick.label), TICK_SIZE, Weight::Regular));
        let aside = labels.fold(0.0, f32::max) + 42.0;
        canvas.text_turned(&name, (self.left as f32 - aside, middle.1), style, true);
    }

    /// Lines, in the order given.
    pub fn draw_lines(&self, canvas: &mut Canvas, lines: impl IntoIterator<Item = Line>) {
        self.with_chart(canvas, |chart| {
            chart.draw_series(
                lines
                    .into_iter()
                    .map(|line| PathElement::new(line.points, stroke(line.colour, line.width, line.alpha))),
            )?;
            Ok(())
        });
    }

    /// The area between two lines with the same x values, in the units of the axes.
    pub fn draw_band(&self, canvas: &mut Canvas, band: &[(f64, f64, f64)], colour: Rgb, alpha: f32) {
        let inside = |y: f64| y.clamp(self.y.low, self.y.high);
        let lower = band.iter().map(|&(x, low, _)| self.pixel(x, inside(low)));
        let upper = band.iter().rev().map(|&(x, _, high)| self.pixel(x, inside(high)));
        canvas.fill(&lower.chain(upper).collect::<Vec<(f32, f32)>>(), colour, alpha);
    }

    /// A small × for a run that diverged.
    pub fn draw_cross(&self, canvas: &mut Canvas, (x, y): (f32, f32), alpha: f32) {
        const ARM: f32 = 6.0;
        canvas.line(&[(x - ARM, y - ARM), (x + ARM, y + ARM)], 2.5, DIVERGED, alpha);
        canvas.line(&[(x - ARM, y + ARM), (x + ARM, y - ARM)], 2.5, DIVERGED, alpha);
    }

    /// A thin dashed vertical line with its label on the side where there is room.
    pub fn draw_upright(&self, canvas: &mut Canvas, at: f64, label: &str, label_below: f32) {
        if !(self.x.low..=self.x.high).contains(&at) {
            return;
        }
        let x = self.pixel(at, self.y.low).0;
        let mut y = self.top as f32;
        while y < self.bottom as f32 {
            canvas.line(&[(x, y), (x, (y + 10.0).min(self.bottom as f32))], 2.0, INK, 0.75);
            y += 17.0;
        }
        let rightmost = x > (self.left + self.right) as f32 / 2.0;
        let (anchor, aside) = if rightmost { (Anchor::Right, -12.0) } else { (Anchor::Left, 12.0) };
        let style = TextStyle { size: 23.0, weight: Weight::Regular, colour: INK, anchor };
        if !label.is_empty() {
            canvas.text(label, (x + aside, self.top as f32 + label_below), style);
        }
    }

    fn label_x(&self, canvas: &mut Canvas) {
        let style = TextStyle { size: TICK_SIZE, weight: Weight::Regular, colour: QUIET, anchor: Anchor::Centre };
        let room = (self.right - self.left) as f32 / self.x.ticks.len().max(1) as f32;
        let room = if self.x.is_names() { (room - 12.0).max(40.0) } else { f32::INFINITY };
        let fits = |tick: &Tick| text_width(&tick.label, style.size, style.weight) <= room;
        let style = if self.x.ticks.iter().all(fits) { style } else { TextStyle { size: SMALL, ..style } };
        let mut free_from = f32::NEG_INFINITY;
        // Labels must not reach into the panel beside.
        let end = if self.right + 40 < RIGHT { self.right as f32 + 14.0 } else { f32::INFINITY };
        for tick in &self.x.ticks {
            let x = self.pixel(tick.at, self.y.low).0;
            let lines = in_lines(&tick.label, room, style);
            let half = lines.iter().map(|line| text_width(line, style.size, style.weight)).fold(0.0, f32::max) / 2.0;
            if x - half >= free_from && x + half <= end {
                for (index, line) in lines.iter().enumerate() {
                    canvas.text(line, (x, self.bottom as f32 + 38.0 + 21.0 * index as f32), style);
                }
                free_from = x + half + 10.0;
            }
        }
    }

    fn label_y(&self, canvas: &mut Canvas) {
        let style = TextStyle { size: TICK_SIZE, weight: Weight::Regular, colour: QUIET, anchor: Anchor::Right };
        let mut free_below = f32::INFINITY;
        for tick in &self.y.ticks {
            let y = self.pixel(self.x.low, tick.at).1;
            if y <= free_below {
                canvas.text(&self.y_label(&tick.label), (self.left as f32 - 18.0, y + 8.0), style);
                free_below = y - TICK_SIZE;
            }
        }
    }

    fn y_label(&self, label: &str) -> String {
        elide(label, TICK_SIZE, Weight::Regular, self.left as f32 - 72.0)
    }

    /// plotters, drawing into the panel's frame on the canvas. Drawing to memory does not fail.
    fn with_chart(&self, canvas: &mut Canvas, draw: impl FnOnce(&mut Chart<'_>) -> Drawn) {
        let [left, top, right, bottom] = [self.left, self.top, self.right, self.bottom].map(|edge| edge * SUBPIXELS);
        let area = SkiaBackend(canvas).into_drawing_area().shrink((left, top), (right - left, bottom - top));
        let chart = ChartBuilder::on(&area).build_cartesian_2d(self.x.low..self.x.high, self.y.low..self.y.high);
        let drawn = chart.and_then(|mut chart| draw(&mut chart));
        debug_assert!(drawn.is_ok(), "{drawn:?}");
    }
}

/// The width of the widest label of some axes, up to a limit, in pixels.
pub fn labels_width<'a>(axes: impl IntoIterator<Item = &'a Axis>) -> u32 {
    let ticks = axes.into_iter().flat_map(|axis| &axis.ticks);
    ticks.map(|tick| text_width(&tick.label, TICK_SIZE, Weight::Regular)).fold(0.0, f32::max).min(360.0) as u32
}

/// Size of the names below an axis where one of them needs several lines.
const SMALL: f32 = 19.0;

/// A name in up to three lines; the last is cut where it goes on.
fn in_lines(name: &str, room: f32, style: TextStyle) -> Vec<String> {
    const LINES: usize = 3;
    let mut lines = broken(name, room, style);
    if lines.len() > LINES {
        let rest = lines.split_off(LINES - 1).join(" ");
        lines.push(elide(&rest, style.size, style.weight, room));
    }
    lines
}

/// Two slanted strokes with a gap between them, across the line of an axis.
fn draw_break(canvas: &mut Canvas, (x, y): (f32, f32), is_across: bool) {
    const HALF_GAP: f32 = 4.0;
    const ARM: (f32, f32) = (3.0, 9.0);
    let turned = |along: f32, aside: f32| if is_across { (x + along, y - aside) } else { (x + aside, y - along) };
    let (from, to) = (turned(-HALF_GAP, -3.0), turned(HALF_GAP, 3.0));
    let corner = |pick: fn(f32, f32) -> f32| (pick(from.0, to.0), pick(from.1, to.1));
    canvas.rectangle(corner(f32::min), corner(f32::max), PAPER);
    for gap in [-HALF_GAP, HALF_GAP] {
        canvas.line(&[turned(gap - ARM.0, -ARM.1), turned(gap + ARM.0, ARM.1)], 2.0, INK, 1.0);
    }
}

fn stroke(Rgb(red, green, blue): Rgb, width: f32, alpha: f32) -> ShapeStyle {
    RGBColor(red, green, blue).mix(f64::from(alpha)).stroke_width((width * SUBPIXELS as f32) as u32)
}
