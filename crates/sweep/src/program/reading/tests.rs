//! Every format that is understood: `tests/formats/NAME.txt` has lines as programs print them, `NAME.points` what must be
//! read from them: a title, a line for each step with its values, and what could not be read. `docs/formats.md` is
//! generated from these (`UPDATE_DOCS=1`).

use std::fmt::Write;
use std::path::{Path, PathBuf};

use proptest::strategy::Strategy;

use super::drawing;
use super::row::Row;
use super::steps::Steps;
use crate::program::metrics::Reader;
use crate::program::{MetricsSource, read_output};

/// A sample of a format.
struct Sample {
    path: PathBuf,
    title: String,
    text: Vec<u8>,
    expected: String,
}

/// The samples, by their titles.
fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = paths.filter(|path| path.extension().is_some_and(|extension| extension == "txt"));
    let mut samples: Vec<Sample> = texts
        .map(|path| {
            let points = std::fs::read_to_string(path.with_extension("points")).unwrap();
            let (title, expected) = points.split_once('\n').unwrap();
            let title = title.strip_prefix("# ").unwrap().to_string();
            Sample { title, text: std::fs::read(&path).unwrap(), expected: expected.to_string(), path }
        })
        .collect();
    samples.sort_by(|a, b| a.title.cmp(&b.title));
    samples
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.strip_suffix(b"\n").unwrap_or(text).split(|&byte| byte == b'\n')
}

fn values<'a>(names: impl IntoIterator<Item = &'a String>, values: &[Option<f64>]) -> String {
    let pairs = names.into_iter().zip(values).filter_map(|(name, value)| Some(format!(" {name}={}", (*value)?)));
    pairs.collect()
}

/// The points that `metrics = "auto"` reads in a text.
fn points(text: &[u8]) -> String {
    let record = read_output(&MetricsSource::Auto, text);
    let mut words = String::new();
    for point in &record.curve {
        writeln!(words, "{}:{}", point.step, values(&record.names, &point.values)).unwrap();
    }
    if let Some(first) = record.first_unread {
        writeln!(words, "{} unread: {first}", record.unread).unwrap();
    }
    words
}

#[test]
fn every_format_is_read_as_its_points_say() {
    let samples = samples();
    let mut wrong = Vec::new();
    for Sample { path, text, expected, title } in &samples {
        let read = points(text);
        if read != *expected {
            wrong.push(format!("{title}, {}\n-------- expected\n{expected}-------- read\n{read}", path.display()));
        }
    }
    assert!(!samples.is_empty() && wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_metric_in_the_end_leaves_no_name() {
    let text = b"{\n  'lr': 0.1,\n  'layers': 3\n}\nepoch 1: train: {'loss': 2.0} val: {'loss': 3.0}\n";
    assert_eq!(read_output(&MetricsSource::Auto, text).names, ["loss", "val/loss"]);
}

/// The rows of a text: line, step, values.
fn rows(text: &[u8]) -> Vec<(String, u64, String)> {
    let source = MetricsSource::Auto;
    let (mut reader, mut steps, mut row) = (Reader::new(&source), Steps::new(), Row::default());
    let mut rows = Vec::new();
    for line in lines(text) {
        drawing::each(line, &mut Vec::new(), &mut |line| {
            row.clear();
            if reader.read(line, &mut row) == Ok(true)
                && let Ok(step) = steps.place(&row.step, false)
            {
                rows.push((String::from_utf8_lossy(line).into_owned(), step, values(&row.names, &row.values)));
            }
        });
    }
    rows
}

#[test]
fn the_docs_show_a_line_of_every_format() {
    let mut table = String::new();
    for Sample { title, text, .. } in samples() {
        let (line, step, values) = rows(&text).swap_remove(0);
        let cell = |text: &str| text.replace('|', "\\|").replace('\t', " ");
        writeln!(table, "| {title} | `{}` | step {step}:{} |", cell(&line), cell(&values)).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats.md");
    let docs = std::fs::read_to_string(&path).unwrap();
    let head = "| format | a line | as it is read |\n| --- | --- | --- |\n";
    let (before, after) = docs.split_once(head).unwrap();
    let (found, after) = after.split_once("\n\n").unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{head}{table}\n{after}")).unwrap();
    } else {
        assert_eq!(
            found,
            table.trim_end(),
            "docs/formats.md is old: UPDATE_DOCS=1 cargo test -p etascape-sweep formats"
        );
    }
}

/// How a program may print two metrics of training and of held-out data on one line: `{p}` is the part of the data, `{m}` and `{n}`
/// are the metrics, `{v}` and `{w}` their values, `{,}` what parts them.
const ONE_BY_ONE: &[&str] = &[
    "{p} {m}: {v}",
    "{p}_{m}={v}",
    "{p} {m} {v}",
    "{m}/{p}: {v}",
    "{m}_{p} = {v}",
    "{m} ({p}): {v}",
    "{p}-{m}:{v}",
    "{p}.{m}={v}",
    "{p}/{m} {v}",
    "{p} {m} is {v}",
    "{m} {p} {v}",
    "{p} {m} => {v}",
    "'{p}_{m}': {v}",
];
const TOGETHER: &[&str] = &[
    "{p}: {m} {v}{,}{n} {w}",
    "{p} [{m}: {v}{,}{n}: {w}]",
    "[{p}] {m}={v}{,}{n}={w}",
    "({p}) {m}={v}{,}{n}={w}",
    "{p} - {m}: {v} - {n}: {w}",
    "{p}({m}={v}, {n}={w})",
    "{p}: {'{m}': {v}, '{n}': {w}}",
    "{p} | {m} {v} | {n} {w}",
    "{p}: {m}={v}{,}{n}={w}",
    "<{p}> {m}: {v}{,}{n}: {w}",
    "{p} => {m}: {v}{,}{n}: {w}",
    "{p} set: {m} {v}{,}{n} {w}",
    "{p} {m} {v}{,}{n} {w}",
    "{p}={{m}: {v}, {n}: {w}}",
];
const STEPS: &[&str] = &[
    "Epoch {e}",
    "Epoch {e}/3",
    "[Epoch {e}]",
    "epoch={e}",
    "Epoch: {e}",
    "step {e}",
    "Iter {e}/300",
    "Epoch [{e}/3]",
    "[{e}/3]",
    "Epoch #{e}",
    "(epoch {e})",
    "global_step={e}",
    "Epoch {e} (12.3s)",
    "2024-05-01 12:00:00,123 INFO Epoch {e}",
    "[12:00:01] epoch {e}",
    "INFO:root:epoch {e}",
    "Epoch=1 Step={e}",
    "train.py:12 epoch {e}",
];
const BEHIND_STEP: &[&str] = &[" | ", ": ", " - ", ", ", "  ", "\t", " -> ", "; ", " "];
const BETWEEN: &[&str] = &[" | ", " || ", "  ", " ; ", " - ", ", ", "; ", " / ", " "];
const WITHIN: &[&str] = &[", ", " ", "; ", " | ", "  ", " / "];
const PARTS: &[[&str; 2]] = &[
    ["train", "val"],
    ["Train", "Valid"],
    ["Training", "Validation"],
    ["TRAIN", "TEST"],
    ["train", "eval"],
    ["train", "dev"],
];
const METRICS: &[[&str; 2]] = &[["loss", "acc"], ["Loss", "F1"], ["mse", "mae"], ["loss", "err"]];

fn one_of<T: Copy + std::fmt::Debug>(choices: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(choices)
}

proptest::proptest! {
    /// Whatever a line looks like, each of its four values has a name of its own, which tells training from held-out data.
    #[test]
    fn training_and_held_out_data_on_a_line_are_told_apart(
        (one, together, is_together) in (one_of(ONE_BY_ONE), one_of(TOGETHER), proptest::bool::ANY),
        (step, behind, between, within) in (one_of(STEPS), one_of(BEHIND_STEP), one_of(BETWEEN), one_of(WITHIN)),
        ([train, held_out], [m, n]) in (one_of(PARTS), one_of(METRICS)),
    ) {
        let line = |epoch: u32| {
            let value = |metric: u32| format!("0.{epoch}{metric}");
            let both = |part: &str, at: u32| {
                together.replace("{p}", part).replace("{m}", m).replace("{n}", n).replace("{v}", &value(at))
                    .replace("{w}", &value(at + 1)).replace("{,}", within)
            };
            let each = |part: &str, metric: &str, at: u32| {
                one.replace("{p}", part).replace("{m}", metric).replace("{v}", &value(at))
            };
            let fields = match is_together {
                true => vec![both(train, 1), both(held_out, 3)],
                false => vec![each(train, m, 1), each(train, n, 2), each(held_out, m, 3), each(held_out, n, 4)],
            };
            format!("{}{behind}{}\n", step.replace("{e}", &epoch.to_string()), fields.join(between))
        };
        let text: String = (1..4).map(line).collect();
        let record = read_output(&MetricsSource::Auto, text.as_bytes());
        let held: Vec<bool> = record.names.iter().map(|name| name.contains(held_out)).collect();
        proptest::prop_assert_eq!(held, [false, false, true, true], "{}{:?}", text, record.names);
        for (point, epoch) in record.curve.iter().zip(1..4) {
            let values = [1, 2, 3, 4].map(|metric| Some(f64::from(10 * epoch + metric) / 100.0));
            proptest::prop_assert_eq!((point.step, &point.values[..]), (epoch as u64, &values[..]), "{}", text);
        }
        proptest::prop_assert_eq!((record.curve.len(), record.unread), (3, 0), "{}", text);
    }

    #[test]
    fn no_bytes_panic_and_the_same_lines_give_the_same_rows(
        lines in proptest::collection::vec(proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60), 0..6)
    ) {
        let text = lines.join(&b'\n');
        proptest::prop_assert_eq!(points(&text), points(&text));
    }

    #[test]
    fn no_lines_of_metrics_panic(
        text in "(epoch|step|loss|acc|train|Test|best|nan|tensor| |  |\t|\n|\r|:|=|,|\\||/|[|]|[(]|[)]|[{]|[}]|'|\"|-|[.]|%|━|#|[*]|[0-9]{1,3}|0[.]5|1,000){0,60}"
    ) {
        proptest::prop_assert_eq!(points(text.as_bytes()), points(text.as_bytes()));
    }
}
