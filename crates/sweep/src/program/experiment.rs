//! An experiment with a training program.

use std::path::{Path, PathBuf};
use std::time::Duration;

use etascape_core::CurveSteps;

use super::command::{Word, variable};
use crate::error::{ConfigError, Problem};
use crate::plan::Combinations;
use crate::spec::keys::Key;
use crate::spec::nearest::nearest;
use crate::spec::parameter::Parameter;
use crate::spec::program::{MetricsSource, ProgramSpec, Rules};
use crate::spec::report::ReportConfig;
use crate::spec::source::Source;
use crate::spec::source_map::SourceMap;
use crate::spec::types::Text;
use crate::value::Value;

/// An experiment whose runs are processes of a program, checked.
pub struct ProgramExperiment {
    /// Results go to `results/<name>`.
    pub name: String,
    /// The question it asks, in the author's words.
    pub description: Option<String>,
    /// The text of the file with `--set` applied, comments kept.
    pub toml: String,
    /// What charts show.
    pub report: ReportConfig,
    /// The runs.
    pub plan: Combinations,
    /// Warnings for the author.
    pub notices: Vec<String>,
    /// The program and how it is run.
    pub program: Program,
}

/// The `[program]`, `[stop]` and `[log]` of an experiment.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) command: Vec<Word>,
    /// Where metrics come from.
    pub metrics: MetricsSource,
    /// The objective, and the rules that end a run before its program ends.
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

/// The most runs, since each has a folder.
const MOST_RUNS: u64 = 1_000_000;

impl Program {
    /// Makes the experiment of a file with a program.
    pub(crate) fn new(
        spec: ProgramSpec,
        curve: CurveSteps,
        plan: &Combinations,
        source_map: &SourceMap,
        folder: &Path,
    ) -> Result<(Program, Vec<String>), ConfigError> {
        let runs = plan.runs();
        if runs > MOST_RUNS {
            let problem = source_map.problem(Key::Sweep, format!("{runs} runs are too many for processes"));
            let allowed = Some(format!("at most {MOST_RUNS}"));
            return Err(Problem { found: None, allowed, ..problem }.into());
        }
        check_variables(&source_map.source, plan.parameters())?;
        let command = command(&spec.command, plan.parameters(), source_map, folder)?;
        let notices = unused(&command, plan.parameters());
        check_curve(curve, source_map)?;
        let ProgramSpec { command: _, metrics, rules, parallel, timeout, retries, files } = spec;
        let folder = folder.to_path_buf();
        let program = Program { command, metrics, rules, curve, parallel, timeout, retries, files, folder };
        Ok((program, notices))
    }

    pub(crate) fn has_command(&self) -> bool {
        !self.command.is_empty()
    }
}

impl ProgramExperiment {
    /// The values of a run, as the logs and the command show them.
    pub fn texts(&self, run: u64) -> Vec<String> {
        self.plan.values(run).iter().map(Value::to_string).collect()
    }

    /// The command of a run.
    pub fn command(&self, run: u64) -> Vec<String> {
        let values = self.texts(run);
        self.program.command.iter().map(|word| word.fill(&values)).collect()
    }
}

/// Checks that every parameter has an environment variable of its own, and none of etascape's.
fn check_variables(source: &Source, parameters: &[Parameter]) -> Result<(), ConfigError> {
    const OURS: [&str; 3] = ["ETASCAPE_PARAMETERS", "ETASCAPE_RUN_ID", "ETASCAPE_SWEEP"];
    for (place, parameter) in parameters.iter().enumerate() {
        let name = variable(&parameter.path);
        let other = parameters[..place].iter().find(|other| variable(&other.path) == name);
        let taken = other.map(|other| format!("{} gives {name} too", other.path));
        let taken = taken.or_else(|| OURS.contains(&name.as_str()).then(|| format!("{name} is taken")));
        if let Some(message) = taken {
            return Err(source.problem(parameter.span, &parameter.path, message).into());
        }
    }
    Ok(())
}

/// Reads the words of a command. Placeholders are matched with parameters by name.
fn command(
    words: &[Text],
    parameters: &[Parameter],
    source_map: &SourceMap,
    folder: &Path,
) -> Result<Vec<Word>, ConfigError> {
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.path.as_str()).collect();
    let read = |text: &Text| {
        let word = Word::read(&text.text, &names);
        Ok(word.map_err(|name| unknown_placeholder(source_map, text, &name, &names))?.found_in(folder))
    };
    words.iter().map(read).collect()
}

fn unknown_placeholder(source_map: &SourceMap, word: &Text, name: &str, names: &[&str]) -> ConfigError {
    let path = Key::ProgramCommand.path();
    let problem = source_map.source.problem_with(path, &word.written, format!("{{{name}}} is no swept parameter"));
    let known: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
    let allowed =
        format!("{}{{{{{name}}}}} for {{{name}}} itself", known.iter().map(|k| format!("{k}, ")).collect::<String>());
    let nearest = nearest(name, names.iter().copied()).map(|near| format!("{{{near}}}"));
    Problem { allowed: Some(allowed), nearest, ..problem }.into()
}

/// Notices on parameters that the command does not name, although it names others.
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

/// Checks that the files that belong to the program exist.
pub(crate) fn check_files(spec: &ProgramSpec, source_map: &SourceMap, folder: &Path) -> Result<(), ConfigError> {
    for file in &spec.files {
        if !folder.join(file).is_file() {
            let message = format!("{} is no file", folder.join(file).display());
            let allowed = "files, by their paths from the config file's folder";
            return Err(source_map.error(Key::ProgramFiles, message, allowed));
        }
    }
    Ok(())
}

/// Limits the points of a curve: the curves of the runs in flight are held in memory.
fn check_curve(curve: CurveSteps, source_map: &SourceMap) -> Result<(), ConfigError> {
    const MOST_POINTS: u64 = 100_000;
    match curve {
        CurveSteps::Points(points) if points > MOST_POINTS => {
            let allowed = format!("at most {MOST_POINTS} for a program");
            Err(source_map.error(Key::CurvePoints, "too many points", allowed))
        }
        _ => Ok(()),
    }
}
