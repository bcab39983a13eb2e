//! From an experiment file to a plan of runs to their records.
//!
//! [`Experiment::load`] reads and checks everything once; after that nothing invalid can be expressed. Its [`Plan`]
//! computes any run from its number and stores none; [`execute`] trains them in parallel and delivers what is made of their
//! records in order.

mod axis;
mod bracket;
mod config;
pub mod data;
mod error;
mod estimate;
mod executor;
mod halving;
mod normal;
mod plan;
mod power;
pub mod program;
mod starts;
mod value;

pub use axis::{Axis, Scale};
pub use config::{Difference, Experiment, LogConfig, Outline, ReportConfig, Study, canonical, differences, starter};
pub use error::{ConfigError, Problem};
pub use executor::{Execution, Failure, Spent, execute};
pub use halving::Halving;
pub use plan::{Combinations, Job, Parameter, Plan, PlannedRun, Series, Walk};
pub use value::Value;
