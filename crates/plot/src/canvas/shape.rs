//! What is drawn on a canvas: shapes, and how text is set.

use crate::colour::Rgb;

/// A place in pixels from the top left; `f32` as tiny-skia wants them.
pub(super) type Place = (f32, f32);

/// What was drawn. Later shapes lie over earlier ones.
pub(super) enum Shape {
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
pub(super) struct Block {
    pub(super) from: Place,
    pub(super) to: Place,
    pub(super) colour: Rgb,
}

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For labels and notes.
    Regular,
    /// For titles.
    SemiBold,
}

/// Which part of a line of text is at the place given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Left,
    /// Its middle.
    Centre,
    /// Its end.
    Right,
}

/// How text is set.
#[derive(Debug, Clone, Copy)]
pub struct TextStyle {
    /// In pixels, to an em.
    pub size: f32,
    /// How heavy it is.
    pub weight: Weight,
    /// Its colour.
    pub colour: Rgb,
    /// Which part of it is at the place given.
    pub anchor: Anchor,
}

impl Block {
    /// Left, top, right and bottom in whole pixels of a picture so many times as large.
    pub(super) fn edges(&self, scale: f32) -> [usize; 4] {
        [self.from.0, self.from.1, self.to.0, self.to.1].map(|edge| (edge * scale + 0.5) as usize)
    }

    /// Whether another block goes on to the right where this one ends, in the same colour.
    pub(super) fn goes_on_in(&self, next: &Block) -> bool {
        (self.to.0, self.from.1, self.to.1, self.colour) == (next.from.0, next.from.1, next.to.1, next.colour)
    }
}
