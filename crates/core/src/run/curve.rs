//! Which steps of a run are logged.

use crate::CurveSteps;

impl CurveSteps {
    /// How many points [`CurveSteps::list`] has.
    pub fn count(self, steps: u64) -> u64 {
        match self {
            CurveSteps::None => 0,
            CurveSteps::Points(points) => points.max(2).min(steps.saturating_add(1)),
            CurveSteps::Every(interval) => steps.div_ceil(interval.max(1)) + 1,
        }
    }

    /// How many steps of [`CurveSteps::list`] are multiples of a number. For log-spaced steps they are listed.
    pub(crate) fn count_multiples(self, steps: u64, of: u64) -> u64 {
        match self {
            CurveSteps::None => 0,
            CurveSteps::Points(points) if points > steps => steps / of + 1,
            CurveSteps::Points(_) => self.list(steps).iter().filter(|step| step.is_multiple_of(of)).count() as u64,
            CurveSteps::Every(interval) => {
                let both = least_common_multiple(interval.max(1), of).map_or(1, |both| steps.div_ceil(both));
                both + u64::from(steps.is_multiple_of(of))
            }
        }
    }

    /// The logged steps of a run of `steps` updates, ascending, 0 and `steps` included; none without a curve.
    ///
    /// Each log-spaced point is the one before times the ratio that would reach the last step in the points that are left,
    /// or the next whole step where that is further. So there are as many as were asked for, if there are steps enough.
    pub fn list(self, steps: u64) -> Vec<u64> {
        match self {
            CurveSteps::None => Vec::new(),
            CurveSteps::Every(interval) => (0..steps).step_by(interval.max(1) as usize).chain([steps]).collect(),
            CurveSteps::Points(points) if points > steps => (0..=steps).collect(),
            CurveSteps::Points(points) => log_spaced(points.max(2), steps),
        }
    }
}

/// `None` where it overflows.
fn least_common_multiple(a: u64, b: u64) -> Option<u64> {
    let (mut divisor, mut rest) = (a, b);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (a / divisor).checked_mul(b)
}

fn log_spaced(points: u64, steps: u64) -> Vec<u64> {
    let mut list = vec![0];
    let mut at = 0;
    for left in (1..points).rev() {
        let ratio = libm::pow(steps as f64 / at.max(1) as f64, 1.0 / left as f64);
        let spaced = libm::rint(at as f64 * ratio) as u64;
        at = if left == 1 { steps } else { spaced.max(at + 1).min(steps - (left - 1)) };
        list.push(at);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_steps_are_all_logged() {
        assert_eq!(CurveSteps::Points(200).list(3), [0, 1, 2, 3]);
        assert_eq!(CurveSteps::Points(4).list(3), [0, 1, 2, 3]);
        assert_eq!(CurveSteps::None.list(3), []);
    }

    #[test]
    fn points_are_as_many_as_asked_and_log_spaced() {
        assert_eq!(CurveSteps::Points(5).list(1000), [0, 1, 10, 100, 1000]);
        assert_eq!(CurveSteps::Points(2).list(1000), [0, 1000]);
        for (points, steps) in [(200, 500), (200, 2000), (3, 7), (50, 1_000_000), (200, 200), (200, 201)] {
            let list = CurveSteps::Points(points).list(steps);
            assert_eq!(CurveSteps::Points(points).count(steps), points);
            assert_eq!(list.len() as u64, points, "{points} of {steps}");
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
            assert_eq!((list[0], *list.last().unwrap()), (0, steps));
        }
    }

    #[test]
    fn an_interval_keeps_the_last_step() {
        assert_eq!(CurveSteps::Every(4).list(10), [0, 4, 8, 10]);
        assert_eq!(CurveSteps::Every(5).list(10), [0, 5, 10]);
        assert_eq!(CurveSteps::Every(4).count(10), 4);
    }

    #[test]
    fn points_are_counted_without_listing_them() {
        let curves = (1..30).map(CurveSteps::Every).chain((2..30).map(CurveSteps::Points)).chain([CurveSteps::None]);
        for (curve, steps) in curves.flat_map(|curve| [1, 2, 3, 10, 24, 100].map(|steps| (curve, steps))) {
            let list = curve.list(steps);
            assert_eq!(curve.count(steps), list.len() as u64, "{curve:?} of {steps}");
            for of in [1, 2, 3, 7, 24, 100, 101] {
                let multiples = list.iter().filter(|step| step.is_multiple_of(of)).count() as u64;
                assert_eq!(curve.count_multiples(steps, of), multiples, "{curve:?} of {steps}, multiples of {of}");
            }
        }
        assert_eq!(CurveSteps::Every(1).count(1_000_000), 1_000_001);
        assert_eq!(CurveSteps::Every(u64::MAX / 2).count_multiples(9, u64::MAX / 3), 1, "0 alone");
    }
}
