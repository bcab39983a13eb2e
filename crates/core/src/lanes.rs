//! One number of each of several runs: a SIMD vector whose lanes are runs.
//!
//! Nothing here combines lanes, so a lane's bits do not depend on its neighbours or on how many there are.

use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

use aligned_vec::{AVec, ConstAlign};
use pulp::{Simd, WithSimd};

/// Calls `f`, compiled for the instructions of `simd`: the boundary of a loop that must run in vectors.
#[inline(always)]
pub(crate) fn vectorize<S: Simd, R>(simd: S, f: impl FnOnce() -> R) -> R {
    struct Call<F>(F);
    impl<R, F: FnOnce() -> R> WithSimd for Call<F> {
        type Output = R;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> R {
            (self.0)()
        }
    }
    // One lane: hardware has to fuse all the same, a call of a library for each product takes forty times as long.
    #[cfg(target_arch = "x86_64")]
    if S::F64_LANES == 1
        && let Some(fused) = pulp::x86::V3::try_new()
    {
        return fused.vectorize(f);
    }
    simd.vectorize(Call(f))
}

/// One number of each of `S::F64_LANES` runs.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<S: Simd> {
    simd: S,
    values: S::f64s,
}

/// Numbers of `S::F64_LANES` runs, none of which straddles two cache lines: loads and stores of 512 bits that do take twice
/// as long.
pub(crate) type Buffer<S> = AVec<Lanes<S>, ConstAlign<64>>;

/// A buffer that holds `value` so many times.
pub(crate) fn buffer<S: Simd>(value: Lanes<S>, length: usize) -> Buffer<S> {
    AVec::from_iter(64, std::iter::repeat_n(value, length))
}

/// A yes or no for each of `S::F64_LANES` runs.
#[derive(Clone, Copy)]
pub(crate) struct Mask<S: Simd> {
    simd: S,
    values: S::m64s,
}

impl<S: Simd> Lanes<S> {
    #[inline(always)]
    pub fn splat(simd: S, value: f64) -> Self {
        Lanes { simd, values: simd.splat_f64s(value) }
    }

    /// The first of some numbers, of which there are at least as many as lanes.
    #[inline(always)]
    pub fn read(simd: S, numbers: &[f64]) -> Self {
        Lanes { simd, values: S::as_simd_f64s(&numbers[..S::F64_LANES]).0[0] }
    }

    /// Writes the lanes over the first of some numbers.
    #[inline(always)]
    pub fn write(self, numbers: &mut [f64]) {
        S::as_mut_simd_f64s(&mut numbers[..S::F64_LANES]).0[0] = self.values;
    }

    /// This value in every lane.
    #[inline(always)]
    pub fn like(self, value: f64) -> Self {
        Lanes::splat(self.simd, value)
    }

    #[inline(always)]
    pub fn as_slice(&self) -> &[f64] {
        bytemuck::cast_slice(std::slice::from_ref(&self.values))
    }

    #[inline(always)]
    fn as_mut_slice(&mut self) -> &mut [f64] {
        bytemuck::cast_slice_mut(std::slice::from_mut(&mut self.values))
    }

    #[inline(always)]
    pub fn get(&self, lane: usize) -> f64 {
        self.as_slice()[lane]
    }

    #[inline(always)]
    pub fn set(&mut self, lane: usize, value: f64) {
        self.as_mut_slice()[lane] = value;
    }

    /// `self · factor + term`, rounded once.
    #[inline(always)]
    pub fn mul_add(self, factor: Self, term: Self) -> Self {
        self.with(self.simd.mul_add_f64s(self.values, factor.values, term.values))
    }

    #[inline(always)]
    pub fn sqrt(self) -> Self {
        self.with(self.simd.sqrt_f64s(self.values))
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        self.with(self.simd.abs_f64s(self.values))
    }

    /// The magnitude of `self` with the sign of `sign`.
    #[inline(always)]
    pub fn copysign(self, sign: Self) -> Self {
        let bit = self.simd.and_f64s(sign.values, self.simd.splat_f64s(-0.0));
        self.with(self.simd.or_f64s(self.abs().values, bit))
    }

    /// The larger; `other` where `self` is NaN.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        self.gt(other).select(self, other)
    }

    /// [`min`](Self::min) of numbers that are not −0, of which `other` is not NaN: on x86 one instruction. That of AArch64
    /// gives NaN where either is.
    #[inline(always)]
    pub fn least(self, other: Self) -> Self {
        match cfg!(target_arch = "aarch64") {
            true => self.min(other),
            false => self.with(self.simd.min_f64s(self.values, other.values)),
        }
    }

    /// The smaller; `other` where `self` is NaN.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        self.lt(other).select(self, other)
    }

    #[inline(always)]
    pub fn lt(self, other: Self) -> Mask<S> {
        Mask { simd: self.simd, values: self.simd.less_than_f64s(self.values, other.values) }
    }

    #[inline(always)]
    pub fn le(self, other: Self) -> Mask<S> {
        Mask { simd: self.simd, values: self.simd.less_than_or_equal_f64s(self.values, other.values) }
    }

    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask<S> {
        other.lt(self)
    }

    #[inline(always)]
    pub fn ge(self, other: Self) -> Mask<S> {
        other.le(self)
    }

    #[inline(always)]
    pub fn eq(self, other: Self) -> Mask<S> {
        Mask { simd: self.simd, values: self.simd.equal_f64s(self.values, other.values) }
    }

    /// `2ⁿ` for whole n in −1022 … 1023.
    ///
    /// The lowest bits of `2⁵² + (n + 1023)` are n + 1023; times 2⁵² (a shift) they are the exponent field.
    #[inline(always)]
    pub fn exp2_whole(self) -> Self {
        (self + self.like(TWO_52 + 1023.0)).lowest_bits_as_exponent()
    }

    /// The nearest whole number n, and `2ⁿ`, for n in −1022 … 1023; of two as near either.
    #[inline(always)]
    pub fn round_and_exp2(self) -> (Self, Self) {
        let shift = self.like(1.5 * TWO_52 + 1023.0);
        let biased = self + shift;
        (biased - shift, biased.lowest_bits_as_exponent())
    }

    #[inline(always)]
    fn lowest_bits_as_exponent(self) -> Self {
        let bits: S::u64s = bytemuck::cast(self.values);
        let shifted = self.simd.mul_u64s(bits, self.simd.splat_u64s(1 << 52));
        self.with(bytemuck::cast(shifted))
    }

    /// m in 1 … 2 and whole k with `self = m 2ᵏ`, for positive normal numbers.
    #[inline(always)]
    pub fn mantissa_and_exponent(self) -> (Self, Self) {
        let simd = self.simd;
        let bits = simd.and_f64s(self.values, simd.splat_f64s(f64::from_bits((1 << 52) - 1)));
        let mantissa = self.with(simd.or_f64s(bits, simd.splat_f64s(1.0)));
        // The exponent field as the lowest bits of 2⁵²; compilers make a vector of it.
        let mut biased = self;
        for x in biased.as_mut_slice() {
            *x = f64::from_bits((x.to_bits() >> 52) | TWO_52.to_bits());
        }
        (mantissa, biased - self.like(TWO_52 + 1023.0))
    }

    /// The nearest whole number, ties to even, for |x| < 2⁵¹.
    #[inline(always)]
    pub fn round(self) -> Self {
        let shift = self.like(1.5 * TWO_52);
        (self + shift) - shift
    }

    #[inline(always)]
    fn with(self, values: S::f64s) -> Self {
        Lanes { simd: self.simd, values }
    }
}

const TWO_52: f64 = (1u64 << 52) as f64;

impl<S: Simd> Mask<S> {
    #[inline(always)]
    pub fn select(self, if_true: Lanes<S>, if_false: Lanes<S>) -> Lanes<S> {
        if_true.with(self.simd.select_f64s(self.values, if_true.values, if_false.values))
    }

    #[inline(always)]
    pub fn or(self, other: Self) -> Self {
        Mask { values: self.simd.or_m64s(self.values, other.values), ..self }
    }

    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Mask { values: self.simd.and_m64s(self.values, other.values), ..self }
    }

    #[inline(always)]
    pub fn not(self) -> Self {
        Mask { values: self.simd.not_m64s(self.values), ..self }
    }

    /// 1 for yes, 0 for no.
    #[inline(always)]
    pub fn as_numbers(self) -> Lanes<S> {
        self.select(Lanes::splat(self.simd, 1.0), Lanes::splat(self.simd, 0.0))
    }

    #[inline(always)]
    pub fn any(self) -> bool {
        self.simd.first_true_m64s(self.values) < S::F64_LANES
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $simd:ident) => {
        impl<S: Simd> $trait for Lanes<S> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.with(self.simd.$simd(self.values, other.values))
            }
        }
    };
}

operator!(Add, add, add_f64s);
operator!(Sub, sub, sub_f64s);
operator!(Mul, mul, mul_f64s);
operator!(Div, div, div_f64s);

impl<S: Simd> Neg for Lanes<S> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.with(self.simd.neg_f64s(self.values))
    }
}

impl<S: Simd> AddAssign for Lanes<S> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<S: Simd> MulAssign for Lanes<S> {
    #[inline(always)]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}
