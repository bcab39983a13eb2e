//! Thin lines, drawn quickly: a chart of curves is a thousand of them, and filling their outlines takes over twice as long.

use tiny_skia::Pixmap;

use crate::colour::Rgb;

/// How much of each pixel the line being drawn covers; kept from line to line and zero in between.
#[derive(Default)]
pub(super) struct Coverage {
    share: Vec<f32>,
    touched: Vec<usize>,
}

/// A straight piece of a line.
struct Piece {
    from: (f32, f32),
    along: (f32, f32),
    /// Half the width and half a pixel.
    reach: f32,
}

impl Coverage {
    /// Draws a line through points on an opaque picture.
    ///
    /// A pixel is covered by how near its centre is to the nearest piece: with r half the width and d the distance,
    /// r + ½ − d between 0 and 1. Pieces are joined by the greatest coverage, so a faint line does not darken at bends.
    pub(super) fn draw(&mut self, pixels: &mut Pixmap, points: &[(f32, f32)], width: f32, colour: Rgb, alpha: f32) {
        self.share.resize(pixels.width() as usize * pixels.height() as usize, 0.0);
        let size = (pixels.width() as i32, pixels.height() as i32);
        for ends in points.windows(2) {
            let along = (ends[1].0 - ends[0].0, ends[1].1 - ends[0].1);
            self.add(&Piece { from: ends[0], along, reach: width / 2.0 + 0.5 }, size);
        }
        self.blend(pixels.data_mut(), colour, alpha);
    }

    fn add(&mut self, piece: &Piece, size: (i32, i32)) {
        let (dx, dy) = piece.along;
        if !(dx.is_finite() && dy.is_finite()) {
            return;
        }
        if dx.abs() >= dy.abs() {
            let slope = if dx == 0.0 { 0.0 } else { dy / dx };
            for (x, ys) in spans(piece.from, dx, slope, piece.reach, size) {
                ys.for_each(|y| self.touch(piece, x, y, size.0));
            }
        } else {
            let turned = (piece.from.1, piece.from.0);
            for (y, xs) in spans(turned, dy, dx / dy, piece.reach, (size.1, size.0)) {
                xs.for_each(|x| self.touch(piece, x, y, size.0));
            }
        }
    }

    fn touch(&mut self, piece: &Piece, x: i32, y: i32, width: i32) {
        let covered = (piece.reach - piece.distance(x as f32 + 0.5, y as f32 + 0.5)).min(1.0);
        let place = y as usize * width as usize + x as usize;
        let share = &mut self.share[place];
        if covered > *share {
            if *share == 0.0 {
                self.touched.push(place);
            }
            *share = covered;
        }
    }

    fn blend(&mut self, bytes: &mut [u8], Rgb(red, green, blue): Rgb, alpha: f32) {
        for place in self.touched.drain(..) {
            let share = alpha * std::mem::take(&mut self.share[place]);
            for (byte, to) in bytes[4 * place..].iter_mut().zip([red, green, blue]) {
                let from = f32::from(*byte);
                *byte = (from + (f32::from(to) - from) * share + 0.5) as u8;
            }
        }
    }
}

impl Piece {
    fn distance(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = self.along;
        let (px, py) = (x - self.from.0, y - self.from.1);
        let length = dx * dx + dy * dy;
        let share = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
        let (ex, ey) = (px - share * dx, py - share * dy);
        (ex * ex + ey * ey).sqrt()
    }
}

/// The pixels near a piece that is flatter than steep: for each column, the rows within reach.
fn spans(
    from: (f32, f32),
    run: f32,
    slope: f32,
    reach: f32,
    (columns, rows): (i32, i32),
) -> impl Iterator<Item = (i32, std::ops::Range<i32>)> {
    let (left, right) = (from.0.min(from.0 + run), from.0.max(from.0 + run));
    let half = reach * (1.0 + slope * slope).sqrt();
    let first = ((left - reach).floor() as i32).max(0);
    let end = ((right + reach).ceil() as i32).min(columns);
    (first..end).map(move |column| {
        let middle = from.1 + slope * ((column as f32 + 0.5).clamp(left, right) - from.0);
        let low = ((middle - half - 0.5).floor() as i32).max(0);
        let high = ((middle + half + 0.5).ceil() as i32).min(rows);
        (column, low..high.max(low))
    })
}
