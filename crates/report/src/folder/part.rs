//! The part of a sweep that a results folder holds.

use std::ops::Range;
use std::path::{Path, PathBuf};

use etascape_sweep::{Combinations, ConfigError, Plan, Shard};

use crate::logs::{Manifest, StoredShard};

/// The folder of a results folder in which its shards are.
pub(crate) const SHARDS: &str = "shards";

/// The part of a sweep that a results folder holds: all of it, or a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its runs, with their numbers in the whole sweep.
    pub runs: Range<u64>,
    /// How its manifest names it; `None`: it is the whole.
    pub(crate) shard: Option<StoredShard>,
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
        let runs = shard.map(|shard| shard.runs_of_plan(plan)).transpose()?;
        Ok(Part::of(shard.zip(runs), plan.runs()))
    }

    /// A part of a program's sweep; `None`: all of it.
    pub fn of_program(plan: &Combinations, shard: Option<Shard>) -> Part {
        Part::of(shard.map(|shard| (shard, shard.runs_of_program(plan))), plan.runs())
    }

    fn of(shard: Option<(Shard, Range<u64>)>, sweep_runs: u64) -> Part {
        let Some((shard, runs)) = shard else { return Part::whole(sweep_runs) };
        let stored = StoredShard { number: shard.number(), of: shard.of(), first_run: runs.start, sweep_runs };
        Part { runs, shard: Some(stored) }
    }

    /// The part that a manifest names, of a sweep with so many runs.
    pub fn stored(manifest: &Manifest, sweep_runs: u64) -> Part {
        let Some(shard) = &manifest.shard else { return Part::whole(sweep_runs) };
        let first = shard.first_run.min(sweep_runs);
        Part { runs: first..first.saturating_add(manifest.runs).min(sweep_runs), shard: Some(shard.clone()) }
    }

    /// How many runs it has.
    pub fn count(&self) -> u64 {
        self.runs.end - self.runs.start
    }
}

/// The folder of a shard within the results folder of its sweep.
pub fn shard_folder(results: &Path, shard: Shard) -> PathBuf {
    results.join(SHARDS).join(format!("{}-of-{}", shard.number(), shard.of()))
}
