//! `[log]`: what is logged of a run.

use etascape_core::CurveSteps;

use crate::error::ConfigError;
use crate::spec::draft::{Draft, LogDraft};
use crate::spec::keys::Key;
use crate::spec::log::LogConfig;
use crate::spec::source_map::SourceMap;

pub(super) fn log(draft: &Draft, source_map: &SourceMap) -> Result<LogConfig, ConfigError> {
    let &LogDraft { curve_points, curve_every, parameters, trainability, batch_loss, sharpness_every } = &draft.log;
    if draft.given.has(Key::CurvePoints) && draft.given.has(Key::CurveEvery) {
        let allowed = "either curve_points or curve_every";
        return Err(source_map.error(Key::CurveEvery, "given together with curve_points", allowed));
    }
    let curve = match (curve_every, curve_points) {
        (Some(every), _) => CurveSteps::Every(every),
        (None, 0) => CurveSteps::None,
        (None, 1) => {
            return Err(source_map.error(Key::CurvePoints, "impossible value", "0 for no curves, or at least 2"));
        }
        (None, points) => CurveSteps::Points(points),
    };
    if trainability && draft.given.has(Key::Halving) {
        let message = "impossible with stop.halving: a pruned run has no measure over all its steps";
        return Err(source_map.error(Key::LogTrainability, message, "either trainability or stop.halving"));
    }
    let of_curves = [(Key::SharpnessEvery, draft.given.has(Key::SharpnessEvery)), (Key::LogBatchLoss, batch_loss)];
    if let Some((key, _)) = of_curves.into_iter().find(|(_, is_asked)| *is_asked && curve == CurveSteps::None) {
        let message = "needs curves.csv, which log.curve_points = 0 leaves out";
        let allowed = format!("{} with curve_points of 2 or more, or curve_every", key.name());
        return Err(source_map.error(key, message, allowed));
    }
    let is_curve_default = !draft.given.has(Key::CurvePoints) && !draft.given.has(Key::CurveEvery);
    Ok(LogConfig { curve, is_curve_default, parameters, trainability, batch_loss, sharpness_every })
}
