//! Made-up tables and manifests for tests.

use etascape_insight::study::Study;
use etascape_insight::subject::{Choice, Scale, Subject, SweptParameter};
use etascape_sweep::Shard;

use crate::logs::{Digests, Host, Manifest, RunState, StoredShard, Times, read_runs};

/// Two rates, two optimisers, three seeds.
pub(crate) const TABLE: &str = include_str!("../fixtures/cells/runs.csv");

/// What a heat map of that table shows in each cell: rate, optimiser, runs, diverged runs, and the median final loss of
/// a cell that did not diverge as a whole. `tests/browser` holds the page to the same.
pub(crate) fn cells() -> Vec<(f64, String, usize, usize, Option<f64>)> {
    let cells: Vec<serde_json::Value> = serde_json::from_str(include_str!("../fixtures/cells/cells.json")).unwrap();
    let cell = |cell: &serde_json::Value| {
        let [runs, diverged] = ["runs", "diverged"].map(|name| cell[name].as_u64().unwrap() as usize);
        let (across, up) = (cell["across"].as_f64().unwrap(), cell["up"].as_str().unwrap().to_owned());
        (across, up, runs, diverged, cell["median"].as_f64())
    };
    cells.iter().map(cell).collect()
}

/// Calls `see` with the study of a table.
pub(crate) fn with_table(table: &str, swept: &[(&str, Scale)], choice: Choice, see: impl FnOnce(&Study<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    std::fs::write(&path, table).unwrap();
    let runs = read_runs(&path).unwrap();
    let parameters = swept.iter().map(|&(path, scale)| SweptParameter { path: path.to_owned(), scale }).collect();
    let subject = Subject { parameters, choice, ..Subject::default() };
    see(&Study::new(&subject, &runs).unwrap());
}

/// The manifest of a shard of a sweep with 10 runs that is complete.
pub(crate) fn shard_manifest(number: u64, of: u64) -> Manifest {
    let runs = Shard::new(number, of).unwrap().runs(10, 1);
    let time = |hour: u64| format!("2026-05-01T0{hour}:00:00Z");
    Manifest {
        format_version: 1,
        etascape_version: "1.0.0".into(),
        state: RunState::Complete,
        config_folder: ".".into(),
        runs: runs.end - runs.start,
        shard: Some(StoredShard { number, of, first_run: runs.start, sweep_runs: 10, unit: 1 }),
        merged: None,
        digests: Digests::default(),
        saved: None,
        journal: None,
        running: None,
        objective: None,
        findings: None,
        times: Times { started: time(number), finished: Some(time(number + 1)), ..Times::default() },
        host: Host::default(),
        git_commit: None,
        git_dirty: None,
        command_line: Vec::new(),
    }
}
