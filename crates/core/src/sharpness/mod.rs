//! The sharpness: the largest eigenvalue λmax of the Hessian of the training loss, over all training rows.
//!
//! Gradient descent at rate η is stable on a quadratic while λmax < 2/η; networks trained on the full batch sharpen
//! until they reach that limit, and hover there (Cohen et al. 2021, "Gradient descent on neural networks typically
//! occurs at the edge of stability").
//!
//! No Hessian is ever formed. The method of Lanczos (1950) asks only for products `H v`, which
//! [`Hessian::times`](hessian::Hessian::times) gives exactly, without differences (Pearlmutter 1994):
//!
//! ```text
//! q₁ = a fixed random direction of length 1
//! for k = 1, 2 …
//!     u = H qₖ;  αₖ = qₖᵀu;  u ← u without its parts along q₁ … qₖ (twice);  βₖ = |u|;  qₖ₊₁ = u/βₖ
//!     λ = the largest eigenvalue of the tridiagonal matrix of α₁ … αₖ and β₁ … βₖ₋₁
//! until λ has settled
//! ```
//!
//! The same bits everywhere: one number after another, sums in ascending order, no fused operations.

mod hessian;
mod tridiagonal;

pub use hessian::Hessian;

use crate::{Error, Purpose, Rows, Shape, Stream};

/// Products with the Hessian at most; for a network of no more parameters the result is exact before.
const MOST_PRODUCTS: usize = 128;
/// λ has settled when it rose by no more than this share of itself …
const SETTLED: f64 = 1e-10;
/// … so many times in a row.
const TIMES: usize = 3;
/// A β at or below this share of the largest entry ends the search: no direction is left.
const NOTHING_LEFT: f64 = 1e-13;

/// λmax of a shape's loss over the rows at parameters θ, in the network's order; NaN where the Hessian is not finite.
///
/// To 1e-10 of itself wherever the eigenvalues let the method settle within 128 products; beyond, the largest value
/// found, which is never above λmax. Of ties and signs: λmax is the largest eigenvalue, not the largest in size, so it
/// is negative at a maximum.
///
/// The kinks of relu, mae and huber count as the straight lines beside them: their second derivative is taken as 0
/// everywhere, which holds almost everywhere.
///
/// # Errors
/// As [`Hessian::at`].
pub fn sharpness(shape: &Shape, rows: &Rows, gain: f64, parameters: &[f64]) -> Result<f64, Error> {
    shape.check_rows(rows)?;
    shape.check_parameters(parameters)?;
    Ok(largest_curvature(shape, rows, gain, parameters))
}

/// [`sharpness`] where everything fits together.
pub(crate) fn largest_curvature(shape: &Shape, rows: &Rows, gain: f64, parameters: &[f64]) -> f64 {
    let hessian = Hessian::unchecked(shape, rows, gain, parameters);
    largest_eigenvalue(parameters.len(), |v| hessian.times(v))
}

/// The largest eigenvalue of a symmetric matrix of which only products are known.
fn largest_eigenvalue(size: usize, times: impl Fn(&[f64]) -> Vec<f64>) -> f64 {
    let mut basis = vec![first_direction(size)];
    let (mut alphas, mut betas) = (Vec::new(), Vec::new());
    let (mut eigenvalue, mut settled) = (f64::NAN, 0);
    for k in 0..size.min(MOST_PRODUCTS) {
        let mut rest = times(&basis[k]);
        alphas.push(dot(&basis[k], &rest));
        for _ in 0..2 {
            basis.iter().for_each(|direction| remove(&mut rest, direction));
        }
        let found = tridiagonal::largest_eigenvalue(&alphas, &betas);
        if !found.is_finite() {
            return f64::NAN;
        }
        settled = if (found - eigenvalue).abs() <= SETTLED * found.abs() { settled + 1 } else { 0 };
        eigenvalue = found;
        let length = dot(&rest, &rest).sqrt();
        let entries = alphas.iter().chain(&betas).fold(0.0, |most: f64, entry| most.max(entry.abs()));
        if settled == TIMES || length <= NOTHING_LEFT * entries {
            break;
        }
        rest.iter_mut().for_each(|x| *x /= length);
        betas.push(length);
        basis.push(rest);
    }
    eigenvalue
}

/// A direction of length 1, the same for all matrices of a size: uniform over the sphere, so that no eigenvector is
/// likely to be at right angles to it.
fn first_direction(size: usize) -> Vec<f64> {
    let mut stream = Stream::new(0, Purpose::Sharpness, 0);
    let direction: Vec<f64> = (0..size).map(|_| stream.normal()).collect();
    let length = dot(&direction, &direction).sqrt();
    direction.into_iter().map(|x| x / length).collect()
}

fn remove(vector: &mut [f64], direction: &[f64]) {
    let along = dot(vector, direction);
    vector.iter_mut().zip(direction).for_each(|(x, d)| *x -= along * d);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_diagonal(diagonal: &[f64]) -> f64 {
        largest_eigenvalue(diagonal.len(), |v| v.iter().zip(diagonal).map(|(v, d)| v * d).collect())
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
