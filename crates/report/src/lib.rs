//! Writes the records of a sweep to CSV logs, and makes findings, charts and a page from the logs alone.
//!
//! The data flow: [`RunRecord`](etascape_core::RunRecord)s → [`LogWriter`] → `runs.csv`, `curves.csv` →
//! [`Runs`](etascape_insight::tables::Runs), [`Curves`](etascape_insight::tables::Curves) →
//! [`Findings`](etascape_insight::findings::Findings), charts and a page. A [`Session`] does the first half, with an
//! [`Executor`] for the engine or for programs. [`draw`] does the second half. It reads only the results folder and the
//! [`Subject`](etascape_insight::subject::Subject), so the same logs give the same bytes.
//!
//! Missing, diverged and zero stay three different things: a missing number is `None`, a number that overflowed is an
//! infinity or NaN, and neither is ever drawn or ranked as 0.

mod charts;
mod compare;
mod draw;
mod draw_options;
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

pub use compare::{Comparison, compare};
pub use draw::{Drawn, draw, draw_as};
pub use draw_options::{DrawOptions, Format};
pub use error::{Damage, Error, Holder};
pub use folder::stored_experiment;
pub use lock::Lock;
pub use logger::{Logger, bytes_per_run};
pub use logs::{
    Columns, CurvePick, Digests, FORMAT_VERSION, FilePrefix, Host, IntactPrefix, Kept, LogWriter, Manifest, Rows,
    RunState, Saved, SavedJournal, ThreadTimes, Times, damage, digest_bytes, read_columns, read_curves, read_runs,
    repair, write_atomically,
};
pub use mismatch::Mismatch;
pub use program::{MendedJournal, differing_files, file_digests, journal_damage, write_tables};
pub use provenance::Provenance;
pub use session::{
    Ended, EngineBatch, EngineExecutor, EngineSweep, EntryPoint, Executor, ModelExecutor, OnEvent, ProgramExecutor,
    ProgramSweep, Progress, Reproduced, Reproduction, ResultsFolder, SavedRuns, Session, SessionEvent, SessionSettings,
    Sweep, TrainError, Work, reproduce,
};
pub use stored::Stored;
pub use stored_tables::changed_since;
