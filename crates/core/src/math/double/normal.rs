//! The standard normal distribution.

use super::exp::{ExpParts, exp_parts, halves};
use super::polynomial;
use crate::lanes::{Lanes, Vector};

/// `1/√(2π)`, and what the number has lost to rounding.
const INV_SQRT_TAU: f64 = 0.398_942_280_401_432_7;
const INV_SQRT_TAU_LOW: f64 = -2.492_327_202_277_743_3e-17;

/// a and m of [`scaled_tail`].
const A: f64 = 2.25;
const M: f64 = 1.75;

/// `(t + a) exp(t²/2) (1 − Φ(t))` in `y = (t − m)/(t + a)` for t in 0 … 38.7, by `tests/reference/coefficients.py`: the
/// coefficient of y⁰, what it has lost to rounding, that of y¹, and the others.
const CONSTANT: f64 = 0.7409266587129558;
const CONSTANT_LOW: f64 = 2.106167781588592e-17;
const LINEAR: f64 = -0.4556632167192761;
const REST: [f64; 28] = [
    0.08709561353932668,
    0.04587079379547815,
    -0.01110683134401835,
    -0.010518274770889787,
    -0.0004838313047915615,
    0.002290346796001709,
    0.001079069097277067,
    -0.00010238492207163186,
    -0.00036048711919905774,
    -0.00017628864170022733,
    3.291338244467944e-06,
    5.867986111483969e-05,
    3.9092050306889816e-05,
    8.021636436119097e-06,
    -7.699366483944294e-06,
    -8.9422605776932e-06,
    -4.240387930696759e-06,
    2.4522151883723465e-07,
    1.6110628743505523e-06,
    6.21714027028684e-07,
    4.3406808036330126e-07,
    9.293093682296921e-07,
    -1.5584515221927526e-07,
    -1.081976386927685e-06,
    -1.3990207841344006e-07,
    4.740371003638831e-07,
    6.030772978943566e-08,
    -8.75859156215781e-08,
];

/// A number and what it has lost to rounding.
type Pair<V> = (Lanes<V>, Lanes<V>);

/// The standard normal distribution function Φ and its density φ at x, within 1.8 and 0.6 ulp.
///
/// On the left Φ is `exp(−x²/2)` times a smooth function, on the right what is left of 1. The square, the power and the
/// products are pairs of numbers: x² may be a thousand, whose rounding would be a thousand times as much in its power.
#[inline(always)]
pub(super) fn normal_cdf_and_density<V: Vector<Element = f64>>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    // φ(39) rounds to 0.
    let t = x.like(39.0).min(x.abs());
    let (power, (first, second)) = power_of_half_square(t);
    let density = rounded_product(power, (x.like(INV_SQRT_TAU), x.like(INV_SQRT_TAU_LOW)));
    let tail = tail(t, power) * first * second;
    let cdf = x.lt(x.like(0.0)).select(tail, x.like(1.0) - tail);
    (cdf, density * first * second)
}

/// `exp(−t²/2)` as a pair of numbers, times `2ⁿ` in two factors.
#[inline(always)]
fn power_of_half_square<V: Vector<Element = f64>>(t: Lanes<V>) -> (Pair<V>, Pair<V>) {
    let (one, half) = (t.like(1.0), t.like(-0.5));
    let square = t * t;
    let square_low = t.mul_add(t, -square);
    let ExpParts { n, p, p_low } = exp_parts(square * half);
    let power = one + p;
    let low = (p - (power - one)) + p_low;
    ((power, (square_low * half).mul_add(power, low)), halves(n))
}

/// `(1 − Φ(t)) / exp(−t²/2)` times the power.
#[inline(always)]
fn tail<V: Vector<Element = f64>>(t: Lanes<V>, power: Pair<V>) -> Lanes<V> {
    let a = t.like(A);
    let divisor = t + a;
    // Exact, a having few bits.
    let divisor_low = t - (divisor - a);
    let inverse = t.like(1.0) / divisor;
    let inverse_low = ((-inverse).mul_add(divisor, t.like(1.0)) - inverse * divisor_low) * inverse;
    let above = t - t.like(M);
    let y = above.mul_add(inverse_low, above * inverse);
    rounded_product(product(power, scaled_tail(y)), (inverse, inverse_low))
}

/// The polynomial at y. Its first two terms, the largest, come last, with few roundings.
#[inline(always)]
fn scaled_tail<V: Vector<Element = f64>>(y: Lanes<V>) -> Pair<V> {
    let rest = y.mul_add(polynomial(y, &REST), y.like(LINEAR));
    let sum = y.mul_add(rest, y.like(CONSTANT));
    (sum, y.mul_add(rest, y.like(CONSTANT) - sum) + y.like(CONSTANT_LOW))
}

/// The product of two pairs.
#[inline(always)]
fn product<V: Vector<Element = f64>>(a: Pair<V>, b: Pair<V>) -> Pair<V> {
    let high = a.0 * b.0;
    (high, a.0.mul_add(b.0, -high) + a.0.mul_add(b.1, a.1 * b.0))
}

/// The product of two pairs as one number.
#[inline(always)]
fn rounded_product<V: Vector<Element = f64>>(a: Pair<V>, b: Pair<V>) -> Lanes<V> {
    a.0.mul_add(b.0, a.0.mul_add(b.1, a.1 * b.0))
}
