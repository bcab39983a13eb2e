//! The shards of a sweep that are not merged, as far as their manifests tell.

use std::collections::BTreeMap;
use std::path::Path;

use etascape_sweep::Shard;

use super::{Cut, Submitted, shard_folder, shards_in};
use crate::Error;
use crate::logs::{Manifest, RunState};

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
            false => self.manifests.values().map(Manifest::logged).collect::<Option<Vec<u64>>>().map(sum),
        }
    }

    /// When the last shard was complete, or, before that, when the first began. `None` where none has begun.
    pub fn when(&self) -> Option<&str> {
        let is_complete = |manifest: &&Manifest| manifest.state == RunState::Complete;
        let ended: Option<Vec<&str>> = self
            .manifests
            .values()
            .map(|manifest| Some(manifest).filter(is_complete)?.times.finished.as_deref())
            .collect();
        let begun = sum(self.manifests.values().map(|manifest| manifest.runs));
        let are_all = self.cut.is_some_and(|cut| begun == cut.runs);
        let end = ended.filter(|_| are_all).and_then(|ended| ended.into_iter().max());
        end.or_else(|| self.manifests.values().map(|manifest| &*manifest.times.started).min())
    }

    /// The versions of etascape that trained the shards, each once. `None` where none has begun.
    pub fn versions(&self) -> Option<String> {
        let mut versions: Vec<&str> = self.manifests.values().map(|manifest| &*manifest.etascape_version).collect();
        versions.sort_unstable();
        versions.dedup();
        (!versions.is_empty()).then(|| versions.join(", "))
    }
}

/// The sum of counts. A damaged manifest can have any.
fn sum(counts: impl IntoIterator<Item = u64>) -> u64 {
    counts.into_iter().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::StoredShard;
    use crate::testing::shard_manifest as shard;

    fn read(manifests: &[Manifest]) -> Unmerged {
        let folder = tempfile::tempdir().unwrap();
        for manifest in manifests {
            let StoredShard { number, of, .. } = manifest.shard.clone().unwrap();
            let shard = shard_folder(folder.path(), Shard::new(number, of).unwrap());
            std::fs::create_dir_all(&shard).unwrap();
            manifest.write(&shard).unwrap();
        }
        Unmerged::read(folder.path(), None).unwrap()
    }

    #[test]
    fn shards_are_counted_together() {
        let all = read(&[shard(1, 2), shard(2, 2)]);
        assert_eq!((all.logged(), all.when()), (Some(10), Some("2026-05-01T03:00:00Z")));
        let half = read(&[shard(2, 2)]);
        assert_eq!((half.logged(), half.when()), (Some(5), Some("2026-05-01T02:00:00Z")));
        let none = read(&[]);
        assert_eq!((none.cut, none.logged(), none.when(), none.versions()), (None, Some(0), None, None));
    }

    #[test]
    fn shards_of_another_sweep_are_not_counted() {
        let mut longer = shard(2, 2);
        longer.shard.as_mut().unwrap().sweep_runs = 12;
        let mixed = read(&[shard(1, 2), longer, shard(1, 5)]);
        assert_eq!((mixed.cut.unwrap().runs, mixed.logged()), (10, Some(5)));
        assert_eq!(mixed.other.map(|other| (other.shards, other.runs)), Some((5, 10)));
    }

    #[test]
    fn what_a_shard_does_not_tell_is_unknown() {
        let open = Manifest { state: RunState::Running, ..shard(2, 2) };
        assert_eq!(read(&[shard(1, 2), open]).logged(), None);
        let [first, second] = [1, 2].map(|number| Manifest { runs: u64::MAX, ..shard(number, 2) });
        assert_eq!(read(&[first, second]).logged(), Some(u64::MAX), "damaged");
    }
}
