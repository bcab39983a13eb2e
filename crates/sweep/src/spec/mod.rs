//! What an experiment asks for, as types: enums and numbers, nothing that is asked for by a name.
//!
//! [`keys`] is the table of all keys, [`word`] the tables of all words. A file is read into a [`draft::Draft`], key by key, and
//! this into an [`ExperimentSpec`]. A swept value gets into a [`run::RunSpec`] by a [`setter::Setter`].

pub(crate) mod axis;
pub(crate) mod draft;
pub(crate) mod halving;
pub(crate) mod key_set;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod nearest;
pub(crate) mod parameter;
pub(crate) mod places;
pub(crate) mod program;
pub(crate) mod reference;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod setter;
pub(crate) mod source;
pub(crate) mod sweep;
pub(crate) mod types;
pub(crate) mod usage;
pub(crate) mod word;

use crate::data::DataConfig;
use halving::Halving;
use log::LogConfig;
use places::Places;
use program::ProgramSpec;
use report::ReportConfig;
use run::RunSpec;
use sweep::{SweepSpec, Target};

/// Everything that a file says, checked by itself: of the files that it names none has been opened.
pub(crate) struct ExperimentSpec {
    pub name: String,
    pub description: Option<String>,
    /// The text of the file with `--set` applied, comments kept.
    pub toml: String,
    /// What a run is asked to do where no sweep sets it otherwise.
    pub run: RunSpec,
    pub halving: Option<Halving>,
    pub log: LogConfig,
    pub report: ReportConfig,
    pub sweep: SweepSpec,
    pub places: Places,
}

/// Who trains.
pub(crate) enum Task {
    /// Our engine.
    Engine {
        data: DataConfig,
        /// What each swept parameter sets, in their order.
        targets: Vec<Target>,
    },
    /// A training program.
    Program(ProgramSpec),
}
