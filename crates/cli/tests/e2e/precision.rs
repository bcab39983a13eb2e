//! Sweeps in f32, and over both precisions: the same promises as in f64.

use std::collections::BTreeMap;

use crate::bench::{Bench, rows};

/// Runs of several shapes in both precisions, with every column that logs can have.
const BOTH: &str = r#"
name = "both"
data.generator = { kind = "xor", rows = 60, noise = 0.2 }
data.validation_fraction = 0.2
model = { kind = "mlp", hidden = [2] }
train = { loss = "bce", steps = 40, batch_size = 7, learning_rate = 0.1 }
log = { curve_every = 5, sharpness_every = 20, trainability = true, batch_loss = true }
[sweep.parameters]
"train.precision" = ["f64", "f32"]
"train.optimizer" = ["sgd", "adam"]
"train.learning_rate" = { geomspace = [0.001, 10.0, 9] }
seed = { range = [0, 5] }
"#;

#[test]
fn both_precisions_give_the_same_bytes_whatever_the_threads() {
    let bench = Bench::with(BOTH);
    let tables = |threads: &str| {
        bench.done(&["run", "e.toml", "--quiet", "--threads", threads, "--out", threads]);
        bench.tables(threads)
    };
    let one = tables("1");
    assert_eq!(tables("2"), one);
    assert_eq!(tables("7"), one);
    bench.done(&["reproduce", "7", "--threads", "2"]);
    bench.done(&["reproduce", "1", "--sample", "7"]);
    let charts = bench.files("2/charts");
    bench.done(&["report", "2"]);
    assert_eq!(bench.files("2/charts"), charts);
}

/// Cells of runs in f32 are the shortest digits of an f32, those of runs in f64 are what the same runs without any in f32
/// have.
#[test]
fn each_precision_has_its_own_digits() {
    let bench = Bench::with(BOTH);
    bench.done(&["run", "e.toml", "--quiet"]);
    let [runs, curves] = bench.tables("results/both");
    let doubles = "sweep.parameters.\"train.precision\"=[\"f64\"]";
    bench.done(&["run", "e.toml", "--quiet", "--set", doubles, "--out", "doubles"]);
    let [runs_alone, curves_alone] = bench.tables("doubles");
    assert!(runs.starts_with(&runs_alone), "the runs in f64 come first, and are the same");
    assert!(curves.starts_with(&curves_alone));

    let precision: BTreeMap<String, String> =
        rows(&runs)[1..].iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let (mut in_single, mut longer) = (0, 0);
    for table in [&runs, &curves] {
        let rows = rows(table);
        for row in &rows[1..] {
            let cells = rows[0].iter().zip(row).filter(|(name, cell)| {
                !matches!(name.as_str(), "train.learning_rate" | "sharpness") && cell.contains('.')
            });
            for (name, cell) in cells {
                let digits = |text: String| text.split('e').next().unwrap().replace(['.', '-'], "");
                let of_double = digits(format!("{:e}", cell.parse::<f64>().unwrap()));
                if precision[&row[0]] == "f32" {
                    assert_eq!(of_double, digits(format!("{:e}", cell.parse::<f32>().unwrap())), "{name}: {cell}");
                    in_single += 1;
                } else {
                    longer += usize::from(of_double.len() > 9);
                }
            }
        }
    }
    assert!(in_single > 1000 && longer > 1000, "{in_single} {longer}");
}

/// Halving compares losses, and interrupted sweeps go on from the text: both must not notice that it has fewer digits.
#[test]
fn an_interrupted_sweep_in_f32_goes_on_to_the_same_bytes() {
    let config = format!("{BOTH}[stop.halving]\nmin_steps = 5\n").replace("trainability = true, ", "");
    let bench = Bench::with(&config);
    bench.done(&["run", "e.toml", "--quiet", "--out", "whole"]);
    let [runs, curves] = bench.tables("whole");
    assert!(runs.contains(",pruned,"));
    let running = bench.read("whole/manifest.json").replace("\"complete\"", "\"running\"");
    bench.write("cut/manifest.json", running);
    bench.write("cut/experiment.toml", &config);
    bench.write("cut/runs.csv", &runs[..runs.len() * 7 / 10]);
    bench.write("cut/curves.csv", &curves[..curves.len() * 6 / 10]);
    bench.done(&["run", "e.toml", "--quiet", "--out", "cut"]);
    assert_eq!(bench.tables("cut"), [runs, curves]);
    bench.done(&["reproduce", "cut"]);
}

/// The surface trains a run again, in its own precision: only then do all its steps lead through the logged points.
#[test]
fn the_surface_has_every_step_of_runs_in_f32() {
    let bench = Bench::with(
        "name = \"s\"\ndata.points = [[3, 7], [9, 13]]\ninit = { w = 3.1, b = -8.3 }\ntrain = { precision = \"f32\", \
         steps = 300 }\nlog.curve_points = 9\nsweep.parameters.\"train.learning_rate\" = [0.001, 0.01, 0.021]\n",
    );
    bench.done(&["run", "e.toml", "--format", "svg"]);
    let surface = bench.read("results/s/charts/surface.svg");
    assert!(!surface.contains("joined"), "every step is on the path");
    bench.done(&["reproduce", "results/s"]);
}

/// A loss that could fall for ever stands still in f32, which is said with the line that mends it; one that comes to its least
/// in f32 as in f64 is not said to.
#[test]
fn rounding_that_holds_up_a_run_is_said() {
    let line = |noise: &str| {
        format!(
            "name = \"r\"\ndata.generator = {{ kind = \"line\", rows = 20, slope = 2.1, intercept = 0.7, noise = {noise} }}\n\
             init = {{ w = -1.3, b = 3.3 }}\ntrain = {{ loss = \"mse\", steps = 2000, precision = \"f32\" }}\n\
             [sweep.parameters]\n\"train.learning_rate\" = [0.02, 0.05]\n"
        )
    };
    let bench = Bench::with(&line("0.0"));
    let said = bench.done(&["run", "e.toml", "--set", "stop.converged_below=1e-16"]).stdout;
    assert!(said.contains("Rounding to f32 holds up run 1"), "{said}");
    assert!(said.contains("train.precision = \"f64\""), "{said}");
    let page = bench.read("results/r/report.html");
    assert!(page.contains("Rounding to f32 holds up run 1"));
    let found = bench.done(&["report", "results/r", "--json"]).stdout;
    assert!(found.contains("\"kind\": \"stands_still\"") || found.contains("\"kind\":\"stands_still\""), "{found}");

    let least = Bench::with(&line("0.3"));
    let said = least.done(&["run", "e.toml", "--set", "stop.converged_below=0"]).stdout;
    assert!(!said.contains("Rounding"), "{said}");
}
