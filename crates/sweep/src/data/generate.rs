//! Rows made by a formula and a random stream.

use std::f64::consts::{PI, TAU};

use etascape_core::{Purpose, Stream};

use super::classes::{MOST_CLASSES, Targets};
use super::error::{DataError, Place};
use super::table::{Content, input_names};

/// Numbers that a generator makes at most: 0.8 GB of them.
const MOST_NUMBERS: usize = 100_000_000;

/// A kind of generated rows, with its numbers. N is a standard normal draw, a new one at every mention.
///
/// Spacing is as NumPy's `linspace`, from the first value to the last where both ends belong.
#[derive(Debug, Clone, PartialEq)]
pub enum Generator {
    /// x evenly on [−1, 1]; `t = slope · x + intercept + noise · N`.
    Line {
        /// Number of rows.
        rows: usize,
        /// Standard deviation of the noise on t.
        noise: f64,
        /// Slope of the line.
        slope: f64,
        /// t at x = 0.
        intercept: f64,
    },
    /// Every feature and the target are N: there is nothing to learn but the rows themselves (Sohl-Dickstein 2024).
    Gaussian {
        /// Number of rows.
        rows: usize,
        /// Number of features.
        inputs: usize,
    },
    /// Two half circles: class 0 is `(cos a, sin a)`, class 1 is `(1 − cos a, ½ − sin a)`, a evenly on [0, π]; then
    /// `noise · N` on both coordinates. Class 0 has ⌊rows/2⌋ rows and comes first (scikit-learn's `make_moons`).
    Moons {
        /// Number of rows.
        rows: usize,
        /// Standard deviation of the noise.
        noise: f64,
    },
    /// Two circles: class 0 is `(cos a, sin a)`, class 1 is `factor · (cos a, sin a)`, a evenly on [0, 2π); then
    /// `noise · N` on both coordinates. Class 0 has ⌊rows/2⌋ rows and comes first (scikit-learn's `make_circles`).
    Circles {
        /// Number of rows.
        rows: usize,
        /// Standard deviation of the noise.
        noise: f64,
        /// Radius of the inner circle, in [0, 1).
        factor: f64,
    },
    /// One normal cloud for each class c: `x = centre_c + cluster_std · N`, the centres drawn first, uniformly from
    /// [−10, 10)^inputs. Row i is of class `i mod centers`.
    Blobs {
        /// Number of rows.
        rows: usize,
        /// Number of features.
        inputs: usize,
        /// Number of classes.
        centers: usize,
        /// Standard deviation of a cloud in every direction.
        cluster_std: f64,
    },
    /// Two spirals: class c is `s · (cos a, sin a)`, `a = 2π turns s + πc`, with s evenly on (0, 1]; then `noise · N` on
    /// both coordinates. Class 0 has ⌊rows/2⌋ rows and comes first.
    Spirals {
        /// Number of rows.
        rows: usize,
        /// Standard deviation of the noise.
        noise: f64,
        /// Turns of each arm.
        turns: f64,
    },
    /// `(x0, x1)` uniform on [−1, 1)²; class 1 where exactly one of them is above 0; then `noise · N` on both.
    Xor {
        /// Number of rows.
        rows: usize,
        /// Standard deviation of the noise.
        noise: f64,
    },
    /// x evenly on [−1, 1]; `t = T_degree(x)`, by `T₀ = 1, T₁ = x, Tₖ₊₁ = 2x Tₖ − Tₖ₋₁` (Cohen et al. 2021 learn degrees 4
    /// and 5 from 20 rows).
    Chebyshev {
        /// Number of rows.
        rows: usize,
        /// Degree of the polynomial.
        degree: usize,
    },
}

/// The rows of a generator under a seed.
pub(super) fn generate(generator: &Generator, seed: u64) -> Result<Content, DataError> {
    check(generator)?;
    let stream = &mut Stream::new(seed, Purpose::Generator, 0);
    Ok(match *generator {
        Generator::Line { rows, noise, slope, intercept } => {
            curve(rows, |x| slope * x + intercept + noise * stream.normal())
        }
        Generator::Chebyshev { rows, degree } => curve(rows, |x| chebyshev(degree, x)),
        Generator::Gaussian { rows, inputs } => gaussian(rows, inputs, stream),
        Generator::Blobs { rows, inputs, centers, cluster_std } => blobs(rows, inputs, centers, cluster_std, stream),
        Generator::Xor { rows, noise } => xor(rows, noise, stream),
        Generator::Moons { rows, noise } => two_classes(rows, noise, stream, |class, i, n| {
            let (sin, cos) = libm::sincos(PI * share(i, n));
            if class == 0 { [cos, sin] } else { [1.0 - cos, 0.5 - sin] }
        }),
        Generator::Circles { rows, noise, factor } => two_classes(rows, noise, stream, |class, i, n| {
            let (sin, cos) = libm::sincos(TAU * i as f64 / n as f64);
            let radius = if class == 0 { 1.0 } else { factor };
            [radius * cos, radius * sin]
        }),
        Generator::Spirals { rows, noise, turns } => two_classes(rows, noise, stream, |class, i, n| {
            let s = (i + 1) as f64 / n as f64;
            let (sin, cos) = libm::sincos(TAU * turns * s + PI * class as f64);
            [s * cos, s * sin]
        }),
    })
}

/// Refuses what the formulas have no meaning for.
fn check(generator: &Generator) -> Result<(), DataError> {
    let (rows, inputs) = size(generator);
    count("rows", rows, MOST_NUMBERS)?;
    count("inputs", inputs, MOST_NUMBERS)?;
    if rows.checked_mul(inputs + 1).is_none_or(|numbers| numbers > MOST_NUMBERS) {
        let found = format!("{rows} rows of {} numbers", inputs + 1);
        return Err(Place::of("`data.generator`").invalid(found, format!("at most {MOST_NUMBERS} numbers in all")));
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

/// Degree of a polynomial at most.
const MOST_DEGREE: usize = 1000;

/// Size of noise, slopes and the like at most: far from where sums of them would overflow.
const LARGEST: f64 = 1e100;

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
    Err(Place::of(format!("`data.generator.{key}`")).invalid(found.to_string(), allowed))
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

/// The i-th of n numbers evenly on [0, 1]; 0 where there is only one.
fn share(i: usize, n: usize) -> f64 {
    if n < 2 { 0.0 } else { i as f64 / (n - 1) as f64 }
}

/// t as a function of x, evenly on [−1, 1].
fn curve(rows: usize, mut target: impl FnMut(f64) -> f64) -> Content {
    let features: Vec<f64> = (0..rows).map(|i| 2.0 * share(i, rows) - 1.0).collect();
    let targets = Targets::Numbers(features.iter().map(|&x| target(x)).collect());
    Content { names: input_names(1), features, targets }
}

fn chebyshev(degree: usize, x: f64) -> f64 {
    let mut pair = (1.0, x);
    for _ in 0..degree {
        pair = (pair.1, 2.0 * x * pair.1 - pair.0);
    }
    pair.0
}

fn gaussian(rows: usize, inputs: usize, stream: &mut Stream) -> Content {
    let features = (0..rows * inputs).map(|_| stream.normal()).collect();
    let targets = Targets::Numbers((0..rows).map(|_| stream.normal()).collect());
    Content { names: input_names(inputs), features, targets }
}

fn blobs(rows: usize, inputs: usize, centers: usize, cluster_std: f64, stream: &mut Stream) -> Content {
    let classes = || (0..rows).map(|row| row % centers);
    // Classes without a row need no centre.
    let centres: Vec<f64> = (0..centers.min(rows) * inputs).map(|_| 20.0 * stream.uniform() - 10.0).collect();
    let cells = classes().flat_map(|class| &centres[class * inputs..(class + 1) * inputs]);
    let features = cells.map(|centre| centre + cluster_std * stream.normal()).collect();
    let targets = Targets::Numbers(classes().map(|class| class as f64).collect());
    Content { names: input_names(inputs), features, targets }
}

fn xor(rows: usize, noise: f64, stream: &mut Stream) -> Content {
    let clean: Vec<f64> = (0..2 * rows).map(|_| 2.0 * stream.uniform() - 1.0).collect();
    let class = |point: &[f64]| f64::from((point[0] > 0.0) != (point[1] > 0.0));
    let targets = Targets::Numbers(clean.chunks_exact(2).map(class).collect());
    let features = clean.iter().map(|x| x + noise * stream.normal()).collect();
    Content { names: input_names(2), features, targets }
}

/// Half of the rows of class 0, then the rest of class 1: `point(class, i, n)` is the i-th of n, before the noise.
fn two_classes(
    rows: usize,
    noise: f64,
    stream: &mut Stream,
    point: impl Fn(usize, usize, usize) -> [f64; 2],
) -> Content {
    let sizes = [rows / 2, rows - rows / 2];
    let places = || [0, 1].into_iter().flat_map(|class| (0..sizes[class]).map(move |i| (class, i)));
    let clean = places().flat_map(|(class, i)| point(class, i, sizes[class]));
    let features = clean.map(|x| x + noise * stream.normal()).collect();
    let targets = Targets::Numbers(places().map(|(class, _)| class as f64).collect());
    Content { names: input_names(2), features, targets }
}
