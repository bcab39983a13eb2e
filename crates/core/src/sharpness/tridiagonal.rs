//! The largest eigenvalue of a symmetric tridiagonal matrix, by bisection.

/// The largest eigenvalue, to the last digit or two, of the symmetric matrix with `diagonal` and, beside it, `beside`
/// (at least one entry fewer; further ones are not looked at). NaN where an entry is not finite.
///
/// All eigenvalues lie below x exactly if every pivot `dₖ = aₖ − x − bₖ₋₁²/dₖ₋₁` is negative (Barth, Martin & Wilkinson
/// 1967); they lie within the circles of Gershgorin (1931).
pub(super) fn largest_eigenvalue(diagonal: &[f64], beside: &[f64]) -> f64 {
    let entry = |k: usize| beside.get(k).filter(|_| k + 1 < diagonal.len()).map_or(0.0, |b: &f64| b.abs());
    let reach = |k: usize| entry(k) + if k == 0 { 0.0 } else { entry(k - 1) };
    let mut low = diagonal.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut high = (0..diagonal.len()).map(|k| diagonal[k] + reach(k)).fold(low, f64::max);
    if !diagonal.iter().chain(beside).all(|x| x.is_finite()) || !high.is_finite() {
        return f64::NAN;
    }
    let is_above_all = |x: f64| {
        let mut pivot = f64::NEG_INFINITY;
        (0..diagonal.len()).all(|k| {
            let coupling = if k == 0 { 0.0 } else { entry(k - 1) };
            pivot = diagonal[k] - x - coupling / pivot * coupling;
            pivot < 0.0
        })
    };
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if is_above_all(middle) { high = middle } else { low = middle }
    }
}

#[cfg(test)]
mod tests {
    use super::largest_eigenvalue;

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

    #[test]
    fn what_is_not_finite_is_not_a_number() {
        assert!(largest_eigenvalue(&[1.0, f64::NAN], &[0.0]).is_nan());
        assert!(largest_eigenvalue(&[1.0, 1.0], &[f64::INFINITY]).is_nan());
    }
}
