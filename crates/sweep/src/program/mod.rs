//! Runs that are not our engine's: programs of any kind, each run a process, and models of one's own.
//!
//! The same plan, the same records and the same rules; what differs is who trains. A [`ProgramExperiment`] says what to
//! run; [`execute_program`] runs it, some processes at once, and hands over a [`Record`] the moment a run has ended.
//! What a process prints goes to files in its working directory and is read from there while it grows, so a program is
//! never held up by us. A [`Guard`] ends what is left where we are killed.

mod async_halving;
mod command;
mod curve;
mod execute;
mod experiment;
mod guard;
mod json;
mod lines;
mod meter;
mod metrics;
mod model;
mod process;
mod record;
mod rules;
mod runner;
mod signals;

pub use curve::Point;
pub use execute::{Event, Observe, execute_model, execute_program};
pub(crate) use experiment::check_files;
pub use experiment::{Program, ProgramExperiment};
pub use guard::{Guard, keep_guard};
pub use model::{Model, ModelRun, Tell};
pub use process::run_folder;
pub use record::{Exit, Record, Spread};
pub use runner::Options;

pub use crate::spec::program::{MetricsSource, Rules};
