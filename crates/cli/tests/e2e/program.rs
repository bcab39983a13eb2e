//! Sweeps over programs, which here are shell scripts.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::bench::{Bench, Said, column, rows};

/// An experiment that runs `work.sh` beside it with a number `i` from 0 to 5.
const SIX: &str = r#"
name = "six"
[program]
command = ["sh", "work.sh", "{i}"]
parallel = 3
[sweep.parameters]
i = { range = [0, 6] }
"#;

fn bench(config: &str, script: &str) -> Bench {
    let bench = Bench::with(config);
    bench.write("work.sh", script);
    bench
}

#[test]
fn runs_are_logged_in_their_order_whatever_the_order_of_their_ends() {
    let script = r#"sleep 0.0$((6 - $1))
echo "{\"step\": 0, \"val_loss\": 1, \"loss\": 9}"; echo "{\"step\": 4, \"val_loss\": 0.$1, \"loss\": 7}""#;
    let bench = bench(SIX, script);
    let said = bench.done(&["run", "e.toml"]);
    let chosen = "The objective is val_loss, chosen among the metrics; set program.objective to choose another";
    let start = format!("Least val_loss 0 at i = 0\n6 runs · 6 took all steps\n{chosen}\n");
    assert!(said.stdout.starts_with(&start), "{}", said.stdout);
    let [runs, curves] = bench.tables("results/six");
    let head = "run_id,i,status,steps,initial_val_loss,final_val_loss,min_val_loss,best_step,best_val_loss,\
                loss,min_loss,max_loss,exit_code,attempts,unread_lines,first_unread,reason,stderr\n";
    assert!(runs.starts_with(head), "{runs}");
    assert_eq!(rows(&runs)[3].join(","), "2,2,max_steps,4,1,0.2,0.2,4,0.2,7,7,9,0,1,0,,,");
    assert!(curves.starts_with("run_id,step,val_loss,loss\n0,0,1,9\n0,4,0,7\n1,0,1,9\n1,4,0.1,7\n"), "{curves}");
    let manifest = bench.manifest("results/six");
    assert_eq!(manifest["state"], "complete");
    assert_eq!(manifest["objective"], serde_json::json!({ "name": "val_loss", "chosen": true }));
    assert!(bench.read("results/six/report.html").contains(chosen));
    let again = bench.done(&["run", "e.toml"]);
    assert!(again.stderr.contains("complete already"), "{}", again.stderr);
}

#[test]
fn an_objective_that_never_came_is_said_and_is_no_success() {
    let config = SIX.replace("parallel", "objective = \"los\"\nparallel");
    let bench = bench(&config, r#"echo '{"step": 1, "train_loss": 3, "loss": 1}'"#);
    let told = |config: &str| {
        bench.write("e.toml", config);
        let said = bench.etascape(&["run", "e.toml", "--force"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        assert!(!bench.path("results/six/charts/loss-curves.png").exists(), "no chart is empty");
        let fault = said.stderr.lines().find_map(|line| line.strip_prefix("error: ")).unwrap().to_string();
        assert!(!said.stdout.contains(&fault), "it is said once: {}", said.stdout);
        fault
    };
    let nearest = "No run gave the metric los. They gave train_loss, loss: did you mean program.objective = \"loss\"?";
    assert_eq!(told(&config), nearest);
    assert!(bench.read("results/six/report.html").contains("No run gave the metric los. They gave"));
    bench.write("work.sh", r#"echo '{"train_loss": 3, "accuracy": 1}'"#);
    let none =
        "No run gave the metric loss, val_loss or eval_loss. They gave train_loss, accuracy: set program.objective";
    assert_eq!(told(SIX), none);
    bench.write("work.sh", "echo nothing");
    assert_eq!(told(SIX), "No run gave a metric");
}

#[test]
fn a_sweep_without_a_finite_objective_or_with_failed_runs_alone_is_no_success() {
    let bench = bench(SIX, r#"echo '{"loss": NaN}'"#);
    let said = bench.etascape(&["run", "e.toml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.ends_with("error: All 6 runs diverged\n"), "{}", said.stderr);
    bench.write("work.sh", r#"echo '{"loss": 1}'; exit 3"#);
    let said = bench.etascape(&["run", "e.toml", "--force"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.ends_with("error: All 6 runs failed\n"), "{}", said.stderr);
    bench.write("work.sh", r#"echo '{"loss": 1}'; echo '{"loss": NaN}'"#);
    bench.done(&["run", "e.toml", "--force"]);
}

#[test]
fn a_program_gets_its_words_as_they_are_and_its_parameters_thrice() {
    let config = r#"
name = "words"
[program]
command = ["sh", "work.sh", "{text}", "a b", "$HOME *;", "", "{{text}} {", "{run_dir}/work.sh", "x{n}"]
[sweep.parameters]
text = ["it's \"so\" $(x)\n"]
n = [1e-5]
flag = [true]
"#;
    let script = r#"for word; do printf '<%s>' "$word"; done; echo
echo "$ETASCAPE_TEXT|$ETASCAPE_N|$ETASCAPE_FLAG|$ETASCAPE_RUN_ID|$(ls)|$(pwd)"; cat "$ETASCAPE_PARAMETERS""#;
    let bench = bench(config, script);
    let said = bench.done(&["run", "e.toml"]);
    assert!(said.stderr.contains("{flag} is not in program.command"), "{}", said.stderr);
    let folder = bench.path("").canonicalize().unwrap();
    let own = folder.join("results/words/runs/00000");
    let expected = format!(
        "<it's \"so\" $(x)\n><a b><$HOME *;><><{{text}} {{><{0}/work.sh><x0.00001>\n\
         it's \"so\" $(x)\n|0.00001|true|0|parameters.json\nstderr.txt\nstdout.txt|{0}\n\
         {{\"flag\":true,\"n\":0.00001,\"text\":\"it's \\\"so\\\" $(x)\\n\"}}\n",
        own.display()
    );
    assert_eq!(bench.read("results/words/runs/00000/stdout.txt"), expected);
}

#[test]
fn metrics_come_from_a_csv_file_or_by_a_pattern() {
    let csv = SIX.replace("parallel", "metrics = { csv = \"m.csv\" }\nparallel");
    let bench = bench(&csv, "printf 'step,loss\\n1,0.5\\n7,0.%s' $1 > m.csv; echo '{\"loss\": 99}'");
    bench.done(&["run", "e.toml", "--quiet"]);
    let [runs, _] = bench.tables("results/six");
    assert_eq!(column(&runs, "final_loss"), ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
    let pattern = r#"metrics = { regex = 'step (?P<step>\d+).*acc (?P<acc>\S+)' }"#;
    let regex = SIX.replace("parallel", &format!("{pattern}\nobjective = \"acc\"\nmaximise = true\nparallel"));
    bench.write("e.toml", regex);
    bench.write("work.sh", "echo start; echo step 3, lr 1, acc 0.9$1 up");
    let said = bench.done(&["run", "e.toml", "--force"]);
    assert!(said.stdout.starts_with("Greatest acc 0.95 at i = 5\n"), "{}", said.stdout);
    let [runs, curves] = bench.tables("results/six");
    assert_eq!(column(&runs, "max_acc")[4], "0.94");
    assert_eq!(column(&curves, "acc")[4], "0.94");
}

#[test]
fn a_failure_is_shown_everywhere_and_stops_nothing() {
    let script = "echo '{\"loss\":1}'; echo $1 >> ../../../../starts; if [ $1 = 2 ]; then echo one >&2; echo '<b>two' >&2; exit 7; fi";
    let bench = bench(SIX, script);
    let said = bench.done(&["run", "e.toml"]);
    assert!(
        said.stdout.contains("Failed runs\n  run 2: failed: exit code 7\n    one\n    <b>two\n"),
        "{}",
        said.stdout
    );
    let [runs, _] = bench.tables("results/six");
    assert_eq!(column(&runs, "exit_code"), ["0", "0", "7", "0", "0", "0"]);
    assert_eq!(column(&runs, "stderr")[2], "one ⏎ <b>two");
    let page = bench.read("results/six/report.html");
    assert!(page.contains("exit code 7") && page.contains("&lt;b&gt;two") && !page.contains("<b>two"), "{page}");
    bench.write("work.sh", "echo '{\"loss\":1}'; echo $1 >> ../../../../starts");
    bench.done(&["run", "e.toml", "--retry-failed"]);
    let mut starts: Vec<String> = bench.read("starts").lines().map(String::from).collect();
    starts.sort();
    assert_eq!(starts, ["0", "1", "2", "2", "3", "4", "5"]);
    assert_eq!(column(&bench.tables("results/six")[0], "status"), ["max_steps"; 6]);
}

/// Run 0 fails with loss 1, and has loss 3 when it is repeated.
#[test]
fn a_run_that_is_repeated_counts_once_where_halving_compares() {
    let config = SIX.replace("range = [0, 6]", "range = [0, 3]").replace("parallel", "parallel = 1\n#");
    let config = config.replace("[program]", "stop.halving = { min_steps = 1, factor = 2 }\n[program]");
    let bench = bench(&config, "echo step=1 loss=$(($1 + 1)); test $1 != 0");
    bench.done(&["run", "e.toml", "--quiet"]);
    bench.write("work.sh", "echo step=1 loss=3; sleep 60");
    bench.done(&["run", "e.toml", "--quiet", "--retry-failed"]);
    let runs = bench.tables("results/six")[0].clone();
    assert_eq!(column(&runs, "status"), ["pruned"; 3]);
    assert!(column(&runs, "reason")[0].starts_with("place 2 of 3 at step 1"), "{runs}");
}

#[test]
fn fail_fast_starts_nothing_more_and_the_next_run_goes_on() {
    let bench = bench(SIX, "echo '{\"loss\":1}'; test $1 != 1");
    let said = bench.etascape(&["run", "e.toml", "--fail-fast", "--threads", "1"]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    assert_eq!(column(&bench.read("results/six/runs.csv"), "status"), ["max_steps", "failed"]);
    bench.done(&["run", "e.toml"]);
    assert_eq!(column(&bench.read("results/six/runs.csv"), "status").len(), 6);
}

#[test]
fn a_run_that_fails_is_started_again_as_often_as_asked() {
    let config = SIX.replace("parallel", "retries = 2\nparallel");
    let script = "echo '{\"loss\":1}'; echo $1 >> ../../../../starts-$1; test $(wc -l < ../../../../starts-$1) -gt $1";
    let bench = bench(&config, script);
    bench.done(&["run", "e.toml", "--quiet"]);
    let runs = bench.read("results/six/runs.csv");
    assert_eq!(column(&runs, "attempts"), ["1", "2", "3", "3", "3", "3"]);
    assert_eq!(column(&runs, "status")[2..4], ["max_steps", "failed"]);
}

#[test]
fn what_diverges_converges_or_takes_too_long_is_ended_at_once() {
    let rules = "timeout = \"1s\"\nparallel = 6";
    let config = SIX.replace("parallel = 3", rules) + "[stop]\ndiverged_above = 10.0\nconverged_below = 0.1\n";
    let script = r#"case $1 in 0) loss=11;; 1) loss=NaN;; 2) loss=0.1;; 3) loss=null;; *) loss=5;; esac
echo "{\"step\": 8, \"loss\": $loss}"; test $1 = 5 || sleep 60; trap '' TERM"#;
    let bench = bench(&config, script);
    let clock = Instant::now();
    bench.done(&["run", "e.toml", "--quiet"]);
    assert!(clock.elapsed() < Duration::from_secs(20), "{:?}", clock.elapsed());
    let runs = bench.read("results/six/runs.csv");
    let statuses = ["diverged", "diverged", "converged", "timeout", "timeout", "max_steps"];
    assert_eq!(column(&runs, "status"), statuses);
    assert_eq!(column(&runs, "final_loss"), ["11", "NaN", "0.1", "", "5", "5"]);
    assert_eq!(column(&runs, "reason")[..2], ["loss 11 at step 8, above 10", "loss NaN at step 8"]);
}

#[test]
fn what_cannot_be_read_is_counted_and_shown() {
    let script = r#"echo '{"step":1,"loss":3}'; echo '{"step":2,"lo'; echo '{"step":0,"loss":9}'
head -c 10000000 /dev/zero; echo; head -c 2000 /dev/urandom | tr -d '\n'; echo; printf '{"step":3,"loss":2}'"#;
    let bench = bench(&SIX.replace("parallel", "metrics = \"stdout\"\nparallel"), script);
    let said = bench.done(&["run", "e.toml"]);
    let [runs, curves] = bench.tables("results/six");
    assert_eq!(column(&runs, "unread_lines"), ["4"; 6]);
    assert_eq!(column(&runs, "final_loss"), ["2"; 6]);
    assert_eq!(column(&curves, "step")[..2], ["1", "3"]);
    let shown =
        "24 lines in 6 runs could not be read as metrics; the first, of run 0: line 2 of stdout: no object of JSON: ";
    assert!(said.stdout.contains(shown), "{}", said.stdout);
}

/// Processes whose command line holds a word.
#[cfg(target_os = "linux")]
fn processes(word: &str) -> usize {
    let folders = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = folders.filter_map(|folder| std::fs::read(folder.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(word)).count()
}

#[cfg(target_os = "linux")]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < patience, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn no_process_outlives_a_killed_sweep_not_even_one_that_has_left_its_group() {
    let word = format!("98765.{}", std::process::id());
    let script = format!("setsid sleep {word} & trap '' TERM; sleep {word} & echo up; sleep {word}");
    let bench = bench(SIX, &script);
    let mut child = bench.command(&["run", "e.toml", "--quiet"]).spawn().unwrap();
    wait_until("three runs are going on", || processes(&word) >= 9);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("all processes are gone", || processes(&word) == 0);
}

#[test]
#[cfg(target_os = "linux")]
fn ctrl_c_ends_every_process_says_how_to_go_on_and_the_next_run_does() {
    let word = format!("98763.{}", std::process::id());
    let script = format!("echo '{{\"loss\": 1}}'; if [ $1 -ge 3 ] && [ ! -e ../../../../go ]; then sleep {word}; fi");
    let bench = bench(SIX, &script);
    let mut command = bench.command(&["run", "e.toml", "--quiet"]);
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    wait_until("three runs are going on", || processes(&word) >= 3);
    let clock = Instant::now();
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let status = child.wait().unwrap();
    assert!(clock.elapsed() < Duration::from_secs(5), "{:?}", clock.elapsed());
    assert_eq!((status.code(), processes(&word)), (Some(130), 0));
    let said = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
    assert!(said.contains("the same command goes on"), "{said}");
    assert_eq!(bench.manifest("results/six")["state"], "interrupted");
    bench.write("go", "");
    let said = bench.done(&["run", "e.toml"]);
    assert!(said.stderr.contains("holds 3 finished runs; 3 to run"), "{}", said.stderr);
    assert_eq!(column(&bench.tables("results/six")[0], "status"), ["max_steps"; 6]);
}

#[test]
fn reproduce_compares_values_and_the_programs_files() {
    let config = SIX.replace("parallel", "files = [\"work.sh\"]\nparallel");
    let script = "echo \"{\\\"loss\\\": 0.$1}\"; test $1 != 4 || cat ../../../../more 2>/dev/null || cat \"$MORE\"";
    let bench = bench(&config, script);
    bench.write("more", "{\"loss\": 7}");
    bench.done(&["run", "e.toml", "--quiet"]);
    let more = |text: &str| {
        bench.write("elsewhere", text);
        let mut command = bench.command(&["reproduce", "results/six"]);
        let output = command.env("MORE", bench.path("elsewhere")).stdout(Stdio::piped()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let same = "program: work.sh is what it was\nreproduced: 6 runs, 13 rows, the same values\n";
    assert_eq!(more("{\"loss\": 7}"), (Some(0), same.to_string()));
    let differs = "differs: results/six/runs.csv, run 4, column final_loss: 7 stored, 8 now\n";
    assert_eq!(more("{\"loss\": 8}"), (Some(1), format!("program: work.sh is what it was\n{differs}")));
    let said = bench.done(&["reproduce", "results/six", "--sample", "2"]);
    assert!(said.stdout.ends_with("reproduced: 2 of 6 runs, 4 rows, the same values\n"), "{}", said.stdout);
    bench.write("work.sh", format!("{script} # changed"));
    let (code, said) = more("{\"loss\": 7}");
    assert!(code == Some(0) && said.starts_with("program: work.sh has changed: digest "), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_has_ended_leaves_no_process_behind() {
    let word = format!("98764.{}", std::process::id());
    let bench = bench(SIX, &format!("setsid sleep {word} & sleep {word} & echo '{{\"loss\": 1}}'"));
    bench.done(&["run", "e.toml", "--quiet"]);
    assert_eq!(processes(&word), 0);
}

#[test]
fn killed_again_and_again_no_finished_run_is_repeated_and_the_tables_are_the_same() {
    let config = SIX.replace("[0, 6]", "[0, 60]");
    let script = r#"echo "{\"loss\": 0.$1}"; sleep 0.02; echo $1 >> ../../../../ends"#;
    let bench = bench(&config, script);
    bench.done(&["run", "e.toml", "--quiet", "--out", "a/b/whole"]);
    std::fs::remove_file(bench.path("a/ends")).unwrap_or_default();
    let mut kills = 0;
    let finished =
        || std::fs::read(bench.path("c/killed/journal.jsonl")).map_or(0, |text| text.split(|b| *b == b'\n').count());
    for tenth in 1..10 {
        let mut child = bench.command(&["run", "e.toml", "--quiet", "--out", "c/killed"]).spawn().unwrap();
        let patience = Instant::now() + Duration::from_secs(60);
        while finished() < 6 * tenth && Instant::now() < patience && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        kills += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills >= 5, "killed {kills} times only");
    bench.done(&["report", "c/killed"]);
    bench.done(&["run", "e.toml", "--quiet", "--out", "c/killed"]);
    assert_eq!(bench.tables("c/killed"), bench.tables("a/b/whole"));
    let ends = bench.read("ends").lines().count();
    assert!(ends <= 120 + 3 * kills as usize, "{ends} runs came to their end, of 120 and {kills} kills");
}

#[test]
fn report_works_while_the_sweep_goes_on() {
    let bench = bench(SIX, "echo '{\"loss\": 1}'; if [ $1 -ge 3 ]; then sleep 60; fi");
    let mut child = bench.command(&["run", "e.toml", "--quiet"]).spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    let lines =
        || std::fs::read_to_string(bench.path("results/six/journal.jsonl")).map_or(0, |text| text.lines().count());
    while lines() < 3 && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(5));
    }
    let said = bench.done(&["report", "results/six"]);
    assert!(said.stdout.contains("report.html") && said.stderr.contains("not complete"), "{}", said.stderr);
    assert_eq!(column(&bench.read("results/six/runs.csv"), "run_id"), ["0", "1", "2"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn report_knows_the_chosen_objective_of_a_sweep_that_was_killed() {
    let script = r#"while [ ! -e ../../../../go ]; do sleep 0.01; done
echo "epoch 1 Train Loss 9 Valid Loss 0.$1"; if [ $1 -ge 3 ]; then sleep 60; fi"#;
    let bench = bench(&SIX.replace("parallel", "timeout = \"1m\"\nparallel"), script);
    let mut child = bench.command(&["run", "e.toml", "--quiet"]).spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    let wait = |is_so: &dyn Fn() -> bool| {
        while !is_so() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    wait(&|| bench.path("results/six/runs/00000").exists());
    let said = bench.done(&["report", "results/six"]);
    assert!(said.stderr.contains("not complete"), "before the first run has ended: {}", said.stderr);
    bench.write("go", "");
    let lines =
        || std::fs::read_to_string(bench.path("results/six/journal.jsonl")).map_or(0, |text| text.lines().count());
    wait(&|| lines() >= 3);
    let finals = || column(&bench.read("results/six/runs.csv"), "final_Valid Loss");
    for moment in ["while it goes on", "after a kill"] {
        let said = bench.done(&["report", "results/six"]);
        assert!(said.stdout.contains("report.html"), "{moment}: {}", said.stderr);
        assert_eq!(finals(), ["0", "0.1", "0.2"], "{moment}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn an_objective_can_be_named_after_the_sweep() {
    let script =
        r#"echo "step 0 hinge 4 margin 1"; echo "step 1 hinge 0.$1 margin 2"; echo run >> ../../../../started"#;
    let bench = bench(SIX, script);
    let said = bench.etascape(&["run", "e.toml"]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    let named = |keys: &str| bench.write("e.toml", SIX.replace("[program]", &format!("[program]\n{keys}")));
    named("objective = \"hinge\"");
    let said = bench.done(&["run", "e.toml"]);
    assert!(said.stdout.starts_with("Least hinge 0 at"), "{}", said.stdout);
    assert_eq!(column(&bench.read("results/six/runs.csv"), "final_hinge")[1], "0.1");
    assert_eq!(bench.read("started").lines().count(), 6, "no run was started again");
    named("objective = \"margin\"");
    assert!(bench.etascape(&["run", "e.toml"]).stderr.contains("another experiment"), "a name is not changed");
}

#[test]
fn training_and_validation_are_drawn_whatever_their_names() {
    let drawn = |train: &str, held_out: &str| {
        let script = format!(r#"for i in 1 2 3; do echo "epoch $i {train}: 0.$i {held_out}: 0.4$i"; done"#);
        let bench = bench(SIX, &script);
        let said = bench.done(&["run", "e.toml"]);
        assert!(!said.stderr.contains("chart of training and validation"), "{}", said.stderr);
        bench.path("results/six/charts/validation.png").exists()
    };
    assert!(drawn("train_loss", "val_loss") && drawn("Train Loss", "Valid Loss") && drawn("loss", "eval_loss"));
    assert!(!drawn("other_loss", "val_loss"));
}

#[test]
fn another_program_is_another_experiment_but_patience_is_not() {
    let config = SIX.replace("parallel", "files = [\"work.sh\"]\nparallel");
    let bench = bench(&config, "echo '{\"loss\":1}'");
    bench.done(&["run", "e.toml", "--quiet"]);
    bench.done(&["run", "e.toml", "--quiet", "--set", "program.timeout=\"3s\"", "--set", "program.parallel=1"]);
    bench.write("work.sh", "false");
    let said = bench.etascape(&["run", "e.toml"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("it differs in\n  work.sh: digest "), "{}", said.stderr);
}

/// What the binary says of a config that it refuses.
fn refused(line: &str, instead: &str) -> String {
    let bench = bench(&SIX.replace(line, instead), "true");
    let Said { code, stderr, .. } = bench.etascape(&["check", "e.toml"]);
    assert_eq!(code, Some(2), "{stderr}");
    stderr
}

#[test]
fn configs_of_programs_are_checked_to_the_line() {
    let command = r#"command = ["sh", "work.sh", "{i}"]"#;
    let cases = [
        (
            command,
            r#"command = ["sh", "{ii}"]"#,
            "e.toml:4: program.command: {ii} is no swept parameter",
            "nearest  {i}",
        ),
        (command, "command = []", "e.toml:4: program.command: no program", "allowed  a program and its arguments"),
        (command, "objective = \"x\"", "program.command: missing key", "allowed"),
        ("parallel = 3", "paralel = 3", "e.toml:5: program.paralel: unknown key", "nearest  parallel"),
        ("parallel = 3", "parallel = 0", "e.toml:5: program.parallel: impossible value", "found    parallel = 0"),
        ("parallel = 3", "timeout = \"x\"", "e.toml:5: program.timeout: not a duration", "\"10m\""),
        ("parallel = 3", "metrics = \"stdot\"", "e.toml:5: program.metrics: unknown word", "nearest  stdout"),
        ("parallel = 3", "metrics = { csv = \"../x\" }", "e.toml:5: program.metrics.csv: impossible value", "working"),
        (
            "parallel = 3",
            "metrics = { regex = '(' }",
            "program.metrics.regex: not a regular expression",
            "unclosed group",
        ),
        ("parallel = 3", "metrics = { regex = 'x' }", "no group is named", "(?P<loss>…)"),
        ("parallel = 3", "files = [\"no.py\"]", "e.toml:5: program.files: ", "no.py is no file"),
        ("i = { range = [0, 6] }", "i = { rang = [0, 6] }", "e.toml:7: i: unknown axis", "nearest  range"),
        ("i = { range = [0, 6] }", "i = [[1]]", "e.toml:7: i: wrong type: a list", "a number, a text, true or false"),
        ("i = { range = [0, 6] }", "i = [1]\nI = [2]", "e.toml:8: I: i gives ETASCAPE_I too", ""),
        ("i = { range = [0, 6] }", "i = [1]\nstatus = [2]", "e.toml:8: status: the name of a column", "any but"),
        ("i = { range = [0, 6] }", "i = [1]\n\"a b\" = [2]", "e.toml:8: a b: not a name", "letters, digits"),
        (
            "[sweep.parameters]",
            "[train]\n[sweep.parameters]",
            "e.toml:6: train: cannot be used with [program]",
            "either",
        ),
        ("[sweep.parameters]", "[stop.halving]\n[sweep.parameters]", "stop.halving.min_steps: missing key", "whole"),
    ];
    for (line, instead, place, words) in cases {
        let said = refused(line, instead);
        assert!(said.contains(place) && said.contains(words), "{instead}: {said}");
    }
}
