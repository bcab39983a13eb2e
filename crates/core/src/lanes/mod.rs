//! One number of each of several runs: a SIMD vector whose lanes are runs.
//!
//! Nothing here combines lanes, so a lane's bits do not depend on its neighbours or on how many there are.

mod blocks;
mod instructions;
mod vector;

#[cfg(target_arch = "x86_64")]
use std::any::Any;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

use aligned_vec::{AVec, ConstAlign};
use pulp::{Simd, WithSimd};

pub(crate) use crate::number::Element;
pub(crate) use blocks::{blocks, rows, rows_mut};
pub use instructions::InstructionSet;
pub(crate) use vector::{Doubles, Singles, Vector};

/// Calls `f`, compiled for the instructions of `vector`: the boundary of a loop that must run in vectors.
#[inline(always)]
pub(crate) fn vectorize<V: Vector, R>(vector: V, f: impl FnOnce() -> R) -> R {
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
    if V::LANES == 1
        && let Some(fused) = pulp::x86::V3::try_new()
    {
        return fused.vectorize(f);
    }
    vector.simd().vectorize(Call(f))
}

/// One number of each of `V::LANES` runs.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<V: Vector> {
    vector: V,
    values: V::Values,
}

/// Numbers of `V::LANES` runs, none of which straddles two cache lines: loads and stores of 512 bits that do take twice as
/// long.
pub(crate) type Buffer<V> = AVec<Lanes<V>, ConstAlign<64>>;

/// Rows of numbers that stay in registers.
pub(crate) type Tile<V, const R: usize, const C: usize> = [[Lanes<V>; C]; R];

/// A buffer that holds `value` so many times.
pub(crate) fn buffer<V: Vector>(value: Lanes<V>, length: usize) -> Buffer<V> {
    AVec::from_iter(64, std::iter::repeat_n(value, length))
}

/// A yes or no for each of `V::LANES` runs.
#[derive(Clone, Copy)]
pub(crate) struct Mask<V: Vector> {
    vector: V,
    values: V::Mask,
}

/// Values in f64 are rounded once to the element where they are put into lanes, and are exact where they are got from them.
impl<V: Vector> Lanes<V> {
    #[inline(always)]
    pub fn splat(vector: V, value: f64) -> Self {
        Lanes::of(vector, V::Element::rounded(value))
    }

    /// An element in every lane.
    #[inline(always)]
    pub fn of(vector: V, element: V::Element) -> Self {
        Lanes { vector, values: vector.splat(element) }
    }

    /// The numbers of a vector.
    #[inline(always)]
    pub fn from_values(vector: V, values: V::Values) -> Self {
        Lanes { vector, values }
    }

    #[inline(always)]
    pub fn values(self) -> V::Values {
        self.values
    }

    /// The first of some numbers, of which there are at least as many as lanes.
    #[inline(always)]
    pub fn read(vector: V, numbers: &[V::Element]) -> Self {
        Lanes { vector, values: bytemuck::pod_read_unaligned(bytemuck::cast_slice(&numbers[..V::LANES])) }
    }

    /// Writes the lanes over the first of some numbers.
    #[inline(always)]
    pub fn write(self, numbers: &mut [V::Element]) {
        numbers[..V::LANES].copy_from_slice(self.as_slice());
    }

    /// This value in every lane.
    #[inline(always)]
    pub fn like(self, value: f64) -> Self {
        Lanes::splat(self.vector, value)
    }

    /// This element in every lane.
    #[inline(always)]
    pub fn like_element(self, element: V::Element) -> Self {
        Lanes::of(self.vector, element)
    }

    #[inline(always)]
    pub fn as_slice(&self) -> &[V::Element] {
        bytemuck::cast_slice(std::slice::from_ref(&self.values))
    }

    #[inline(always)]
    pub fn as_mut_slice(&mut self) -> &mut [V::Element] {
        bytemuck::cast_slice_mut(std::slice::from_mut(&mut self.values))
    }

    #[inline(always)]
    pub fn get(&self, lane: usize) -> f64 {
        self.as_slice()[lane].exact()
    }

    #[inline(always)]
    pub fn set(&mut self, lane: usize, value: f64) {
        self.as_mut_slice()[lane] = V::Element::rounded(value);
    }

    /// The numbers in f64.
    #[inline(always)]
    pub fn widened(self) -> Lanes<V::Wide> {
        let mut wide = Lanes::splat(self.vector.wide(), 0.0);
        wide.as_mut_slice().iter_mut().zip(self.as_slice()).for_each(|(wide, element)| *wide = element.exact());
        wide
    }

    /// These numbers in f64, each rounded once to the element.
    #[inline(always)]
    pub fn rounded(self, wide: Lanes<V::Wide>) -> Self {
        self.converted(wide, V::Element::rounded)
    }

    /// Of each of these numbers in f64 the largest element that is not above it.
    #[inline(always)]
    pub fn at_most(self, wide: Lanes<V::Wide>) -> Self {
        self.converted(wide, V::Element::at_most)
    }

    #[inline(always)]
    fn converted(mut self, wide: Lanes<V::Wide>, convert: impl Fn(f64) -> V::Element) -> Self {
        self.as_mut_slice().iter_mut().zip(wide.as_slice()).for_each(|(element, wide)| *element = convert(*wide));
        self
    }

    /// `self · factor + term`, rounded once.
    #[inline(always)]
    pub fn mul_add(self, factor: Self, term: Self) -> Self {
        self.with(self.vector.mul_add(self.values, factor.values, term.values))
    }

    /// Numbers within 2⁻¹⁴ of `1/√x`, relative, of positive normal x. Which ones differs between processors. `None` where the
    /// instruction set has no instruction for them in the element: all but AVX-512 in f64.
    #[inline(always)]
    pub fn inverse_root_guess(self) -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if size_of::<V::Element>() == size_of::<f64>()
            && let Some(simd) = (&self.vector.simd() as &dyn Any).downcast_ref::<pulp::x86::V4>()
        {
            let guess = simd.avx512f._mm512_rsqrt14_pd(bytemuck::cast(self.values));
            return Some(self.with(bytemuck::cast(guess)));
        }
        None
    }

    #[inline(always)]
    pub fn sqrt(self) -> Self {
        self.with(self.vector.sqrt(self.values))
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        self.with(self.vector.abs(self.values))
    }

    /// The magnitude of `self` with the sign of `sign`.
    #[inline(always)]
    pub fn copysign(self, sign: Self) -> Self {
        let bit = self.vector.and(sign.values, self.like(-0.0).values);
        self.with(self.vector.or(self.abs().values, bit))
    }

    /// The larger; `other` where `self` is NaN.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        self.gt(other).select(self, other)
    }

    /// [`min`](Self::min) of numbers that are not −0: in vectors of x86 one instruction. That of AArch64 gives NaN where either is
    /// one, that of a lane alone a number.
    #[inline(always)]
    pub fn least(self, other: Self) -> Self {
        match cfg!(target_arch = "aarch64") || V::LANES == 1 {
            true => self.min(other),
            false => self.with(self.vector.min(self.values, other.values)),
        }
    }

    /// The smaller; `other` where `self` is NaN.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        self.lt(other).select(self, other)
    }

    #[inline(always)]
    pub fn lt(self, other: Self) -> Mask<V> {
        Mask { vector: self.vector, values: self.vector.less_than(self.values, other.values) }
    }

    #[inline(always)]
    pub fn le(self, other: Self) -> Mask<V> {
        Mask { vector: self.vector, values: self.vector.less_than_or_equal(self.values, other.values) }
    }

    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask<V> {
        other.lt(self)
    }

    #[inline(always)]
    pub fn ge(self, other: Self) -> Mask<V> {
        other.le(self)
    }

    #[inline(always)]
    pub fn eq(self, other: Self) -> Mask<V> {
        Mask { vector: self.vector, values: self.vector.equal(self.values, other.values) }
    }

    /// `2ᶠ`, f being the bits of the fraction: numbers from there to its double are whole, and their lowest bits count.
    const WHOLE: f64 = (1u64 << V::Element::FRACTION_BITS) as f64;

    /// `2ⁿ` for whole n among the exponents of normal numbers.
    ///
    /// The lowest bits of `2ᶠ + (n + bias)` are what the exponent field of 2ⁿ holds.
    #[inline(always)]
    pub fn exp2_whole(self) -> Self {
        (self + self.like(Self::WHOLE + V::Element::EXPONENT_BIAS)).lowest_bits_as_exponents()
    }

    /// The nearest whole number n, and `2ⁿ`, for n among the exponents of normal numbers; of two as near either.
    #[inline(always)]
    pub fn round_and_exp2(self) -> (Self, Self) {
        let shift = self.like(1.5 * Self::WHOLE + V::Element::EXPONENT_BIAS);
        let biased = self + shift;
        (biased - shift, biased.lowest_bits_as_exponents())
    }

    #[inline(always)]
    fn lowest_bits_as_exponents(self) -> Self {
        self.with(self.vector.lowest_bits_as_exponents(self.values))
    }

    /// m in 1 … 2 and whole k with `self = m 2ᵏ`, for positive normal numbers.
    #[inline(always)]
    pub fn mantissa_and_exponent(self) -> (Self, Self) {
        // The largest subnormal number has every bit of the fraction and none else.
        let fraction = self.like(V::Element::LEAST_NORMAL - V::Element::LEAST);
        let bits = self.vector.and(self.values, fraction.values);
        let mantissa = self.with(self.vector.or(bits, self.like(1.0).values));
        // Compilers make a vector of it.
        let mut biased = self;
        for x in biased.as_mut_slice() {
            *x = x.exponent_field();
        }
        (mantissa, biased - self.like(Self::WHOLE + V::Element::EXPONENT_BIAS))
    }

    /// The nearest whole number, ties to even, for |x| < 2ᶠ⁻¹, f being the bits of the fraction.
    #[inline(always)]
    pub fn round(self) -> Self {
        let shift = self.like(1.5 * Self::WHOLE);
        (self + shift) - shift
    }

    #[inline(always)]
    fn with(self, values: V::Values) -> Self {
        Lanes { values, ..self }
    }
}

impl<V: Vector> Mask<V> {
    #[inline(always)]
    pub fn select(self, if_true: Lanes<V>, if_false: Lanes<V>) -> Lanes<V> {
        if_true.with(self.vector.select(self.values, if_true.values, if_false.values))
    }

    #[inline(always)]
    pub fn or(self, other: Self) -> Self {
        Mask { values: self.vector.mask_or(self.values, other.values), ..self }
    }

    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Mask { values: self.vector.mask_and(self.values, other.values), ..self }
    }

    #[inline(always)]
    pub fn not(self) -> Self {
        Mask { values: self.vector.mask_not(self.values), ..self }
    }

    /// 1 for yes, 0 for no.
    #[inline(always)]
    pub fn as_numbers(self) -> Lanes<V> {
        self.select(Lanes::splat(self.vector, 1.0), Lanes::splat(self.vector, 0.0))
    }

    #[inline(always)]
    pub fn any(self) -> bool {
        self.vector.any(self.values)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl<V: Vector> $trait for Lanes<V> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.with(self.vector.$method(self.values, other.values))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl<V: Vector> Neg for Lanes<V> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.with(self.vector.neg(self.values))
    }
}

impl<V: Vector> AddAssign for Lanes<V> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<V: Vector> MulAssign for Lanes<V> {
    #[inline(always)]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}
