//! The trait of what executes runs, and its options.

use std::io;
use std::path::Path;

use super::guard::Guard;
use crate::execution::CancellationToken;
use crate::program::meter::MeterSetup;
use crate::program::record::{ProcessExit, Record};
use crate::program::understood::Understood;

/// How runs are executed.
pub struct Options<'a> {
    /// The results folder: every process gets a working directory in it.
    pub results: &'a Path,
    /// Runs at once.
    pub parallel: usize,
    /// Whether the first failed run ends the sweep.
    pub fail_fast: bool,
    /// Once cancelled, no run is started; running ones are ended and not delivered.
    pub cancel: &'a CancellationToken,
    /// Ends the processes where etascape is killed.
    pub guard: &'a Guard,
}

/// An attempt at a run.
pub(super) struct Attempt {
    pub ending: Ending,
    /// Its record, as if its program ended without an error.
    pub record: Record,
    pub understood: Understood,
}

/// How an attempt at a run ended.
pub(super) enum Ending {
    /// The run ended by itself or by a rule, perhaps with an error.
    Itself { exit: Option<ProcessExit>, error: Option<String>, stderr: String },
    /// It took too long.
    Late(String),
    /// The sweep is being stopped.
    Stopped,
}

impl Ending {
    pub fn failed(error: String) -> Ending {
        Ending::Itself { exit: None, error: Some(error), stderr: String::new() }
    }
}

impl Options<'_> {
    pub(super) fn is_stopped(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

/// Executes runs.
pub(super) trait Runner: Sync {
    /// Does a run once.
    ///
    /// # Errors
    /// Where a file in the results folder cannot be written. No run can go on then.
    fn attempt(&self, run: u64, setup: MeterSetup<'_>) -> io::Result<Attempt>;
}
