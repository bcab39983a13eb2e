//! Writes shapes as SVG: the geometry of the PNG, text as outlines, so that it looks the same without any font.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use etascape_text::escaped;
use tiny_skia::{Path, PathSegment, Point};

use super::shape::{PixelPoint, Rectangle, Shape, TextStyle};
use super::{font, pixels};
use crate::colour::Rgb;

/// The most rectangles in a row that are written as shapes. More are written as an image, which is smaller.
const RECTANGLES: usize = 10_000;

/// A picture as SVG: its size, its title and description, its shapes.
pub(super) fn written((width, height): (u32, u32), words: [&str; 2], shapes: &[Shape]) -> String {
    let [title, description] = words.map(harmless);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n\
         <title>{title}</title>\n<desc>{description}</desc>\n\
         <path fill=\"#fff\" d=\"M0 0h{width}v{height}H0z\"/>\n"
    );
    shapes.iter().for_each(|shape| out += &element(shape));
    out + "</svg>\n"
}

fn element(shape: &Shape) -> String {
    match shape {
        Shape::Line { points, width, colour, alpha } => {
            let (colour, opacity) = (hex(*colour), opacity("stroke", *alpha));
            format!("<path stroke=\"{colour}\" stroke-width=\"{width}\"{opacity} d=\"{}\"/>\n", through(points))
        }
        Shape::Area { corners, colour, alpha } => {
            let (colour, opacity) = (hex(*colour), opacity("fill", *alpha));
            format!("<path fill=\"{colour}\"{opacity} d=\"{}z\"/>\n", through(corners))
        }
        Shape::Disc { centre, radius, colour, alpha } => {
            let [x, y, radius] = [centre.0, centre.1, *radius].map(|length| number(hundredths(length)));
            let (colour, opacity) = (hex(*colour), opacity("fill", *alpha));
            format!("<circle fill=\"{colour}\"{opacity} cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>\n")
        }
        Shape::Rectangles(rectangles) => written_rectangles(rectangles),
        Shape::Text { text, at, style, upright } => written_text(text, *at, *style, *upright),
    }
}

/// The outlines of a line of text, with its words as a label.
fn written_text(text: &str, at: PixelPoint, style: TextStyle, upright: bool) -> String {
    let colour = hex(style.colour);
    let placed = font::placed(at, upright);
    let path = |run: font::GlyphRun| {
        let stroke = match run.stroke > 0.0 {
            true => format!(" stroke=\"{colour}\" stroke-width=\"{}\"", number(hundredths(run.stroke))),
            false => String::new(),
        };
        Some(format!("<path{stroke} d=\"{}\"/>", outline(&run.path.transform(placed)?)))
    };
    let paths: String = font::outlines(text, style).into_iter().filter_map(path).collect();
    match paths.is_empty() {
        true => String::new(),
        false => format!("<g fill=\"{colour}\" aria-label=\"{}\">{paths}</g>\n", harmless(text)),
    }
}

/// Rectangles: neighbours of one colour as one path, very many as an image.
fn written_rectangles(rectangles: &[Rectangle]) -> String {
    let joined = joined(rectangles);
    if joined.len() > RECTANGLES {
        let Some(([x, y, width, height], png)) = pixels::rectangles_png(rectangles) else { return String::new() };
        let data = STANDARD.encode(png);
        return format!(
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" style=\"image-rendering:pixelated\" \
             href=\"data:image/png;base64,{data}\"/>\n"
        );
    }
    let rectangle = |(_, [left, top, right, bottom]): &(Rgb, Edges)| format!("M{left} {top}H{right}V{bottom}H{left}z");
    let path = |alike: &[(Rgb, Edges)]| {
        let rectangles: String = alike.iter().map(rectangle).collect();
        format!("<path fill=\"{}\" d=\"{rectangles}\"/>\n", hex(alike[0].0))
    };
    let paths: String = joined.chunk_by(|a, b| a.0 == b.0).map(path).collect();
    format!("<g shape-rendering=\"crispEdges\">\n{paths}</g>\n")
}

/// Left, top, right and bottom.
type Edges = [usize; 4];

/// Colours and edges. A rectangle that continues the one before it above or below, in the same colour, is joined with it.
fn joined(rectangles: &[Rectangle]) -> Vec<(Rgb, Edges)> {
    let mut joined: Vec<(Rgb, Edges)> = Vec::new();
    for rectangle in rectangles {
        let edges @ [left, top, right, bottom] = rectangle.edges(1.0);
        if left >= right || top >= bottom {
            continue;
        }
        let last = joined.last_mut().filter(|last| last.0 == rectangle.colour);
        match last.and_then(|(_, last)| together(*last, edges).map(|both| (last, both))) {
            Some((last, both)) => *last = both,
            None => joined.push((rectangle.colour, edges)),
        }
    }
    joined
}

/// Two rectangles as one; `None` where neither lies exactly on top of the other.
fn together(a: Edges, b: Edges) -> Option<Edges> {
    let is_stacked = (a[0], a[2]) == (b[0], b[2]) && (a[3] == b[1] || b[3] == a[1]);
    is_stacked.then(|| [a[0], a[1].min(b[1]), a[2], a[3].max(b[3])])
}

/// A path through points, broken where one is not finite.
fn through(points: &[PixelPoint]) -> String {
    let mut path = PathData::default();
    for part in points.split(|point| !point.0.is_finite() || !point.1.is_finite()) {
        if let Some((&first, rest)) = part.split_first() {
            path.start(first);
            rest.iter().for_each(|&point| path.draw('l', &[point]));
        }
    }
    path.text
}

fn outline(path: &Path) -> String {
    let place = |point: Point| (point.x, point.y);
    let mut data = PathData::default();
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => data.start(place(to)),
            PathSegment::LineTo(to) => data.draw('l', &[place(to)]),
            PathSegment::QuadTo(by, to) => data.draw('q', &[place(by), place(to)]),
            PathSegment::CubicTo(by, then, to) => data.draw('c', &[place(by), place(then), place(to)]),
            PathSegment::Close => data.close(),
        }
    }
    data.text
}

/// The commands of a path. Points are relative, in whole hundredths of a pixel, so that rounding errors do not add up.
#[derive(Default)]
struct PathData {
    text: String,
    at: (i64, i64),
    command: Option<char>,
}

impl PathData {
    fn start(&mut self, to: PixelPoint) {
        self.at = (hundredths(to.0), hundredths(to.1));
        self.command = None;
        self.text.push('M');
        self.pair(self.at);
    }

    fn draw(&mut self, command: char, points: &[PixelPoint]) {
        let from = self.at;
        let is_new = self.command.replace(command) != Some(command);
        if is_new {
            self.text.push(command);
        }
        for (index, point) in points.iter().enumerate() {
            self.at = (hundredths(point.0), hundredths(point.1));
            let way = (self.at.0 - from.0, self.at.1 - from.1);
            if way.0 >= 0 && !(is_new && index == 0) {
                self.text.push(' ');
            }
            self.pair(way);
        }
    }

    fn close(&mut self) {
        self.command = None;
        self.text.push('z');
    }

    fn pair(&mut self, (x, y): (i64, i64)) {
        self.text += &number(x);
        if y >= 0 {
            self.text.push(' ');
        }
        self.text += &number(y);
    }
}

/// Whole hundredths of a pixel, limited to a range larger than any picture.
fn hundredths(length: f32) -> i64 {
    (f64::from(length) * 100.0).round().clamp(-1e9, 1e9) as i64
}

/// Hundredths as a decimal number in the shortest form.
fn number(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let whole = if whole == 0 && part > 0 { String::new() } else { whole.to_string() };
    match part {
        0 => format!("{sign}{whole}"),
        part if part % 10 == 0 => format!("{sign}{whole}.{}", part / 10),
        part => format!("{sign}{whole}.{part:02}"),
    }
}

fn hex(Rgb(red, green, blue): Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// An attribute; empty where it has its default value.
fn opacity(of: &str, alpha: f32) -> String {
    match number(hundredths(alpha.clamp(0.0, 1.0))) {
        one if one == "1" => String::new(),
        share => format!(" {of}-opacity=\"{share}\""),
    }
}

/// Text without characters that XML forbids, escaped.
fn harmless(text: &str) -> String {
    escaped(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
