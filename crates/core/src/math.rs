//! Transcendental functions on lanes, free of branches and built from operations that every processor rounds alike.

use std::f64::consts::{FRAC_1_SQRT_2, LOG2_E};

use pulp::Simd;

use crate::lanes::Lanes;

/// ln 2 in two parts: the first has 11 trailing zeros, so that its product with a whole n is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// x = n ln 2 + r with n whole and |r| ≤ ½ ln 2: returns n and `eʳ − 1`.
///
/// `eʳ − 1 = r + r² (1/2! + r/3! + … + r¹¹/13!)`; the next term is below 2⁻⁵⁷ of the result.
#[inline(always)]
fn reduced_exp_m1<S: Simd>(x: Lanes<S>) -> (Lanes<S>, Lanes<S>) {
    const TAYLOR: [f64; 12] = [
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5040.0,
        1.0 / 40320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    let n = (x * x.like(LOG2_E)).round();
    let r = n.mul_add(x.like(-LN_2_LOW), n.mul_add(x.like(-LN_2_HIGH), x));
    // Estrin's scheme: pairs, then pairs of pairs, so that few products wait for one another.
    let square = r * r;
    let fourth = square * square;
    let low = four_terms(r, square, TAYLOR[0], TAYLOR[1], TAYLOR[2], TAYLOR[3]);
    let middle = four_terms(r, square, TAYLOR[4], TAYLOR[5], TAYLOR[6], TAYLOR[7]);
    let high = four_terms(r, square, TAYLOR[8], TAYLOR[9], TAYLOR[10], TAYLOR[11]);
    let sum = fourth.mul_add(fourth.mul_add(high, middle), low);
    (n, square.mul_add(sum, r))
}

/// `a + b r + c r² + d r³`.
#[inline(always)]
fn four_terms<S: Simd>(r: Lanes<S>, square: Lanes<S>, a: f64, b: f64, c: f64, d: f64) -> Lanes<S> {
    square.mul_add(r.mul_add(r.like(d), r.like(c)), r.mul_add(r.like(b), r.like(a)))
}

/// `eˣ`, within 1.1 ulp.
#[inline(always)]
pub(crate) fn exp<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    let bounded = x.max(x.like(-750.0)).min(x.like(710.0));
    let (n, p) = reduced_exp_m1(bounded);
    // 2ⁿ in two factors: n reaches from −1082, below the least normal exponent, to 1024, above the largest.
    let half = (n * x.like(0.5)).round();
    let value = (p * half.exp2_whole() + half.exp2_whole()) * (n - half).exp2_whole();
    x.eq(x).select(value, x)
}

/// `tanh x`, within 2.5 ulp: `t/(t + 2)` with `t = e²ˣ − 1`, for |x| with the sign of x.
#[inline(always)]
pub(crate) fn tanh<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    // tanh 20 rounds to 1.
    let bounded = x.abs().min(x.like(20.0));
    let (n, p) = reduced_exp_m1(bounded + bounded);
    let scale = n.exp2_whole();
    let t = scale.mul_add(p, scale - x.like(1.0));
    let value = (t / (t + x.like(2.0))).copysign(x);
    x.eq(x).select(value, x)
}

/// `1/(1 + e⁻ˣ)`, within 2.5 ulp.
#[inline(always)]
pub(crate) fn sigmoid<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    x.like(1.0) / (x.like(1.0) + exp(-x))
}

/// `ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|)`, within 2 ulp.
#[inline(always)]
pub(crate) fn softplus<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    let value = x.max(x.like(0.0)) + exp(-x.abs()).map(libm::log1p);
    x.eq(x).select(value, x)
}

/// ln x, within 1 ulp.
#[inline(always)]
pub(crate) fn ln<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    x.map(libm::log)
}

/// The standard normal distribution function Φ and its density φ at x, the density within 3 ulp. Φ takes x/√2 rounded, which
/// far out on the left costs x² times as much.
#[inline(always)]
pub(crate) fn normal_cdf_and_density<S: Simd>(x: Lanes<S>) -> (Lanes<S>, Lanes<S>) {
    const INV_SQRT_TAU: f64 = 0.398_942_280_401_432_7;
    let cdf = (x * x.like(-FRAC_1_SQRT_2)).map(libm::erfc) * x.like(0.5);
    let square = x * x;
    // What the square has lost to rounding, which counts where it is large; without end where the density is 0.
    let lost = x.mul_add(x, -square);
    let rest = lost.abs().lt(x.like(1.0)).select(lost, x.like(0.0)) * x.like(-0.5);
    let e = exp(square * x.like(-0.5));
    (cdf, rest.mul_add(e, e) * x.like(INV_SQRT_TAU))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::Scalar;

    /// The distance in units in the last place of `expected`.
    fn ulps(found: f64, expected: f64) -> f64 {
        if found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()) {
            return 0.0;
        }
        (found - expected).abs() / (expected.abs().next_up() - expected.abs()).max(f64::from_bits(1))
    }

    /// The largest distance from `reference` over a fine grid of ±[2⁻⁶⁰, limit] in equal ratios.
    fn worst(f: fn(Lanes<Scalar>) -> Lanes<Scalar>, reference: fn(f64) -> f64, limit: f64) -> f64 {
        let steps = 400_000;
        let ratio = libm::log2(limit) + 60.0;
        let at = |i: u32| libm::exp2(f64::from(i) / f64::from(steps) * ratio - 60.0);
        let error = |x: f64| ulps(f(Lanes::splat(Scalar, x)).get(0), reference(x));
        (0..=steps).flat_map(|i| [error(at(i)), error(-at(i))]).fold(0.0, f64::max)
    }

    // libm's functions are within 1 ulp of the truth, so 3 here means within 4: the exact bound is measured
    // against high precision where speed is.
    #[test]
    fn agrees_with_libm() {
        for (name, error) in [
            ("exp", worst(exp, libm::exp, 709.7)),
            ("tanh", worst(tanh, libm::tanh, 30.0)),
            ("sigmoid", worst(sigmoid, |x| 1.0 / (1.0 + libm::exp(-x)), 700.0)),
            ("softplus", worst(softplus, |x| x.max(0.0) + libm::log1p(libm::exp(-x.abs())), 700.0)),
        ] {
            assert!(error <= 3.0, "{name} is {error} ulp away");
        }
    }

    #[test]
    fn special_values() {
        let at = |f: fn(Lanes<Scalar>) -> Lanes<Scalar>, x: f64| f(Lanes::splat(Scalar, x)).get(0);
        assert_eq!(at(exp, f64::INFINITY), f64::INFINITY);
        assert_eq!(at(exp, 709.782_712_893_384), 1.797_693_134_862_273_2e308);
        assert_eq!(at(exp, f64::NEG_INFINITY), 0.0);
        assert_eq!(at(exp, -745.133_219_101_941_1), f64::from_bits(1));
        assert_eq!(at(exp, 0.0), 1.0);
        assert!(at(exp, f64::NAN).is_nan());
        assert_eq!(at(tanh, f64::INFINITY), 1.0);
        assert_eq!(at(tanh, -50.0), -1.0);
        assert_eq!(at(tanh, -0.0).to_bits(), (-0.0f64).to_bits());
        assert_eq!(at(tanh, 5e-324), 5e-324);
        assert!(at(tanh, f64::NAN).is_nan());
        assert_eq!(at(sigmoid, -1000.0), 0.0);
        assert_eq!(at(softplus, 1000.0), 1000.0);
        assert!(at(softplus, f64::NAN).is_nan());
    }
}
