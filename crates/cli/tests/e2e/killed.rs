//! A process that is killed without a word, and the next one.

use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::bench::Bench;

/// Two inputs, so that little is drawn; momentum and no end, so that most of the time is training.
const LONG: &str = r#"
name = "long"
data.points = [[3, 1, 7], [9, 2, 13]]
train.steps = 10000
train.optimizer.momentum = 0.5
stop.converged_below = 0
log.curve_points = 20
sweep.parameters = { "train.learning_rate" = { geomspace = [1e-4, 1e-1, 1500] } }
"#;

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Saves all the time, so that kills fall into that too.
fn start(bench: &Bench, out: &str) -> Child {
    let mut command = bench.command(&["run", "e.toml", "--quiet", "--out", out]);
    command.env("ETASCAPE_SAVE_SECONDS", "0.02").spawn().unwrap()
}

/// Kills a sweep at `moments` moments spread evenly from its start to its end, the writing, the finishing and the
/// drawing included; what each leaves must come to the bytes of an undisturbed one. How each kill left the folder.
fn killed(bench: &Bench, moments: u32) -> Vec<String> {
    let undisturbed = |name: &str| {
        let clock = Instant::now();
        assert!(start(bench, name).wait().unwrap().success());
        clock.elapsed()
    };
    let whole = ["whole", "once more", "and again"].map(undisturbed).into_iter().min().unwrap();
    let kill_at = |moment: u32| {
        let out = format!("killed-{moment}");
        let child = start(bench, &out);
        sleep(whole * moment / moments);
        kill(child);
        let is_there = bench.path(&format!("{out}/manifest.json")).exists();
        let state = if is_there { left(&bench.manifest(&out)) } else { "nothing".into() };
        assert!(start(bench, &out).wait().unwrap().success());
        assert_eq!(bench.tables(&out), bench.tables("whole"), "killed at moment {moment} of {moments}");
        assert_eq!(bench.manifest(&out)["digests"], bench.manifest("whole")["digests"]);
        assert_eq!(bench.files(&out).len(), bench.files("whole").len(), "{:?}", bench.files(&out).keys());
        std::fs::remove_dir_all(bench.path(&out)).unwrap();
        state
    };
    (0..moments).map(kill_at).collect()
}

fn left(manifest: &serde_json::Value) -> String {
    match manifest["saved"]["runs"].as_u64() {
        Some(1..) => "some runs".into(),
        Some(0) => "no run".into(),
        None => manifest["state"].as_str().unwrap().into(),
    }
}

fn is_left_by(states: &[String], state: &str) -> usize {
    states.iter().filter(|found| *found == state).count()
}

#[test]
fn killed_at_twenty_moments_it_comes_to_the_same_bytes() {
    let states = killed(&Bench::with(LONG), 20);
    assert!(is_left_by(&states, "some runs") >= 1, "{states:?}");
}

#[test]
#[ignore = "takes half a minute"]
fn killed_at_two_hundred_moments_it_comes_to_the_same_bytes() {
    let states = killed(&Bench::with(LONG), 200);
    for state in ["some runs", "complete"] {
        assert!(is_left_by(&states, state) >= 5, "{state}: {states:?}");
    }
}

#[test]
fn killed_again_and_again_it_gets_on() {
    let bench = Bench::with(&LONG.replace("1500", "6000"));
    let clock = Instant::now();
    assert!(start(&bench, "whole").wait().unwrap().success());
    let share = clock.elapsed() / 4;
    let mut saved = Vec::new();
    for _ in 0..6 {
        let child = start(&bench, "killed");
        sleep(share);
        kill(child);
        saved.push(bench.manifest("killed")["saved"]["runs"].as_u64().unwrap_or(6000));
    }
    assert!(saved.is_sorted() && saved[5] > saved[0], "{saved:?}");
    assert!(start(&bench, "killed").wait().unwrap().success());
    assert_eq!(bench.tables("killed"), bench.tables("whole"));
}

#[test]
fn killed_at_its_very_start_it_begins_again() {
    let bench = Bench::with(&LONG.replace("1500", "4"));
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
