//! Rows held out, and features standardised.

use etascape_core::{Data, Purpose, Rows, Stream};

use super::error::{DataError, Place, quoted};

/// Which rows are held out: `fraction` of them, rounded, but at least one where the fraction is above 0, and not all.
/// The first ones of a shuffled list of all.
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

/// Puts each row where it belongs, in the order of the rows.
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

/// `x ← (x − mean)/√variance` for each feature, by the mean and the population variance of the training rows. A feature
/// that is constant over them is centred only.
pub(super) fn standardize(data: &mut Data, names: &[String]) -> Result<(), DataError> {
    for (input, name) in names.iter().enumerate() {
        let (mean, deviation) = moments(&data.train, input);
        for rows in [&mut data.train, &mut data.validation] {
            for x in rows.features.iter_mut().skip(input).step_by(names.len()) {
                *x = (*x - mean) / deviation;
                if !x.is_finite() {
                    return Err(Place::of(format!("feature {}", quoted(name))).invalid(
                        format!("mean {mean} and standard deviation {deviation}"),
                        "a feature whose standardised values are finite",
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Mean and standard deviation; of a constant, itself and 1.
fn moments(rows: &Rows, input: usize) -> (f64, f64) {
    let column = || rows.features.iter().skip(input).step_by(rows.inputs);
    let first = rows.features[input];
    if column().all(|&x| x == first) {
        return (first, 1.0);
    }
    let n = rows.len() as f64;
    let mean = column().sum::<f64>() / n;
    let variance = column().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    (mean, variance.sqrt())
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
        let data = split(2, &features, &[10.0, 11.0, 12.0], &[false, true, false]);
        assert_eq!((data.train.features, data.train.targets), (vec![0.0, 0.5, 2.0, 2.5], vec![10.0, 12.0]));
        assert_eq!((data.validation.features, data.validation.targets), (vec![1.0, 1.5], vec![11.0]));
    }

    /// Column 0 of the training rows is 2, 4, 4, 6: mean 4, variance 2. Column 1 is constant at 0.1.
    #[test]
    fn features_are_standardised_by_the_training_rows() {
        let features = [2.0, 0.1, 4.0, 0.1, 100.0, 5.1, 4.0, 0.1, 6.0, 0.1];
        let mut data = split(2, &features, &[0.0; 5], &[false, false, true, false, false]);
        standardize(&mut data, &["a".into(), "b".into()]).expect("is finite");
        let root = 2f64.sqrt();
        assert_eq!(data.train.features, [-2.0 / root, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0 / root, 0.0]);
        assert_eq!(data.validation.features, [96.0 / root, 5.0]);
    }

    #[test]
    fn what_cannot_be_standardised_is_an_error() {
        for pair in [[1e308, 1.7e308], [0.0, 1e-200]] {
            let mut data = split(1, &pair, &[0.0, 0.0], &[false, false]);
            let error = standardize(&mut data, &["a".into()]).expect_err("overflows").to_string();
            assert!(error.contains("feature `a`"), "{error}");
        }
    }
}
