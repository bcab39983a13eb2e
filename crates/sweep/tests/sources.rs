//! What is read of real processes, here shell scripts: both streams, files that are written in every way, half lines.

#![cfg(unix)]

use std::convert::Infallible;
use std::fs;

use etascape_sweep::program::{Event, Guard, Options, ProgramExperiment, Record, Surroundings, execute_program};
use etascape_sweep::{CancellationToken, Delivery, Status};

/// The record of a script that runs once, with the lines `program` in its `[program]` and the file.
fn record(program: &str, script: &str) -> Record {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("script.sh"), script).unwrap();
    let text =
        format!("name = \"t\"\n[program]\ncommand = [\"sh\", \"script.sh\"]\n{program}\n[sweep.parameters]\ni = [1]\n");
    let experiment = ProgramExperiment::parse(&text, &folder.path().join("t.toml"), &[]).unwrap();
    let (guard, cancel) = (Guard::none(), CancellationToken::default());
    let options = Options { results: folder.path(), parallel: 1, fail_fast: false, cancel: &cancel, guard: &guard };
    let mut records = Vec::new();
    execute_program::<Infallible>(&experiment, &Surroundings::default(), &[0], &[], &options, &mut |delivery| {
        if let Delivery::Batch(events) = delivery {
            let record = |event| if let Event::Finished(record) = event { Some(*record) } else { None };
            records.extend(events.into_iter().filter_map(record));
        }
        Ok(())
    })
    .unwrap();
    records.pop().unwrap()
}

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
    let record = record(CSV, script);
    assert_eq!((last(&record, "loss"), last(&record, "val_loss")), (Some(4.0), Some(75.0)));
    assert_eq!((record.steps, record.unread, record.sources.join(" ").as_str()), (5, 0, "m.csv"));
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
        assert_eq!((record.status, record.problems.len()), (Status::MaxSteps, 0), "{script}");
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
    let both = |first: &str, second: &str| record(program, &format!("{first}\n{second}"));
    let out = "echo 'step=0 loss=4'; echo 'step=2 loss=2'";
    let err = "echo warning >&2; echo 'step=0 loss=9' >&2; echo 'step=1 acc=0.5' >&2; echo 'step=2 acc=0.7' >&2";
    let record = both(out, err);
    assert_eq!(curve(&record), ["0: 4", "1: - 0.5", "2: 2 0.7"]);
    assert_eq!(record.sources, ["stdout", "stderr"]);
    assert_eq!(
        (both(err, out).curve, both(err, out).names),
        (record.curve, record.names),
        "the order of time is no matter"
    );
    let alone = both("", err);
    assert_eq!((last(&alone, "loss"), alone.sources.join(" ").as_str()), (Some(9.0), "stderr"));
    assert_eq!(alone.first_unread.as_deref(), Some("line 1 of stderr: no match: warning"));
}

#[test]
fn a_rule_ends_a_run_by_what_stderr_says_and_only_earlier_steps_of_stdout_count() {
    let program = "metrics = { regex = ['step=(?P<step>\\d+) (?:loss=(?P<loss>\\S+)|acc=(?P<acc>\\S+))'] }\n[stop]\nconverged_below = 1.0";
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
