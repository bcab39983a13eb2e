//! Shapes ready to be painted: scaled to the picture, text as outlines.

use tiny_skia::{LineJoin, Path, PathBuilder, Stroke, Transform};

use super::font;
use super::shape::{PixelPoint, Rectangle, Shape, TextStyle};
use crate::colour::Rgb;

/// A shape to paint, and the rows that it covers.
pub(super) struct Inked<'a> {
    pub(super) ink: Ink<'a>,
    top: f32,
    bottom: f32,
}

/// A shape to paint. Coordinates are pixels of the picture.
pub(super) enum Ink<'a> {
    Line { points: Vec<PixelPoint>, width: f32, colour: Rgb, alpha: f32 },
    Path { path: Path, colour: Rgb, alpha: f32 },
    Rectangles { rectangles: &'a [Rectangle], scale: f32 },
}

impl<'a> Inked<'a> {
    /// Shapes in a picture enlarged by `scale`.
    pub(super) fn of(shapes: &'a [Shape], scale: f32) -> Vec<Inked<'a>> {
        shapes.iter().flat_map(|shape| inked(shape, scale)).collect()
    }

    /// Whether any of it may lie between two rows.
    pub(super) fn is_within(&self, top: f32, bottom: f32) -> bool {
        self.top <= bottom && top <= self.bottom
    }

    fn path(path: Option<Path>, colour: Rgb, alpha: f32) -> Option<Inked<'a>> {
        let path = path?;
        let (top, bottom) = (path.bounds().top() - 1.0, path.bounds().bottom() + 1.0);
        Some(Inked { ink: Ink::Path { path, colour, alpha }, top, bottom })
    }

    fn line(points: Vec<PixelPoint>, width: f32, colour: Rgb, alpha: f32) -> Inked<'a> {
        let rows = points.iter().map(|point| point.1);
        let (top, bottom) =
            rows.fold((f32::INFINITY, f32::NEG_INFINITY), |(top, bottom), y| (top.min(y), bottom.max(y)));
        Inked { ink: Ink::Line { points, width, colour, alpha }, top: top - width, bottom: bottom + width }
    }
}

fn inked(shape: &Shape, scale: f32) -> Vec<Inked<'_>> {
    let enlarged = Transform::from_scale(scale, scale);
    let placed = |path: Option<Path>, colour, alpha| {
        Vec::from_iter(Inked::path(path.and_then(|path| path.transform(enlarged)), colour, alpha))
    };
    match shape {
        Shape::Line { points, width, colour, alpha } => {
            let points: Vec<PixelPoint> = points.iter().map(|&(x, y)| (x * scale, y * scale)).collect();
            vec![Inked::line(points, width * scale, *colour, *alpha)]
        }
        Shape::Area { corners, colour, alpha } => placed(through(corners), *colour, *alpha),
        Shape::Disc { centre, radius, colour, alpha } => {
            placed(PathBuilder::from_circle(centre.0, centre.1, *radius), *colour, *alpha)
        }
        Shape::Rectangles(rectangles) => {
            vec![Inked { ink: Ink::Rectangles { rectangles, scale }, top: f32::NEG_INFINITY, bottom: f32::INFINITY }]
        }
        Shape::Text { text, at, style, upright } => text_paths(text, *style)
            .flat_map(|path| {
                let path = path.transform(font::placed(*at, *upright));
                placed(path, style.colour, 1.0)
            })
            .collect(),
    }
}

/// The outlines of a line of text, and the strokes along them that widen it.
fn text_paths(text: &str, style: TextStyle) -> impl Iterator<Item = Path> {
    font::outlines(text, style).into_iter().flat_map(|run| {
        let stroke = Stroke { width: run.stroke, line_join: LineJoin::Round, ..Stroke::default() };
        let widened = (run.stroke > 0.0).then(|| run.path.stroke(&stroke, 1.0)).flatten();
        std::iter::once(run.path).chain(widened)
    })
}

fn through(points: &[PixelPoint]) -> Option<Path> {
    let mut path = PathBuilder::with_capacity(points.len(), points.len());
    for (index, &(x, y)) in points.iter().enumerate() {
        if index == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.finish()
}
