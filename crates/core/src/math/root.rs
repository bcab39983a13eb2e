//! `√x`, as every processor rounds it.

use crate::lanes::{Lanes, Vector};

/// Below it the residual of [`by_products`] has digits below those of the least number.
const LEAST: f64 = 1e-270;

/// `√x`, correctly rounded.
///
/// Eight lanes of f64 take a processor 18 to 24 cycles, in which its divisions wait; by products they take half of that, beside
/// them.
#[inline(always)]
pub(crate) fn sqrt<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let zero = x.like(0.0);
    // 0 has the guess of LEAST, since 0 · ∞ is no number.
    let Some(guess) = x.max(x.like(LEAST)).inverse_root_guess() else { return x.sqrt() };
    let is_fit = x.ge(x.like(LEAST)).and(x.lt(x.like(f64::INFINITY))).or(x.eq(zero));
    let root = by_products(x, guess);
    if is_fit.not().any() { is_fit.select(root, x.sqrt()) } else { root }
}

/// `√x` of 0, and of numbers from [`LEAST`] on that are finite.
///
/// From a guess y of `1/√x` within 2⁻¹⁴, with `e = 1 − x y²`: `y (1 + e/2 + 3e²/8)` is off by 5/2 of the error's cube, so by 2⁻⁴⁰.
/// Then (Goldschmidt 1964) `g = x y` and `h = y/2` go to √x and `1/(2√x)` together, both within few units in the last place; and
/// `g + (x − g²) h`, whose residual is exact, lies within 2⁻¹⁰³ of √x before it is rounded. It is rounded as √x is, unless a
/// number half way between two others is as near: the tests have all x for which one is nearer than 2⁻⁹⁶.
#[inline(always)]
fn by_products<V: Vector>(x: Lanes<V>, guess: Lanes<V>) -> Lanes<V> {
    let (one, half) = (x.like(1.0), x.like(0.5));
    let e = (-(x * guess)).mul_add(guess, one);
    let y = (guess * e).mul_add(e.mul_add(x.like(0.375), half), guess);
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

    /// What a function makes of numbers.
    fn of<V: Vector<Element = f64>>(vector: V, numbers: &[f64], function: impl Fn(Lanes<V>) -> Lanes<V>) -> Vec<f64> {
        let mut found = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(V::LANES) {
            let mut x = Lanes::splat(vector, 1.0);
            x.as_mut_slice()[..some.len()].copy_from_slice(some);
            let root = vectorize(
                vector,
                #[inline(always)]
                || function(x),
            );
            found.extend_from_slice(&root.as_slice()[..some.len()]);
        }
        found
    }

    #[track_caller]
    fn check_found(numbers: &[f64], found: &[f64]) {
        for (x, found) in numbers.iter().zip(found) {
            let root = x.sqrt();
            let is_right = found.to_bits() == root.to_bits() || found.is_nan() && root.is_nan();
            assert!(is_right, "√{x:e}: {found:e}, not {root:e}");
        }
    }

    /// Every square root is the processor's.
    #[track_caller]
    fn check(numbers: &[f64]) {
        let Some(simd) = V4::try_new() else { return };
        check_found(numbers, &of(Doubles(simd), numbers, sqrt));
    }

    /// So it is from any guess that a processor may make: from the worst ones, and from the best.
    #[track_caller]
    fn check_from_any_guess(numbers: &[f64]) {
        let vector = Doubles(pulp::Scalar::new());
        for error in [-1.0, 0.0, 1.0].map(|side| side * libm::exp2(-14.0)) {
            let by_guess = |x: Lanes<_>| by_products(x, x.like((1.0 + error) / x.get(0).sqrt()));
            check_found(numbers, &of(vector, numbers, by_guess));
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
        check_from_any_guess(&numbers);
    }

    #[test]
    fn roots_of_all_sizes_are_rounded_rightly() {
        let mut stream = Stream::new(8, Purpose::Generator, 0);
        let mut number = || libm::exp2(-1074.0 + 2098.0 * stream.uniform());
        let random: Vec<f64> = (0..400_000).map(|_| number()).collect();
        check(&random);
        check_from_any_guess(&random.iter().copied().filter(|&x| x >= LEAST).collect::<Vec<f64>>());
        let (least, inf) = (f64::from_bits(1), f64::INFINITY);
        let edges =
            [LEAST, LEAST.next_down(), 0.0, -0.0, least, f64::MIN_POSITIVE, f64::MAX, inf, -1.0, -inf, f64::NAN];
        check(&edges);
        // Each beside lanes that need no other way.
        edges.iter().for_each(|&edge| check(&[2.0, edge, 3.0]));
    }
}
