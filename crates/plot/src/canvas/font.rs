//! Text as outlines, from the fonts in `fonts/`.

use std::io::Read;
use std::sync::LazyLock;

use etascape_text::spelt_out;
use flate2::read::GzDecoder;
use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use super::shape::{Anchor, PixelPoint, TextStyle, Weight};

/// Units per em in which widths are summed: those of Inter.
const EM: f32 = 2048.0;
/// The widening of letters from a font without a semi-bold weight, as a share of the text size.
const WIDENING: f32 = 0.035;

static REGULAR: LazyLock<Face<'static>> = LazyLock::new(|| parse(include_bytes!("../../fonts/Inter-Regular.ttf")));
static SEMI_BOLD: LazyLock<Face<'static>> = LazyLock::new(|| parse(include_bytes!("../../fonts/Inter-SemiBold.ttf")));
static JAPANESE_BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = Vec::new();
    let packed = &include_bytes!("../../fonts/BIZUDPGothic-Regular.ttf.gz")[..];
    GzDecoder::new(packed).read_to_end(&mut bytes).expect("the font was vendored whole");
    bytes
});
static JAPANESE: LazyLock<Face<'static>> = LazyLock::new(|| parse(&JAPANESE_BYTES));

fn parse(bytes: &'static [u8]) -> Face<'static> {
    Face::parse(bytes, 0).expect("the font was vendored whole")
}

/// A letter in the font that has it.
struct Glyph {
    face: &'static Face<'static>,
    id: GlyphId,
    /// Whether the font lacks the weight asked for.
    is_thin: bool,
}

impl Glyph {
    /// Finds a letter in Inter, else in the Japanese font, which is unpacked only then. Without either it is a box.
    fn of(letter: char, weight: Weight) -> Glyph {
        let inter: &'static Face<'static> = match weight {
            Weight::Regular => &REGULAR,
            Weight::SemiBold => &SEMI_BOLD,
        };
        if let Some(id) = inter.glyph_index(letter) {
            return Glyph { face: inter, id, is_thin: false };
        }
        match JAPANESE.glyph_index(letter) {
            Some(id) => Glyph { face: &JAPANESE, id, is_thin: weight == Weight::SemiBold },
            None => Glyph { face: inter, id: GlyphId(0), is_thin: false },
        }
    }

    fn units(&self) -> f32 {
        f32::from(self.face.units_per_em())
    }

    /// The advance to the next letter, in units of [`EM`].
    fn advance(&self) -> f32 {
        self.face.glyph_hor_advance(self.id).map_or(0.0, f32::from) * (EM / self.units())
    }
}

/// The width of a line of text, in pixels. Letters that no font has count as the box for them.
pub fn text_width(text: &str, size: f32, weight: Weight) -> f32 {
    let units: f32 = spelt_out(text).chars().map(|letter| Glyph::of(letter, weight).advance()).sum();
    units * size / EM
}

/// Letters of a line of text that are painted in the same way.
pub(super) struct GlyphRun {
    pub(super) path: Path,
    /// The width of the stroke along the outlines that widens the letters, in pixels; 0 for none.
    pub(super) stroke: f32,
}

/// The outlines of a line of text around (0, 0) on the baseline.
pub(super) fn outlines(text: &str, style: TextStyle) -> Vec<GlyphRun> {
    let before = match style.anchor {
        Anchor::Left => 0.0,
        Anchor::Centre => 0.5,
        Anchor::Right => 1.0,
    };
    let mut x = -before * text_width(text, style.size, style.weight);
    let mut pens = [false, true].map(|is_thin| (is_thin, PathBuilder::new()));
    for letter in text.chars() {
        let glyph = Glyph::of(letter, style.weight);
        let path = &mut pens[usize::from(glyph.is_thin)].1;
        glyph.face.outline_glyph(glyph.id, &mut Pen { path, x, scale: style.size / glyph.units() });
        x += glyph.advance() * (style.size / EM);
    }
    let run = |(is_thin, path): (bool, PathBuilder)| {
        Some(GlyphRun { path: path.finish()?, stroke: if is_thin { WIDENING * style.size } else { 0.0 } })
    };
    pens.into_iter().filter_map(run).collect()
}

/// The transform that moves outlines to a point, turned by 90° where `upright` holds.
pub(super) fn placed(at: PixelPoint, upright: bool) -> Transform {
    match upright {
        true => Transform::from_row(0.0, -1.0, 1.0, 0.0, at.0, at.1),
        false => Transform::from_translate(at.0, at.1),
    }
}

/// A text shortened to a width; … replaces the end.
pub fn elide(text: &str, size: f32, weight: Weight, width: f32) -> String {
    let text = spelt_out(text);
    if text_width(&text, size, weight) <= width {
        return text.into_owned();
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

struct Pen<'a> {
    path: &'a mut PathBuilder,
    x: f32,
    scale: f32,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, -y * self.scale)
    }
}

impl OutlineBuilder for Pen<'_> {
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
    Glyph::of(letter, weight).id != GlyphId(0)
}
