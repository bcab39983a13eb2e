//! `etascape reproduce` for a training program: run again in a temporary folder, and what it logs held against what it
//! had logged. Whether it gives the same values is the program's affair; we say whether it did, and whether its files
//! are still those that ran.

use std::path::Path;

use anyhow::Context;
use etascape_report::{Manifest, ProgramResults, differing_files, file_digests, first_difference};
use etascape_sweep::program::{Event, Options, ProgramExperiment, Record, execute_program};
use etascape_text::spelt_out;

use crate::arguments::Reproduce;
use crate::machine::{now, processors};
use crate::output::{grouped, print};
use crate::program::{guard, provenance, tell_journal};
use crate::program_progress::ProgramProgress;
use crate::reproduce::{Differs, sample};

/// Runs the program again and says whether it logs the same.
pub fn reproduce(experiment: &ProgramExperiment, manifest: &Manifest, arguments: &Reproduce) -> anyhow::Result<()> {
    tell_journal(experiment, &arguments.results, manifest)?;
    print(&files(experiment, manifest)?)?;
    let runs = experiment.plan.runs();
    let chosen = arguments.sample.and_then(|count| sample(runs, count));
    let again = tempfile::tempdir().context("cannot create a temporary folder")?;
    run_again(experiment, again.path(), &chosen.clone().unwrap_or_else(|| (0..runs).collect()), arguments)?;
    let (found, rows) = first_difference(&arguments.results, again.path(), chosen.as_deref())?;
    let Some(mismatch) = found else {
        let part = chosen.map_or(String::new(), |chosen| format!("{} of ", chosen.len()));
        return print(&format!(
            "reproduced: {part}{}, {}, the same values\n",
            grouped(runs, "run"),
            grouped(rows, "row")
        ));
    };
    let value = |value: &Option<String>| match value.as_deref() {
        None => "nothing".to_string(),
        Some("") => "an empty cell".to_string(),
        Some(text) => spelt_out(text).into_owned(),
    };
    print(&format!(
        "differs: {}, run {}, column {}: {} stored, {} now\n",
        mismatch.path.display(),
        mismatch.run.as_deref().unwrap_or("none"),
        mismatch.column,
        value(&mismatch.stored),
        value(&mismatch.trained)
    ))?;
    Err(Differs.into())
}

/// What can be said of the program itself.
fn files(experiment: &ProgramExperiment, manifest: &Manifest) -> anyhow::Result<String> {
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

fn run_again(experiment: &ProgramExperiment, folder: &Path, runs: &[u64], arguments: &Reproduce) -> anyhow::Result<()> {
    let parallel = arguments.threads.map(usize::from).or(experiment.program.parallel).unwrap_or_else(processors);
    let provenance = provenance(Path::new(""), parallel);
    let mut results = ProgramResults::begin(folder, experiment, provenance)?;
    let mut progress = ProgramProgress::new(experiment, false);
    progress.begin(experiment.plan.runs() - runs.len() as u64, runs);
    let guard = guard().context("cannot start the process that guards the others")?;
    let options = Options { results: folder, parallel, fail_fast: false, stop: &|| false, guard: &guard };
    let executed = execute_program(experiment, runs, &[], &options, &mut |events| {
        let finished = events.iter().filter_map(|event| match event {
            Event::Finished(record) => Some(&**record),
            Event::Started(_) => None,
        });
        results.append(&finished.collect::<Vec<&Record>>())?;
        events.iter().for_each(|event| progress.take(event));
        Ok(())
    });
    progress.finish();
    executed.map_err(anyhow::Error::from_boxed)?;
    results.finish(now())?;
    Ok(())
}
