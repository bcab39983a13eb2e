//! Trains many small runs at once, purely: no files, no clock, no threads, no environment.
//!
//! A [`Shape`] says what runs have in common, a [`Hyper`] holds the numbers in which they differ, [`Data`] the rows
//! they learn from; what comes back is a [`RunRecord`] per run.

mod data;
#[allow(dead_code)]
mod init;
mod network;
mod record;
mod schedule;
mod spec;
mod stream;
mod train;

pub use data::{Data, Rows};
pub use network::{Activation, Network, Parametrization};
pub use record::{CurvePoint, Metrics, RunRecord, Status};
pub use spec::{
    Coefficients, CurveSteps, Hyper, LearningRate, Loss, Optimizer, Patience, Schedule, ScheduleKind, Scheme, Shape,
    Start,
};
pub use stream::{Purpose, Stream};
pub use train::train;
