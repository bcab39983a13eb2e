//! Shapes painted on pixels.

use tiny_skia::{Color, FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

use super::font::{self, Run};
use super::stroke::Coverage;
use super::{Block, Canvas, Place, Shape};
use crate::colour::Rgb;

/// A picture so many times as large, as red, green and blue of its pixels.
pub(super) fn painted(canvas: &Canvas, scale: f32) -> Vec<u8> {
    let side = |pixels: u32| ((pixels as f32 * scale).round() as u32).max(1);
    let mut pixels = blank(side(canvas.width), side(canvas.height));
    pixels.fill(Color::WHITE);
    let mut painter = Painter { pixels, coverage: Coverage::default(), scale };
    canvas.shapes.iter().for_each(|shape| painter.paint(shape));
    let mut rgb = painter.pixels.take();
    for pixel in 1..rgb.len() / 4 {
        let [red, green, blue] = [0, 1, 2].map(|channel| rgb[4 * pixel + channel]);
        rgb[3 * pixel..3 * pixel + 3].copy_from_slice(&[red, green, blue]);
    }
    rgb.truncate(rgb.len() / 4 * 3);
    rgb
}

/// Pixels as a PNG.
pub(super) fn png(
    (width, height): (u32, u32),
    colour: png::ColorType,
    compression: png::Compression,
    bytes: &[u8],
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(compression);
    encoder.set_filter(png::Filter::Up);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(bytes));
    written.expect("a picture of the size in its header, written to memory");
    out
}

/// Blocks alone on a transparent ground: left, top, width and height within the picture, and a PNG.
pub(super) fn blocks_png(blocks: &[Block]) -> Option<([u32; 4], Vec<u8>)> {
    let edges = blocks.iter().map(|block| block.edges(1.0));
    let [left, top, right, bottom] = edges.reduce(|a, b| {
        let [least, most] = [f32::min, f32::max];
        [least(a[0], b[0]), least(a[1], b[1]), most(a[2], b[2]), most(a[3], b[3])]
    })?;
    let (width, height) = ((right - left) as u32, (bottom - top) as u32);
    let mut pixels = blank(width, height);
    blocks.iter().for_each(|block| fill_block(&mut pixels, block, 1.0, (left, top)));
    let png = png((width, height), png::ColorType::Rgba, png::Compression::Balanced, pixels.data());
    Some(([left as u32, top as u32, width, height], png))
}

fn blank(width: u32, height: u32) -> Pixmap {
    Pixmap::new(width.max(1), height.max(1)).expect("pictures have a few thousand pixels a side")
}

struct Painter {
    pixels: Pixmap,
    coverage: Coverage,
    scale: f32,
}

impl Painter {
    fn paint(&mut self, shape: &Shape) {
        match shape {
            Shape::Line { points, width, colour, alpha } => self.line(points, *width, *colour, *alpha),
            Shape::Area { corners, colour, alpha } => {
                if let Some(path) = path_through(corners) {
                    self.fill(&path, *colour, *alpha, self.enlarged());
                }
            }
            Shape::Disc { centre, radius, colour, alpha } => {
                if let Some(path) = PathBuilder::from_circle(centre.0, centre.1, *radius) {
                    self.fill(&path, *colour, *alpha, self.enlarged());
                }
            }
            Shape::Blocks(blocks) => {
                blocks.iter().for_each(|block| fill_block(&mut self.pixels, block, self.scale, (0.0, 0.0)));
            }
            Shape::Text { text, at, style, upright } => {
                for run in font::outlines(text, *style) {
                    self.text(&run, font::placed(*at, *upright).post_concat(self.enlarged()), style.colour);
                }
            }
        }
    }

    fn enlarged(&self) -> Transform {
        Transform::from_scale(self.scale, self.scale)
    }

    fn line(&mut self, points: &[Place], width: f32, colour: Rgb, alpha: f32) {
        let scale = self.scale;
        let enlarged: Vec<Place> = points.iter().map(|&(x, y)| (x * scale, y * scale)).collect();
        self.coverage.draw(&mut self.pixels, &enlarged, width * scale, colour, alpha);
    }

    fn fill(&mut self, path: &Path, colour: Rgb, alpha: f32, transform: Transform) {
        self.pixels.fill_path(path, &paint(colour, alpha), FillRule::Winding, transform, None);
    }

    fn text(&mut self, run: &Run, transform: Transform, colour: Rgb) {
        self.fill(&run.path, colour, 1.0, transform);
        if run.stroke > 0.0 {
            let stroke = Stroke { width: run.stroke, line_join: LineJoin::Round, ..Stroke::default() };
            self.pixels.stroke_path(&run.path, &paint(colour, 1.0), &stroke, transform, None);
        }
    }
}

/// Sets the pixels of a block, as far as they are in the picture, whose left top corner is at a place.
fn fill_block(pixels: &mut Pixmap, block: &Block, scale: f32, corner: (f32, f32)) {
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let [left, top, right, bottom] = block.edges(scale);
    let within = |edge: f32, most: usize| (edge.max(0.0) as usize).min(most);
    let columns = within(left - corner.0, width)..within(right - corner.0, width);
    let Rgb(red, green, blue) = block.colour;
    let (rows, _) = pixels.data_mut().as_chunks_mut::<4>();
    for row in rows.chunks_exact_mut(width).take(within(bottom - corner.1, height)).skip(within(top - corner.1, height))
    {
        if let Some(row) = row.get_mut(columns.clone()) {
            row.fill([red, green, blue, 255]);
        }
    }
}

fn path_through(points: &[Place]) -> Option<Path> {
    let mut path = PathBuilder::with_capacity(points.len(), points.len());
    for (index, &(x, y)) in points.iter().enumerate() {
        if index == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.finish()
}

fn paint(colour: Rgb, alpha: f32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(colour.0, colour.1, colour.2, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8);
    paint
}
