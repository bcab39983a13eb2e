//! `[log]`: limits the time and the memory that a run's curve takes.

use etascape_core::{CurveSteps, Shape};

use super::request::Request;
use crate::error::ConfigError;
use crate::spec::keys::Key;

/// Points that such a curve has at least, if there are steps enough.
const FEWEST: u64 = 5;
/// How much longer than its updates the losses of a run's curve may take, where the file asks for no number of points.
const WORTH: u128 = 10;

/// The steps that are logged of a run. With mini-batches each takes the loss over all rows, which takes a third as long as a
/// gradient over them. So where the file says nothing of the curve, there are only as many as are worth it.
pub(super) fn curve(request: &Request, batch_size: usize, rows: usize) -> CurveSteps {
    match request.log.curve {
        CurveSteps::Points(points) if request.log.is_curve_default && (1..rows).contains(&batch_size) => {
            let of_updates = 3 * batch_size as u128 * u128::from(request.run.train.steps);
            let worth = u64::try_from(WORTH * of_updates / rows as u128).unwrap_or(u64::MAX);
            CurveSteps::Points(points.min(worth.max(FEWEST)))
        }
        curve => curve,
    }
}

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
