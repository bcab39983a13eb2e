//! `√x`, as every processor rounds it.

use crate::lanes::{Lanes, Vector};

/// Below it the residual of [`by_products`] has digits below those of the least number.
const LEAST: f64 = 1e-270;

/// `√x`, correctly rounded.
///
/// Eight lanes of f64 take a processor 18 to 24 cycles, in which its divisions wait; by products they take 10, beside them.
#[inline(always)]
pub(crate) fn sqrt<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    if size_of::<V::Values>() < 64 || size_of::<V::Element>() < 8 {
        return x.sqrt();
    }
    let zero = x.like(0.0);
    let is_fit = x.ge(x.like(LEAST)).and(x.lt(x.like(f64::INFINITY))).or(x.eq(zero));
    let root = by_products(x);
    if is_fit.not().any() { is_fit.select(root, x.sqrt()) } else { root }
}

/// `√x` of 0, and of numbers from [`LEAST`] on that are finite.
///
/// From a guess y of `1/√x` within 4 %, with `e = 1 − x y²`: `y (1 + e/2 + 3e²/8)` is off by 5/2 of the error's cube, so after two
/// steps by 2⁻³⁸. Then (Goldschmidt 1964) `g = x y` and `h = y/2` go to √x and `1/(2√x)` together, both within few units in
/// the last place; and `g + (x − g²) h`, whose residual is exact, lies within 2⁻¹⁰³ of √x before it is rounded. It is rounded
/// as √x is, unless a number half way between two others is as near: the tests have all x for which one is nearer than 2⁻⁹⁶.
#[inline(always)]
fn by_products<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (one, half) = (x.like(1.0), x.like(0.5));
    let mut y = x.root_guess();
    for _ in 0..2 {
        let e = (-(x * y)).mul_add(y, one);
        y = (y * e).mul_add(e.mul_add(x.like(0.375), half), y);
    }
    let (g, h) = (x * y, half * y);
    let r = (-g).mul_add(h, half);
    let (g, h) = (g.mul_add(r, g), h.mul_add(r, h));
    (-g).mul_add(g, x).mul_add(h, g)
}

#[cfg(test)]
#[cfg(target_arch = "x86_64")]
mod tests {
    use super::*;
    use crate::lanes::{Doubles, vectorize};
    use crate::{Purpose, Stream};
    use pulp::x86::V4;

    /// Every square root is the processor's.
    #[track_caller]
    fn check(numbers: &[f64]) {
        let Some(simd) = V4::try_new() else { return };
        let vector = Doubles(simd);
        for some in numbers.chunks(8) {
            let mut x = Lanes::splat(vector, 1.0);
            x.as_mut_slice()[..some.len()].copy_from_slice(some);
            let found = vectorize(
                vector,
                #[inline(always)]
                || sqrt(x),
            );
            for (x, found) in some.iter().zip(found.as_slice()) {
                let root = x.sqrt();
                let is_right = found.to_bits() == root.to_bits() || found.is_nan() && root.is_nan();
                assert!(is_right, "√{x:e}: {found:e}, not {root:e}");
            }
        }
    }

    /// An r with `r² ≡ square` modulo 2ⁿ, digit by digit; `square` is 1 modulo 8.
    fn root_modulo(square: u128, n: u32) -> u128 {
        (3..n).fold(1, |r: u128, bit| {
            let is_off = (r.wrapping_mul(r).wrapping_sub(square) >> bit) & 1 == 1;
            if is_off { r + (1 << (bit - 1)) } else { r }
        })
    }

    /// With x a whole number of 53 bits and n 54 or 55, and m odd of 54 bits, `2ⁿ x = m² + k` makes m/2 the number half way that is
    /// nearest to the root, as near as k/2⁵⁵ of a unit in its last place. All k up to 2¹² are tried, either sign.
    #[test]
    fn roots_next_to_the_middle_between_two_numbers_are_rounded_rightly() {
        let mut numbers = Vec::new();
        for (n, k) in [54, 55].into_iter().flat_map(|n| (-4096..=4096).map(move |k: i128| (n, k))) {
            let modulus = 1u128 << n;
            let square = (-k).rem_euclid(modulus as i128) as u128;
            if square % 8 != 1 {
                continue;
            }
            let r = root_modulo(square, n);
            assert_eq!(r.wrapping_mul(r) % modulus, square);
            for m in [r, modulus - r].into_iter().flat_map(|m| [m, m + modulus / 2].map(|m| m % modulus)) {
                let whole = (m * m).wrapping_add_signed(k);
                let is_number = whole % modulus == 0 && (1 << 52..1 << 53).contains(&(whole / modulus));
                if (1 << 53..1 << 54).contains(&m) && is_number {
                    // A power of four leaves the digits of the root as they are.
                    let x = (whole / modulus) as f64 * if n == 54 { 1.0 } else { 2.0 };
                    numbers.extend([x, x * libm::exp2(-800.0), x * libm::exp2(800.0)]);
                }
            }
        }
        assert!(numbers.len() > 3000, "{}", numbers.len());
        check(&numbers);
    }

    #[test]
    fn roots_of_all_sizes_are_rounded_rightly() {
        let mut stream = Stream::new(8, Purpose::Generator, 0);
        let mut number = || libm::exp2(-1074.0 + 2098.0 * stream.uniform());
        let random: Vec<f64> = (0..400_000).map(|_| number()).collect();
        check(&random);
        let (least, inf) = (f64::from_bits(1), f64::INFINITY);
        let edges =
            [LEAST, LEAST.next_down(), 0.0, -0.0, least, f64::MIN_POSITIVE, f64::MAX, inf, -1.0, -inf, f64::NAN];
        check(&edges);
        // Each beside lanes that need no other way.
        edges.iter().for_each(|&edge| check(&[2.0, edge, 3.0]));
    }
}
