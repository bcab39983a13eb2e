//! `status`: who works on a folder, how far its sweep is, and the best so far.
#![cfg(unix)]

use std::fs::File;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::bench::{Bench, SMALL};

/// A sweep of minutes, in chunks of milliseconds.
const ENDLESS: &str = r#"
name = "endless"
data.points = [[3, 1, 7], [9, 2, 13]]
train.steps = 100000
stop.converged_below = 0.0
log.curve_points = 5
sweep.parameters = { "train.learning_rate" = { geomspace = [1e-9, 1e-6, 1000000] } }
"#;

/// A program of which the runs 0 to 3 end at once, two of them in an error; the others never do.
const SLOW: &str = r#"
name = "slow"
[program]
command = ["sh", "-c", "echo '{\"loss\": {i}.5}'; test {i} -lt 4 || sleep 600; exit $(({i} % 2))"]
parallel = 2
retries = 0
[sweep.parameters]
i = { range = [0, 8] }
"#;

fn start(bench: &Bench, folder: &str) -> Child {
    let mut command = bench.command(&["run", "e.toml", "--quiet", "--out", folder]);
    command.env("ETASCAPE_SAVE_SECONDS", "0.05").spawn().unwrap()
}

/// The sweep of a folder in the document of `status`.
#[track_caller]
fn status(bench: &Bench, folder: &str) -> Value {
    let document: Value = serde_json::from_str(&bench.done(&["status", folder, "--json"]).stdout).unwrap();
    assert_eq!((&document["format"], &document["command"]), (&1.into(), &"status".into()));
    document["sweeps"][0].clone()
}

/// Waits until the status of a folder is as it should be.
#[track_caller]
fn wait_for(bench: &Bench, folder: &str, is_right: impl Fn(&Value) -> bool) -> Value {
    let patience = Instant::now() + Duration::from_secs(60);
    while !bench.path(folder).join("manifest.json").exists() {
        assert!(Instant::now() < patience, "nothing begins");
        sleep(Duration::from_millis(5));
    }
    loop {
        let status = status(bench, folder);
        if is_right(&status) {
            return status;
        }
        assert!(Instant::now() < patience, "{status}");
        sleep(Duration::from_millis(50));
    }
}

fn signal(child: &mut Child, name: &str) {
    assert!(Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap().success());
    child.wait().unwrap();
}

#[test]
fn a_sweep_at_work_is_told_from_one_that_crashed_and_one_that_was_stopped() {
    let bench = Bench::with(ENDLESS);
    let mut child = start(&bench, "r");
    let at_work = wait_for(&bench, "r", |status| status["runs"].as_u64() > Some(0));
    assert_eq!((&at_work["state"], &at_work["experiment"]), (&"running".into(), &"endless".into()));
    assert_eq!((&at_work["pid"], &at_work["planned_runs"]), (&child.id().into(), &1_000_000.into()));
    assert_eq!((&at_work["failed"], &at_work["running"]), (&Value::Null, &Value::Null), "of the engine");
    let number = |field: &str| at_work[field].as_f64().unwrap();
    let left = (number("planned_runs") - number("runs")) / number("rate");
    assert!((number("seconds_left") / left - 1.0).abs() < 1e-9 && left > 1.0, "{at_work}");
    assert_eq!(at_work["best"][0]["metric"], "loss");
    let words = bench.done(&["status", "r"]).stdout;
    assert!(words.starts_with(&format!("r: running, process {} on ", child.id())), "{words}");

    signal(&mut child, "KILL");
    let crashed = status(&bench, "r");
    assert_eq!((&crashed["state"], &crashed["rate"]), (&"crashed".into(), &Value::Null));
    let words = bench.done(&["status", "r"]).stdout;
    assert!(words.contains(" has ended before its time; the same command goes on\n"), "{words}");
    bench.done(&["report", "r"]);

    let mut child = start(&bench, "r");
    wait_for(&bench, "r", |status| status["state"] == "running");
    sleep(Duration::from_millis(300));
    signal(&mut child, "TERM");
    assert_eq!(status(&bench, "r")["state"], "stopped");
}

#[test]
fn the_runs_of_a_program_are_counted_by_how_they_are() {
    let bench = Bench::with(SLOW);
    let mut child = start(&bench, "r");
    let at_work = wait_for(&bench, "r", |status| status["runs"] == 4 && status["running"] == 2);
    assert_eq!((&at_work["failed"], &at_work["planned_runs"]), (&2.into(), &8.into()));
    let best = &at_work["best"][0];
    assert_eq!((&best["run_id"], &best["metric"], &best["values"]["i"]), (&0.into(), &"loss".into(), &0.into()));
    assert_eq!(best["objective"], 0.5);
    signal(&mut child, "KILL");
    let crashed = status(&bench, "r");
    assert_eq!(
        (&crashed["state"], &crashed["running"], &crashed["runs"]),
        (&"crashed".into(), &Value::Null, &4.into())
    );
    let words = bench.done(&["status", "r"]).stdout;
    assert!(words.contains("4 of 8 runs done, 2 failed\n"), "{words}");
    bench.done(&["report", "r"]);
}

#[test]
fn the_best_so_far_is_that_of_the_findings() {
    let maximised = SLOW.replace("test {i} -lt 4 || sleep 600; ", "").replace("[sweep", "maximise = true\n[sweep");
    let pruned = SMALL.replace("converged_below = 0.5", "halving = { min_steps = 10 }");
    for config in [SMALL, &SMALL.replace("converged_below = 0.5", "converged_below = 1e-9"), &pruned, &maximised] {
        let bench = Bench::with(config);
        let run: Value = serde_json::from_str(&bench.done(&["run", "e.toml", "--json", "--out", "r"]).stdout).unwrap();
        let done = status(&bench, "r");
        for field in ["run_id", "values", "objective"] {
            assert_eq!(done["best"][0][field], run["best"][0][field], "{field} in {done}");
        }
        assert_eq!((&done["state"], &done["runs"]), (&"done".into(), &run["runs"]));
    }
}

#[test]
fn each_loss_has_a_best_of_its_own() {
    let config = SMALL.replace("\"init.w\"", "\"train.loss\" = [\"mse\", \"mae\"]\n\"init.w\"");
    let bench = Bench::with(&config.replace("converged_below = 0.5", ""));
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    let best = status(&bench, "r")["best"].clone();
    let losses: Vec<&str> =
        best.as_array().unwrap().iter().map(|one| one["values"]["train.loss"].as_str().unwrap()).collect();
    assert_eq!(losses, ["mae", "mse"]);
}

#[test]
fn what_shards_have_so_far_is_told_and_drawn_and_merged_later() {
    let program = SLOW.replace("test {i} -lt 4 || sleep 600; ", "");
    for (config, runs, failed) in [(SMALL, 12, Value::Null), (&program, 8, 2.into())] {
        let bench = Bench::with(config);
        bench.done(&["run", "e.toml", "--quiet", "--out", "one"]);
        for shard in ["2/4", "4/4"] {
            bench.done(&["run", "e.toml", "--quiet", "--out", "r", "--shard", shard]);
        }
        let some = status(&bench, "r");
        assert_eq!(
            (&some["state"], &some["planned_runs"], &some["runs"]),
            (&"stopped".into(), &runs.into(), &(runs / 2).into())
        );
        assert_eq!(some["failed"], failed);
        let states: Vec<&str> =
            some["shards"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["not_begun", "done", "not_begun", "done"]);
        let words = bench.done(&["status", "r"]).stdout;
        assert!(words.contains("\n  shards    2 complete, 2 not begun\n            1/4  0 of "), "{words}");

        let said = bench.done(&["report", "r", "--json"]);
        let report: Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!(
            (&report["complete"], &report["runs"], &report["planned_runs"]),
            (&false.into(), &(runs / 2).into(), &runs.into())
        );
        assert_eq!(report["best"][0]["run_id"], some["best"][0]["run_id"]);
        let note = format!("this shows the {} of {runs} runs that its shards have saved", runs / 2);
        assert!(said.stderr.contains(&note), "{}", said.stderr);
        let mut names: Vec<_> =
            std::fs::read_dir(bench.path("r")).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["charts", "report.html", "shards"]);

        for shard in ["1/4", "3/4"] {
            bench.done(&["run", "e.toml", "--quiet", "--out", "r", "--shard", shard]);
        }
        let words = bench.done(&["status", "r"]).stdout;
        assert!(words.starts_with("r: every shard is complete; `etascape merge r` makes the tables\n"), "{words}");
        bench.done(&["merge", "r"]);
        assert_eq!(bench.tables("r"), bench.tables("one"));
        let whole = status(&bench, "r");
        assert_eq!((&whole["state"], whole["shards"].as_array().unwrap().len()), (&"done".into(), 0));
        assert_eq!(whole["best"], status(&bench, "one")["best"]);
    }
}

/// A process of another machine cannot be asked; only when it wrote last is known.
#[test]
fn of_another_machine_no_more_is_said_than_is_known() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    let mut manifest = bench.manifest("r");
    (manifest["state"], manifest["host"]["name"]) = ("running".into(), "elsewhere".into());
    bench.write("r/manifest.json", manifest.to_string());
    bench.write("r/.lock", r#"{"pid": 7, "host": "elsewhere", "since": "2025-01-01T00:00:00Z"}"#);
    assert_eq!(status(&bench, "r")["state"], "running", "it has written just now");
    for name in ["manifest.json", "runs.csv"] {
        let file = File::options().write(true).open(bench.path("r").join(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)).unwrap();
    }
    let silent = status(&bench, "r");
    assert_eq!((&silent["state"], &silent["last_written"]), (&"silent".into(), &"2023-11-14T22:13:20Z".into()));
    let words = bench.done(&["status", "r"]).stdout;
    assert!(
        words.starts_with("r: not heard of since 2023-11-14T22:13:20Z: whether process 7 on elsewhere lives"),
        "{words}"
    );
    std::fs::remove_file(bench.path("r/.lock")).unwrap();
    assert_eq!(status(&bench, "r")["state"], "crashed", "its process has removed the lock");
}

#[test]
fn what_cannot_be_read_is_said() {
    let bench = Bench::with(SMALL);
    let said = bench.etascape(&["status", "nothing"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""));
    assert!(
        said.stderr.starts_with("error: nothing is not a results folder of etascape: it holds no manifest.json"),
        "{}",
        said.stderr
    );
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    bench.done(&["run", "e.toml", "--quiet", "--out", "r", "--shard", "1/3"]);
    assert_eq!(status(&bench, "r")["notes"][0], "it also holds 1 shard, not counted here");
    std::fs::remove_dir_all(bench.path("r/shards")).unwrap();
    let table = bench.read("r/runs.csv");
    bench.write("r/runs.csv", table.lines().take(4).map(|line| format!("{line}\n")).collect::<String>());
    assert_eq!(status(&bench, "r")["notes"][0], "r/runs.csv: it is damaged, with 3 whole rows of 12");
    std::fs::remove_file(bench.path("r/runs.csv")).unwrap();
    let without = status(&bench, "r");
    assert_eq!((&without["state"], without["best"].as_array().unwrap().len()), (&"done".into(), 0));
    assert!(without["notes"][0].as_str().unwrap().starts_with("cannot read r/runs.csv: "), "{without}");
}
