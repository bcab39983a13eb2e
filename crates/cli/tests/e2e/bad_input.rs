//! Configs that are wrong: exit code 2, the place and the remedy named, nothing made and nothing harmed.

use std::time::{Duration, Instant};

use crate::bench::Bench;

/// Gives a wrong config to every command that takes one. What they say, which must be the same.
#[track_caller]
pub fn refused(bench: &Bench) -> String {
    let before = bench.files(".");
    let said = ["check", "explain", "run"].map(|command| {
        let said = bench.etascape(&[command, "e.toml"]);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{command}: {}", said.stderr);
        said.stderr
    });
    assert_eq!(said[0], said[1]);
    assert_eq!(said[0], said[2]);
    assert_eq!(bench.files("."), before);
    said[0].clone()
}

const GOOD: &str = "name = \"t\"\ndata.points = [[3, 7], [9, 13]]\n";

/// The wrong config after two lines of a good one.
fn beside_good(wrong: &str) -> String {
    refused(&Bench::with(&format!("{GOOD}{wrong}")))
}

#[test]
fn keys_that_do_not_exist() {
    let keys = ["train.learning_rat = 0.1", "[trian]\nsteps = 3", "learning_rate = 0.1", "data.pionts = [[1, 2]]"];
    insta::assert_snapshot!(keys.map(beside_good).join("\n"));
}

#[test]
fn wrong_types() {
    let types = ["train.steps = \"many\"", "train.steps = 2.5", "model = 3", "train.learning_rate = true", "seed = -1"];
    insta::assert_snapshot!(types.map(beside_good).join("\n"));
}

#[test]
fn impossible_values() {
    let values = [
        "train.steps = 0",
        "train.learning_rate = nan",
        "train.learning_rate = -0.1",
        "train.learning_rate = inf",
        "train.loss = \"mes\"",
        "model.kind = \"mpl\"",
    ];
    insta::assert_snapshot!(values.map(beside_good).join("\n"));
}

#[test]
fn sweeps_that_cannot_be() {
    let sweeps = [
        "sweep.parameters = { \"train.learning_rat\" = [0.1] }",
        "sweep.parameters = { \"model.hidden.0\" = [2, 3] }",
        "sweep.parameters = { \"train.optimizer.momentum\" = [0.5], \"train.optimizer\" = [\"adam\"] }",
        "model.kind = \"mlp\"\nsweep.parameters = { \"init.w\" = [1, 2] }",
        "sweep.parameters = { name = [\"a\", \"b\"] }",
        "sweep.parameters = { \"train.learning_rate\" = [0.1, nan] }",
        "sweep.parameters = { \"train.learning_rate\" = { geomspace = [0, 1, 5] } }",
        "sweep = { zip = [[\"init.w\", \"init.b\"]], parameters = { \"init.w\" = [1, 2], \"init.b\" = [1] } }",
    ];
    insta::assert_snapshot!(sweeps.map(beside_good).join("\n"));
}

#[test]
fn names_that_lead_elsewhere() {
    let names = ["../x", "a/b", "", ".", "..", "/tmp/x", "a\\\\b"];
    let said = names.map(|name| refused(&Bench::with(&format!("name = \"{name}\"\ndata.points = [[1, 2]]\n"))));
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn files_that_are_no_experiment() {
    let texts: [&[u8]; 5] =
        [b"", b"steps = = 3\n", b"name = \"t\"\nname = \"u\"\n", b"name = \"caf\xe9\"\n", b"\xff\xfen\x00a\x00"];
    let said = texts.map(|text| {
        let bench = Bench::with("");
        bench.write("e.toml", text);
        refused(&bench)
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn no_file_or_a_folder_for_a_config() {
    let bench = Bench::with(GOOD);
    let words = ["none.toml", "."].map(|config| bench.etascape(&["run", config]));
    assert_eq!(words.each_ref().map(|said| said.code), [Some(2); 2]);
    insta::assert_snapshot!(words.map(|said| said.stderr).join("\n"));
}

#[test]
fn a_grid_of_a_quadrillion_runs_is_refused_at_once() {
    let axis = |key: &str| format!("\"{key}\" = {{ linspace = [0, 1, 100000] }}\n");
    let axes = ["init.w", "init.b", "train.learning_rate"].map(axis).join("");
    let bench = Bench::with(&format!("{GOOD}[sweep.parameters]\n{axes}"));
    let clock = Instant::now();
    let said = refused(&bench);
    assert!(clock.elapsed() < Duration::from_secs(3), "three commands took {:?}", clock.elapsed());
    insta::assert_snapshot!(said);
}

/// The address space of the process is bounded, so that a plan in memory would not fit.
#[cfg(target_os = "linux")]
#[test]
fn a_quadrillion_runs_take_no_memory() {
    let axis = |key: &str| format!("\"{key}\" = {{ linspace = [0, 1, 100000] }}\n");
    let axes = ["init.w", "init.b", "train.learning_rate"].map(axis).join("");
    let bench = Bench::with(&format!("{GOOD}[sweep.parameters]\n{axes}"));
    let limited = "ulimit -v 262144 && exec \"$0\" check e.toml";
    let status = std::process::Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_etascape")])
        .current_dir(bench.path("."))
        .stderr(std::process::Stdio::null())
        .status();
    assert_eq!(status.unwrap().code(), Some(2));
}

#[test]
fn overrides_that_are_wrong() {
    let bench = Bench::with(GOOD);
    let sets = ["train.steps=0", "train.stepz=5", "train.steps", "train.loss=mce", "=5", "name=\"../x\""];
    let said = sets.map(|set| {
        let said = bench.etascape(&["run", "e.toml", "--set", set]);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""));
        said.stderr
    });
    assert_eq!(bench.files(".").len(), 1);
    insta::assert_snapshot!(said.join("\n"));
}
