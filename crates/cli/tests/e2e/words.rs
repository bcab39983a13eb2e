//! What people read, held word for word.

use crate::bench::{Bench, SMALL};

/// A shipped experiment.
fn shipped(name: &str) -> String {
    format!("{}/../../experiments/{name}", env!("CARGO_MANIFEST_DIR"))
}

const NETWORK: &str = r#"
name = "network"
data.points = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
model = { kind = "mlp", hidden = [3, 2] }
train = { loss = "bce", optimizer = "adam", learning_rate = 0.1, steps = 100 }
"#;

#[test]
fn the_neuron_explained() {
    insta::assert_snapshot!(Bench::with("").done(&["explain", &shipped("seed.toml")]).stdout);
}

#[test]
fn a_network_explained() {
    insta::assert_snapshot!(Bench::with(NETWORK).done(&["explain", "e.toml"]).stdout);
}

#[test]
fn the_findings_of_a_run() {
    insta::assert_snapshot!(Bench::with(SMALL).done(&["run", "e.toml"]).stdout);
}

/// Time is measured, and disk an estimate that may become better.
#[test]
fn the_plan() {
    let text = Bench::with(SMALL).done(&["check", "e.toml"]).stdout;
    let is_estimate = |line: &&str| ["time", "disk"].contains(&line.split_whitespace().next().unwrap_or_default());
    assert_eq!(text.lines().filter(is_estimate).count(), 2, "{text}");
    let plan: Vec<&str> = text.lines().filter(|line| !is_estimate(line)).collect();
    insta::assert_snapshot!(plan.join("\n"));
}

#[test]
fn the_help() {
    let bench = Bench::with("");
    let help = [&["--help"][..], &["run", "--help"]].map(|words| bench.done(words).stdout);
    insta::assert_snapshot!(help.join("\n----\n\n"));
}

#[test]
fn the_exact_neuron_is_on_the_page() {
    let text = Bench::with("").done(&["explain", &shipped("seed.toml")]).stdout;
    for number in ["91.6070", "0.392983", "0.0218324", "0.0217391", "233.1"] {
        assert!(text.contains(number), "{number} is missing:\n{text}");
    }
}
