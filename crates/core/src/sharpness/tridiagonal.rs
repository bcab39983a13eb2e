//! The largest eigenvalue of a symmetric tridiagonal matrix, a vector of trials at a time.

#![allow(clippy::needless_range_loop, reason = "pivots named one by one stay in registers")]

use std::array::from_fn;

use crate::lanes::{Lanes, Vector, vectorize};

/// Numbers that are tried at once: a multiple of the lanes of every instruction set.
const TRIED: usize = 16;
/// Where they are at first: so many numbers beside what should be near.
const OFFSETS: [i64; TRIED] = [-100_000, -10_000, -1000, -200, -40, -8, -2, -1, 0, 1, 2, 8, 40, 1000, 10_000, 100_000];
/// Steps towards it at most: each leaves about the cube of the distance.
const MOST_STEPS: usize = 20;

/// The largest eigenvalue, to the last digit or two, of the symmetric matrix with `diagonal` and, beside it, `beside`
/// (at least one entry fewer; further ones are not looked at). NaN where an entry is not finite. `least` is what this gave
/// for a leading part of the matrix, or −∞.
///
/// All eigenvalues lie below x exactly if every pivot `dₖ = aₖ − x − bₖ₋₁²/dₖ₋₁` is negative (Barth, Martin & Wilkinson
/// 1967); they lie within the circles of Gershgorin (1931). Rounded as they are, the pivots fall as x rises, so the
/// least x for which they are all negative is one and the same whatever numbers are tried, and not below that of a leading
/// part, whose pivots are the first of these.
pub(super) fn largest_eigenvalue<V: Vector<Element = f64>>(
    vector: V,
    diagonal: &[f64],
    beside: &[f64],
    least: f64,
) -> f64 {
    let beside = &beside[..diagonal.len() - 1];
    let entry = |k: Option<usize>| k.and_then(|k| beside.get(k)).map_or(0.0, |b: &f64| b.abs());
    let reach = |k: usize| entry(Some(k)) + entry(k.checked_sub(1));
    let low = diagonal.iter().copied().fold(least.next_down(), f64::max);
    let high = (0..diagonal.len()).map(|k| diagonal[k] + reach(k)).fold(low, f64::max);
    if !diagonal.iter().chain(beside).all(|x| x.is_finite()) || !high.is_finite() {
        return f64::NAN;
    }
    let near = place(approach(diagonal, beside, high));
    let (mut low, mut high) = (place(low), place(high));
    // First near where it should be, at distances that grow; then at equal distances.
    let mut tried: [i64; TRIED] = from_fn(|i| near.saturating_add(OFFSETS[i]));
    while high.abs_diff(low) > 1 {
        let within = tried.map(|place| place.clamp(low + 1, high));
        let too_small = count_not_above(vector, diagonal, beside, within.map(number));
        if let Some(&above) = within.get(too_small) {
            high = above;
        }
        if let Some(below) = too_small.checked_sub(1) {
            low = within[below].min(high);
        }
        let width = u128::from(high.abs_diff(low));
        let distance = |i: usize| (width * (i as u128 + 1)).div_ceil(TRIED as u128 + 1) as u64;
        tried = from_fn(|i| low.saturating_add_unsigned(distance(i)));
    }
    number(high)
}

/// From a number above all eigenvalues towards the largest, by the steps of Laguerre, which stay above it but for rounding:
/// `n/(G + √((n − 1)(nH − G²)))` with `G = Σ 1/(x − λᵢ)` and `H = Σ 1/(x − λᵢ)²`, as the pivots and their derivatives give them.
fn approach(diagonal: &[f64], beside: &[f64], from: f64) -> f64 {
    let count = diagonal.len() as f64;
    let mut x = from;
    for _ in 0..MOST_STEPS {
        let (mut pivot, mut g, mut h) = (f64::NEG_INFINITY, 0.0, 0.0);
        let (mut first, mut second) = (0.0, 0.0);
        for (&own, &coupling) in diagonal.iter().zip(std::iter::once(&0.0).chain(beside)) {
            let share = coupling / pivot * coupling;
            pivot = own - x - share;
            let inverse = 1.0 / pivot;
            let bend = share * (first * first + second);
            first = (share * first - 1.0) * inverse;
            second = first * first + bend * inverse;
            g += first;
            h += second;
            if pivot >= 0.0 {
                return x;
            }
        }
        let step = count / (g + ((count - 1.0) * (count * h - g * g)).max(0.0).sqrt());
        let next = x - step;
        if !(step > f64::EPSILON * x.abs() && next < x) {
            return x;
        }
        x = next;
    }
    x
}

/// How far below an eigenvalue of a larger matrix the largest of a leading part lies, to the second order: `β²s²Σ 1/(θ − θᵢ)` over
/// the other eigenvalues of the part, s being the last entry of its eigenvector and β what couples the part to the rest (Kato 1949,
/// Temple 1928, with each gap in place of the least).
///
/// At its zero θ the last pivot d falls as `−1/s²`, and `Σ 1/(θ − θᵢ)` is half of p″/p′ of the product p of all pivots.
pub(super) fn distance(diagonal: &[f64], beside: &[f64], eigenvalue: f64, coupling: f64) -> f64 {
    let (mut pivot, mut slope, mut bend) = (f64::NEG_INFINITY, 0.0, 0.0);
    let (mut first, mut second, mut before) = (0.0, 0.0, 0.0);
    for (&own, &coupling) in diagonal.iter().zip(std::iter::once(&0.0).chain(beside)) {
        before += first;
        let share = coupling / pivot * coupling;
        pivot = own - eigenvalue - share;
        slope = share * first - 1.0;
        bend = -share * (first * first + second);
        first = slope / pivot;
        second = first * first - bend / pivot;
    }
    coupling * coupling / -slope * (before + bend / (2.0 * slope))
}

/// The place of a number among all numbers, in their order.
fn place(x: f64) -> i64 {
    let bits = x.to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// The number at a place.
fn number(place: i64) -> f64 {
    f64::from_bits(if place < 0 { place ^ i64::MAX } else { place }.cast_unsigned())
}

/// How many of the ascending numbers are not above all eigenvalues: the first ones.
fn count_not_above<V: Vector<Element = f64>>(
    vector: V,
    diagonal: &[f64],
    beside: &[f64],
    tried: [f64; TRIED],
) -> usize {
    match V::LANES {
        8 => count_in::<V, 2>(vector, diagonal, beside, tried),
        4 => count_in::<V, 4>(vector, diagonal, beside, tried),
        2 => count_in::<V, 8>(vector, diagonal, beside, tried),
        _ => count_in::<V, 16>(vector, diagonal, beside, tried),
    }
}

/// [`count_not_above`] in `N` vectors.
fn count_in<V: Vector<Element = f64>, const N: usize>(
    vector: V,
    diagonal: &[f64],
    beside: &[f64],
    tried: [f64; TRIED],
) -> usize {
    vectorize(
        vector,
        #[inline(always)]
        || {
            let zero = Lanes::splat(vector, 0.0);
            let tried: [Lanes<V>; N] = from_fn(
                #[inline(always)]
                |n| Lanes::read(vector, &tried[n * V::LANES..]),
            );
            let mut pivots = [Lanes::splat(vector, f64::NEG_INFINITY); N];
            let mut are_negative = pivots.map(
                #[inline(always)]
                |pivot| pivot.lt(zero),
            );
            let couplings = std::iter::once(&0.0).chain(beside);
            for (&own, &coupling) in diagonal.iter().zip(couplings) {
                let (own, coupling) = (Lanes::splat(vector, own), Lanes::splat(vector, coupling).abs());
                for n in 0..N {
                    pivots[n] = own - tried[n] - coupling / pivots[n] * coupling;
                    are_negative[n] = are_negative[n].and(pivots[n].lt(zero));
                }
            }
            let above: f64 = are_negative.iter().map(|mask| mask.as_numbers().as_slice().iter().sum::<f64>()).sum();
            TRIED - above as usize
        },
    )
}

#[cfg(test)]
mod tests {
    use crate::lanes::Doubles;
    use pulp::Scalar;

    fn largest_eigenvalue(diagonal: &[f64], beside: &[f64]) -> f64 {
        super::largest_eigenvalue(Doubles(Scalar), diagonal, beside, f64::NEG_INFINITY)
    }

    #[test]
    fn closed_forms() {
        assert_eq!(largest_eigenvalue(&[3.5], &[9.0]), 3.5, "the entry behind the last is not looked at");
        assert_eq!(largest_eigenvalue(&[-1.0, 2.0], &[0.0]), 2.0);
        // (a + d)/2 + √(((a − d)/2)² + b²)
        assert!((largest_eigenvalue(&[1.0, 7.0], &[4.0]) - 9.0).abs() < 1e-14);
        // The second difference of n points has eigenvalues 2 − 2 cos(kπ/(n + 1)).
        let n = 50;
        let found = largest_eigenvalue(&vec![2.0; n], &vec![-1.0; n - 1]);
        let exact = 2.0 + 2.0 * libm::cos(std::f64::consts::PI / (n + 1) as f64);
        assert!((found - exact).abs() < 1e-14, "{found} {exact}");
    }

    /// [2, 1; 1, 0] has 1 ± √2; with a third row that is coupled by 0.01, its largest is above by about 10⁻⁴ s²/(λ + 1), and
    /// by `10⁻⁴ s²/(2√2)` where that row is not known.
    #[test]
    fn the_distance_is_that_of_perturbation() {
        let eigenvalue = largest_eigenvalue(&[2.0, 0.0], &[1.0]);
        // The last entry of (1, √2 − 1).
        let s = 3.0 - 2.0 * 2f64.sqrt();
        let share = s / (1.0 + s);
        let found = super::distance(&[2.0, 0.0], &[1.0], eigenvalue, 0.01);
        assert!((found / (1e-4 * share / 8f64.sqrt()) - 1.0).abs() < 1e-9, "{found}");
        let larger = largest_eigenvalue(&[2.0, 0.0, -1.0], &[1.0, 0.01]);
        assert!(larger > eigenvalue && larger - eigenvalue < found, "{larger} {eigenvalue} {found}");
    }

    #[test]
    fn what_is_not_finite_is_not_a_number() {
        assert!(largest_eigenvalue(&[1.0, f64::NAN], &[0.0]).is_nan());
        assert!(largest_eigenvalue(&[1.0, 1.0], &[f64::INFINITY]).is_nan());
    }
}
