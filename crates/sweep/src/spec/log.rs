//! What is kept of a run.

use etascape_core::CurveSteps;

/// Models up to this size log their parameters.
pub(crate) const LOGGED_PARAMETERS: usize = 16;

/// What is logged of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogConfig {
    /// Which steps of a curve.
    pub curve: CurveSteps,
    /// Whether parameters, of models small enough.
    pub parameters: bool,
    /// Whether the trainability measure.
    pub trainability: bool,
    /// The sharpness every so many steps; 0 = never.
    pub sharpness_every: u64,
}
