//! Brings what is logged to the disk every few seconds, and ends the process where that is asked for.

use std::path::PathBuf;
use std::process;
use std::time::{Duration, Instant};

use anyhow::Context;
use etascape_report::{Lock, Results, Rows, ThreadTimes};
use etascape_sweep::{Failure, Spent};
use etascape_text::counted;

use crate::machine::now;
use crate::output::tell;
use crate::progress::{Progress, Tally};
use crate::signals::{STOPPED, Signals};

/// Bytes after which everything is brought to the disk without waiting longer, so that it never takes long.
const MOST_UNSAVED: u64 = 64 << 20;

/// Logs, shows and saves what was trained.
pub struct Keeper<'a> {
    pub lock: &'a Lock,
    pub results: Results,
    pub progress: Progress,
    pub signals: Signals,
    pub folder: PathBuf,
    pub saved: Instant,
    /// Between two times that everything logged is brought to the disk.
    pub pause: Duration,
}

impl Keeper<'_> {
    /// Takes the lines of the runs that come next, if there are any by now, and what the threads have spent.
    pub fn take(&mut self, delivered: Option<(Rows<'_>, Tally)>, spent: Spent) -> Result<(), Failure> {
        self.results.spend(threads(spent));
        if let Some((rows, tally)) = delivered {
            self.results.append(&rows)?;
            self.progress.add(&tally);
        }
        self.keep()
    }

    fn keep(&mut self) -> Result<(), Failure> {
        if self.signals.is_asked() {
            self.stop()?;
        }
        if self.saved.elapsed() >= self.pause || self.results.unsaved_bytes() >= MOST_UNSAVED {
            self.results.save()?;
            self.saved = Instant::now();
        }
        Ok(())
    }

    /// Saves and ends the process, whatever the threads that train are at.
    fn stop(&mut self) -> Result<(), Failure> {
        self.results.interrupt(now())?;
        self.progress.clear();
        tell(&self.safe());
        self.lock.tidy();
        process::exit(STOPPED.into())
    }

    /// Brings the tables to the disk and says that they are complete.
    pub fn complete(mut self, spent: Spent) -> anyhow::Result<()> {
        let safe = self.safe();
        self.results.spend(threads(spent));
        let done = self.results.complete(now());
        self.signals.must_finish(false);
        done.context(safe)
    }

    /// What an end before the end leaves.
    pub fn safe(&self) -> String {
        let (saved, runs) = (self.results.saved_runs(), self.results.runs());
        let folder = self.folder.display();
        let runs = counted(runs, "run");
        format!("stopped with {saved} of {runs} safe in {folder}; the same command goes on from there")
    }
}

fn threads(spent: Spent) -> ThreadTimes {
    ThreadTimes {
        training: spent.training.as_secs_f64(),
        formatting: spent.preparing.as_secs_f64(),
        waiting: spent.waiting.as_secs_f64(),
    }
}
