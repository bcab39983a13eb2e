//! Which files of charts the options ask for.

use crate::bench::{Bench, SMALL};

fn charts(bench: &Bench, results: &str) -> Vec<String> {
    let files = bench.files(&format!("{results}/charts")).into_keys();
    files.map(|path| path.display().to_string()).collect()
}

#[test]
fn charts_have_the_formats_asked_for() {
    let bench = Bench::with(SMALL);
    let names = ["convergence", "fit", "heatmap", "loss-curves", "surface"];
    let with = |endings: &[&str]| -> Vec<String> {
        names.iter().flat_map(|name| endings.iter().map(move |ending| format!("{name}.{ending}"))).collect()
    };
    let said = bench.done(&["run", "e.toml", "--format", "svg"]);
    assert!(said.stdout.contains("fit.svg") && !said.stdout.contains(".png"), "{}", said.stdout);
    assert_eq!(charts(&bench, "results/small"), with(&["svg"]));
    bench.done(&["report", "results/small", "--format", "png,svg"]);
    assert_eq!(charts(&bench, "results/small"), with(&["png", "svg"]));
    bench.done(&["report", "results/small"]);
    assert_eq!(charts(&bench, "results/small"), with(&["png"]));
    let said = bench.etascape(&["report", "results/small", "--format", "gif"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("gif") && said.stderr.contains("png, svg"), "{}", said.stderr);
}

#[test]
fn report_gives_the_bytes_of_run_in_every_format() {
    let bench = Bench::with(SMALL);
    let options = ["--format", "png,svg", "--animate"];
    bench.done(&[&["run", "e.toml"][..], &options].concat());
    let files = bench.files("results/small");
    assert!(files.keys().any(|path| path.ends_with("charts/fit-animation.png")));
    let said = bench.done(&[&["report", "results/small"][..], &options].concat());
    assert_eq!((said.stdout.lines().count(), said.stderr.as_str()), (12, ""), "ten charts, the animation, the page");
    assert!(bench.files("results/small") == files);
}

#[test]
fn an_animation_that_cannot_be_is_a_note() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--animate"]);
    let unlogged = ["run", "e.toml", "--animate", "--set", "log.parameters=false", "--force"];
    let said = bench.done(&unlogged);
    assert!(said.stderr.starts_with("note: ") && said.stderr.contains("parameters logged"), "{}", said.stderr);
    assert!(!bench.path("results/small/charts/fit-animation.png").exists());
    let said = bench.done(&["report", "results/small", "--animate"]);
    assert!(said.stderr.contains("parameters logged"), "{}", said.stderr);
    assert_eq!(bench.done(&[&unlogged[..], &["--quiet"]].concat()).stderr, "");
}

#[test]
fn japanese_names_of_columns_reach_the_charts() {
    let config = r#"
name = "japanese"
description = "学習率の景色"
data.csv = { path = "data.csv", target = "出力" }
init = { w = 0.0, b = 0.0 }
train = { steps = 50 }
sweep.parameters = { "train.learning_rate" = [0.001, 0.01] }
"#;
    let bench = Bench::with(config);
    bench.write("data.csv", "入力の大きさ,出力\n3,7\n9,13\n");
    bench.done(&["run", "e.toml", "--format", "png,svg"]);
    let fit = bench.read("results/japanese/charts/fit.svg");
    for name in ["入力の大きさ", "出力"] {
        assert!(fit.contains(&format!("aria-label=\"{name}\"")), "{fit:.2000}");
    }
}

#[test]
fn a_colour_that_no_column_has_is_said() {
    let bench = Bench::with(&format!("report.color = \"trainability\"\n{SMALL}"));
    let note = "note: report.color has no effect: runs.csv has no column of numbers that is named \"trainability\"\n";
    assert_eq!(bench.done(&["run", "e.toml"]).stderr, note);
    assert_eq!(bench.done(&["report", "results/small"]).stderr, note);
    assert_eq!(bench.done(&["run", "e.toml", "--force", "--set", "log.trainability=true"]).stderr, "");
}
