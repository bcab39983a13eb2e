//! What an experiment asks for, as types: enums and numbers, no lookups by name.
//!
//! [`keys`] has the table of all keys, [`word`] the tables of all words. A file is read into a [`draft::Draft`], key by
//! key; the draft becomes an [`ExperimentSpec`]. A [`setter::Setter`] puts a swept value into a [`run::RunSpec`].

pub(crate) mod axis;
pub(crate) mod draft;
pub(crate) mod glob;
pub(crate) mod halving;
pub(crate) mod key_set;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod nearest;
pub(crate) mod parameter;
pub(crate) mod program;
pub(crate) mod reference;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod setter;
pub(crate) mod source;
pub(crate) mod source_map;
pub(crate) mod sweep;
pub(crate) mod types;
pub(crate) mod usage;
pub(crate) mod word;

use crate::data::DataConfig;
use halving::Halving;
use log::LogConfig;
use program::ProgramSpec;
use report::ReportConfig;
use run::RunSpec;
use source_map::SourceMap;
use sweep::{SweepSpec, Target};

/// The content of an experiment file, checked. The files that it names have not been opened.
pub(crate) struct ExperimentSpec {
    pub name: String,
    pub description: Option<String>,
    /// The text of the file with `--set` applied, comments kept.
    pub toml: String,
    /// The spec of a run before swept values are set.
    pub run: RunSpec,
    pub halving: Option<Halving>,
    pub log: LogConfig,
    pub report: ReportConfig,
    pub sweep: SweepSpec,
    pub source_map: SourceMap,
}

/// What trains: the engine or a program.
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
