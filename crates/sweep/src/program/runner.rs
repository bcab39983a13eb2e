//! What can do a run, and how.

use std::io;
use std::path::Path;

use super::guard::Guard;
use super::meter::Meter;
use super::record::Exit;
use crate::execution::CancellationToken;

/// How runs are executed.
pub struct Options<'a> {
    /// The results folder: every process gets a working directory in it.
    pub results: &'a Path,
    /// Runs at once.
    pub parallel: usize,
    /// Whether the first failure ends the sweep.
    pub fail_fast: bool,
    /// Once it is cancelled, no run is started any more; those that are going on are ended and not handed over.
    pub cancel: &'a CancellationToken,
    /// Who ends processes where we are killed.
    pub guard: &'a Guard,
}

/// How an attempt at a run ended.
pub(super) enum Ending {
    /// By itself or at a rule, perhaps in an error.
    Itself { exit: Option<Exit>, error: Option<String>, stderr: String },
    /// It took too long.
    Late(String),
    /// We are being stopped.
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

/// Whatever can do a run.
pub(super) trait Runner: Sync {
    /// Does a run once and measures it.
    ///
    /// # Errors
    /// Where the results folder does not take what it must: no run can go on then.
    fn attempt(&self, run: u64, meter: &mut Meter<'_>) -> io::Result<Ending>;
}
