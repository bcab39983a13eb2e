//! The progress of a sweep.

/// How far a sweep is, and how its runs ended so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress {
    /// All runs of the sweep.
    pub runs: u64,
    /// Runs that have ended, in earlier sessions too.
    pub done: u64,
    /// Runs that have converged in this session; counted for the engine.
    pub converged: u64,
    /// Runs that have diverged in this session; counted for the engine.
    pub diverged: u64,
    /// Runs that are in progress; counted for programs.
    pub running: u64,
    /// Runs that failed or timed out and are not repeated; counted for programs.
    pub failed: u64,
    /// The metrics that runs have given; known for programs.
    pub metrics: Vec<String>,
    /// The best run; known for programs.
    pub best: Option<BestSoFar>,
}

/// The best run of a program so far.
#[derive(Debug, Clone, PartialEq)]
pub struct BestSoFar {
    /// The objective.
    pub objective: String,
    /// Its last value.
    pub value: f64,
    /// The run.
    pub run: u64,
}
