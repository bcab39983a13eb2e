//! Where the records of a sweep are in its journal.

use std::collections::BTreeMap;

use etascape_sweep::Status;
use etascape_sweep::canonical;
use etascape_sweep::program::{ProgramExperiment, Record};

use crate::logs::{Manifest, digest_bytes};

/// The sweep that a journal is of.
#[derive(Debug, Clone)]
pub(super) struct SweepKey {
    /// Tells it from every other.
    pub key: String,
    pub runs: u64,
}

impl SweepKey {
    /// The sweep of an experiment whose journal a manifest knows, or which has none yet.
    pub fn of(experiment: &ProgramExperiment, manifest: &Manifest) -> SweepKey {
        let known = manifest.journal.as_ref().map(|journal| journal.sweep.clone());
        let key = known.unwrap_or_else(|| key(experiment, &manifest.digests.files));
        SweepKey { key, runs: experiment.plan.runs() }
    }
}

/// The same for experiments whose runs are the same, down to the digests of the program's files; for others another.
fn key(experiment: &ProgramExperiment, files: &BTreeMap<String, String>) -> String {
    const LENGTH: usize = 16;
    let files = files.iter().map(|(name, digest)| format!("{name} {digest}\n"));
    let text = canonical(&experiment.toml) + &files.collect::<String>();
    digest_bytes(text.as_bytes())[..LENGTH].into()
}

/// What is known of one finished run without reading its record again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub offset: u64,
    pub length: u32,
    pub status: Status,
    names: u32,
    /// The number of its line among those that were written.
    pub number: u64,
}

/// Where the runs are.
#[derive(Default)]
pub(super) struct Index {
    pub places: Vec<Option<Place>>,
    /// Different lists of metrics.
    names: Vec<Vec<String>>,
    rungs: BTreeMap<u64, Vec<f64>>,
}

impl Index {
    pub fn of(sweep: &SweepKey) -> Index {
        Index { places: vec![None; usize::try_from(sweep.runs).unwrap_or(0)], ..Index::default() }
    }

    /// Notes the line of a record, unless a later one of its run is known.
    pub fn take(&mut self, record: &Record, number: u64, offset: u64, length: usize) {
        let Some(place) = usize::try_from(record.run).ok().and_then(|run| self.places.get_mut(run)) else { return };
        if place.is_some_and(|known| known.number > number) {
            return;
        }
        let names = self.names.iter().position(|names| *names == record.names).unwrap_or(self.names.len());
        if names == self.names.len() {
            self.names.push(record.names.clone());
        }
        let (length, names) = (length as u32, names as u32);
        *place = Some(Place { offset, length, status: record.status, names, number });
        self.rungs.remove(&record.run);
        if !record.rungs.is_empty() {
            self.rungs.insert(record.run, record.rungs.clone());
        }
    }

    /// The metrics of all runs, those of earlier runs first.
    pub fn names(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let mut lists: Vec<u32> = Vec::new();
        for place in self.places.iter().flatten() {
            if !lists.contains(&place.names) {
                lists.push(place.names);
            }
        }
        for name in lists.iter().flat_map(|&list| &self.names[list as usize]) {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }

    /// What the runs had at their rungs of successive halving.
    pub fn rungs(&self) -> Vec<Vec<f64>> {
        self.rungs.values().cloned().collect()
    }

    /// Forgets runs that failed before a line that is lost: it may have told of another attempt at any of them.
    pub fn forget_failed(&mut self, before: u64) {
        let is_doubtful = |place: &Place| place.number < before && is_failure(place.status);
        for (run, place) in (0..).zip(&mut self.places) {
            if place.as_ref().is_some_and(is_doubtful) {
                *place = None;
                self.rungs.remove(&run);
            }
        }
    }
}

/// Whether a run ended in a way that another attempt may mend.
fn is_failure(status: Status) -> bool {
    status.is_failure()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_sweep_is_told_from_others_by_what_its_runs_depend_on() {
        let key = |text: &str, file: &str| {
            let experiment = ProgramExperiment::parse(text, Path::new("e.toml"), &[]).unwrap();
            super::key(&experiment, &BTreeMap::from([("train.py".to_string(), file.to_string())]))
        };
        let text = "name = \"a\"\nprogram.command = [\"x\", \"{i}{j}\"]\nsweep.parameters = { i = [1, 2], j = [3] }\n";
        let own = key(text, "one");
        assert_eq!(own.len(), 16);
        assert_eq!(key(&format!("description = \"d\"\nreport.x = \"i\"\n{text}\nprogram.retries = 2\n"), "one"), own);
        for other in [("[1, 2]", "[1, 3]"), ("i = [1, 2], j = [3]", "j = [3], i = [1, 2]"), ("\"x\"", "\"y\"")] {
            assert_ne!(key(&text.replace(other.0, other.1), "one"), own, "{other:?}");
        }
        assert_ne!(key(text, "two"), own);
    }
}
