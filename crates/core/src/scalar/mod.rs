//! The engine's transcendental functions for one number: the bits that a lane gets. Those of f32 are in [`single`].

use pulp::Scalar;

use crate::lanes::{Doubles, Lanes};
use crate::math;

macro_rules! functions {
    ($number:ty, $vector:ident) => {
        /// `eˣ`.
        pub fn exp(x: $number) -> $number {
            number(math::exp(lane(x)))
        }

        /// `ln x`.
        pub fn ln(x: $number) -> $number {
            number(math::ln(lane(x)))
        }

        /// `tanh x`.
        pub fn tanh(x: $number) -> $number {
            number(math::tanh(lane(x)))
        }

        /// `1/(1 + e⁻ˣ)`.
        pub fn sigmoid(x: $number) -> $number {
            number(math::sigmoid(lane(x)))
        }

        /// `ln(1 + eˣ)`.
        pub fn softplus(x: $number) -> $number {
            number(math::softplus_and_sigmoid(lane(x)).0)
        }

        /// The standard normal distribution function Φ and its density φ at x.
        pub fn normal_cdf_and_density(x: $number) -> ($number, $number) {
            let (cdf, density) = math::normal_cdf_and_density(lane(x));
            (number(cdf), number(density))
        }

        fn lane(x: $number) -> Lanes<$vector<Scalar>> {
            Lanes::of($vector(Scalar), x)
        }

        fn number(lane: Lanes<$vector<Scalar>>) -> $number {
            lane.as_slice()[0]
        }
    };
}

pub mod single;

functions!(f64, Doubles);
