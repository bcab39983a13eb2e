//! `etascape reproduce`: trained again from the stored config and data, in memory, and held against the
//! results byte for byte.

use std::fmt;
use std::path::Path;

use anyhow::{Context, bail};
use etascape_report::reproduce::{Comparison, Mismatch, changed_since};
use etascape_report::{Logger, Manifest, RunState, stored_experiment};
use etascape_sweep::{Experiment, Study, execute};
use etascape_text::{counted, spelt_out};

use crate::arguments::Reproduce;
use crate::machine::execution;
use crate::output::print;
use crate::program_reproduce;
use crate::progress::{Progress, Tally};

/// The results are not what is trained now; said already.
#[derive(Debug)]
pub struct Differs;

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the results differ")
    }
}

impl std::error::Error for Differs {}

/// Trains again and says whether the bytes are the same.
pub fn reproduce(arguments: &Reproduce) -> anyhow::Result<()> {
    let folder = &arguments.results;
    let manifest =
        Manifest::read(folder).with_context(|| format!("{} is not a results folder of etascape", folder.display()))?;
    if manifest.state != RunState::Complete {
        bail!("{} is not complete: `etascape run` goes on with it", folder.display());
    }
    let experiment = match stored_experiment(folder)? {
        Study::Program(experiment) => return program_reproduce::reproduce(&experiment, &manifest, arguments),
        Study::Engine(experiment) => experiment,
    };
    let chosen = arguments.sample.and_then(|count| sample(experiment.plan.runs(), count));
    let mut comparison = Comparison::open(folder, &experiment)?;
    let found = match comparison.heads()? {
        None => train(&mut comparison, &experiment, chosen.as_deref(), arguments)?,
        found => found,
    };
    match found {
        None => print(&identical(chosen.map(|runs| runs.len() as u64), experiment.plan.runs(), comparison.bytes())),
        Some(mismatch) => {
            print(&different(folder, &experiment, &mismatch)?)?;
            Err(Differs.into())
        }
    }
}

/// So many runs spread evenly, the first and the last among them; `None` where that is all of them.
pub fn sample(runs: u64, count: u64) -> Option<Vec<u64>> {
    let place = |i: u64| (u128::from(i) * u128::from(runs - 1) / u128::from((count - 1).max(1))) as u64;
    (count < runs).then(|| (0..count).map(place).collect())
}

/// Trains again, compares, and ends at the first difference.
fn train(
    comparison: &mut Comparison,
    experiment: &Experiment,
    chosen: Option<&[u64]>,
    arguments: &Reproduce,
) -> anyhow::Result<Option<Mismatch>> {
    let execution = execution(arguments.threads)?;
    let (plan, logger) = (&experiment.plan, Logger::new(experiment));
    let mut progress = Progress::new(chosen.map_or(plan.runs(), |runs| runs.len() as u64), 0, false);
    let parts = match chosen {
        Some(runs) => runs.iter().map(|&run| run..run + 1).collect::<Vec<_>>(),
        None => std::iter::once(0..plan.runs()).collect(),
    };
    let mut found = None;
    for part in parts {
        let run = part.start;
        let trained = execute(
            plan,
            part,
            execution,
            |runs, records| Ok((logger.rows(runs, &records)?, Tally::of(&records))),
            |delivered, _| {
                let Some((rows, tally)) = delivered else { return Ok(()) };
                found = if chosen.is_some() { comparison.run(run, &rows)? } else { comparison.next(&rows)? };
                progress.add(&tally);
                if found.is_some() { Err(Differs.into()) } else { Ok(()) }
            },
        );
        if found.is_some() {
            break;
        }
        trained.map_err(anyhow::Error::from_boxed)?;
    }
    progress.clear();
    Ok(if found.is_none() && chosen.is_none() { comparison.rest()? } else { found })
}

fn identical(sampled: Option<u64>, runs: u64, bytes: u64) -> String {
    let part = sampled.map_or(String::new(), |count| format!("{count} of "));
    format!("reproduced: {part}{}, {}, identical\n", counted(runs, "run"), size(bytes))
}

fn different(folder: &Path, experiment: &Experiment, mismatch: &Mismatch) -> anyhow::Result<String> {
    let value = |value: &Option<String>| match value.as_deref() {
        None => "nothing".to_string(),
        Some("") => "an empty cell".to_string(),
        Some(text) => spelt_out(text).into_owned(),
    };
    let run = mismatch.run.as_ref().map_or_else(String::new, |run| format!("run {run}, "));
    let mut text = format!(
        "differs: {}, {run}column {}: {} stored, {} trained again\n",
        mismatch.path.display(),
        mismatch.column,
        value(&mismatch.stored),
        value(&mismatch.trained)
    );
    let commit = option_env!("ETASCAPE_GIT_COMMIT");
    let changed = changed_since(folder, experiment, env!("CARGO_PKG_VERSION"), commit)?;
    text += if changed.is_empty() { "nothing that is recorded has changed since\n" } else { "changed since:\n" };
    changed.iter().for_each(|line| text += &format!("  {line}\n"));
    Ok(text)
}

fn size(bytes: u64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let unit = UNITS.iter().find(|(unit, _)| bytes as f64 >= *unit);
    unit.map_or(counted(bytes, "byte"), |(unit, name)| format!("{:.1} {name}", bytes as f64 / unit))
}
