//! Shows a session on stderr: warnings, notes and the progress bar.

use std::path::Path;

use etascape_report::{Damage, FirstRun, MendedJournal, Progress, SavedRuns, SessionEvent};
use etascape_text::{counted, spelt_out};

use crate::output::tell;
use crate::progress::{Bar, Trainer};
use crate::understood::understood;

/// Shows the events of a session, in words for the engine or for a program.
pub struct Terminal<'a> {
    trainer: Trainer<'a>,
    folder: &'a Path,
    quiet: bool,
    bar: Option<Bar<'a>>,
}

impl<'a> Terminal<'a> {
    /// For a session on a folder. If `quiet`, only warnings are shown.
    pub fn new(trainer: Trainer<'a>, folder: &'a Path, quiet: bool) -> Terminal<'a> {
        Terminal { trainer, folder, quiet, bar: None }
    }

    /// Shows a note.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            tell(&format!("note: {}", spelt_out(text)));
        }
    }

    /// Shows an event.
    pub fn tell(&mut self, event: SessionEvent<'_>) {
        match event {
            SessionEvent::Damaged(damage) => warn(damage),
            SessionEvent::Kept { at, restored } => {
                let is_said = restored && matches!(self.trainer, Trainer::Engine);
                let then = if is_said { "; its line ends are restored" } else { "" };
                tell(&format!("warning: the damaged file is kept as {}{then}", at.display()));
            }
            SessionEvent::StartsOver => {
                tell("warning: the damage cannot be repaired with certainty; all runs are trained again");
            }
            SessionEvent::JournalDamaged(damages) => tell_journal(damages),
            SessionEvent::JournalMended(mended) => tell_mended(mended),
            SessionEvent::FirstRun(first) => self.tell_first(first),
            SessionEvent::GoesOn { done, left } => self.note(&self.goes_on(done, left)),
            SessionEvent::Progress(progress) => self.show(progress),
        }
    }

    /// Shows what was understood of a program's first run, above the progress bar.
    fn tell_first(&self, first: &FirstRun<'_>) {
        let Trainer::Program(program) = self.trainer else { return };
        if !self.quiet {
            let text = understood(program, self.folder, first);
            let show = || tell(text.trim_end());
            self.bar.as_ref().map_or_else(show, |bar| bar.hide_for(show));
        }
    }

    fn show(&mut self, progress: &Progress) {
        match &self.bar {
            None => self.bar = Some(Bar::begin(self.trainer, progress, self.quiet)),
            Some(bar) => bar.go_on(progress),
        }
    }

    /// Removes the progress bar.
    pub fn clear(&mut self) {
        self.bar = None;
    }

    fn goes_on(&self, done: u64, left: u64) -> String {
        let folder = self.folder.display();
        match self.trainer {
            Trainer::Engine => format!("continuing after the {} that {folder} holds", counted(done, "run")),
            Trainer::Program(_) => format!("{folder} holds {}; {left} to run", counted(done, "finished run")),
        }
    }

    /// The message that the sweep is complete.
    pub fn is_complete(&self) -> String {
        let what = if matches!(self.trainer, Trainer::Engine) { "train" } else { "run" };
        format!("{} is complete already: nothing to {what}", self.folder.display())
    }

    /// The message after a session was stopped.
    pub fn stopped(&self, safe: SavedRuns) -> String {
        match self.trainer {
            Trainer::Engine => stopped_with(safe, self.folder),
            Trainer::Program(_) => {
                let folder = self.folder.display();
                format!("stopped: what has ended is saved in {folder}; the same command goes on")
            }
        }
    }

    /// The message beside an error on how many runs are safe; `None` where it is not needed.
    pub fn safe(&self, safe: SavedRuns) -> Option<String> {
        matches!(self.trainer, Trainer::Engine).then(|| stopped_with(safe, self.folder))
    }
}

fn stopped_with(SavedRuns { saved, runs }: SavedRuns, folder: &Path) -> String {
    let runs = counted(runs, "run");
    format!("stopped with {saved} of {runs} safe in {}; the same command goes on from there", folder.display())
}

fn warn(damage: &Damage) {
    tell(&format!("warning: {damage}"));
}

/// Shows the damages in the journal of a complete sweep.
pub fn tell_journal(damages: &[Damage]) {
    damages.iter().for_each(warn);
    if !damages.is_empty() {
        tell(
            "warning: the tables are intact and do not need it; `run --retry-failed` repeats the runs that it has lost",
        );
    }
}

/// Shows the damages in a journal that was repaired.
fn tell_mended(mended: &MendedJournal) {
    mended.damages.iter().for_each(warn);
    if let Some(kept) = &mended.kept {
        let then = "the runs in its intact lines are kept; the others are repeated";
        tell(&format!("warning: the damaged file is kept as {}; {then}", kept.display()));
    }
}
