//! A process that is killed without a word, and the next one.

use std::fs;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::bench::Bench;

/// Long enough to be killed at many moments; two inputs, so that little is drawn.
const LONG: &str = r#"
name = "long"
data.points = [[3, 1, 7], [9, 2, 13]]
train.steps = 400
log.curve_points = 20
sweep.parameters = { "train.learning_rate" = { geomspace = [1e-4, 1e-1, 8000] } }
"#;

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits until a file has a size, or the process is done.
fn wait_for(bench: &Bench, file: &str, bytes: u64, child: &mut Child) {
    let patience = Instant::now() + Duration::from_secs(60);
    while fs::metadata(bench.path(file)).map_or(0, |file| file.len()) < bytes {
        if child.try_wait().unwrap().is_some() {
            return;
        }
        assert!(Instant::now() < patience, "{file} does not grow to {bytes} bytes");
        sleep(Duration::from_micros(200));
    }
}

#[test]
fn killed_again_and_again_it_comes_to_the_same_bytes() {
    let bench = Bench::with(LONG);
    bench.done(&["run", "e.toml", "--quiet", "--out", "whole"]);
    let whole = fs::metadata(bench.path("whole/curves.csv")).unwrap().len();
    let mut grown = 0;
    for tenth in 1..10 {
        let mut child = bench.command(&["run", "e.toml", "--quiet", "--out", "killed"]).spawn().unwrap();
        wait_for(&bench, "killed/curves.csv", whole * tenth / 10, &mut child);
        kill(child);
        let length = fs::metadata(bench.path("killed/curves.csv")).unwrap().len();
        grown += u32::from(length < whole && bench.manifest("killed")["state"] == "running");
    }
    assert!(grown >= 3, "it was done before it could be killed");
    bench.done(&["run", "e.toml", "--out", "killed"]);
    assert_eq!(bench.tables("killed"), bench.tables("whole"));
    assert_eq!(bench.manifest("killed")["digests"], bench.manifest("whole")["digests"]);
}

#[test]
fn killed_at_its_very_start_it_begins_again() {
    let bench = Bench::with(&LONG.replace("8000", "4"));
    bench.done(&["run", "e.toml", "--quiet", "--out", "whole"]);
    for moment in 0..16 {
        let out = format!("killed-{moment}");
        let child = bench.command(&["run", "e.toml", "--quiet", "--out", &out]).spawn().unwrap();
        sleep(Duration::from_micros(500 * moment));
        kill(child);
        bench.done(&["run", "e.toml", "--quiet", "--out", &out]);
        assert_eq!(bench.tables(&out), bench.tables("whole"), "killed after {moment} half milliseconds");
    }
}
