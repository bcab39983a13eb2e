//! From an experiment file to a plan of runs.
//!
//! [`Experiment::load`] reads and checks everything once; after that nothing invalid can be expressed. Its [`Plan`]
//! computes any run from its number and stores none.

mod axis;
mod config;
pub mod data;
mod error;
mod normal;
mod plan;
mod value;

pub use axis::{Axis, Scale};
pub use config::{Experiment, LogConfig, ReportConfig, starter};
pub use error::{ConfigError, Problem};
pub use plan::{Job, Parameter, Plan};
pub use value::{Value, format_number};
