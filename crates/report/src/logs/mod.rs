//! The tables and the manifest of a results folder: written while a sweep runs, read back by everything that draws.

mod cells;
mod columns;
mod curves;
mod damage;
mod file;
mod findings;
mod logger;
mod manifest;
mod resume;
mod rows;
mod runs;
mod session_times;
mod writer;

pub(crate) use cells::Cells;
#[cfg(test)]
pub(crate) use cells::OPENED;
pub use columns::Columns;
pub use curves::{CurvePick, read_curves};
pub(crate) use curves::{CurveReader, FirstSteps, Steps};
pub(crate) use damage::keep_copy;
pub use damage::{Kept, damage, repair};
pub(crate) use file::{
    DigestedFile, digest_file, digest_reader, remove_leftovers, sync_folder, temporary_folder_in, temporary_in,
};
pub use file::{FilePrefix, digest_bytes, write_atomically};
pub use findings::{KeptBest, KeptFindings, KeptObjective, KeptRange, KeptSetting};
pub use logger::{Logger, bytes_per_run};
pub use manifest::{
    Digests, FORMAT_VERSION, Host, Manifest, MergedFrom, RunState, SHARDS, Saved, SavedJournal, StoredObjective,
    StoredShard, ThreadTimes, Times,
};
pub use resume::IntactPrefix;
pub(crate) use rows::Lines;
pub use rows::Rows;
pub use runs::{read_columns, read_runs};
pub(crate) use runs::{read_planned, read_rows};
pub(crate) use session_times::SessionTimes;
pub use writer::LogWriter;
