//! Checks of a plan before any run trains, and facts about all its runs.

use std::sync::Arc;

use etascape_core::Precision;

use super::count::grouped;
use super::runs::{Job, Parts, Plan};
use super::single;
use crate::error::{ConfigError, Problem};
use crate::spec::axis::{Axis, AxisIndex};
use crate::spec::keys::Key;
use crate::spec::log::LOGGED_PARAMETERS;
use crate::spec::parameter::Parameter;
use crate::value::Value;

/// All jobs of a plan are looked at only where the values that decide on the job have at most so many combinations.
const MOST_COMBINATIONS: u64 = 1000;
/// The most combinations that are checked before a sweep.
const MOST_CASES: u64 = 1_000_000;

impl Plan {
    /// Makes a plan and checks it. Also returns notices.
    pub(crate) fn new(parts: Parts) -> Result<(Plan, Vec<String>), ConfigError> {
        let mut plan = Plan::unchecked(parts);
        let mut notices = plan.check()?;
        notices.extend(plan.idle());
        notices.extend(plan.choose_parameter_columns()?);
        Ok((plan, notices))
    }

    /// The parameter that sweeps a key.
    pub(super) fn swept(&self, key: Key) -> Option<&Parameter> {
        self.parameters().iter().find(|parameter| parameter.path == key.path())
    }

    /// Checks that every run is possible and uses every parameter; collects notices.
    fn check(&self) -> Result<Vec<String>, ConfigError> {
        // The keys of the file that no combination has used so far.
        let (mut unused, mut last, swept) = (self.run.given, self.run.clone(), self.setters.swept);
        let mut vanishing: Option<Option<String>> = None;
        let mut check = |indices: &[AxisIndex]| -> Result<(), ConfigError> {
            let run = self.spec_of(indices)?;
            let job = self.make_job(&run, indices)?;
            if job.shape.precision == Precision::F32 {
                vanishing.get_or_insert_with(|| single::vanishing(&job.shape, &job.data));
            }
            self.keep(indices, job);
            unused = unused.and(run.unused(swept));
            last = run;
            Ok(())
        };
        self.each_case(&mut check)?;
        let notice = |key: Key| Some(format!("{} has no effect{}", key.path(), last.no_use(key, swept)?.reason()));
        Ok(unused.keys().filter_map(notice).chain(vanishing.flatten()).collect())
    }

    /// Calls `check` with enough combinations: if these are possible, all runs are.
    ///
    /// Only parameters that decide on the job can make a run impossible. Those that are not numbers, or that advance with
    /// others, take every combination. A number that varies by itself takes its least and its greatest value: it can only
    /// be forbidden by a fixed bound, or by a bound that one other number sets, so the four corners of every two such
    /// numbers cover all values between.
    fn each_case(&self, check: &mut dyn FnMut(&[AxisIndex]) -> Result<(), ConfigError>) -> Result<(), ConfigError> {
        let parameters = self.parameters();
        let is_read = |which: usize| self.setters.decides(which);
        let is_alone = |which: usize| self.sweep.groups().iter().any(|group| group[..] == [which]);
        let spans = |which: usize| is_read(which) && is_alone(which) && parameters[which].axis.is_numeric();
        let spanned: Vec<usize> = (0..parameters.len()).filter(|&which| spans(which)).collect();
        let is_listed = |which: usize| is_read(which) && !spans(which);
        let Some(count) = self.count(is_listed).filter(|count| *count <= MOST_CASES) else {
            if self.runs() > MOST_CASES {
                return Err(self.too_many_cases());
            }
            return (0..self.runs()).try_for_each(|run| check(&self.sweep.indices(run)));
        };
        let ends: Vec<[AxisIndex; 2]> = spanned.iter().map(|&which| parameters[which].axis.ends()).collect();
        let corners = corners(spanned.len());
        let mut indices = self.first();
        for index in 0..count {
            self.sweep.write_grid(index, is_listed, &mut indices);
            for corner in &corners {
                for ((&which, ends), &at_greatest) in spanned.iter().zip(&ends).zip(corner) {
                    indices[which] = ends[usize::from(at_greatest)];
                }
                check(&indices)?;
            }
        }
        Ok(())
    }

    fn too_many_cases(&self) -> ConfigError {
        let allowed =
            format!("at most {}; random sweeps of so many runs have no such limit", grouped(MOST_CASES.into()));
        let message = "too many combinations of values that are no numbers to check them all";
        Problem { allowed: Some(allowed), found: None, ..self.source_map.problem(Key::SweepParameters, message) }.into()
    }

    /// The number of combinations of the groups that have a wanted parameter; `None` where it overflows, or where
    /// values are drawn.
    fn count(&self, wanted: impl Fn(usize) -> bool) -> Option<u64> {
        let groups = self.sweep.groups().iter().filter(|group| group.iter().any(|&member| wanted(member)));
        groups.map(|group| self.parameters()[group[0]].count()).try_fold(1, |all: u64, count| all.checked_mul(count?))
    }

    /// Indices of every combination of the wanted parameters that decide on the job; the others have their first value.
    /// `None` if there are too many, or where values are drawn.
    fn combinations(&self, wanted: impl Fn(usize) -> bool) -> Option<Vec<Vec<AxisIndex>>> {
        let wanted = |which: usize| self.setters.decides(which) && wanted(which);
        let count = self.count(wanted).filter(|count| *count <= MOST_COMBINATIONS)?;
        let first = self.first();
        let indices = |index| {
            let mut indices = first.clone();
            self.sweep.write_grid(index, wanted, &mut indices);
            indices
        };
        Some((0..count).map(indices).collect())
    }

    /// The first value of every parameter, the middle one of distributions.
    fn first(&self) -> Vec<AxisIndex> {
        self.parameters().iter().map(|p| if p.count().is_some() { AxisIndex(0) } else { p.axis.drawn(0.5) }).collect()
    }

    /// Chooses the logged model parameters: the names over all networks; none if a network is too large, or there are too
    /// many networks to look at. Returns a notice where the file asks for them without effect.
    fn choose_parameter_columns(&mut self) -> Result<Option<String>, ConfigError> {
        let wanted = self.log.parameters;
        self.parameter_columns = match wanted {
            true => self.small_networks()?.unwrap_or_default(),
            false => Vec::new(),
        };
        if self.parameter_columns.is_empty() {
            self.log.parameters = false;
            self.forget_jobs();
        }
        let is_asked = self.source_map.gives(Key::LogParameters) && wanted;
        Ok((is_asked && self.parameter_columns.is_empty()).then(|| {
            format!("log.parameters has no effect: only models of at most {LOGGED_PARAMETERS} parameters log them")
        }))
    }

    fn small_networks(&self) -> Result<Option<Vec<String>>, ConfigError> {
        let makes_network = |which: usize| {
            let key = self.setters.keys[which];
            key == Key::TrainLoss || key.table() == Some(Key::Model)
        };
        let Some(combinations) = self.combinations(makes_network) else { return Ok(None) };
        let mut names: Vec<String> = Vec::new();
        for indices in combinations {
            let network = &self.job_of(&indices)?.shape.network;
            if network.parameters() > LOGGED_PARAMETERS {
                return Ok(None);
            }
            let new: Vec<String> = network.parameter_names().into_iter().filter(|name| !names.contains(name)).collect();
            names.extend(new);
        }
        Ok(Some(names))
    }

    /// The number of updates if every run takes all its steps; an estimate where steps are drawn.
    pub fn steps_total(&self) -> u128 {
        const SUMMED: u64 = 100_000;
        let Some(parameter) = self.swept(Key::TrainSteps) else {
            return u128::from(self.runs()) * u128::from(self.run.train.steps);
        };
        let steps = |index| match parameter.value(index) {
            Value::Integer(steps) => steps.unsigned_abs().into(),
            _ => 0_u128,
        };
        let shares = |n: u64| (0..n).map(move |i| (i as f64 + 0.5) / n as f64);
        let (sum, of): (u128, u64) = match (parameter.count(), &parameter.axis) {
            (Some(count), Axis::List(_)) => ((0..count).map(AxisIndex).map(steps).sum(), count),
            (Some(count), _) if count <= SUMMED => ((0..count).map(AxisIndex).map(steps).sum(), count),
            _ => (shares(SUMMED).map(|u| steps(parameter.axis.drawn(u))).sum(), SUMMED),
        };
        (sum as f64 * self.runs() as f64 / of as f64).round() as u128
    }

    /// The job of every combination of values that are not numbers; `None` where there are more than a thousand.
    pub fn jobs(&self) -> Option<Vec<Arc<Job>>> {
        self.combinations(|_| true)?.iter().map(|indices| self.job_of(indices).ok()).collect()
    }
}

/// Corners of a box, `true` for the greatest value: they include all four corners of every two of the numbers.
fn corners(numbers: usize) -> Vec<Vec<bool>> {
    let mut corners = vec![vec![false; numbers]];
    if numbers > 0 {
        corners.push(vec![true; numbers]);
    }
    if numbers > 1 {
        corners.extend((0..numbers).map(|up| (0..numbers).map(|which| which == up).collect()));
    }
    corners
}
