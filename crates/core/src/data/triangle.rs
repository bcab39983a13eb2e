//! `R` of the QR decomposition of rows `[X 1 t]`, by Householder reflections.

#![allow(clippy::needless_range_loop, reason = "one index reaches into several columns")]

use super::Rows;

/// Rows that are reflected together.
const BLOCK: usize = 128;

/// The triangle of `[X 1 t]`.
#[derive(Debug, Clone)]
pub(crate) struct Triangle {
    /// Rows and columns: the inputs, 1 and t.
    pub order: usize,
    /// Column after column.
    columns: Vec<Vec<f64>>,
}

impl Triangle {
    /// Reduces rows, block after block under the triangle of those before.
    pub fn of(rows: &Rows) -> Triangle {
        let order = rows.inputs + 2;
        let mut triangle = Triangle { order, columns: vec![vec![0.0; order]; order] };
        let mut block = vec![Vec::with_capacity(BLOCK); order];
        for start in (0..rows.len()).step_by(BLOCK) {
            block.iter_mut().for_each(Vec::clear);
            for row in start..(start + BLOCK).min(rows.len()) {
                let cells = rows.row(row).iter().copied().chain([1.0, rows.targets[row]]);
                block.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
            }
            triangle.absorb(&mut block);
        }
        triangle
    }

    /// The element in a row and a column; 0 below the diagonal.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        if row <= column { self.columns[column][row] } else { 0.0 }
    }

    /// Reflects a block of rows into the triangle: for each column a Householder reflection of the diagonal element and
    /// the block, which leaves nothing of the block's column.
    fn absorb(&mut self, block: &mut [Vec<f64>]) {
        for j in 0..self.order {
            let (left, right) = block.split_at_mut(j + 1);
            let below = &left[j];
            let (square, diagonal) = (dot(below, below), self.columns[j][j]);
            if square == 0.0 {
                continue;
            }
            let length = (diagonal * diagonal + square).sqrt();
            let reflected = if diagonal > 0.0 { -length } else { length };
            let first = diagonal - reflected;
            let factor = 2.0 / (first * first + square);
            for (column, other) in right.iter_mut().enumerate() {
                let above = &mut self.columns[j + 1 + column][j];
                let along = factor * (first * *above + dot(below, other));
                *above -= along * first;
                other.iter_mut().zip(below).for_each(|(x, v)| *x -= along * v);
            }
            self.columns[j][j] = reflected;
        }
    }
}

/// A sum of products in four strands, which need not wait for each other.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a_fours, b_fours) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a_fours.remainder().iter().zip(b_fours.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_fours.zip(b_fours) {
        for strand in 0..4 {
            sums[strand] += x[strand] * y[strand];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
