//! The engine's transcendental functions for one number: the bits that a lane gets.

use pulp::Scalar;

use crate::lanes::{Doubles, Lanes};
use crate::math;

/// `eˣ`.
pub fn exp(x: f64) -> f64 {
    math::exp(lane(x)).get(0)
}

/// `ln x`.
pub fn ln(x: f64) -> f64 {
    math::ln(lane(x)).get(0)
}

/// `tanh x`.
pub fn tanh(x: f64) -> f64 {
    math::tanh(lane(x)).get(0)
}

/// `1/(1 + e⁻ˣ)`.
pub fn sigmoid(x: f64) -> f64 {
    math::sigmoid(lane(x)).get(0)
}

/// `ln(1 + eˣ)`.
pub fn softplus(x: f64) -> f64 {
    math::softplus_and_sigmoid(lane(x)).0.get(0)
}

/// The standard normal distribution function Φ and its density φ at x.
pub fn normal_cdf_and_density(x: f64) -> (f64, f64) {
    let (cdf, density) = math::normal_cdf_and_density(lane(x));
    (cdf.get(0), density.get(0))
}

fn lane(x: f64) -> Lanes<Doubles<Scalar>> {
    Lanes::splat(Doubles(Scalar), x)
}
