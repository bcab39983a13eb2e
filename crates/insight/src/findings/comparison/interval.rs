//! The bootstrap interval of a mean.

use etascape_core::{Purpose, Stream};

use super::student::{normal_below, student_95};
use crate::statistics::quantile;

/// Resamples of an interval.
const RESAMPLES: usize = 10_000;
/// Of fewer values, resamples reach no interval that holds as often as it says.
pub const FEWEST: usize = 5;

/// A mean and its interval of 95 % confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean of the values.
    pub mean: f64,
    /// The low end.
    pub low: f64,
    /// The high end.
    pub high: f64,
}

impl Interval {
    /// The interval of the mean of some finite values; `None` of fewer than five.
    ///
    /// The percentiles of the means of 10,000 resamples, drawn from one fixed stream. The percentiles lie farther out than
    /// 2.5 and 97.5, as far as Student's t does from the normal distribution, since the means of few values spread too
    /// little: the expanded percentile interval of Hesterberg (2015, "What
    /// teachers should know about the bootstrap").
    pub fn of_mean(values: &[f64]) -> Option<Interval> {
        if values.len() < FEWEST {
            return None;
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let mut stream = Stream::new(0, Purpose::Bootstrap, 0);
        let mut resample =
            || (0..values.len()).map(|_| values[stream.below(values.len() as u64) as usize]).sum::<f64>() / count;
        let mut means: Vec<f64> = (0..RESAMPLES).map(|_| resample()).collect();
        means.sort_by(f64::total_cmp);
        let tail = normal_below(-(count / (count - 1.0)).sqrt() * student_95(values.len() as u64 - 1));
        Some(Interval { mean, low: quantile(&means, tail)?, high: quantile(&means, 1.0 - tail)? })
    }

    /// Whether 0 is outside.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// How many values would tell their mean from 0: as many as a two-sided test at 5 % needs to do so with a chance of 80 %,
/// `((1.960 + 0.842) s/|mean|)²` with their standard deviation s, and five at least. Infinite where the mean is 0.
pub fn needed(values: &[f64]) -> f64 {
    const QUANTILES: f64 = 1.959_963_984_540_054 + 0.841_621_233_572_914_3;
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0);
    let needed = QUANTILES * QUANTILES * variance / (mean * mean);
    if needed.is_nan() { f64::INFINITY } else { needed.ceil().max(FEWEST as f64) }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn worked_by_hand() {
        assert_eq!(Interval::of_mean(&[1.0; 4]), None);
        assert_eq!(Interval::of_mean(&[2.0; 5]), Some(Interval { mean: 2.0, low: 2.0, high: 2.0 }));
        // Mean 3, standard deviation √2.5. Needed: 7.849 · 2.5 / 9 = 2.18, so 5 at least.
        let values = [1.0, 2.0, 3.0, 4.0, 5.0];
        let found = Interval::of_mean(&values).unwrap();
        assert_eq!(found.mean, 3.0);
        // All resamples lie between 1 and 5; the tail of 0.001 is near 1.2 by counting: P(sum ≤ 6) = 6/3125.
        assert!((1.0..=1.4).contains(&found.low) && (4.6..=5.0).contains(&found.high), "{found:?}");
        assert!(found.excludes_zero());
        assert_eq!(needed(&values), 5.0);
        // Mean 1, standard deviation 2: 7.849 · 4.
        let wide = [-1.0, 3.0, -1.0, 3.0, 1.0 - 2.0, 1.0 + 2.0];
        assert_eq!(needed(&wide), (7.848_879_734_349_086_f64 * 4.8).ceil());
        assert_eq!(needed(&[1.0, -1.0]), f64::INFINITY);
        assert_eq!(Interval::of_mean(&values), Some(found), "the same every time");
    }

    /// How often the interval of `count` values of a distribution with mean 0 holds 0.
    fn coverage(count: usize, draw: impl Fn(&mut Stream) -> f64 + Sync) -> f64 {
        const TRIALS: u64 = 2000;
        let holds = |trial: &u64| {
            let mut stream = Stream::new(*trial, Purpose::Generator, count as u64);
            let values: Vec<f64> = (0..count).map(|_| draw(&mut stream)).collect();
            !Interval::of_mean(&values).unwrap().excludes_zero()
        };
        (0..TRIALS).into_par_iter().filter(holds).count() as f64 / TRIALS as f64
    }

    /// Two standard errors of a coverage of 95 % over 2000 trials are 1 %.
    #[test]
    #[ignore = "a simulation of a minute"]
    fn nineteen_of_twenty_intervals_hold_the_mean() {
        for count in [5, 8, 12, 20, 40] {
            let normal = coverage(count, Stream::normal);
            let flat = coverage(count, |stream| stream.uniform() - 0.5);
            let skewed = coverage(count, |stream| -libm::log(1.0 - stream.uniform()) - 1.0);
            println!("{count} values: {normal} normal, {flat} uniform, {skewed} exponential");
            assert!((0.90..=0.975).contains(&normal) && (0.90..=0.98).contains(&flat) && skewed >= 0.85);
        }
    }
}
