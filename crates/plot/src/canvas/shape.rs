//! The shapes on a canvas, and the style of text.

use crate::colour::Rgb;

/// A point in pixels from the top left, in `f32` as tiny-skia uses them.
pub(super) type PixelPoint = (f32, f32);

/// A shape. Later shapes cover earlier ones.
pub(super) enum Shape {
    Line {
        points: Vec<PixelPoint>,
        width: f32,
        colour: Rgb,
        alpha: f32,
    },
    Area {
        corners: Vec<PixelPoint>,
        colour: Rgb,
        alpha: f32,
    },
    Disc {
        centre: PixelPoint,
        radius: f32,
        colour: Rgb,
        alpha: f32,
    },
    /// Many rectangles in a row, since there can be thousands.
    Rectangles(Vec<Rectangle>),
    Text {
        text: String,
        at: PixelPoint,
        style: TextStyle,
        upright: bool,
    },
}

/// A filled rectangle.
#[derive(Clone, Copy)]
pub(super) struct Rectangle {
    pub(super) from: PixelPoint,
    pub(super) to: PixelPoint,
    pub(super) colour: Rgb,
}

/// The weight of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For labels and notes.
    Regular,
    /// For titles.
    SemiBold,
}

/// The part of a line of text that is at the given point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Left,
    /// Its middle.
    Centre,
    /// Its end.
    Right,
}

/// The style of text.
#[derive(Debug, Clone, Copy)]
pub struct TextStyle {
    /// Pixels per em.
    pub size: f32,
    /// Its weight.
    pub weight: Weight,
    /// Its colour.
    pub colour: Rgb,
    /// The part of it that is at the given point.
    pub anchor: Anchor,
}

impl Rectangle {
    /// Left, top, right and bottom in whole pixels of a picture enlarged by `scale`.
    pub(super) fn edges(&self, scale: f32) -> [usize; 4] {
        [self.from.0, self.from.1, self.to.0, self.to.1].map(|edge| (edge * scale + 0.5) as usize)
    }

    /// Whether another rectangle continues this one to the right, in the same colour.
    pub(super) fn goes_on_in(&self, next: &Rectangle) -> bool {
        (self.to.0, self.from.1, self.to.1, self.colour) == (next.from.0, next.from.1, next.to.1, next.colour)
    }
}
