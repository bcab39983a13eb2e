//! What people are told of a session: warnings, notes and the progress bar, all on stderr.

use std::path::Path;

use etascape_report::{Damage, MendedJournal, Progress, Safe, SessionEvent};
use etascape_text::{counted, spelt_out};

use crate::output::tell;
use crate::progress::{Bar, Trainer};

/// Tells people what happens in a session, in words that depend on who trains.
pub struct Terminal<'a> {
    trainer: Trainer,
    folder: &'a Path,
    quiet: bool,
    bar: Option<Bar>,
}

impl<'a> Terminal<'a> {
    /// For a session on a folder. Where `quiet`, only warnings are told.
    pub fn new(trainer: Trainer, folder: &'a Path, quiet: bool) -> Terminal<'a> {
        Terminal { trainer, folder, quiet, bar: None }
    }

    /// Tells what is worth knowing and no reason to worry.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            tell(&format!("note: {}", spelt_out(text)));
        }
    }

    /// Tells what happens.
    pub fn tell(&mut self, event: SessionEvent<'_>) {
        match event {
            SessionEvent::Damaged(damage) => warn(damage),
            SessionEvent::Kept { at, restored } => {
                let is_said = restored && matches!(self.trainer, Trainer::Engine);
                let then = if is_said { "; its line ends are put right" } else { "" };
                tell(&format!("warning: the damaged file is kept as {}{then}", at.display()));
            }
            SessionEvent::StartsOver => {
                tell("warning: what cannot be recovered with certainty is trained again, from the first run");
            }
            SessionEvent::JournalDamaged(damages) => tell_journal(damages),
            SessionEvent::JournalMended(mended) => tell_mended(mended),
            SessionEvent::GoesOn { done, left } => self.note(&self.goes_on(done, left)),
            SessionEvent::Progress(progress) => self.show(progress),
        }
    }

    fn show(&mut self, progress: &Progress) {
        match &self.bar {
            None => self.bar = Some(Bar::begin(self.trainer.clone(), progress, self.quiet)),
            Some(bar) => bar.go_on(progress),
        }
    }

    /// Takes the progress bar away.
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

    /// That there is nothing left to do.
    pub fn is_complete(&self) -> String {
        let what = if matches!(self.trainer, Trainer::Engine) { "train" } else { "run" };
        format!("{} is complete already: nothing to {what}", self.folder.display())
    }

    /// What a session that was stopped leaves.
    pub fn stopped(&self, safe: Safe) -> String {
        match self.trainer {
            Trainer::Engine => stopped_with(safe, self.folder),
            Trainer::Program(_) => {
                let folder = self.folder.display();
                format!("stopped: what has ended is saved in {folder}; the same command goes on")
            }
        }
    }

    /// What an error leaves of a session, where that is to be said beside the error.
    pub fn safe(&self, safe: Safe) -> Option<String> {
        matches!(self.trainer, Trainer::Engine).then(|| stopped_with(safe, self.folder))
    }
}

fn stopped_with(Safe { saved, runs }: Safe, folder: &Path) -> String {
    let runs = counted(runs, "run");
    format!("stopped with {saved} of {runs} safe in {}; the same command goes on from there", folder.display())
}

fn warn(damage: &Damage) {
    tell(&format!("warning: {damage}"));
}

/// Tells what is wrong with the journal of a complete sweep.
pub fn tell_journal(damages: &[Damage]) {
    damages.iter().for_each(warn);
    if !damages.is_empty() {
        tell("warning: the tables are whole and do not need it; `run --retry-failed` runs again what it has lost");
    }
}

/// Tells what of a journal was not as it had been written.
fn tell_mended(mended: &MendedJournal) {
    mended.damages.iter().for_each(warn);
    if let Some(kept) = &mended.kept {
        let then = "what its other lines say stands; the rest is run again";
        tell(&format!("warning: the damaged file is kept as {}; {then}", kept.display()));
    }
}
