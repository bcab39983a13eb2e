//! Thin lines, drawn quickly: a chart of curves is a thousand of them, and filling their outlines takes many times as
//! long.

use tiny_skia::Pixmap;

use crate::colour::Rgb;

/// How much of each pixel the line being drawn covers, in 255ths; kept from line to line and zero in between.
#[derive(Default)]
pub(super) struct Coverage {
    share: Vec<u8>,
    spans: Vec<Span>,
}

/// Neighbouring pixels that a line may cover.
struct Span {
    first: usize,
    count: usize,
    stride: usize,
}

/// A straight piece of a line, seen so that it is flatter than steep: the picture is turned where it is not.
struct Piece {
    from: (f32, f32),
    run: f32,
    rise: f32,
    /// Pixels of the picture along the run and across it.
    columns: i32,
    rows: i32,
    /// From a pixel to its neighbour in the next column and in the next row.
    column_stride: usize,
    row_stride: usize,
}

impl Coverage {
    /// Draws a line through points on an opaque picture.
    ///
    /// A pixel is covered by how near its centre is to the nearest piece: with r half the width and d the distance,
    /// r + ½ − d between 0 and 1. Pieces are joined by the greatest coverage, so a faint line does not darken at bends.
    pub(super) fn draw(&mut self, pixels: &mut Pixmap, points: &[(f32, f32)], width: f32, colour: Rgb, alpha: f32) {
        let size = (pixels.width() as usize, pixels.height() as usize);
        self.share.resize(size.0 * size.1, 0);
        for ends in points.windows(2) {
            if let Some(piece) = Piece::between(ends[0], ends[1], size) {
                self.add(&piece, width / 2.0 + 0.5);
            }
        }
        self.blend(pixels.data_mut(), colour, alpha);
    }

    /// Covers the pixels whose centres are within `reach`: half the width and half a pixel.
    fn add(&mut self, piece: &Piece, reach: f32) {
        let Piece { from, run, rise, .. } = *piece;
        let slope = if run == 0.0 { 0.0 } else { rise / run };
        let half = reach * (1.0 + slope * slope).sqrt();
        let (left, right) = (run.min(0.0), run.max(0.0));
        let first = floor(from.0 + left - reach).max(0);
        let end = floor(from.0 + right + reach).saturating_add(1).min(piece.columns);
        let square = run * run + rise * rise;
        let unit = if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 };
        for column in first..end {
            let x = column as f32 + 0.5 - from.0;
            let middle = from.1 + slope * x.clamp(left, right) - 0.5;
            let low = floor(middle - half).saturating_add(1).max(0);
            let high = floor(middle + half).saturating_add(1).min(piece.rows);
            if low >= high {
                continue;
            }
            let first = column as usize * piece.column_stride + low as usize * piece.row_stride;
            self.spans.push(Span { first, count: (high - low) as usize, stride: piece.row_stride });
            let mut place = first;
            for row in low..high {
                let y = row as f32 + 0.5 - from.1;
                let along = x * run + y * rise;
                let distance = if along <= 0.0 {
                    (x * x + y * y).sqrt()
                } else if along >= square {
                    let (x, y) = (x - run, y - rise);
                    (x * x + y * y).sqrt()
                } else {
                    (x * rise - y * run).abs() * unit
                };
                let covered = ((reach - distance) * 255.0 + 0.5) as u8;
                self.share[place] = covered.max(self.share[place]);
                place += piece.row_stride;
            }
        }
    }

    fn blend(&mut self, bytes: &mut [u8], colour: Rgb, alpha: f32) {
        let alpha = (alpha.clamp(0.0, 1.0) * 256.0 + 0.5) as u32;
        let (pixels, _) = bytes.as_chunks_mut::<4>();
        for Span { first, count, stride } in self.spans.drain(..) {
            let mut place = first;
            for _ in 0..count {
                let share = u32::from(std::mem::take(&mut self.share[place]));
                if share > 0 {
                    pixels[place] = mixed(pixels[place], colour, (share * alpha + 127) / 255);
                }
                place += stride;
            }
        }
    }
}

impl Piece {
    fn between(from: (f32, f32), to: (f32, f32), (width, height): (usize, usize)) -> Option<Piece> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let (columns, rows) = (width as i32, height as i32);
        let piece = if dx.abs() >= dy.abs() {
            Piece { from, run: dx, rise: dy, columns, rows, column_stride: 1, row_stride: width }
        } else {
            let from = (from.1, from.0);
            Piece { from, run: dy, rise: dx, columns: rows, rows: columns, column_stride: width, row_stride: 1 }
        };
        (dx.is_finite() && dy.is_finite()).then_some(piece)
    }
}

/// An opaque pixel with some 256ths of a colour in it. Two channels share a multiplication, 16 bits each.
fn mixed(pixel: [u8; 4], Rgb(red, green, blue): Rgb, share: u32) -> [u8; 4] {
    const LOW: u32 = 0x00ff_00ff;
    const HALF: u32 = 0x0080_0080;
    let (from, to) = (u32::from_le_bytes(pixel), u32::from_le_bytes([red, green, blue, 255]));
    let mix = |from: u32, to: u32| ((from & LOW) * (256 - share) + (to & LOW) * share + HALF) >> 8 & LOW;
    (mix(from, to) | mix(from >> 8, to >> 8) << 8).to_le_bytes()
}

/// The whole number at or below; the nearest there is beyond 32 bits.
fn floor(x: f32) -> i32 {
    let whole = x as i32;
    if whole as f32 > x { whole.saturating_sub(1) } else { whole }
}
