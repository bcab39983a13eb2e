//! Fast powers of ten. A sweep over geometric values needs at least one per run.

/// log₂ 10 in two parts, the first of 21 bits.
const LOG2_10: [f64; 2] = [3.321928024291992, 7.05953701603694e-8];
/// ln 2, and the same in two parts, the first of 24 bits.
const LN_2: f64 = std::f64::consts::LN_2;
const LN_2_PARTS: [f64; 2] = [0.6931471824645996, -1.904654299957768e-9];
/// Remez coefficients of z − z²(P₀ + P₁z² + …), with which eᶻ = 1 + z + zc/(2 − c), |z| ≤ ½ ln 2.
const REMEZ: [f64; 5] =
    [0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8];
/// For exponents up to this magnitude, powers are neither subnormal nor infinite.
const MOST: f64 = 300.0;

/// 10ˣ within an ulp: the same bits as `libm::pow(10.0, x)`, four times as fast because the logarithm of 10 is a constant.
/// (`libm::exp10` is as fast, but up to 3 ulp off.)
///
/// x log₂ 10 = n + f with |f| ≤ ½, in two parts, and 2ᶠ = eᶻ with z = f ln 2, in two parts again. Constants and the order
/// of operations are those of FreeBSD's `e_pow.c` (msun), so the bits are equal. For x = ½, `e_pow.c` takes a square
/// root instead.
pub(crate) fn exp10(x: f64) -> f64 {
    let is_root = x == 0.5;
    if is_root || x.is_nan() || x.abs() > MOST {
        return libm::pow(10.0, x);
    }
    let [log2, log2_rest] = LOG2_10;
    let x_high = high(x);
    let low = (x - x_high) * log2 + x * log2_rest;
    let exact = x_high * log2;
    let n = nearest(low + exact);
    let exact = exact - n;
    let f = high(low + exact);
    let f_rest = low - (f - exact);
    let [ln_2, ln_2_rest] = LN_2_PARTS;
    let product = f * ln_2;
    let rest = f_rest * LN_2 + f * ln_2_rest;
    let z = product + rest;
    let z_rest = rest - (z - product);
    let square = z * z;
    let c = z - square * REMEZ.into_iter().rev().fold(0.0, |sum, next| next + square * sum);
    let below = z * c / (c - 2.0) - (z_rest + z * z_rest);
    (1.0 - (below - z)) * two_to(n)
}

/// A number without the lower half of its bits. The product of two such numbers is exact.
fn high(x: f64) -> f64 {
    f64::from_bits(x.to_bits() >> 32 << 32)
}

/// The nearest whole number; 0 up to a little above ½.
fn nearest(x: f64) -> f64 {
    const JUST_ABOVE_HALF: f64 = 0.5 + 0.5 / (1 << 20) as f64;
    if x.abs() < JUST_ABOVE_HALF { 0.0 } else { x.round() }
}

/// 2ⁿ for |n| < 1023.
fn two_to(n: f64) -> f64 {
    f64::from_bits(((n as i64 + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_have_the_bits_of_libm() {
        let edges = [0.0, -0.0, 5e-324, 0.15, -0.15, 0.150_514_997_831_990_6, 300.0, -300.0, 300.1, 309.0, -324.0];
        let simple = (-2480..2480).map(|i| f64::from(i) / 8.0).chain((-3100..3100).map(|i| f64::from(i) / 10.0));
        let special = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        // Multiples of the golden ratio fall evenly over a range; n changes at the halves.
        let golden = |i| (f64::from(i) * 0.618_033_988_749_895).fract();
        let spread = (0..400_000).map(|i| golden(i) * 620.0 - 310.0);
        let near_zero = (0..100_000).map(|i| golden(i) * 10.0 - 8.0);
        let halves = (-1990..1990).flat_map(|i| {
            let half = f64::from(i) * 0.5 * std::f64::consts::LOG10_2;
            (-40..40).map(move |ulps| half * (1.0 + f64::from(ulps) * f64::EPSILON * 16384.0))
        });
        for x in edges.into_iter().chain(special).chain(simple).chain(spread).chain(near_zero).chain(halves) {
            assert_eq!(exp10(x).to_bits(), libm::pow(10.0, x).to_bits(), "10^{x:e}");
        }
    }

    #[test]
    fn whole_powers_are_at_most_one_ulp_from_the_nearest_number() {
        for n in -307..=308 {
            let nearest: f64 = format!("1e{n}").parse().unwrap();
            assert!(exp10(f64::from(n)).to_bits().abs_diff(nearest.to_bits()) <= 1, "1e{n}");
        }
    }
}
