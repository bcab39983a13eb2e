//! The kinds of numbers that a lane can hold.

mod coefficients;

use std::fmt::Debug;
use std::ops::AddAssign;

use bytemuck::Pod;

pub(crate) use coefficients::Coefficients;

use crate::{Data, Rows};

/// A kind of floating-point numbers. Every one of them is an f64 exactly.
pub(crate) trait Element: Pod + PartialOrd + AddAssign + Debug + Default + Send + Sync + Coefficients {
    /// Bits of the fraction, those after the leading one.
    const FRACTION_BITS: u32;
    /// What the exponent field of 1 holds.
    const EXPONENT_BIAS: f64;
    /// The least positive number.
    const LEAST: f64;
    /// The least normal positive number.
    const LEAST_NORMAL: f64;
    /// The largest finite number.
    const LARGEST: f64;

    /// The rows that train and those held out.
    fn rows(data: &Data) -> [&Rows<Self>; 2];
    /// The number nearest to a value, of two as near the even one.
    fn rounded(value: f64) -> Self;
    /// The largest number that is not above a value; NaN of NaN.
    fn at_most(value: f64) -> Self;
    /// The number as it is.
    fn exact(self) -> f64;
    /// `self · factor + term`, rounded once.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// `2ᶠ` with f the [bits of the fraction](Self::FRACTION_BITS), plus what the exponent field of a positive number holds.
    fn exponent_field(self) -> Self;
}

impl Element for f64 {
    const FRACTION_BITS: u32 = 52;
    const EXPONENT_BIAS: f64 = 1023.0;
    const LEAST: f64 = f64::from_bits(1);
    const LEAST_NORMAL: f64 = f64::MIN_POSITIVE;
    const LARGEST: f64 = f64::MAX;

    fn rows(data: &Data) -> [&Rows; 2] {
        [&data.train, &data.validation]
    }

    #[inline(always)]
    fn rounded(value: f64) -> f64 {
        value
    }

    #[inline(always)]
    fn at_most(value: f64) -> f64 {
        value
    }

    #[inline(always)]
    fn exact(self) -> f64 {
        self
    }

    #[inline(always)]
    fn mul_add(self, factor: f64, term: f64) -> f64 {
        self.mul_add(factor, term)
    }

    #[inline(always)]
    fn exponent_field(self) -> f64 {
        f64::from_bits((self.to_bits() >> 52) | ((1u64 << 52) as f64).to_bits())
    }
}

impl Element for f32 {
    const FRACTION_BITS: u32 = 23;
    const EXPONENT_BIAS: f64 = 127.0;
    const LEAST: f64 = f32::from_bits(1) as f64;
    const LEAST_NORMAL: f64 = f32::MIN_POSITIVE as f64;
    const LARGEST: f64 = f32::MAX as f64;

    fn rows(data: &Data) -> [&Rows<f32>; 2] {
        data.singles()
    }

    #[inline(always)]
    fn rounded(value: f64) -> f32 {
        value as f32
    }

    #[inline(always)]
    fn at_most(value: f64) -> f32 {
        let nearest = value as f32;
        if f64::from(nearest) > value { nearest.next_down() } else { nearest }
    }

    #[inline(always)]
    fn exact(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn mul_add(self, factor: f32, term: f32) -> f32 {
        self.mul_add(factor, term)
    }

    #[inline(always)]
    fn exponent_field(self) -> f32 {
        f32::from_bits((self.to_bits() >> 23) | ((1u32 << 23) as f32).to_bits())
    }
}
