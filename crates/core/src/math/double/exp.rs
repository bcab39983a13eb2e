//! `eˣ`, and the functions that are quotients of it.

use std::f64::consts::{LN_2, LOG2_E};

use super::{LN_2_HIGH, LN_2_LOW, polynomial};
use crate::lanes::{Lanes, Vector};

/// `(eʳ − 1 − r)/r²`: the next term is below 2⁻⁵⁷ of `eʳ − 1`.
const TAYLOR: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5040.0,
    1.0 / 40320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// `eˣ` in parts, for |x| below 800: `2ⁿ (1 + p)` with n whole, `1 + p` in √½ … √2, and what p has lost to rounding.
#[derive(Clone, Copy)]
pub(super) struct ExpParts<V: Vector> {
    pub n: Lanes<V>,
    pub p: Lanes<V>,
    pub p_low: Lanes<V>,
}

/// x = n ln 2 + r with |r| ≤ ½ ln 2, and `p = eʳ − 1`.
#[inline(always)]
pub(super) fn exp_parts<V: Vector<Element = f64>>(x: Lanes<V>) -> ExpParts<V> {
    let n = (x * x.like(LOG2_E)).round();
    let high = n.mul_add(x.like(-LN_2_HIGH), x);
    let r = n.mul_add(x.like(-LN_2_LOW), high);
    let r_low = n.mul_add(x.like(-LN_2_LOW), high - r);
    let square = r * r;
    let sum = polynomial(r, &TAYLOR);
    let p = square.mul_add(sum, r);
    ExpParts { n, p, p_low: square.mul_add(sum, r - p) + (p + x.like(1.0)) * r_low }
}

/// `2ⁿ` in two factors: n reaches from −1126, below the least normal exponent, to 1024, above the largest.
#[inline(always)]
pub(super) fn halves<V: Vector<Element = f64>>(n: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let half = (n * n.like(0.5)).round();
    (half.exp2_whole(), (n - half).exp2_whole())
}

/// `eˣ` for x in −780 … 710.
#[inline(always)]
fn exp_within<V: Vector<Element = f64>>(x: Lanes<V>) -> Lanes<V> {
    let ExpParts { n, p, .. } = exp_parts(x);
    let (first, second) = halves(n);
    p.mul_add(first, first) * second
}

/// `eˣ`, within 1.1 ulp.
#[inline(always)]
pub(super) fn exp<V: Vector<Element = f64>>(x: Lanes<V>) -> Lanes<V> {
    exp_within(x.like(710.0).min(x.like(-750.0).max(x)))
}

/// `e^−|x|`, within 1.1 ulp.
#[inline(always)]
pub(super) fn decay<V: Vector<Element = f64>>(x: Lanes<V>) -> Lanes<V> {
    exp_within(-x.like(750.0).min(x.abs()))
}

/// `1/(1 + e⁻ˣ)`, within 1.6 ulp.
#[inline(always)]
pub(super) fn sigmoid<V: Vector<Element = f64>>(x: Lanes<V>) -> Lanes<V> {
    sigmoid_of(x, decay(x))
}

/// The sigmoid from `e = e^−|x|`: `1 − e/(1 + e)` on the right, e times that on the left.
#[inline(always)]
pub(super) fn sigmoid_of<V: Vector<Element = f64>>(x: Lanes<V>, e: Lanes<V>) -> Lanes<V> {
    let one = x.like(1.0);
    let factor = x.lt(x.like(0.0)).select(e, one);
    (-factor).mul_add(e / (one + e), factor)
}

/// `(h coth h − 1)/h²` in `h²` for |h| ≤ ⅜ ln 2, by `tests/reference/coefficients.py`.
const COTH: [f64; 6] = [
    0.3333333333333333,
    -0.02222222222221159,
    0.0021164021145650687,
    -0.00021164009551204364,
    2.1374477883472603e-05,
    -2.1205268968147563e-06,
];

/// `tanh x`, within 1.8 ulp.
///
/// |x| = ½ n ln 2 + h with n whole and h in −⅛ ln 2 … ⅜ ln 2, and `c = h coth h`, which few terms give:
/// `e²ʰ = (c + h)/(c − h)`, so that `tanh |x| = (2ⁿ (c + h) − (c − h))/(2ⁿ (c + h) + (c − h))` with one division. The
/// numerator is `2h` where n = 0, without a rounding. The denominator is taken as the numerator and `2 (c − h)`, so that the
/// nearer the quotient is to 1, the more of their rounding they share.
#[inline(always)]
pub(super) fn tanh<V: Vector<Element = f64>>(x: Lanes<V>) -> Lanes<V> {
    // tanh 20 rounds to 1.
    let size = x.like(20.0).min(x.abs());
    let (n, power) = size.mul_add(x.like(2.0 * LOG2_E), x.like(-0.25)).round_and_exp2();
    let h = n.mul_add(x.like(-0.5 * LN_2), size);
    let c = h_coth_h(h);
    let numerator = c.mul_add(power - x.like(1.0), h.mul_add(power, h));
    let denominator = (c - h).mul_add(x.like(2.0), numerator);
    (numerator / denominator).copysign(x)
}

#[inline(always)]
fn h_coth_h<V: Vector<Element = f64>>(h: Lanes<V>) -> Lanes<V> {
    let square = h * h;
    let fourth = square * square;
    let [low, middle, high] = [0, 2, 4].map(
        #[inline(always)]
        |k| square.mul_add(h.like(COTH[k + 1]), h.like(COTH[k])),
    );
    square.mul_add(fourth.mul_add(fourth.mul_add(high, middle), low), h.like(1.0))
}
