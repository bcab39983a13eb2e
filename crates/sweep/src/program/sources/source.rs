//! What every source of metrics can do.

use std::io;

use crate::program::meter::Rival;
use crate::program::objective::Rank;
use crate::program::record::Record;
use crate::program::understood::Understood;

/// Something that metrics are read from.
pub(super) trait Source {
    /// Its name, as people read it: `stdout`, or the path of a file.
    fn name(&self) -> String;

    /// Reads what is new. True where more may be ready. `rival`: the best objective in other sources.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    fn read(&mut self, rival: Option<Rival>) -> io::Result<bool>;

    /// Reads the rest, once the process has ended. `is_whole`: whether a last line without an end counts.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    fn finish(&mut self, rival: Option<Rival>, is_whole: bool) -> io::Result<()>;

    /// Reads it once more from the beginning, only rows of steps before `step`.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    fn read_before(&mut self, step: u64) -> io::Result<()>;

    /// The step at which a rule has ended the run.
    fn ended_at(&self) -> Option<u64>;

    /// The names of its metrics.
    fn names(&self) -> Vec<String>;

    /// How well its objective fits; `None` where it has none.
    fn rank(&self) -> Option<Rank>;

    /// What is wrong with it as a whole, in words.
    fn problem(&self) -> Option<String>;

    /// How it was understood.
    fn understood(&mut self) -> Understood;

    /// What it says of the run: records of its parts.
    fn records(self: Box<Self>, run: u64) -> Vec<Record>;
}
