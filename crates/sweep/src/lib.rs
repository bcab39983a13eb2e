//! From an experiment file to a plan of runs, and from the plan to the records of its runs.
//!
//! [`Experiment::load`] reads and checks everything once; after that nothing invalid can be expressed. Its [`Plan`]
//! computes any run from its number and stores none. [`execute`] trains runs in parallel and delivers their records in
//! run order.

mod bracket;
mod config;
pub mod data;
mod error;
mod estimate;
mod execution;
mod executor;
mod experiment;
mod logged;
mod normal;
mod ordered;
mod plan;
mod power;
pub mod program;
mod shard;
mod spec;
mod starts;
mod status;
mod trained;
mod value;

pub use config::{Condition, ConfigValues, Difference, canonical, differences, starter};
pub use error::{ConfigError, Problem};
pub use execution::{CancellationToken, Delivery, ExecutionError, Outcome, PAUSE};
pub use executor::{Execution, execute};
pub use experiment::{AnyExperiment, Experiment, Outline, StoredData};
pub use logged::train_as_logged;
pub use ordered::Spent;
pub use plan::{Combinations, Job, Plan, PlannedRun, Series, Walk};
pub use shard::{NoShard, Shard, runs_together};
pub use spec::axis::{Axis, AxisEnd, Scale};
pub use spec::halving::Halving;
pub use spec::log::LogConfig;
pub use spec::nearest::nearest;
pub use spec::parameter::Parameter;
pub use spec::reference::config_reference;
pub use spec::report::{EngineMetric, ReportConfig};
pub use spec::word::loss_name;
pub use status::Status;
pub use trained::{TrainedRun, TrainedRuns};
pub use value::{Value, ValueKind};
