//! The largest eigenvalue of a symmetric matrix of which only products with vectors are known.

use super::basis::{Basis, square};
use super::drift::Drift;
use super::numbers::Numbers;
use super::tridiagonal;
use crate::lanes::Vector;
use crate::{Purpose, Stream};

/// Products at most; for a matrix of no more rows the result is exact before.
const MOST_PRODUCTS: usize = 128;
/// λ is looked at after every so many products …
const LOOK_EVERY: usize = 2;
/// … and has settled when it rose by no more than this share of itself since the look before the last, or …
const SETTLED: f64 = 1e-10;
/// … lies no more than this share of itself below an eigenvalue of the matrix.
const NEAR: f64 = 1e-12;
/// A β at or below this share of the largest entry ends the search: no direction is left.
const NOTHING_LEFT: f64 = 1e-13;

/// Searches for the largest eigenvalue of a matrix, by the method of Lanczos (1950):
///
/// ```text
/// q₁ = a fixed random direction of length 1
/// for k = 1, 2 …
///     u = H qₖ;  αₖ = qₖᵀu;  u ← u without its parts along qₖ₋₁ and qₖ;  βₖ = |u|;  qₖ₊₁ = u/βₖ
///     where rounding has let qₖ₊₁ drift: u ← u without its parts along q₁ … qₖ (twice), and βₖ and qₖ₊₁ again
///     λ = the largest eigenvalue of the tridiagonal matrix of α₁ … αₖ and β₁ … βₖ₋₁
/// until λ has settled
/// ```
///
/// Keeps its memory for the next matrix of the same size.
pub(super) struct Search {
    size: usize,
    /// Of the same direction for all matrices of a size, so that no eigenvector is likely to be at right angles to it.
    first: Numbers,
    basis: Basis,
    drift: Drift,
    rest: Numbers,
    parts: Vec<f64>,
    alphas: Vec<f64>,
    betas: Vec<f64>,
}

impl Search {
    /// For matrices of so many rows.
    pub fn new(size: usize) -> Search {
        let basis = Basis::new(size);
        let (mut first, rest) = (basis.zeros(), basis.zeros());
        let mut stream = Stream::new(0, Purpose::Sharpness, 0);
        first[..size].iter_mut().for_each(|x| *x = 2.0 * stream.uniform() - 1.0);
        Search { size, first, basis, drift: Drift::default(), rest, parts: vec![], alphas: vec![], betas: vec![] }
    }

    /// The largest eigenvalue of a matrix; NaN where products are not finite. `times` leaves the product of the matrix and its
    /// first argument in its second.
    pub fn largest_eigenvalue<V: Vector<Element = f64>>(
        &mut self,
        vector: V,
        mut times: impl FnMut(&[f64], &mut [f64]),
    ) -> f64 {
        let Search { size, first, basis, drift, rest, parts, alphas, betas } = self;
        basis.clear();
        drift.clear();
        alphas.clear();
        betas.clear();
        rest.copy_from_slice(first);
        let mut length = square(vector, rest).sqrt();
        let mut looks = [f64::NEG_INFINITY; 2];
        loop {
            basis.push(vector, rest, length);
            times(basis.last(), &mut rest[..*size]);
            let products = basis.count();
            let nearest = products.saturating_sub(2)..products;
            basis.parts(vector, nearest.clone(), rest, parts);
            alphas.push(parts[parts.len() - 1]);
            length = basis.remove(vector, nearest, parts, rest).sqrt();
            if !(alphas[products - 1].is_finite() && length.is_finite()) {
                return f64::NAN;
            }
            let entries = alphas.iter().chain(&*betas).fold(0.0, |most: f64, entry| most.max(entry.abs()));
            if drift.is_too_far(alphas, betas, length, entries) {
                for _ in 0..2 {
                    basis.parts(vector, 0..products, rest, parts);
                    length = basis.remove(vector, 0..products, parts, rest).sqrt();
                }
                drift.restore();
            }
            let is_last = products == (*size).min(MOST_PRODUCTS) || length <= NOTHING_LEFT * entries;
            if is_last || products.is_multiple_of(LOOK_EVERY) {
                let found = tridiagonal::largest_eigenvalue(vector, alphas, betas, looks[1]);
                let has_settled = found - looks[0] <= SETTLED * found.abs();
                if is_last || !found.is_finite() || has_settled {
                    return found;
                }
                if tridiagonal::distance(alphas, betas, found, length) <= NEAR * found.abs() {
                    return found;
                }
                looks = [looks[1], found];
            }
            betas.push(length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::Doubles;
    use pulp::Scalar;

    fn of_diagonal(diagonal: &[f64]) -> f64 {
        Search::new(diagonal.len()).largest_eigenvalue(Doubles(Scalar), |v, product| {
            product.iter_mut().zip(v.iter().zip(diagonal)).for_each(|(own, (v, d))| *own = v * d);
        })
    }

    #[test]
    fn eigenvalues_of_diagonal_matrices() {
        for diagonal in [&[4.0][..], &[-2.0, -1.0, -3.0], &[0.0, 5.0, 5.0, -9.0], &[1e-9, 2e-9, 0.0]] {
            let largest = diagonal.iter().copied().fold(f64::MIN, f64::max);
            let found = of_diagonal(diagonal);
            assert!((found - largest).abs() <= 1e-12 * largest.abs(), "{found} for {diagonal:?}");
        }
        assert_eq!(of_diagonal(&[0.0, 0.0]), 0.0);
        assert!(of_diagonal(&[1.0, f64::NAN]).is_nan());
        assert!(of_diagonal(&[f64::INFINITY, 1.0]).is_nan());
    }

    /// Directions of eigenvalues far below the others are found long before the largest, and come back by rounding where none
    /// is put at right angles to them.
    #[test]
    fn eigenvalues_far_from_the_others_do_not_hide_the_largest() {
        let mut diagonal: Vec<f64> = (0..300).map(|i| f64::from(i) / 300.0).collect();
        diagonal.extend([-1e6, -2e5, -3e3, 1.01]);
        let found = of_diagonal(&diagonal);
        assert!((found - 1.01).abs() <= 1e-9, "{found}");
    }

    #[test]
    fn a_large_matrix_with_close_eigenvalues() {
        // λ = 1 … 1000: the largest is 0.1 % above the next.
        let diagonal: Vec<f64> = (1..=1000).map(f64::from).collect();
        let found = of_diagonal(&diagonal);
        assert!((999.999..=1000.0 + 1e-9).contains(&found), "{found}");
    }
}
