//! What the engine and programs must be able to do, so that a session can bring them to their end.

use std::ops::Range;
use std::path::{Path, PathBuf};

use etascape_insight::subject::Subject;
use etascape_sweep::{CancellationToken, Delivery, Difference, ExecutionError, Outcome};

use super::progress::Progress;
use crate::error::{Damage, Error};
use crate::folder::{Mismatch, Provenance};
use crate::logs::RunState;
use crate::program::MendedJournal;

/// A sweep, whoever trains it: what its results folder holds, and how that is written, compared and counted.
pub trait Sweep {
    /// What an executor hands over at once.
    type Batch;
    /// Where in the sweep a session starts.
    type Position;

    /// The number of its runs.
    fn runs(&self) -> u64;

    /// Looks at what a folder holds, and puts right what is damaged and can be put right. `version` is etascape's.
    ///
    /// # Errors
    /// Where a file of ours cannot be read, or is damaged beyond repair.
    fn look(&self, folder: &Path, version: &str, watch: Watch<'_>) -> Result<EntryPoint<Self::Position>, Error>;

    /// Begins the results, or goes on with them.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    fn begin<'a>(
        &'a self,
        folder: &Path,
        position: Self::Position,
        provenance: Provenance,
        watch: Watch<'_>,
    ) -> Result<Box<dyn ResultsFolder<Self::Batch> + 'a>, Error>;

    /// Opens the tables of a complete sweep, to be compared with those of the same runs trained again: all, or a sample.
    ///
    /// # Errors
    /// Where a table cannot be read.
    fn reproduction<'a>(
        &'a self,
        folder: &Path,
        sample: Option<&[u64]>,
    ) -> Result<Box<dyn Reproduction<Self::Batch> + 'a>, Error>;

    /// Adds a batch to what is known of the sweep.
    fn count(&self, batch: &Self::Batch, progress: &mut Progress);

    /// What charts and findings are about.
    fn subject(&self) -> Subject;
}

/// Who trains: the one thing in which sessions differ while they go on.
pub trait Executor<B> {
    /// Trains what is left to do. Batches are handed to `take` on this thread, as they come, and idle moments too. Once the
    /// token is cancelled it returns soon, and hands over nothing more.
    ///
    /// # Errors
    /// The first error of `take`, and whatever makes it impossible to go on.
    fn execute(
        &self,
        work: &Work,
        cancel: &CancellationToken,
        take: Take<'_, B>,
    ) -> Result<Outcome, ExecutionError<Error>>;
}

/// Takes what an executor hands over.
pub type Take<'a, B> = &'a mut dyn FnMut(Delivery<B>) -> Result<(), Error>;

/// What an executor is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The runs that are left.
    pub runs: Vec<Range<u64>>,
    /// The folder in which the runs of a program get theirs.
    pub folder: PathBuf,
    /// What runs that ended before had at their rungs of successive halving.
    pub earlier: Vec<Vec<f64>>,
}

/// A results folder that is being written.
pub trait ResultsFolder<B> {
    /// What is left to do.
    fn work(&self) -> Work;

    /// How far the sweep is.
    ///
    /// # Errors
    /// Where what is logged cannot be read.
    fn progress(&self) -> Result<Progress, Error>;

    /// Logs a batch.
    ///
    /// # Errors
    /// Where the logs do not grow.
    fn take(&mut self, batch: &B) -> Result<(), Error>;

    /// Bytes logged that are not yet certain to be on the disk.
    fn unsaved_bytes(&self) -> u64;

    /// Brings everything logged to the disk.
    ///
    /// # Errors
    /// Where a file cannot be written.
    fn save(&mut self) -> Result<(), Error>;

    /// Brings the tables to the disk and ends the session. Whether the sweep is complete with it.
    ///
    /// # Errors
    /// Where a file cannot be written.
    fn finish(&mut self, finished: String) -> Result<RunState, Error>;

    /// Leaves as much as possible in order after an error.
    ///
    /// # Errors
    /// Where a file cannot be written.
    fn give_up(&mut self, finished: String) -> Result<(), Error>;

    /// What is on the disk, whatever happens.
    fn safe(&self) -> Safe;
}

/// Tables of a complete sweep that are compared with those of runs trained again.
pub trait Reproduction<B> {
    /// What is to be trained again.
    fn work(&self) -> Work;

    /// How far it is before it begins.
    fn progress(&self) -> Progress;

    /// Takes a batch that was trained again. Whether a difference is known by now.
    ///
    /// # Errors
    /// Where a table cannot be read, or one to compare with not be written.
    fn take(&mut self, batch: &B) -> Result<bool, Error>;

    /// The first difference, if there is one, and how much was compared: bytes for the engine, rows for programs.
    ///
    /// # Errors
    /// As [`Reproduction::take`].
    fn verdict(&mut self) -> Result<(Option<Mismatch>, u64), Error>;
}

/// Where a session of a sweep starts in a folder.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryPoint<P> {
    /// Nowhere: everything is there.
    Complete,
    /// Here.
    At(P),
    /// Not there: the folder holds another experiment. The keys at which it differs, the folder's value first.
    Other(Vec<Difference>),
    /// Not there: the folder holds files with our names, but no manifest. What they are.
    Foreign(Vec<String>),
}

/// How many runs of a sweep are on the disk, whatever happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Safe {
    /// Runs that are safe.
    pub saved: u64,
    /// Runs that there are.
    pub runs: u64,
}

/// What happens in a session, for people to be told.
#[derive(Debug)]
pub enum SessionEvent<'a> {
    /// A table is not as it was written.
    Damaged(&'a Damage),
    /// A damaged table is kept under another name.
    Kept {
        /// That name.
        at: &'a Path,
        /// Whether the table itself is whole again: only its line ends were wrong.
        restored: bool,
    },
    /// Damaged tables cannot be recovered with certainty: everything is trained again.
    StartsOver,
    /// The journal of a complete sweep is not as it was written. Its tables do not need it.
    JournalDamaged(&'a [Damage]),
    /// The journal of a sweep was not as it had been written. What is certain of it stands.
    JournalMended(&'a MendedJournal),
    /// Runs of an earlier session stand.
    GoesOn {
        /// How many they are.
        done: u64,
        /// How many are left to do.
        left: u64,
    },
    /// The sweep is so far now.
    Progress(&'a Progress),
}

/// Is told what happens.
pub type Watch<'a> = &'a mut dyn FnMut(SessionEvent<'_>);
