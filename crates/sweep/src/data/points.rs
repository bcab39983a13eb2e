//! Rows that stand in the config itself.

use super::content::Content;
use super::error::{DataError, Location};

const ALLOWED: &str = "finite numbers, as many in each row, at least two: the features and then the target";

/// The rows of `data.points`; row numbers in errors count from 0.
pub(super) fn read(points: &[Vec<f64>]) -> Result<Content, DataError> {
    let Some(first) = points.first() else {
        return Err(Location::of("`data.points`").invalid("no rows", "at least one row"));
    };
    for (index, row) in points.iter().enumerate() {
        check(row, first.len())
            .map_err(|found| Location::of(format!("`data.points`, row {index}")).invalid(found, ALLOWED))?;
    }
    let inputs = first.len() - 1;
    let features = points.iter().flat_map(|row| &row[..inputs]).copied().collect();
    let targets = points.iter().map(|row| row[inputs]).collect();
    Ok(Content::unnamed(inputs, features, targets))
}

/// Checks a row: as long as the first, all numbers finite. The error says what was found.
fn check(row: &[f64], length: usize) -> Result<(), String> {
    if row.len() < 2 {
        return Err(format!("a row of length {}", row.len()));
    }
    if row.len() != length {
        return Err(format!("a row of length {}, where row 0 has {length}", row.len()));
    }
    match row.iter().find(|x| !x.is_finite()) {
        Some(x) => Err(x.to_string()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::targets::Targets;

    #[test]
    fn the_last_number_is_the_target() {
        let content = read(&[vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]]).expect("is valid");
        assert_eq!(content.names, ["x0", "x1"]);
        assert_eq!(content.features, [1.0, 2.0, 4.0, 5.0]);
        assert_eq!(content.targets, Targets::Numbers(vec![3.0, 6.0]));
    }

    #[test]
    fn bad_rows_are_named() {
        for (points, expected) in [
            (vec![], "`data.points`: found no rows"),
            (vec![vec![]], "row 0: found a row of length 0"),
            (vec![vec![1.0]], "row 0: found a row of length 1"),
            (vec![vec![1.0, 2.0], vec![1.0]], "row 1: found a row of length 1"),
            (vec![vec![1.0, 2.0], vec![1.0, 2.0, 3.0]], "row 1: found a row of length 3, where row 0 has 2"),
            (vec![vec![1.0, 2.0], vec![f64::NAN, 2.0]], "row 1: found NaN"),
            (vec![vec![1.0, f64::NEG_INFINITY]], "row 0: found -inf"),
        ] {
            let error = read(&points).expect_err("is invalid").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
