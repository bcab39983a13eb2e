//! Rows held out, missing features filled in, features and targets standardised.

use etascape_core::{Data, Purpose, Rows, Stream};
use etascape_text::format_number;

use super::error::{DataError, Location, quoted};

/// A column counts as constant where its spread is at most this share of its greatest magnitude. Rounding noise is a few ε;
/// measured features vary by far more. So the bound does not depend on the number of rows.
const NOISE: f64 = 64.0 * f64::EPSILON;

/// A mean is corrected where its error, in standard deviations, is at least this. The error of the variance is its square:
/// below this bound it is below ε.
const MEAN_OFF: f64 = 1.0 / (1 << 26) as f64;

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

/// Splits rows into training and held-out rows. Both keep their order.
pub(super) fn split(inputs: usize, features: &[f64], targets: &[f64], held_out: &[bool]) -> Data {
    let empty = || Rows { inputs, ..Rows::default() };
    let mut data = Data::new(empty(), empty());
    for (row, (&target, &held)) in targets.iter().zip(held_out).enumerate() {
        let rows = if held { &mut data.validation } else { &mut data.train };
        rows.features.extend_from_slice(&features[row * inputs..(row + 1) * inputs]);
        rows.targets.push(target);
    }
    data
}

/// Gives every missing feature, which is NaN, the mean of its column over the training rows.
///
/// # Errors
///
/// Where no training row has a value of the column.
pub(super) fn fill(features: &mut [f64], names: &[String], held_out: &[bool]) -> Result<(), DataError> {
    let width = names.len();
    let mut lacks = vec![false; width];
    for row in features.chunks_exact(width) {
        row.iter().zip(&mut lacks).for_each(|(x, lacks)| *lacks |= x.is_nan());
    }
    for column in (0..width).filter(|column| lacks[*column]) {
        let trained = features.iter().skip(column).step_by(width).zip(held_out).filter(|(_, held)| !**held);
        let known = || trained.clone().map(|(x, _)| *x).filter(|x| !x.is_nan());
        let Some(mean) = mean(known) else {
            let place = Location::of(format!("feature {}", quoted(&names[column])));
            return Err(place.invalid("no value in the rows that train", "at least one, for the mean of the column"));
        };
        features.iter_mut().skip(column).step_by(width).filter(|x| x.is_nan()).for_each(|x| *x = mean);
    }
    Ok(())
}

/// The mean of some numbers, none of which is too large for it; `None` where there are none.
fn mean<I: Iterator<Item = f64>>(column: impl Fn() -> I) -> Option<f64> {
    let greatest = column().fold(0.0, |greatest: f64, x| greatest.max(x.abs()));
    let (_, exponent) = libm::frexp(greatest);
    let n = column().count();
    let sum = column().map(|x| libm::ldexp(x, -exponent)).sum::<f64>();
    (n > 0).then(|| libm::ldexp(sum / n as f64, exponent))
}

/// `x ← (x − mean)/√variance` for each feature, by the mean and the population variance of the training rows. A feature
/// whose spread over them is rounding noise counts as constant: it becomes 0, in the held-out rows too.
///
/// # Errors
///
/// Where a held-out value lies so far from the training rows that its standardised value is beyond an f64.
pub(super) fn standardize(data: &mut Data, names: &[String]) -> Result<(), DataError> {
    let width = names.len();
    for (input, name) in names.iter().enumerate() {
        let scale = Standardizer::of(|| data.train.features.iter().skip(input).step_by(width).copied());
        for rows in [&mut data.train, &mut data.validation] {
            let column = rows.features.iter_mut().skip(input).step_by(width);
            match &scale {
                None => column.for_each(|x| *x = 0.0),
                Some(scale) => scale.apply_to(column, || Location::of(format!("feature {}", quoted(name))))?,
            }
        }
    }
    Ok(())
}

/// The same for targets that are quantities. Returns what was applied.
///
/// # Errors
///
/// Where the targets are constant over the training rows, and as for features.
pub(super) fn standardize_target(data: &mut Data) -> Result<Standardizer, DataError> {
    let place = || Location::of("the targets");
    let Some(scale) = Standardizer::of(|| data.train.targets.iter().copied()) else {
        let found = format!("{} in every row that trains", format_number(data.train.targets[0]));
        return Err(place().invalid(found, "targets that vary, where `data.standardize_target` is true"));
    };
    for rows in [&mut data.train, &mut data.validation] {
        scale.apply_to(rows.targets.iter_mut(), place)?;
    }
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
    /// From the values of a column; `None` where it counts as constant.
    fn of<I: Iterator<Item = f64>>(column: impl Fn() -> I) -> Option<Standardizer> {
        let (least, greatest) = column().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let (magnitude, exponent) = libm::frexp(greatest.abs().max(least.abs()));
        let scaled = |x| libm::ldexp(x, -exponent);
        if scaled(greatest) - scaled(least) <= NOISE * magnitude {
            return None;
        }
        let n = column().count() as f64;
        let mean = column().map(scaled).sum::<f64>() / n;
        let deviation = |correction: f64| {
            let squares = column().map(|x| scaled(x) - mean - correction).map(|difference| difference * difference);
            (squares.sum::<f64>() / n).sqrt()
        };
        // Where values lie close together and far from 0, the rounding of their sum can exceed their distances.
        let off = column().map(|x| scaled(x) - mean).sum::<f64>() / n;
        let correction = if off.abs() > MEAN_OFF * deviation(off) { off } else { 0.0 };
        Some(Standardizer { exponent, mean, correction, deviation: deviation(correction) })
    }

    /// Standardises values. `place` is where they stand.
    fn apply_to<'a>(
        &self,
        values: impl Iterator<Item = &'a mut f64>,
        place: impl Fn() -> Location,
    ) -> Result<(), DataError> {
        for x in values {
            let standardised = self.apply(*x);
            if !standardised.is_finite() {
                let found = format!("the held-out value {}", format_number(*x));
                let allowed =
                    "values whose distance from the training rows' mean, in their standard deviations, is finite";
                return Err(place().invalid(found, allowed));
            }
            *x = standardised;
        }
        Ok(())
    }

    /// The value whose standardised value is given.
    pub fn undo(&self, standardised: f64) -> f64 {
        libm::ldexp(standardised * self.deviation + self.correction + self.mean, self.exponent)
    }

    /// The standardised value.
    fn apply(&self, x: f64) -> f64 {
        (libm::ldexp(x, -self.exponent) - self.mean - self.correction) / self.deviation
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        let data = split(2, &features, &[10.0, 11.0, 12.0], &[false, true, false]);
        assert_eq!((data.train.features, data.train.targets), (vec![0.0, 0.5, 2.0, 2.5], vec![10.0, 12.0]));
        assert_eq!((data.validation.features, data.validation.targets), (vec![1.0, 1.5], vec![11.0]));
    }

    /// Column 0 of the training rows is 2, 4, 4, 6: mean 4, variance 2. Column 1 is constant at 0.1, but for a
    /// held-out row.
    #[test]
    fn features_are_standardised_by_the_training_rows() {
        let features = [2.0, 0.1, 4.0, 0.1, 100.0, 5.1, 4.0, 0.1, 6.0, 0.1];
        let mut data = split(2, &features, &[0.0; 5], &[false, false, true, false, false]);
        standardize(&mut data, &["a".into(), "b".into()]).expect("is finite");
        let root = 2f64.sqrt();
        assert_eq!(data.train.features, [-2.0 / root, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0 / root, 0.0]);
        assert_eq!(data.validation.features, [96.0 / root, 0.0]);
    }

    /// A column of training rows, standardised.
    fn standardised(column: &[f64]) -> Vec<f64> {
        let mut data = split(1, column, &vec![0.0; column.len()], &vec![false; column.len()]);
        standardize(&mut data, &["a".into()]).expect("is finite");
        data.train.features
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

    #[test]
    fn targets_are_standardised_by_the_training_rows_and_back() {
        let read = [2.0, 4.0, 4.0, 100.0, 6.0];
        let mut data = split(1, &[0.0; 5], &read, &[false, false, false, true, false]);
        let scale = standardize_target(&mut data).expect("varies");
        let root = 2f64.sqrt();
        assert_eq!(data.train.targets, [-2.0 / root, 0.0, 0.0, 2.0 / root]);
        assert_eq!(data.validation.targets, [96.0 / root]);
        assert!((scale.undo(data.validation.targets[0]) - 100.0).abs() < 1e-12);
        assert_eq!(scale.undo(0.0), 4.0);
        let mut constant = split(1, &[1.0, 2.0], &[3.5, 3.5], &[false; 2]);
        let error = standardize_target(&mut constant).expect_err("is constant").to_string();
        assert!(error.starts_with("the targets: found 3.5 in every row that trains"), "{error}");
    }

    #[test]
    fn what_cannot_be_standardised_is_an_error_with_short_numbers() {
        let mut data = split(1, &[0.0, 1e-300, 1e300], &[0.0; 3], &[false, false, true]);
        let error = standardize(&mut data, &["a".into()]).expect_err("overflows").to_string();
        assert!(error.starts_with("feature `a`: found the held-out value 1e300; allowed: "), "{error}");
    }
}
