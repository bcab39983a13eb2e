//! What was understood of a run's output, so that its author can see whether it is what was meant.

/// What was understood of the output of one run. Its values are in its record; this says where they come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understood {
    /// The sources that gave a metric, in the order of their first: `stdout`, `stderr`, or the path of a file in the run's
    /// folder.
    pub sources: Vec<String>,
    /// How the steps of the metrics were told.
    pub steps: StepsFrom,
    /// A line of metrics as it was read: the first that has the objective, else the first of all.
    pub example: Option<ReadLine>,
    /// The first value of an objective that a later one of its step replaced.
    pub replaced: Option<Replaced>,
}

/// A value of an objective that a later one of its step replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Replaced {
    /// The metric.
    pub name: String,
    /// The step of both.
    pub step: u64,
    /// The value that came first, and the one that counts.
    pub values: [f64; 2],
}

/// How the steps of a run's metrics were told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StepsFrom {
    /// No row named a step: rows were counted.
    #[default]
    Counted,
    /// By the number with this name: `step`, `epoch` …
    Named(String),
}

/// A line of metrics as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadLine {
    /// The line, shortened; in words where the source has no lines.
    pub text: String,
    /// The step that it belongs to.
    pub step: u64,
    /// Its metrics, by their names.
    pub values: Vec<(String, f64)>,
}
