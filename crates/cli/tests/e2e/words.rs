//! What people read, held word for word.

use crate::bench::{Bench, SMALL, rows};

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

/// Plain descent: the sharpness at the start is what a run logs at step 0.
#[test]
fn a_network_under_plain_descent_explained() {
    let descent = NETWORK.replace("optimizer = \"adam\"", "optimizer = \"sgd\"");
    let bench = Bench::with(&format!("{descent}log = {{ curve_every = 50, sharpness_every = 50 }}\n"));
    let text = bench.done(&["explain", "e.toml"]).stdout;
    bench.done(&["run", "e.toml", "--quiet"]);
    let curves = rows(&bench.tables("results/network")[1]);
    let column = curves[0].iter().position(|name| name == "sharpness").unwrap();
    let logged = format!("sharpness λmax at the start      {}", &curves[1][column][..7]);
    assert!(text.contains(&logged), "{logged} is missing:\n{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn what_changes_the_limit_is_said() {
    let said = |train: &str| {
        let train = format!("train = {{ loss = \"bce\", steps = 9, {train} }}");
        let config: Vec<&str> = NETWORK.lines().filter(|line| !line.starts_with("train")).chain([&*train]).collect();
        let text = Bench::with(&config.join("\n")).done(&["explain", "e.toml"]).stdout;
        text.split_once("Theory").unwrap().1.split_whitespace().collect::<Vec<&str>>().join(" ")
    };
    for (train, words) in [
        ("optimizer = { kind = \"sgd\", momentum = 0.9 }", "with β = 0.9: 2(1 + β)/λmax"),
        ("optimizer = { kind = \"sgd\", momentum = 0.9, nesterov = true }", "2(1 + β)/((1 + 2β)λmax)"),
        ("optimizer = { kind = \"sgd\", weight_decay = 0.1 }", "weight decay 0.1 adds that much to each λ"),
        ("optimizer = \"rmsprop\"", "what counts is λmax of H so scaled"),
        ("schedule = \"cosine\"", "η follows a schedule"),
        ("batch_size = 2", "each mini-batch has an H of its own"),
        ("learning_rate = [0.1, 0.2, 0.3]", "no single η is to compare with the limit"),
        ("learning_rate = 1000", "and grows. The loss rises at first"),
    ] {
        assert!(said(train).contains(words), "{words} is missing:\n{}", said(train));
    }
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
