//! `etascape reproduce`: trains again from the stored config, and compares with the stored tables.
//!
//! The engine must give the same bytes. A program need not give the same values; the output says whether it did, and
//! whether its files have changed.

use std::sync::Arc;

use anyhow::bail;
use etascape_report::{
    EngineExecutor, EngineSweep, Executor, Manifest, Mismatch, Part, ProgramExecutor, ProgramSweep, Reproduced,
    RunState, SessionEvent, Sweep, changed_since, differing_files, file_digests, journal_damage,
    reproduce as train_again, stored_experiment,
};
use etascape_sweep::program::ProgramExperiment;
use etascape_sweep::{AnyExperiment, Experiment};
use etascape_text::{counted, spelt_out};
use serde_json::Value;

use crate::arguments::Reproduce;
use crate::exit::Exit;
use crate::guard;
use crate::json;
use crate::machine::{execution, parallel, surroundings};
use crate::manifest::manifest_of;
use crate::output::{grouped, print};
use crate::progress::Trainer;
use crate::terminal::{Terminal, tell_journal};

/// Trains again, and prints whether the results are the same.
pub fn reproduce(arguments: &Reproduce) -> anyhow::Result<Exit> {
    let folder = &arguments.results;
    let manifest = manifest_of(folder)?;
    if manifest.state != RunState::Complete {
        bail!("{} is not complete: `etascape run` goes on with it", folder.display());
    }
    match stored_experiment(folder)? {
        AnyExperiment::Engine(experiment) => by_engine(&experiment.into(), &manifest, arguments),
        AnyExperiment::Program(experiment) => by_program(&experiment, &manifest, arguments),
    }
}

fn by_engine(experiment: &Arc<Experiment>, manifest: &Manifest, arguments: &Reproduce) -> anyhow::Result<Exit> {
    let folder = &arguments.results;
    let executor = EngineExecutor { experiment: experiment.clone(), execution: execution(arguments.threads)? };
    let part = Part::stored(manifest, experiment.plan.runs());
    let runs = part.count();
    let sweep = EngineSweep { experiment: experiment.clone(), part };
    let reproduced = again(&sweep, &executor, Trainer::Engine, arguments)?;
    let commit = option_env!("ETASCAPE_GIT_COMMIT");
    let changed = match &reproduced.mismatch {
        Some(_) => changed_since(folder, experiment, env!("CARGO_PKG_VERSION"), commit)?,
        None => Vec::new(),
    };
    if arguments.json.json {
        return put(json::of_reproduced(folder, runs, "bytes", &reproduced, &changed, &[]), &reproduced);
    }
    let Some(mismatch) = &reproduced.mismatch else {
        let (part, runs) = (share(&reproduced), counted(runs, "run"));
        print(&format!("reproduced: {part}{runs}, {}, identical\n", size(reproduced.compared)))?;
        return Ok(Exit::Done);
    };
    let run = mismatch.run.as_ref().map_or_else(String::new, |run| format!("run {run}, "));
    let (stored, trained) = values(mismatch);
    let (path, column) = (mismatch.path.display(), &mismatch.column);
    let mut text = format!("differs: {path}, {run}column {column}: {stored} stored, {trained} trained again\n");
    text += if changed.is_empty() { "nothing that is recorded has changed since\n" } else { "changed since:\n" };
    changed.iter().for_each(|line| text += &format!("  {line}\n"));
    print(&text)?;
    Ok(Exit::Differs)
}

fn by_program(experiment: &ProgramExperiment, manifest: &Manifest, arguments: &Reproduce) -> anyhow::Result<Exit> {
    tell_journal(&journal_damage(&arguments.results, experiment, manifest)?);
    let files = program_files(experiment, manifest)?;
    if !arguments.json.json {
        print(&files)?;
    }
    let surroundings = &surroundings();
    if let Some(why) = experiment.refusal(surroundings) {
        bail!(why);
    }
    let parallel = parallel(&experiment.program, arguments.threads);
    let executor = ProgramExecutor { experiment, surroundings, parallel, fail_fast: false, guard: &guard::start };
    let part = Part::stored(manifest, experiment.plan.runs());
    let runs = part.count();
    let sweep = ProgramSweep { experiment, part, retry_failed: false };
    let reproduced = again(&sweep, &executor, Trainer::Program(&experiment.program), arguments)?;
    if arguments.json.json {
        let files = files.lines().map(str::to_owned).collect::<Vec<String>>();
        return put(json::of_reproduced(&arguments.results, runs, "rows", &reproduced, &[], &files), &reproduced);
    }
    let Some(mismatch) = &reproduced.mismatch else {
        let (runs, rows) = (grouped(runs, "run"), grouped(reproduced.compared, "row"));
        print(&format!("reproduced: {}{runs}, {rows}, the same values\n", share(&reproduced)))?;
        return Ok(Exit::Done);
    };
    let (run, (stored, now)) = (mismatch.run.as_deref().unwrap_or("none"), values(mismatch));
    let (path, column) = (mismatch.path.display(), &mismatch.column);
    print(&format!("differs: {path}, run {run}, column {column}: {stored} stored, {now} now\n"))?;
    Ok(Exit::Differs)
}

/// Prints the document of `--json`.
fn put(fields: Value, reproduced: &Reproduced) -> anyhow::Result<Exit> {
    json::put("reproduce", fields)?;
    Ok(if reproduced.mismatch.is_none() { Exit::Done } else { Exit::Differs })
}

/// Trains again, with a progress bar.
fn again<S: Sweep>(
    sweep: &S,
    executor: &impl Executor<S::Batch>,
    trainer: Trainer<'_>,
    arguments: &Reproduce,
) -> anyhow::Result<Reproduced> {
    let mut terminal = Terminal::new(trainer, &arguments.results, false);
    let watch = &mut |event: SessionEvent<'_>| terminal.tell(event);
    Ok(train_again(sweep, executor, &arguments.results, arguments.sample, watch)?)
}

/// How many of all runs were trained again; empty where it was all of them.
fn share(reproduced: &Reproduced) -> String {
    reproduced.sample.map_or(String::new(), |runs| format!("{runs} of "))
}

/// The stored and the trained value, in words.
fn values(mismatch: &Mismatch) -> (String, String) {
    let value = |value: &Option<String>| match value.as_deref() {
        None => "nothing".to_string(),
        Some("") => "an empty cell".to_string(),
        Some(text) => spelt_out(text).into_owned(),
    };
    (value(&mismatch.stored), value(&mismatch.trained))
}

/// Whether the program's files have changed, in words.
fn program_files(experiment: &ProgramExperiment, manifest: &Manifest) -> anyhow::Result<String> {
    if experiment.program.files.is_empty() {
        return Ok("program: not known to be the same, for it has no program.files\n".into());
    }
    let differing = differing_files(&manifest.digests.files, &file_digests(experiment)?);
    let digest = |digest: &Option<String>| digest.clone().unwrap_or_else(|| "nothing".into());
    let lines = differing
        .iter()
        .map(|d| format!("program: {} has changed: {} then, {} now\n", d.key, digest(&d.first), digest(&d.second)));
    let text: String = lines.collect();
    let same = format!("program: {} is what it was\n", experiment.program.files.join(", "));
    Ok(if text.is_empty() { same } else { text })
}

fn size(bytes: u64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let unit = UNITS.iter().find(|(unit, _)| bytes as f64 >= *unit);
    unit.map_or(counted(bytes, "byte"), |(unit, name)| format!("{:.1} {name}", bytes as f64 / unit))
}
