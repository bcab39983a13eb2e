//! The index of a journal: where the records of a sweep are.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use etascape_sweep::canonical;
use etascape_sweep::program::{ProgramExperiment, Record};

use crate::folder::Part;
use crate::logs::{Manifest, digest_bytes};

/// Identifies the sweep of a journal.
#[derive(Debug, Clone)]
pub(super) struct SweepKey {
    /// Differs from the key of every other sweep.
    pub key: String,
    /// The runs of the part that the journal is of.
    pub runs: Range<u64>,
}

impl SweepKey {
    /// The key that the manifest has, or a new one where there is no journal yet.
    pub fn of(experiment: &ProgramExperiment, manifest: &Manifest) -> SweepKey {
        let known = manifest.journal.as_ref().map(|journal| journal.sweep.clone());
        let key = known.unwrap_or_else(|| key(experiment, &manifest.digests.files));
        SweepKey { key, runs: Part::stored(manifest, experiment.plan.runs()).runs }
    }
}

/// Experiments have the same key exactly if their runs are the same, including the digests of the program's files.
fn key(experiment: &ProgramExperiment, files: &BTreeMap<String, String>) -> String {
    const LENGTH: usize = 16;
    let files = files.iter().map(|(name, digest)| format!("{name} {digest}\n"));
    let text = canonical(&experiment.toml) + &files.collect::<String>();
    digest_bytes(text.as_bytes())[..LENGTH].into()
}

/// One finished run: where its record is, and whether it may be repeated.
#[derive(Debug, Clone, Copy)]
pub(super) struct FinishedRun {
    pub offset: u64,
    pub length: u32,
    /// Whether it has no result.
    is_failed: bool,
    /// The time after which it was ended.
    timeout: Option<Duration>,
    names: u32,
    /// The number of its line in the journal.
    pub number: u64,
}

/// The finished runs of a journal.
#[derive(Default)]
pub(super) struct Index {
    /// The number of the first run.
    first: u64,
    pub runs: Vec<Option<FinishedRun>>,
    /// Different lists of metrics.
    names: Vec<Vec<String>>,
    rungs: BTreeMap<u64, Vec<f64>>,
}

impl Index {
    pub fn of(sweep: &SweepKey) -> Index {
        let count = usize::try_from(sweep.runs.end - sweep.runs.start).unwrap_or(0);
        Index { first: sweep.runs.start, runs: vec![None; count], ..Index::default() }
    }

    /// Adds the line of a record, unless a later line of the same run is known.
    pub fn take(&mut self, record: &Record, number: u64, offset: u64, length: usize) {
        let Some(place) = self.place(record.run).and_then(|place| self.runs.get_mut(place)) else { return };
        if place.is_some_and(|known| known.number > number) {
            return;
        }
        let names = self.names.iter().position(|names| *names == record.names).unwrap_or(self.names.len());
        if names == self.names.len() {
            self.names.push(record.names.clone());
        }
        let (length, names) = (length as u32, names as u32);
        let (is_failed, timeout) = (record.is_failed(), record.timeout);
        *place = Some(FinishedRun { offset, length, is_failed, timeout, names, number });
        self.rungs.remove(&record.run);
        if !record.rungs.is_empty() {
            self.rungs.insert(record.run, record.rungs.clone());
        }
    }

    /// The finished run of a number; `None` where it has not ended, or is not in the part.
    pub fn run(&self, run: u64) -> Option<FinishedRun> {
        *self.runs.get(self.place(run)?)?
    }

    fn place(&self, run: u64) -> Option<usize> {
        usize::try_from(run.checked_sub(self.first)?).ok()
    }

    /// The metrics of all runs, those of earlier runs first.
    pub fn names(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let mut lists: Vec<u32> = Vec::new();
        for place in self.runs.iter().flatten() {
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

    /// The objectives at the rungs of successive halving, of the runs that are `wanted`.
    pub fn rungs(&self, wanted: impl Fn(u64) -> bool) -> Vec<Vec<f64>> {
        self.rungs.iter().filter(|(run, _)| wanted(**run)).map(|(_, objectives)| objectives.clone()).collect()
    }

    /// Drops runs that failed before a lost line, since that line may have had another attempt at them.
    pub fn forget_failed(&mut self, before: u64) {
        let may_be_repeated = |place: &FinishedRun| place.is_failed || place.timeout.is_some();
        let is_doubtful = |place: &FinishedRun| place.number < before && may_be_repeated(place);
        for (run, place) in (self.first..).zip(&mut self.runs) {
            if place.as_ref().is_some_and(is_doubtful) {
                *place = None;
                self.rungs.remove(&run);
            }
        }
    }
}

impl FinishedRun {
    /// Whether another attempt at the run may give more, where runs may take as long as `timeout`: it has no result, or was
    /// ended after a shorter time.
    pub fn is_to_repeat(&self, timeout: Option<Duration>) -> bool {
        let is_longer = |ended: Duration| timeout.is_none_or(|timeout| timeout > ended);
        self.is_failed || self.timeout.is_some_and(is_longer)
    }
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
