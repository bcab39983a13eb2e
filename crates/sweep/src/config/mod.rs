//! An experiment file, read and checked.
//!
//! Text → [`tree`] → checked against the table of [`keys`] ([`check`]) → [`build`] and [`sweep`] → [`Plan`].

mod axis;
pub(crate) mod build;
pub(crate) mod check;
mod difference;
pub(crate) mod keys;
mod kind;
mod outline;
mod overrides;
pub(crate) mod sweep;
pub(crate) mod tree;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use build::LogConfig;
pub use difference::{Difference, canonical, differences};
pub use outline::Outline;

use crate::data::{self, DataConfig};
use crate::error::{ConfigError, Problem};
use crate::plan::{Parameter, Plan, check_choice, check_column, check_runs};
use crate::program::{ProgramExperiment, experiment};
use build::World;
use check::Config;
use tree::{Place, Source};

/// An experiment: everything that its file says, checked.
pub struct Experiment {
    /// Results go to `results/<name>`.
    pub name: String,
    /// What it asks, in the author's words.
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
    /// The runs.
    pub plan: Plan,
    /// The files that it names, data and starting weights: its own way to each, and the way from here.
    pub files: Vec<(String, PathBuf)>,
    /// What the author should know although it is no error.
    pub notices: Vec<String>,
}

/// What charts show: parameters or columns of `runs.csv`; `None` leaves the choice to the report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportConfig {
    /// Along the bottom.
    pub x: Option<String>,
    /// Up the side.
    pub y: Option<String>,
    /// Shown as colour.
    pub color: Option<String>,
    /// The parameter with a panel for each of its values.
    pub facet: Option<String>,
}

/// An experiment of either kind.
pub enum Study {
    /// For our engine.
    Engine(Box<Experiment>),
    /// For a training program.
    Program(Box<ProgramExperiment>),
}

/// Bytes of an experiment file at most.
const LARGEST: u64 = 1 << 20;

/// A commented experiment to start from.
pub fn starter() -> &'static str {
    include_str!("starter.toml")
}

impl Experiment {
    /// Reads an experiment file, with `KEY=VALUE` overrides.
    ///
    /// # Errors
    /// Whatever is wrong with the file, an override, or the data that it names.
    pub fn load(path: &Path, sets: &[String]) -> Result<Experiment, ConfigError> {
        Experiment::parse(&read(path)?, path, sets)
    }

    /// Reads the copy of an experiment file that lies in another folder than its paths start from.
    ///
    /// # Errors
    /// As [`Experiment::load`].
    pub fn load_copy(path: &Path, folder: &Path) -> Result<Experiment, ConfigError> {
        Experiment::parse_in(&read(path)?, path, folder, &[])
    }

    /// The same from a text; `file` is named in errors, and paths in the text start from its folder.
    ///
    /// # Errors
    /// As [`Experiment::load`].
    pub fn parse(text: &str, file: &Path, sets: &[String]) -> Result<Experiment, ConfigError> {
        Experiment::parse_in(text, file, file.parent().unwrap_or(Path::new("")), sets)
    }

    fn parse_in(text: &str, file: &Path, folder: &Path, sets: &[String]) -> Result<Experiment, ConfigError> {
        match Study::parse_in(text, file, folder, sets)? {
            Study::Engine(experiment) => Ok(*experiment),
            Study::Program(_) => Err(not_for_engine(file)),
        }
    }

    fn from_config(config: Config, toml: String, folder: &Path) -> Result<Experiment, ConfigError> {
        let name = name(&config)?;
        let log = build::log(&config)?;
        let data = build::data_config(&config)?;
        let sweep = sweep::read(&config)?;
        let runs = check_runs(&config, &sweep)?;
        let world = world(&config, &data, folder)?;
        // Points may be many, and every combination of a sweep copies the config.
        let (plan, mut notices) = Plan::new(config.clone().emptied("data"), sweep, runs, world, log)?;
        notices.extend(overridden(&config, &plan));
        notices.extend(unused_seed(&config, &data));
        notices.extend(unused_choices(&config, plan.parameters()));
        let files = files(&config, &data, &plan).into_iter().map(|way| (way.clone(), folder.join(way))).collect();
        let column = |path| check_column(&config, &plan, path);
        Ok(Experiment {
            name,
            description: config.text("description").map(str::to_string),
            toml,
            data,
            seed: config.integer("seed"),
            log,
            report: ReportConfig {
                x: column("report.x")?,
                y: column("report.y")?,
                color: column("report.color")?,
                facet: column("report.facet")?,
            },
            plan,
            files,
            notices,
        })
    }
}

impl Study {
    /// Reads an experiment file of either kind, with `KEY=VALUE` overrides.
    ///
    /// # Errors
    /// Whatever is wrong with the file, an override, or what it names.
    pub fn load(path: &Path, sets: &[String]) -> Result<Study, ConfigError> {
        Study::parse_in(&read(path)?, path, path.parent().unwrap_or(Path::new("")), sets)?.commanded(path)
    }

    /// Reads the copy of an experiment file that lies in another folder than its paths start from. The files of a
    /// program need not be there any more.
    ///
    /// # Errors
    /// As [`Study::load`].
    pub fn load_copy(path: &Path, folder: &Path) -> Result<Study, ConfigError> {
        let (config, toml) = checked(&read(path)?, path, &[])?;
        Study::from_config(config, toml, folder)?.commanded(path)
    }

    fn parse_in(text: &str, file: &Path, folder: &Path, sets: &[String]) -> Result<Study, ConfigError> {
        let (config, toml) = checked(text, file, sets)?;
        experiment::check_files(&config, folder)?;
        Study::from_config(config, toml, folder)
    }

    fn from_config(config: Config, toml: String, folder: &Path) -> Result<Study, ConfigError> {
        Ok(match config.is_program() {
            true => Study::Program(ProgramExperiment::from_config(config, toml, folder)?.into()),
            false => Study::Engine(Experiment::from_config(config, toml, folder)?.into()),
        })
    }

    /// The same where a program must have a command.
    fn commanded(self, path: &Path) -> Result<Study, ConfigError> {
        match &self {
            Study::Program(experiment) if !experiment.program.has_command() => {
                let source = Source { file: path.to_path_buf(), ..Source::default() };
                let allowed = Some("a program and its arguments: [\"python3\", \"train.py\", \"{lr}\"]".to_string());
                let problem = source.problem(Place::Nowhere, "program.command", "missing key");
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
    /// Whatever is wrong with it, or that it has no program.
    pub fn parse(text: &str, file: &Path, sets: &[String]) -> Result<ProgramExperiment, ConfigError> {
        match Study::parse_in(text, file, file.parent().unwrap_or(Path::new("")), sets)? {
            Study::Program(experiment) => Ok(*experiment),
            Study::Engine(_) => {
                let source = Source { file: file.to_path_buf(), ..Source::default() };
                Err(source.problem(Place::Nowhere, "program", "missing table").into())
            }
        }
    }

    fn from_config(config: Config, toml: String, folder: &Path) -> Result<ProgramExperiment, ConfigError> {
        let name = name(&config)?;
        let sweep = sweep::read(&config)?;
        let runs = check_runs(&config, &sweep)?;
        let (program, plan, mut notices) = experiment::read(&config, sweep, runs, folder)?;
        notices.extend(unused_choices(&config, plan.parameters()));
        let choice = |path, is_colour| check_choice(&config, plan.parameters(), path, is_colour);
        let report = ReportConfig {
            x: choice("report.x", false)?,
            y: choice("report.y", false)?,
            color: choice("report.color", true)?,
            facet: choice("report.facet", false)?,
        };
        let description = config.text("description").map(str::to_string);
        Ok(ProgramExperiment { name, description, toml, report, plan, notices, program })
    }
}

fn not_for_engine(file: &Path) -> ConfigError {
    let source = Source { file: file.to_path_buf(), ..Source::default() };
    source.problem(Place::Nowhere, "program", "not an experiment for the engine").into()
}

/// A text as a config in which every key and value is what it may be, and the text with `--set` applied.
fn checked(text: &str, file: &Path, sets: &[String]) -> Result<(Config, String), ConfigError> {
    let source = Source { file: file.to_path_buf(), text: text.to_string(), sets: sets.to_vec() };
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(source.problem(Place::Nowhere, "", "the file is empty").into());
    }
    let document = toml_edit::Document::parse(text).map_err(|error| source.syntax_error(&error))?;
    let mut root = tree::read_table(document.as_table());
    let toml = overrides::apply(&source, &mut root)?;
    Ok((Config::check(Arc::new(source), root)?, toml))
}

/// What charts cannot show where they are asked to.
fn unused_choices(config: &Config, parameters: &[Parameter]) -> Vec<String> {
    let asked = |path: &'static str| Some((path, config.text(path)?));
    let is_swept = |name: &str| parameters.iter().any(|parameter| parameter.path == name);
    let unused = |(path, name): (&str, &str)| {
        if !is_swept(name) {
            return Some(format!("{path} has no effect: {name} is no swept parameter"));
        }
        let shown = ["report.x", "report.y", "report.color"].into_iter().find(|other| config.text(other) == Some(name));
        let shown = shown.filter(|_| path == "report.facet");
        shown.map(|shown| format!("{path} has no effect: {shown} shows {name} already"))
    };
    ["report.x", "report.y", "report.facet"].into_iter().filter_map(asked).filter_map(unused).collect()
}

/// That nothing of the data is drawn, where it has a seed.
fn unused_seed(config: &Config, data: &DataConfig) -> Option<String> {
    let draws = matches!(&data.source, data::Source::Generator(generator) if generator.draws());
    let is_drawn = draws || data.validation_fraction > 0.0;
    let why = "no row is drawn, and none is held out";
    (!is_drawn && config.node("data.seed").is_some()).then(|| format!("data.seed has no effect: {why}"))
}

/// The files that a config names, each once.
fn files(config: &Config, data: &DataConfig, plan: &Plan) -> Vec<String> {
    let rows = match &data.source {
        data::Source::Csv { path, .. } => Some(path.display().to_string()),
        _ => None,
    };
    let swept = plan.parameters().iter().find(|parameter| parameter.path == "init.file");
    let weights: Vec<String> = match swept {
        Some(parameter) => {
            (0..parameter.count().unwrap_or(0)).map(|digit| parameter.value(digit).to_string()).collect()
        }
        None => config.text("init.file").map(String::from).into_iter().collect(),
    };
    let mut files: Vec<String> = rows.into_iter().chain(weights).collect();
    files.sort();
    files.dedup();
    files
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let source = Source { file: path.to_path_buf(), ..Source::default() };
    let error = |message: String| ConfigError::from(source.problem(Place::Nowhere, "", message));
    if path.is_dir() {
        return Err(error("a folder, not an experiment file".to_string()));
    }
    let file = File::open(path).map_err(|e| error(format!("cannot be read: {e}")))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| error(format!("cannot be read: {e}")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(error("larger than 1 MiB: keep data in a CSV file".to_string()));
    }
    String::from_utf8(bytes).map_err(|e| {
        let line = 1 + e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        Problem { line: Some(line), ..source.problem(Place::Nowhere, "", "not UTF-8 text") }.into()
    })
}

fn name(config: &Config) -> Result<String, ConfigError> {
    const LONGEST: usize = 100;
    let name = config.text("name").unwrap_or("");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !name.is_empty() && name.len() <= LONGEST && !name.starts_with('.') && name.chars().all(plain) {
        return Ok(name.to_string());
    }
    let allowed = Some(format!("1 to {LONGEST} letters, digits, - _ . and no dot in front"));
    Err(Problem { allowed, ..config.problem("name", "impossible value") }.into())
}

fn world(config: &Config, data: &DataConfig, folder: &Path) -> Result<World, ConfigError> {
    let key = match data.source {
        data::Source::Points(_) => "data.points",
        data::Source::Csv { .. } => "data.csv",
        data::Source::Generator(_) => "data.generator",
    };
    let table = data::load(data, folder).map_err(|error| {
        let place = config.node(key).map_or(Place::Nowhere, |node| node.place);
        config.source.problem(place, key, error.to_string())
    })?;
    Ok(World::new(table, folder.to_path_buf()))
}

/// Keys that a `--set` changed although the sweep sets them in every run.
fn overridden(config: &Config, plan: &Plan) -> Vec<String> {
    let set = |path: &str| matches!(config.node(path), Some(node) if matches!(node.place, Place::Set(_)));
    let swept = plan.parameters().iter().filter(|parameter| set(&parameter.path));
    swept.map(|p| format!("--set {} has no effect: the sweep varies it", p.path)).collect()
}
