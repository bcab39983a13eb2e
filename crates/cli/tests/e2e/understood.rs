//! What is said of a program's output, and of runs that were ended after their time.

use crate::bench::{Bench, column};

/// An experiment that runs `work.sh` beside it with a number `i` from 0 to 2.
fn bench(keys: &str, script: &str) -> Bench {
    let bench = Bench::with(&config(keys));
    bench.write("work.sh", script);
    bench
}

fn config(keys: &str) -> String {
    let command = r#"command = ["sh", "work.sh", "{i}"]"#;
    format!(
        "name = \"three\"\n[program]\n{command}\nparallel = 1\n{keys}\n[sweep.parameters]\ni = {{ range = [0, 3] }}\n"
    )
}

#[test]
fn the_first_run_is_said_as_it_was_understood() {
    let bench = bench("", "echo hello; echo \"epoch 1 loss 0.5 lr 0.1\"; echo \"epoch 1 val_loss 0.$1\"");
    let said = bench.done(&["run", "e.toml"]);
    let expected = "  run 0     gave loss, lr, val_loss";
    assert!(said.stderr.starts_with(expected), "{}", said.stderr);
    for line in [
        "  objective val_loss, minimised; chosen among the metrics: set program.objective to choose another\n",
        "  steps     up to 1, told by epoch\n",
        "  a line    epoch 1 val_loss 0.0\n  read as   → step 1: val_loss = 0\n",
    ] {
        assert!(said.stderr.contains(line), "{line}: {}", said.stderr);
    }
    assert_eq!(said.stderr.matches("read as").count(), 1, "the first run alone");
    assert_eq!(bench.done(&["run", "e.toml", "--force", "--quiet"]).stderr, "");
}

#[test]
fn values_that_others_of_their_step_replace_are_said() {
    let said = |lines: &str| bench("", &format!("printf '{lines}'")).done(&["check", "e.toml", "--try"]).stdout;
    let two = "rank 0 epoch 1 loss 0.5\\nrank 1 epoch 1 loss 0.75\\nrank 0 epoch 2 loss 0.25\\n";
    let again = "  steps     up to 2, told by epoch\n            loss came again within step 1, 0.5 and then 0.75: the last of a step counts\n";
    assert!(said(two).contains(again), "{}", said(two));
    for lines in
        ["epoch 1 loss 0.5\\nepoch 1 loss 0.5 acc 1\\n", "epoch 1/2\\nloss=1\\rloss=2\\n", "loss 1\\nloss 2\\n"]
    {
        assert!(!said(lines).contains("came again"), "{}", said(lines));
    }
}

#[test]
fn an_accuracy_that_is_minimised_is_doubted() {
    let script = "echo step 1: val_acc=0.$1";
    let doubt = "val_acc is minimised; where more of it is better, set program.maximise = true";
    let said = bench("objective = \"val_acc\"", script).done(&["run", "e.toml"]);
    assert!(said.stderr.contains(&format!("  objective val_acc, minimised\n            {doubt}\n")), "{}", said.stderr);
    assert!(said.stdout.contains(&format!("\n{doubt}\n")), "{}", said.stdout);
    let bench = bench("maximise = true", script);
    let said = bench.done(&["run", "e.toml"]);
    assert!(said.stdout.starts_with("Greatest val_acc 0.2 at i = 2\n"), "{}", said.stdout);
    assert!(!said.stdout.contains("minimised") && !said.stderr.contains(doubt), "{}{}", said.stderr, said.stdout);
}

#[test]
fn where_nothing_was_understood_it_is_said_why() {
    let why = |keys: &str, script: &str| {
        let said = bench(keys, script).etascape(&["run", "e.toml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        said.stderr
    };
    let regex = r"metrics = { regex = 'step (?P<step>\d+).*loss (?P<loss>\S+)' }";
    let said = why(regex, "echo step 1: loss 9.0000abc");
    assert!(said.contains("but loss = \"9.0000abc\" is no number: step 1: loss 9.0000abc"), "{said}");
    let said = why(regex, "echo begin; echo step: 1 loss: 2");
    assert!(said.contains("no line matched the pattern; the line most like it: step: 1 loss: 2"), "{said}");
    let said = why("metrics = { csv = \"m.csv\" }", "echo loss=1 >&2; touch n.csv");
    assert!(said.contains("m.csv was not written\n") && said.contains("it wrote n.csv\n"), "{said}");
    assert!(said.contains("stderr has lines that look like metrics; metrics = \"auto\" reads them: loss=1"), "{said}");
    let said = why("", "true");
    assert!(said.contains("run 0     gave no metric\n") && said.contains("it wrote nothing to stdout"), "{said}");
}

#[test]
fn what_is_wrong_with_a_file_as_a_whole_is_said_in_the_trial_and_in_the_findings() {
    let script = "echo loss=1; if [ $1 -gt 0 ]; then echo step,loss > m.csv; echo 1,0.$1 >> m.csv; fi";
    let bench = bench("metrics = { csv = \"m.csv\" }", script);
    let tried = bench.etascape(&["check", "e.toml", "--try"]);
    assert!(tried.code == Some(1) && tried.stdout.contains("m.csv was not written\n"), "{}", tried.stdout);
    let said = bench.done(&["run", "e.toml"]);
    let missing = "The metrics of 1 run are missing or not whole; the first, run 0: m.csv was not written\n";
    assert!(said.stdout.contains(missing), "{}", said.stdout);
    let [runs, _] = bench.tables("results/three");
    assert_eq!(column(&runs, "reason"), ["m.csv was not written", "", ""]);
    assert!(bench.read("results/three/report.html").contains(missing.trim()));
}

#[test]
fn a_file_where_the_program_starts_is_not_read_and_that_is_said() {
    for (metrics, file) in
        [("", "metrics.csv"), ("metrics = { csv = \"m.csv\" }", "m.csv"), ("metrics = { events = \"tb/*\" }", "tb")]
    {
        let bench =
            bench(&format!("folder = \".\"\n{metrics}"), &format!("echo step,loss > {file}; echo 1,2 >> {file}"));
        let tried = bench.etascape(&["check", "e.toml", "--try"]);
        assert!(tried.code == Some(1), "{}", tried.stdout);
        let said = "files that it writes there are not read: pass {run_dir} to write into\n";
        assert!(tried.stdout.contains(said), "{file}: {}", tried.stdout);
        let checked = bench.done(&["check", "e.toml"]);
        let noted = checked.stdout.clone() + &checked.stderr;
        assert!(metrics.is_empty() || noted.contains("is looked for in the run's own folder"), "{noted}");
    }
}

#[test]
fn a_trial_starts_run_0_and_leaves_nothing() {
    let bench = bench("", "for i in 1 2 3 4 5 6; do echo \"step $i loss 0.$i\"; done; echo $$ > ../../pid; sleep 60");
    let said = bench.done(&["check", "e.toml", "--try"]);
    assert!(said.stdout.starts_with("  run 0     gave loss"), "{}", said.stdout);
    assert!(
        said.stdout.contains("a line    step 1 loss 0.1\n") && said.stdout.contains("ended early"),
        "{}",
        said.stdout
    );
    assert!(!bench.path("results").exists());
    bench.write("work.sh", "echo nothing here; echo ModuleNotFoundError >&2; exit 1");
    let said = bench.etascape(&["check", "e.toml", "--try"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.stderr.contains("ModuleNotFoundError\nerror: run 0 gave no objective: exit code 1"),
        "{}",
        said.stderr
    );
    bench.write("e.toml", "name = \"points\"\ndata.points = [[1, 2]]\n");
    let said = bench.etascape(&["check", "e.toml", "--try"]);
    assert!(said.code == Some(2) && said.stderr.contains("has no [program]"), "{}", said.stderr);
}

#[test]
fn runs_that_are_ended_after_their_time_have_results() {
    let script = "echo $1 >> ../../../../starts; echo loss=2.$1; echo loss=1.$1; printf loss=0; exec sleep 60";
    let bench = bench("timeout = \"500ms\"", script);
    let said = bench.done(&["run", "e.toml"]);
    let start = "Least loss 1 at i = 0\n3 runs · 3 timeout\n";
    assert!(
        said.stdout.starts_with(start) && said.stdout.contains("\nEach run was ended after 500ms\n"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("Failed runs"), "{}", said.stdout);
    let [runs, curves] = bench.tables("results/three");
    assert_eq!(column(&runs, "final_loss"), ["1", "1.1", "1.2"], "a half line does not count");
    assert_eq!(column(&runs, "best_step"), ["1"; 3]);
    assert_eq!(column(&curves, "loss").len(), 6);
    assert!(bench.path("results/three/charts/loss-curves.png").exists());
    assert!(bench.read("results/three/report.html").contains("Each run was ended after 500ms."));
    bench.done(&["run", "e.toml"]);
    bench.done(&["run", "e.toml", "--retry-failed"]);
    assert_eq!(bench.read("starts").lines().count(), 3, "they have results");
    bench.write("work.sh", "echo $1 >> ../../../../starts; echo loss=0.$1");
    bench.done(&["run", "e.toml", "--retry-failed", "--set", "program.timeout=\"1m\""]);
    assert_eq!(bench.read("starts").lines().count(), 6, "now they may take longer");
    assert_eq!(column(&bench.tables("results/three")[0], "status"), ["max_steps"; 3]);
}
