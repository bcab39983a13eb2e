//! Signals, locks, limits: what stops a sweep before its end, and that it goes on after.
#![cfg(unix)]

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

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

/// One whose single update takes longer than anybody waits.
const WIDE: &str = r#"
name = "wide"
data.generator = { kind = "moons", rows = 200000 }
model = { kind = "mlp", hidden = [256, 256] }
train = { loss = "bce", steps = 100000 }
sweep.parameters = { "train.learning_rate" = { geomspace = [1e-9, 1e-6, 100] } }
"#;

fn start(bench: &Bench) -> Child {
    bench.command(&["run", "e.toml", "--out", "r"]).stderr(Stdio::piped()).spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let said = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
    assert!(said.success());
}

fn wait_for_tables(bench: &Bench) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !bench.path("r/curves.csv").exists() {
        assert!(Instant::now() < patience, "nothing begins");
        sleep(Duration::from_millis(5));
    }
    sleep(Duration::from_millis(500));
}

/// How the process ended, how long that took, and what it said.
fn end(mut child: Child, since: Instant) -> (Option<i32>, Duration, String) {
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), since.elapsed(), said)
}

#[test]
fn a_signal_stops_within_a_second_and_saves() {
    for (config, name) in [(ENDLESS, "INT"), (ENDLESS, "TERM"), (WIDE, "INT")] {
        let bench = Bench::with(config);
        let child = start(&bench);
        wait_for_tables(&bench);
        let clock = Instant::now();
        signal(&child, name);
        let (code, took, said) = end(child, clock);
        assert_eq!(code, Some(130), "{said}");
        assert!(took < Duration::from_secs(1), "{name}: {took:?}");
        let manifest = bench.manifest("r");
        let saved = manifest["saved"]["runs"].as_u64().unwrap();
        let runs = manifest["runs"].as_u64().unwrap();
        let expected = format!("stopped with {saved} of {runs} runs safe in r; the same command goes on from there\n");
        assert_eq!((said.as_str(), manifest["state"].as_str()), (expected.as_str(), Some("interrupted")));
        let rows = bench.read("r/runs.csv").lines().count() as u64 - 1;
        assert_eq!(rows, saved);
        assert!(config == WIDE || saved > 0);
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let bench = Bench::with(ENDLESS);
    let child = start(&bench);
    wait_for_tables(&bench);
    let clock = Instant::now();
    signal(&child, "INT");
    signal(&child, "INT");
    let (code, took, _) = end(child, clock);
    assert_eq!(code, Some(130));
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn what_was_stopped_goes_on_to_the_bytes_of_what_was_not() {
    let bench = Bench::with(&ENDLESS.replace("1000000", "40000").replace("100000\n", "20000\n"));
    bench.done(&["run", "e.toml", "--quiet", "--out", "whole"]);
    let child = start(&bench);
    wait_for_tables(&bench);
    signal(&child, "INT");
    child.wait_with_output().unwrap();
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    assert_eq!(bench.tables("r"), bench.tables("whole"));
}

/// A program that takes a while each time, until there is a file `go`.
const SLOW: &str = r#"
name = "slow"
[program]
command = ["sh", "-c", "echo '{\"loss\": {i}}'; test {i} = 0 || test -e ../../../go || sleep 60"]
parallel = 2
[sweep.parameters]
i = { range = [0, 4] }
"#;

#[test]
fn the_manifest_tells_the_first_start_and_the_time_of_all_sessions() {
    let sweeps =
        [(ENDLESS, "r/curves.csv", &["INT", "KILL", "INT"][..]), (SLOW, "r/runs/00000/stdout.txt", &["INT", "KILL"])];
    for (config, first_file, signals) in sweeps {
        let bench = Bench::with(config);
        let mut known = (String::new(), 0.0);
        for &signal_name in signals {
            let mut command = bench.command(&["run", "e.toml", "--quiet", "--out", "r"]);
            let mut child = command.env("ETASCAPE_SAVE_SECONDS", "0.05").spawn().unwrap();
            let patience = Instant::now() + Duration::from_secs(60);
            while !bench.path(first_file).exists() {
                assert!(Instant::now() < patience, "nothing begins");
                sleep(Duration::from_millis(5));
            }
            sleep(Duration::from_millis(1100));
            signal(&child, signal_name);
            child.wait().unwrap();
            let times = bench.manifest("r")["times"].clone();
            assert_eq!(times["finished"].is_null(), signal_name == "KILL");
            let seconds = times["seconds"].as_f64().unwrap();
            assert!((known.1 + 0.8..known.1 + 20.0).contains(&seconds), "{signal_name}: {seconds} after {}", known.1);
            let started = times["started"].as_str().unwrap().to_string();
            assert!(known.0.is_empty() || known.0 == started);
            known = (started, seconds);
        }
        if config == ENDLESS {
            let times = bench.manifest("r")["times"].clone();
            let training = times["threads"]["training"].as_f64().unwrap();
            assert!(training > 1.5, "what the threads did in all three sessions: {times}");
            continue;
        }
        bench.write("go", "");
        bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
        let times = bench.manifest("r")["times"].clone();
        assert_eq!(times["started"].as_str(), Some(known.0.as_str()));
        assert!(times["finished"].as_str() > Some(known.0.as_str()), "a second later at least: {times}");
        assert!(times["seconds"].as_f64() > Some(known.1), "{times}");
    }
}

/// A batch system ends every process of a job by a signal, the runs' processes before etascape perhaps: they have not failed.
#[test]
fn runs_that_were_ended_with_the_sweep_have_not_failed() {
    for ends in ["", "trap 'sleep 0.3; exit 0' TERM; ", "trap 'exit 3' TERM; "] {
        let bench = Bench::with(&format!(
            "name = \"job\"\n[program]\ncommand = [\"sh\", \"-c\", \"{ends}echo loss={{i}}; echo $$ > pid; test -e ../../../go || \
             sleep 60 & wait $!\"]\nretries = 0\nparallel = 2\n[sweep.parameters]\ni = [1, 2, 3]\n"
        ));
        let child = start(&bench);
        let pids = ["r/runs/00000/pid", "r/runs/00001/pid"];
        let patience = Instant::now() + Duration::from_secs(60);
        let is_written = |name: &&str| std::fs::read_to_string(bench.path(name)).is_ok_and(|pid| pid.ends_with('\n'));
        while !pids.iter().all(is_written) {
            assert!(Instant::now() < patience, "nothing begins");
            sleep(Duration::from_millis(5));
        }
        let mut all: Vec<String> = pids.iter().map(|name| bench.read(name).trim().to_owned()).collect();
        all.push(child.id().to_string());
        assert!(Command::new("kill").arg("-TERM").args(&all).status().unwrap().success());
        let (code, _, said) = end(child, Instant::now());
        assert_eq!(code, Some(130), "{said}");
        assert_eq!(bench.read("r/journal.jsonl"), "");
        bench.write("go", "");
        bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
        assert_eq!(crate::bench::column(&bench.read("r/runs.csv"), "status"), ["max_steps"; 3]);
    }
}

#[test]
fn the_second_on_a_folder_leaves_and_a_dead_one_does_not_count() {
    let bench = Bench::with(ENDLESS);
    let mut child = start(&bench);
    wait_for_tables(&bench);
    for words in [&["run", "e.toml", "--out", "r"][..], &["run", "e.toml", "--out", "r", "--force"], &["report", "r"]] {
        let said = bench.etascape(words);
        assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""));
        let holder = format!("error: r is in use by process {} on ", child.id());
        assert!(said.stderr.starts_with(&holder) && said.stderr.contains(" since 20"), "{}", said.stderr);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(bench.path("r/.lock").exists(), "the dead one left its lock");
    bench.done(&["report", "r"]);
    assert!(!bench.path("r/.lock").exists());
}

/// The binary, with a limit on the size of files in kilobytes.
fn limited(bench: &Bench, kilobytes: u32) -> (Option<i32>, String) {
    let line = format!("ulimit -f {}; exec \"$0\" run e.toml --quiet --out r", kilobytes * 2);
    let mut command = Command::new("sh");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_etascape")]).current_dir(bench.path(""));
    let output = command.env("ETASCAPE_SAVE_SECONDS", "0").output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_and_more_room_goes_on() {
    let bench = Bench::with(&ENDLESS.replace("1000000", "20000").replace("100000\n", "100\n"));
    bench.done(&["run", "e.toml", "--quiet", "--out", "whole"]);
    let mut saved = Vec::new();
    for kilobytes in [0, 1, 100, 3000, 4000] {
        let (code, said) = limited(&bench, kilobytes);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.starts_with("error: ") && said.contains("cannot write r/"), "{said}");
        assert!(said.contains("(os error 27)"), "{said}");
        if kilobytes > 1 {
            saved.push(bench.manifest("r")["saved"]["runs"].as_u64().unwrap());
            let safe = format!("{} of 20000 runs safe in r; the same command goes on", saved[saved.len() - 1]);
            assert!(said.contains(&safe), "{said}");
        }
    }
    assert!(saved.is_sorted() && saved[2] > 0, "{saved:?}");
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    assert_eq!(bench.tables("r"), bench.tables("whole"));
    assert_eq!(bench.files("r").len(), bench.files("whole").len());
}

#[test]
fn the_manifest_holds_no_value_of_the_environment() {
    let bench = Bench::with(SMALL);
    let mut command = bench.command(&["run", "e.toml", "--out", "r"]);
    command.env("SECRET_TOKEN", "s3cr3t-v4lue").env("HOSTNAME", "s3cr3t-host").env("USER", "s3cr3t-user");
    assert!(command.status().unwrap().success());
    assert!(bench.files("r").values().all(|bytes| !String::from_utf8_lossy(bytes).contains("s3cr3t")));
    let manifest = bench.manifest("r");
    assert!(!manifest["host"]["name"].as_str().unwrap().is_empty());
    assert!(manifest["git_commit"].is_null() == manifest["git_dirty"].is_null());
}

#[test]
fn the_instruction_set_can_be_chosen_and_changes_nothing() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet", "--out", "best"]);
    let chosen = |name: &str| {
        let mut command = bench.command(&["run", "e.toml", "--out", "chosen"]);
        command.env("ETASCAPE_INSTRUCTION_SET", name).stderr(Stdio::piped()).output().unwrap()
    };
    assert_eq!(chosen("portable").status.code(), Some(0));
    assert_eq!(bench.tables("chosen"), bench.tables("best"));
    assert_eq!(bench.manifest("chosen")["host"]["instruction_set"], "portable");
    std::fs::remove_dir_all(bench.path("chosen")).unwrap();
    let said = chosen("abacus");
    assert_eq!(said.status.code(), Some(2));
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(said.contains("is not an instruction set of this machine; it has portable"), "{said}");
}
