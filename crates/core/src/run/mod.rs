//! What a run is asked to do, where it starts, when it ends, and what it leaves behind.

mod check;
mod curve;
pub(crate) mod init;
mod record;
mod runs;
mod schedule;
mod spec;
mod stop;

pub use record::{CurvePoint, Extras, Metrics, Parameters, RunRecord, StopReason};
pub use runs::Runs;
pub use schedule::{Schedule, ScheduleKind};
pub use spec::{CurveSteps, Hyper, LearningRate, Precision, Scheme, Shape, Start};
pub(crate) use stop::has_diverged;
pub use stop::{Patience, StopMonitor, StopRules};
