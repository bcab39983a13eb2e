//! The runs of a sweep, each computed from its number.

mod check;
mod combinations;
mod idle;
mod knob;
mod parameter;
mod queue;
mod series;
mod walk;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use etascape_core::{Data, Hyper, LearningRate, Parameters, Shape};

pub(crate) use check::{check_choice, check_column, runs as check_runs};
pub use combinations::Combinations;
pub(crate) use knob::{HyperField, Knob};
pub use parameter::Parameter;
pub(crate) use queue::{Queue, Stretch};
pub use series::Series;
pub use walk::{PlannedRun, Walk};

use etascape_text::counted;

use crate::config::build::{self, LogConfig, World};
use crate::config::check::{Config, NoUse};
use crate::config::keys::Need;
use crate::config::sweep::Sweep;
use crate::config::tree::Source;
use crate::error::{ConfigError, Problem, shorten};
use crate::halving::Halving;
use crate::value::Value;

/// How the values of parameters are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Every combination; the last-named parameter varies fastest.
    Grid,
    /// Drawn independently.
    Random { samples: u64, seed: u64 },
    /// Points of an Owen-scrambled Sobol sequence (Burley 2020).
    Sobol { samples: u64, seed: u64 },
}

/// What runs with the same values of non-numeric parameters share.
#[derive(Debug)]
pub struct Job {
    /// Their shape.
    pub shape: Arc<Shape>,
    /// Their data.
    pub data: Arc<Data>,
    /// Names of the classes, where targets are classes.
    pub classes: Option<Vec<String>>,
    /// Their numbers, before those that are swept are set.
    hyper: Hyper,
}

/// All runs of an experiment, in order, none of them stored.
pub struct Plan {
    sweep: Combinations,
    config: Config,
    world: World,
    log: LogConfig,
    halving: Option<Halving>,
    parameter_columns: Vec<String>,
    /// Parameters that are read through the config, in the order in which they are set.
    read: Vec<usize>,
    /// The others, which are set directly. No two set the same number.
    knobs: Vec<(usize, Knob)>,
    jobs: Mutex<HashMap<Box<[u64]>, Arc<Job>>>,
}

/// Tables with a `kind`, whose other keys are swept together with it as tables.
const KINDS: [&str; 2] = ["train.optimizer", "train.schedule"];
/// Jobs kept at most.
const MOST_JOBS: usize = 4096;

impl Job {
    fn of(built: build::Built) -> Job {
        let build::Built { shape, hyper, encoded } = built;
        let (data, classes) = (encoded.data.clone(), encoded.classes.clone());
        Job { shape: Arc::new(shape), data, classes, hyper }
    }
}

impl Plan {
    /// Makes a plan and checks it. Returns notices too.
    pub(crate) fn new(
        config: Config,
        sweep: Sweep,
        runs: u64,
        world: World,
        log: LogConfig,
    ) -> Result<(Plan, Vec<String>), ConfigError> {
        let parameters = &sweep.parameters;
        let mut read: Vec<usize> = (0..parameters.len()).filter(|&i| parameters[i].knob.is_none()).collect();
        read.sort_by_key(|&i| (!parameters[i].decides(), parameters[i].path.matches('.').count()));
        let knobs = parameters.iter().enumerate().filter_map(|(i, parameter)| Some((i, parameter.knob?))).collect();
        let (jobs, parameter_columns) = (Mutex::default(), Vec::new());
        let config = config.beside_sweep(parameters.iter().map(|parameter| parameter.key.path).collect());
        let sweep = Combinations::new(sweep, runs);
        let halving = Halving::read(&config);
        let mut plan = Plan { sweep, config, world, log, halving, parameter_columns, read, knobs, jobs };
        let mut notices = plan.check()?;
        notices.extend(plan.idle());
        notices.extend(plan.choose_parameter_columns()?);
        Ok((plan, notices))
    }

    /// Number of runs.
    pub fn runs(&self) -> u64 {
        self.sweep.runs
    }

    /// The swept parameters, in the order in which they are named.
    pub fn parameters(&self) -> &[Parameter] {
        &self.sweep.parameters
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
    pub fn table(&self) -> &crate::data::Table {
        &self.world.table
    }

    /// The values of a run's parameters, in their order. `run` must be below [`Plan::runs`].
    pub fn values(&self, run: u64) -> Vec<Value> {
        self.sweep.values(run)
    }

    /// As [`Combinations::series`].
    pub fn series(&self, which: usize) -> Option<Series> {
        self.sweep.series(which)
    }

    /// What a run shares with others: runs with the same values of non-numeric parameters have the same job.
    ///
    /// # Errors
    /// Combinations of values that are impossible together, where there were too many to check all of them before.
    pub fn job(&self, run: u64) -> Result<Arc<Job>, ConfigError> {
        // Without parameters that are read through the config there is one job.
        let digits = if self.read.is_empty() { Vec::new() } else { self.sweep.digits(run) };
        self.job_of(&digits)
    }

    /// The run that the config asks for outside the sweep: every parameter at the value that the file gives it there.
    ///
    /// # Errors
    /// Where the file is complete with a swept value only.
    pub fn unswept(&self) -> Result<(Job, Hyper), ConfigError> {
        let job = Job::of(build::build(&self.config, &self.world, &self.log)?);
        let hyper = job.hyper.clone();
        Ok((job, hyper))
    }

    /// The numbers of a run, given its job.
    pub fn hyper(&self, job: &Job, run: u64) -> Hyper {
        let digits = self.sweep.digits(run);
        let mut hyper = job.hyper.clone();
        self.set_knobs(&digits, |which| self.sweep.parameters[which].axis.number(digits[which]), &mut hyper);
        hyper
    }

    /// Sets what is swept among the numbers of a run, given the digits, and the number that stands for each.
    fn set_knobs(&self, digits: &[u64], number: impl Fn(usize) -> f64, hyper: &mut Hyper) {
        for &(which, knob) in &self.knobs {
            match knob {
                // Seeds above 2⁵³ are no numbers of floating point.
                Knob::Seed => hyper.seed = self.sweep.parameters[which].axis.integer(digits[which]) as u64,
                Knob::Number(place) => place.set(hyper, number(which)),
            }
        }
    }

    /// Goes through consecutive runs, which must be below [`Plan::runs`].
    pub fn walk(&self, runs: std::ops::Range<u64>) -> Walk<'_> {
        Walk::new(self, runs)
    }

    fn job_of(&self, digits: &[u64]) -> Result<Arc<Job>, ConfigError> {
        let known = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).get(&self.key(digits)).cloned();
        match known {
            Some(job) => Ok(job),
            None => Ok(self.keep(digits, self.make_job(&self.config_of(digits)?)?)),
        }
    }

    /// What of a run's digits decides on its job.
    fn key(&self, digits: &[u64]) -> Box<[u64]> {
        self.read.iter().map(|&which| digits[which]).collect()
    }

    /// Keeps a job for the runs that have it.
    fn keep(&self, digits: &[u64], mut job: Job) -> Arc<Job> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if jobs.len() >= MOST_JOBS {
            jobs.clear();
        }
        // Runs of equal shape can train together: let them know by sharing it.
        const COMPARED: usize = 64;
        if let Some(other) = jobs.values().take(COMPARED).find(|other| other.shape == job.shape) {
            job.shape = other.shape.clone();
        }
        jobs.entry(self.key(digits)).or_insert(Arc::new(job)).clone()
    }

    /// The config with the values of the parameters that are read through it. Every parameter means something in it.
    fn config_of(&self, digits: &[u64]) -> Result<Config, ConfigError> {
        let value = |&which: &usize| {
            let parameter = &self.sweep.parameters[which];
            (parameter.path.as_str(), parameter.node(digits[which]))
        };
        self.config.with(self.read.iter().map(value).collect(), |config| {
            let why = |parameter: &Parameter| config.no_use(parameter.key);
            let unused = self.sweep.parameters.iter().find_map(|parameter| Some((parameter, why(parameter)?)));
            unused.map_or(Ok(()), |(parameter, why)| Err(not_used(&config.source, parameter, &why)))
        })
    }

    fn make_job(&self, config: &Config) -> Result<Job, ConfigError> {
        let mut job = Job::of(build::build(config, &self.world, &self.log)?);
        self.make_room(config, &job.shape, &mut job.hyper)?;
        self.check_nesterov(config, &job.shape, &job.hyper)?;
        Ok(job)
    }

    fn number_knobs(&self) -> impl Iterator<Item = (&Parameter, HyperField)> {
        self.knobs.iter().filter_map(|&(which, knob)| match knob {
            Knob::Number(place) => Some((&self.sweep.parameters[which], place)),
            Knob::Seed => None,
        })
    }

    /// Makes lists long enough for the entries that are swept, which must exist.
    fn make_room(&self, config: &Config, shape: &Shape, hyper: &mut Hyper) -> Result<(), ConfigError> {
        let (network, layers, inputs) = (&shape.network, shape.network.layers(), shape.network.fan_in(0));
        for (parameter, place) in self.number_knobs() {
            match place {
                HyperField::LayerRate(layer) => {
                    inside(config, parameter, layer, layers, "layer")?;
                    let rates = (0..layers).map(|layer| hyper.learning_rate.of_layer(layer)).collect();
                    hyper.learning_rate = LearningRate::PerLayer(rates);
                }
                HyperField::Weight(input) => {
                    build::check_one_output(config, &parameter.path, network)?;
                    inside(config, parameter, input, inputs, "input")?;
                    hyper.init_w = Some(match hyper.init_w.take() {
                        Some(weights) if weights.len() == 1 => vec![weights[0]; inputs].into(),
                        Some(weights) => weights,
                        None => self.all_weights_swept(config, parameter, inputs)?,
                    });
                }
                HyperField::Weights => {
                    build::check_one_output(config, &parameter.path, network)?;
                    hyper.init_w.get_or_insert_with(|| [0.0].into_iter().collect());
                }
                HyperField::Bias => {
                    build::check_one_output(config, &parameter.path, network)?;
                    build::check_bias(config, network)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn all_weights_swept(&self, config: &Config, one: &Parameter, inputs: usize) -> Result<Parameters, ConfigError> {
        let swept = |input| self.number_knobs().any(|(_, place)| place == HyperField::Weight(input));
        if (0..inputs).all(swept) {
            return Ok(vec![0.0; inputs].into());
        }
        let problem = config.source.problem(one.place, &one.path, "the other starting weights are not given");
        let allowed = Some(format!("with init.w, or with a sweep over all of init.w.0 … init.w.{}", inputs - 1));
        Err(Problem { allowed, ..problem }.into())
    }

    fn check_nesterov(&self, config: &Config, shape: &Shape, hyper: &Hyper) -> Result<(), ConfigError> {
        let mut worst = hyper.optimizer;
        for (parameter, place) in self.number_knobs() {
            match (place, parameter.range()) {
                (HyperField::Momentum, Some((low, _))) => worst.momentum = low,
                (HyperField::Dampening, Some((low, high))) => worst.dampening = if low != 0.0 { low } else { high },
                _ => {}
            }
        }
        build::check_nesterov(config, shape.optimizer, &worst)
    }
}

/// A swept value that a run does not use would stand in the record of a run that did not train with it.
fn not_used(source: &Source, parameter: &Parameter, why: &NoUse) -> ConfigError {
    let problem = source.problem(parameter.place, &parameter.path, "a sweep over a key that not every run uses");
    let found = shorten(&format!("{}: {}", parameter.path, parameter.description()));
    let remedy = format!("{} in every run", why.remedy());
    let tables = match (parameter.path.rsplit_once('.'), why) {
        (Some((table, key)), NoUse::Without(Need { words, .. })) if KINDS.contains(&table) => {
            format!("; or swept in tables: \"{table}\" = [{{ kind = \"{}\", {key} = … }}, …]", words[0])
        }
        _ => String::new(),
    };
    Problem { found: Some(found), allowed: Some(remedy + &tables), ..problem }.into()
}

fn inside(config: &Config, parameter: &Parameter, index: usize, len: usize, what: &str) -> Result<(), ConfigError> {
    if index < len {
        return Ok(());
    }
    let message = format!("the model has {}", counted(len, what));
    let problem = config.source.problem(parameter.place, &parameter.path, message);
    Err(Problem { allowed: Some(format!("an index from 0 to {}", len - 1)), ..problem }.into())
}
