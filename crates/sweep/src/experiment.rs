//! An experiment: a file, read and checked, with its data.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config;
use crate::data::{self, DataConfig, StoredFiles, StoredRows, Table};
use crate::error::{ConfigError, Problem};
use crate::plan::{Combinations, Parts, Plan, check_choice, check_column, check_runs, losses, objective};
use crate::program::{Files, Program, ProgramExperiment};
use crate::spec::axis::AxisIndex;
use crate::spec::keys::Key;
use crate::spec::log::LogConfig;
use crate::spec::parameter::Parameter;
use crate::spec::program::ProgramSpec;
use crate::spec::report::{EngineMetric, ReportConfig};
use crate::spec::source::{Source, SourceSpan};
use crate::spec::source_map::SourceMap;
use crate::spec::sweep::Target;
use crate::spec::{ExperimentSpec, Task};

/// An experiment for the engine, checked.
pub struct Experiment {
    /// Results go to `results/<name>`.
    pub name: String,
    /// The question it asks, in the author's words.
    pub description: Option<String>,
    /// The text of the file with `--set` applied, comments kept.
    pub toml: String,
    /// Where the data comes from.
    pub data: DataConfig,
    /// The seed of runs whose seed is not swept, and of random and Sobol sweeps.
    pub seed: u64,
    /// What is logged.
    pub log: LogConfig,
    /// What charts show.
    pub report: ReportConfig,
    /// What runs are judged by.
    pub objective: EngineMetric,
    /// The runs.
    pub plan: Arc<Plan>,
    /// The files that it names (data, starting weights): each path as written, and as seen from the working directory.
    pub files: Vec<(String, PathBuf)>,
    /// Warnings for the author.
    pub notices: Vec<String>,
}

/// An experiment of either kind.
pub enum AnyExperiment {
    /// For our engine.
    Engine(Box<Experiment>),
    /// For a training program.
    Program(Box<ProgramExperiment>),
}

/// What an engine experiment's file says by itself. The files that it names are not opened.
pub struct Outline {
    /// As in `Experiment`.
    pub name: String,
    /// What it asks, in the author's words.
    pub description: Option<String>,
    /// What is logged.
    pub log: LogConfig,
    /// What charts are asked to show.
    pub report: ReportConfig,
    /// Whether targets are standardised.
    pub standardize_target: bool,
    /// What runs are judged by.
    pub objective: EngineMetric,
    /// As [`Plan::losses`].
    pub losses: Vec<&'static str>,
    /// The values of its runs.
    pub plan: Combinations,
}

impl Outline {
    /// Reads an engine experiment's file, and no other file.
    ///
    /// # Errors
    /// Any error in the file itself.
    pub fn load(path: &Path) -> Result<Outline, ConfigError> {
        let (spec, task) = config::parse(&config::read(path)?, path, &[])?;
        let Task::Engine { data, .. } = task else { return Err(not_for_engine(path)) };
        let runs = check_runs(&spec)?;
        let ExperimentSpec { name, description, log, report, sweep, run, .. } = spec;
        let objective = report.objective.unwrap_or(EngineMetric::default_of(data.holds_out()));
        let (standardize_target, plan) = (data.standardize_target, Combinations::new(sweep, runs));
        let losses = losses(&plan, &run);
        Ok(Outline { name, description, log, report, standardize_target, objective, losses, plan })
    }
}

impl Experiment {
    /// Reads an experiment file, with `KEY=VALUE` overrides.
    ///
    /// # Errors
    /// Any error in the file, an override, or the data that it names.
    pub fn load(path: &Path, sets: &[String]) -> Result<Experiment, ConfigError> {
        Experiment::parse(&config::read(path)?, path, sets)
    }

    /// The same from a text; `file` is named in errors, and paths in the text start from its folder.
    ///
    /// # Errors
    /// As [`Experiment::load`].
    pub fn parse(text: &str, file: &Path, sets: &[String]) -> Result<Experiment, ConfigError> {
        Experiment::parse_in(text, file, folder_of(file), sets)
    }

    fn parse_in(text: &str, file: &Path, folder: &Path, sets: &[String]) -> Result<Experiment, ConfigError> {
        match AnyExperiment::parse_in(text, file, folder, sets)? {
            AnyExperiment::Engine(experiment) => Ok(*experiment),
            AnyExperiment::Program(_) => Err(not_for_engine(file)),
        }
    }

    /// The files with starting weights, each with its path.
    pub fn weight_files(&self) -> impl Iterator<Item = &(String, PathBuf)> {
        let rows = self.data.file();
        self.files.iter().filter(move |(way, _)| Some(way) != rows.as_ref())
    }

    /// What is `stored` takes the place of what the config names.
    fn of(
        spec: ExperimentSpec,
        data: DataConfig,
        targets: Vec<Target>,
        folder: &Path,
        stored: StoredData,
    ) -> Result<Experiment, ConfigError> {
        let runs = check_runs(&spec)?;
        let ExperimentSpec { name, description, toml, run, halving, log, report, sweep, source_map } = spec;
        let StoredData { rows, files: stored } = stored;
        let table = table(&source_map, &data, folder, rows)?;
        let (seed, init_file) = (run.seed, run.init.file.clone());
        let (folder, sweep) = (folder.to_path_buf(), Combinations::new(sweep, runs));
        let files = files(&data, init_file, sweep.parameters());
        let files = files.into_iter().filter(|way| !stored.contains_key(way));
        let files = files.map(|way| (way.clone(), folder.join(way))).collect();
        let parts = Parts { sweep, targets, run, source_map: source_map.clone(), table, folder, stored, log, halving };
        let (plan, mut notices) = Plan::new(parts)?;
        notices.extend(overridden(&source_map, plan.parameters()));
        notices.extend(unused_seed(&source_map, &data));
        notices.extend(unused_choices(&report, plan.parameters()));
        let column = |key, name: &Option<String>| check_column(&plan, key, name.as_deref());
        let rate = check_choice(&source_map, plan.parameters(), Key::ReportRate, report.rate.as_deref(), false)?;
        let objective = objective(&plan, data.holds_out(), report.objective)?;
        let report = ReportConfig {
            objective: report.objective,
            rate,
            x: column(Key::ReportX, &report.x)?,
            y: column(Key::ReportY, &report.y)?,
            color: column(Key::ReportColor, &report.color)?,
            facet: column(Key::ReportFacet, &report.facet)?,
        };
        let plan = Arc::new(plan);
        Ok(Experiment { name, description, toml, data, seed, log, report, objective, plan, files, notices })
    }
}

impl AnyExperiment {
    /// Reads an experiment file of either kind, with `KEY=VALUE` overrides.
    ///
    /// # Errors
    /// Any error in the file, an override, or a file that it names.
    pub fn load(path: &Path, sets: &[String]) -> Result<AnyExperiment, ConfigError> {
        AnyExperiment::load_from(path, folder_of(path), sets)
    }

    /// As [`AnyExperiment::load`]; its paths start from `folder`, not from the folder of the file.
    ///
    /// # Errors
    /// As [`AnyExperiment::load`].
    pub fn load_from(path: &Path, folder: &Path, sets: &[String]) -> Result<AnyExperiment, ConfigError> {
        AnyExperiment::parse_in(&config::read(path)?, path, folder, sets)?.commanded(path)
    }

    /// Reads a copy of an experiment file. Its paths start from `folder`, not from the folder of the copy. The files of a
    /// program may be missing.
    ///
    /// # Errors
    /// As [`AnyExperiment::load`].
    pub fn load_copy(path: &Path, folder: &Path) -> Result<AnyExperiment, ConfigError> {
        AnyExperiment::load_stored(path, folder, StoredData::default())
    }

    /// As [`AnyExperiment::load_copy`]; what is `stored` takes the place of the files that the config names, which are not opened.
    ///
    /// # Errors
    /// As [`AnyExperiment::load`].
    pub fn load_stored(path: &Path, folder: &Path, stored: StoredData) -> Result<AnyExperiment, ConfigError> {
        let (spec, task) = config::parse(&config::read(path)?, path, &[])?;
        AnyExperiment::of(spec, task, folder, Files::Unneeded, stored)?.commanded(path)
    }

    fn parse_in(text: &str, file: &Path, folder: &Path, sets: &[String]) -> Result<AnyExperiment, ConfigError> {
        let (spec, task) = config::parse(text, file, sets)?;
        AnyExperiment::of(spec, task, folder, Files::Needed, StoredData::default())
    }

    fn of(
        spec: ExperimentSpec,
        task: Task,
        folder: &Path,
        files: Files,
        stored: StoredData,
    ) -> Result<AnyExperiment, ConfigError> {
        Ok(match task {
            Task::Engine { data, targets } => {
                AnyExperiment::Engine(Experiment::of(spec, data, targets, folder, stored)?.into())
            }
            Task::Program(program) => {
                AnyExperiment::Program(ProgramExperiment::of(spec, program, folder, files)?.into())
            }
        })
    }

    fn program(self, path: &Path) -> Result<ProgramExperiment, ConfigError> {
        match self {
            AnyExperiment::Program(experiment) => Ok(*experiment),
            AnyExperiment::Engine(_) => {
                let problem = Source::unread(path).problem(SourceSpan::Nowhere, Key::Program.path(), "missing table");
                Err(problem.into())
            }
        }
    }

    /// The same where a program must have a command.
    fn commanded(self, path: &Path) -> Result<AnyExperiment, ConfigError> {
        match &self {
            AnyExperiment::Program(experiment) if !experiment.program.has_command() => {
                let allowed = Some("a program and its arguments: [\"python3\", \"train.py\", \"{lr}\"]".to_string());
                let key = Key::ProgramCommand.path();
                let problem = Source::unread(path).problem(SourceSpan::Nowhere, key, "missing key");
                Err(Problem { allowed, ..problem }.into())
            }
            _ => Ok(self),
        }
    }
}

impl ProgramExperiment {
    /// Reads an experiment with a program from a text; `file` is named in errors, and paths start from its folder. For
    /// [`execute_model`](crate::program::execute_model), the command may be left out.
    ///
    /// # Errors
    /// Any error in the text, or that it has no program.
    pub fn parse(text: &str, file: &Path, sets: &[String]) -> Result<ProgramExperiment, ConfigError> {
        AnyExperiment::parse_in(text, file, folder_of(file), sets)?.program(file)
    }

    /// Reads a copy of an experiment file with a program. Its paths start from `folder`, and its files and its command may be
    /// missing.
    ///
    /// # Errors
    /// As [`ProgramExperiment::parse`].
    pub fn load_copy(path: &Path, folder: &Path) -> Result<ProgramExperiment, ConfigError> {
        let (spec, task) = config::parse(&config::read(path)?, path, &[])?;
        AnyExperiment::of(spec, task, folder, Files::Unneeded, StoredData::default())?.program(path)
    }

    fn of(
        spec: ExperimentSpec,
        program: ProgramSpec,
        folder: &Path,
        files: Files,
    ) -> Result<ProgramExperiment, ConfigError> {
        let runs = check_runs(&spec)?;
        let ExperimentSpec { name, description, toml, log, report, sweep, source_map, .. } = spec;
        let plan = Combinations::new(sweep, runs);
        let (program, mut notices) = Program::new(program, log.curve, &plan, &source_map, folder, files)?;
        notices.extend(unused_choices(&report, plan.parameters()));
        let choice = |key, name: &Option<String>, is_colour| {
            check_choice(&source_map, plan.parameters(), key, name.as_deref(), is_colour)
        };
        let report = ReportConfig {
            objective: None,
            rate: choice(Key::ReportRate, &report.rate, false)?,
            x: choice(Key::ReportX, &report.x, false)?,
            y: choice(Key::ReportY, &report.y, false)?,
            color: choice(Key::ReportColor, &report.color, true)?,
            facet: choice(Key::ReportFacet, &report.facet, false)?,
        };
        Ok(ProgramExperiment { name, description, toml, report, plan, notices, program })
    }
}

/// The folder that paths in a config file start from.
fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

fn not_for_engine(file: &Path) -> ConfigError {
    let message = "not an experiment for the engine";
    Source::unread(file).problem(SourceSpan::Nowhere, Key::Program.path(), message).into()
}

/// What a results folder keeps in place of files that a config names.
#[derive(Debug, Default)]
pub struct StoredData {
    /// The rows of the data; `None`: those of the config's source.
    pub rows: Option<StoredRows>,
    /// Files with starting weights, by the names that the config has for them.
    pub files: StoredFiles,
}

fn table(
    source_map: &SourceMap,
    data: &DataConfig,
    folder: &Path,
    rows: Option<StoredRows>,
) -> Result<Table, ConfigError> {
    let key = match data.source {
        data::Source::Points(_) => Key::DataPoints,
        data::Source::Csv(_) => Key::DataCsv,
        data::Source::Generator(_) => Key::DataGenerator,
    };
    let table = match rows {
        Some(rows) => Table::of_stored(rows, data),
        None => data::load(data, folder),
    };
    Ok(table.map_err(|error| source_map.source.problem(source_map.span(key), key.path(), error.to_string()))?)
}

/// Notices on `[report]` keys that have no effect.
fn unused_choices(report: &ReportConfig, parameters: &[Parameter]) -> Vec<String> {
    let [x, y, color, facet] = [
        (Key::ReportX, &report.x),
        (Key::ReportY, &report.y),
        (Key::ReportColor, &report.color),
        (Key::ReportFacet, &report.facet),
    ];
    let is_swept = |name: &String| parameters.iter().any(|parameter| parameter.path == *name);
    let unused = |(key, name): (Key, &Option<String>)| {
        let name = name.as_ref()?;
        if !is_swept(name) {
            return Some(format!("{} has no effect: {name} is no swept parameter", key.path()));
        }
        let shown = [x, y, color].into_iter().find(|(_, other)| other.as_ref() == Some(name));
        let (shown, _) = shown.filter(|_| key == Key::ReportFacet)?;
        Some(format!("{} has no effect: {} shows {name} already", key.path(), shown.path()))
    };
    [x, y, facet].into_iter().filter_map(unused).collect()
}

/// The notice that `data.seed` has no effect.
fn unused_seed(source_map: &SourceMap, data: &DataConfig) -> Option<String> {
    let draws = matches!(&data.source, data::Source::Generator(generator) if generator.draws());
    let is_drawn = draws || data.holds_out();
    let why = "no row is drawn, and none is held out";
    (!is_drawn && source_map.gives(Key::DataSeed)).then(|| format!("data.seed has no effect: {why}"))
}

/// The files that an experiment names, each once.
fn files(data: &DataConfig, weights: Option<String>, parameters: &[Parameter]) -> Vec<String> {
    let weights: Vec<String> = match parameters.iter().find(|parameter| parameter.path == Key::InitFile.path()) {
        Some(parameter) => {
            let indices = (0..parameter.count().unwrap_or(0)).map(AxisIndex);
            indices.map(|index| parameter.value(index).to_string()).collect()
        }
        None => weights.into_iter().collect(),
    };
    let mut files: Vec<String> = data.file().into_iter().chain(weights).collect();
    files.sort();
    files.dedup();
    files
}

/// Keys that a `--set` changed although the sweep sets them in every run.
fn overridden(source_map: &SourceMap, parameters: &[Parameter]) -> Vec<String> {
    let is_set = |path: &str| Key::of(path).is_some_and(|key| matches!(source_map.span(key), SourceSpan::Set(_)));
    let swept = parameters.iter().filter(|parameter| is_set(&parameter.path));
    swept.map(|p| format!("--set {} has no effect: the sweep varies it", p.path)).collect()
}

#[cfg(test)]
mod tests;
