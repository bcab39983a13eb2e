//! The part of a sweep that a results folder holds.

use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};

use etascape_sweep::{Combinations, ConfigError, Plan, Shard, runs_together};
use etascape_text::counted;

use crate::Error;
use crate::logs::{Manifest, SHARDS, StoredShard};

/// The part of a sweep that a results folder holds: all of it, or a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its runs, with their numbers in the whole sweep.
    pub runs: Range<u64>,
    /// How its manifest names it; `None`: it is the whole.
    shard: Option<StoredShard>,
}

impl Part {
    /// All of a sweep.
    pub fn whole(runs: u64) -> Part {
        Part { runs: 0..runs, shard: None }
    }

    /// A part of an engine's sweep; `None`: all of it.
    ///
    /// # Errors
    /// As [`Plan::job`].
    pub fn of_plan(plan: &Plan, shard: Option<Shard>) -> Result<Part, ConfigError> {
        Ok(Part::of(shard, plan.runs(), runs_together(plan)?))
    }

    /// A part of a program's sweep; `None`: all of it.
    pub fn of_program(plan: &Combinations, shard: Option<Shard>) -> Part {
        Part::of(shard, plan.runs(), 1)
    }

    fn of(shard: Option<Shard>, sweep_runs: u64, unit: u64) -> Part {
        let Some(shard) = shard else { return Part::whole(sweep_runs) };
        let runs = shard.runs(sweep_runs, unit);
        let stored = StoredShard { number: shard.number(), of: shard.of(), first_run: runs.start, sweep_runs, unit };
        Part { runs, shard: Some(stored) }
    }

    /// The part that a manifest names, of a sweep with so many runs.
    pub fn stored(manifest: &Manifest, sweep_runs: u64) -> Part {
        let Some(shard) = &manifest.shard else { return Part::whole(sweep_runs) };
        let first = shard.first_run.min(sweep_runs);
        Part { runs: first..first.saturating_add(manifest.runs).min(sweep_runs), shard: Some(shard.clone()) }
    }

    /// Which shard it is, as its manifest names it; `None`: it is the whole.
    pub(crate) fn shard(&self) -> Option<&StoredShard> {
        self.shard.as_ref()
    }

    /// What a sweep that is cut can be cut into: `12 runs`, `4 brackets of runs that stay together`.
    pub fn units_in_words(&self) -> String {
        match &self.shard {
            Some(StoredShard { sweep_runs, unit, .. }) if *unit > 1 => {
                format!("{} of runs that stay together", counted(sweep_runs.div_ceil(*unit), "bracket"))
            }
            Some(StoredShard { sweep_runs, .. }) => counted(*sweep_runs, "run"),
            None => counted(self.count(), "run"),
        }
    }

    /// How many runs it has.
    pub fn count(&self) -> u64 {
        self.runs.end - self.runs.start
    }
}

/// Whether a manifest is that of a shard, by the numbers of its runs.
pub(crate) fn is_of(manifest: &Manifest, shard: Shard) -> bool {
    manifest.shard.as_ref().is_some_and(|stored| {
        let runs = shard.runs(stored.sweep_runs, stored.unit);
        let own = (stored.number, stored.of, stored.first_run, manifest.runs);
        own == (shard.number(), shard.of(), runs.start, runs.end - runs.start)
    })
}

/// The folder of a shard within the results folder of its sweep.
pub fn shard_folder(results: &Path, shard: Shard) -> PathBuf {
    results.join(SHARDS).join(format!("{}-of-{}", shard.number(), shard.of()))
}

/// The shards that have a folder in a results folder, in their order. Other names in there are ignored.
///
/// # Errors
/// Where the folder cannot be read. That there are no shards is no error.
pub fn shards_in(results: &Path) -> Result<Vec<Shard>, Error> {
    let path = results.join(SHARDS);
    let entries = match fs::read_dir(&path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        entries => entries.map_err(Error::io("read", &path))?,
    };
    let mut shards = Vec::new();
    for entry in entries {
        let name = entry.map_err(Error::io("read", &path))?.file_name();
        let shard = name.to_str().and_then(|name| name.replacen("-of-", "/", 1).parse().ok());
        // A name with zeros in front of a number is none of ours.
        shards.extend(shard.filter(|&shard| shard_folder(results, shard) == path.join(&name)));
    }
    shards.sort_by_key(|shard: &Shard| (shard.of(), shard.number()));
    Ok(shards)
}
