//! `etascape report`: draws everything again from the logs alone.

use std::path::Path;

use anyhow::bail;
use etascape_report::{
    Drawn, Error, KeptFindings, Lock, Manifest, Part, ProgramSweep, RunState, SoFar, Stored, Sweep, damage, draw_as,
    journal_damage, shards_in, write_tables,
};
use indicatif::HumanCount;

use crate::arguments::Charts;
use crate::json::{self, Shown};
use crate::machine::holder;
use crate::manifest::manifest_of;
use crate::output::{grouped, print, tell};
use crate::terminal::tell_journal;

/// Draws the charts and the page of a results folder, and prints the files, or the document of `--json`.
pub fn report(folder: &Path, charts: &Charts, is_json: bool) -> anyhow::Result<()> {
    if !shards_in(folder)?.is_empty() {
        let _lock = Lock::take(folder, &holder())?;
        if let Some(so_far) = SoFar::of(folder)? {
            return report_shards(folder, &so_far, charts, is_json);
        }
    }
    let manifest = manifest_of(folder)?;
    let Stored { mut subject, program } = Stored::read(folder)?;
    let is_complete = manifest.state == RunState::Complete;
    let lock = match (Lock::take(folder, &holder()), &program) {
        // Writing the tables from the journal is safe without the lock: tables are written atomically.
        (Err(Error::Held { .. }), Some(_)) if !is_complete => None,
        (lock, _) => Some(lock?),
    };
    let damages = if program.is_some() && !is_complete { Vec::new() } else { damage(folder, &manifest)? };
    if !damages.is_empty() {
        return Err(Error::Damaged(damages).into());
    }
    if !is_complete {
        tell("note: the sweep is not complete; this shows the runs that are logged");
    }
    match &program {
        Some(experiment) if is_complete => tell_journal(&journal_damage(folder, experiment, &manifest)?),
        Some(experiment) => {
            let damages = write_tables(folder, experiment)?;
            damages.iter().for_each(|damage| tell(&format!("warning: {damage}")));
            if !damages.is_empty() {
                tell("warning: this shows the runs in its intact lines; `etascape run` repeats the others");
            }
            // The tables say which objective was chosen, and these are new.
            let part = Part::stored(&manifest, experiment.plan.runs());
            subject = ProgramSweep { experiment, part, retry_failed: false }.subject(folder);
        }
        None => {}
    }
    subject.left_out.iter().for_each(|words| tell(&format!("note: {words}")));
    let drawn = draw_as(folder, &subject, &charts.options())?;
    // Without the lock, the manifest is another process's to write.
    if lock.is_some() {
        Manifest::keep_findings(folder, KeptFindings::of(&subject.name, &drawn.findings))?;
    }
    show(folder, &manifest, &drawn, is_json)
}

/// Draws what the shards of a sweep have saved so far.
fn report_shards(folder: &Path, so_far: &SoFar, charts: &Charts, is_json: bool) -> anyhow::Result<()> {
    if so_far.runs == 0 {
        bail!("{}: its shards have saved no run yet", folder.display());
    }
    let (runs, all) = (HumanCount(so_far.runs), grouped(so_far.manifest.runs, "run"));
    tell(&format!("note: the sweep is not complete; this shows the {runs} of {all} that its shards have saved"));
    let subject = so_far.subject()?;
    subject.left_out.iter().for_each(|words| tell(&format!("note: {words}")));
    let drawn = so_far.draw(&subject, &charts.options())?;
    show(folder, &so_far.manifest, &drawn, is_json)
}

/// Prints what was drawn.
fn show(folder: &Path, manifest: &Manifest, drawn: &Drawn, is_json: bool) -> anyhow::Result<()> {
    drawn.notes.iter().for_each(|note| tell(&format!("note: {note}")));
    if is_json {
        let (notes, files) = (&drawn.notes, &drawn.files);
        let shown = Shown { folder, manifest, findings: &drawn.findings, files, notes, error: None };
        return json::put("report", shown.fields());
    }
    drawn.files.iter().try_for_each(|file| print(&format!("{}\n", file.display())))
}
