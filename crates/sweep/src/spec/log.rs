//! What is logged of a run.

use etascape_core::CurveSteps;

/// Models up to this size log their parameters.
pub(crate) const LOGGED_PARAMETERS: usize = 16;

/// What is logged of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogConfig {
    /// The steps at which curves are logged.
    pub curve: CurveSteps,
    /// Whether the file says nothing of `curve`: with mini-batches there may then be fewer points.
    pub is_curve_default: bool,
    /// Whether the parameters of small models are logged.
    pub parameters: bool,
    /// Whether the trainability measure is computed.
    pub trainability: bool,
    /// Whether the losses of mini-batches are logged.
    pub batch_loss: bool,
    /// The steps between two logged values of the sharpness; 0: never.
    pub sharpness_every: u64,
}
