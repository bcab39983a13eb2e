//! `eˣ`, and the functions that are quotients of it.

use std::f64::consts::{LN_2, LOG2_E};

use super::{Coefficients, polynomial, polynomial_by_pairs};
use crate::lanes::{Lanes, Vector};

/// `eˣ` in parts, for |x| a little beyond the limits of the power at most: `2ⁿ (1 + p)` with n whole, `1 + p` in √½ … √2, and what p has lost to rounding.
#[derive(Clone, Copy)]
pub(super) struct ExpParts<V: Vector> {
    pub n: Lanes<V>,
    pub p: Lanes<V>,
    pub p_low: Lanes<V>,
}

/// x = n ln 2 + r with |r| ≤ ½ ln 2, and `p = eʳ − 1`.
#[inline(always)]
pub(super) fn exp_parts<V: Vector>(x: Lanes<V>) -> ExpParts<V> {
    let n = (x * x.like(LOG2_E)).round();
    // Not by `map`, whose body is not always inlined.
    let [ln_2, ln_2_low] = V::Element::LN_2;
    let (ln_2, ln_2_low) = (x.like(-ln_2), x.like(-ln_2_low));
    let high = n.mul_add(ln_2, x);
    let r = n.mul_add(ln_2_low, high);
    let r_low = n.mul_add(ln_2_low, high - r);
    let square = r * r;
    let sum = polynomial(r, V::Element::POWER);
    let p = square.mul_add(sum, r);
    ExpParts { n, p, p_low: square.mul_add(sum, r - p) + (p + x.like(1.0)) * r_low }
}

/// `2ⁿ` in two factors: n reaches from below the least normal exponent to above the largest.
#[inline(always)]
pub(super) fn halves<V: Vector>(n: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let half = (n * n.like(0.5)).round();
    (half.exp2_whole(), (n - half).exp2_whole())
}

/// `eˣ` for x within the limits of the power.
#[inline(always)]
fn exp_within<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let ExpParts { n, p, .. } = exp_parts(x);
    let (first, second) = halves(n);
    p.mul_add(first, first) * second
}

/// `eˣ`.
#[inline(always)]
pub(crate) fn exp<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let [low, high] = V::Element::POWER_LIMITS;
    exp_within(x.like(high).min(x.like(low).max(x)))
}

/// `e^−|x|`.
#[inline(always)]
pub(super) fn decay<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let [low, _] = V::Element::POWER_LIMITS;
    exp_within(x.like(low).max(-x.abs()))
}

/// `1/(1 + e⁻ˣ)`.
#[inline(always)]
pub(crate) fn sigmoid<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    sigmoid_of(x, decay(x))
}

/// The sigmoid from `e = e^−|x|`: `1 − e/(1 + e)` on the right, e times that on the left.
#[inline(always)]
pub(super) fn sigmoid_of<V: Vector>(x: Lanes<V>, e: Lanes<V>) -> Lanes<V> {
    let one = x.like(1.0);
    let factor = x.lt(x.like(0.0)).select(e, one);
    (-factor).mul_add(e / (one + e), factor)
}

/// `tanh x`.
///
/// |x| = ½ n ln 2 + h with n whole and h in −⅛ ln 2 … ⅜ ln 2, and `c = h coth h`, which few terms give:
/// `e²ʰ = (c + h)/(c − h)`, so that `tanh |x| = (2ⁿ (c + h) − (c − h))/(2ⁿ (c + h) + (c − h))` with one division. The
/// numerator is `2h` where n = 0, without a rounding. The denominator is taken as the numerator and `2 (c − h)`, so that the
/// nearer the quotient is to 1, the more of their rounding they share.
#[inline(always)]
pub(crate) fn tanh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let size = x.like(V::Element::TANH_LIMIT).least(x.abs());
    let (n, power) = size.mul_add(x.like(2.0 * LOG2_E), x.like(-0.25)).round_and_exp2();
    let h = n.mul_add(x.like(-0.5 * LN_2), size);
    let square = h * h;
    let c = square.mul_add(polynomial_by_pairs(square, V::Element::COTH), h.like(1.0));
    let numerator = c.mul_add(power - x.like(1.0), h.mul_add(power, h));
    let denominator = (c - h).mul_add(x.like(2.0), numerator);
    (numerator / denominator).copysign(x)
}
