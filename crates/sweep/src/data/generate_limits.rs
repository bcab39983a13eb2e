//! Limits on the numbers of a generator.

use etascape_text::counted;

use super::error::{DataError, Location};
use super::generator::Generator;
use super::targets::MOST_CLASSES;

/// Numbers that a generator makes at most: 0.8 GB of them.
const MOST_NUMBERS: usize = 100_000_000;

/// Degree of a polynomial at most.
const MOST_DEGREE: usize = 1000;

/// The largest magnitude of noise, slopes and the like. Their sums are far from overflow.
const LARGEST: f64 = 1e100;

/// Checks the numbers of a generator.
pub(super) fn check(generator: &Generator) -> Result<(), DataError> {
    let (rows, inputs) = size(generator);
    count("rows", rows, MOST_NUMBERS)?;
    count("inputs", inputs, MOST_NUMBERS)?;
    if rows.checked_mul(inputs + 1).is_none_or(|numbers| numbers > MOST_NUMBERS) {
        let found = format!("{} of {}", counted(rows, "row"), counted(inputs + 1, "number"));
        return Err(Location::of("`data.generator`").invalid(found, format!("at most {MOST_NUMBERS} numbers in all")));
    }
    match *generator {
        Generator::Line { noise, slope, intercept, .. } => {
            deviation("noise", noise)?;
            finite("slope", slope)?;
            finite("intercept", intercept)
        }
        Generator::Circles { noise, factor, .. } => {
            deviation("noise", noise)?;
            if (0.0..1.0).contains(&factor) { Ok(()) } else { refuse("factor", factor, "0 or more, below 1") }
        }
        Generator::Spirals { noise, turns, .. } => {
            deviation("noise", noise)?;
            finite("turns", turns)
        }
        Generator::Blobs { centers, cluster_std, .. } => {
            count("centers", centers, MOST_CLASSES)?;
            deviation("cluster_std", cluster_std)
        }
        Generator::Moons { noise, .. } | Generator::Xor { noise, .. } => deviation("noise", noise),
        Generator::Chebyshev { degree, .. } if degree > MOST_DEGREE => {
            refuse("degree", degree, &format!("at most {MOST_DEGREE}"))
        }
        Generator::Gaussian { .. } | Generator::Chebyshev { .. } => Ok(()),
    }
}

/// Rows and features.
fn size(generator: &Generator) -> (usize, usize) {
    match *generator {
        Generator::Line { rows, .. } | Generator::Chebyshev { rows, .. } => (rows, 1),
        Generator::Gaussian { rows, inputs } | Generator::Blobs { rows, inputs, .. } => (rows, inputs),
        Generator::Moons { rows, .. }
        | Generator::Circles { rows, .. }
        | Generator::Spirals { rows, .. }
        | Generator::Xor { rows, .. } => (rows, 2),
    }
}

fn refuse<T>(key: &str, found: impl ToString, allowed: &str) -> Result<T, DataError> {
    Err(Location::of(format!("`data.generator.{key}`")).invalid(found.to_string(), allowed))
}

fn count(key: &str, n: usize, most: usize) -> Result<(), DataError> {
    if (1..=most).contains(&n) { Ok(()) } else { refuse(key, n, &format!("1 to {most}")) }
}

fn deviation(key: &str, x: f64) -> Result<(), DataError> {
    if (0.0..=LARGEST).contains(&x) { Ok(()) } else { refuse(key, x, &format!("0 to {LARGEST:e}")) }
}

fn finite(key: &str, x: f64) -> Result<(), DataError> {
    if x.abs() <= LARGEST { Ok(()) } else { refuse(key, x, &format!("-{LARGEST:e} to {LARGEST:e}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_meaning_are_errors() {
        let nan = f64::NAN;
        let cases = [
            (Generator::Moons { rows: 0, noise: 0.0 }, "`data.generator.rows`: found 0; allowed: 1 to"),
            (Generator::Xor { rows: usize::MAX, noise: 0.0 }, "`data.generator.rows`"),
            (Generator::Gaussian { rows: 10, inputs: 0 }, "`data.generator.inputs`: found 0"),
            (Generator::Gaussian { rows: 100_000, inputs: 1000 }, "found 100000 rows of 1001 numbers"),
            (Generator::Moons { rows: 5, noise: -0.1 }, "`data.generator.noise`: found -0.1"),
            (Generator::Spirals { rows: 5, noise: nan, turns: 1.0 }, "`data.generator.noise`: found NaN"),
            (Generator::Spirals { rows: 5, noise: 0.0, turns: nan }, "`data.generator.turns`: found NaN"),
            (Generator::Circles { rows: 5, noise: 0.0, factor: 1.0 }, "`data.generator.factor`: found 1"),
            (Generator::Line { rows: 5, noise: 0.0, slope: f64::INFINITY, intercept: 0.0 }, "`data.generator.slope`"),
            (Generator::Line { rows: 5, noise: 0.0, slope: 0.0, intercept: nan }, "`data.generator.intercept`"),
            (
                Generator::Blobs { rows: 5, inputs: 2, centers: 0, cluster_std: 1.0 },
                "`data.generator.centers`: found 0",
            ),
            (Generator::Blobs { rows: 5, inputs: 2, centers: 2, cluster_std: nan }, "`data.generator.cluster_std`"),
            (Generator::Chebyshev { rows: 5, degree: 1001 }, "`data.generator.degree`: found 1001"),
        ];
        for (generator, expected) in cases {
            let error = check(&generator).expect_err("is invalid").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
