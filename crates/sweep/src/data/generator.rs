//! The formulas of generated rows.

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

impl Generator {
    /// Whether its rows depend on a seed.
    pub fn draws(&self) -> bool {
        match *self {
            Generator::Gaussian { .. } | Generator::Blobs { .. } | Generator::Xor { .. } => true,
            Generator::Line { noise, .. }
            | Generator::Moons { noise, .. }
            | Generator::Circles { noise, .. }
            | Generator::Spirals { noise, .. } => noise > 0.0,
            Generator::Chebyshev { .. } => false,
        }
    }
}
