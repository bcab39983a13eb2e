//! What a program printed, read without a run.

use etascape_core::{CurveSteps, StopRules};

use super::lines::Line;
use super::meter::{Meter, MeterSetup};
use super::record::Record;
use crate::spec::program::{MetricsSource, Rules};

/// What a run gives that prints a text on one stream, if no rule ends it. All its points are kept.
pub fn read_output(metrics: &MetricsSource, text: &[u8]) -> Record {
    // No metric has an empty name, so that no rule looks at any.
    let rules = Rules { objective: Some(String::new()), maximise: false, stop: StopRules::NONE, halving: None };
    let setup = MeterSetup { rules: &rules, is_alone: false, curve: CurveSteps::Every(1), rungs: None };
    let mut meter = Meter::new(setup, metrics);
    for line in text.strip_suffix(b"\n").unwrap_or(text).split(|&byte| byte == b'\n') {
        meter.line(Line::Whole(line));
    }
    meter.finish(0)
}
