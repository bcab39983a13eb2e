//! Features and targets standardised: mean 0 and variance 1 over the training rows.

use etascape_text::format_number;

use super::Features;
use crate::data::error::{DataError, Location, quoted};

/// A column counts as constant where its spread is at most this share of its greatest magnitude. Rounding noise is a few ε;
/// measured features vary by far more. So the bound does not depend on the number of rows.
const NOISE: f64 = 64.0 * f64::EPSILON;

/// A mean is corrected where its error, in standard deviations, is at least this. The error of the variance is its square:
/// below this bound it is below ε.
const MEAN_OFF: f64 = 1.0 / (1 << 26) as f64;

/// `x ← (x − mean)/√variance` for each feature, by the mean and the population variance of the training rows. A feature
/// whose spread over them is rounding noise counts as constant: it becomes 0, in the held-out rows too.
///
/// # Errors
///
/// Where a held-out value lies so far from the training rows that its standardised value is beyond an f64.
pub(in crate::data) fn standardize(features: &mut Features, names: &[String]) -> Result<(), DataError> {
    let scales = Standardizer::of_columns(&features.train, names.len());
    for rows in [&mut features.train, &mut features.validation] {
        for row in rows.chunks_exact_mut(names.len()) {
            for ((x, scale), name) in row.iter_mut().zip(&scales).zip(names) {
                match scale {
                    None => *x = 0.0,
                    Some(scale) => scale.replace(x, || Location::of(format!("feature {}", quoted(name))))?,
                }
            }
        }
    }
    Ok(())
}

/// The same for targets that are quantities, those that train and those held out. Returns what was applied.
///
/// # Errors
///
/// Where the targets are constant over the training rows, and as for features.
pub(in crate::data) fn standardize_target([train, validation]: [&mut [f64]; 2]) -> Result<Standardizer, DataError> {
    let place = || Location::of("the targets");
    let Some(scale) = Standardizer::of_columns(train, 1)[0] else {
        let found = format!("{} in every row that trains", format_number(train[0]));
        return Err(place().invalid(found, "targets that vary, where `data.standardize_target` is true"));
    };
    train.iter_mut().chain(validation).try_for_each(|x| scale.replace(x, place))?;
    Ok(scale)
}

/// The mean and the deviation of a column, which become 0 and 1.
///
/// Everything is computed on values times 2^−exponent, so that the greatest magnitude lies in [½, 1). No sum or square then
/// leaves the range of an f64. For values of ordinary size the exponent changes no bit of the result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standardizer {
    exponent: i32,
    mean: f64,
    correction: f64,
    deviation: f64,
}

impl Standardizer {
    /// From columns of values, `[row][column]`; `None` for each that counts as constant. All columns are read together, row
    /// after row.
    pub(in crate::data) fn of_columns(values: &[f64], width: usize) -> Vec<Option<Standardizer>> {
        let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); width];
        for row in values.chunks_exact(width) {
            ranges.iter_mut().zip(row).for_each(|(range, &x)| *range = (range.0.min(x), range.1.max(x)));
        }
        let magnitudes: Vec<(f64, i32)> =
            ranges.iter().map(|(least, greatest)| libm::frexp(greatest.abs().max(least.abs()))).collect();
        let scaled = |column: usize, x: f64| libm::ldexp(x, -magnitudes[column].1);
        let means = column_means(values, width, scaled);
        // Where values lie close together and far from 0, the rounding of their sum can exceed their distances.
        let off = column_means(values, width, |column, x| scaled(column, x) - means[column]);
        let deviations = |corrections: &[f64]| -> Vec<f64> {
            let squares = column_means(values, width, |column, x| {
                let difference = scaled(column, x) - means[column] - corrections[column];
                difference * difference
            });
            squares.into_iter().map(f64::sqrt).collect()
        };
        let is_off = off.iter().zip(deviations(&off)).map(|(off, deviation)| off.abs() > MEAN_OFF * deviation);
        let corrections: Vec<f64> =
            off.iter().zip(is_off).map(|(off, is_off)| if is_off { *off } else { 0.0 }).collect();
        let deviations = deviations(&corrections);
        let of = |column: usize| {
            let ((magnitude, exponent), (least, greatest)) = (magnitudes[column], ranges[column]);
            let varies = scaled(column, greatest) - scaled(column, least) > NOISE * magnitude;
            let (mean, correction, deviation) = (means[column], corrections[column], deviations[column]);
            varies.then_some(Standardizer { exponent, mean, correction, deviation })
        };
        (0..width).map(of).collect()
    }

    /// Standardises a value. `place` is where it stands.
    fn replace(&self, x: &mut f64, place: impl Fn() -> Location) -> Result<(), DataError> {
        let standardised = self.apply(*x);
        if !standardised.is_finite() {
            let found = format!("the held-out value {}", format_number(*x));
            let allowed = "values whose distance from the training rows' mean, in their standard deviations, is finite";
            return Err(place().invalid(found, allowed));
        }
        *x = standardised;
        Ok(())
    }

    /// The value whose standardised value is given.
    pub fn undo(&self, standardised: f64) -> f64 {
        libm::ldexp(standardised * self.deviation + self.correction + self.mean, self.exponent)
    }

    /// The standardised value.
    pub fn apply(&self, x: f64) -> f64 {
        (libm::ldexp(x, -self.exponent) - self.mean - self.correction) / self.deviation
    }
}

/// For each column the mean of a function of its values.
fn column_means(values: &[f64], width: usize, of: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let mut sums = vec![0.0; width];
    for row in values.chunks_exact(width) {
        sums.iter_mut().zip(row).enumerate().for_each(|(column, (sum, &x))| *sum += of(column, x));
    }
    let n = (values.len() / width) as f64;
    sums.into_iter().map(|sum| sum / n).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Column 0 of the training rows is 2, 4, 4, 6: mean 4, variance 2. Column 1 is constant at 0.1, but for a
    /// held-out row.
    #[test]
    fn features_are_standardised_by_the_training_rows() {
        let features = [2.0, 0.1, 4.0, 0.1, 100.0, 5.1, 4.0, 0.1, 6.0, 0.1];
        let mut features = Features::split(features.to_vec(), 2, &[false, false, true, false, false]);
        standardize(&mut features, &["a".into(), "b".into()]).expect("is finite");
        let root = 2f64.sqrt();
        assert_eq!(features.train, [-2.0 / root, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0 / root, 0.0]);
        assert_eq!(features.validation, [96.0 / root, 0.0]);
    }

    /// A column of training rows, standardised.
    fn standardised(column: &[f64]) -> Vec<f64> {
        let mut features = Features::split(column.to_vec(), 1, &vec![false; column.len()]);
        standardize(&mut features, &["a".into()]).expect("is finite");
        features.train
    }

    /// The formula as it is written, without regard to its range.
    fn plain(column: &[f64]) -> Vec<f64> {
        let n = column.len() as f64;
        let mean = column.iter().sum::<f64>() / n;
        let variance = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
        column.iter().map(|x| (x - mean) / variance.sqrt()).collect()
    }

    fn bits(column: &[f64]) -> Vec<u64> {
        column.iter().map(|x| x.to_bits()).collect()
    }

    proptest! {
        /// Columns of ordinary size give the bits of the plain formula; times a power of two, wherever that is exact, too.
        #[test]
        fn the_unit_of_a_feature_does_not_matter(
            column in proptest::collection::vec(-1.0f64..1.0, 2..50),
            offset in -100.0f64..100.0,
            size in -60..60i32,
            unit in -900..1010i32,
        ) {
            let column: Vec<f64> = column.iter().map(|x| libm::ldexp(x + offset, size)).collect();
            let expected = bits(&plain(&column));
            prop_assert_eq!(bits(&standardised(&column)), expected.clone());
            let scaled: Vec<f64> = column.iter().map(|x| libm::ldexp(*x, unit - size)).collect();
            prop_assume!(scaled.iter().all(|x| x.is_finite()));
            prop_assert_eq!(bits(&standardised(&scaled)), expected);
        }
    }

    #[test]
    fn features_at_the_ends_of_the_range_are_standardised() {
        let root = 1.5f64.sqrt();
        for size in [5e-324, 1e-300, 1e160, 8e307] {
            let column = standardised(&[0.0, size, 2.0 * size]);
            assert!(column.iter().zip([-root, 0.0, root]).all(|(x, y)| (x - y).abs() < 1e-15), "{size:e}: {column:?}");
        }
        assert_eq!(standardised(&[f64::MAX, -f64::MAX]), [1.0, -1.0]);
    }

    /// 0.1 summed a million times is off by 10⁻¹¹ of itself, a hundred times the distances of these values.
    #[test]
    fn close_values_far_from_zero_have_mean_0_and_variance_1() {
        let column: Vec<f64> = (0..1_000_000).map(|i| 0.1 + 1e-14 * f64::from(i % 10)).collect();
        let standardised = standardised(&column);
        let mean = |power: i32| standardised.iter().map(|x| if power == 1 { *x } else { x * x }).sum::<f64>() / 1e6;
        assert!(mean(1).abs() < 1e-7 && (mean(2) - 1.0).abs() < 1e-7, "{} {}", mean(1), mean(2));
    }

    #[test]
    fn rounding_noise_counts_as_constant() {
        for size in [1e-300, 0.3, -7.0, 1e160] {
            let noisy: Vec<f64> = (0..9).map(|i| size * (1.0 + f64::from(i % 5) * f64::EPSILON)).collect();
            assert_eq!(standardised(&noisy), [0.0; 9], "{size:e}");
            let real: Vec<f64> = (0..9).map(|i| size * (1.0 + f64::from(i % 5) * 1e-13)).collect();
            assert!(standardised(&real).iter().any(|x| x.abs() > 1.0), "{size:e}");
        }
        assert_eq!(standardised(&[0.1 + 0.2, 0.3, 0.3]), [0.0; 3]);
        assert_eq!(standardised(&[0.0, -0.0]), [0.0; 2]);
    }

    #[test]
    fn targets_are_standardised_by_the_training_rows_and_back() {
        let (mut train, mut validation) = ([2.0, 4.0, 4.0, 6.0], [100.0]);
        let scale = standardize_target([&mut train, &mut validation]).expect("varies");
        let root = 2f64.sqrt();
        assert_eq!(train, [-2.0 / root, 0.0, 0.0, 2.0 / root]);
        assert_eq!(validation, [96.0 / root]);
        assert!((scale.undo(validation[0]) - 100.0).abs() < 1e-12);
        assert_eq!(scale.undo(0.0), 4.0);
        let error = standardize_target([&mut [3.5, 3.5], &mut []]).expect_err("is constant").to_string();
        assert!(error.starts_with("the targets: found 3.5 in every row that trains"), "{error}");
    }

    #[test]
    fn what_cannot_be_standardised_is_an_error_with_short_numbers() {
        let mut features = Features { train: vec![0.0, 1e-300], validation: vec![1e300] };
        let error = standardize(&mut features, &["a".into()]).expect_err("overflows").to_string();
        assert!(error.starts_with("feature `a`: found the held-out value 1e300; allowed: "), "{error}");
    }
}
