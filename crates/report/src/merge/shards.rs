//! The shards of a results folder: which are there, whole and of one sweep.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use etascape_sweep::{Difference, Shard, canonical, differences};

use super::error::{MergeError, ShardFault};
use crate::Error;
use crate::error::Damage;
use crate::folder::{CONFIG, is_of, other_version, shard_folder, shards_in};
use crate::logs::{Host, Manifest, MergedFrom, RunState, StoredShard, ThreadTimes, Times, damage, digest_bytes};

/// The shards of a results folder.
pub(super) struct Shards {
    /// How many there are.
    pub of: u64,
    /// A shard of the sweep of most shards; `None` where none can be read.
    pub reference: Option<Reference>,
    /// Those that are complete by their manifests and of the sweep of most, in their order. Those without runs are left out.
    pub whole: Vec<WholeShard>,
    /// What is wrong with the others, in their order.
    pub faults: Vec<(Shard, ShardFault)>,
}

/// A shard that is complete by its manifest.
pub(super) struct WholeShard {
    pub shard: Shard,
    pub folder: PathBuf,
    pub manifest: Manifest,
}

/// The sweep of most shards, as its first shard has it.
#[derive(Clone)]
pub(super) struct Reference {
    pub toml: String,
    pub manifest: Manifest,
    pub shard: StoredShard,
}

/// A shard that can be read.
struct Readable {
    manifest: Manifest,
    stored: StoredShard,
    /// What its sweep depends on, as a digest.
    sweep: String,
}

impl Shards {
    /// Finds the shards of a results folder. Their tables are not read.
    ///
    /// # Errors
    /// Where there are none, or those of several cuts.
    pub fn find(folder: &Path) -> Result<Shards, MergeError> {
        let there = shards_in(folder)?;
        let mut of: Vec<u64> = there.iter().map(|shard| shard.of()).collect();
        of.dedup();
        let of = match of[..] {
            [] => return Err(MergeError::NoShards { folder: folder.to_owned() }),
            [of] => of,
            _ => return Err(MergeError::SeveralCuts { folder: folder.to_owned(), of }),
        };
        let mut read: BTreeMap<Shard, Result<Readable, ShardFault>> =
            there.iter().map(|&shard| (shard, Readable::read(&shard_folder(folder, shard)))).collect();
        let reference = reference(folder, &read)?;
        let mut shards = Shards { of, reference, whole: Vec::new(), faults: Vec::new() };
        for shard in Shard::all(of) {
            let folder = shard_folder(folder, shard);
            match shards.judge(shard, &folder, read.remove(&shard)) {
                Some(Ok(manifest)) => shards.whole.push(WholeShard { shard, folder, manifest }),
                Some(Err(fault)) => shards.faults.push((shard, fault)),
                None => {}
            }
        }
        Ok(shards)
    }

    /// The manifest of a shard, or what is wrong with it; `None` where it has no runs.
    fn judge(
        &self,
        shard: Shard,
        folder: &Path,
        read: Option<Result<Readable, ShardFault>>,
    ) -> Option<Result<Manifest, ShardFault>> {
        let is_empty = |one: &Reference| shard.runs(one.shard.sweep_runs, one.shard.unit).is_empty();
        if self.reference.as_ref().is_some_and(is_empty) {
            return None;
        }
        let (readable, reference) = match (read, &self.reference) {
            (None, _) => return Some(Err(ShardFault::Missing)),
            (Some(Err(fault)), _) => return Some(Err(fault)),
            (Some(Ok(_)), None) => return None,
            (Some(Ok(readable)), Some(reference)) => (readable, reference),
        };
        let Readable { manifest, stored, sweep } = readable;
        if sweep != reference.sweep() {
            return Some(reference.differences(folder, &manifest).map_or_else(
                |error| Err(ShardFault::Unreadable(error.to_string())),
                |differences| Err(ShardFault::Other(differences)),
            ));
        }
        if !is_of(&manifest, shard) {
            return Some(Err(ShardFault::Other(vec![reference.other_place(&manifest, &stored, shard)])));
        }
        Some(match manifest.state {
            RunState::Complete => Ok(manifest),
            RunState::Running | RunState::Interrupted => {
                let lines = manifest.journal.as_ref().map(|journal| journal.lines);
                let saved = manifest.saved.as_ref().map(|saved| saved.runs).or(lines).unwrap_or(0);
                Err(ShardFault::Unfinished { saved: saved.min(manifest.runs), runs: manifest.runs })
            }
        })
    }

    /// Whether a program trained them, as those that are complete say.
    pub fn are_of_program(&self) -> bool {
        self.whole.iter().any(|shard| shard.manifest.journal.is_some())
    }

    /// Adds the damages of a shard, if there are any.
    pub fn add_damages(&mut self, shard: &WholeShard, damages: Vec<Damage>) {
        if !damages.is_empty() {
            self.faults.push((shard.shard, ShardFault::Damaged(damages)));
            self.faults.sort_by_key(|(shard, _)| *shard);
        }
    }

    /// The error that shards are not whole.
    pub fn faulty(self, folder: &Path) -> MergeError {
        MergeError::Faulty { folder: folder.to_owned(), of: self.of, faults: self.faults }
    }

    /// The manifest of the whole sweep: that of the sweep of most shards, with the times and machines of all.
    pub fn manifest(&self, reference: &Reference) -> Manifest {
        let all = || self.whole.iter().map(|shard| &shard.manifest);
        let mut hosts: Vec<Host> = Vec::new();
        all().for_each(|one| {
            if !hosts.contains(&one.host) {
                hosts.push(one.host.clone());
            }
        });
        let first = &reference.manifest;
        let is_one = |same: &dyn Fn(&Manifest) -> bool| all().all(same);
        Manifest {
            config_folder: from_results(&first.config_folder),
            runs: reference.shard.sweep_runs,
            shard: None,
            merged: Some(MergedFrom { shards: self.of, hosts }),
            saved: None,
            journal: None,
            times: Times {
                started: all().map(|one| one.times.started.clone()).min().unwrap_or_default(),
                finished: all().filter_map(|one| one.times.finished.clone()).max(),
                seconds: all().filter_map(|one| one.times.seconds).reduce(|sum, one| sum + one),
                threads: all().filter_map(|one| one.times.threads).reduce(ThreadTimes::plus),
            },
            git_commit: first.git_commit.clone().filter(|_| is_one(&|one| one.git_commit == first.git_commit)),
            git_dirty: first.git_dirty.filter(|_| is_one(&|one| one.git_dirty == first.git_dirty)),
            ..first.clone()
        }
    }
}

impl Readable {
    fn read(folder: &Path) -> Result<Readable, ShardFault> {
        let unreadable = |error: Error| ShardFault::Unreadable(error.in_full());
        let manifest = Manifest::read(folder).map_err(unreadable)?;
        let toml = config(folder).map_err(unreadable)?;
        let Some(stored) = manifest.shard.clone() else {
            return Err(ShardFault::Unreadable("its manifest is that of no shard".into()));
        };
        let sweep = sweep(&toml, &manifest, &stored);
        Ok(Readable { manifest, stored, sweep })
    }
}

impl Reference {
    fn sweep(&self) -> String {
        sweep(&self.toml, &self.manifest, &self.shard)
    }

    /// Where a folder's sweep differs, the folder's value first.
    ///
    /// # Errors
    /// Where its config cannot be read.
    pub fn differences(&self, folder: &Path, manifest: &Manifest) -> Result<Vec<Difference>, Error> {
        let mut found = differences(&config(folder)?, &self.toml);
        let digest =
            |digest: Option<&String>| digest.map(|digest| format!("digest {}", digest.get(..12).unwrap_or(digest)));
        let (own, first) = (&manifest.digests, &self.manifest.digests);
        let mut compare = |key: &str, one: Option<&String>, other: Option<&String>| {
            if one != other {
                found.push(Difference { key: key.into(), first: digest(one), second: digest(other) });
            }
        };
        compare("the data", own.data.as_ref(), first.data.as_ref());
        let mut names: Vec<&String> = own.files.keys().chain(first.files.keys()).collect();
        names.sort();
        names.dedup();
        names.into_iter().for_each(|name| compare(name, own.files.get(name), first.files.get(name)));
        found.extend(other_version(manifest, &self.manifest.etascape_version));
        if let Some(own) = &manifest.shard {
            let counts = [
                ("the runs of the sweep", own.sweep_runs, self.shard.sweep_runs),
                ("the runs that stay together", own.unit, self.shard.unit),
            ];
            let differing = counts.into_iter().filter(|(_, own, first)| own != first);
            found.extend(differing.map(|(key, own, first)| Difference {
                key: key.into(),
                first: Some(own.to_string()),
                second: Some(first.to_string()),
            }));
        }
        Ok(found)
    }

    /// How the place in the sweep that a manifest names differs from that of a shard.
    fn other_place(&self, manifest: &Manifest, stored: &StoredShard, shard: Shard) -> Difference {
        let runs = shard.runs(self.shard.sweep_runs, self.shard.unit);
        let place = |number, of, first, count| Some(format!("{number}/{of} with {count} runs from run {first}"));
        Difference {
            key: "the shard".into(),
            first: place(stored.number, stored.of, stored.first_run, manifest.runs),
            second: place(shard.number(), shard.of(), runs.start, runs.end - runs.start),
        }
    }
}

impl WholeShard {
    /// Whether its config is as it was written.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn has_own_config(&self) -> Result<bool, Error> {
        Ok(Some(digest_bytes(config(&self.folder)?.as_bytes())) == self.manifest.digests.config)
    }

    /// What is not as it was written: its config and its tables.
    ///
    /// # Errors
    /// Where a file that is there cannot be read.
    pub fn damages(&self) -> Result<Vec<Damage>, Error> {
        let mut damages = damage(&self.folder, &self.manifest)?;
        if !self.has_own_config()? {
            let path = self.folder.join(CONFIG);
            damages.push(Damage::at(&path, None, "it was edited: its digest is not the one in the manifest".into()));
        }
        Ok(damages)
    }
}

/// A shard of the sweep of most shards that can be read; of several sweeps the one of the first shard.
fn reference(folder: &Path, read: &BTreeMap<Shard, Result<Readable, ShardFault>>) -> Result<Option<Reference>, Error> {
    let readable = || read.iter().filter_map(|(shard, one)| Some((shard, one.as_ref().ok()?)));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    readable().for_each(|(_, one)| *counts.entry(&one.sweep).or_default() += 1);
    let most = counts.values().max();
    let Some((&shard, first)) = readable().find(|(_, one)| counts.get(one.sweep.as_str()) == most) else {
        return Ok(None);
    };
    let toml = config(&shard_folder(folder, shard))?;
    Ok(Some(Reference { toml, manifest: first.manifest.clone(), shard: first.stored.clone() }))
}

/// What the bytes of a shard's runs depend on, and how the sweep is cut, as a digest.
fn sweep(toml: &str, manifest: &Manifest, shard: &StoredShard) -> String {
    let Manifest { etascape_version, digests, .. } = manifest;
    let (runs, unit) = (shard.sweep_runs, shard.unit);
    let (data, files, config) = (&digests.data, &digests.files, canonical(toml));
    digest_bytes(format!("{etascape_version}\n{data:?}\n{files:?}\n{runs} {unit}\n{config}").as_bytes())
}

fn config(folder: &Path) -> Result<String, Error> {
    let path = folder.join(CONFIG);
    fs::read_to_string(&path).map_err(Error::io("read", &path))
}

/// A path from a shard's folder, as seen from the results folder two folders above it.
fn from_results(path: &str) -> String {
    match Path::new(path).strip_prefix("../..") {
        Ok(rest) if rest.as_os_str().is_empty() => ".".into(),
        Ok(rest) => rest.display().to_string(),
        Err(_) => path.to_owned(),
    }
}
