//! The runs of a sweep, each computed from its number.

mod check;
mod choice;
mod combinations;
mod count;
mod idle;
mod job;
mod losses;
mod queue;
mod room;
mod runs;
mod series;
mod single;
mod walk;

pub(crate) use choice::{check_choice, check_column, objective};
pub use combinations::Combinations;
pub(crate) use count::check_runs;
pub(crate) use losses::losses;
pub(crate) use queue::Queue;
pub(crate) use runs::Parts;
pub use runs::{Job, Plan};
pub use series::Series;
pub(crate) use walk::Stretch;
pub use walk::{PlannedRun, Walk};
