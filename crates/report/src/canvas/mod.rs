//! What charts are drawn on: shapes and text with sub-pixel coordinates. They are kept in order, and at the end painted on
//! pixels or written as SVG.
//!
//! Everything is plain arithmetic of this crate and tiny-skia's portable pipeline, so the same picture has the same
//! bytes everywhere.

mod animation;
mod backend;
mod font;
mod ink;
mod line;
mod pixels;
mod stroke;
mod svg;

pub(crate) use animation::{Frame, animated};
pub(crate) use backend::{SUBPIXELS, SkiaBackend};
pub(crate) use font::{Anchor, Weight, elide, text_width};

use etascape_text::spelt_out;

use crate::colour::Rgb;

/// A picture in the making. Coordinates are pixels from the top left; `f32` as tiny-skia wants them.
pub(crate) struct Canvas {
    width: u32,
    height: u32,
    title: String,
    description: String,
    shapes: Vec<Shape>,
}

/// How text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextStyle {
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) colour: Rgb,
    pub(crate) anchor: Anchor,
}

type Place = (f32, f32);

/// What was drawn. Later shapes lie over earlier ones.
enum Shape {
    Line {
        points: Vec<Place>,
        width: f32,
        colour: Rgb,
        alpha: f32,
    },
    Area {
        corners: Vec<Place>,
        colour: Rgb,
        alpha: f32,
    },
    Disc {
        centre: Place,
        radius: f32,
        colour: Rgb,
        alpha: f32,
    },
    /// One after another, for they come in thousands.
    Blocks(Vec<Block>),
    Text {
        text: String,
        at: Place,
        style: TextStyle,
        upright: bool,
    },
}

/// A filled rectangle.
#[derive(Clone, Copy)]
struct Block {
    from: Place,
    to: Place,
    colour: Rgb,
}

impl Canvas {
    /// A white picture.
    pub(crate) fn new(width: u32, height: u32) -> Canvas {
        let (title, description) = (String::new(), String::new());
        Canvas { width: width.max(1), height: height.max(1), title, description, shapes: Vec::new() }
    }

    /// What the picture shows, for those who cannot see it.
    pub(crate) fn describe(&mut self, title: &str, description: &str) {
        (self.title, self.description) = (spelt_out(title).into_owned(), spelt_out(description).into_owned());
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// An open line through points, in one stroke.
    pub(crate) fn line(&mut self, points: &[(f32, f32)], width: f32, colour: Rgb, alpha: f32) {
        self.shapes.push(Shape::Line { points: line::simplified(points), width, colour, alpha });
    }

    /// A filled area, its edge smooth.
    pub(crate) fn fill(&mut self, corners: &[(f32, f32)], colour: Rgb, alpha: f32) {
        self.shapes.push(Shape::Area { corners: corners.to_vec(), colour, alpha });
    }

    /// A filled circle.
    pub(crate) fn disc(&mut self, centre: (f32, f32), radius: f32, colour: Rgb, alpha: f32) {
        self.shapes.push(Shape::Disc { centre, radius, colour, alpha });
    }

    /// A filled rectangle, its edges on whole pixels. One that goes on to the right where the one before it ends, in the
    /// same colour, is part of it.
    pub(crate) fn block(&mut self, from: (f32, f32), to: (f32, f32), colour: Rgb) {
        let block = Block { from, to, colour };
        let Some(Shape::Blocks(blocks)) = self.shapes.last_mut() else {
            return self.shapes.push(Shape::Blocks(vec![block]));
        };
        match blocks.last_mut().filter(|last| last.goes_on_in(&block)) {
            Some(last) => last.to.0 = to.0,
            None => blocks.push(block),
        }
    }

    /// A line of text; `at` is on its baseline.
    pub(crate) fn text(&mut self, text: &str, at: (f32, f32), style: TextStyle) {
        self.text_turned(text, at, style, false);
    }

    /// A line of text, read from below where `upright` holds.
    pub(crate) fn text_turned(&mut self, text: &str, at: (f32, f32), style: TextStyle, upright: bool) {
        self.shapes.push(Shape::Text { text: spelt_out(text).into_owned(), at, style, upright });
    }

    /// The picture as a PNG without alpha, time or other notes.
    pub(crate) fn to_png(&self) -> Vec<u8> {
        pixels::png((self.width, self.height), png::ColorType::Rgb, png::Compression::Fast, &self.to_rgb(1.0))
    }

    /// The picture as SVG: the same shapes, text as outlines with what it says beside them.
    pub(crate) fn to_svg(&self) -> String {
        svg::written(self)
    }

    /// The picture, so many times as large, as red, green and blue of its pixels row by row.
    pub(crate) fn to_rgb(&self, scale: f32) -> Vec<u8> {
        pixels::painted(self, scale)
    }
}

impl Block {
    /// Left, top, right and bottom in whole pixels of a picture so many times as large.
    fn edges(&self, scale: f32) -> [usize; 4] {
        [self.from.0, self.from.1, self.to.0, self.to.1].map(|edge| (edge * scale + 0.5) as usize)
    }

    fn goes_on_in(&self, next: &Block) -> bool {
        (self.to.0, self.from.1, self.to.1, self.colour) == (next.from.0, next.from.1, next.to.1, next.colour)
    }
}

#[cfg(test)]
mod tests;
