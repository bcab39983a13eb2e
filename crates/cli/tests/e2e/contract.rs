//! The results folder as its contract has it.

use crate::bench::{Bench, SMALL, rows};

#[test]
fn a_run_leaves_every_file() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    let files: Vec<String> = bench.files("results/small").into_keys().map(|path| path.display().to_string()).collect();
    let charts = ["convergence", "fit", "heatmap", "loss-curves", "surface"].map(|name| format!("charts/{name}.png"));
    let others = ["curves.csv", "experiment.toml", "manifest.json", "report.html", "runs.csv"].map(String::from);
    assert_eq!(files, [&charts[..], &others[..]].concat());
    assert_eq!(bench.read("results/small/experiment.toml"), SMALL);
}

#[test]
fn charts_are_wide_pngs() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    let files = bench.files("results/small/charts");
    for (name, bytes) in files {
        assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n", "{name:?}");
        let width = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
        assert!(width >= 2000, "{name:?} is {width} pixels wide");
    }
}

#[test]
fn runs_stand_in_plan_order_the_last_parameter_fastest() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    let [runs, _] = bench.tables("results/small");
    let head = "run_id,train.learning_rate,init.w,status,steps,initial_loss,final_loss,min_loss,w,b\n";
    assert!(runs.starts_with(head), "{runs}");
    let plan: Vec<String> = rows(&runs)[1..].iter().map(|row| row[..3].join(" ")).collect();
    let rates = ["0.001", "0.0217", "0.021739", "0.03"];
    let combinations = rates.iter().flat_map(|rate| ["-4", "0", "4"].map(|w| format!("{rate} {w}")));
    let expected: Vec<String> = combinations.enumerate().map(|(run, values)| format!("{run} {values}")).collect();
    assert_eq!(plan, expected);
    let statuses: Vec<String> = rows(&runs)[1..].iter().map(|row| row[3].clone()).collect();
    for status in ["converged", "diverged", "max_steps"] {
        assert!(statuses.iter().any(|found| found == status), "{status} is not among {statuses:?}");
    }
}

#[test]
fn curves_follow_their_runs_from_the_start_to_the_last_update() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    let [runs, curves] = bench.tables("results/small");
    assert!(curves.starts_with("run_id,step,loss,w,b\n"));
    let points = rows(&curves)[1..].to_vec();
    let number = |cell: &String| cell.parse::<u64>().unwrap();
    let keys: Vec<(u64, u64)> = points.iter().map(|row| (number(&row[0]), number(&row[1]))).collect();
    assert!(keys.is_sorted_by(|a, b| a < b), "run_id then step order");
    for run in &rows(&runs)[1..] {
        let curve: Vec<&Vec<String>> = points.iter().filter(|row| row[0] == run[0]).collect();
        let (first, last) = (curve[0], curve[curve.len() - 1]);
        assert_eq!([&first[1], &first[2]], ["0", &run[5]], "run {}", run[0]);
        assert_eq!([&last[1], &last[2]], [&run[4], &run[6]], "run {}", run[0]);
        assert_eq!(last[3..], run[8..], "run {}", run[0]);
        assert!((2..=13).contains(&curve.len()), "run {}: {} points", run[0], curve.len());
    }
}

#[test]
fn columns_come_with_what_is_asked_for() {
    let config = r#"
name = "wide"
data.generator = { kind = "moons", rows = 40, noise = 0.1 }
data.validation_fraction = 0.25
model = { kind = "mlp", hidden = [2] }
train = { loss = "bce", steps = 20, learning_rate = 0.1, batch_size = 8 }
log = { trainability = true, curve_every = 8 }
sweep.parameters = { seed = [0, 1], "train.optimizer" = ["sgd", "adam"] }
"#;
    let bench = Bench::with(config);
    bench.done(&["run", "e.toml"]);
    let [runs, curves] = bench.tables("results/wide");
    let parameters = "layers.0.weight.0.0,layers.0.weight.0.1,layers.0.weight.1.0,layers.0.weight.1.1,\
                      layers.0.bias.0,layers.0.bias.1,layers.1.weight.0.0,layers.1.weight.0.1,layers.1.bias.0";
    let runs_head = format!(
        "run_id,seed,train.optimizer,status,steps,initial_loss,final_loss,min_loss,trainability,\
         val_loss,accuracy,val_accuracy,{parameters}"
    );
    assert_eq!(runs.lines().next().unwrap(), runs_head);
    assert_eq!(curves.lines().next().unwrap(), format!("run_id,step,loss,val_loss,accuracy,val_accuracy,{parameters}"));
    let steps: Vec<String> = rows(&curves)[1..].iter().map(|row| row[1].clone()).collect();
    assert_eq!(steps, ["0", "8", "16", "20"].repeat(4));
    assert!(rows(&runs)[1..].iter().all(|row| row.iter().all(|cell| !cell.is_empty())));
}

#[test]
fn the_sharpness_is_logged_at_its_steps_and_reproduced() {
    let config = r#"
name = "sharp"
data.points = [[3, 7], [9, 13]]
init = { w = 3.0, b = -8.0 }
train = { steps = 25, learning_rate = 0.01 }
log = { curve_every = 6, sharpness_every = 10 }
sweep.parameters = { "train.loss" = ["half_sse", "mae"] }
"#;
    let bench = Bench::with(config);
    bench.done(&["run", "e.toml"]);
    let [_, curves] = bench.tables("results/sharp");
    assert_eq!(curves.lines().next().unwrap(), "run_id,step,loss,sharpness,w,b");
    let cells = |row: &Vec<String>| (row[1].clone(), row[3].is_empty());
    let steps: Vec<(String, bool)> = rows(&curves)[1..].iter().map(cells).collect();
    let expected = ["0", "6", "10", "12", "18", "20", "24", "25"].map(|step| (step.to_string(), !step.ends_with('0')));
    assert_eq!(steps, [expected.clone(), expected].concat());
    // λmax of [[90, 12], [12, 2]], everywhere; the absolute error is flat between its kinks.
    let sharpness: f64 = rows(&curves)[1][3].parse().unwrap();
    let exact = 46.0 + f64::sqrt(44.0 * 44.0 + 12.0 * 12.0);
    assert!((sharpness - exact).abs() < 1e-12, "{sharpness}");
    assert_eq!(rows(&curves)[9][3], "0");
    bench.done(&["reproduce", "results/sharp"]);
}

#[test]
fn without_curves_there_is_no_table_of_them() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--set", "log.curve_points=0", "--set", "log.parameters=false"]);
    assert!(!bench.path("results/small/curves.csv").exists());
    let head = "run_id,train.learning_rate,init.w,status,steps,initial_loss,final_loss,min_loss";
    assert_eq!(bench.read("results/small/runs.csv").lines().next().unwrap(), head);
    assert!(bench.manifest("results/small")["digests"]["curves.csv"].is_null());
}

#[test]
fn the_manifest_says_what_the_folder_is() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--threads", "3"]);
    let manifest = bench.manifest("results/small");
    let digest = |name: &str| blake3::hash(bench.read(&format!("results/small/{name}")).as_bytes()).to_string();
    assert_eq!(manifest["format_version"], 1);
    assert_eq!(manifest["etascape_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["state"], "complete");
    assert_eq!(manifest["runs"], 12);
    assert_eq!(manifest["digests"]["config"], digest("experiment.toml"));
    assert_eq!(manifest["digests"]["runs.csv"], digest("runs.csv"));
    assert_eq!(manifest["digests"]["curves.csv"], digest("curves.csv"));
    assert_eq!(manifest["digests"]["data"].as_str().unwrap().len(), 64);
    assert!(manifest["times"]["seconds"].as_f64().unwrap() > 0.0);
    for time in ["started", "finished"] {
        let text = manifest["times"][time].as_str().unwrap();
        assert!(text.len() == 20 && text.ends_with('Z'), "{time}: {text}");
    }
    assert_eq!(manifest["host"]["threads"], 3);
    assert_eq!(manifest["host"]["os"], std::env::consts::OS);
    assert_eq!(manifest["command_line"][1], "run");
}
