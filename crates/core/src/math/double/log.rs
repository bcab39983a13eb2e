//! Logarithms, and the softplus.

use std::f64::consts::SQRT_2;

use super::exp::{decay, sigmoid_of};
use super::{LN_2_HIGH, LN_2_LOW, polynomial};
use crate::lanes::{Lanes, Vector};

/// `(2 artanh s − 2 s)/s³` in `s²` for |s| ≤ (√2 − 1)/(√2 + 1), by `tests/reference/coefficients.py`.
const ARTANH: [f64; 8] = [
    0.6666666666666666,
    0.4000000000000088,
    0.28571428570803614,
    0.22222222391713917,
    0.18181795640132906,
    0.15386239702814658,
    0.13268773138656886,
    0.13086626147840102,
];

/// `k ln 2 + ln(1 + f)` for whole k and 1 + f in √½ … √2.
///
/// With `s = f/(2 + f)`: `ln(1 + f) = 2 artanh s = 2 s + s R`, and `2 s = f − s f = f − ½f² + s ½f²`, whose large
/// terms are exact or small.
#[inline(always)]
fn ln_of_parts<V: Vector<Element = f64>>(k: Lanes<V>, f: Lanes<V>) -> Lanes<V> {
    let s = f / (f + f.like(2.0));
    let z = s * s;
    let half_square = f * f * f.like(0.5);
    let rest = z.mul_add(polynomial(z, &ARTANH), half_square);
    let small = half_square - s.mul_add(rest, k * f.like(LN_2_LOW));
    k.mul_add(f.like(LN_2_HIGH), f - small)
}

/// `ln x`, within 0.9 ulp.
#[inline(always)]
pub(super) fn ln<V: Vector<Element = f64>>(x: Lanes<V>) -> Lanes<V> {
    let (zero, one) = (x.like(0.0), x.like(1.0));
    let is_subnormal = x.lt(x.like(f64::MIN_POSITIVE));
    let normal = is_subnormal.select(x * x.like(TWO_54), x);
    let (mantissa, exponent) = normal.mantissa_and_exponent();
    let is_upper = mantissa.gt(x.like(SQRT_2));
    let halved = is_upper.select(mantissa * x.like(0.5), mantissa);
    let k = exponent + is_upper.as_numbers() + is_subnormal.select(x.like(-54.0), zero);
    let value = ln_of_parts(k, halved - one);
    let beyond = x.lt(zero).select(x.like(f64::NAN), x.eq(zero).select(x.like(f64::NEG_INFINITY), x));
    x.gt(zero).and(x.lt(x.like(f64::INFINITY))).select(value, beyond)
}

const TWO_54: f64 = (1u64 << 54) as f64;

/// The softplus, within 1.7 ulp, and its slope, the sigmoid, which share most of their work.
#[inline(always)]
pub(super) fn softplus_and_sigmoid<V: Vector<Element = f64>>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let e = decay(x);
    (softplus_of(x, e), sigmoid_of(x, e))
}

/// `max(x, 0) + ln(1 + e)` with `e = e^−|x|`: 1 + e is `2 (1 + (e − 1)/2)` above √2.
#[inline(always)]
fn softplus_of<V: Vector<Element = f64>>(x: Lanes<V>, e: Lanes<V>) -> Lanes<V> {
    let is_upper = e.gt(x.like(SQRT_2 - 1.0));
    let f = is_upper.select((e - x.like(1.0)) * x.like(0.5), e);
    x.max(x.like(0.0)) + ln_of_parts(is_upper.as_numbers(), f)
}
