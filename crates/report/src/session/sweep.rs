//! The traits that the engine and programs implement, so that a session can drive them.

use std::iter;
use std::ops::Range;
use std::path::{Path, PathBuf};

use etascape_insight::subject::Subject;
use etascape_sweep::program::{Record, Understood};
use etascape_sweep::{CancellationToken, Delivery, Difference, ExecutionError, Outcome};

use super::progress::Progress;
use crate::error::{Damage, Error};
use crate::folder::{Mismatch, Provenance};
use crate::logs::{RunState, repair};
use crate::program::MendedJournal;

/// A sweep of the engine or of a program: what its results folder holds, and how that is written, compared and counted.
pub trait Sweep {
    /// What an executor delivers at once.
    type Batch;
    /// Where in the sweep a session starts.
    type Position;

    /// Its runs. Those of a shard have their numbers in the whole sweep.
    fn runs(&self) -> Range<u64>;

    /// Inspects a folder, and repairs damage where that is certain. `version` is etascape's.
    ///
    /// # Errors
    /// Where a file of etascape cannot be read, or is damaged beyond repair.
    fn inspect(&self, folder: &Path, version: &str, on_event: OnEvent<'_>)
    -> Result<EntryPoint<Self::Position>, Error>;

    /// Begins the results, or continues them.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    fn begin<'a>(
        &'a self,
        folder: &Path,
        position: Self::Position,
        provenance: Provenance,
        on_event: OnEvent<'_>,
    ) -> Result<Box<dyn ResultsFolder<Self::Batch> + 'a>, Error>;

    /// Opens the tables of a complete sweep to compare them with runs that are trained again: all, or a sample.
    ///
    /// # Errors
    /// Where a table cannot be read.
    fn reproduction<'a>(
        &'a self,
        folder: &Path,
        sample: Option<&[u64]>,
    ) -> Result<Box<dyn Reproduction<Self::Batch> + 'a>, Error>;

    /// Adds a batch to the progress.
    fn count(&self, batch: &Self::Batch, progress: &mut Progress);

    /// The first run of a program in a batch that did not fail, to say how its output was understood.
    fn first_run<'b>(&self, _: &'b Self::Batch) -> Option<FirstRun<'b>> {
        None
    }

    /// The subject of charts and findings of a folder with its tables.
    fn subject(&self, folder: &Path) -> Subject;
}

/// Trains the runs of a sweep.
pub trait Executor<B> {
    /// Trains the runs of `work`. Calls `take` on this thread with each batch, and regularly also without one. Once the
    /// token is cancelled it returns soon, and delivers nothing more.
    ///
    /// # Errors
    /// The first error of `take`, and any error of training.
    fn execute(
        &self,
        work: &Work,
        cancel: &CancellationToken,
        take: Take<'_, B>,
    ) -> Result<Outcome, ExecutionError<Error>>;
}

/// Takes what an executor delivers.
pub type Take<'a, B> = &'a mut dyn FnMut(Delivery<B>) -> Result<(), Error>;

/// The work of an executor.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The runs to train.
    pub runs: Vec<Range<u64>>,
    /// The folder in which a program's runs get their working directories.
    pub folder: PathBuf,
    /// The objectives of earlier runs at the rungs of successive halving.
    pub earlier: Vec<Vec<f64>>,
}

/// A results folder that is being written.
pub trait ResultsFolder<B> {
    /// The runs that are left to train.
    fn work(&self) -> Work;

    /// How far the sweep is.
    ///
    /// # Errors
    /// Where the logs cannot be read.
    fn progress(&self) -> Result<Progress, Error>;

    /// Logs a batch.
    ///
    /// # Errors
    /// Where the logs cannot be written.
    fn take(&mut self, batch: &B) -> Result<(), Error>;

    /// Bytes logged that are not yet certain to be on the disk.
    fn unsaved_bytes(&self) -> u64;

    /// Brings everything logged to the disk.
    ///
    /// # Errors
    /// Where a file cannot be written.
    fn save(&mut self) -> Result<(), Error>;

    /// Brings the tables to the disk and ends the session. Returns whether the sweep is complete.
    ///
    /// # Errors
    /// Where a file cannot be written.
    fn finish(&mut self, finished: String) -> Result<RunState, Error>;

    /// Ends the session after an error, and saves as much as possible.
    ///
    /// # Errors
    /// Where a file cannot be written.
    fn give_up(&mut self, finished: String) -> Result<(), Error>;

    /// The runs that are safely on the disk.
    fn safe(&self) -> SavedRuns;
}

/// Compares the tables of a complete sweep with runs that are trained again.
pub trait Reproduction<B> {
    /// The runs to train again.
    fn work(&self) -> Work;

    /// The progress before the first run.
    fn progress(&self) -> Progress;

    /// Takes a batch that was trained again. Returns whether a difference is known.
    ///
    /// # Errors
    /// Where a table cannot be read, or a temporary one cannot be written.
    fn take(&mut self, batch: &B) -> Result<bool, Error>;

    /// The first difference, if there is one, and the amount compared: bytes for the engine, rows for programs.
    ///
    /// # Errors
    /// As [`Reproduction::take`].
    fn verdict(&mut self) -> Result<(Option<Mismatch>, u64), Error>;
}

/// Where a session of a sweep starts in a folder.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryPoint<P> {
    /// The sweep is complete.
    Complete,
    /// The session starts here.
    At(P),
    /// The folder holds another experiment. The keys at which it differs, the folder's value first.
    Other(Vec<Difference>),
    /// The folder holds files with etascape's names, but no manifest. Their names.
    Foreign(Vec<String>),
}

/// How many runs of a sweep are safely on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedRuns {
    /// Runs that are safe.
    pub saved: u64,
    /// All runs of the sweep.
    pub runs: u64,
}

/// A run of a program, and how its output was understood.
#[derive(Debug)]
pub struct FirstRun<'a> {
    /// Its record.
    pub record: &'a Record,
    /// How its output was understood.
    pub understood: &'a Understood,
}

/// An event of a session, to be shown to people.
#[derive(Debug)]
pub enum SessionEvent<'a> {
    /// A table is damaged.
    Damaged(&'a Damage),
    /// A damaged table is kept under another name.
    Kept {
        /// The new name.
        at: &'a Path,
        /// Whether the table is repaired: only its line ends were wrong.
        restored: bool,
    },
    /// Damaged tables cannot be recovered with certainty: everything is trained again.
    StartsOver,
    /// The journal of a complete sweep is damaged. The tables do not need it.
    JournalDamaged(&'a [Damage]),
    /// The journal of a sweep was damaged. Its intact lines are used.
    JournalMended(&'a MendedJournal),
    /// Runs of an earlier session are kept.
    GoesOn {
        /// How many are kept.
        done: u64,
        /// How many are left to train.
        left: u64,
    },
    /// The first run of a program in this session that did not fail.
    FirstRun(&'a FirstRun<'a>),
    /// The progress of the sweep.
    Progress(&'a Progress),
}

/// Keeps damaged tables, and repairs what is certain. Returns whether all are repaired.
pub(super) fn mend(damages: &[Damage], on_event: OnEvent<'_>) -> Result<bool, Error> {
    let mut are_restored = true;
    for damage in damages {
        on_event(SessionEvent::Damaged(damage));
        let kept = repair(damage)?;
        if let Some(at) = &kept.at {
            on_event(SessionEvent::Kept { at, restored: kept.restored });
        }
        are_restored &= kept.restored;
    }
    Ok(are_restored)
}

/// The runs of a sample one by one, or all `runs` of a sweep.
pub(super) fn chosen(runs: Range<u64>, sample: Option<&[u64]>) -> Vec<Range<u64>> {
    sample.map_or_else(|| iter::once(runs).collect(), one_by_one)
}

/// A range for each run.
pub(super) fn one_by_one(runs: &[u64]) -> Vec<Range<u64>> {
    runs.iter().map(|&run| run..run + 1).collect()
}

/// A function that is called with each event.
pub type OnEvent<'a> = &'a mut dyn FnMut(SessionEvent<'_>);
