//! The spec of a training program.

use std::time::Duration;

use etascape_core::StopRules;
use regex::bytes::Regex;

use super::glob::Glob;
use super::halving::Halving;
use super::types::Text;

/// The `[program]` and `[stop]` of a file.
#[derive(Debug, Clone)]
pub(crate) struct ProgramSpec {
    /// The program and its arguments; empty for a model within this process.
    pub command: Vec<Text>,
    pub metrics: MetricsSource,
    pub rules: Rules,
    /// Processes at once; `None`: as many as processors.
    pub parallel: Option<usize>,
    /// How long a run may take.
    pub timeout: Option<Duration>,
    /// How often a run that failed is started again.
    pub retries: u32,
    /// Files that belong to the program, as written.
    pub files: Vec<String>,
}

/// Where a program's metrics come from: the key `program.metrics`.
#[derive(Debug, Clone)]
pub enum MetricsSource {
    /// Whatever the program prints on stdout and stderr; where that has no metric, a file that it wrote.
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

/// Whether a text can be the name of a program's parameter: letters, digits, `_`, `-` and `.`, a letter or `_` first.
pub(crate) fn is_name(text: &str) -> bool {
    const LONGEST: usize = 100;
    let first = text.chars().next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && text.len() <= LONGEST
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}
