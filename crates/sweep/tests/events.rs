//! TensorBoard event files of real writers, and what TensorBoard itself reads of them.
//!
//! The samples were written by tensorboardX (`tensorboardx`), by `SummaryWriter` of PyTorch (`torch`: a second session begins at
//! step 50; `torch-back`: steps go back) and by `tf.summary` of TensorFlow (`tensorflow`). The texts beside them have a line for
//! each value: tag, step, and the value as TensorBoard's `EventAccumulator` gives it.

#![cfg(unix)]

mod process;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etascape_sweep::program::Record;
use process::record;

const EVENTS: &str = "metrics = { events = \"**/events.out.tfevents.*\" }";

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events").join(name)
}

/// The values of each metric by step, as text, in which NaN is equal to itself.
fn values(record: &Record) -> BTreeMap<String, Vec<(u64, String)>> {
    let mut values: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for point in &record.curve {
        for (name, value) in record.names.iter().zip(&point.values) {
            value
                .iter()
                .for_each(|value| values.entry(name.clone()).or_default().push((point.step, value.to_string())));
        }
    }
    values
}

fn expected(name: &str) -> BTreeMap<String, Vec<(u64, String)>> {
    let mut values: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for line in std::fs::read_to_string(sample(&format!("{name}.txt"))).unwrap().lines() {
        let [tag, step, value] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let value = value.parse::<f64>().unwrap().to_string();
        values.entry(tag.to_string()).or_default().push((step.parse().unwrap(), value));
    }
    values
}

#[test]
fn the_files_of_every_writer_have_the_values_that_tensorboard_reads() {
    for name in ["tensorboardx", "torch", "torch-back", "tensorflow"] {
        let record = record(EVENTS, &format!("mkdir -p runs; cp -r '{}' runs/a", sample(name).display()));
        assert_eq!(values(&record), expected(name), "{name}");
        assert_eq!((record.unread, record.problems.len()), (0, 0), "{name}: {:?}", record.problems);
    }
}

#[test]
fn a_file_that_is_written_byte_by_byte_while_it_is_read_is_the_same_in_the_end() {
    let file = sample("torch/events.out.tfevents.1.writer.0");
    let script = format!(
        "i=1; while [ $i -le 1800 ]; do tail -c +$i '{}' | head -c 97 >> events.out.tfevents.1; i=$((i + 97)); sleep 0.012; done",
        file.display()
    );
    let whole = record(EVENTS, &format!("cp '{}' events.out.tfevents.1", file.display()));
    assert_eq!(values(&record(EVENTS, &script)), values(&whole));
    assert_eq!(whole.spread("precise").unwrap().last, Some(3.0));
}

#[test]
fn a_damaged_record_is_said_and_ends_the_reading_of_its_file() {
    let file = sample("torch-back/events.out.tfevents.1.writer");
    let script = format!(
        "cp '{}' events.out.tfevents.1; printf X | dd of=events.out.tfevents.1 bs=1 seek=700 conv=notrunc",
        file.display()
    );
    let record = record(EVENTS, &script);
    assert!(record.problems[0].starts_with("events.out.tfevents.1: the record at byte "), "{:?}", record.problems);
    assert_eq!(record.spread("loss").unwrap().last, Some(103.0));
}

#[test]
fn a_rule_ends_a_run_by_what_event_files_say() {
    let file = sample("torch-back/events.out.tfevents.1.writer");
    let program = format!("{EVENTS}\n[stop]\nconverged_below = 50.0");
    let record = record(&program, &format!("cp '{}' events.out.tfevents.1; sleep 5", file.display()));
    assert_eq!((record.status.name(), record.steps), ("converged", 4));
    assert_eq!(record.spread("loss").unwrap().last, Some(1.0));
}

#[test]
fn without_files_it_is_said_that_none_came() {
    assert_eq!(record(EVENTS, "true").problems, ["**/events.out.tfevents.* was not written"]);
}
