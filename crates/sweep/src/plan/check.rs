//! What is checked before any run trains, and what is known of all runs together.

use etascape_text::{counted, noun};

use super::{Method, Parameter, Plan};
use crate::axis::Axis;
use crate::config::build::LOGGED_PARAMETERS;
use crate::config::check::Config;
use crate::config::keys;
use crate::config::keys::Key;
use crate::config::sweep::Sweep;
use crate::error::{ConfigError, Problem};
use crate::value::Value;

/// Runs of a sweep at most.
const MOST_RUNS: u128 = 1_000_000_000;
/// Points of the Sobol sequence at most, and its dimensions.
const MOST_SOBOL: (u64, u32) = (1 << 16, sobol_burley::NUM_DIMENSIONS);
/// Combinations of values that are read through the config, at most, of which all jobs are looked at together.
const MOST_COMBINATIONS: u64 = 1000;
/// Combinations that are checked before a sweep, at most.
const MOST_CASES: u64 = 1_000_000;

/// Counts the runs, without making anything of their number's size.
pub(crate) fn runs(config: &Config, sweep: &Sweep) -> Result<u64, ConfigError> {
    let dimensions = sweep.parameters.len();
    let runs = match sweep.method {
        Method::Grid => {
            let count = |group: &Vec<usize>| u128::from(sweep.parameters[group[0]].count().unwrap_or(1));
            sweep.groups.iter().map(count).fold(1, u128::saturating_mul)
        }
        Method::Sobol { samples, .. } if samples > MOST_SOBOL.0 || dimensions > MOST_SOBOL.1 as usize => {
            let message = format!("{} in {}", counted(samples, "point"), counted(dimensions, "dimension"));
            let allowed =
                format!("at most {} points in {} dimensions; random has no such limit", MOST_SOBOL.0, MOST_SOBOL.1);
            return Err(Problem { allowed: Some(allowed), ..config.problem("sweep.samples", message) }.into());
        }
        Method::Random { samples, .. } | Method::Sobol { samples, .. } => u128::from(samples),
    };
    if runs > MOST_RUNS {
        return Err(too_many(config, sweep, runs));
    }
    Ok(runs as u64)
}

fn too_many(config: &Config, sweep: &Sweep, runs: u128) -> ConfigError {
    /// Steps a second of a small model on one machine, and bytes of a row of runs.csv: both to the nearest power of ten.
    const SPEED: f64 = 1e8;
    const ROW: f64 = 100.0;
    let steps = runs as f64 * config.integer("train.steps") as f64;
    let counts: Vec<String> =
        sweep.groups.iter().filter_map(|g| Some(grouped(sweep.parameters[g[0]].count()?.into()))).collect();
    let product = if counts.len() > 1 { format!("{} = ", counts.join(" × ")) } else { String::new() };
    let found = format!(
        "{product}{} runs, {steps:.1e} steps in all: {} at 1e8 steps a second, {} of runs.csv",
        grouped(runs),
        duration(steps / SPEED),
        size(runs as f64 * ROW)
    );
    let key = if sweep.method == Method::Grid { "sweep.parameters" } else { "sweep.samples" };
    let place = config.node(key).map_or(crate::config::tree::Place::Nowhere, |node| node.place);
    let allowed = Some(format!("at most {} runs", grouped(MOST_RUNS)));
    Problem { found: Some(found), allowed, ..config.source.problem(place, key, "too many runs") }.into()
}

/// 1000000 as 1,000,000.
fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let comma = |i: usize| i > 0 && (digits.len() - i).is_multiple_of(3);
    digits.char_indices().flat_map(|(i, c)| comma(i).then_some(',').into_iter().chain([c])).collect()
}

/// An amount in the greatest of rising units that is not above it, and the name of that unit.
fn in_units<'n>(amount: f64, units: &[(f64, &'n str)]) -> (f64, &'n str) {
    let (unit, name) = units.iter().rev().find(|(unit, _)| amount >= *unit).unwrap_or(&units[0]);
    (amount / unit, name)
}

fn brief(amount: f64) -> String {
    if amount < 1e6 { format!("{amount:.0}") } else { format!("{amount:.1e}") }
}

fn duration(seconds: f64) -> String {
    const UNITS: [(f64, &str); 5] =
        [(1.0, "second"), (60.0, "minute"), (3600.0, "hour"), (86_400.0, "day"), (31_557_600.0, "year")];
    let (amount, unit) = in_units(seconds, &UNITS);
    format!("{} {}", brief(amount), noun(&amount.round(), unit))
}

fn size(bytes: f64) -> String {
    let (amount, unit) = in_units(bytes, &[(1e9, "GB"), (1e12, "TB"), (1e15, "PB")]);
    format!("{} {unit}", brief(amount))
}

impl Plan {
    /// Checks that every run is possible and uses every parameter; collects notices.
    pub(super) fn check(&self) -> Result<Vec<String>, ConfigError> {
        let mut unused: Option<Vec<&'static Key>> = None;
        let mut last = self.config.clone();
        let mut check = |digits: &[u64]| -> Result<(), ConfigError> {
            let config = self.config_of(digits)?;
            self.keep(digits, self.make_job(&config)?);
            let here = config.unused();
            match &mut unused {
                Some(unused) => unused.retain(|key| here.contains(key)),
                None => unused = Some(here),
            }
            last = config;
            Ok(())
        };
        self.each_case(&mut check)?;
        let notice = |key: &'static Key| Some(format!("{} has no effect{}", key.path, last.no_use(key)?.reason()));
        Ok(unused
            .unwrap_or_default()
            .into_iter()
            .filter(|key| self.config.node(key.path).is_some())
            .filter_map(notice)
            .collect())
    }

    /// Digits of so many combinations that all runs are possible if these are.
    ///
    /// What is possible depends only on the parameters that are read through the config. Every combination of those that are no
    /// numbers, or that advance with others, is a case of its own. A number that varies by itself is at its least and at its
    /// greatest value: what forbids a number is a bound of its own, or a bound that one other number gives, so that the four
    /// corners of every two such numbers stand for all that lies between.
    fn each_case(&self, check: &mut dyn FnMut(&[u64]) -> Result<(), ConfigError>) -> Result<(), ConfigError> {
        let parameters = &self.sweep.parameters;
        let is_read = |which: usize| parameters[which].knob.is_none();
        let is_alone = |which: usize| self.sweep.groups.iter().any(|group| group[..] == [which]);
        let spans = |which: usize| is_read(which) && is_alone(which) && parameters[which].axis.is_numeric();
        let spanned: Vec<usize> = (0..parameters.len()).filter(|&which| spans(which)).collect();
        let is_listed = |which: usize| is_read(which) && !spans(which);
        let Some(count) = self.count(is_listed).filter(|count| *count <= MOST_CASES) else {
            if self.runs() > MOST_CASES {
                return Err(self.too_many_cases());
            }
            return (0..self.runs()).try_for_each(|run| check(&self.sweep.digits(run)));
        };
        let ends: Vec<[u64; 2]> = spanned.iter().map(|&which| parameters[which].axis.ends()).collect();
        let corners = corners(spanned.len());
        let mut digits = self.first();
        for index in 0..count {
            self.sweep.write_grid_digits(index, is_listed, &mut digits);
            for corner in &corners {
                for ((&which, ends), &at_greatest) in spanned.iter().zip(&ends).zip(corner) {
                    digits[which] = ends[usize::from(at_greatest)];
                }
                check(&digits)?;
            }
        }
        Ok(())
    }

    fn too_many_cases(&self) -> ConfigError {
        let allowed =
            format!("at most {}; random sweeps of so many runs have no such limit", grouped(MOST_CASES.into()));
        let message = "too many combinations of values that are no numbers to check them all";
        Problem { allowed: Some(allowed), found: None, ..self.config.problem("sweep.parameters", message) }.into()
    }

    /// How many combinations the groups have of which a parameter is wanted; `None` for too many to count, or where values
    /// are drawn.
    fn count(&self, wanted: impl Fn(usize) -> bool) -> Option<u64> {
        let groups = self.sweep.groups.iter().filter(|group| group.iter().any(|&member| wanted(member)));
        groups
            .map(|group| self.sweep.parameters[group[0]].count())
            .try_fold(1, |all: u64, count| all.checked_mul(count?))
    }

    /// Digits for every combination of the parameters that are read through the config and wanted, the others at their
    /// first; `None` if there are too many, or values without number.
    fn combinations(&self, wanted: impl Fn(&Parameter) -> bool) -> Option<Vec<Vec<u64>>> {
        let parameters = &self.sweep.parameters;
        let wanted = |which: usize| parameters[which].knob.is_none() && wanted(&parameters[which]);
        let count = self.count(wanted).filter(|count| *count <= MOST_COMBINATIONS)?;
        let first = self.first();
        let digits = |index| {
            let mut digits = first.clone();
            self.sweep.write_grid_digits(index, wanted, &mut digits);
            digits
        };
        Some((0..count).map(digits).collect())
    }

    /// The first value of every parameter, the middle one of distributions.
    fn first(&self) -> Vec<u64> {
        self.sweep.parameters.iter().map(|p| if p.count().is_some() { 0 } else { p.axis.drawn(0.5) }).collect()
    }

    /// Chooses the logged model parameters: the names over all networks, none if one of them is too large or there
    /// are too many to see. A notice where the file asks for them in vain.
    pub(super) fn choose_parameter_columns(&mut self) -> Result<Option<String>, ConfigError> {
        self.parameter_columns = match self.log.parameters {
            true => self.small_networks()?.unwrap_or_default(),
            false => Vec::new(),
        };
        if self.parameter_columns.is_empty() {
            self.log.parameters = false;
            self.jobs.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
        }
        let is_asked = self.config.node("log.parameters").is_some() && self.config.flag("log.parameters");
        Ok((is_asked && self.parameter_columns.is_empty()).then(|| {
            format!("log.parameters has no effect: only models of at most {LOGGED_PARAMETERS} parameters log them")
        }))
    }

    fn small_networks(&self) -> Result<Option<Vec<String>>, ConfigError> {
        let makes_network = |p: &Parameter| p.path.starts_with("model.") || p.path == "train.loss";
        let Some(combinations) = self.combinations(makes_network) else { return Ok(None) };
        let mut names: Vec<String> = Vec::new();
        for digits in combinations {
            let network = &self.job_of(&digits)?.shape.network;
            if network.parameters() > LOGGED_PARAMETERS {
                return Ok(None);
            }
            let new: Vec<String> = network.parameter_names().into_iter().filter(|name| !names.contains(name)).collect();
            names.extend(new);
        }
        Ok(Some(names))
    }

    /// Updates in all, if every run takes all its steps; an estimate where steps are drawn.
    pub fn steps_total(&self) -> u128 {
        const SUMMED: u64 = 100_000;
        let Some(parameter) = self.sweep.parameters.iter().find(|parameter| parameter.path == "train.steps") else {
            return u128::from(self.sweep.runs) * u128::from(self.config.integer("train.steps"));
        };
        let steps = |digit| match parameter.value(digit) {
            Value::Integer(steps) => steps.unsigned_abs().into(),
            _ => 0_u128,
        };
        let shares = |n: u64| (0..n).map(move |i| (i as f64 + 0.5) / n as f64);
        let (sum, of): (u128, u64) = match (parameter.count(), &parameter.axis) {
            (Some(count), Axis::List(_)) => ((0..count).map(steps).sum(), count),
            (Some(count), _) if count <= SUMMED => ((0..count).map(steps).sum(), count),
            _ => (shares(SUMMED).map(|u| steps(parameter.axis.drawn(u))).sum(), SUMMED),
        };
        (sum as f64 * self.sweep.runs as f64 / of as f64).round() as u128
    }

    /// Shapes of all combinations of non-numeric values with a run each, where they are at most a thousand.
    pub fn jobs(&self) -> Option<Vec<std::sync::Arc<super::Job>>> {
        self.combinations(|_| true)?.iter().map(|digits| self.job_of(digits).ok()).collect()
    }
}

/// For so many numbers, whether each is at its greatest or its least value: corners that hold the four corners of every two.
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

/// What a chart of a program's runs may show: a parameter, or (`is_colour`) any metric that the program may print.
pub(crate) fn check_choice(
    config: &Config,
    parameters: &[Parameter],
    path: &str,
    is_colour: bool,
) -> Result<Option<String>, ConfigError> {
    let Some(name) = config.text(path) else { return Ok(None) };
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.path.as_str()).collect();
    if is_colour || names.contains(&name) {
        return Ok(Some(name.to_string()));
    }
    let nearest = keys::nearest(name, names.iter().copied()).map(str::to_string);
    let problem = config.problem(path, "no swept parameter");
    Err(Problem { allowed: Some(names.join(", ")), nearest, ..problem }.into())
}

/// Names that a chart can show: swept parameters and columns of `runs.csv`.
pub(crate) fn check_column(config: &Config, plan: &Plan, path: &str) -> Result<Option<String>, ConfigError> {
    const COLUMNS: [&str; 10] = [
        "run_id",
        "status",
        "steps",
        "initial_loss",
        "final_loss",
        "min_loss",
        "trainability",
        "val_loss",
        "val_accuracy",
        "accuracy",
    ];
    let Some(name) = config.text(path) else { return Ok(None) };
    let parameters = plan.parameters().iter().map(|parameter| parameter.path.as_str());
    let names: Vec<&str> =
        parameters.chain(COLUMNS).chain(plan.parameter_columns().iter().map(String::as_str)).collect();
    if names.contains(&name) {
        return Ok(Some(name.to_string()));
    }
    let nearest = keys::nearest(name, names.iter().copied()).map(str::to_string);
    let problem = config.problem(path, "neither a swept parameter nor a column of runs.csv");
    Err(Problem { allowed: Some(names.join(", ")), nearest, ..problem }.into())
}
