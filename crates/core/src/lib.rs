//! Trains many small runs at once, purely: no files, no clock, no threads, no environment.
//!
//! A [`Shape`] says what runs have in common, a [`Hyper`] holds the numbers in which they differ, [`Data`] the rows
//! they learn from; what comes back is a [`RunRecord`] per run.

mod activation;
mod batches;
mod block;
mod curve;
mod data;
mod init;
mod lanes;
mod layer;
mod loss;
mod math;
mod network;
mod optimizer;
mod pass;
mod record;
mod reduce;
mod rows;
mod runs;
pub mod scalar;
mod schedule;
mod sharpness;
mod spec;
mod sprint;
mod stop;
mod stream;
mod table;
pub mod theory;
mod trace;
mod train;
mod triangle;
mod update;
mod watch;

pub use data::Data;
pub use network::{Activation, Network, Parametrization};
pub use optimizer::{Adagrad, Adam, Optimizer, RmsProp, Sgd};
pub use record::{CurvePoint, Extras, Metrics, Parameters, RunRecord, StopReason};
pub use rows::Rows;
pub use runs::Runs;
pub use sharpness::{Hessian, sharpness};
pub use spec::{CurveSteps, Hyper, LearningRate, Loss, Schedule, ScheduleKind, Scheme, Shape, Start};
pub use stop::{Patience, StopMonitor, StopRules};
pub use stream::{Purpose, Stream};
pub use trace::{Step, predict, starting_parameters, trace};
pub use train::{InstructionSet, train, train_with};
