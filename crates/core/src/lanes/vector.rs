//! SIMD vectors of numbers of one kind, of any instruction set.

use bytemuck::Pod;
use pulp::Simd;

use super::Element;

/// A kind of vector, and the operations on such vectors, lane by lane: an instruction set with a kind of numbers.
pub(crate) trait Vector: Copy + Send + Sync + 'static {
    /// A number of a lane.
    type Element: Element;
    /// A number for each lane.
    type Values: Pod;
    /// A yes or no for each lane.
    type Mask: Copy;
    /// The instruction set.
    type Simd: Simd;
    /// Vectors with a number in f64 for each lane of these. They may have more lanes; nothing is in those.
    type Wide: Vector<Element = f64, Wide = Self::Wide>;

    const LANES: usize;

    fn simd(self) -> Self::Simd;
    fn wide(self) -> Self::Wide;

    fn splat(self, value: Self::Element) -> Self::Values;
    fn add(self, a: Self::Values, b: Self::Values) -> Self::Values;
    fn sub(self, a: Self::Values, b: Self::Values) -> Self::Values;
    fn mul(self, a: Self::Values, b: Self::Values) -> Self::Values;
    fn div(self, a: Self::Values, b: Self::Values) -> Self::Values;
    /// `a · b + c`, rounded once.
    fn mul_add(self, a: Self::Values, b: Self::Values, c: Self::Values) -> Self::Values;
    fn neg(self, a: Self::Values) -> Self::Values;
    fn abs(self, a: Self::Values) -> Self::Values;
    fn sqrt(self, a: Self::Values) -> Self::Values;
    /// The smaller: one instruction, which differs between processors where a number is NaN or −0.
    fn min(self, a: Self::Values, b: Self::Values) -> Self::Values;
    /// The bits that both have.
    fn and(self, a: Self::Values, b: Self::Values) -> Self::Values;
    /// The bits that either has.
    fn or(self, a: Self::Values, b: Self::Values) -> Self::Values;
    /// The numbers whose exponent fields are the lowest bits of these.
    fn lowest_bits_as_exponents(self, a: Self::Values) -> Self::Values;

    fn less_than(self, a: Self::Values, b: Self::Values) -> Self::Mask;
    fn less_than_or_equal(self, a: Self::Values, b: Self::Values) -> Self::Mask;
    fn equal(self, a: Self::Values, b: Self::Values) -> Self::Mask;
    fn mask_and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn mask_or(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn mask_not(self, a: Self::Mask) -> Self::Mask;
    fn any(self, a: Self::Mask) -> bool;
    /// Of each lane the first where the mask says yes, else the second.
    fn select(self, mask: Self::Mask, if_true: Self::Values, if_false: Self::Values) -> Self::Values;
}

/// Vectors of f64.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doubles<S>(pub S);

/// Vectors of f32.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Singles<S>(pub S);

/// Pairs of vectors of f64: as many lanes as a vector of f32 has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DoublePairs<S>(S);

/// Functions of `$argument`s that are each one of pulp's.
macro_rules! calls {
    ($($name:ident($($argument:ident: $type:ty),+) -> $result:ty = $call:ident;)*) => {$(
        #[inline(always)]
        fn $name(self, $($argument: $type),+) -> $result {
            self.0.$call($($argument),+)
        }
    )*};
}

impl<S: Simd> Vector for Doubles<S> {
    type Element = f64;
    type Values = S::f64s;
    type Mask = S::m64s;
    type Simd = S;
    type Wide = Doubles<S>;

    const LANES: usize = S::F64_LANES;

    #[inline(always)]
    fn simd(self) -> S {
        self.0
    }

    #[inline(always)]
    fn wide(self) -> Doubles<S> {
        self
    }

    calls! {
        splat(value: f64) -> S::f64s = splat_f64s;
        add(a: S::f64s, b: S::f64s) -> S::f64s = add_f64s;
        sub(a: S::f64s, b: S::f64s) -> S::f64s = sub_f64s;
        mul(a: S::f64s, b: S::f64s) -> S::f64s = mul_f64s;
        div(a: S::f64s, b: S::f64s) -> S::f64s = div_f64s;
        mul_add(a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s = mul_add_f64s;
        neg(a: S::f64s) -> S::f64s = neg_f64s;
        abs(a: S::f64s) -> S::f64s = abs_f64s;
        sqrt(a: S::f64s) -> S::f64s = sqrt_f64s;
        min(a: S::f64s, b: S::f64s) -> S::f64s = min_f64s;
        and(a: S::f64s, b: S::f64s) -> S::f64s = and_f64s;
        or(a: S::f64s, b: S::f64s) -> S::f64s = or_f64s;
        less_than(a: S::f64s, b: S::f64s) -> S::m64s = less_than_f64s;
        less_than_or_equal(a: S::f64s, b: S::f64s) -> S::m64s = less_than_or_equal_f64s;
        equal(a: S::f64s, b: S::f64s) -> S::m64s = equal_f64s;
        mask_and(a: S::m64s, b: S::m64s) -> S::m64s = and_m64s;
        mask_or(a: S::m64s, b: S::m64s) -> S::m64s = or_m64s;
        mask_not(a: S::m64s) -> S::m64s = not_m64s;
        select(mask: S::m64s, if_true: S::f64s, if_false: S::f64s) -> S::f64s = select_f64s;
    }

    #[inline(always)]
    fn lowest_bits_as_exponents(self, a: S::f64s) -> S::f64s {
        bytemuck::cast(self.0.mul_u64s(bytemuck::cast(a), self.0.splat_u64s(1 << f64::FRACTION_BITS)))
    }

    #[inline(always)]
    fn any(self, a: S::m64s) -> bool {
        self.0.first_true_m64s(a) < S::F64_LANES
    }
}

impl<S: Simd> Vector for Singles<S> {
    type Element = f32;
    type Values = S::f32s;
    type Mask = S::m32s;
    type Simd = S;
    type Wide = DoublePairs<S>;

    const LANES: usize = S::F32_LANES;

    #[inline(always)]
    fn simd(self) -> S {
        self.0
    }

    #[inline(always)]
    fn wide(self) -> DoublePairs<S> {
        DoublePairs(self.0)
    }

    calls! {
        splat(value: f32) -> S::f32s = splat_f32s;
        add(a: S::f32s, b: S::f32s) -> S::f32s = add_f32s;
        sub(a: S::f32s, b: S::f32s) -> S::f32s = sub_f32s;
        mul(a: S::f32s, b: S::f32s) -> S::f32s = mul_f32s;
        div(a: S::f32s, b: S::f32s) -> S::f32s = div_f32s;
        mul_add(a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s = mul_add_f32s;
        neg(a: S::f32s) -> S::f32s = neg_f32s;
        abs(a: S::f32s) -> S::f32s = abs_f32s;
        sqrt(a: S::f32s) -> S::f32s = sqrt_f32s;
        min(a: S::f32s, b: S::f32s) -> S::f32s = min_f32s;
        and(a: S::f32s, b: S::f32s) -> S::f32s = and_f32s;
        or(a: S::f32s, b: S::f32s) -> S::f32s = or_f32s;
        less_than(a: S::f32s, b: S::f32s) -> S::m32s = less_than_f32s;
        less_than_or_equal(a: S::f32s, b: S::f32s) -> S::m32s = less_than_or_equal_f32s;
        equal(a: S::f32s, b: S::f32s) -> S::m32s = equal_f32s;
        mask_and(a: S::m32s, b: S::m32s) -> S::m32s = and_m32s;
        mask_or(a: S::m32s, b: S::m32s) -> S::m32s = or_m32s;
        mask_not(a: S::m32s) -> S::m32s = not_m32s;
        select(mask: S::m32s, if_true: S::f32s, if_false: S::f32s) -> S::f32s = select_f32s;
    }

    #[inline(always)]
    fn lowest_bits_as_exponents(self, a: S::f32s) -> S::f32s {
        bytemuck::cast(self.0.mul_u32s(bytemuck::cast(a), self.0.splat_u32s(1 << f32::FRACTION_BITS)))
    }

    #[inline(always)]
    fn any(self, a: S::m32s) -> bool {
        self.0.first_true_m32s(a) < S::F32_LANES
    }
}

/// Functions that are the same of both halves.
macro_rules! halves {
    ($($name:ident($($argument:ident: $type:ty),+) -> $result:ty;)*) => {$(
        #[inline(always)]
        fn $name(self, $($argument: [$type; 2]),+) -> [$result; 2] {
            [Doubles(self.0).$name($($argument[0]),+), Doubles(self.0).$name($($argument[1]),+)]
        }
    )*};
}

impl<S: Simd> Vector for DoublePairs<S> {
    type Element = f64;
    type Values = [S::f64s; 2];
    type Mask = [S::m64s; 2];
    type Simd = S;
    type Wide = DoublePairs<S>;

    const LANES: usize = 2 * S::F64_LANES;

    #[inline(always)]
    fn simd(self) -> S {
        self.0
    }

    #[inline(always)]
    fn wide(self) -> DoublePairs<S> {
        self
    }

    #[inline(always)]
    fn splat(self, value: f64) -> [S::f64s; 2] {
        [Doubles(self.0).splat(value); 2]
    }

    halves! {
        add(a: S::f64s, b: S::f64s) -> S::f64s;
        sub(a: S::f64s, b: S::f64s) -> S::f64s;
        mul(a: S::f64s, b: S::f64s) -> S::f64s;
        div(a: S::f64s, b: S::f64s) -> S::f64s;
        mul_add(a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s;
        neg(a: S::f64s) -> S::f64s;
        abs(a: S::f64s) -> S::f64s;
        sqrt(a: S::f64s) -> S::f64s;
        min(a: S::f64s, b: S::f64s) -> S::f64s;
        and(a: S::f64s, b: S::f64s) -> S::f64s;
        or(a: S::f64s, b: S::f64s) -> S::f64s;
        lowest_bits_as_exponents(a: S::f64s) -> S::f64s;
        less_than(a: S::f64s, b: S::f64s) -> S::m64s;
        less_than_or_equal(a: S::f64s, b: S::f64s) -> S::m64s;
        equal(a: S::f64s, b: S::f64s) -> S::m64s;
        mask_and(a: S::m64s, b: S::m64s) -> S::m64s;
        mask_or(a: S::m64s, b: S::m64s) -> S::m64s;
        mask_not(a: S::m64s) -> S::m64s;
        select(mask: S::m64s, if_true: S::f64s, if_false: S::f64s) -> S::f64s;
    }

    #[inline(always)]
    fn any(self, a: [S::m64s; 2]) -> bool {
        Doubles(self.0).any(a[0]) || Doubles(self.0).any(a[1])
    }
}
