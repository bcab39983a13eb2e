//! Text as outlines, from the fonts in `fonts/`.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// Which part of a line of text is at the place given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Left,
    Centre,
    Right,
}

static REGULAR: LazyLock<Face<'static>> = LazyLock::new(|| parse(include_bytes!("../../fonts/Inter-Regular.ttf")));
static SEMI_BOLD: LazyLock<Face<'static>> = LazyLock::new(|| parse(include_bytes!("../../fonts/Inter-SemiBold.ttf")));

fn parse(bytes: &'static [u8]) -> Face<'static> {
    Face::parse(bytes, 0).expect("the font was vendored whole")
}

fn face(weight: Weight) -> &'static Face<'static> {
    match weight {
        Weight::Regular => &REGULAR,
        Weight::SemiBold => &SEMI_BOLD,
    }
}

/// The width of a line of text, in pixels. Letters that the font does not have count as its box for them.
pub(crate) fn text_width(text: &str, size: f32, weight: Weight) -> f32 {
    let face = face(weight);
    let units: f32 = text.chars().map(|letter| advance(face, glyph(face, letter))).sum();
    units * size / f32::from(face.units_per_em())
}

/// The outlines of a line of text around (0, 0) on the baseline; `None` where nothing is to be seen.
pub(super) fn outline(text: &str, size: f32, weight: Weight, anchor: Anchor) -> Option<Path> {
    let face = face(weight);
    let before = match anchor {
        Anchor::Left => 0.0,
        Anchor::Centre => 0.5,
        Anchor::Right => 1.0,
    };
    let scale = size / f32::from(face.units_per_em());
    let mut pen = Pen { path: PathBuilder::new(), x: -before * text_width(text, size, weight), scale };
    for letter in text.chars() {
        let glyph = glyph(face, letter);
        face.outline_glyph(glyph, &mut pen);
        pen.x += advance(face, glyph) * scale;
    }
    pen.path.finish()
}

/// A text shortened to a width, with … for what is left out at its end.
pub(crate) fn elide(text: &str, size: f32, weight: Weight, width: f32) -> String {
    if text_width(text, size, weight) <= width {
        return text.to_owned();
    }
    let room = width - text_width("…", size, weight);
    let mut used = 0.0;
    let fits = |letter: &char| {
        used += text_width(letter.encode_utf8(&mut [0; 4]), size, weight);
        used <= room
    };
    let head: String = text.chars().take_while(fits).collect();
    format!("{}…", head.trim_end())
}

fn glyph(face: &Face<'_>, letter: char) -> GlyphId {
    face.glyph_index(letter).unwrap_or(GlyphId(0))
}

fn advance(face: &Face<'_>, glyph: GlyphId) -> f32 {
    face.glyph_hor_advance(glyph).map_or(0.0, f32::from)
}

struct Pen {
    path: PathBuilder,
    x: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, -y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
pub(super) fn has(letter: char, weight: Weight) -> bool {
    face(weight).glyph_index(letter).is_some()
}
