//! Rows made by a formula and a random stream.

use std::f64::consts::{PI, TAU};

use etascape_core::{Purpose, Stream};

use super::content::Content;
use super::error::DataError;
use super::generate_limits::check;
use super::generator::Generator;

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

/// The i-th of n evenly spaced numbers on [0, 1]; 0 where n is 1.
fn share(i: usize, n: usize) -> f64 {
    if n < 2 { 0.0 } else { i as f64 / (n - 1) as f64 }
}

/// Rows with x evenly on [−1, 1] and t a function of x.
fn curve(rows: usize, mut target: impl FnMut(f64) -> f64) -> Content {
    let features: Vec<f64> = (0..rows).map(|i| 2.0 * share(i, rows) - 1.0).collect();
    let targets = features.iter().map(|&x| target(x)).collect();
    Content::unnamed(1, features, targets)
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
    let targets = (0..rows).map(|_| stream.normal()).collect();
    Content::unnamed(inputs, features, targets)
}

fn blobs(rows: usize, inputs: usize, centers: usize, cluster_std: f64, stream: &mut Stream) -> Content {
    let classes = || (0..rows).map(|row| row % centers);
    // Classes without a row need no centre.
    let centres: Vec<f64> = (0..centers.min(rows) * inputs).map(|_| 20.0 * stream.uniform() - 10.0).collect();
    let cells = classes().flat_map(|class| &centres[class * inputs..(class + 1) * inputs]);
    let features = cells.map(|centre| centre + cluster_std * stream.normal()).collect();
    let targets = classes().map(|class| class as f64).collect();
    Content::unnamed(inputs, features, targets)
}

fn xor(rows: usize, noise: f64, stream: &mut Stream) -> Content {
    let clean: Vec<f64> = (0..2 * rows).map(|_| 2.0 * stream.uniform() - 1.0).collect();
    let class = |point: &[f64]| f64::from((point[0] > 0.0) != (point[1] > 0.0));
    let targets = clean.chunks_exact(2).map(class).collect();
    let features = clean.iter().map(|x| x + noise * stream.normal()).collect();
    Content::unnamed(2, features, targets)
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
    let targets = places().map(|(class, _)| class as f64).collect();
    Content::unnamed(2, features, targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::targets::Targets;

    /// Features and targets of a generator under seed 0.
    fn rows(generator: Generator) -> (Vec<f64>, Vec<f64>) {
        let content = generate(&generator, 0).expect("is valid");
        let Targets::Numbers(targets) = content.targets else { panic!("are numbers") };
        assert_eq!(content.features.len(), content.names.len() * targets.len());
        (content.features, targets)
    }

    fn close(actual: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(actual.len(), expected.len());
        for (a, b) in actual.iter().zip(expected) {
            assert!((a - b).abs() <= tolerance, "{actual:?}, not {expected:?}");
        }
    }

    fn mean_and_variance(xs: &[f64]) -> (f64, f64) {
        let mean = xs.iter().sum::<f64>() / xs.len() as f64;
        (mean, xs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / xs.len() as f64)
    }

    #[test]
    fn a_line_is_straight_but_for_its_noise() {
        let line = |rows, noise| Generator::Line { rows, noise, slope: 2.0, intercept: -1.0 };
        assert_eq!(rows(line(5, 0.0)), (vec![-1.0, -0.5, 0.0, 0.5, 1.0], vec![-3.0, -2.0, -1.0, 0.0, 1.0]));
        assert_eq!(rows(line(1, 0.0)).0, [-1.0]);
        let (x, t) = rows(line(10_000, 0.5));
        let noise: Vec<f64> = x.iter().zip(&t).map(|(x, t)| t - (2.0 * x - 1.0)).collect();
        let (mean, variance) = mean_and_variance(&noise);
        // Standard deviations 0.005 and 0.0035: five of them.
        assert!(mean.abs() < 0.025 && (variance - 0.25).abs() < 0.018, "{mean} {variance}");
    }

    /// T₄(x) = 8x⁴ − 8x² + 1 and T₅(x) = 16x⁵ − 20x³ + 5x.
    #[test]
    fn chebyshev_polynomials_are_those_of_the_closed_forms() {
        let closed: [fn(f64) -> f64; 4] = [
            |_| 1.0,
            |x| x,
            |x| 8.0 * x * x * x * x - 8.0 * x * x + 1.0,
            |x| 16.0 * x * x * x * x * x - 20.0 * x * x * x + 5.0 * x,
        ];
        for (degree, closed) in [0, 1, 4, 5].into_iter().zip(closed) {
            let (x, t) = rows(Generator::Chebyshev { rows: 20, degree });
            close(&t, &x.iter().map(|&x| closed(x)).collect::<Vec<_>>(), 1e-14);
        }
    }

    #[test]
    fn gaussian_rows_are_standard_normal() {
        let (features, targets) = rows(Generator::Gaussian { rows: 10_000, inputs: 3 });
        for xs in [features, targets] {
            let (mean, variance) = mean_and_variance(&xs);
            assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.07, "{mean} {variance}");
        }
    }

    /// As `make_moons(7, shuffle=False)` of scikit-learn 1.9.1 gives them.
    #[test]
    fn moons_are_those_of_scikit_learn() {
        let (features, targets) = rows(Generator::Moons { rows: 7, noise: 0.0 });
        let (low, high) = (0.5 - 0.75f64.sqrt(), 0.5);
        let expected = [1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, high, 0.5, low, 1.5, low, 2.0, high];
        close(&features, &expected, 4e-16);
        assert_eq!(targets, [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        let (features, _) = rows(Generator::Moons { rows: 200, noise: 0.0 });
        for (row, point) in features.chunks_exact(2).enumerate() {
            let (x, y) = if row < 100 { (point[0], point[1]) } else { (1.0 - point[0], 0.5 - point[1]) };
            assert!((x * x + y * y - 1.0).abs() < 1e-15 && y >= 0.0, "{row}");
        }
    }

    /// As `make_circles(5, shuffle=False, factor=0.5)` of scikit-learn 1.9.1 gives them.
    #[test]
    fn circles_are_those_of_scikit_learn() {
        let (features, targets) = rows(Generator::Circles { rows: 5, noise: 0.0, factor: 0.5 });
        let y = 0.1875f64.sqrt();
        close(&features, &[1.0, 0.0, -1.0, 0.0, 0.5, 0.0, -0.25, y, -0.25, -y], 4e-16);
        assert_eq!(targets, [0.0, 0.0, 1.0, 1.0, 1.0]);
    }

    /// Half a turn in two steps: the arms pass (0, ½) and (0, −½), and end at (−1, 0) and (1, 0).
    #[test]
    fn spirals_wind_from_the_middle_outwards() {
        let (features, targets) = rows(Generator::Spirals { rows: 4, noise: 0.0, turns: 0.5 });
        close(&features, &[0.0, 0.5, -1.0, 0.0, 0.0, -0.5, 1.0, 0.0], 4e-16);
        assert_eq!(targets, [0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn xor_is_the_sign_of_the_product() {
        let (features, targets) = rows(Generator::Xor { rows: 4000, noise: 0.0 });
        for (point, &t) in features.chunks_exact(2).zip(&targets) {
            assert!(point.iter().all(|x| (-1.0..1.0).contains(x)));
            assert_eq!(t, if point[0] * point[1] < 0.0 { 1.0 } else { 0.0 }, "{point:?}");
        }
        let ones = targets.iter().sum::<f64>();
        // 2000 expected, standard deviation 32: five of them.
        assert!((ones - 2000.0).abs() < 160.0, "{ones}");
        let noisy = rows(Generator::Xor { rows: 4000, noise: 0.1 });
        assert_eq!(noisy.1, targets);
        let (mean, variance) =
            mean_and_variance(&noisy.0.iter().zip(&features).map(|(a, b)| a - b).collect::<Vec<_>>());
        assert!(mean.abs() < 0.006 && (variance - 0.01).abs() < 0.001, "{mean} {variance}");
    }

    #[test]
    fn blobs_lie_around_centres_dealt_in_turn() {
        let blobs = |rows, cluster_std| Generator::Blobs { rows, inputs: 2, centers: 3, cluster_std };
        let (centres, targets) = rows(blobs(7, 0.0));
        assert_eq!(targets, [0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0]);
        assert_eq!(centres[0..6], centres[6..12]);
        assert!(centres.iter().all(|x| (-10.0..10.0).contains(x)) && centres[0..2] != centres[2..4]);
        let (features, _) = rows(blobs(6000, 2.0));
        let off: Vec<f64> = features.iter().enumerate().map(|(i, x)| x - centres[i % 6]).collect();
        let (mean, variance) = mean_and_variance(&off);
        // Standard deviations 0.018 and 0.052: five of them.
        assert!(mean.abs() < 0.092 && (variance - 4.0).abs() < 0.26, "{mean} {variance}");
    }

    #[test]
    fn the_seed_alone_decides() {
        let generator = Generator::Moons { rows: 20, noise: 0.1 };
        assert_eq!(generate(&generator, 3).expect("is valid"), generate(&generator, 3).expect("is valid"));
        assert_ne!(generate(&generator, 3).expect("is valid"), generate(&generator, 4).expect("is valid"));
    }
}
