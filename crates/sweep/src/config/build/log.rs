//! `[log]`: what is kept of a run.

use etascape_core::{CurveSteps, Shape};

use super::problem;
use crate::config::check::Config;
use crate::error::ConfigError;

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

/// Reads `[log]`.
pub(crate) fn log(config: &Config) -> Result<LogConfig, ConfigError> {
    let (points, every) = ("log.curve_points", "log.curve_every");
    if config.node(points).is_some() && config.node(every).is_some() {
        return Err(problem(config, every, "given beside curve_points", "either curve_points or curve_every"));
    }
    let curve = match (config.optional_integer(every), config.integer(points)) {
        (Some(every), _) => CurveSteps::Every(every),
        (None, 0) => CurveSteps::None,
        (None, 1) => return Err(problem(config, points, "impossible value", "0 for no curves, or at least 2")),
        (None, points) => CurveSteps::Points(points),
    };
    let trainability = config.flag("log.trainability");
    if trainability && config.node("stop.halving").is_some() {
        let allowed = "either trainability or stop.halving";
        return Err(problem(
            config,
            "log.trainability",
            "a run that is pruned has no measure over all its steps",
            allowed,
        ));
    }
    let sharpness = "log.sharpness_every";
    if curve == CurveSteps::None && config.node(sharpness).is_some() {
        let message = "a column of curves.csv, which log.curve_points = 0 leaves out";
        let allowed = "sharpness_every with curve_points of 2 or more, or curve_every";
        return Err(problem(config, sharpness, message, allowed));
    }
    let (parameters, sharpness_every) = (config.flag("log.parameters"), config.integer(sharpness));
    Ok(LogConfig { curve, parameters, trainability, sharpness_every })
}

/// The curves of the runs in flight are held in memory.
pub(super) fn check_curve(config: &Config, shape: &Shape) -> Result<(), ConfigError> {
    const MOST_POINTS: u64 = 1_000_000;
    let of_curve = shape.curve.count(shape.steps);
    let (path, points) = match shape.curve {
        _ if of_curve <= MOST_POINTS => ("log.sharpness_every", shape.curve_points()),
        CurveSteps::Every(_) => ("log.curve_every", of_curve),
        _ => ("log.curve_points", of_curve),
    };
    if points <= MOST_POINTS {
        return Ok(());
    }
    let allowed = format!("what gives at most {MOST_POINTS} points a run");
    Err(problem(config, path, format!("{points} points a run are too many"), allowed))
}
