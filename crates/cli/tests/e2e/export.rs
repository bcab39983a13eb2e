//! `etascape export`. What other tools read of the files is tested in `tests/readers`.

use std::fs;

use crate::bench::{Bench, SMALL, column};

/// A program with parameters of every kind, whose runs end in several ways.
const MIXED: &str = r#"
name = "mixed"
[program]
command = ["sh", "work.sh", "{k}", "{net}", "{fast}", "{lr}"]
[sweep.parameters]
lr = [0.1, 1, 1e-5]
k = [3, 4]
net = ["wide", "a,b", "1"]
fast = [true, false]
"#;

const WORK: &str =
    "echo step 0 loss 0.5 acc nan; test $1 != 3 || { echo 'no, \"bad\"' >&2; exit 3; }; echo step 7 loss 0.25";

fn mixed() -> Bench {
    let bench = Bench::with(MIXED);
    bench.write("work.sh", WORK);
    bench.done(&["run", "e.toml", "--quiet"]);
    bench
}

#[test]
fn both_formats_go_beside_the_tables_with_the_same_bytes_each_time() {
    let bench = mixed();
    let said = bench.done(&["export", "results/mixed", "--format", "parquet"]);
    let files = "results/mixed/export/runs.parquet\nresults/mixed/export/curves.parquet\n";
    assert_eq!((said.stdout.replace('\\', "/").as_str(), said.stderr.as_str()), (files, ""));
    let said = bench.done(&["export", "results/mixed", "--format", "tensorboard"]);
    assert_eq!(said.stdout.replace('\\', "/"), "results/mixed/export/tensorboard\n");
    let exported = bench.files("results/mixed/export");
    assert_eq!(exported.len(), 2 + 1 + 36, "{:?}", exported.keys());
    for format in ["parquet", "tensorboard"] {
        bench.done(&["export", "results/mixed", "--format", format, "--out", "elsewhere"]);
    }
    assert_eq!(bench.files("elsewhere"), exported);
    let runs = &exported[std::path::Path::new("runs.parquet")];
    assert!(runs.starts_with(b"PAR1") && runs.ends_with(b"PAR1"));
}

#[test]
fn event_files_are_read_back_with_their_checksums() {
    let bench = mixed();
    bench.done(&["export", "results/mixed", "--format", "tensorboard", "--out", "out"]);
    let reader = "name = \"back\"\nprogram.command = [\"cp\", \"-r\", \"../../../../out/tensorboard/run-0000{run}\", \"t\"]\n\
                  program.metrics.events = \"**/events.out.tfevents.*\"\nsweep.parameters.run = [0, 6]\n";
    bench.write("e.toml", reader);
    bench.done(&["run", "e.toml", "--quiet"]);
    let curves = bench.tables("results/back")[1].clone();
    assert_eq!(column(&curves, "run_id"), ["0", "1", "1"], "{curves}");
    assert_eq!(column(&curves, "step"), ["0", "0", "7"], "{curves}");
    assert_eq!(column(&curves, "loss"), ["0.5", "0.5", "0.25"], "{curves}");
    assert_eq!(column(&curves, "acc"), ["NaN", "NaN", ""], "{curves}");
}

#[test]
fn what_an_earlier_export_has_left_does_not_stay() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet"]);
    for format in ["parquet", "tensorboard"] {
        bench.done(&["export", "results/small", "--format", format]);
    }
    bench.write("results/small/export/tensorboard/run-00011/mine", "kept");
    let fewer = ["--set", "sweep.parameters.init.w=[1]", "--set", "log.curve_points=0", "--force"];
    bench.done(&[&["run", "e.toml", "--quiet", "--out", "other"], &fewer[..4]].concat());
    for format in ["parquet", "tensorboard"] {
        bench.done(&["export", "other", "--format", format, "--out", "results/small/export"]);
    }
    let left: Vec<String> = bench
        .files("results/small/export")
        .into_keys()
        .map(|path| path.display().to_string().replace('\\', "/"))
        .collect();
    let file = "events.out.tfevents.0.etascape";
    let mut expected = vec!["runs.parquet".to_owned(), format!("tensorboard/{file}")];
    expected.extend((0..4).map(|run| format!("tensorboard/run-0000{run}/{file}")));
    expected.push("tensorboard/run-00011/mine".to_owned());
    assert_eq!(left, expected);
    bench.done(&[&["run", "e.toml", "--quiet", "--out", "results/small"], &fewer[..]].concat());
    assert!(!bench.path("results/small/export").exists(), "--force starts over");
}

#[test]
fn what_cannot_be_exported_is_said() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet"]);
    let export = |folder: &str, format: &str| bench.etascape(&["export", folder, "--format", format]);
    assert_eq!(export("nowhere", "parquet").code, Some(1));
    assert_eq!(export("results/small", "excel").code, Some(2));
    let manifest = bench.read("results/small/manifest.json");
    bench.write(
        "results/small/manifest.json",
        manifest.replace("\"runs\": 12,\n  \"digests\"", "\"runs\": 10001,\n  \"digests\""),
    );
    let said = export("results/small", "tensorboard");
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.starts_with("error: 10,001 runs would be as many event files"), "{}", said.stderr);
    bench.write("results/small/manifest.json", &manifest);
    let runs = bench.read("results/small/runs.csv");
    bench.write("results/small/runs.csv", runs.replacen("max_steps,300", "max_steps,3x0", 1));
    let said = export("results/small", "parquet");
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("runs.csv"), "{}", said.stderr);
    // Unfinished tables have no digests: a cell that is none of its column's kind is found when it is read.
    bench.write("results/small/manifest.json", manifest.replace("\"complete\"", "\"interrupted\""));
    let said = export("results/small", "parquet");
    assert!(said.stderr.starts_with("note: the sweep is not complete; "), "{}", said.stderr);
    assert!(said.stderr.contains("column steps: found \"3x0\", expected a whole number or nothing"), "{}", said.stderr);
    assert!(!bench.path("results/small/export/runs.parquet").exists());
    fs::remove_file(bench.path("results/small/runs.csv")).unwrap();
    let said = export("results/small", "parquet");
    assert!(said.stderr.contains("has no runs.csv yet"), "{}", said.stderr);
}
