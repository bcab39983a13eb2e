//! The numbers in which the functions of f64 and f32 differ. The polynomials are found by `tests/reference/coefficients.py`.

mod double;
mod single;

/// The numbers of the functions of a kind of numbers.
pub(crate) trait Coefficients {
    /// ln 2 in two parts. Where the whole number n is the nearest to x/ln 2, n times the first taken off x leaves no rounding.
    const LN_2: [f64; 2];
    /// Below the first `eˣ` rounds to 0, above the second to infinity.
    const POWER_LIMITS: [f64; 2];
    /// Above it tanh rounds to 1.
    const TANH_LIMIT: f64;
    /// Above it the normal density rounds to 0.
    const NORMAL_LIMIT: f64;
    /// `1/√(2π)`, and what the number has lost to rounding.
    const INV_SQRT_TAU: [f64; 2];
    /// `(eʳ − 1 − r)/r²` in r, for |r| ≤ ½ ln 2.
    const POWER: &'static [f64];
    /// `(h coth h − 1)/h²` in `h²`, for |h| ≤ ⅜ ln 2.
    const COTH: &'static [f64];
    /// `(2 artanh s − 2 s)/s³` in `s²`, for |s| ≤ (√2 − 1)/(√2 + 1).
    const ARTANH: &'static [f64];
    /// `(t + 9/4) exp(t²/2) (1 − Φ(t))` in `y = (t − 7/4)/(t + 9/4)`, for t up to the limit of the normal density: the
    /// coefficient of y⁰, and what it has lost to rounding.
    const TAIL_CONSTANT: [f64; 2];
    /// That of y¹.
    const TAIL_LINEAR: f64;
    /// Those from y² on.
    const TAIL: &'static [f64];
}
