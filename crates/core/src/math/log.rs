//! Logarithms, and the softplus.

use std::f64::consts::SQRT_2;

use super::exp::{decay, sigmoid_of};
use super::{Coefficients, polynomial};
use crate::lanes::{Element, Lanes, Vector};

/// `k ln 2 + ln(1 + f)` for whole k and 1 + f in √½ … √2.
///
/// With `s = f/(2 + f)`: `ln(1 + f) = 2 artanh s = 2 s + s R`, and `2 s = f − s f = f − ½f² + s ½f²`, whose large
/// terms are exact or small.
#[inline(always)]
fn ln_of_parts<V: Vector>(k: Lanes<V>, f: Lanes<V>) -> Lanes<V> {
    let s = f / (f + f.like(2.0));
    let z = s * s;
    let half_square = f * f * f.like(0.5);
    let rest = z.mul_add(polynomial(z, V::Element::ARTANH), half_square);
    let [ln_2, ln_2_low] = V::Element::LN_2.map(|part| f.like(part));
    let small = half_square - s.mul_add(rest, k * ln_2_low);
    k.mul_add(ln_2, f - small)
}

/// `ln x`.
#[inline(always)]
pub(crate) fn ln<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (zero, one) = (x.like(0.0), x.like(1.0));
    // Two bits more than the fraction has make a subnormal number normal.
    let shift = V::Element::FRACTION_BITS + 2;
    let is_subnormal = x.lt(x.like(V::Element::LEAST_NORMAL));
    let normal = is_subnormal.select(x * x.like((1u64 << shift) as f64), x);
    let (mantissa, exponent) = normal.mantissa_and_exponent();
    let is_upper = mantissa.gt(x.like(SQRT_2));
    let halved = is_upper.select(mantissa * x.like(0.5), mantissa);
    let k = exponent + is_upper.as_numbers() + is_subnormal.select(x.like(-f64::from(shift)), zero);
    let value = ln_of_parts(k, halved - one);
    let beyond = x.lt(zero).select(x.like(f64::NAN), x.eq(zero).select(x.like(f64::NEG_INFINITY), x));
    x.gt(zero).and(x.lt(x.like(f64::INFINITY))).select(value, beyond)
}

/// The softplus and its slope, the sigmoid, which share most of their work.
#[inline(always)]
pub(crate) fn softplus_and_sigmoid<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let e = decay(x);
    (softplus_of(x, e), sigmoid_of(x, e))
}

/// `max(x, 0) + ln(1 + e)` with `e = e^−|x|`: 1 + e is `2 (1 + (e − 1)/2)` above √2.
#[inline(always)]
fn softplus_of<V: Vector>(x: Lanes<V>, e: Lanes<V>) -> Lanes<V> {
    let is_upper = e.gt(x.like(SQRT_2 - 1.0));
    let f = is_upper.select((e - x.like(1.0)) * x.like(0.5), e);
    x.max(x.like(0.0)) + ln_of_parts(is_upper.as_numbers(), f)
}
