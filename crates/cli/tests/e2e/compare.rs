//! `compare`: several folders, one table, one page.

use crate::bench::{Bench, SMALL};

#[test]
fn two_folders_come_to_one_table_and_one_page() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    bench.done(&["run", "e.toml", "--set", "name=\"slow\"", "--set", "train.steps=20"]);
    let said = bench.done(&["compare", "results/small", "results/slow"]);
    let lines: Vec<Vec<&str>> = said.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..4], ["experiment", "runs", "converged", "diverged"]);
    let runs = bench.tables("results/small")[0].clone();
    let ended = |status: &str| runs.lines().filter(|row| row.split(',').nth(3) == Some(status)).count().to_string();
    assert_eq!(lines[1][..4], ["small", "12", &ended("converged"), &ended("diverged")]);
    assert_eq!(lines[2][..3], ["slow", "12", "0"]);
    assert_eq!(lines.last().unwrap()[..], ["compare.html"]);
    let page = bench.read("compare.html");
    assert!(page.contains("Swept: train.learning_rate in all; init.w in all."), "parameters are matched by name");
    bench.done(&["compare", "results/small", "results/slow", "--out", "again.html"]);
    assert!(page == bench.read("again.html"), "the same folders, the same bytes");
}

#[test]
fn one_folder_or_none_of_ours_is_refused() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    assert_eq!(bench.etascape(&["compare", "results/small"]).code, Some(2));
    let said = bench.etascape(&["compare", "results/small", "nowhere"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("nowhere is not a results folder of etascape"), "{}", said.stderr);
}
