//! How far a sweep is.

/// How far a sweep is, and how its runs have ended so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Runs that there are.
    pub runs: u64,
    /// Runs that have ended, those of earlier sessions among them.
    pub done: u64,
    /// Runs that have converged in this session; counted for the engine.
    pub converged: u64,
    /// Runs that have diverged in this session; counted for the engine.
    pub diverged: u64,
    /// Runs that are going on; counted for programs.
    pub running: u64,
    /// Runs that have failed or timed out, and are not to be tried again; counted for programs.
    pub failed: u64,
    /// The best last value of the objective, and its run; known for programs.
    pub best: Option<(f64, u64)>,
}
