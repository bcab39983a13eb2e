//! Any bytes as the files of a results folder: what they hold, or an error that renders.
#![no_main]

use etascape_report::{Columns, CurvePick, Manifest, Standing, read_curves, read_runs};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let folder = std::env::temp_dir().join(format!("fuzz-logs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder takes a folder");
    let half = bytes.iter().position(|&byte| byte == 1).unwrap_or(bytes.len());
    let (runs, curves) = bytes.split_at(half);
    for (name, content) in [("runs.csv", runs), ("curves.csv", curves.get(1..).unwrap_or_default())] {
        std::fs::write(folder.join(name), content).expect("the folder takes a file");
    }
    std::fs::write(folder.join("manifest.json"), bytes).expect("the folder takes a file");
    let _ = Manifest::read(&folder);
    if let Ok(table) = read_runs(&folder.join("runs.csv")) {
        let _ = table.numbers("w").map(|column| column.len());
        if !table.is_empty() {
            let _ = table.text("w", table.len() - 1);
        }
    }
    let pick = CurvePick { run: &|run| run != 1, columns: &["w".into()], loss: "loss" };
    if let Ok(curves) = read_curves(&folder.join("curves.csv"), &pick) {
        curves.iter().for_each(|curve| assert_eq!(curve.steps.len(), curve.loss.len()));
    }
    let columns = Columns { parameters: vec!["w".into()], curves: true, ..Columns::default() };
    let _ = Standing::of(&folder, &columns);
});
