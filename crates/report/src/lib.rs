//! From the records of a sweep to CSV logs, and from the logs alone to findings, charts and a page.
//!
//! The way of the data: [`RunRecord`](etascape_core::RunRecord)s → [`LogWriter`] → `runs.csv`, `curves.csv` →
//! [`Runs`], [`Curves`] → [`Findings`] and charts. [`draw`] does the second half for a results folder; nothing in it
//! reads anything but the folder and the [`Subject`], so the same logs give the same bytes.
//!
//! Missing, diverged and zero stay three different things: a missing number is `None`, a number that overflowed is an
//! infinity or NaN, and neither is ever drawn or ranked as 0.

mod agreement;
mod beginnings;
mod charts;
mod choice;
mod compare;
mod draw;
mod edge;
mod error;
pub mod explain;
mod facets;
mod failures;
mod findings;
mod gathered;
mod groups;
mod lock;
mod logger;
mod logs;
mod measure;
mod names;
mod page;
mod pictures;
mod places;
mod program;
mod rates;
pub mod reproduce;
mod results;
mod seeds;
mod settings;
mod stored;
mod study;
mod subject;
mod tables;
mod theory;
mod wanted;

pub use agreement::Agreement;
pub use beginnings::{Beginnings, Limits, Losses};
pub use compare::{Comparison, compare};
pub use draw::{Drawn, draw, draw_as};
pub use error::Error;
pub use etascape_sweep::Difference;
pub use failures::{Failure, Failures};
pub use findings::{BestRun, Findings, RateRange};
pub use lock::{Holder, Lock};
pub use logger::{Logger, bytes_per_run};
pub use logs::{
    Columns, Curve, CurvePick, Curves, Damage, Digests, FORMAT_VERSION, Host, Kept, LogWriter, Manifest, Numbers, Part,
    Rows, RunState, Runs, Saved, SavedJournal, Standing, ThreadTimes, Times, damage, digest_bytes, repair,
    write_atomically,
};
pub use program::{
    Journal, MendedJournal, ProgramFound, ProgramResults, differing_files, file_digests, first_difference,
    journal_damage, write_tables,
};
pub use results::{Found, Provenance, Results, stored_experiment};
pub use settings::Setting;
pub use stored::Stored;
pub use subject::{
    Choice, FitInput, LossAt, Objective, Predict, Scale, Stability, Subject, SurfaceInput, SweptParameter,
};
pub use theory::{RunForecast, Start, Theory};
pub use wanted::{Format, Wanted};
