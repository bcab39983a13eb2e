//! From the records of a sweep to CSV logs, and from the logs alone to findings, charts and a page.
//!
//! The way of the data: [`RunRecord`](etascape_core::RunRecord)s → [`LogWriter`] → `runs.csv`, `curves.csv` →
//! [`Runs`](etascape_insight::tables::Runs), [`Curves`](etascape_insight::tables::Curves) →
//! [`Findings`](etascape_insight::findings::Findings), charts and a page. [`draw`] does the second half for a results
//! folder; nothing in it reads anything but the folder and the [`Subject`](etascape_insight::subject::Subject), so the same
//! logs give the same bytes.
//!
//! Missing, diverged and zero stay three different things: a missing number is `None`, a number that overflowed is an
//! infinity or NaN, and neither is ever drawn or ranked as 0.

mod charts;
mod compare;
mod draw;
mod error;
mod gathered;
mod lock;
mod logger;
mod logs;
mod page;
mod pictures;
mod program;
pub mod reproduce;
mod results;
mod scales;
mod stored;
mod tables;
#[cfg(test)]
mod testing;
mod wanted;

pub use compare::{Comparison, compare};
pub use draw::{Drawn, draw, draw_as};
pub use error::{Damage, Error, Holder};
pub use lock::Lock;
pub use logger::{Logger, bytes_per_run};
pub use logs::{
    Columns, CurvePick, Digests, FORMAT_VERSION, Host, Kept, LogWriter, Manifest, Part, Rows, RunState, Saved,
    SavedJournal, Standing, ThreadTimes, Times, damage, digest_bytes, read_columns, read_curves, read_runs, repair,
    write_atomically,
};
pub use program::{
    Journal, MendedJournal, ProgramFound, ProgramResults, differing_files, file_digests, first_difference,
    journal_damage, write_tables,
};
pub use results::{Found, Provenance, Results, stored_experiment};
pub use stored::Stored;
pub use wanted::{Format, Wanted};
