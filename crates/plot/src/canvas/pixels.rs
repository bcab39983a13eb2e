//! Paints shapes on pixels, in parallel bands that fit into a processor's cache.

use rayon::prelude::*;
use tiny_skia::{Color, FillRule, Paint, Path, Pixmap, Transform};

use super::ink::{Ink, Inked};
use super::shape::{Rectangle, Shape};
use super::stroke::{Coverage, Sheet};
use crate::colour::Rgb;

/// The height of a band in rows. Another height gives other bytes, since the edges of areas are summed from the top of a
/// band.
const BAND: usize = 128;

/// A picture enlarged by `scale`, as red, green and blue of its pixels.
pub(super) fn painted((width, height): (u32, u32), shapes: &[Shape], scale: f32) -> Vec<u8> {
    let [width, height] = [width, height].map(|side| ((side as f32 * scale).round() as usize).max(1));
    let inks = Inked::of(shapes, scale);
    let mut rgb = vec![0; 3 * width * height];
    rgb.par_chunks_mut(3 * width * BAND)
        .enumerate()
        .for_each_init(|| Band::new(width), |band, (index, rgb)| band.paint(&inks, index * BAND, rgb));
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

/// Rectangles alone on a transparent ground: left, top, width and height within the picture, and a PNG.
pub(super) fn rectangles_png(rectangles: &[Rectangle]) -> Option<([usize; 4], Vec<u8>)> {
    let edges = rectangles.iter().map(|rectangle| rectangle.edges(1.0));
    let [left, top, right, bottom] =
        edges.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
    let (width, height) = (right - left, bottom - top);
    let mut pixels = vec![[0; 4]; width * height];
    for rectangle in rectangles {
        let [from_left, from_top, to_right, to_bottom] = rectangle.edges(1.0);
        fill_rectangle(
            &mut pixels,
            width,
            [from_left - left, from_top - top, to_right - left, to_bottom - top],
            rectangle.colour,
        );
    }
    let size = (width as u32, height as u32);
    let png = png(size, png::ColorType::Rgba, png::Compression::Balanced, pixels.as_flattened());
    Some(([left, top, width, height], png))
}

/// The buffer in which bands are painted, one after another.
struct Band {
    pixels: Pixmap,
    coverage: Coverage,
}

impl Band {
    fn new(width: usize) -> Band {
        let pixels = Pixmap::new(width as u32, BAND as u32).expect("pictures have a few thousand pixels a side");
        Band { pixels, coverage: Coverage::default() }
    }

    /// Paints the rows from `top`, as many as the buffer holds.
    fn paint(&mut self, inks: &[Inked<'_>], top: usize, rgb: &mut [u8]) {
        self.pixels.fill(Color::WHITE);
        for inked in inks.iter().filter(|inked| inked.is_within(top as f32, (top + BAND) as f32)) {
            self.add(&inked.ink, top);
        }
        let (pixels, _) = self.pixels.data().as_chunks::<4>();
        for (to, &[red, green, blue, _]) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
            *to = [red, green, blue];
        }
    }

    fn add(&mut self, ink: &Ink<'_>, top: usize) {
        let width = self.pixels.width() as usize;
        match ink {
            Ink::Line { points, width: thickness, colour, alpha } => {
                let (pixels, _) = self.pixels.data_mut().as_chunks_mut();
                self.coverage.draw(&mut Sheet { pixels, width, top }, points, *thickness, *colour, *alpha);
            }
            Ink::Path { path, colour, alpha } => self.fill(path, *colour, *alpha, top),
            Ink::Rectangles { rectangles, scale } => {
                let (pixels, _) = self.pixels.data_mut().as_chunks_mut();
                for rectangle in *rectangles {
                    let [left, from, right, to] = rectangle.edges(*scale);
                    if from < top + BAND && to > top {
                        fill_rectangle(
                            pixels,
                            width,
                            [left, from.saturating_sub(top), right, to - top],
                            rectangle.colour,
                        );
                    }
                }
            }
        }
    }

    fn fill(&mut self, path: &Path, colour: Rgb, alpha: f32, top: usize) {
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color_rgba8(colour.0, colour.1, colour.2, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8);
        self.pixels.fill_path(path, &paint, FillRule::Winding, Transform::from_translate(0.0, -(top as f32)), None);
    }
}

/// Sets the pixels between left, top, right and bottom edges, clipped to the buffer.
fn fill_rectangle(pixels: &mut [[u8; 4]], width: usize, [left, top, right, bottom]: [usize; 4], colour: Rgb) {
    let Rgb(red, green, blue) = colour;
    for row in pixels.chunks_exact_mut(width).take(bottom).skip(top) {
        if let Some(row) = row.get_mut(left..right.min(width)) {
            row.fill([red, green, blue, 255]);
        }
    }
}
