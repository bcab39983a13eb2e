//! Results folders that cannot be written or read: exit code 1, nothing harmed.

use crate::bench::{Bench, SMALL};

/// Runs the command, which must fail while working. What it says.
#[track_caller]
fn fails(bench: &Bench, words: &[&str]) -> String {
    let before = bench.files(".");
    let said = bench.etascape(words);
    assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""), "{}", said.stderr);
    assert_eq!(bench.files("."), before);
    said.stderr
}

#[test]
fn a_file_where_the_folder_should_be() {
    let bench = Bench::with(SMALL);
    bench.write("file", "mine");
    let out = ["file", "file/below"].map(|out| fails(&bench, &["run", "e.toml", "--out", out]));
    let forced = fails(&bench, &["run", "e.toml", "--force", "--out", "file"]);
    insta::assert_snapshot!([out.join(""), forced].join(""));
}

#[test]
fn a_new_experiment_without_its_folder() {
    let bench = Bench::with("");
    insta::assert_snapshot!(fails(&bench, &["new", "none/x.toml"]));
}

#[test]
fn a_report_of_what_is_no_results_folder() {
    let bench = Bench::with(SMALL);
    bench.write("r/manifest.json", "{}");
    let words = [".", "none", "e.toml", "r"].map(|folder| fails(&bench, &["report", folder]));
    insta::assert_snapshot!(words.join(""));
}

#[test]
fn results_of_a_newer_etascape_are_left_alone() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet"]);
    let newer = bench.read("results/small/manifest.json").replace("\"format_version\": 1", "\"format_version\": 2");
    bench.write("results/small/manifest.json", newer);
    let said = [&["run", "e.toml"][..], &["report", "results/small"]].map(|words| fails(&bench, words));
    insta::assert_snapshot!(said.join(""));
}

#[test]
fn damaged_tables_are_named_with_their_line() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet"]);
    let [runs, _] = bench.tables("results/small");
    bench.write("results/small/runs.csv", runs.replace("\n3,0.0217,", "\n3,x,").replace("\n4,", "\nfour,"));
    let said = fails(&bench, &["report", "results/small"]);
    assert!(said.contains("results/small/runs.csv:6: column run_id: found \"four\""), "{said}");
}
