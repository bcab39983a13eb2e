//! Rows held out, missing features filled in, features and targets standardised.

mod standardizer;

use etascape_core::{Purpose, Stream};

use super::error::{DataError, Location, quoted};

pub use standardizer::Standardizer;
pub(super) use standardizer::{standardize, standardize_target};

/// The features of a table, as they are trained on.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Features {
    /// Of the rows that train: `[row][feature]`.
    pub train: Vec<f64>,
    /// Of the rows that are held out.
    pub validation: Vec<f64>,
}

impl Features {
    /// Splits rows of a width into training and held-out rows, in place. Both keep their order.
    pub(super) fn split(mut rows: Vec<f64>, width: usize, held_out: &[bool]) -> Features {
        let mut validation = Vec::with_capacity(width * held_out.iter().filter(|held| **held).count());
        let mut kept = 0;
        for (row, held) in held_out.iter().enumerate() {
            let of_row = row * width..(row + 1) * width;
            if *held {
                validation.extend_from_slice(&rows[of_row]);
            } else {
                rows.copy_within(of_row, kept);
                kept += width;
            }
        }
        rows.truncate(kept);
        rows.shrink_to_fit();
        Features { train: rows, validation }
    }
}

/// Chooses the held-out rows: the first ones of a shuffled list. Their number is the rounded `fraction` of all rows, at
/// least one where the fraction is above 0, and never all.
pub(super) fn held_out(rows: usize, fraction: f64, seed: u64) -> Vec<bool> {
    let mut held = vec![false; rows];
    if fraction > 0.0 {
        let count = ((fraction * rows as f64).round() as usize).clamp(1, rows - 1);
        let mut order: Vec<usize> = (0..rows).collect();
        Stream::new(seed, Purpose::Split, 0).shuffle(&mut order);
        order[..count].iter().for_each(|&row| held[row] = true);
    }
    held
}

/// Gives every missing feature, which is NaN, the mean of its column over the training rows.
///
/// # Errors
///
/// Where no training row has a value of the column.
pub(super) fn fill(features: &mut [f64], names: &[String], held_out: &[bool]) -> Result<(), DataError> {
    let width = names.len();
    if !features.iter().any(|x| x.is_nan()) {
        return Ok(());
    }
    let mut known = vec![Known::default(); width];
    let mut each = |look: fn(&mut Known, f64)| {
        for (row, _) in features.chunks_exact(width).zip(held_out).filter(|(_, held)| !**held) {
            known.iter_mut().zip(row).filter(|(_, x)| !x.is_nan()).for_each(|(known, x)| look(known, *x));
        }
    };
    each(Known::count);
    each(Known::add);
    for row in features.chunks_exact_mut(width) {
        for ((x, known), name) in row.iter_mut().zip(&known).zip(names).filter(|((x, _), _)| x.is_nan()) {
            let Some(mean) = known.mean() else {
                let place = Location::of(format!("feature {}", quoted(name)));
                return Err(
                    place.invalid("no value in the rows that train", "at least one, for the mean of the column")
                );
            };
            *x = mean;
        }
    }
    Ok(())
}

/// The values of a column that are not missing.
#[derive(Clone, Default)]
struct Known {
    count: usize,
    /// The greatest magnitude, and its exponent.
    greatest: f64,
    exponent: i32,
    /// Of the values times 2^−exponent, so that no sum is too large.
    sum: f64,
}

impl Known {
    fn count(&mut self, x: f64) {
        self.count += 1;
        if x.abs() > self.greatest {
            self.greatest = x.abs();
            (_, self.exponent) = libm::frexp(self.greatest);
        }
    }

    /// Adds a value, once all are counted.
    fn add(&mut self, x: f64) {
        self.sum += libm::ldexp(x, -self.exponent);
    }

    /// `None` where there are no values.
    fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| libm::ldexp(self.sum / self.count as f64, self.exponent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(rows: usize, fraction: f64) -> usize {
        held_out(rows, fraction, 0).iter().filter(|&&held| held).count()
    }

    #[test]
    fn the_share_held_out_is_rounded_but_neither_none_nor_all() {
        assert_eq!(count(10, 0.0), 0);
        assert_eq!(count(10, 0.25), 3);
        assert_eq!(count(10, 0.24), 2);
        assert_eq!(count(10, 0.001), 1);
        assert_eq!(count(10, 0.999), 9);
        assert_eq!(count(2, 0.9), 1);
    }

    #[test]
    fn the_seed_chooses_and_every_row_is_chosen_equally_often() {
        let mut chosen = [0; 5];
        for seed in 0..2000 {
            held_out(5, 0.4, seed).iter().zip(&mut chosen).for_each(|(&held, n)| *n += u32::from(held));
        }
        // 800 expected of each, standard deviation √(2000 · 0.4 · 0.6) = 22: five of them.
        assert!(chosen.iter().all(|n| (690..910).contains(n)), "{chosen:?}");
        assert_eq!(held_out(50, 0.4, 7), held_out(50, 0.4, 7));
        assert_ne!(held_out(50, 0.4, 7), held_out(50, 0.4, 8));
    }

    #[test]
    fn both_parts_keep_the_order_of_the_rows() {
        let features = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5];
        let split = Features::split(features.to_vec(), 2, &[false, true, false]);
        assert_eq!((split.train, split.validation), (vec![0.0, 0.5, 2.0, 2.5], vec![1.0, 1.5]));
    }

    #[test]
    fn missing_features_become_the_mean_of_the_rows_that_train() {
        let nan = f64::NAN;
        let mut features = [1.0, nan, nan, 4.0, 100.0, nan, 3.0, 8.0];
        let names = ["a".to_string(), "b".to_string()];
        fill(&mut features, &names, &[false, false, true, false]).expect("has values");
        assert_eq!(features, [1.0, 6.0, 2.0, 4.0, 100.0, 6.0, 3.0, 8.0]);
        let mut large = [f64::MAX, f64::MAX, nan];
        fill(&mut large, &names[..1], &[false; 3]).expect("has values");
        assert_eq!(large, [f64::MAX; 3]);
        let error = fill(&mut [nan, 1.0], &names[..1], &[false, true]).expect_err("has none").to_string();
        assert!(error.starts_with("feature `a`: found no value in the rows that train"), "{error}");
    }
}
