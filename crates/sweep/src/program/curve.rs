//! Keeps a growing curve to a bounded number of points.

use etascape_core::CurveSteps;

/// One logged point of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The step that the program named.
    pub step: u64,
    /// The value of each metric, by its number in [`super::Record::names`]; shorter where later ones are missing.
    pub values: Vec<Option<f64>>,
}

/// The most points of a curve with a fixed interval. When there are more, the interval doubles.
const MOST: usize = 100_000;

/// The kept points. They depend on the points alone, not on when they arrived.
#[derive(Debug)]
pub(super) struct Thinned {
    wanted: CurveSteps,
    points: Vec<Point>,
    /// The latest point. It is always in the curve.
    last: Option<Point>,
}

impl Thinned {
    pub fn new(wanted: CurveSteps) -> Thinned {
        Thinned { wanted, points: Vec::new(), last: None }
    }

    /// Adds the next point. Its step must be above that of the point before.
    pub fn push(&mut self, point: Point) {
        let Some(before) = self.last.replace(point) else { return };
        match self.wanted {
            CurveSteps::None => {}
            CurveSteps::Every(interval) => {
                if self.points.is_empty() || before.step.is_multiple_of(interval) {
                    self.points.push(before);
                }
                if self.points.len() >= MOST {
                    self.wanted = CurveSteps::Every(interval.saturating_mul(2));
                    thin_to_multiples(&mut self.points, interval.saturating_mul(2));
                }
            }
            CurveSteps::Points(points) => {
                self.points.push(before);
                let room = 4 * points.max(2) as usize;
                if self.points.len() >= room {
                    thin_by_logarithm(&mut self.points, 2 * points.max(2));
                }
            }
        }
    }

    /// The curve. It always has the first point and the last; it is empty where no curve is wanted.
    pub fn finish(mut self) -> Vec<Point> {
        if self.wanted == CurveSteps::None {
            return Vec::new();
        }
        self.points.extend(self.last);
        if let CurveSteps::Points(points) = self.wanted {
            thin_by_logarithm(&mut self.points, points);
        }
        self.points
    }
}

fn thin_to_multiples(points: &mut Vec<Point>, interval: u64) {
    let mut is_first = true;
    points.retain(|point| std::mem::take(&mut is_first) || point.step.is_multiple_of(interval));
}

/// Keeps at most `count` points, log-spaced in the steps since the first: for each wanted step the first point at or after
/// it, and the last point.
fn thin_by_logarithm(points: &mut Vec<Point>, count: u64) {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    let (first, length) = (first.step, last.step - first.step);
    if points.len() as u64 <= count {
        return;
    }
    let wanted = CurveSteps::Points(count.max(2)).list(length);
    let mut wanted = wanted.into_iter().map(|step| first + step).peekable();
    points.retain(|point| {
        let mut is_wanted = false;
        while wanted.next_if(|&step| step <= point.step).is_some() {
            is_wanted = true;
        }
        is_wanted
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(wanted: CurveSteps, steps: impl Iterator<Item = u64>) -> Vec<u64> {
        let mut thinned = Thinned::new(wanted);
        for step in steps {
            thinned.push(Point { step, values: Vec::new() });
            assert!(thinned.points.len() <= MOST);
        }
        thinned.finish().iter().map(|point| point.step).collect()
    }

    #[test]
    fn few_points_are_all_kept() {
        assert_eq!(kept(CurveSteps::Points(10), [0, 5, 9].into_iter()), [0, 5, 9]);
        assert_eq!(kept(CurveSteps::Points(10), [7].into_iter()), [7]);
        assert!(kept(CurveSteps::None, 0..10).is_empty());
    }

    #[test]
    fn a_long_curve_is_log_spaced_with_both_ends() {
        for length in [300, 10_000, 123_457] {
            let steps = kept(CurveSteps::Points(50), 3..length);
            assert_eq!((steps[0], *steps.last().unwrap()), (3, length - 1));
            assert!((40..=50).contains(&steps.len()), "{length}: {} points", steps.len());
            let ratios = steps.windows(2).skip(10).map(|pair| (pair[1] as f64 - 3.0) / (pair[0] as f64 - 3.0));
            assert!(ratios.clone().all(|ratio| ratio < 2.5), "{:?}", steps);
        }
    }

    #[test]
    fn an_interval_doubles_where_points_become_too_many() {
        assert_eq!(kept(CurveSteps::Every(4), 1..11), [1, 4, 8, 10]);
        let steps = kept(CurveSteps::Every(1), 0..350_000);
        assert!(steps.len() <= MOST && steps.len() > MOST / 4, "{}", steps.len());
        assert_eq!((steps[0], *steps.last().unwrap()), (0, 349_999));
    }
}
