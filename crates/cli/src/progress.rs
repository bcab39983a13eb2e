//! The progress bar: runs done, the time left, and how they ended so far.

use std::fmt::Write;
use std::time::Duration;

use etascape_report::{BestSoFar, Progress};
use etascape_sweep::program::Program;
use etascape_text::{format_number, noun};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::output::grouped;

/// The engine or a program: it decides what the bar shows.
#[derive(Debug, Clone, Copy)]
pub enum Trainer<'a> {
    /// The engine. Shows runs per second, and how many converged and diverged.
    Engine,
    /// A program. Shows running and failed runs, and the best value of the objective so far.
    Program(&'a Program),
}

/// Shows how far a sweep is: a bar on a terminal, nothing elsewhere.
pub struct Bar<'a> {
    bar: ProgressBar,
    trainer: Trainer<'a>,
}

impl<'a> Bar<'a> {
    /// Begins with the progress so far. Shows nothing if `quiet`, or if stderr is not a terminal.
    pub fn begin(trainer: Trainer<'a>, progress: &Progress, quiet: bool) -> Bar<'a> {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(progress.runs), target).with_position(progress.done);
        bar.reset_eta();
        let rate = if matches!(trainer, Trainer::Engine) { "  {per_sec}" } else { "" };
        let template = format!("{{bar:32}} {{human_pos}}/{{human_len}} {{runs}}{rate}  {{eta}} left  {{msg}}");
        let style = ProgressStyle::with_template(&template).expect("the template is fixed and right");
        bar.set_style(style.progress_chars("━╸ ").with_key("runs", runs).with_key("per_sec", runs_per_second));
        if let Trainer::Program(_) = trainer {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Bar { bar, trainer }
    }

    /// Hides the bar while something else is shown.
    pub fn hide_for(&self, show: impl FnOnce()) {
        self.bar.suspend(show);
    }

    /// Moves the bar to the current progress.
    pub fn go_on(&self, progress: &Progress) {
        self.bar.set_message(message(self.trainer, progress));
        self.bar.set_position(progress.done);
    }
}

impl Drop for Bar<'_> {
    /// Removes the bar.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn message(trainer: Trainer<'_>, progress: &Progress) -> String {
    match trainer {
        Trainer::Engine => format!("{} converged, {} diverged", progress.converged, progress.diverged),
        Trainer::Program(_) => {
            let best = progress.best.as_ref().map_or_else(String::new, |BestSoFar { objective, value, run }| {
                format!(", best {objective} {} (run {run})", format_number(*value))
            });
            format!("{} running, {} failed{best}", progress.running, progress.failed)
        }
    }
}

/// The word after the number of runs: `run` or `runs`.
fn runs(state: &ProgressState, w: &mut dyn Write) {
    let _ = w.write_str(&noun(&state.len().unwrap_or(0), "run"));
}

fn runs_per_second(state: &ProgressState, w: &mut dyn Write) {
    let _ = write!(w, "{}/s", grouped(state.per_sec() as u64, "run"));
}
