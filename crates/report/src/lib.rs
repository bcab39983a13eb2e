//! From a sweep to its records in CSV logs, and from the logs alone to findings, charts and a page.
//!
//! The way of the data: [`TrainedRuns`](etascape_sweep::TrainedRuns) → [`LogWriter`] → `runs.csv`, `curves.csv` →
//! [`Runs`](etascape_insight::tables::Runs), [`Curves`](etascape_insight::tables::Curves) →
//! [`Findings`](etascape_insight::findings::Findings), charts and a page. A [`Session`] does the first half with what an
//! [`Executor`] trains, for the engine and for programs alike. [`draw`] does the second half for a results folder; nothing
//! in it reads anything but the folder and the [`Subject`](etascape_insight::subject::Subject), so the same logs give the
//! same bytes.
//!
//! Missing, diverged and zero stay three different things: a missing number is `None`, a number that overflowed is an
//! infinity or NaN, and neither is ever drawn or ranked as 0.

mod charts;
mod compare;
mod draw;
mod error;
mod folder;
mod gathered;
mod lock;
mod logger;
mod logs;
mod mismatch;
mod page;
mod pictures;
mod program;
mod provenance;
mod results;
mod scales;
mod session;
mod stored;
mod stored_tables;
mod tables;
#[cfg(test)]
mod testing;
mod wanted;

pub use compare::{Comparison, compare};
pub use draw::{Drawn, draw, draw_as};
pub use error::{Damage, Error, Holder};
pub use folder::stored_experiment;
pub use lock::Lock;
pub use logger::{Logger, bytes_per_run};
pub use logs::{
    Columns, CurvePick, Digests, FORMAT_VERSION, Host, Kept, LogWriter, Manifest, Part, Rows, RunState, Saved,
    SavedJournal, Standing, ThreadTimes, Times, damage, digest_bytes, read_columns, read_curves, read_runs, repair,
    write_atomically,
};
pub use mismatch::Mismatch;
pub use program::{MendedJournal, differing_files, file_digests, journal_damage, write_tables};
pub use provenance::Provenance;
pub use session::{
    Ended, EngineBatch, EngineExecutor, EngineSweep, EntryPoint, Executor, ModelExecutor, ProgramExecutor,
    ProgramSweep, Progress, Reproduced, Reproduction, ResultsFolder, Safe, Session, SessionEvent, SessionSettings,
    Sweep, TrainError, Watch, Work, reproduce,
};
pub use stored::Stored;
pub use stored_tables::changed_since;
pub use wanted::{Format, Wanted};
