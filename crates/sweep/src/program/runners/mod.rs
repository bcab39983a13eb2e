//! Executes runs, several at once: each a process of a program, or a call of the caller's own model.

mod execute;
mod guard;
mod model;
mod process;
mod runner;
mod signals;

pub use execute::{Event, Observe, execute_model, execute_program};
pub use guard::{Guard, keep_guard};
pub use model::{Model, ModelRun, ReportMetrics};
pub use runner::Options;
