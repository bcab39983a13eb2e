//! Contour lines of a grid of heights.

/// Heights at the corners of equal cells, row by row, both counted from the low ends of the axes.
pub struct Grid {
    /// Corners across.
    pub columns: usize,
    /// Corners up.
    pub rows: usize,
    /// A height for each corner.
    pub heights: Vec<f64>,
}

/// A segment between two points, in cells from the low ends of the axes.
pub type Segment = ((f64, f64), (f64, f64));

impl Grid {
    /// Samples a function of the position in cells.
    pub fn of(columns: usize, rows: usize, height: impl Fn(f64, f64) -> f64) -> Grid {
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column as f64, row as f64)));
        Grid { columns, rows, heights: places.map(|(column, row)| height(column, row)).collect() }
    }

    /// The contour line of a height as segments, cell by cell, straight between its crossings of the cell's sides (marching
    /// squares, after Lorensen & Cline 1987). Cells with a corner that is not finite have no segments.
    pub fn line(&self, height: f64) -> Vec<Segment> {
        let cells = (1..self.rows).flat_map(|row| (1..self.columns).map(move |column| (column - 1, row - 1)));
        cells.flat_map(|(column, row)| self.in_cell(column, row, height)).collect()
    }

    fn at(&self, column: usize, row: usize) -> f64 {
        self.heights[row * self.columns + column]
    }

    fn in_cell(&self, column: usize, row: usize, height: f64) -> Vec<Segment> {
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(dx, dy)| (column + dx, row + dy));
        let levels = corners.map(|(column, row)| self.at(column, row) - height);
        let above = levels.iter().filter(|&&level| level > 0.0).count();
        if above == 0 || above == 4 || levels.iter().any(|level| !level.is_finite()) {
            return Vec::new();
        }
        let crossing = |side: usize| {
            let (from, to) = (side, (side + 1) % 4);
            let (a, b) = (levels[from], levels[to]);
            ((a > 0.0) != (b > 0.0)).then(|| {
                let share = a / (a - b);
                let mix = |from: usize, to: usize| from as f64 + share * (to as f64 - from as f64);
                (mix(corners[from].0, corners[to].0), mix(corners[from].1, corners[to].1))
            })
        };
        let crossings: Vec<(f64, f64)> = (0..4).filter_map(crossing).collect();
        crossings.chunks_exact(2).map(|ends| (ends[0], ends[1])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_has_straight_lines() {
        let grid = Grid::of(5, 4, |column, _| column);
        let pieces = grid.line(1.5);
        assert_eq!(pieces.len(), 3, "one in each row of cells");
        assert!(pieces.iter().all(|(from, to)| from.0 == 1.5 && to.0 == 1.5), "{pieces:?}");
        assert!(grid.line(9.0).is_empty());
    }

    #[test]
    fn a_bowl_has_a_circle() {
        let grid = Grid::of(101, 101, |x, y| (x - 50.0) * (x - 50.0) + (y - 50.0) * (y - 50.0));
        let pieces = grid.line(900.0);
        let radius = |(x, y): (f64, f64)| libm::hypot(x - 50.0, y - 50.0);
        assert!(pieces.iter().all(|piece| (radius(piece.0) - 30.0).abs() < 0.02), "within the bend of a cell's side");
        let length: f64 = pieces.iter().map(|(a, b)| libm::hypot(a.0 - b.0, a.1 - b.1)).sum();
        assert!((length / (60.0 * std::f64::consts::PI) - 1.0).abs() < 1e-3, "{length}");
    }

    #[test]
    fn holes_have_no_lines() {
        let grid = Grid::of(3, 2, |column, _| if column == 0.0 { f64::NAN } else { column });
        assert_eq!(grid.line(1.5), [((1.5, 0.0), (1.5, 1.0))]);
    }
}
