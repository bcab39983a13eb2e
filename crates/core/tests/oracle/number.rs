//! The numbers that the oracle computes in.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

use etascape_core::scalar;

pub trait Number:
    Copy
    + Debug
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + MulAssign
{
    /// The number nearest to a value.
    fn of(value: f64) -> Self;
    fn exact(self) -> f64;
    fn mul_add(self, factor: Self, term: Self) -> Self;
    fn sqrt(self) -> Self;
    fn abs(self) -> Self;
    fn signum(self) -> Self;
    fn max(self, other: Self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn tanh(self) -> Self;
    fn sigmoid(self) -> Self;
    fn softplus(self) -> Self;
    fn normal_cdf_and_density(self) -> (Self, Self);
}

macro_rules! number {
    ($number:ident, $($functions:tt)+) => {
        impl Number for $number {
            fn of(value: f64) -> Self {
                value as $number
            }
            fn exact(self) -> f64 {
                self.into()
            }
            fn mul_add(self, factor: Self, term: Self) -> Self {
                $number::mul_add(self, factor, term)
            }
            fn sqrt(self) -> Self {
                $number::sqrt(self)
            }
            fn abs(self) -> Self {
                $number::abs(self)
            }
            fn signum(self) -> Self {
                $number::signum(self)
            }
            fn max(self, other: Self) -> Self {
                $number::max(self, other)
            }
            fn exp(self) -> Self {
                $($functions)+::exp(self)
            }
            fn ln(self) -> Self {
                $($functions)+::ln(self)
            }
            fn tanh(self) -> Self {
                $($functions)+::tanh(self)
            }
            fn sigmoid(self) -> Self {
                $($functions)+::sigmoid(self)
            }
            fn softplus(self) -> Self {
                $($functions)+::softplus(self)
            }
            fn normal_cdf_and_density(self) -> (Self, Self) {
                $($functions)+::normal_cdf_and_density(self)
            }
        }
    };
}

number!(f64, scalar);
number!(f32, scalar::single);
