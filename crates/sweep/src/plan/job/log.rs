//! `[log]`: limits the memory that a run's curve takes.

use etascape_core::{CurveSteps, Shape};

use super::request::Request;
use crate::error::ConfigError;
use crate::spec::keys::Key;

/// Limits the points of a curve: the curves of the runs in flight are held in memory.
pub(super) fn check_curve(request: &Request, shape: &Shape) -> Result<(), ConfigError> {
    const MOST_POINTS: u64 = 1_000_000;
    let of_curve = shape.curve.count(shape.steps);
    let (key, points) = match shape.curve {
        _ if of_curve <= MOST_POINTS => (Key::SharpnessEvery, shape.curve_points()),
        CurveSteps::Every(_) => (Key::CurveEvery, of_curve),
        CurveSteps::Points(_) | CurveSteps::None => (Key::CurvePoints, of_curve),
    };
    if points <= MOST_POINTS {
        return Ok(());
    }
    let allowed = format!("what gives at most {MOST_POINTS} points a run");
    Err(request.error(key, format!("{points} points a run are too many"), allowed))
}
