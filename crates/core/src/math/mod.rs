//! Transcendental functions on lanes, free of branches and built from operations that every processor rounds alike: those of
//! f64 in `double`.
//!
//! The bounds are of what `tests/accuracy.rs` finds over the whole range, in units in the last place of the true value.

mod double;
mod single;

use crate::lanes::{Lanes, Vector};

/// The functions of a kind of numbers. Those of this module are of any kind.
pub(crate) trait Functions: Sized {
    fn exp<V: Vector<Element = Self>>(x: Lanes<V>) -> Lanes<V>;
    fn ln<V: Vector<Element = Self>>(x: Lanes<V>) -> Lanes<V>;
    fn tanh<V: Vector<Element = Self>>(x: Lanes<V>) -> Lanes<V>;
    fn sigmoid<V: Vector<Element = Self>>(x: Lanes<V>) -> Lanes<V>;
    fn softplus_and_sigmoid<V: Vector<Element = Self>>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>);
    fn normal_cdf_and_density<V: Vector<Element = Self>>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>);
}

/// `eˣ`.
#[inline(always)]
pub(crate) fn exp<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    V::Element::exp(x)
}

/// `ln x`.
#[inline(always)]
pub(crate) fn ln<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    V::Element::ln(x)
}

/// `tanh x`.
#[inline(always)]
pub(crate) fn tanh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    V::Element::tanh(x)
}

/// `1/(1 + e⁻ˣ)`.
#[inline(always)]
pub(crate) fn sigmoid<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    V::Element::sigmoid(x)
}

/// `ln(1 + eˣ)`, the softplus, and its slope, the sigmoid, which share most of their work.
#[inline(always)]
pub(crate) fn softplus_and_sigmoid<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    V::Element::softplus_and_sigmoid(x)
}

/// The standard normal distribution function Φ and its density φ at x.
#[inline(always)]
pub(crate) fn normal_cdf_and_density<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    V::Element::normal_cdf_and_density(x)
}

/// `c₀ + c₁ x + c₂ x² + …`, the number of terms a multiple of four, by Estrin's scheme: pairs, then pairs of pairs, so that
/// few products wait for one another.
#[inline(always)]
fn polynomial<V: Vector, const N: usize>(x: Lanes<V>, coefficients: &[f64; N]) -> Lanes<V> {
    let square = x * x;
    let fourth = square * square;
    let (fours, rest) = coefficients.as_chunks::<4>();
    debug_assert!(rest.is_empty());
    let mut sum = four_terms(x, square, fours[fours.len() - 1]);
    for &four in fours[..fours.len() - 1].iter().rev() {
        sum = fourth.mul_add(sum, four_terms(x, square, four));
    }
    sum
}

/// `a + b x + c x² + d x³`.
#[inline(always)]
fn four_terms<V: Vector>(x: Lanes<V>, square: Lanes<V>, [a, b, c, d]: [f64; 4]) -> Lanes<V> {
    square.mul_add(x.mul_add(x.like(d), x.like(c)), x.mul_add(x.like(b), x.like(a)))
}
