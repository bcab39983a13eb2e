//! An experiment on standard input.

use std::io::Write;
use std::process::Stdio;

use crate::bench::{Bench, Said};

const LINE: &str = r#"
name = "line"
data.csv = { path = "houses.csv", target = "price" }
train.steps = 20
sweep.parameters = { "train.learning_rate" = [0.001, 0.01] }
"#;

/// Runs the binary with an experiment on its standard input.
fn fed(bench: &Bench, words: &[&str], config: &str) -> Said {
    let mut command = bench.command(words);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(config.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn paths_start_from_the_current_folder() {
    let bench = Bench::with(LINE);
    bench.write("houses.csv", "rooms,price\n1,2\n2,4\n3,7\n");
    for command in ["check", "explain", "run"] {
        let from_file = bench.etascape(&[command, "e.toml"]);
        let piped = fed(&bench, &[command, "-"], LINE);
        assert_eq!((piped.code, &piped.stdout), (Some(0), &from_file.stdout), "{command}: {}", piped.stderr);
    }
    assert_eq!(bench.read("results/line/experiment.toml"), LINE);
    assert_eq!(bench.manifest("results/line")["config_folder"], "../..");
    bench.done(&["reproduce", "results/line"]);
    let set = fed(&bench, &["run", "-", "--out", "adam", "--set", "train.optimizer=adam"], LINE);
    assert_eq!(set.code, Some(0), "{}", set.stderr);
    assert!(bench.read("adam/experiment.toml").contains("optimizer = \"adam\""));
}

#[test]
fn its_errors_name_it() {
    let bench = Bench::with("");
    let said = fed(&bench, &["check", "-"], "name = 3\n");
    let error = "error: standard input:1: name: wrong type: a whole number\n  found    name = 3\n  allowed  a text\n";
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), error));
    let said = fed(&bench, &["run", "-"], "");
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), "error: standard input: the file is empty\n"));
}
