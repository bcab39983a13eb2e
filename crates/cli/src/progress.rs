//! The progress bar: runs done, their rate, the time left, and how many converged and diverged so far.

use std::fmt::Write;

use etascape_core::{RunRecord, Status};
use etascape_text::noun;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::output::grouped;

/// What the number of runs of a bar is a number of.
pub fn runs_of(state: &ProgressState, w: &mut dyn Write) {
    let _ = w.write_str(&noun(&state.len().unwrap_or(0), "run"));
}

/// Shows how far a sweep is, on a terminal.
pub struct Progress {
    bar: ProgressBar,
    converged: u64,
    diverged: u64,
}

impl Progress {
    /// A bar over `runs` runs of which `done` are there already; silent where `quiet`, or where stderr is no terminal.
    pub fn new(runs: u64, done: u64, quiet: bool) -> Progress {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(runs), target).with_position(done);
        bar.reset_eta();
        let template = "{bar:32} {human_pos}/{human_len} {runs}  {per_sec}  {eta} left  {msg}";
        let style = ProgressStyle::with_template(template).expect("the template is fixed and right");
        let per_sec = |state: &ProgressState, w: &mut dyn Write| {
            let _ = write!(w, "{}/s", grouped(state.per_sec() as u64, "run"));
        };
        bar.set_style(style.progress_chars("━╸ ").with_key("runs", runs_of).with_key("per_sec", per_sec));
        Progress { bar, converged: 0, diverged: 0 }
    }

    /// Goes on by the runs of a tally.
    pub fn add(&mut self, tally: &Tally) {
        self.converged += tally.converged;
        self.diverged += tally.diverged;
        self.bar.set_message(format!("{} converged, {} diverged", self.converged, self.diverged));
        self.bar.inc(tally.runs);
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// What the bar shows of some runs.
pub struct Tally {
    runs: u64,
    converged: u64,
    diverged: u64,
}

impl Tally {
    /// Counts how runs ended.
    pub fn of(records: &[RunRecord]) -> Tally {
        let count = |status| records.iter().filter(|record| record.status == status).count() as u64;
        let (converged, diverged) = (count(Status::Converged), count(Status::Diverged));
        Tally { runs: records.len() as u64, converged, diverged }
    }
}
