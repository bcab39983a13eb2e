//! Runs that differ only in their seed, as one curve: the median, the quartiles, and the runs that diverged.

use crate::statistics::quantile;
use crate::study::{Parameter, Study, settings};
use crate::tables::Curve;

/// The quartiles of a group of runs at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quartiles {
    /// Updates made.
    pub step: f64,
    /// Lower quartile, median, upper quartile.
    pub of: [f64; 3],
}

/// Groups runs with curves that differ only in their seeds, in the order of their first runs. Each run is a group where no
/// seed is swept, or where a seed is `shown` itself.
pub fn groups<'c>(
    study: &Study<'_>,
    mut runs: Vec<(usize, Curve<'c>)>,
    shown: &[&Parameter<'_>],
) -> Vec<Vec<(usize, Curve<'c>)>> {
    let is_shown = |one: &Parameter<'_>| shown.iter().any(|other| other.path == one.path);
    let telling = || study.parameters.iter().filter(|one| !one.is_seed() || is_shown(one));
    if telling().count() == study.parameters.len() {
        return runs.into_iter().map(|run| vec![run]).collect();
    }
    let order = settings::order(&telling().collect::<Vec<_>>());
    runs.sort_by(|a, b| order(a.0, b.0));
    let mut groups: Vec<Vec<(usize, Curve<'c>)>> =
        runs.chunk_by(|a, b| order(a.0, b.0).is_eq()).map(<[_]>::to_vec).collect();
    groups.sort_by_key(|group| group[0].0);
    groups
}

/// The curve of one run in a group: steps, values, and whether the run diverged.
#[derive(Clone, Copy)]
pub struct Member<'c> {
    /// Updates made at each point.
    pub steps: &'c [u64],
    /// The value at each point.
    pub values: &'c [f64],
    /// Whether the run diverged.
    pub diverged: bool,
}

impl Member<'_> {
    /// The value at a step: the latest logged one. After its end a run keeps its last value; a diverged run then counts as
    /// infinite, and so does NaN.
    fn at(&self, step: u64) -> f64 {
        let logged = self.steps.partition_point(|&other| other <= step);
        let is_over = self.diverged && logged == self.steps.len() && self.steps.last() != Some(&step);
        let value = logged.checked_sub(1).map_or(f64::NAN, |index| self.values[index]);
        if is_over || value.is_nan() { f64::INFINITY } else { value }
    }
}

/// The quartiles at every step that any of the runs logged, over the runs that did not diverge; over all where all did.
pub fn quartiles(runs: &[Member<'_>]) -> Vec<Quartiles> {
    let calm: Vec<Member<'_>> = runs.iter().filter(|run| !run.diverged).copied().collect();
    let runs = if calm.is_empty() { runs } else { &calm };
    let mut steps: Vec<u64> = runs.iter().flat_map(|run| run.steps).copied().collect();
    steps.sort_unstable();
    steps.dedup();
    let at = |step: u64| {
        let mut values: Vec<f64> = runs.iter().map(|run| run.at(step)).collect();
        values.sort_by(f64::total_cmp);
        let of = [0.25, 0.5, 0.75].map(|share| quantile(&values, share).unwrap_or(f64::NAN));
        Quartiles { step: step as f64, of }
    };
    steps.into_iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(runs: &[(&[u64], &[f64], bool)]) -> Vec<(f64, [f64; 3])> {
        let member = |&(steps, values, diverged): &(_, _, bool)| Member { steps, values, diverged };
        let members: Vec<Member<'_>> = runs.iter().map(member).collect();
        quartiles(&members).into_iter().map(|one| (one.step, one.of)).collect()
    }

    #[test]
    fn a_run_that_ended_stays_at_its_last_loss() {
        let runs: [(&[u64], &[f64], bool); 3] = [
            (&[0, 1, 2], &[8.0, 4.0, 1.0], false),
            (&[0, 1, 2, 4], &[8.0, 6.0, 5.0, 2.0], false),
            (&[0, 1, 2, 4], &[8.0, 8.0, 7.0, 3.0], false),
        ];
        // At step 4: 1 (ended at 2), 2 and 3.
        let expected = [(0.0, [8.0, 8.0, 8.0]), (1.0, [5.0, 6.0, 7.0]), (2.0, [3.0, 5.0, 6.0]), (4.0, [1.5, 2.0, 2.5])];
        assert_eq!(of(&runs), expected);
    }

    #[test]
    fn what_diverged_is_beside_the_others_or_infinite_where_all_did() {
        let calm: (&[u64], &[f64], bool) = (&[0, 1], &[8.0, 4.0], false);
        let gone: (&[u64], &[f64], bool) = (&[0, 1, 2], &[8.0, 90.0, f64::NAN], true);
        let late: (&[u64], &[f64], bool) = (&[0, 1, 2, 3], &[8.0, 10.0, 20.0, 40.0], true);
        assert_eq!(of(&[calm, gone]), [(0.0, [8.0; 3]), (1.0, [4.0; 3])]);
        let inf = f64::INFINITY;
        let expected = [(0.0, [8.0; 3]), (1.0, [30.0, 50.0, 70.0]), (2.0, [inf; 3]), (3.0, [inf; 3])];
        assert_eq!(of(&[gone, late])[..2], expected[..2]);
        assert!(of(&[gone, late])[3].1[1].is_infinite(), "between 40 and infinite");
    }
}
