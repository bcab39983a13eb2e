//! A number over two parameters, as colour.

use super::axis::Axis;
use super::panel::{Cell, Panel};
use super::sheet::{self, BOTTOM, Key, LEFT, RIGHT, TOP};
use crate::canvas::Canvas;
use crate::colour::DIVERGED_AREA;

/// What the runs of a cell came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Heat {
    /// Most of them diverged.
    Diverged,
    /// The median over those that did not.
    Value(f64),
}

/// The heat map. A cell that no run belongs to is missing from `cells`, and stays blank.
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
    /// Column, row and heat.
    pub(crate) cells: Vec<(usize, usize, Heat)>,
    pub(crate) key: Key,
}

impl HeatMap {
    pub(crate) fn draw(&self) -> Canvas {
        let mut canvas = sheet::titled(&self.title, &self.subtitle);
        let panel = Panel {
            left: Panel::left_for(&self.y, LEFT),
            top: TOP,
            right: RIGHT,
            bottom: BOTTOM,
            x: reaching(&self.x, &self.columns),
            y: reaching(&self.y, &self.rows),
        };
        panel.draw_cells(
            &mut canvas,
            self.cells.iter().map(|&(column, row, heat)| Cell {
                from: (self.columns[column], self.rows[row]),
                to: (self.columns[column + 1], self.rows[row + 1]),
                colour: match heat {
                    Heat::Diverged => DIVERGED_AREA,
                    Heat::Value(value) => self.key.colour(value),
                },
            }),
        );
        panel.draw_axes(&mut canvas, Some(&self.x_name), &self.y_name);
        sheet::draw_key(&mut canvas, &self.key);
        if self.cells.iter().any(|cell| cell.2 == Heat::Diverged) {
            sheet::draw_diverged_key(&mut canvas);
        }
        canvas
    }
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

/// Borders half way between places, given in rising order.
pub(crate) fn borders(places: &[f64]) -> Vec<f64> {
    let [first, .., last] = *places else {
        return places.iter().flat_map(|place| [place - 0.5, place + 0.5]).collect();
    };
    let between: Vec<f64> = places.windows(2).map(|pair| pair[0] / 2.0 + pair[1] / 2.0).collect();
    let before = 2.0 * first - between[0];
    let after = 2.0 * last - between[between.len() - 1];
    std::iter::once(before).chain(between).chain([after]).collect()
}
