//! The journal of a program's sweep that a disk or a hand has changed: said, kept, and used as far as it is certain.

use std::fs;

use crate::bench::{Bench, rows};

/// Forty runs, each of which adds a line to `starts` if its results go to `r`.
const FORTY: &str = r#"
name = "forty"
[program]
command = ["sh", "-c", """
test ! -d ../../../r || echo {i} >> ../../../starts
echo '{\"loss\": 1}'; echo '{\"loss\": 0.{i}}'; test {i} != 7 || test -e ../../../well"""]
parallel = 2
[sweep.parameters]
i = { range = [0, 40] }
"#;

const CHANGED: &str = "it is not what was written: its checksum is another";

/// A complete sweep `r` of which run 7 failed, in a state, with something done to its journal.
fn damaged(state: &str, harm: impl Fn(Vec<u8>) -> Vec<u8>) -> Bench {
    let bench = Bench::with(FORTY);
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    bench.write("r/manifest.json", bench.read("r/manifest.json").replace("\"complete\"", &format!("{state:?}")));
    bench.write("r/journal.jsonl", harm(fs::read(bench.path("r/journal.jsonl")).unwrap()));
    fs::remove_file(bench.path("starts")).unwrap();
    bench
}

/// A bit of the third line is another.
fn flipped(mut bytes: Vec<u8>) -> Vec<u8> {
    let third = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0 + 1;
    bytes[third + 60] ^= 1;
    bytes
}

fn started(bench: &Bench) -> usize {
    fs::read_to_string(bench.path("starts")).map_or(0, |text| text.lines().count())
}

#[test]
fn a_flipped_bit_is_said_and_kept_and_costs_the_runs_in_doubt_alone() {
    for state in ["running", "interrupted"] {
        let bench = damaged(state, flipped);
        let harmed = bench.read("r/journal.jsonl");
        let said = bench.done(&["report", "r"]);
        let warning = format!("warning: r/journal.jsonl:3: {CHANGED}\n");
        let ending = "warning: this shows the runs in its intact lines; `etascape run` repeats the others\n";
        assert!(said.stderr.ends_with(&format!("{warning}{ending}")), "{}", said.stderr);
        assert_eq!(bench.read("r/journal.jsonl"), harmed, "report leaves it alone");
        assert!((39..=40).contains(&rows(&bench.read("r/runs.csv")).len()), "without the lost run, and perhaps run 7");
        let said = bench.done(&["run", "e.toml", "--out", "r"]);
        let kept = "warning: the damaged file is kept as r/journal.jsonl.damaged-1; \
                    the runs in its intact lines are kept; the others are repeated\n";
        assert!(said.stderr.starts_with(&format!("{warning}{kept}")), "{}", said.stderr);
        assert_eq!(bench.read("r/journal.jsonl.damaged-1"), harmed);
        assert!((1..=2).contains(&started(&bench)), "{} were started", started(&bench));
        assert_eq!(bench.read("r/runs.csv").lines().count(), 41);
        assert_eq!(bench.done(&["run", "e.toml", "--quiet", "--out", "r"]).stderr, "");
    }
}

#[test]
fn the_tables_of_a_complete_sweep_need_no_journal() {
    let bench = damaged("complete", flipped);
    let tables = bench.tables("r");
    let expected = format!(
        "warning: r/journal.jsonl:3: {CHANGED}\nwarning: the tables are intact and do not need it; \
         `run --retry-failed` repeats the runs that it has lost\n"
    );
    for words in [&["run", "e.toml", "--quiet", "--out", "r"][..], &["report", "r"], &["reproduce", "r"]] {
        let said = bench.etascape(words);
        assert_eq!((said.code, said.stderr), (Some(0), expected.clone()), "{words:?}");
        assert_eq!(bench.tables("r"), tables);
    }
    assert_eq!(started(&bench), 0);
    bench.write("well", "");
    bench.done(&["run", "e.toml", "--quiet", "--out", "r", "--retry-failed"]);
    assert_eq!((started(&bench), bench.manifest("r")["state"].as_str()), (2, Some("complete")));
    assert!(!bench.read("r/runs.csv").contains("failed"));
    assert_eq!(bench.done(&["run", "e.toml", "--quiet", "--out", "r"]).stderr, "");
}

#[test]
fn a_journal_that_is_gone_or_has_lost_its_end_is_missed() {
    let bench = damaged("interrupted", |bytes| bytes);
    fs::remove_file(bench.path("r/journal.jsonl")).unwrap();
    let said = bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    assert_eq!((said.stderr.as_str(), started(&bench)), ("warning: r/journal.jsonl: the file is missing\n", 40));
    let bench = damaged("interrupted", |bytes| {
        let last = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap();
        bytes[..last + 1].to_vec()
    });
    let said = bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    let warning = "warning: r/journal.jsonl: its end is missing: the last 1 of 40 lines that had been saved\n";
    assert!(said.stderr.starts_with(warning), "{}", said.stderr);
    assert!((1..=2).contains(&started(&bench)));
}

#[test]
fn another_version_and_another_order_of_the_parameters_are_other_sweeps() {
    let bench = damaged("interrupted", |bytes| bytes);
    let own = concat!("\"", env!("CARGO_PKG_VERSION"), "\"");
    bench.write("r/manifest.json", bench.read("r/manifest.json").replace(own, "\"0.0.9\""));
    let said = bench.etascape(&["run", "e.toml", "--out", "r"]);
    let differs = concat!("etascape's version: 0.0.9 there, ", env!("CARGO_PKG_VERSION"), " here");
    assert!(said.code == Some(2) && said.stderr.contains(differs), "{}", said.stderr);
    bench.write("r/manifest.json", bench.read("r/manifest.json").replace("interrupted", "complete"));
    assert_eq!(bench.done(&["run", "e.toml", "--quiet", "--out", "r"]).stderr, "", "nothing is run");
    let said = bench.etascape(&["run", "e.toml", "--out", "r", "--retry-failed"]);
    assert!(said.code == Some(2) && said.stderr.contains(differs), "{}", said.stderr);

    let [first, second] = ["a = [1, 2]\nb = [3, 4]\n", "b = [3, 4]\na = [1, 2]\n"];
    let program = "name = \"o\"\n[program]\ncommand = [\"sh\", \"-c\", \"echo loss={a}{b}\"]\n[sweep.parameters]\n";
    let engine = "name = \"o\"\ndata.points = [[3, 7], [9, 13]]\ntrain.steps = 3\n[sweep.parameters]\n";
    let rates = |text: &str| text.replace("a =", "\"train.learning_rate\" =").replace("b =", "\"init.w\" =");
    for [first, second] in [[first, second].map(|part| format!("{program}{part}")), {
        [first, second].map(|part| format!("{engine}{}", rates(part)))
    }] {
        let bench = Bench::with(&first);
        bench.done(&["run", "e.toml", "--quiet"]);
        bench.write("e.toml", second);
        let said = bench.etascape(&["run", "e.toml"]);
        assert!(said.code == Some(2) && said.stderr.contains("\n  sweep.parameters: "), "{}", said.stderr);
    }
}

#[test]
fn fail_fast_is_an_error_even_where_nothing_was_left() {
    let bench = Bench::with(&FORTY.replace("[0, 40]", "[7, 8]"));
    let said = bench.etascape(&["run", "e.toml", "--quiet", "--fail-fast", "--out", "r"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(1), "error: a run failed\n"));
    let bench = Bench::with(&FORTY.replace("[0, 40]", "[7, 40]"));
    let said = bench.etascape(&["run", "e.toml", "--quiet", "--fail-fast", "--threads", "1", "--out", "r"]);
    let expected = "error: a run failed, and none was started after it; the same command goes on\n";
    assert_eq!((said.code, said.stderr.as_str(), started(&bench)), (Some(1), expected, 1));
}
