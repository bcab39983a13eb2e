//! The standard normal distribution.

use super::exp::{ExpParts, exp_parts, halves};
use super::{Coefficients, polynomial};
use crate::lanes::{Lanes, Vector};

/// a and m of [`scaled_tail`].
const A: f64 = 2.25;
const M: f64 = 1.75;

/// A number and what it has lost to rounding.
type Pair<V> = (Lanes<V>, Lanes<V>);

/// A constant in two parts.
#[inline(always)]
fn pair<V: Vector>(like: Lanes<V>, [high, low]: [f64; 2]) -> Pair<V> {
    (like.like(high), like.like(low))
}

/// The standard normal distribution function Φ and its density φ at x.
///
/// On the left Φ is `exp(−x²/2)` times a smooth function, on the right what is left of 1. The square, the power and the
/// products are pairs of numbers: x² may be a thousand, whose rounding would be a thousand times as much in its power.
#[inline(always)]
pub(crate) fn normal_cdf_and_density<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let t = x.like(V::Element::NORMAL_LIMIT).min(x.abs());
    let (power, (first, second)) = power_of_half_square(t);
    let density = rounded_product(power, pair(x, V::Element::INV_SQRT_TAU));
    let tail = tail(t, power) * first * second;
    let cdf = x.lt(x.like(0.0)).select(tail, x.like(1.0) - tail);
    (cdf, density * first * second)
}

/// `exp(−t²/2)` as a pair of numbers, times `2ⁿ` in two factors.
#[inline(always)]
fn power_of_half_square<V: Vector>(t: Lanes<V>) -> (Pair<V>, Pair<V>) {
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
fn tail<V: Vector>(t: Lanes<V>, power: Pair<V>) -> Lanes<V> {
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

/// `(t + a) exp(t²/2) (1 − Φ(t))` in `y = (t − m)/(t + a)`: a polynomial. Its first two terms, the largest, come last, with few roundings.
#[inline(always)]
fn scaled_tail<V: Vector>(y: Lanes<V>) -> Pair<V> {
    let (constant, constant_low) = pair(y, V::Element::TAIL_CONSTANT);
    let rest = y.mul_add(polynomial(y, V::Element::TAIL), y.like(V::Element::TAIL_LINEAR));
    let sum = y.mul_add(rest, constant);
    (sum, y.mul_add(rest, constant - sum) + constant_low)
}

/// The product of two pairs.
#[inline(always)]
fn product<V: Vector>(a: Pair<V>, b: Pair<V>) -> Pair<V> {
    let high = a.0 * b.0;
    (high, a.0.mul_add(b.0, -high) + a.0.mul_add(b.1, a.1 * b.0))
}

/// The product of two pairs as one number.
#[inline(always)]
fn rounded_product<V: Vector>(a: Pair<V>, b: Pair<V>) -> Lanes<V> {
    a.0.mul_add(b.0, a.0.mul_add(b.1, a.1 * b.0))
}
