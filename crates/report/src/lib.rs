//! Writes the records of a sweep to CSV logs, and makes findings, charts and a page from the logs alone.
//!
//! The data flow: [`TrainedRuns`](etascape_sweep::TrainedRuns) → [`LogWriter`] → `runs.csv`, `curves.csv` →
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
mod error;
mod export;
mod folder;
mod logs;
mod merge;
mod page;
mod pictures;
mod program;
mod scales;
mod session;
mod status;
#[cfg(test)]
mod testing;

pub use compare::{Compared, Comparison, compare};
pub use draw::{DrawOptions, Drawn, Format, draw, draw_as};
pub use error::{Damage, Error, Holder};
pub use export::{MOST_RUNS, export_folder, export_parquet, export_tensorboard};
pub use folder::{
    CONFIG, Cut, Listed, ListedState, Listing, Lock, Mismatch, Part, Provenance, Stored, Submitted, SubmittedArray,
    SubmittedJob, changed_since, list, shard_folder, shards_in, stored_experiment,
};
pub use logs::{
    Columns, CurvePick, Digests, FORMAT_VERSION, FilePrefix, Host, IntactPrefix, Kept, KeptBest, KeptFindings,
    KeptObjective, KeptRange, LogWriter, Logger, Manifest, MergedFrom, Rows, RunState, SHARDS, Saved, SavedJournal,
    StoredObjective, StoredShard, ThreadTimes, Times, bytes_per_run, damage, digest_bytes, read_columns, read_curves,
    read_runs, repair, write_atomically,
};
pub use merge::{MergeError, Merged, ShardFault, SoFar};
pub use program::{MendedJournal, differing_files, file_digests, journal_damage, write_tables};
pub use session::{
    BestSoFar, Ended, EngineBatch, EngineExecutor, EngineSweep, EntryPoint, Executor, FirstRun, ModelExecutor, OnEvent,
    ProgramExecutor, ProgramSweep, Progress, Reproduced, Reproduction, ResultsFolder, SavedRuns, Session, SessionEvent,
    SessionSettings, Sweep, TrainError, Work, reproduce,
};
pub use status::{Best, Here, PartStatus, SILENCE, Standing, State, Worker};
