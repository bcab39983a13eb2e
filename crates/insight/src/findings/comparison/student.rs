//! Student's t distribution of whole degrees of freedom, and the normal distribution.

/// The probability of a standard normal number below x.
pub fn normal_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// The t that a number of Student's distribution exceeds in size with a probability of 5 %; `freedom` is at least 1.
pub fn student_95(freedom: u64) -> f64 {
    const HALVINGS: usize = 60;
    // Beyond, it is the normal distribution's to three digits.
    let freedom = freedom.min(2000);
    let halve = |(low, high): (f64, f64), _| {
        let middle = 0.5 * (low + high);
        if within(middle, freedom) < 0.95 { (middle, high) } else { (low, middle) }
    };
    (0..HALVINGS).fold((0.0, 16.0), halve).1
}

/// The probability that a number of Student's distribution is at most t in size, t ≥ 0 (Abramowitz & Stegun 26.7.3, 26.7.4).
fn within(t: f64, freedom: u64) -> f64 {
    let angle = libm::atan(t / (freedom as f64).sqrt());
    let (sine, cosine) = libm::sincos(angle);
    let is_odd = freedom % 2 == 1;
    let (mut term, mut sum) = (if is_odd { cosine } else { 1.0 }, 0.0);
    let mut k = if is_odd { 3 } else { 2 };
    while k <= freedom {
        sum += term;
        term *= cosine * cosine * (k - 1) as f64 / k as f64;
        k += 2;
    }
    match is_odd {
        true => std::f64::consts::FRAC_2_PI * (angle + sine * sum),
        false => sine * sum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_tables() {
        let table =
            [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (7, 2.365), (10, 2.228), (30, 2.042), (120, 1.980)];
        for (freedom, expected) in table {
            let found = student_95(freedom);
            assert!((found - expected).abs() < 6e-4, "{found} with {freedom} degrees of freedom, not {expected}");
        }
        assert!((normal_below(-1.959_963_984_540_054) - 0.025).abs() < 1e-15 && normal_below(0.0) == 0.5);
    }
}
