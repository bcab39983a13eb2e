//! Numbers about the columns of a table.

use etascape_sweep::data::Table;

/// What one pass over a column tells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub least: f64,
    pub greatest: f64,
    /// Whether it is 0, 1, 2 … or 1, 2, 3 …
    pub counts_rows: bool,
}

impl Column {
    const EMPTY: Column = Column { least: f64::INFINITY, greatest: f64::NEG_INFINITY, counts_rows: true };

    fn add(&mut self, row: usize, x: f64) {
        let start = if row == 0 { x } else { self.least };
        self.counts_rows &= (start == 0.0 || start == 1.0) && x == start + row as f64;
        (self.least, self.greatest) = (self.least.min(x), self.greatest.max(x));
    }

    pub fn of<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> Column {
        let mut column = Column::EMPTY;
        numbers.into_iter().enumerate().for_each(|(row, x)| column.add(row, *x));
        column
    }

    pub fn is_constant(&self) -> bool {
        self.least == self.greatest
    }

    /// The greatest magnitude.
    pub fn size(&self) -> f64 {
        self.least.abs().max(self.greatest.abs())
    }
}

/// The columns of the features, held-out rows included.
pub(super) fn columns(table: &Table) -> Vec<Column> {
    let mut columns = vec![Column::EMPTY; table.inputs()];
    for (row, features) in table.features().chunks_exact(table.inputs()).enumerate() {
        columns.iter_mut().zip(features).for_each(|(column, x)| column.add(row, *x));
    }
    columns
}

/// Pearson's correlation of each feature with the targets; NaN for a constant. `columns` are those of the features.
pub(super) fn correlations(table: &Table, columns: &[Column], targets: &[f64]) -> Vec<f64> {
    // Distances from the first row, in units of the range, keep sums small and exact enough.
    let unit = |column: &Column| (column.greatest / 2.0 - column.least / 2.0).max(f64::MIN_POSITIVE);
    let (of_target, units) = (unit(&Column::of(targets)), columns.iter().map(unit).collect::<Vec<f64>>());
    let first = &table.features()[..table.inputs()];
    let mut sums = vec![[0.0; 3]; table.inputs()];
    let (mut target_sum, mut target_squares) = (0.0, 0.0);
    for (features, target) in table.features().chunks_exact(table.inputs()).zip(targets) {
        let t = target / of_target - targets[0] / of_target;
        (target_sum, target_squares) = (target_sum + t, target_squares + t * t);
        for (at, [sum, squares, products]) in sums.iter_mut().enumerate() {
            let x = features[at] / units[at] - first[at] / units[at];
            (*sum, *squares, *products) = (*sum + x, *squares + x * x, *products + x * t);
        }
    }
    let n = targets.len() as f64;
    let of_targets = target_squares - target_sum * target_sum / n;
    let correlation = |[sum, squares, products]: [f64; 3]| {
        (products - sum * target_sum / n) / ((squares - sum * sum / n) * of_targets).sqrt()
    };
    sums.into_iter().map(correlation).collect()
}
