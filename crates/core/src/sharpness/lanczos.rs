//! The largest eigenvalue of a symmetric matrix of which only products with vectors are known.

use super::basis::Basis;
use super::tridiagonal;
use crate::lanes::Vector;
use crate::{Purpose, Stream};

/// Products at most; for a matrix of no more rows the result is exact before.
const MOST_PRODUCTS: usize = 128;
/// λ is looked at after every so many products …
const LOOK_EVERY: usize = 4;
/// … and has settled when it rose by no more than this share of itself since the last look.
const SETTLED: f64 = 1e-10;
/// A β at or below this share of the largest entry ends the search: no direction is left.
const NOTHING_LEFT: f64 = 1e-13;

/// The largest eigenvalue of a matrix of `size` rows; NaN where products are not finite. `times` leaves the product of the
/// matrix and its first argument in its second.
///
/// The method of Lanczos (1950):
///
/// ```text
/// q₁ = a fixed random direction of length 1
/// for k = 1, 2 …
///     u = H qₖ;  αₖ = qₖᵀu;  u ← u without its parts along q₁ … qₖ (twice);  βₖ = |u|;  qₖ₊₁ = u/βₖ
///     λ = the largest eigenvalue of the tridiagonal matrix of α₁ … αₖ and β₁ … βₖ₋₁
/// until λ has settled
/// ```
pub(super) fn largest_eigenvalue<V: Vector<Element = f64>>(
    vector: V,
    size: usize,
    mut times: impl FnMut(&[f64], &mut [f64]),
) -> f64 {
    let mut basis = Basis::new(size);
    let mut rest = first_vector(basis.zeros(), size);
    let mut length = basis.remove(vector, &[], &mut rest).sqrt();
    let (mut alphas, mut betas, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    let mut eigenvalue = f64::NEG_INFINITY;
    loop {
        basis.push(&rest, length);
        times(basis.last(), &mut rest[..size]);
        basis.parts(vector, &rest, &mut parts);
        let alpha = parts[parts.len() - 1];
        alphas.push(alpha);
        basis.remove(vector, &parts, &mut rest);
        basis.parts(vector, &rest, &mut parts);
        length = basis.remove(vector, &parts, &mut rest).sqrt();
        if !(alpha.is_finite() && length.is_finite()) {
            return f64::NAN;
        }
        let products = alphas.len();
        let entries = alphas.iter().chain(&betas).fold(0.0, |most: f64, entry| most.max(entry.abs()));
        let is_last = products == size.min(MOST_PRODUCTS) || length <= NOTHING_LEFT * entries;
        if is_last || products.is_multiple_of(LOOK_EVERY) {
            let found = tridiagonal::largest_eigenvalue(vector, &alphas, &betas, eigenvalue);
            if is_last || !found.is_finite() || found - eigenvalue <= SETTLED * found.abs() {
                return found;
            }
            eigenvalue = found;
        }
        betas.push(length);
    }
}

/// A vector of the same direction for all matrices of a size: uniform over the sphere, so that no eigenvector is likely to be
/// at right angles to it.
fn first_vector(mut zeros: Vec<f64>, size: usize) -> Vec<f64> {
    let mut stream = Stream::new(0, Purpose::Sharpness, 0);
    zeros[..size].iter_mut().for_each(|x| *x = stream.normal());
    zeros
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::Doubles;
    use pulp::Scalar;

    fn of_diagonal(diagonal: &[f64]) -> f64 {
        largest_eigenvalue(Doubles(Scalar), diagonal.len(), |v, product| {
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

    #[test]
    fn a_large_matrix_with_close_eigenvalues() {
        // λ = 1 … 1000: the largest is 0.1 % above the next.
        let diagonal: Vec<f64> = (1..=1000).map(f64::from).collect();
        let found = of_diagonal(&diagonal);
        assert!((999.999..=1000.0 + 1e-9).contains(&found), "{found}");
    }
}
