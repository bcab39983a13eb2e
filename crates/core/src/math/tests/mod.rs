mod single;

use super::*;
use crate::InstructionSet;
use crate::lanes::{Doubles, Singles, Vector};
use pulp::{Scalar, Simd, WithSimd};

type Lane = Lanes<Doubles<Scalar>>;

fn lane(x: f64) -> Lane {
    Lanes::splat(Doubles(Scalar), x)
}

fn softplus(x: Lane) -> Lane {
    softplus_and_sigmoid(x).0
}

/// The distance in units in the last place of `expected`.
fn ulps(found: f64, expected: f64) -> f64 {
    if found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()) {
        return 0.0;
    }
    (found - expected).abs() / (expected.abs().next_up() - expected.abs()).max(f64::from_bits(1))
}

/// The largest distance from `reference` over a fine grid of ±[2⁻⁶⁰, limit] in equal ratios.
fn worst(f: fn(Lane) -> Lane, reference: fn(f64) -> f64, limit: f64) -> f64 {
    let steps = 400_000;
    let ratio = libm::log2(limit) + 60.0;
    let at = |i: u32| libm::exp2(f64::from(i) / f64::from(steps) * ratio - 60.0);
    let error = |x: f64| ulps(f(lane(x)).get(0), reference(x));
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

/// tanh of NaN, ±∞ and ±0 with an instruction set, in both precisions.
struct TanhOfEdges;

impl WithSimd for TanhOfEdges {
    type Output = [[f64; 5]; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [[f64; 5]; 2] {
        fn of<V: Vector>(vector: V) -> [f64; 5] {
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0].map(|x| tanh(Lanes::splat(vector, x)).get(0))
        }
        [of(Doubles(simd)), of(Singles(simd))]
    }
}

#[test]
fn tanh_of_edges_is_the_same_with_every_instruction_set() {
    for set in InstructionSet::available() {
        for [nan, edges @ ..] in set.dispatch(TanhOfEdges) {
            assert!(nan.is_nan(), "{set:?}");
            assert_eq!(edges.map(f64::to_bits), [1.0f64, -1.0, 0.0, -0.0].map(f64::to_bits), "{set:?}");
        }
    }
}

#[test]
fn special_values() {
    let at = |f: fn(Lane) -> Lane, x: f64| f(lane(x)).get(0);
    let cdf: fn(Lane) -> Lane = |x| normal_cdf_and_density(x).0;
    let density: fn(Lane) -> Lane = |x| normal_cdf_and_density(x).1;
    for f in [exp, tanh, sigmoid, softplus, ln, cdf, density] {
        assert!(at(f, f64::NAN).is_nan());
    }
    let (least, inf) = (f64::from_bits(1), f64::INFINITY);
    // At −inf, −0 or 0, the least positive number, inf.
    for (f, expected) in [
        (exp as fn(Lane) -> Lane, [0.0, 1.0, 1.0, inf]),
        (tanh, [-1.0, 0.0, least, 1.0]),
        (sigmoid, [0.0, 0.5, 0.5, 1.0]),
        (softplus, [0.0, std::f64::consts::LN_2, std::f64::consts::LN_2, inf]),
        (cdf, [0.0, 0.5, 0.5, 1.0]),
        (density, [0.0, 0.398_942_280_401_432_7, 0.398_942_280_401_432_7, 0.0]),
    ] {
        assert_eq!([-inf, 0.0, least, inf].map(|x| at(f, x)), expected);
        assert_eq!(at(f, -0.0), expected[1]);
    }
    assert_eq!(at(tanh, -0.0).to_bits(), (-0.0f64).to_bits());
    assert_eq!(at(tanh, -50.0), -1.0);
    assert_eq!(at(exp, 709.782_712_893_384), 1.797_693_134_862_273_2e308);
    assert_eq!(at(exp, -745.133_219_101_941_1), least);
    assert_eq!([1e300, 1000.0, -1000.0].map(|x| at(softplus, x)), [1e300, 1000.0, 0.0]);
    assert_eq!([1e300, 40.0, -40.0, -1e300].map(|x| at(cdf, x)), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!([0.0, -0.0, 1.0, inf].map(|x| at(ln, x)), [-inf, -inf, 0.0, inf]);
    assert_eq!(at(ln, least), -744.440_071_921_381_2);
    assert!(at(ln, -1.0).is_nan() && at(ln, -inf).is_nan());
}
