//! `run --shard`: a part of a sweep in a folder of its own.

use std::fs;

use crate::bench::{Bench, SMALL};

/// Runs in brackets of successive halving.
const HALVED: &str = r#"name = "halved"
data.points = [[3, 7], [9, 13]]
train.steps = 30
stop.halving = { min_steps = 3 }
log.curve_points = 4
[sweep]
method = "random"
samples = 200
[sweep.parameters]
"train.learning_rate" = { loguniform = [1e-3, 0.03] }
seed = [0, 1, 2]
"#;

/// A table of shards, one behind another, under one head.
fn joined(bench: &Bench, results: &str, of: u64, table: &str) -> String {
    let tables: Vec<String> =
        (1..=of).map(|number| bench.read(&format!("{results}/shards/{number}-of-{of}/{table}"))).collect();
    let head = tables[0].lines().next().unwrap().to_owned() + "\n";
    head.clone() + &tables.iter().map(|table| table.strip_prefix(&head).unwrap()).collect::<String>()
}

#[test]
fn the_tables_of_all_shards_are_those_of_the_whole() {
    for (config, of, sizes) in [(SMALL, 5, &[2, 2, 3, 2, 3][..]), (SMALL, 20, &[]), (HALVED, 3, &[64, 64, 72])] {
        let bench = Bench::with(config);
        bench.done(&["run", "e.toml", "--out", "whole"]);
        let mut next = 0;
        for number in 1..=of {
            bench.done(&["run", "e.toml", "--out", "parts", "--shard", &format!("{number}/{of}"), "--threads", "1"]);
            let manifest = bench.manifest(&format!("parts/shards/{number}-of-{of}"));
            let (runs, shard) = (manifest["runs"].as_u64().unwrap(), &manifest["shard"]);
            assert!(sizes.get(number as usize - 1).is_none_or(|&size| size == runs), "{manifest}");
            assert_eq!((shard["number"].as_u64(), shard["of"].as_u64()), (Some(number), Some(of)));
            assert_eq!(
                (shard["first_run"].as_u64(), &shard["sweep_runs"]),
                (Some(next), &bench.manifest("whole")["runs"])
            );
            next += runs;
        }
        let whole = bench.tables("whole");
        assert_eq!(["runs.csv", "curves.csv"].map(|table| joined(&bench, "parts", of, table)), whole);
        let names: Vec<_> =
            fs::read_dir(bench.path("parts")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["shards"], "nothing else is written");
    }
}

#[test]
fn a_shard_says_what_it_has_and_draws_nothing() {
    let bench = Bench::with(SMALL);
    let said = bench.done(&["run", "e.toml", "--shard", "2/3"]);
    let expected = "shard 2/3 is complete: 4 runs, 4 to 7; 2 converged, 2 max_steps\n\
                    once all 3 are: etascape merge results/small\n";
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), (expected, ""));
    let again = bench.done(&["run", "e.toml", "--shard=2/3"]);
    assert_eq!(again.stdout, expected);
    assert_eq!(again.stderr, "note: results/small/shards/2-of-3 is complete already: nothing to train\n");
    assert_eq!(bench.done(&["run", "e.toml", "--shard", "2/3", "--quiet"]).stdout, "");
    assert!(!bench.path("results/small/shards/2-of-3/charts").exists());
    let said = bench.done(&["run", "e.toml", "--shard", "1/20"]).stdout;
    assert!(said.starts_with("shard 1/20 is complete: it has no runs, for the sweep has 12 runs\n"), "{said}");
}

#[test]
fn a_shard_that_was_cut_off_goes_on() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--shard", "3/3", "--out", "r"]);
    let folder = "r/shards/3-of-3";
    let whole = bench.tables(folder);
    let running = bench.read(&format!("{folder}/manifest.json")).replace("\"complete\"", "\"running\"");
    for cut in (0..whole[0].len()).step_by(13) {
        bench.write(&format!("{folder}/manifest.json"), &running);
        bench.write(&format!("{folder}/runs.csv"), &whole[0][..cut]);
        bench.write(&format!("{folder}/curves.csv"), &whole[1][..whole[1].len() - cut]);
        bench.done(&["run", "e.toml", "--shard", "3/3", "--out", "r"]);
        assert_eq!(bench.tables(folder), whole, "cut at {cut}");
    }
}

#[test]
fn a_damaged_shard_is_trained_again_and_a_shard_can_be_reproduced() {
    let bench = Bench::with(SMALL);
    let run = ["run", "e.toml", "--shard", "2/3", "--out", "r"];
    bench.done(&run);
    let whole = bench.tables("r/shards/2-of-3");
    bench.write("r/shards/2-of-3/runs.csv", whole[0].replace("converged", "diverged"));
    let said = bench.done(&run);
    assert!(said.stderr.contains("runs.csv: somewhere in its 5 lines it is not what was written"), "{}", said.stderr);
    assert_eq!(bench.tables("r/shards/2-of-3"), whole);
    let said = bench.done(&["reproduce", "r/shards/2-of-3"]);
    assert!(said.stdout.starts_with("reproduced: 4 runs, "), "{}", said.stdout);
    let said = bench.done(&["reproduce", "r/shards/2-of-3", "--sample", "2"]);
    assert!(said.stdout.starts_with("reproduced: 2 of 4 runs, "), "{}", said.stdout);
}

#[test]
fn what_is_no_shard_and_what_is_another_is_refused() {
    let bench = Bench::with(SMALL);
    for (shard, why) in [
        ("0/4", "shards are numbered from 1 to 4"),
        ("5/4", "shards are numbered from 1 to 4"),
        ("3", "expected I/N: shard I of N, as 3/64"),
        ("a/b", "expected I/N: shard I of N, as 3/64"),
    ] {
        let said = bench.etascape(&["run", "e.toml", "--shard", shard]);
        assert_eq!(said.code, Some(2));
        assert!(said.stderr.contains(why), "{}", said.stderr);
    }
    bench.done(&["run", "e.toml", "--shard", "2/3", "--out", "r"]);
    let said = bench.etascape(&["run", "e.toml", "--shard", "2/3", "--out", "r", "--set", "train.steps=20"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("r/shards/2-of-3 holds another experiment"), "{}", said.stderr);
    fs::rename(bench.path("r/shards/2-of-3"), bench.path("r/shards/1-of-3")).unwrap();
    let said = bench.etascape(&["run", "e.toml", "--shard", "1/3", "--out", "r"]);
    assert!(said.stderr.contains("\n  the shard: 2/3 from run 4 there, 1/3 from run 0 here"), "{}", said.stderr);
}
