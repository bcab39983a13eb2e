//! What every source of metrics can do.

use std::io;

use crate::program::record::Record;

/// Something that metrics are read from.
pub(super) trait Source {
    /// Its name, as people read it: `stdout`, or the path of a file.
    fn name(&self) -> String;

    /// Reads what is new. True where more may be ready. `is_judged`: whether the stop rules look at it.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    fn read(&mut self, is_judged: bool) -> io::Result<bool>;

    /// Reads the rest, once the process has ended. `is_whole`: whether a last line without an end counts.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    fn finish(&mut self, is_judged: bool, is_whole: bool) -> io::Result<()>;

    /// Reads it once more from the beginning, only rows of steps before `step`.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    fn read_before(&mut self, step: u64) -> io::Result<()>;

    /// The step at which a rule has ended the run.
    fn ended_at(&self) -> Option<u64>;

    /// Whether it has given the objective.
    fn has_objective(&self) -> bool;

    /// Whether it has given any metric.
    fn has_metrics(&self) -> bool;

    /// What is wrong with it as a whole, in words.
    fn problem(&self) -> Option<String>;

    /// What it says of the run: records of its parts.
    fn records(self: Box<Self>, run: u64) -> Vec<Record>;
}
