//! Combines the values of parameters: computes the values of a run from its number.

use etascape_core::{Purpose, Stream};

use super::series::Series;
use crate::spec::axis::AxisIndex;
use crate::spec::parameter::Parameter;
use crate::spec::sweep::{Method, SweepSpec};
use crate::value::Value;

/// The runs of a sweep as combinations of values, in order. None of them is stored.
pub struct Combinations {
    parameters: Vec<Parameter>,
    groups: Vec<Vec<usize>>,
    method: Method,
    runs: u64,
}

impl Combinations {
    pub(crate) fn new(sweep: SweepSpec, runs: u64) -> Combinations {
        let SweepSpec { method, parameters, groups } = sweep;
        Combinations { parameters, groups, method, runs }
    }

    pub(super) fn method(&self) -> Method {
        self.method
    }

    pub(super) fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    /// Number of runs.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// The swept parameters, in the order in which they are named.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Whether a parameter advances together with others. `which` is its index in [`Combinations::parameters`].
    pub fn is_zipped(&self, which: usize) -> bool {
        self.groups.iter().any(|group| group.len() > 1 && group.contains(&which))
    }

    /// The values of a run's parameters, in their order. `run` must be below [`Combinations::runs`].
    pub fn values(&self, run: u64) -> Vec<Value> {
        let indices = self.indices(run);
        self.parameters.iter().zip(indices).map(|(parameter, index)| parameter.value(index)).collect()
    }

    /// The values of a parameter over all runs of a grid. `which` is its index in [`Combinations::parameters`]. `None`
    /// where values are drawn: reading such a value is much cheaper than drawing it again.
    pub fn series(&self, which: usize) -> Option<Series> {
        let group = self.groups.iter().position(|group| group.contains(&which))?;
        let count = |group: &Vec<usize>| self.parameters[group[0]].count();
        let mut faster = self.groups[group + 1..].iter().map(count);
        let stride = faster.try_fold(1, |stride, count| Some(stride * count?))?;
        let parameter = self.parameters[which].clone();
        (self.method == Method::Grid).then_some(Series { stride, count: parameter.count()?, parameter })
    }

    /// The axis index of each parameter in a run.
    pub(super) fn indices(&self, run: u64) -> Vec<AxisIndex> {
        let mut indices = vec![AxisIndex::default(); self.parameters.len()];
        self.write_indices(run, &mut indices);
        indices
    }

    pub(super) fn write_indices(&self, run: u64, indices: &mut [AxisIndex]) {
        match self.method {
            Method::Grid => self.write_grid(run, |_| true, indices),
            Method::Random { seed, .. } => {
                let mut stream = Stream::new(seed, Purpose::Sweep, run);
                self.write_drawn(|_| stream.uniform(), indices);
            }
            Method::Sobol { seed, .. } => {
                let seed = (seed ^ (seed >> 32)) as u32;
                let share = |dimension| f64::from(sobol_burley::sample(run as u32, dimension as u32, seed));
                self.write_drawn(share, indices);
            }
        }
    }

    fn write_drawn(&self, mut share: impl FnMut(usize) -> f64, indices: &mut [AxisIndex]) {
        for (i, (parameter, index)) in self.parameters.iter().zip(indices).enumerate() {
            *index = parameter.axis.drawn(share(i));
        }
    }

    /// Writes the indices of the `number`-th combination of the groups with a wanted member. Other indices are not changed.
    pub(super) fn write_grid(&self, mut number: u64, wanted: impl Fn(usize) -> bool, indices: &mut [AxisIndex]) {
        for group in self.groups.iter().rev().filter(|group| group.iter().any(|&member| wanted(member))) {
            let count = self.parameters[group[0]].count().unwrap_or(1);
            group.iter().for_each(|&member| indices[member] = AxisIndex(number % count));
            number /= count;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::experiment::Experiment;

    #[test]
    fn a_series_has_the_values_of_every_run() {
        let text = "name = \"t\"\n[data]\npoints = [[1, 2]]\n[sweep]\nzip = [[\"init.w\", \"init.b\"]]\n[sweep.parameters]\n\
            \"init.w\" = [1.0, -0.0, 3.5]\n\"train.learning_rate\" = { geomspace = [1e-4, 1.0, 7] }\n\
            \"init.b\" = { linspace = [0, 1, 3] }\n\"seed\" = { range = [0, 5] }\n";
        let plan = Experiment::parse(text, Path::new("t.toml"), &[]).unwrap().plan;
        for (which, parameter) in plan.parameters().iter().enumerate() {
            let series = plan.series(which).unwrap();
            let of_run = |run: u64| series.number(series.place(run)).to_bits();
            let expected = |run: u64| plan.values(run)[which].as_f64().unwrap().to_bits();
            assert!((0..plan.runs()).all(|run| of_run(run) == expected(run)), "{}", parameter.path);
            assert_eq!(Some(series.count()), parameter.count());
        }
    }

    #[test]
    fn drawn_values_have_no_series() {
        let text = "name = \"t\"\n[data]\npoints = [[1, 2]]\n[sweep]\nmethod = \"random\"\nsamples = 9\n\
            [sweep.parameters]\n\"init.w\" = { uniform = [0, 1] }\n\"init.b\" = [1, 2]\n";
        let plan = Experiment::parse(text, Path::new("t.toml"), &[]).unwrap().plan;
        assert!((0..2).all(|which| plan.series(which).is_none()));
    }
}
