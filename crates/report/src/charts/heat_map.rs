//! The heat map: a number over two parameters, as colour.

use etascape_plot::axis::Axis;
use etascape_plot::canvas::{Anchor, Canvas, TextStyle, Weight, text_width};
use etascape_plot::colour::{DIVERGED, DIVERGED_AREA, Rgb};
use etascape_plot::grid::{self, Facet, Frame, WHOLE, slots};
use etascape_plot::panel::Panel;
use etascape_plot::sheet::{self, ColourKey};

/// The outcome of the runs of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Heat {
    /// Most of them diverged.
    Diverged,
    /// The median over those that did not.
    Value(f64),
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct HeatCell {
    pub(crate) column: usize,
    pub(crate) row: usize,
    pub(crate) heat: Heat,
    /// How many of its runs diverged.
    pub(crate) diverged: usize,
    pub(crate) runs: usize,
}

impl HeatCell {
    /// Whether some of its runs diverged and others did not.
    fn is_mixed(&self) -> bool {
        (1..self.runs).contains(&self.diverged)
    }
}

/// The heat map. Cells without runs are not listed, and stay blank.
pub(crate) struct HeatMap {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) x_name: String,
    pub(crate) y_name: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    /// The borders of columns and rows in the axes' units, one more than there are columns and rows.
    pub(crate) columns: Vec<f64>,
    pub(crate) rows: Vec<f64>,
    pub(crate) panels: Vec<Facet<HeatCell>>,
    pub(crate) key: ColourKey,
}

impl HeatMap {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::titled(&self.title, &self.subtitle);
        let (x, y) = (reaching(&self.x, &self.columns), reaching(&self.y, &self.rows));
        let whole = Panel::beside_labels(WHOLE, [&self.y]);
        let slots = slots(self.panels.len(), whole);
        let titles = self.panels.iter().map(|facet| facet.title.as_str());
        let titles = grid::titles(titles, slots.first().map_or(whole, |slot| slot.frame));
        for ((shown, slot), title) in self.panels.iter().zip(&slots).zip(titles) {
            let frame = self.snapped(slot.frame);
            let panel = Panel::over(frame, x.clone(), y.clone());
            self.draw_panel(&mut canvas, &panel, &shown.items);
            panel.draw_axes(&mut canvas, slot.is_low, slot.is_left);
            grid::draw_title(&mut canvas, frame, title);
        }
        Panel::over(whole, x, y).draw_names(&mut canvas, &self.x_name, &self.y_name);
        sheet::draw_key(&mut canvas, &self.key);
        let cells = || self.panels.iter().flat_map(|panel| &panel.items);
        if cells().any(|cell| cell.heat == Heat::Diverged) {
            sheet::draw_diverged_key(&mut canvas);
        }
        if cells().any(HeatCell::is_mixed) {
            sheet::draw_mixed_key(&mut canvas);
        }
        canvas
    }

    /// The frame with sides that give every cell the same whole number of pixels.
    fn snapped(&self, frame: Frame) -> Frame {
        let [columns, rows] = [&self.columns, &self.rows].map(|borders| borders.len().max(2) as u32 - 1);
        Frame {
            right: frame.left + snapped(frame.right - frame.left, columns),
            top: frame.bottom - snapped(frame.bottom - frame.top, rows),
            ..frame
        }
    }

    fn draw_panel(&self, canvas: &mut Canvas, panel: &Panel, cells: &[HeatCell]) {
        let corners = |cell: &HeatCell| {
            let from = panel.pixel(self.columns[cell.column], self.rows[cell.row]);
            let to = panel.pixel(self.columns[cell.column + 1], self.rows[cell.row + 1]);
            ((from.0, to.1), (to.0, from.1))
        };
        for cell in cells {
            let colour = match cell.heat {
                Heat::Diverged => DIVERGED_AREA,
                Heat::Value(value) => self.key.colour(value),
            };
            let (from, to) = corners(cell);
            canvas.rectangle(from, to, colour);
        }
        cells.iter().filter(|cell| cell.is_mixed()).for_each(|cell| draw_mark(canvas, corners(cell), cell));
    }
}

/// Marks how many of a cell's runs diverged, by the size of the cell: as text, as a ×, or not at all.
fn draw_mark(canvas: &mut Canvas, (from, to): ((f32, f32), (f32, f32)), cell: &HeatCell) {
    const LEAST: f32 = 9.0;
    let (width, height) = (to.0 - from.0, to.1 - from.1);
    let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let white = Rgb(255, 255, 255);
    let colour = if cell.heat == Heat::Diverged { DIVERGED } else { white };
    let words = format!("×{}/{}", cell.diverged, cell.runs);
    let style = TextStyle { size: 22.0, weight: Weight::SemiBold, colour, anchor: Anchor::Centre };
    if height > 30.0 && width > text_width(&words, style.size, style.weight) + 8.0 {
        canvas.text(&words, (middle.0, middle.1 + 8.0), style);
    } else if width.min(height) >= LEAST {
        let arm = (width.min(height) / 4.0).min(6.0);
        for way in [[(-arm, -arm), (arm, arm)], [(-arm, arm), (arm, -arm)]] {
            canvas.line(&way.map(|(x, y)| (middle.0 + x, middle.1 + y)), arm / 2.5, colour, 1.0);
        }
    }
}

/// The nearest length that gives each cell a whole number of pixels; the same length where none is near.
fn snapped(length: u32, cells: u32) -> u32 {
    const NEAR: u32 = 20;
    let each = ((length as f64 / f64::from(cells)).round() as u32).max(1);
    let all = [each * cells, (length / cells).max(1) * cells];
    all.into_iter().find(|&all| all <= length + NEAR).unwrap_or(length)
}

/// The axis from the first border to the last.
fn reaching(axis: &Axis, borders: &[f64]) -> Axis {
    let mut axis = axis.clone();
    if let [low, .., high] = *borders {
        (axis.low, axis.high) = (low, high);
        axis.ticks.retain(|tick| (low..=high).contains(&tick.at));
    }
    axis
}

#[cfg(test)]
mod tests {
    use super::*;
    use etascape_plot::ranks::Ranks;

    #[test]
    fn cells_are_whole_pixels_where_that_is_near() {
        assert_eq!(snapped(1548, 512), 1536, "3 to a cell");
        assert_eq!(snapped(1010, 512), 1024, "2 to a cell, 14 more than there are");
        assert_eq!(snapped(1010, 64), 1024, "16 to a cell");
        assert_eq!(snapped(1010, 60), 1020);
        assert_eq!(snapped(1000, 1500), 1000, "less than a pixel to a cell");
        assert_eq!(snapped(1000, 18), 1008);
    }

    #[test]
    fn each_cell_of_a_large_map_is_a_block_of_pixels() {
        const SIDE: usize = 512;
        let measure = |column: usize, row: usize| {
            let value = ((column * 7919 + row * 104_729) % 1009) as f64 + 1.0;
            if (column + row).is_multiple_of(2) { -value } else { value }
        };
        let cells = (0..SIDE * SIDE).map(|cell| (cell / SIDE, cell % SIDE));
        let cell =
            |(column, row)| HeatCell { column, row, heat: Heat::Value(measure(column, row)), diverged: 0, runs: 1 };
        let items: Vec<HeatCell> = cells.map(cell).collect();
        let values = (0..SIDE * SIDE).map(|cell| measure(cell / SIDE, cell % SIDE));
        let ranks = Ranks::of(values);
        let borders: Vec<f64> = (0..=SIDE).map(|at| at as f64 / 64.0).collect();
        let axis = Axis::log(1.0, 1e8, false);
        let map = HeatMap {
            title: "map".into(),
            subtitle: String::new(),
            x_name: "x".into(),
            y_name: "y".into(),
            x: axis.clone(),
            y: axis,
            columns: borders.clone(),
            rows: borders,
            panels: vec![Facet { title: String::new(), items }],
            key: ColourKey::Ranks { name: "measure".into(), ranks: ranks.clone() },
        };
        let canvas = map.draw();
        let (width, pixels) = (canvas.size().0 as usize, canvas.to_rgb(1.0));
        let (left, bottom) = (WHOLE.left as usize, WHOLE.bottom as usize);
        for (column, row) in (0..SIDE).flat_map(|column| (0..SIDE).map(move |row| (column, row))) {
            let Rgb(red, green, blue) = ranks.colour(measure(column, row));
            for (x, y) in (0..3).flat_map(|x| (1..=2).map(move |y| (x, y))) {
                let at = 3 * ((bottom - 2 * row - y) * width + left + 3 * column + x);
                assert_eq!(pixels[at..at + 3], [red, green, blue], "{column} {row}");
            }
        }
    }
}
