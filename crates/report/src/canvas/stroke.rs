//! Thin lines, drawn quickly: a chart of curves is a thousand of them, and filling their outlines takes many times as
//! long.

use std::ops::Range;

use crate::colour::Rgb;

/// Rows of a picture, from `top` on.
pub(super) struct Sheet<'a> {
    pub(super) pixels: &'a mut [[u8; 4]],
    pub(super) width: usize,
    pub(super) top: usize,
}

impl Sheet<'_> {
    fn bottom(&self) -> usize {
        self.top + self.pixels.len() / self.width
    }
}

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
    /// Pixels of the sheet along the run and across it.
    columns: Range<i32>,
    rows: Range<i32>,
    /// From a pixel to its neighbour in the next column and in the next row.
    column_stride: usize,
    row_stride: usize,
}

impl Coverage {
    /// Draws what a sheet, which is opaque, shows of a line through points.
    ///
    /// A pixel is covered by how near its centre is to the nearest piece: with r half the width and d the distance,
    /// r + ½ − d between 0 and 1. Pieces are joined by the greatest coverage, so a faint line does not darken at bends.
    pub(super) fn draw(&mut self, sheet: &mut Sheet<'_>, points: &[(f32, f32)], width: f32, colour: Rgb, alpha: f32) {
        self.share.resize(sheet.pixels.len(), 0);
        let reach = width / 2.0 + 0.5;
        let (top, bottom) = (sheet.top as f32 - reach, sheet.bottom() as f32 + reach);
        for ends in points.windows(2) {
            let (from, to) = (ends[0], ends[1]);
            if from.1.max(to.1) >= top
                && from.1.min(to.1) <= bottom
                && let Some(piece) = Piece::between(from, to, sheet)
            {
                self.add(&piece, reach);
            }
        }
        self.blend(sheet.pixels, colour, alpha);
    }

    /// Covers the pixels whose centres are within `reach`: half the width and half a pixel.
    fn add(&mut self, piece: &Piece, reach: f32) {
        let &Piece { from, run, rise, ref columns, ref rows, .. } = piece;
        let slope = if run == 0.0 { 0.0 } else { rise / run };
        let half = reach * (1.0 + slope * slope).sqrt();
        let (left, right) = (run.min(0.0), run.max(0.0));
        let [low, high] = piece.crossed(half);
        let first = floor((from.0 + left - reach).max(low)).max(columns.start);
        let end = floor((from.0 + right + reach).min(high)).saturating_add(1).min(columns.end);
        let square = run * run + rise * rise;
        let unit = if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 };
        for column in first..end {
            let x = column as f32 + 0.5 - from.0;
            let middle = from.1 + slope * x.clamp(left, right) - 0.5;
            let low = floor(middle - half).saturating_add(1).max(rows.start);
            let high = floor(middle + half).saturating_add(1).min(rows.end);
            if low >= high {
                continue;
            }
            let [along, across] = [column - columns.start, low - rows.start].map(|pixels| pixels as usize);
            let first = along * piece.column_stride + across * piece.row_stride;
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

    fn blend(&mut self, pixels: &mut [[u8; 4]], colour: Rgb, alpha: f32) {
        let alpha = (alpha.clamp(0.0, 1.0) * 256.0 + 0.5) as u32;
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
    fn between(from: (f32, f32), to: (f32, f32), sheet: &Sheet<'_>) -> Option<Piece> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let (across, down) = (0..sheet.width as i32, sheet.top as i32..sheet.bottom() as i32);
        let piece = if dx.abs() >= dy.abs() {
            Piece { from, run: dx, rise: dy, columns: across, rows: down, column_stride: 1, row_stride: sheet.width }
        } else {
            let from = (from.1, from.0);
            Piece { from, run: dy, rise: dx, columns: down, rows: across, column_stride: sheet.width, row_stride: 1 }
        };
        (dx.is_finite() && dy.is_finite()).then_some(piece)
    }

    /// Between which columns the piece may cover rows of the sheet, `half` being how much of a column it covers on either
    /// side.
    fn crossed(&self, half: f32) -> [f32; 2] {
        let margin = half + 2.0;
        let at = |row: f32| self.from.0 + (row - self.from.1) * (self.run / self.rise);
        let [one, other] = [at(self.rows.start as f32 - margin), at(self.rows.end as f32 + margin)];
        [one.min(other) - margin, one.max(other) + margin]
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
