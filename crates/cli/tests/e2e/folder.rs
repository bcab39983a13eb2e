//! What `run` does with a results folder that is there already, and where it puts a new one.

use std::fs;
use std::time::SystemTime;

use crate::bench::{Bench, SMALL};

#[test]
fn what_new_writes_can_be_run() {
    let bench = Bench::with("");
    let said = bench.done(&["new", "first.toml"]);
    assert_eq!(
        (said.stdout.as_str(), said.stderr.as_str()),
        ("first.toml written; next: etascape run first.toml\n", "")
    );
    bench.done(&["check", "first.toml"]);
    bench.done(&["explain", "first.toml"]);
    bench.done(&["run", "first.toml", "--out", "r"]);
    assert_eq!(bench.manifest("r")["state"], "complete");
}

#[test]
fn new_replaces_nothing() {
    let bench = Bench::with("mine");
    let said = bench.etascape(&["new", "e.toml"]);
    assert_eq!(said.code, Some(2));
    assert_eq!(said.stderr, "error: e.toml exists already; name another file\n");
    assert_eq!(bench.read("e.toml"), "mine");
}

#[test]
fn new_without_a_path_writes_experiment_toml() {
    let bench = Bench::with("");
    bench.done(&["new"]);
    assert!(bench.read("experiment.toml").starts_with('#'));
}

#[test]
fn a_complete_sweep_is_not_trained_again() {
    let bench = Bench::with(SMALL);
    let first = bench.done(&["run", "e.toml"]);
    let kept =
        ["experiment.toml", "manifest.json", "runs.csv", "curves.csv"].map(|name| format!("results/small/{name}"));
    let times = || kept.clone().map(|name| fs::metadata(bench.path(&name)).unwrap().modified().unwrap());
    let (before, times_before): (_, [SystemTime; 4]) = (bench.files("results/small"), times());
    let second = bench.done(&["run", "e.toml"]);
    assert_eq!(second.stderr, "note: results/small is complete already: nothing to train\n");
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(times(), times_before);
    assert_eq!(bench.files("results/small"), before);
}

#[test]
fn words_for_readers_do_not_make_another_experiment() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    bench.write("e.toml", SMALL.replace("Twelve runs", "A dozen"));
    let said = bench.done(&["run", "e.toml"]);
    assert_eq!(said.stderr, "note: results/small is complete already: nothing to train\n");
}

#[test]
fn another_experiment_is_refused_and_its_keys_are_named() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    let before = bench.files(".");
    let said = bench.etascape(&["run", "e.toml", "--set", "train.steps=20", "--set", "init.b=-7"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""));
    let expected = "error: results/small holds another experiment; it differs in
  init.b: -8.0 there, -7 here
  train.steps: 300 there, 20 here
name another folder with --out, or start over with --force
";
    assert_eq!(said.stderr, expected);
    assert_eq!(bench.files("."), before);
}

#[test]
fn other_data_are_another_experiment() {
    let config = "name = \"small\"\ndata.csv = { path = \"d.csv\", target = \"t\" }\ntrain.steps = 5\n";
    let bench = Bench::with(config);
    bench.write("d.csv", "x,t\n3,7\n9,13\n");
    bench.done(&["run", "e.toml"]);
    bench.write("d.csv", "x,t\n3,7\n9,14\n");
    let said = bench.etascape(&["run", "e.toml"]);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(said.stderr.contains("\n  the data: rows with digest "), "{}", said.stderr);
}

#[test]
fn force_starts_over_and_spares_what_is_not_ours() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    bench.write("results/small/notes.txt", "mine");
    let said = bench.done(&["run", "e.toml", "--force", "--set", "train.steps=20"]);
    assert_eq!(said.stderr, "");
    assert_eq!(bench.read("results/small/notes.txt"), "mine");
    assert_eq!(bench.read("results/small/experiment.toml"), SMALL.replace("steps = 300", "steps = 20"));
    assert!(bench.read("results/small/runs.csv").contains(",max_steps,20,"));
}

#[test]
fn files_with_our_names_are_not_taken_for_ours() {
    let bench = Bench::with(SMALL);
    bench.write("results/small/runs.csv", "mine");
    let said = bench.etascape(&["run", "e.toml"]);
    let expected = "error: results/small holds runs.csv, but no manifest.json of etascape; --force replaces them\n";
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), expected));
    assert_eq!(bench.read("results/small/runs.csv"), "mine");
}

#[test]
fn out_names_the_folder() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--out", "a/b/c"]);
    assert_eq!(bench.manifest("a/b/c")["config_folder"], "../../..");
    assert!(!bench.path("results").exists());
    bench.done(&["report", "a/b/c"]);
}

#[test]
fn set_counts_as_if_it_stood_in_the_file() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--set", "train.steps=40", "--set", "stop.converged_below=1.0", "--out", "set"]);
    let text = SMALL.replace("steps = 300", "steps = 40").replace("converged_below = 0.5", "converged_below = 1.0");
    assert_eq!(bench.read("set/experiment.toml"), text);
    bench.write("e.toml", text);
    bench.done(&["run", "e.toml", "--out", "file"]);
    assert_eq!(bench.tables("set"), bench.tables("file"));
}

#[test]
fn what_a_set_cannot_change_is_said() {
    let bench = Bench::with(SMALL);
    let said = bench.done(&["run", "e.toml", "--set", "train.learning_rate=0.5"]);
    assert_eq!(said.stderr, "note: --set train.learning_rate has no effect: the sweep varies it\n");
}
