//! The shards of a sweep that are not merged, as far as their manifests tell.

use std::collections::BTreeMap;
use std::path::Path;

use etascape_sweep::Shard;

use super::{Cut, Submitted, is_of, shard_folder, shards_in};
use crate::Error;
use crate::error::Damage;
use crate::logs::{Manifest, RunState};

/// The shards in a results folder.
#[derive(Debug, Default)]
pub(crate) struct Unmerged {
    /// How the sweep is cut: as it was submitted, else as most of its shards say, of several cuts the first. `None` where
    /// neither is there.
    pub cut: Option<Cut>,
    /// The manifests of the shards that are cut so, and have begun.
    pub manifests: BTreeMap<Shard, Manifest>,
    /// How other shards in the folder are cut, if some are.
    pub other: Option<Cut>,
    /// Why manifests of shards could not be read, or do not count.
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
                match Manifest::read(&folder).and_then(|manifest| counted(manifest, shard, &folder)) {
                    Ok(manifest) => drop(unmerged.manifests.insert(shard, manifest)),
                    Err(error) => unmerged.errors.push((shard, error)),
                }
            }
        }
        let cuts = cuts(unmerged.manifests.values());
        let most = cuts.iter().rev().max_by_key(|(_, shards)| shards).map(|(cut, _)| *cut);
        let cut = submitted.map(|submitted| submitted.cut).or(most);
        unmerged.cut = cut;
        unmerged.other = cuts.into_iter().map(|(other, _)| other).find(|other| Some(*other) != cut);
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

/// The cuts of some shards, in their order, and how many shards each has.
fn cuts<'a>(manifests: impl Iterator<Item = &'a Manifest>) -> Vec<(Cut, usize)> {
    let mut cuts: Vec<(Cut, usize)> = Vec::new();
    for cut in manifests.filter_map(Cut::of) {
        match cuts.iter_mut().find(|(known, _)| *known == cut) {
            Some((_, shards)) => *shards += 1,
            None => cuts.push((cut, 1)),
        }
    }
    cuts
}

/// The manifest of a shard whose numbers fit together, as far as it tells.
fn counted(manifest: Manifest, shard: Shard, folder: &Path) -> Result<Manifest, Error> {
    let damaged = |problem: String| Error::Damaged(vec![Damage::at(&folder.join(Manifest::FILE), None, problem)]);
    match manifest.logged() {
        _ if !is_of(&manifest, shard) => Err(damaged(format!("its numbers of runs are not those of shard {shard}"))),
        Some(logged) if logged > manifest.runs => {
            Err(damaged(format!("{logged} runs are logged by it, of {}", manifest.runs)))
        }
        _ => Ok(manifest),
    }
}

/// The sum of counts. A damaged manifest can have any.
pub(crate) fn sum(counts: impl IntoIterator<Item = u64>) -> u64 {
    counts.into_iter().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::{FilePrefix, Saved, StoredShard};
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
        let mut longer = Manifest { runs: 6, ..shard(2, 2) };
        longer.shard = longer.shard.map(|own| StoredShard { sweep_runs: 12, first_run: 6, ..own });
        let mixed = read(&[shard(1, 2), longer.clone(), shard(1, 5)]);
        assert_eq!((mixed.cut.unwrap().runs, mixed.logged()), (10, Some(5)));
        assert_eq!(mixed.other.map(|other| (other.shards, other.runs)), Some((5, 10)));
        let most = read(&[shard(1, 5), longer, shard(3, 5), shard(5, 5)]);
        assert_eq!((most.cut.unwrap().shards, most.logged()), (5, Some(6)));
    }

    #[test]
    fn what_a_shard_does_not_tell_is_unknown() {
        let open = Manifest { state: RunState::Running, ..shard(2, 2) };
        assert_eq!(read(&[shard(1, 2), open]).logged(), None);
    }

    #[test]
    fn a_damaged_manifest_is_named_and_not_counted() {
        let numbers = |change: fn(&mut StoredShard)| {
            let mut manifest = shard(2, 2);
            change(manifest.shard.as_mut().unwrap());
            manifest
        };
        let saved = |runs| {
            let runs_part = FilePrefix { bytes: 1, digest: String::new() };
            Some(Saved { runs, runs_part, curves_part: None })
        };
        let damaged = [
            (Manifest { runs: u64::MAX, ..shard(2, 2) }, "its numbers of runs are not those of shard 2/2"),
            (numbers(|own| own.sweep_runs = u64::MAX), "its numbers of runs are not those of shard 2/2"),
            (numbers(|own| own.first_run = 3), "its numbers of runs are not those of shard 2/2"),
            (
                Manifest { state: RunState::Running, saved: saved(u64::MAX), ..shard(2, 2) },
                "18446744073709551615 runs are logged by it, of 5",
            ),
        ];
        for (manifest, problem) in damaged {
            let unmerged = read(&[shard(1, 2), manifest]);
            assert_eq!((unmerged.cut.unwrap().runs, unmerged.manifests.len(), unmerged.logged()), (10, 1, None));
            let [(shard, error)] = &unmerged.errors[..] else { panic!("{:?}", unmerged.errors) };
            assert_eq!(shard.to_string(), "2/2");
            assert!(error.to_string().ends_with(&format!("manifest.json: {problem}")), "{error}");
        }
    }
}
