//! The shards of a sweep that are not merged, as far as their manifests tell.

use std::collections::BTreeMap;
use std::path::Path;

use etascape_sweep::Shard;

use super::{Cut, Submitted, shard_folder, shards_in};
use crate::Error;
use crate::logs::Manifest;

/// The shards in a results folder.
#[derive(Debug, Default)]
pub(crate) struct Unmerged {
    /// How the sweep is cut: as it was submitted, else as its first shard says. `None` where neither is there.
    pub cut: Option<Cut>,
    /// The manifests of the shards that are cut so, and have begun.
    pub manifests: BTreeMap<Shard, Manifest>,
    /// How other shards in the folder are cut, if some are.
    pub other: Option<Cut>,
    /// Why manifests of shards could not be read.
    pub errors: Vec<(Shard, Error)>,
}

impl Unmerged {
    /// Reads the manifests of all shards in a results folder.
    ///
    /// # Errors
    /// Where the folder of the shards cannot be read.
    pub fn read(results: &Path, submitted: Option<&Submitted>) -> Result<Unmerged, Error> {
        let mut unmerged = Unmerged::default();
        for shard in shards_in(results)? {
            let folder = shard_folder(results, shard);
            if folder.join(Manifest::FILE).exists() {
                match Manifest::read(&folder) {
                    Ok(manifest) => drop(unmerged.manifests.insert(shard, manifest)),
                    Err(error) => unmerged.errors.push((shard, error)),
                }
            }
        }
        let cuts: Vec<Cut> = unmerged.manifests.values().filter_map(Cut::of).collect();
        let cut = submitted.map(|submitted| submitted.cut).or(cuts.first().copied());
        unmerged.cut = cut;
        unmerged.other = cuts.into_iter().find(|other| Some(*other) != cut);
        unmerged.manifests.retain(|_, manifest| Cut::of(manifest) == cut);
        Ok(unmerged)
    }

    /// How many runs are logged, where the manifests say so. A shard that has not begun has none.
    pub fn logged(&self) -> Option<u64> {
        let is_counted = |shard: &Shard| self.cut.is_some_and(|cut| cut.shards == shard.of());
        match self.errors.iter().any(|(shard, _)| is_counted(shard)) {
            true => None,
            false => self.manifests.values().map(Manifest::logged).sum(),
        }
    }

    /// When all shards had ended, or, before that, when the first began. `None` where none has begun.
    pub fn when(&self) -> Option<&str> {
        let times = || self.manifests.values().map(|manifest| &manifest.times);
        let ended: Option<Vec<&str>> = times().map(|times| times.finished.as_deref()).collect();
        let is_begun = |cut: Cut| {
            Shard::all(cut.shards).all(|shard| cut.runs_of(shard) == 0 || self.manifests.contains_key(&shard))
        };
        let end = ended.filter(|_| self.cut.is_some_and(is_begun)).and_then(|ended| ended.into_iter().max());
        end.or_else(|| times().map(|times| &*times.started).min())
    }

    /// The versions of etascape that trained the shards, each once. `None` where none has begun.
    pub fn versions(&self) -> Option<String> {
        let mut versions: Vec<&str> = self.manifests.values().map(|manifest| &*manifest.etascape_version).collect();
        versions.sort_unstable();
        versions.dedup();
        (!versions.is_empty()).then(|| versions.join(", "))
    }
}
