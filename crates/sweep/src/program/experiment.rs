//! An experiment with a training program of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use etascape_core::CurveSteps;

use super::command::{Word, is_name, variable};
use super::metrics::Metrics;
use super::rules::Rules;
use crate::config::ReportConfig;
use crate::config::build;
use crate::config::check::Config;
use crate::config::keys;
use crate::config::sweep::Sweep;
use crate::config::tree::{Node, Place};
use crate::error::{ConfigError, Problem};
use crate::halving::Halving;
use crate::plan::{Combinations, Parameter};
use crate::value::Value;

/// An experiment whose runs are processes: everything that its file says, checked.
pub struct ProgramExperiment {
    /// Results go to `results/<name>`.
    pub name: String,
    /// What it asks, in the author's words.
    pub description: Option<String>,
    /// The text of the file with `--set` applied, comments kept.
    pub toml: String,
    /// What charts show.
    pub report: ReportConfig,
    /// The runs.
    pub plan: Combinations,
    /// What the author should know although it is no error.
    pub notices: Vec<String>,
    /// How it is run.
    pub program: Program,
}

/// The `[program]`, `[stop]` and `[log]` of an experiment.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) command: Vec<Word>,
    /// Where metrics come from.
    pub metrics: Metrics,
    /// What is minimised, and when a run ends before its program does.
    pub rules: Rules,
    /// Which points of a curve are logged.
    pub curve: CurveSteps,
    /// Processes at once; `None`: as many as processors.
    pub parallel: Option<usize>,
    /// How long a run may take.
    pub timeout: Option<Duration>,
    /// How often a run that failed is started again.
    pub retries: u32,
    /// Files that belong to the program, as named.
    pub files: Vec<String>,
    /// The folder that paths in the config start from.
    pub folder: PathBuf,
}

/// Runs at most: each has a folder.
const MOST_RUNS: u64 = 1_000_000;

/// Reads what a checked config says of its program. Its sweep has been read and counted.
pub(crate) fn read(
    config: &Config,
    sweep: Sweep,
    runs: u64,
    folder: &Path,
) -> Result<(Program, Combinations, Vec<String>), ConfigError> {
    if runs > MOST_RUNS {
        let problem = config.problem("sweep", format!("{runs} runs are too many for processes"));
        return Err(Problem { found: None, allowed: Some(format!("at most {MOST_RUNS}")), ..problem }.into());
    }
    check_variables(config, &sweep.parameters)?;
    let command = command(config, &sweep.parameters, folder)?;
    let notices = unused(&command, &sweep.parameters);
    let program = Program {
        command,
        metrics: metrics(config)?,
        rules: rules(config)?,
        curve: build::log(config)?.curve,
        parallel: config.optional_integer("program.parallel").map(|parallel| parallel as usize),
        timeout: timeout(config)?,
        retries: config.integer("program.retries") as u32,
        files: files(config),
        folder: folder.to_path_buf(),
    };
    check_curve(config, &program)?;
    Ok((program, Combinations::new(sweep, runs), notices))
}

/// The name of a parameter, which is any that can stand in a placeholder.
pub(crate) fn check_name(config: &Config, name: &str, place: Place) -> Result<(), ConfigError> {
    const TAKEN: [&str; 7] = ["run_id", "status", "steps", "initial_loss", "final_loss", "min_loss", "reason"];
    let problem = |message: &str, allowed: String| {
        Err(Problem { allowed: Some(allowed), ..config.source.problem(place, name, message) }.into())
    };
    match is_name(name) {
        _ if TAKEN.contains(&name) => {
            problem("the name of a column of runs.csv", format!("any but {}", TAKEN.join(", ")))
        }
        true => Ok(()),
        false => problem("not a name for a parameter", "letters, digits, _ - . with a letter or _ first".into()),
    }
}

/// No two parameters may share an environment variable, nor take one of ours.
fn check_variables(config: &Config, parameters: &[Parameter]) -> Result<(), ConfigError> {
    const OURS: [&str; 3] = ["ETASCAPE_PARAMETERS", "ETASCAPE_RUN_ID", "ETASCAPE_SWEEP"];
    for (place, parameter) in parameters.iter().enumerate() {
        let name = variable(&parameter.path);
        let other = parameters[..place].iter().find(|other| variable(&other.path) == name);
        let taken = other.map(|other| format!("{} gives {name} too", other.path));
        let taken = taken.or_else(|| OURS.contains(&name.as_str()).then(|| format!("{name} is taken")));
        if let Some(message) = taken {
            return Err(config.source.problem(parameter.place, &parameter.path, message).into());
        }
    }
    Ok(())
}

fn command(config: &Config, parameters: &[Parameter], folder: &Path) -> Result<Vec<Word>, ConfigError> {
    let Some(node) = config.node("program.command") else { return Ok(Vec::new()) };
    let nodes = node.as_list().unwrap_or(&[]);
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.path.as_str()).collect();
    let mut words = Vec::with_capacity(nodes.len());
    for node in nodes {
        let text = node.as_text().unwrap_or("");
        if text.contains('\0') {
            return Err(config.source.problem_with("program.command", node, "holds a zero character").into());
        }
        let word = Word::read(text, &names).map_err(|name| unknown_placeholder(config, node, &name, &names))?;
        words.push(word.found_in(folder));
    }
    if nodes.first().is_none_or(|first| first.as_text() == Some("")) {
        let allowed = Some("a program and its arguments: [\"python3\", \"train.py\", \"--lr\", \"{lr}\"]".to_string());
        return Err(Problem { allowed, ..config.problem("program.command", "no program") }.into());
    }
    Ok(words)
}

fn unknown_placeholder(config: &Config, node: &Node, name: &str, names: &[&str]) -> ConfigError {
    let problem = config.source.problem_with("program.command", node, format!("{{{name}}} is no swept parameter"));
    let known: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
    let allowed =
        format!("{}{{{{{name}}}}} for {{{name}}} itself", known.iter().map(|k| format!("{k}, ")).collect::<String>());
    let nearest = keys::nearest(name, names.iter().copied()).map(|near| format!("{{{near}}}"));
    Problem { allowed: Some(allowed), nearest, ..problem }.into()
}

/// A word for parameters that the command does not name although it names others: they may have been forgotten.
fn unused(command: &[Word], parameters: &[Parameter]) -> Vec<String> {
    let is_used = |which: usize| command.iter().any(|word| word.uses(which));
    let (used, unused): (Vec<usize>, Vec<usize>) = (0..parameters.len()).partition(|&which| is_used(which));
    if used.is_empty() && parameters.len() > 1 {
        return Vec::new();
    }
    let note = |which: usize| {
        let path = &parameters[which].path;
        format!("{{{path}}} is not in program.command: the program gets it as {} only", variable(path))
    };
    unused.into_iter().map(note).collect()
}

fn metrics(config: &Config) -> Result<Metrics, ConfigError> {
    let table = config.table("program.metrics").map_or(&[][..], |table| &table.entries);
    if table.len() != 1 && config.table("program.metrics").is_some() {
        let allowed = Some("exactly one of csv, regex".to_string());
        return Err(Problem { allowed, ..config.problem("program.metrics", "no one source") }.into());
    }
    if let Some(path) = config.text("program.metrics.csv") {
        let is_inside = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        let allowed = Some("the name of a file in the run's working directory".to_string());
        if path.is_empty() || !is_inside || path.contains('\0') {
            return Err(Problem { allowed, ..config.problem("program.metrics.csv", "impossible value") }.into());
        }
        return Ok(Metrics::Csv(path.to_string()));
    }
    match config.text("program.metrics.regex") {
        Some(pattern) => regex(config, pattern),
        None => Ok(Metrics::Stdout),
    }
}

fn regex(config: &Config, pattern: &str) -> Result<Metrics, ConfigError> {
    let key = "program.metrics.regex";
    let regex = regex::bytes::Regex::new(pattern).map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or("").trim_start_matches("error: ").to_string();
        ConfigError::from(Problem {
            allowed: Some("a pattern in the syntax of the Rust crate regex".to_string()),
            ..config.problem(key, format!("no regular expression: {last}"))
        })
    })?;
    let objective = config.word("program.objective");
    if regex.capture_names().flatten().any(|name| name == objective) {
        return Ok(Metrics::Regex(regex));
    }
    let allowed = Some(format!("a pattern with (?P<{objective}>…), and (?P<step>…) where steps are told"));
    Err(Problem { allowed, ..config.problem(key, format!("no group is named {objective}")) }.into())
}

fn rules(config: &Config) -> Result<Rules, ConfigError> {
    let maximise = config.flag("program.maximise");
    for key in ["stop.converged_below", "stop.diverged_above"] {
        if maximise && config.node(key).is_some() {
            let allowed = Some("stop.patience and stop.halving, or an objective to minimise".to_string());
            return Err(Problem { allowed, ..config.problem(key, "impossible with maximise = true") }.into());
        }
    }
    let given = |key| config.node(key).and_then(Node::as_number);
    let objective = config.word("program.objective").to_string();
    if objective.is_empty() || objective == "step" {
        let allowed = Some("the name of a metric".to_string());
        return Err(Problem { allowed, ..config.problem("program.objective", "impossible value") }.into());
    }
    let patience = config
        .node("stop.patience")
        .map(|_| (config.integer("stop.patience.steps"), config.number("stop.patience.min_delta")));
    Ok(Rules {
        objective,
        maximise,
        converged_below: given("stop.converged_below"),
        diverged_above: given("stop.diverged_above").unwrap_or(f64::INFINITY),
        patience,
        halving: Halving::read(config),
    })
}

fn timeout(config: &Config) -> Result<Option<Duration>, ConfigError> {
    let Some(text) = config.text("program.timeout") else { return Ok(None) };
    match humantime::parse_duration(text) {
        Ok(timeout) if timeout > Duration::ZERO => Ok(Some(timeout)),
        _ => {
            let allowed = Some("a duration above 0: \"90s\", \"10m\", \"1h 30m\"".to_string());
            Err(Problem { allowed, ..config.problem("program.timeout", "no duration") }.into())
        }
    }
}

fn files(config: &Config) -> Vec<String> {
    config.texts("program.files").unwrap_or_default()
}

/// The files that belong to the program must be there where it is to be run.
pub(crate) fn check_files(config: &Config, folder: &Path) -> Result<(), ConfigError> {
    for file in &files(config) {
        if !folder.join(file).is_file() {
            let allowed = Some("files, by their paths from the config file's folder".to_string());
            let message = format!("{} is no file", folder.join(file).display());
            return Err(Problem { allowed, ..config.problem("program.files", message) }.into());
        }
    }
    Ok(())
}

/// The points of the curves of the runs in flight are held in memory.
fn check_curve(config: &Config, program: &Program) -> Result<(), ConfigError> {
    const MOST_POINTS: u64 = 100_000;
    match program.curve {
        CurveSteps::Points(points) if points > MOST_POINTS => {
            let allowed = Some(format!("at most {MOST_POINTS} for a program"));
            Err(Problem { allowed, ..config.problem("log.curve_points", "too many points") }.into())
        }
        _ => Ok(()),
    }
}

impl Program {
    pub(crate) fn has_command(&self) -> bool {
        !self.command.is_empty()
    }
}

impl ProgramExperiment {
    /// The values of a run as the logs and the command show them.
    pub fn texts(&self, run: u64) -> Vec<String> {
        self.plan.values(run).iter().map(Value::to_string).collect()
    }

    /// The command of a run.
    pub fn command(&self, run: u64) -> Vec<String> {
        let values = self.texts(run);
        self.program.command.iter().map(|word| word.fill(&values)).collect()
    }
}
