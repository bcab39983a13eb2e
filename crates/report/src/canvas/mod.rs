//! What charts are painted on: anti-aliased shapes and text with sub-pixel coordinates, to PNG.
//!
//! Everything is plain arithmetic of this crate and tiny-skia's portable pipeline, so the same picture has the same
//! bytes everywhere.

mod backend;
mod font;
mod line;
mod stroke;

use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Transform};

pub(crate) use backend::{SUBPIXELS, SkiaBackend};
pub(crate) use font::{Anchor, Weight, elide, text_width};

use crate::colour::Rgb;

/// A picture in the making. Coordinates are pixels from the top left; `f32` as tiny-skia wants them.
pub(crate) struct Canvas {
    pixels: Pixmap,
    coverage: stroke::Coverage,
}

/// How text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextStyle {
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) colour: Rgb,
    pub(crate) anchor: Anchor,
}

impl Canvas {
    /// A white picture.
    pub(crate) fn new(width: u32, height: u32) -> Canvas {
        let mut pixels = Pixmap::new(width.max(1), height.max(1)).expect("pictures have a few thousand pixels a side");
        pixels.fill(Color::WHITE);
        Canvas { pixels, coverage: stroke::Coverage::default() }
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.pixels.width(), self.pixels.height())
    }

    /// An open line through points, in one stroke.
    pub(crate) fn line(&mut self, points: &[(f32, f32)], width: f32, colour: Rgb, alpha: f32) {
        self.coverage.draw(&mut self.pixels, &line::simplified(points), width, colour, alpha);
    }

    /// A filled area, its edge smooth.
    pub(crate) fn fill(&mut self, corners: &[(f32, f32)], colour: Rgb, alpha: f32) {
        let Some(path) = path_through(corners) else { return };
        self.fill_path(&path, colour, alpha);
    }

    /// A filled circle.
    pub(crate) fn disc(&mut self, centre: (f32, f32), radius: f32, colour: Rgb, alpha: f32) {
        if let Some(path) = PathBuilder::from_circle(centre.0, centre.1, radius) {
            self.fill_path(&path, colour, alpha);
        }
    }

    /// A filled rectangle, its edges on whole pixels.
    pub(crate) fn block(&mut self, (left, top): (f32, f32), (right, bottom): (f32, f32), colour: Rgb) {
        let [left, top, right, bottom] = [left, top, right, bottom].map(f32::round);
        let Some(area) = Rect::from_ltrb(left, top, right, bottom) else { return };
        self.pixels.fill_rect(area, &Paint { anti_alias: false, ..paint(colour, 1.0) }, Transform::identity(), None);
    }

    /// A line of text; `at` is on its baseline.
    pub(crate) fn text(&mut self, text: &str, at: (f32, f32), style: TextStyle) {
        self.text_turned(text, at, style, false);
    }

    /// A line of text, read from below where `upright` holds.
    pub(crate) fn text_turned(&mut self, text: &str, at: (f32, f32), style: TextStyle, upright: bool) {
        let Some(path) = font::outline(text, style.size, style.weight, style.anchor) else { return };
        let turn = if upright {
            Transform::from_row(0.0, -1.0, 1.0, 0.0, at.0, at.1)
        } else {
            Transform::from_translate(at.0, at.1)
        };
        self.pixels.fill_path(&path, &paint(style.colour, 1.0), FillRule::Winding, turn, None);
    }

    /// The picture as a PNG without alpha, time or other notes.
    pub(crate) fn into_png(self) -> Vec<u8> {
        let (width, height) = self.size();
        let mut rgb = self.pixels.take();
        for pixel in 1..rgb.len() / 4 {
            rgb.copy_within(4 * pixel..4 * pixel + 3, 3 * pixel);
        }
        rgb.truncate(rgb.len() / 4 * 3);
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        encoder.set_filter(png::Filter::Up);
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&rgb));
        written.expect("a picture of the size in its header, written to memory");
        out
    }

    fn fill_path(&mut self, path: &Path, colour: Rgb, alpha: f32) {
        self.pixels.fill_path(path, &paint(colour, alpha), FillRule::Winding, Transform::identity(), None);
    }
}

fn path_through(points: &[(f32, f32)]) -> Option<Path> {
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

#[cfg(test)]
mod tests;
