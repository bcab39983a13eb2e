//! The spec of a training program.

use std::time::Duration;

use etascape_core::StopRules;
use regex::bytes::Regex;

use super::glob::Glob;
use super::halving::Halving;
use super::types::Text;
use super::word::KeptRuns;

/// The `[program]` and `[stop]` of a file.
#[derive(Debug, Clone)]
pub(crate) struct ProgramSpec {
    /// The program and its arguments; empty for a model within this process.
    pub command: Vec<Text>,
    pub folder: StartFolder,
    /// Environment variables and their values.
    pub env: Vec<(String, Text)>,
    /// Files that are filled in for every run.
    pub templates: Vec<Text>,
    pub metrics: MetricsSource,
    pub rules: Rules,
    /// Processes at once; `None`: as many as processors.
    pub parallel: Option<usize>,
    /// How long a run may take.
    pub timeout: Option<Duration>,
    /// How often a run that failed is started again.
    pub retries: u32,
    /// Which folders of runs are kept.
    pub keep_runs: KeptRuns,
    /// Files and folders that belong to the program, as written.
    pub files: Vec<String>,
}

/// Where a program is started: the key `program.folder`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StartFolder {
    /// In the folder of its run.
    Run,
    /// In a folder that all runs share, by its path from the config's folder.
    Fixed(String),
}

/// Where a program's metrics come from: the key `program.metrics`.
#[derive(Debug, Clone)]
pub enum MetricsSource {
    /// Whatever the program prints on stdout and stderr; where that has not the objective, a file that it wrote.
    Auto,
    /// Lines of JSON on stdout.
    Stdout,
    /// A CSV file with a header, in the run's working directory.
    Csv {
        /// Its path from there.
        path: String,
        /// The column that has the step; `None`: found by its name.
        step: Option<String>,
    },
    /// Lines of stdout and stderr: the first pattern that matches reads a line. Named groups are metrics.
    Regex(Vec<Regex>),
    /// TensorBoard event files in the run's working directory.
    Events(Glob),
}

impl MetricsSource {
    /// The file in the run's folder that holds the metrics, where one is named.
    pub(crate) fn file(&self) -> Option<&str> {
        match self {
            MetricsSource::Csv { path, .. } => Some(path),
            MetricsSource::Auto | MetricsSource::Stdout | MetricsSource::Regex(_) | MetricsSource::Events(_) => None,
        }
    }
}

/// The objective and the `[stop]` of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The metric that is minimised; `None`: one is chosen ([`Rules::objective_among`]).
    pub objective: Option<String>,
    /// Whether it is maximised instead.
    pub maximise: bool,
    /// The rules for a single run. They minimise: an objective that is maximised is negated first, and has only the rule of
    /// patience.
    pub stop: StopRules,
    /// Successive halving.
    pub halving: Option<Halving>,
}

/// The placeholder of a run's folder.
pub(crate) const RUN_DIR: &str = "run_dir";

/// Bytes of a parameter's name at most.
pub(crate) const LONGEST_NAME: usize = 100;

/// Whether a text can be the name of a program's parameter: letters, digits, `_`, `-` and `.`, a letter or `_` first.
pub(crate) fn is_name(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && text.len() <= LONGEST_NAME
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}
