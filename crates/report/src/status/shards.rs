//! Where the shards of a sweep stand.

use std::path::Path;

use etascape_sweep::Shard;
use rayon::prelude::*;

use super::best::BestRuns;
use super::part::{PartStatus, Reader, Seen};
use super::standing::Standing;
use super::state::{Here, State};
use crate::Error;
use crate::folder::{Submitted, Unmerged, shard_folder, sum};

/// The standing of a sweep in shards; `None` where the folder has none, and none were submitted.
pub(super) fn standing(folder: &Path, submitted: Option<&Submitted>, here: &Here) -> Result<Option<Standing>, Error> {
    let Unmerged { cut: Some(cut), manifests, other, errors } = Unmerged::read(folder, submitted)? else {
        return Ok(None);
    };
    let first = manifests.keys().next();
    let mut notes: Vec<String> =
        errors.iter().map(|(shard, error)| format!("shard {shard}: {}", error.in_full())).collect();
    notes.extend(
        other.map(|other| {
            format!("there are also shards of a sweep cut into {}: they are not counted here", other.shards)
        }),
    );
    let reader = first.map_or(Ok(None), |&shard| Reader::of(&shard_folder(folder, shard)));
    let reader = reader.unwrap_or_else(|error| {
        notes.push(error.in_full());
        None
    });
    let look = |shard: Shard| match manifests.get(&shard) {
        Some(manifest) => Seen::at(&shard_folder(folder, shard), manifest, reader.as_ref(), here),
        None => Ok(Seen::nothing(cut.runs_of(shard))),
    };
    let shards: Vec<Shard> = Shard::all(cut.shards).collect();
    let seen = shards.par_iter().map(|&shard| look(shard)).collect::<Result<Vec<Seen>, Error>>()?;
    let name = reader.as_ref().map(|reader| reader.name().to_owned());
    let (best, parts) = best(&reader, &mut notes, &shards, seen);
    Ok(Some(Standing {
        experiment: name.or_else(|| submitted.map(|submitted| submitted.experiment.clone())),
        whole: whole(cut.runs, &parts),
        shards: shards.into_iter().zip(parts).collect(),
        best: best.into_list(),
        submitted: submitted.cloned(),
        notes,
    }))
}

/// The best runs of all shards with the objective of the whole sweep, and how each shard stands. Adds the shards' notes.
fn best(
    reader: &Option<Reader>,
    notes: &mut Vec<String>,
    shards: &[Shard],
    seen: Vec<Seen>,
) -> (BestRuns, Vec<PartStatus>) {
    let mut metrics: Vec<String> = Vec::new();
    for name in seen.iter().flat_map(|one| &one.metrics) {
        if !metrics.contains(name) {
            metrics.push(name.clone());
        }
    }
    let objective = match reader {
        Some(Reader::Program(experiment)) => {
            experiment.program.rules.objective_among(&metrics).map(|which| metrics[which].clone())
        }
        _ => None,
    };
    let mut best = BestRuns::default();
    let mut parts = Vec::new();
    for (shard, one) in shards.iter().zip(seen) {
        notes.extend(one.notes.into_iter().map(|note| format!("shard {shard}: {note}")));
        if one.objective == objective {
            best.join(one.best);
        }
        parts.push(one.status);
    }
    (best, parts)
}

/// How the whole sweep stands.
fn whole(runs: u64, parts: &[PartStatus]) -> PartStatus {
    let has = |state: State| parts.iter().any(|part| part.state == state);
    let state = match () {
        () if parts.iter().all(|part| part.state == State::Done) => State::Done,
        () if has(State::Running) => State::Running,
        () if has(State::Crashed) => State::Crashed,
        () if has(State::Silent) => State::Silent,
        () if parts.iter().all(|part| part.state == State::NotBegun) => State::NotBegun,
        () => State::Stopped,
    };
    let known = |count: fn(&PartStatus) -> Option<u64>| parts.iter().filter_map(count).reduce(u64::saturating_add);
    PartStatus {
        state,
        written: parts.iter().filter_map(|part| part.written).max(),
        done: sum(parts.iter().map(|part| part.done)),
        failed: known(|part| part.failed),
        running: known(|part| part.running),
        seconds: parts.iter().map(|part| part.seconds).sum(),
        rate: parts.iter().filter_map(|part| part.rate).reduce(|a, b| a + b),
        ..PartStatus::not_begun(runs)
    }
}
