//! The progress bar: runs done, their rate, the time left, and how many converged and diverged so far.

use std::error::Error;

use etascape_core::{RunRecord, Status};
use etascape_sweep::Observer;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
        let template = "{bar:32} {human_pos}/{human_len} runs  {per_sec}  {eta} left  {msg}";
        let style = ProgressStyle::with_template(template).expect("the template is fixed and right");
        bar.set_style(style.progress_chars("━╸ ").with_key(
            "per_sec",
            |state: &indicatif::ProgressState, w: &mut dyn std::fmt::Write| {
                let _ = write!(w, "{} runs/s", indicatif::HumanCount(state.per_sec() as u64));
            },
        ));
        Progress { bar, converged: 0, diverged: 0 }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn observe(&mut self, _first: u64, records: &[RunRecord]) -> Result<(), Box<dyn Error + Send + Sync>> {
        let count = |status| records.iter().filter(|record| record.status == status).count() as u64;
        self.converged += count(Status::Converged);
        self.diverged += count(Status::Diverged);
        self.bar.set_message(format!("{} converged, {} diverged", self.converged, self.diverged));
        self.bar.inc(records.len() as u64);
        Ok(())
    }
}
