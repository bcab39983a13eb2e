//! An experiment with a training program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etascape_core::CurveSteps;

use super::record::Record;
use super::start::{Files, Filling, Start, StartWord, Surroundings, arguments, unused};
use crate::error::{ConfigError, Problem};
use crate::plan::Combinations;
use crate::spec::axis::AxisIndex;
use crate::spec::keys::Key;
use crate::spec::parameter::Parameter;
use crate::spec::program::{MetricsSource, ProgramSpec, Rules};
use crate::spec::report::ReportConfig;
use crate::spec::source_map::SourceMap;
use crate::spec::word::KeptRuns;
use crate::status::Status;
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
    pub(super) start: Start,
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
    /// Which folders of runs are kept.
    pub keep_runs: KeptRuns,
    /// Files and folders that belong to the program, its templates among them, as named.
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
        needed: Files,
    ) -> Result<(Program, Vec<String>), ConfigError> {
        let runs = plan.runs();
        if runs > MOST_RUNS {
            let problem = source_map.problem(Key::Sweep, format!("{runs} runs are too many for processes"));
            let allowed = Some(format!("at most {MOST_RUNS}"));
            return Err(Problem { found: None, allowed, ..problem }.into());
        }
        let start = Start::new(&spec, plan, source_map, folder, needed)?;
        let notices = unused(&start, plan.parameters()).into_iter().chain(floats(plan.parameters())).collect();
        check_curve(curve, source_map)?;
        let ProgramSpec { metrics, rules, parallel, timeout, retries, keep_runs, mut files, templates, .. } = spec;
        files.extend(templates.into_iter().map(|template| template.text));
        let folder = folder.to_path_buf();
        let program = Program { start, metrics, rules, curve, parallel, timeout, retries, keep_runs, files, folder };
        Ok((program, notices))
    }

    /// Whether the folder of a run that has ended is kept.
    pub fn keeps_folder(&self, record: &Record) -> bool {
        let is_judged = || {
            let objective = self.rules.objective_among(&record.names).map(|which| record.spreads[which].last);
            objective.flatten().is_some()
        };
        match self.keep_runs {
            KeptRuns::All => true,
            KeptRuns::Failed => record.is_failed() || record.status == Status::Timeout || !is_judged(),
        }
    }

    /// Whether metrics can come from one place alone.
    pub fn has_one_source(&self) -> bool {
        !self.has_command() || matches!(self.metrics, MetricsSource::Stdout | MetricsSource::Csv { .. })
    }

    pub(crate) fn has_command(&self) -> bool {
        !self.start.is_empty()
    }
}

impl ProgramExperiment {
    /// The values of a run, as the logs show them.
    pub fn texts(&self, run: u64) -> Vec<String> {
        self.plan.values(run).iter().map(Value::to_string).collect()
    }

    /// The words of a run's command. `results` is the results folder.
    pub fn command(&self, run: u64, results: &Path, surroundings: &Surroundings) -> Vec<StartWord> {
        self.program.start.words(&self.filling(run, run_folder(results, run)), surroundings)
    }

    /// The folder in which the process of a run is started.
    pub fn start_folder(&self, run: u64, results: &Path) -> PathBuf {
        self.program.start.folder(&run_folder(results, run))
    }

    /// The variables that processes get because neither the config nor the environment gives them.
    pub fn default_variables(&self, parallel: usize, surroundings: &Surroundings) -> Vec<(&'static str, String)> {
        self.program.start.default_variables(parallel, surroundings)
    }

    /// The variables that the config gives a run, and their values.
    pub fn variables(&self, run: u64, results: &Path) -> Vec<(&str, OsString)> {
        self.program.start.variables(&self.filling(run, run_folder(results, run)))
    }

    /// Notes on what will not be found when run 0 is started. Files are looked for on this machine.
    pub fn start_notes(&self, results: &Path, surroundings: &Surroundings) -> Vec<String> {
        let program = &self.program;
        program.start.notes(&self.filling(0, run_folder(results, 0)), &program.metrics, surroundings)
    }

    /// Why no run can be started on this machine, where that is certain: there is no such program.
    pub fn refusal(&self, surroundings: &Surroundings) -> Option<String> {
        self.program.start.refusal(&self.filling(0, PathBuf::new()), surroundings)
    }

    /// What a run puts into placeholders.
    pub(super) fn filling(&self, run: u64, run_dir: PathBuf) -> Filling {
        Filling { values: arguments(&self.plan, run), run_dir }
    }
}

/// The working directory of a run's process, which keeps its output.
pub fn run_folder(results: &Path, run: u64) -> PathBuf {
    results.join("runs").join(format!("{run:05}"))
}

/// Notices on parameters whose floating-point numbers are all whole.
fn floats(parameters: &[Parameter]) -> impl Iterator<Item = String> {
    let looks_whole = |parameter: &&Parameter| parameter.axis.looks_whole();
    parameters.iter().filter(looks_whole).map(|parameter| {
        let first = parameter.value(AxisIndex(0));
        let (path, float) = (&parameter.path, first.argument());
        format!(
            "{path} has floating-point numbers: the program gets {float}; for whole numbers, list them or use range"
        )
    })
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
