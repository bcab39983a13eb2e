//! Transcendental functions on lanes, free of branches and built from operations that every processor rounds alike. They are
//! the same of f64 and of f32 but for their [`Coefficients`].
//!
//! Bounds of their errors over the whole range, in units in the last place of the true value; `tests/accuracy.rs` finds them for
//! f64 at many points, and for f32 at every 31st number there is, and at every one where asked for.
//!
//! | | f64 | f32 |
//! | --- | --- | --- |
//! | `exp` | 1.1 | 1.1 |
//! | `ln` | 0.9 | 0.9 |
//! | `tanh` | 1.8 | 1.8 |
//! | `sigmoid` | 1.6 | 1.7 |
//! | `softplus` | 1.7 | 1.9 |
//! | Φ | 1.7 | 1.91 |
//! | φ | 0.6 | 1.1 |

mod exp;
mod log;
mod normal;
mod root;

use crate::lanes::{Lanes, Vector};
use crate::number::Coefficients;

pub(crate) use exp::{exp, sigmoid, tanh};
pub(crate) use log::{ln, softplus_and_sigmoid};
pub(crate) use normal::normal_cdf_and_density;
pub(crate) use root::sqrt;

/// `c₀ + c₁ x + c₂ x² + …` by Estrin's scheme: pairs, then pairs of pairs, so that few products wait for one another.
#[inline(always)]
fn polynomial<V: Vector>(x: Lanes<V>, coefficients: &[f64]) -> Lanes<V> {
    let square = x * x;
    let fourth = square * square;
    let (fours, rest) = coefficients.as_chunks::<4>();
    let (highest, lower) = match *rest {
        [] => (four_terms(x, square, fours[fours.len() - 1]), &fours[..fours.len() - 1]),
        [a] => (x.like(a), fours),
        [a, b] => (two_terms(x, [a, b]), fours),
        [a, b, c, ..] => (square.mul_add(x.like(c), two_terms(x, [a, b])), fours),
    };
    let mut sum = highest;
    for &four in lower.iter().rev() {
        sum = fourth.mul_add(sum, four_terms(x, square, four));
    }
    sum
}

/// The same by pairs alone.
#[inline(always)]
fn polynomial_by_pairs<V: Vector>(x: Lanes<V>, coefficients: &[f64]) -> Lanes<V> {
    let square = x * x;
    let (pairs, rest) = coefficients.as_chunks::<2>();
    let (highest, lower) = match *rest {
        [] => (two_terms(x, pairs[pairs.len() - 1]), &pairs[..pairs.len() - 1]),
        [a, ..] => (x.like(a), pairs),
    };
    let mut sum = highest;
    for &pair in lower.iter().rev() {
        sum = square.mul_add(sum, two_terms(x, pair));
    }
    sum
}

/// `a + b x`.
#[inline(always)]
fn two_terms<V: Vector>(x: Lanes<V>, [a, b]: [f64; 2]) -> Lanes<V> {
    x.mul_add(x.like(b), x.like(a))
}

/// `a + b x + c x² + d x³`.
#[inline(always)]
fn four_terms<V: Vector>(x: Lanes<V>, square: Lanes<V>, [a, b, c, d]: [f64; 4]) -> Lanes<V> {
    square.mul_add(two_terms(x, [c, d]), two_terms(x, [a, b]))
}

#[cfg(test)]
mod tests;
