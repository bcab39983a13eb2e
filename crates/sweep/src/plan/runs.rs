//! All runs of an engine experiment.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use etascape_core::{Data, Hyper, Shape};

use super::combinations::Combinations;
use super::job::{Built, Dataset, Locator, Request, Set, build};
use super::room;
use super::series::Series;
use super::single;
use crate::data::{Standardizer, StoredFiles, Table};
use crate::error::{ConfigError, Problem, shorten};
use crate::spec::axis::AxisIndex;
use crate::spec::halving::Halving;
use crate::spec::key_set::KeySet;
use crate::spec::keys::{Destination, Key};
use crate::spec::log::LogConfig;
use crate::spec::parameter::Parameter;
use crate::spec::run::RunSpec;
use crate::spec::setter::{HyperField, Setter, SpecSetter};
use crate::spec::source::Source;
use crate::spec::source_map::SourceMap;
use crate::spec::sweep::Target;
use crate::spec::types::Type;
use crate::spec::usage::{Need, NoUse, missing_in_run};
use crate::value::Value;

/// What runs with the same values of all parameters but the numeric ones share.
#[derive(Debug)]
pub struct Job {
    /// Their shape.
    pub shape: Arc<Shape>,
    /// Their data.
    pub data: Arc<Data>,
    /// Names of the classes, where targets are classes.
    pub classes: Option<Vec<String>>,
    /// How targets were standardised; `None` where they are as read.
    pub target_scale: Option<Standardizer>,
    /// Their numbers, before the swept ones are set.
    pub(super) hyper: Hyper,
}

/// All runs of an experiment, in order. None of them is stored.
pub struct Plan {
    pub(super) sweep: Combinations,
    /// The spec of a run before the swept values are set.
    pub(super) run: RunSpec,
    pub(super) source_map: SourceMap,
    pub(super) dataset: Dataset,
    pub(super) log: LogConfig,
    halving: Option<Halving>,
    pub(super) parameter_columns: Vec<String>,
    pub(super) setters: Setters,
    jobs: Mutex<HashMap<Box<[AxisIndex]>, Arc<Job>>>,
}

/// What each parameter of a plan sets, by the parameter's index. No two set the same.
pub(super) struct Setters {
    /// The key of each parameter.
    pub keys: Vec<Key>,
    /// The same as a set.
    pub swept: KeySet,
    /// Parameters that decide on the job of a run, in the order in which they are set: a table before its keys.
    pub spec: Vec<(usize, SpecSetter)>,
    /// Parameters whose numbers differ among the runs of a job.
    pub numbers: Vec<(usize, HyperField)>,
    /// The parameter that is the seed.
    pub seed: Option<usize>,
}

impl Setters {
    fn new(targets: Vec<Target>, parameters: &[Parameter]) -> Setters {
        let keys = targets.iter().map(|target| target.key).collect();
        let (mut swept, mut spec, mut numbers, mut seed) = (KeySet::default(), Vec::new(), Vec::new(), None);
        for (which, Target { key, setter }) in targets.into_iter().enumerate() {
            swept.insert(key);
            match setter {
                Setter::Seed => seed = Some(which),
                Setter::Number(field) => numbers.push((which, field)),
                Setter::Spec(setter) => spec.push((which, setter)),
            }
        }
        spec.sort_by_key(|(which, _)| parameters[*which].path.matches('.').count());
        Setters { keys, swept, spec, numbers, seed }
    }

    /// Whether the values of a parameter decide on the job of a run.
    pub fn decides(&self, which: usize) -> bool {
        self.spec.iter().any(|(own, _)| *own == which)
    }
}

/// The parts of a plan.
pub(crate) struct Parts {
    pub sweep: Combinations,
    pub targets: Vec<Target>,
    pub run: RunSpec,
    pub source_map: SourceMap,
    pub table: Table,
    /// Where paths start from.
    pub folder: PathBuf,
    /// Files that need not be opened.
    pub stored: StoredFiles,
    pub log: LogConfig,
    pub halving: Option<Halving>,
}

/// Jobs kept at most.
const MOST_JOBS: usize = 4096;

impl Job {
    fn of(built: Built) -> Job {
        let Built { shape, hyper, encoded } = built;
        let (data, classes) = (encoded.data.clone(), encoded.classes.clone());
        Job { shape: Arc::new(shape), data, classes, target_scale: encoded.target_scale, hyper }
    }
}

impl Plan {
    /// Makes a plan without checking it.
    pub(super) fn unchecked(parts: Parts) -> Plan {
        let Parts { sweep, targets, run, source_map, table, folder, stored, log, halving } = parts;
        let (dataset, setters) = (Dataset::new(table, folder, stored), Setters::new(targets, sweep.parameters()));
        let (parameter_columns, jobs) = (Vec::new(), Mutex::default());
        Plan { sweep, run, source_map, dataset, log, halving, parameter_columns, setters, jobs }
    }

    /// Number of runs.
    pub fn runs(&self) -> u64 {
        self.sweep.runs()
    }

    /// The swept parameters, in the order in which they are named.
    pub fn parameters(&self) -> &[Parameter] {
        self.sweep.parameters()
    }

    /// What the file asks to log.
    pub fn log(&self) -> &LogConfig {
        &self.log
    }

    /// Names of the model parameters that are logged; empty where none are.
    pub fn parameter_columns(&self) -> &[String] {
        &self.parameter_columns
    }

    /// The rungs at which poor runs end, if they do.
    pub fn halving(&self) -> Option<Halving> {
        self.halving
    }

    /// The data, before its targets are encoded for a loss.
    pub fn table(&self) -> &Table {
        &self.dataset.table
    }

    /// The values of a run's parameters, in their order. `run` must be below [`Plan::runs`].
    pub fn values(&self, run: u64) -> Vec<Value> {
        self.sweep.values(run)
    }

    /// As [`Combinations::is_zipped`].
    pub fn is_zipped(&self, which: usize) -> bool {
        self.sweep.is_zipped(which)
    }

    /// As [`Combinations::series`].
    pub fn series(&self, which: usize) -> Option<Series> {
        self.sweep.series(which)
    }

    /// The job of a run. Runs with the same values of all parameters but the numeric ones have the same job.
    ///
    /// # Errors
    /// Where the values of the run are impossible together, and there were too many combinations to check all before.
    pub fn job(&self, run: u64) -> Result<Arc<Job>, ConfigError> {
        // Where no parameter decides on it there is one job.
        let indices = if self.setters.spec.is_empty() { Vec::new() } else { self.sweep.indices(run) };
        self.job_of(&indices)
    }

    /// The run that the file describes without its sweep.
    ///
    /// # Errors
    /// Where the file lacks a value that only the sweep gives.
    pub fn unswept(&self) -> Result<(Job, Hyper), ConfigError> {
        let locator = Locator { source_map: &self.source_map, sets: Vec::new() };
        let job = Job::of(build(&self.request(&self.run, locator))?);
        let hyper = job.hyper.clone();
        Ok((job, hyper))
    }

    /// The numbers of a run, given its job.
    pub fn hyper(&self, job: &Job, run: u64) -> Hyper {
        let indices = self.sweep.indices(run);
        let mut hyper = job.hyper.clone();
        self.set_numbers(&indices, |which| self.parameters()[which].axis.number(indices[which]), &mut hyper);
        hyper
    }

    /// Sets the swept numbers of a run, given the axis index and the number of each parameter.
    pub(super) fn set_numbers(&self, indices: &[AxisIndex], number: impl Fn(usize) -> f64, hyper: &mut Hyper) {
        if let Some(which) = self.setters.seed {
            // Not every seed above 2⁵³ is a floating-point number.
            hyper.seed = self.parameters()[which].axis.integer(indices[which]) as u64;
        }
        self.setters.numbers.iter().for_each(|&(which, field)| field.set(hyper, number(which)));
    }

    pub(super) fn job_of(&self, indices: &[AxisIndex]) -> Result<Arc<Job>, ConfigError> {
        let known = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).get(&self.key(indices)).cloned();
        match known {
            Some(job) => Ok(job),
            None => Ok(self.keep(indices, self.make_job(&self.spec_of(indices)?, indices)?)),
        }
    }

    /// The indices that decide on the job of a run.
    fn key(&self, indices: &[AxisIndex]) -> Box<[AxisIndex]> {
        self.setters.spec.iter().map(|(which, _)| indices[*which]).collect()
    }

    /// Keeps a job for the runs that have it.
    pub(super) fn keep(&self, indices: &[AxisIndex], mut job: Job) -> Arc<Job> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if jobs.len() >= MOST_JOBS {
            jobs.clear();
        }
        // Jobs of equal shape share it, so that their runs train together.
        const COMPARED: usize = 64;
        if let Some(other) = jobs.values().take(COMPARED).find(|other| other.shape == job.shape) {
            job.shape = other.shape.clone();
        }
        jobs.entry(self.key(indices)).or_insert(Arc::new(job)).clone()
    }

    /// Drops all cached jobs, because the plan they were built from has changed.
    pub(super) fn forget_jobs(&mut self) {
        self.jobs.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The spec of a combination.
    ///
    /// # Errors
    /// Where a parameter or a key of the file has no effect in it.
    pub(super) fn spec_of(&self, indices: &[AxisIndex]) -> Result<RunSpec, ConfigError> {
        let mut run = self.run.clone();
        for (which, setter) in &self.setters.spec {
            setter.set(&self.parameters()[*which].axis, indices[*which], &mut run);
        }
        let swept = self.setters.swept;
        for (parameter, key) in self.parameters().iter().zip(&self.setters.keys) {
            if let Some(why) = run.no_use(*key, swept) {
                return Err(not_used(&self.source_map.source, parameter, &why));
            }
        }
        if let Some(key) = missing_in_run(run.given) {
            return Err(self.locator(indices).missing(&run, key));
        }
        match run.first_misplaced() {
            Some((key, need)) => Err(self.misplaced(&run, indices, key, &need)),
            None => Ok(run),
        }
    }

    /// The error that a key has no effect beside the values of a combination.
    fn misplaced(&self, run: &RunSpec, indices: &[AxisIndex], key: Key, need: &Need) -> ConfigError {
        let problem = self.locator(indices).problem_of_key(run, key, need.message());
        Problem { allowed: Some(run.usable_beside(key).join(", ")), ..problem }.into()
    }

    pub(super) fn make_job(&self, run: &RunSpec, indices: &[AxisIndex]) -> Result<Job, ConfigError> {
        let request = self.request(run, self.locator(indices));
        let mut job = Job::of(build(&request)?);
        let swept =
            room::NumberParameters { keys: &self.setters.keys, all: self.parameters(), fields: &self.setters.numbers };
        room::make(&request, &swept, &job.shape, &mut job.hyper)?;
        single::check_numbers(&request, &swept, &job.shape, &job.hyper)?;
        Ok(job)
    }

    fn request<'a>(&'a self, run: &'a RunSpec, locator: Locator<'a>) -> Request<'a> {
        Request { run, dataset: &self.dataset, log: &self.log, locator }
    }

    fn locator(&self, indices: &[AxisIndex]) -> Locator<'_> {
        let sets = self.setters.spec.iter().map(|(which, setter)| Set {
            key: self.setters.keys[*which],
            parameter: &self.parameters()[*which],
            setter,
            index: indices[*which],
        });
        Locator { source_map: &self.source_map, sets: sets.collect() }
    }
}

/// The error that not every run uses a swept parameter: `runs.csv` would show a value that did not train the run.
fn not_used(source: &Source, parameter: &Parameter, why: &NoUse) -> ConfigError {
    let problem = source.problem(parameter.span, &parameter.path, "a sweep over a key that not all runs use");
    let found = shorten(&format!("{}: {}", parameter.path, parameter.description()));
    let remedy = format!("{} in every run", why.remedy());
    let is_word_or_table = |path: &str| {
        Key::of(path).is_some_and(|key| matches!(&key.row().destination, Destination::Run(Type::WordOrTable(..))))
    };
    let tables = match (parameter.path.rsplit_once('.'), why) {
        (Some((table, key)), NoUse::Without(Need { words, .. })) if is_word_or_table(table) => {
            format!("; or swept in tables: \"{table}\" = [{{ kind = \"{}\", {key} = … }}, …]", words[0])
        }
        _ => String::new(),
    };
    Problem { found: Some(found), allowed: Some(remedy + &tables), ..problem }.into()
}
