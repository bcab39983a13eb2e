//! What the columns of a table are like.

/// What a few passes over a column of features tell, held-out rows included.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSummary {
    /// The least value.
    pub least: f64,
    /// The least value above it; infinite where there is none.
    pub second: f64,
    /// The greatest value.
    pub greatest: f64,
    /// Whether every value is a whole number.
    pub is_whole: bool,
    /// Whether every value is above the one before.
    pub rises: bool,
    /// Pearson's correlation with the targets, where these are numbers or two texts; NaN for a constant.
    pub correlation: Option<f64>,
    last: f64,
}

impl ColumnSummary {
    const EMPTY: ColumnSummary = ColumnSummary {
        least: f64::INFINITY,
        second: f64::INFINITY,
        greatest: f64::NEG_INFINITY,
        is_whole: true,
        rises: true,
        correlation: None,
        last: f64::NEG_INFINITY,
    };

    /// The columns of features, `[row][column]`. `targets` are the targets as numbers.
    pub(super) fn of_columns(features: &[f64], width: usize, targets: Option<&[f64]>) -> Vec<ColumnSummary> {
        let mut columns = vec![ColumnSummary::EMPTY; width];
        for row in features.chunks_exact(width) {
            columns.iter_mut().zip(row).for_each(|(column, x)| column.add(*x));
        }
        if let Some(targets) = targets {
            let correlations = correlations(features, &columns, targets);
            columns.iter_mut().zip(correlations).for_each(|(column, one)| column.correlation = Some(one));
        }
        columns
    }

    fn add(&mut self, x: f64) {
        if x < self.least {
            (self.least, self.second) = (x, self.least);
        } else if x > self.least && x < self.second {
            self.second = x;
        }
        self.greatest = self.greatest.max(x);
        self.is_whole &= x == x.trunc();
        self.rises &= x > self.last;
        self.last = x;
    }

    /// Whether all values are the same.
    pub fn is_constant(&self) -> bool {
        self.least == self.greatest
    }

    /// The greatest magnitude.
    pub fn size(&self) -> f64 {
        self.least.abs().max(self.greatest.abs())
    }
}

/// Pearson's correlation of each feature with the targets.
fn correlations(features: &[f64], columns: &[ColumnSummary], targets: &[f64]) -> Vec<f64> {
    // Distances from the first row, in units of the range, keep sums small and exact enough.
    let unit = |least: f64, greatest: f64| (greatest / 2.0 - least / 2.0).max(f64::MIN_POSITIVE);
    let units: Vec<f64> = columns.iter().map(|column| unit(column.least, column.greatest)).collect();
    let range = (f64::INFINITY, f64::NEG_INFINITY);
    let (least, greatest) = targets.iter().fold(range, |(least, greatest), t| (least.min(*t), greatest.max(*t)));
    let of_target = unit(least, greatest);
    let first = &features[..columns.len()];
    let mut sums = vec![[0.0; 3]; columns.len()];
    let (mut target_sum, mut target_squares) = (0.0, 0.0);
    for (features, target) in features.chunks_exact(columns.len()).zip(targets) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(column: &[f64]) -> ColumnSummary {
        ColumnSummary::of_columns(column, 1, None).remove(0)
    }

    #[test]
    fn a_column_is_summed_up() {
        let column = of(&[3.0, -999.0, 0.5, 3.0]);
        assert_eq!((column.least, column.second, column.greatest), (-999.0, 0.5, 3.0));
        assert!(!column.is_whole && !column.rises && column.size() == 999.0);
        let ids = of(&[1.0, 2.0, 5.0]);
        assert!(ids.is_whole && ids.rises && !ids.is_constant());
        let constant = of(&[2.0, 2.0]);
        assert!(constant.is_constant() && !constant.rises && constant.second == f64::INFINITY);
    }

    #[test]
    fn correlations_are_those_of_pearson() {
        let columns = ColumnSummary::of_columns(&[1.0, 5.0, 2.0, 5.0, 4.0, 5.0], 2, Some(&[-2.0, -4.0, -8.0]));
        assert!((columns[0].correlation.expect("is known") + 1.0).abs() < 1e-12);
        assert!(columns[1].correlation.expect("is known").is_nan());
        let exact = ColumnSummary::of_columns(&[1.0, 2.0, 3.0], 1, Some(&[1.0, 3.0, 2.0]));
        assert!((exact[0].correlation.expect("is known") - 0.5).abs() < 1e-12);
    }
}
