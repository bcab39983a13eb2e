//! The plan of an experiment, as `check` shows it.

use std::fmt;

use etascape_sweep::Parameter;
use serde_json::{Map, Value};

use crate::output::{axes, grouped, named};

/// The plan of an experiment.
pub struct Plan<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// The number of runs.
    pub runs: u64,
    /// The swept parameters.
    pub parameters: &'a [Parameter],
    /// What it will do, each thing behind its name; lines without a name go on with the one before.
    pub lines: Vec<(&'static str, String)>,
    /// What it will cost; `None` for programs.
    pub cost: Option<Cost>,
}

/// What an experiment will cost if no run ends early.
pub struct Cost {
    /// Steps of all runs.
    pub steps: u128,
    /// Seconds on all threads.
    pub seconds: f64,
    /// Bytes on the disk.
    pub bytes: u64,
}

impl Plan<'_> {
    /// The lines as values, those of one name joined.
    pub fn joined(&self) -> Map<String, Value> {
        let mut joined = Map::new();
        let mut name = "";
        for (own, text) in &self.lines {
            name = if own.is_empty() { name } else { own };
            let before = joined.get(name).and_then(Value::as_str).map(|before| format!("{before}\n{text}"));
            joined.insert(name.to_owned(), before.unwrap_or_else(|| text.clone()).into());
        }
        joined
    }
}

impl fmt::Display for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.parameters.is_empty() { "" } else { "\n" };
        let (runs, axes) = (grouped(self.runs, "run"), axes(self.parameters));
        write!(f, "{}: {runs}\n{axes}{gap}{}", self.name, named(&self.lines))
    }
}
