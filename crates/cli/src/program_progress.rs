//! The progress of a program's sweep: runs finished, running and failed, the best so far, the time left.

use std::collections::BTreeSet;
use std::time::Duration;

use etascape_sweep::program::{Event, ProgramExperiment, Record};
use etascape_text::format_number;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress::runs_of;

/// Shows how far a sweep is: a bar on a terminal, nothing elsewhere.
pub struct ProgramProgress<'a> {
    experiment: &'a ProgramExperiment,
    bar: ProgressBar,
    running: BTreeSet<u64>,
    failed: BTreeSet<u64>,
    /// The best objective and its run.
    best: Option<(f64, u64)>,
}

impl<'a> ProgramProgress<'a> {
    /// Before anything is known of the runs; silent where `quiet`, or where stderr is no terminal.
    pub fn new(experiment: &'a ProgramExperiment, quiet: bool) -> ProgramProgress<'a> {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(experiment.plan.runs()), target);
        let template = "{bar:32} {human_pos}/{human_len} {runs}  {eta} left  {msg}";
        let style = ProgressStyle::with_template(template).expect("the template is fixed and right");
        bar.set_style(style.progress_chars("━╸ ").with_key("runs", runs_of));
        let (running, failed) = (BTreeSet::new(), BTreeSet::new());
        ProgramProgress { experiment, bar, running, failed, best: None }
    }

    /// Takes note of a run that has ended.
    pub fn seen(&mut self, record: &Record) {
        match record.is_failed() {
            true => self.failed.insert(record.run),
            false => self.failed.remove(&record.run),
        };
        let rules = &self.experiment.program.rules;
        let sign = if rules.maximise { -1.0 } else { 1.0 };
        let last = record.spread(&rules.objective).and_then(|spread| spread.last).filter(|value| value.is_finite());
        if let Some(value) = last.filter(|_| !record.is_failed())
            && self.best.is_none_or(|(best, _)| sign * value < sign * best)
        {
            self.best = Some((value, record.run));
        }
    }

    /// Starts where `done` runs have ended and some are left to do.
    pub fn begin(&mut self, done: u64, left: &[u64]) {
        let again = left.iter().filter(|run| self.failed.remove(run)).count() as u64;
        self.bar.set_position(done - again);
        self.bar.reset_eta();
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    /// Takes note of what happens.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Started(run) => {
                self.running.insert(*run);
            }
            Event::Finished(record) => {
                self.running.remove(&record.run);
                self.seen(record);
                self.bar.inc(1);
            }
        }
        let best = self.best.map_or(String::new(), |(best, run)| {
            format!(", best {} {} (run {run})", self.experiment.program.rules.objective, format_number(best))
        });
        self.bar.set_message(format!("{} running, {} failed{best}", self.running.len(), self.failed.len()));
    }

    /// Takes the bar away.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
