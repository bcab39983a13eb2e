//! Draws thin lines fast. A chart can have a thousand curves, and filling their outlines would take many times as long.

use std::ops::Range;

use crate::colour::Rgb;

/// Rows of a picture, starting at `top`.
pub(super) struct Sheet<'a> {
    pub(super) pixels: &'a mut [[u8; 4]],
    pub(super) width: usize,
    pub(super) top: usize,
}

impl Sheet<'_> {
    fn rows(&self) -> Range<i32> {
        self.top as i32..(self.top + self.pixels.len() / self.width) as i32
    }
}

/// How much of each pixel the current line covers, in 255ths. The buffer is reused, and zero between lines.
#[derive(Default)]
pub(super) struct Coverage {
    share: Vec<u8>,
    spans: Vec<Span>,
}

/// A run of neighbouring pixels that a line may cover.
struct Span {
    first: usize,
    count: usize,
    stride: usize,
}

/// A straight segment of a line. Columns and rows are swapped for steep segments, so that every segment is flat.
struct Segment {
    from: (f32, f32),
    run: f32,
    rise: f32,
    slope: f32,
    /// Pixels whose centre is nearer than this are covered: half the width plus half a pixel.
    reach: f32,
    /// The same distance, measured along a column.
    half: f32,
    /// Pixels of the sheet along the run and across it.
    columns: Range<i32>,
    rows: Range<i32>,
    /// From a pixel to its neighbour in the next column and in the next row.
    column_stride: usize,
    row_stride: usize,
}

impl Coverage {
    /// Draws the part of a line that is on the sheet. The sheet is opaque.
    ///
    /// The coverage of a pixel depends on the distance d of its centre from the nearest segment: r + ½ − d, between 0
    /// and 1, with r half the width. Segments are joined by the greatest coverage, so a faint line is not darker at
    /// bends.
    pub(super) fn draw(&mut self, sheet: &mut Sheet<'_>, points: &[(f32, f32)], width: f32, colour: Rgb, alpha: f32) {
        self.share.resize(sheet.pixels.len(), 0);
        for ends in points.windows(2) {
            if let Some(segment) = Segment::between(ends[0], ends[1], width / 2.0 + 0.5, sheet) {
                self.add(&segment);
            }
        }
        self.blend(sheet.pixels, colour, alpha);
    }

    fn add(&mut self, segment: &Segment) {
        let reached = segment.reached();
        let inner = segment.inner(&reached);
        (reached.start..inner.start).chain(inner.end..reached.end).for_each(|column| self.add_end(segment, column));
        self.add_inner(segment, inner);
    }

    /// Covers the pixels of a column near an end.
    fn add_end(&mut self, segment: &Segment, column: i32) {
        let &Segment { from, run, rise, reach, half, .. } = segment;
        let x = column as f32 + 0.5 - from.0;
        let middle = from.1 + segment.slope * x.clamp(run.min(0.0), run.max(0.0)) - 0.5;
        let rows = segment.within(floor(middle - half).saturating_add(1)..floor(middle + half).saturating_add(1));
        let square = run * run + rise * rise;
        for (place, row) in self.span(segment, column, &rows).zip(rows) {
            let y = row as f32 + 0.5 - from.1;
            let along = x * run + y * rise;
            let distance = if along <= 0.0 {
                (x * x + y * y).sqrt()
            } else if along >= square {
                let (x, y) = (x - run, y - rise);
                (x * x + y * y).sqrt()
            } else {
                (x * rise - y * run).abs() / square.sqrt()
            };
            let covered = ((reach - distance) * 255.0 + 0.5) as u8;
            self.share[place] = covered.max(self.share[place]);
        }
    }

    /// Covers the pixels of columns in which the nearest point of the segment is not an end. The distance then changes
    /// by the same amount from row to row; it is computed in units of 2⁻¹⁶ pixels.
    fn add_inner(&mut self, segment: &Segment, columns: Range<i32>) {
        const BITS: u32 = 16;
        const COARSER: u32 = 4;
        let parts = |pixels: f32| (pixels * (1 << BITS) as f32) as i32;
        let Segment { from, slope, reach, half, .. } = *segment;
        let mut middle = parts(from.1 + slope * (columns.start as f32 + 0.5 - from.0) - 0.5);
        let (slope, half, most) = (parts(slope), parts(half), parts(reach * 255.0 + 0.5));
        let per_row = (reach / segment.half * 255.0 * (1 << COARSER) as f32) as i32;
        for column in columns {
            let rows = segment.within(((middle - half) >> BITS) + 1..((middle + half) >> BITS) + 1);
            let mut aside = (rows.start << BITS) - middle;
            for place in self.span(segment, column, &rows) {
                let covered = ((most - (aside.abs() >> COARSER) * per_row) >> BITS).clamp(0, 255) as u8;
                self.share[place] = covered.max(self.share[place]);
                aside += 1 << BITS;
            }
            middle += slope;
        }
    }

    /// The indices of pixels in a column that may be covered. They are noted, to be painted later.
    fn span(&mut self, segment: &Segment, column: i32, rows: &Range<i32>) -> impl Iterator<Item = usize> + use<> {
        let &Segment { row_stride: stride, column_stride, .. } = segment;
        let [along, across] =
            [column - segment.columns.start, rows.start - segment.rows.start].map(|pixels| pixels as usize);
        let (first, count) = (along * column_stride + across * stride, rows.len());
        if count > 0 {
            self.spans.push(Span { first, count, stride });
        }
        (0..count).map(move |row| first + row * stride)
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

impl Segment {
    /// The segment between two points; `None` where it is not near the sheet.
    fn between(from: (f32, f32), to: (f32, f32), reach: f32, sheet: &Sheet<'_>) -> Option<Segment> {
        let (across, down) = (0..sheet.width as i32, sheet.rows());
        let is_near = from.1.max(to.1) + reach >= down.start as f32 && from.1.min(to.1) - reach <= down.end as f32;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        if !is_near || !dx.is_finite() || !dy.is_finite() {
            return None;
        }
        let is_flat = dx.abs() >= dy.abs();
        let (from, run, rise) = if is_flat { (from, dx, dy) } else { ((from.1, from.0), dy, dx) };
        let slope = if run == 0.0 { 0.0 } else { rise / run };
        let half = reach * (1.0 + slope * slope).sqrt();
        let (columns, rows) = if is_flat { (across, down) } else { (down, across) };
        let (column_stride, row_stride) = if is_flat { (1, sheet.width) } else { (sheet.width, 1) };
        Some(Segment { from, run, rise, slope, reach, half, columns, rows, column_stride, row_stride })
    }

    /// The columns in which it may cover pixels of the sheet.
    fn reached(&self) -> Range<i32> {
        let margin = self.half + 2.0;
        let crossing = |row: f32| self.from.0 + (row - self.from.1) / self.slope;
        let [one, other] = [crossing(self.rows.start as f32 - margin), crossing(self.rows.end as f32 + margin)];
        let [left, right] = [self.run.min(0.0), self.run.max(0.0)].map(|x| self.from.0 + x);
        let first = floor((left - self.reach).max(one.min(other) - margin)).max(self.columns.start);
        let last = floor((right + self.reach).min(one.max(other) + margin)).min(self.columns.end - 1);
        first..(last + 1).max(first)
    }

    /// The columns in which the nearest point of the segment is not an end; empty where the numbers would overflow.
    fn inner(&self, reached: &Range<i32>) -> Range<i32> {
        const FARTHEST: f32 = 16_000.0;
        const WIDEST: f32 = 60.0;
        if self.from.1.abs() + self.rise.abs() > FARTHEST || self.half > WIDEST {
            return reached.end..reached.end;
        }
        let aside = self.slope.abs() * self.half / (1.0 + self.slope * self.slope) + 0.01;
        let [left, right] = [self.run.min(0.0) + aside, self.run.max(0.0) - aside].map(|x| self.from.0 + x - 0.5);
        let first = floor(left).saturating_add(1).clamp(reached.start, reached.end);
        first..floor(right).saturating_add(1).clamp(first, reached.end)
    }

    fn within(&self, rows: Range<i32>) -> Range<i32> {
        rows.start.max(self.rows.start)..rows.end.min(self.rows.end)
    }
}

/// Mixes 256ths of a colour into an opaque pixel. Two channels of 16 bits share a multiplication.
fn mixed(pixel: [u8; 4], Rgb(red, green, blue): Rgb, share: u32) -> [u8; 4] {
    const LOW: u32 = 0x00ff_00ff;
    const HALF: u32 = 0x0080_0080;
    let (from, to) = (u32::from_le_bytes(pixel), u32::from_le_bytes([red, green, blue, 255]));
    let mix = |from: u32, to: u32| ((from & LOW) * (256 - share) + (to & LOW) * share + HALF) >> 8 & LOW;
    (mix(from, to) | mix(from >> 8, to >> 8) << 8).to_le_bytes()
}

/// The whole number at or below, limited to 32 bits.
fn floor(x: f32) -> i32 {
    let whole = x as i32;
    if whole as f32 > x { whole.saturating_sub(1) } else { whole }
}
