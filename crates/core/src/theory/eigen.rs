//! Eigenvalues and eigenvectors of a symmetric matrix, by the rotations of Jacobi (1846).

/// Sweeps over all pairs of columns at most. A matrix takes six to ten.
const MOST_SWEEPS: usize = 50;

/// Each eigenvalue of a symmetric matrix of finite numbers with its eigenvector, of length 1; in no order. `rows` are the
/// matrix's rows.
///
/// Entries beside the diagonal are rotated away until each is a rounding error of the two on the diagonal that it joins.
/// So the small eigenvalues of a positive definite matrix have many digits too (Demmel & Veselić 1992).
pub(super) fn eigen(mut rows: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    let size = rows.len();
    let axis = |at: usize| (0..size).map(|k| f64::from(k == at)).collect::<Vec<f64>>();
    let mut vectors: Vec<Vec<f64>> = (0..size).map(axis).collect();
    for _ in 0..MOST_SWEEPS {
        let mut is_diagonal = true;
        for q in 1..size {
            for p in 0..q {
                if joins(&rows, p, q) {
                    is_diagonal = false;
                    rotate(&mut rows, &mut vectors, p, q);
                }
            }
        }
        if is_diagonal {
            break;
        }
    }
    rows.iter().enumerate().map(|(at, row)| row[at]).zip(vectors).collect()
}

/// Whether the entry at (p, q) is more than a rounding error.
fn joins(rows: &[Vec<f64>], p: usize, q: usize) -> bool {
    rows[p][q].abs() > f64::EPSILON * rows[p][p].abs().sqrt() * rows[q][q].abs().sqrt()
}

/// Turns the axes p and q by the angle, of at most 45°, that leaves no entry at (p, q).
fn rotate(rows: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    let entry = rows[p][q];
    let cotangent = (rows[q][q] - rows[p][p]) / entry / 2.0; // of twice the angle
    let tangent = 1f64.copysign(cotangent) / (cotangent.abs() + libm::hypot(cotangent, 1.0));
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turned = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    let diagonal = (rows[p][p] - tangent * entry, rows[q][q] + tangent * entry);
    for k in 0..rows.len() {
        (rows[p][k], rows[q][k]) = turned(rows[p][k], rows[q][k]);
        (rows[k][p], rows[k][q]) = (rows[p][k], rows[q][k]);
        (vectors[p][k], vectors[q][k]) = turned(vectors[p][k], vectors[q][k]);
    }
    (rows[p][p], rows[q][q]) = diagonal;
    (rows[p][q], rows[q][p]) = (0.0, 0.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Purpose, Stream};

    /// H = XᵀX with a column of X for each scale, in rows that are drawn.
    fn gram(scales: &[f64], drawn: usize) -> Vec<Vec<f64>> {
        let mut stream = Stream::new(0, Purpose::Generator, 0);
        let mut row = || scales.iter().map(|scale| scale * stream.normal()).collect::<Vec<f64>>();
        let x: Vec<Vec<f64>> = (0..drawn).map(|_| row()).collect();
        let entry = |i: usize, j: usize| x.iter().map(|row| row[i] * row[j]).sum();
        (0..scales.len()).map(|i| (0..scales.len()).map(|j| entry(i, j)).collect()).collect()
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    /// `Hv = λv` and `vᵢ · vⱼ = δᵢⱼ`, to a few rounding errors of the largest eigenvalue.
    fn check(rows: &[Vec<f64>]) -> Vec<f64> {
        let pairs = eigen(rows.to_vec());
        let largest = pairs.iter().map(|(value, _)| value.abs()).fold(0.0, f64::max);
        let tolerance = 1e-15 * rows.len() as f64;
        for (i, (value, vector)) in pairs.iter().enumerate() {
            for (row, component) in rows.iter().zip(vector) {
                assert!((dot(row, vector) - value * component).abs() <= tolerance * largest, "{value}");
            }
            for (j, (_, other)) in pairs.iter().enumerate() {
                assert!((dot(vector, other) - f64::from(i == j)).abs() <= tolerance, "{i} and {j}");
            }
        }
        let mut values: Vec<f64> = pairs.into_iter().map(|(value, _)| value).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn worked_by_hand() {
        assert_eq!(check(&[]), []);
        assert_eq!(check(&[vec![-3.0]]), [-3.0]);
        assert_eq!(check(&[vec![4.0, 0.0], vec![0.0, 9.0]]), [4.0, 9.0]);
        assert_eq!(check(&[vec![0.0, 2.0], vec![2.0, 0.0]]), [-2.0, 2.0]);
        assert_eq!(check(&[vec![1.0, 2.0], vec![2.0, 4.0]])[1], 5.0);
        let root = 2f64.sqrt();
        let chain = check(&[vec![2.0, -1.0, 0.0], vec![-1.0, 2.0, -1.0], vec![0.0, -1.0, 2.0]]);
        let expected = [2.0 - root, 2.0, 2.0 + root];
        assert!(chain.iter().zip(expected).all(|(a, b)| (a - b).abs() < 2e-15), "{chain:?}");
    }

    #[test]
    fn drawn_matrices_of_full_and_of_low_rank() {
        for size in [2, 3, 10, 40, 120] {
            for drawn in [size / 2, size, 3 * size] {
                let values = check(&gram(&vec![1.0; size], drawn));
                let floor = 1e-12 * values[size - 1];
                assert_eq!(values.iter().filter(|value| **value > floor).count(), drawn.min(size), "{size}, {drawn}");
            }
        }
    }

    /// The same matrix with units chosen otherwise, from 1e-140 to 1e140, keeps its digits.
    #[test]
    fn units_do_not_cost_digits() {
        // XᵀX of the rows (1, 1) and (0, 1), whose columns are in units of a and b.
        for (a, b) in [(1.0, 1e-8), (1e-70, 1e70), (1e-140, 1e-140), (1e140, 1e-100)] {
            let rows = vec![vec![a * a, a * b], vec![a * b, 2.0 * b * b]];
            let values = check(&rows);
            // λ₁ λ₂ is the determinant a²b², and λ₁ + λ₂ the trace.
            let (product, sum) = (values[0] / (a * b) * (values[1] / (a * b)), values[0] + values[1]);
            assert!((product - 1.0).abs() < 1e-14, "{a}, {b}: {values:?}");
            assert!((sum / (a * a + 2.0 * b * b) - 1.0).abs() < 1e-14, "{a}, {b}: {values:?}");
        }
    }
}
