//! The canvas of charts: shapes and text with sub-pixel coordinates, stored in order, then painted on pixels or written as
//! SVG.
//!
//! It uses only plain arithmetic and tiny-skia's portable pipeline, so the same picture has the same bytes everywhere.

mod animation;
mod backend;
mod font;
mod ink;
mod line;
mod pixels;
mod shape;
mod stroke;
mod svg;

pub use animation::{AnimationFrame, animated};
pub use backend::{SUBPIXELS, SkiaBackend};
pub use font::{elide, text_width};
pub use shape::{Anchor, TextStyle, Weight};

use etascape_text::spelt_out;

use crate::colour::Rgb;
use shape::{Rectangle, Shape};

/// A picture being drawn. Coordinates are pixels from the top left, in `f32` as tiny-skia uses them.
pub struct Canvas {
    width: u32,
    height: u32,
    title: String,
    description: String,
    shapes: Vec<Shape>,
}

impl Canvas {
    /// A white picture.
    pub fn new(width: u32, height: u32) -> Canvas {
        let (title, description) = (String::new(), String::new());
        Canvas { width: width.max(1), height: height.max(1), title, description, shapes: Vec::new() }
    }

    /// Sets the description for people who cannot see the picture.
    pub fn describe(&mut self, title: &str, description: &str) {
        (self.title, self.description) = (spelt_out(title).into_owned(), spelt_out(description).into_owned());
    }

    /// Its width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// An open line through points, in one stroke.
    pub fn line(&mut self, points: &[(f32, f32)], width: f32, colour: Rgb, alpha: f32) {
        self.shapes.push(Shape::Line { points: line::simplified(points), width, colour, alpha });
    }

    /// A filled area, its edge smooth.
    pub fn fill(&mut self, corners: &[(f32, f32)], colour: Rgb, alpha: f32) {
        self.shapes.push(Shape::Area { corners: corners.to_vec(), colour, alpha });
    }

    /// A filled circle.
    pub fn disc(&mut self, centre: (f32, f32), radius: f32, colour: Rgb, alpha: f32) {
        self.shapes.push(Shape::Disc { centre, radius, colour, alpha });
    }

    /// A filled rectangle, its edges on whole pixels. It is joined with the rectangle before it if it continues that one to
    /// the right in the same colour.
    pub fn rectangle(&mut self, from: (f32, f32), to: (f32, f32), colour: Rgb) {
        let rectangle = Rectangle { from, to, colour };
        let Some(Shape::Rectangles(rectangles)) = self.shapes.last_mut() else {
            return self.shapes.push(Shape::Rectangles(vec![rectangle]));
        };
        match rectangles.last_mut().filter(|last| last.goes_on_in(&rectangle)) {
            Some(last) => last.to.0 = to.0,
            None => rectangles.push(rectangle),
        }
    }

    /// A line of text; `at` is on its baseline.
    pub fn text(&mut self, text: &str, at: (f32, f32), style: TextStyle) {
        self.text_turned(text, at, style, false);
    }

    /// A line of text, turned by 90° where `upright` holds.
    pub fn text_turned(&mut self, text: &str, at: (f32, f32), style: TextStyle, upright: bool) {
        self.shapes.push(Shape::Text { text: spelt_out(text).into_owned(), at, style, upright });
    }

    /// The picture as a PNG without alpha and metadata.
    pub fn to_png(&self) -> Vec<u8> {
        pixels::png((self.width, self.height), png::ColorType::Rgb, png::Compression::Fast, &self.to_rgb(1.0))
    }

    /// The picture as SVG: the same shapes, text as outlines with what it says beside them.
    pub fn to_svg(&self) -> String {
        svg::written(self.size(), [&self.title, &self.description], &self.shapes)
    }

    /// The picture enlarged by `scale`: red, green and blue of its pixels, row by row.
    pub fn to_rgb(&self, scale: f32) -> Vec<u8> {
        pixels::painted(self.size(), &self.shapes, scale)
    }
}

#[cfg(test)]
mod tests;
