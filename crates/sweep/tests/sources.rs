//! What is read of real processes, here shell scripts: both streams, files that are written in every way, half lines.

#![cfg(unix)]

mod process;

use etascape_sweep::Status;
use etascape_sweep::program::Record;
use process::{attempt, record};

const CSV: &str = "metrics = { csv = \"m.csv\" }";

fn last(record: &Record, name: &str) -> Option<f64> {
    record.spread(name)?.last
}

/// The curve as lines: a step and its values.
fn curve(record: &Record) -> Vec<String> {
    let value = |value: &Option<f64>| value.map_or("-".to_string(), |value| value.to_string());
    let line = |values: &[Option<f64>]| values.iter().map(value).collect::<Vec<String>>().join(" ");
    record.curve.iter().map(|point| format!("{}: {}", point.step, line(&point.values))).collect()
}

#[test]
fn a_table_that_is_written_again_with_another_column_counts_as_it_is_in_the_end() {
    let script = r#"
for s in 0 1 2 3 4 5; do
    if [ $s -lt 3 ]; then head=epoch,step,loss; end=; else head=epoch,step,loss,val_loss; end=,; fi
    { echo $head; i=0; while [ $i -le $s ]; do echo "0,$i,$((9 - i))$end"; i=$((i + 1)); done; } > m.csv
    [ $s -lt 3 ] || echo "0,$s,,7$s" >> m.csv
    sleep 0.03
done"#;
    let (record, understood) = attempt(CSV, script);
    assert_eq!((last(&record, "loss"), last(&record, "val_loss")), (Some(4.0), Some(75.0)));
    assert_eq!((record.steps, record.unread, understood.sources), (5, 0, vec!["m.csv".to_string()]));
    assert_eq!(record.spread("loss").unwrap().max, Some(9.0));
}

#[test]
fn the_final_table_counts_whatever_was_there_before() {
    let ways = [
        // Put in its place by another.
        "printf 'step,loss\\n0,4\\n' > m.csv; sleep 0.05; printf 'step,loss\\n0,3\\n1,2\\n' > n; mv n m.csv",
        // Cut off and begun anew.
        "printf 'step,loss\\n0,4\\n1,9\\n2,9\\n' > m.csv; sleep 0.05; : > m.csv; sleep 0.05; printf 'step,loss\\n0,3\\n1,2\\n' >> m.csv",
        // As long as before.
        "printf 'step,loss\\n0,9\\n1,9\\n' > m.csv; sleep 0.05; printf 'step,loss\\n0,3\\n1,2\\n' > m.csv",
        // In pieces that end within lines.
        "printf 'step,lo' > m.csv; sleep 0.05; printf 'ss\\n0,3\\n1' >> m.csv; sleep 0.05; printf ',2' >> m.csv",
        // Removed and written again.
        "printf 'step,loss\\n0,4\\n1,9\\n' > m.csv; sleep 0.05; rm m.csv; sleep 0.05; printf 'step,loss\\n0,3\\n1,2\\n' > m.csv",
        // Moved away at the end.
        "printf 'step,loss\\n0,3\\n' > m.csv; sleep 0.05; printf '1,2\\n' >> m.csv; mv m.csv done.csv",
    ];
    for script in ways {
        let record = record(CSV, script);
        assert_eq!((curve(&record), record.unread), (vec!["0: 3".to_string(), "1: 2".to_string()], 0), "{script}");
        let is_gone = script.ends_with("done.csv");
        assert_eq!((record.status, record.problems.len()), (Status::MaxSteps, usize::from(is_gone)), "{script}");
    }
}

#[test]
fn a_named_file_that_never_came_is_said() {
    let problems = |script: &str| record(CSV, script).problems.join("; ");
    assert_eq!(problems("echo '{\"loss\": 1}'"), "m.csv was not written");
    assert_eq!(problems("mkdir m.csv"), "m.csv was not written");
    assert_eq!(problems("mkfifo m.csv"), "m.csv was not written");
}

#[test]
fn both_streams_are_read_each_in_its_order_and_joined_by_step() {
    let program =
        r"metrics = { regex = ['step=(?P<step>\d+) loss=(?P<loss>\S+)', 'step=(?P<step>\d+) acc=(?P<acc>\S+)'] }";
    let both = |first: &str, second: &str| attempt(program, &format!("{first}\n{second}"));
    let out = "echo 'step=0 loss=4'; echo 'step=2 loss=2'";
    let err = "echo warning >&2; echo 'step=0 loss=9' >&2; echo 'step=1 acc=0.5' >&2; echo 'step=2 acc=0.7' >&2";
    let (record, understood) = both(out, err);
    assert_eq!(curve(&record), ["0: 4", "1: - 0.5", "2: 2 0.7"]);
    assert_eq!(understood.sources, ["stdout", "stderr"]);
    let other = both(err, out).0;
    assert_eq!((other.curve, other.names), (record.curve, record.names), "the order of time is no matter");
    let (alone, understood) = both("", err);
    assert_eq!((last(&alone, "loss"), understood.sources.join(" ").as_str()), (Some(9.0), "stderr"));
    assert_eq!(alone.first_unread.as_deref(), Some("line 1 of stderr: no match: warning"));
}

#[test]
fn a_rule_ends_a_run_by_what_stderr_says_and_only_earlier_steps_of_stdout_count() {
    let program = "metrics = { regex = ['step=(?P<step>\\d+) (?:loss=(?P<loss>\\S+)|acc=(?P<acc>\\S+))'] }\nobjective = \"loss\"\n[stop]\nconverged_below = 1.0";
    let script = r#"
i=0; while [ $i -le 50 ]; do echo "step=$i acc=$i"; i=$((i + 1)); done
i=0; while [ $i -le 9 ]; do echo "step=$i loss=$((9 - i))" >&2; i=$((i + 1)); done; sleep 5"#;
    let record = record(program, script);
    assert_eq!((record.status, record.steps), (Status::Converged, 8));
    assert_eq!((last(&record, "loss"), last(&record, "acc")), (Some(1.0), Some(7.0)));
    assert_eq!(record.spread("acc").unwrap().max, Some(7.0), "what came in the meantime is as if it had not");
}

#[test]
fn a_half_line_of_a_program_that_died_does_not_count() {
    let json = r#"metrics = "stdout""#;
    let half = r#"printf '{"step":0,"loss":4}\n{"step":1,"loss":0}'"#;
    for (end, points) in [("exit 3", 1), ("kill -9 $$", 1), ("exit 0", 2)] {
        assert_eq!(record(json, &format!("{half}; {end}")).curve.len(), points, "{end}");
        let half = "printf 'step,loss\\n0,4\\n1,0' > m.csv";
        assert_eq!(record(CSV, &format!("{half}; {end}")).curve.len(), points, "{end}");
    }
    let late = record("metrics = \"stdout\"\ntimeout = \"300ms\"", &format!("{half}; sleep 5"));
    assert_eq!((late.status, late.curve.len(), last(&late, "loss")), (Status::Timeout, 1, Some(4.0)));
}

#[test]
fn all_that_a_late_run_has_printed_counts() {
    let script = r#"trap 'echo "{\"step\":7,\"loss\":1}"; exit' TERM; echo '{"step":0,"loss":4}'; sleep 5 & wait"#;
    let record = record("metrics = \"stdout\"\ntimeout = \"300ms\"", script);
    assert_eq!((record.status, record.steps, last(&record, "loss")), (Status::Timeout, 7, Some(1.0)));
}

/// What is read of a script under `metrics = "auto"`: which sources, and the curve.
fn found(script: &str) -> (String, Vec<String>) {
    let (record, understood) = attempt("", script);
    (understood.sources.join(" "), curve(&record))
}

#[test]
fn files_are_looked_at_where_the_streams_have_no_objective() {
    let table = "mkdir -p logs; printf 'step,loss\\n0,4\\n1,2\\n' > logs/metrics.csv";
    let two = || vec!["0: 4".to_string(), "1: 2".to_string()];
    assert_eq!(found(table), ("logs/metrics.csv".into(), two()));
    assert_eq!(found(&format!("echo hello; echo 'saved 3 files' >&2; {table}")), ("logs/metrics.csv".into(), two()));
    assert_eq!(found(&format!("echo 'step 7 loss 9'; {table}")), ("stdout".into(), vec!["7: 9".into()]));
    let lines = r#"printf '{"step":0,"loss":4}\n{"step":1,"loss":2}\n' > "#;
    for name in ["log.jsonl", "a/metrics.json", "train.log", "log.txt"] {
        assert_eq!(found(&format!("mkdir a; {lines} {name}")), (name.to_string(), two()), "{name}");
    }
    let documents = [
        r#"[{"step":0,"loss":4},{"step":1,"loss":2}]"#,
        r#"{"best": null, "log_history": [{"step":0,"loss":4}, {"step":1,"loss":2}]}"#,
        r#"{"loss": [4, 2]}"#,
    ];
    for document in documents {
        let indented = document.replace(", ", ",\n  ");
        for text in [document, &indented] {
            let script = format!("cat > state.json <<'END'\n{text}\nEND");
            assert_eq!(found(&script), ("state.json".into(), two()), "{text}");
        }
    }
    assert_eq!(found("printf hello > log.txt; echo 1,2,3 > data.csv; echo '{' > a.json").0, "");
}

#[test]
fn of_several_files_the_one_whose_objective_fits_best_is_read() {
    let loss = "printf 'step,loss\\n0,4\\n1,2\\n'";
    let held_out = "printf 'step,val_loss\\n0,5\\n'";
    let data = "printf 'x,y\\n1,2\\n'";
    assert_eq!(found(&format!("{data} > a.csv; {loss} > b.csv; {held_out} > c.csv")).0, "c.csv");
    assert_eq!(found(&format!("mkdir a; {loss} > a/a.csv; {loss} > b.csv; {loss} > c.csv")).0, "b.csv");
    assert_eq!(found(&format!("{data} > a.csv; {data} > b.csv")).0, "a.csv");
}

#[test]
fn files_that_were_found_are_judged_while_the_run_goes_on() {
    let script = "mkdir out; printf 'step,loss\\n0,4\\n1,nan\\n' > out/m.csv; sleep 5; printf '2,1\\n' >> out/m.csv";
    let (record, understood) = attempt("", script);
    assert_eq!((record.status, record.steps, understood.sources), (Status::Diverged, 1, vec!["out/m.csv".to_string()]));
}
