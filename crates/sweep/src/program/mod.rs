//! Runs that the engine does not train: programs, each run a process, and the caller's own models.
//!
//! Plans and rules are those of the engine. A [`ProgramExperiment`] says what to run; [`execute_program`] runs several
//! processes at once, and delivers a [`Record`] as soon as a run has ended. The output of a process goes to files in its
//! working directory and is read from there, so a program never waits for etascape. A [`Guard`] ends the processes that are
//! left where etascape is killed.

mod async_halving;
mod csv_table;
mod curve;
mod events;
mod experiment;
mod lines;
mod meter;
mod metrics;
mod missed;
mod objective;
mod output;
mod reading;
mod record;
mod rules;
mod runners;
mod sources;
mod start;
mod understood;

pub use curve::Point;
pub use events::masked_checksum;
pub use experiment::{Program, ProgramExperiment, run_folder};
pub use missed::Missed;
pub use objective::{Measurement, doubt, is_score, training_and_held_out};
pub use output::read_output;
pub use record::{ProcessExit, Record, Spread};
pub use runners::{
    Event, Guard, Model, ModelRun, Observe, Options, ReportMetrics, execute_model, execute_program, keep_guard,
};
pub(crate) use start::Files;
pub use start::{StartWord, Surroundings};
pub use understood::{ReadLine, Replaced, StepsFrom, Understood};

pub use crate::spec::glob::Glob;
pub use crate::spec::program::{MetricsSource, Rules};
pub use crate::spec::word::KeptRuns;
