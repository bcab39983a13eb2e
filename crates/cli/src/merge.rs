//! `etascape merge`: the shards of a sweep into the tables of the whole; then charts and findings, as after `run`.

use anyhow::bail;
use etascape_report::{KeptFindings, Manifest, SHARDS, Session, Stored, draw_as};
use etascape_text::counted;

use crate::arguments::Merge;
use crate::exit::Exit;
use crate::found::Found;
use crate::machine::holder;
use crate::output::tell;
use crate::shard::PRUNED_APART;

/// Merges the shards of a results folder, draws, and prints the findings.
pub fn merge(arguments: &Merge) -> anyhow::Result<Exit> {
    let folder = &arguments.results;
    if !folder.is_dir() {
        bail!("{} is no folder", folder.display());
    }
    let session = Session::open(folder, &holder())?;
    let merged = session.merge(env!("CARGO_PKG_VERSION"))?;
    let note = |text: &str| {
        if !arguments.quiet {
            tell(&format!("note: {text}"));
        }
    };
    let (shards, runs) = (counted(merged.shards, "shard"), counted(merged.runs, "run"));
    let not_needed = format!("{} is not needed any more", folder.join(SHARDS).display());
    note(&format!("{shards} with {runs} are merged; {not_needed}"));
    if merged.is_pruned_apart {
        note(PRUNED_APART);
    }
    let subject = Stored::read(folder)?.subject;
    subject.left_out.iter().for_each(|words| note(words));
    let drawn = draw_as(folder, &subject, &arguments.charts.options())?;
    Manifest::keep_findings(folder, KeptFindings::of(&subject.name, &drawn.findings))?;
    drawn.notes.iter().for_each(|text| note(text));
    Found { folder, drawn: &drawn, notices: &[], judged: Ok(()) }.print(arguments.quiet)
}
