//! Results trained again and held against what is stored.

use crate::bench::{Bench, SMALL};

/// More runs than lanes or chunks, and rows of very different length.
const MANY: &str = r#"
name = "many"
data.csv = { path = "d.csv", target = "t" }
train.steps = 30
log.curve_points = 7
sweep.parameters = { "train.learning_rate" = { geomspace = [1e-5, 1e3, 500] } }
"#;
const ROWS: &str = "x,t\n3,7\n9,13\n";

fn trained(config: &str) -> Bench {
    let bench = Bench::with(config);
    bench.write("d.csv", ROWS);
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    bench
}

/// `reproduce` finds a difference. Its verdict.
#[track_caller]
fn differs(bench: &Bench, words: &[&str]) -> String {
    let said = bench.etascape(&[&["reproduce", "r"], words].concat());
    assert_eq!((said.code, said.stderr.as_str()), (Some(1), ""), "{}", said.stdout);
    said.stdout
}

#[test]
fn what_is_the_same_is_said_in_a_line_and_nothing_is_touched() {
    let bench = trained(SMALL);
    let before = bench.files(".");
    let bytes: usize = bench.tables("r").iter().map(String::len).sum();
    let said = bench.done(&["reproduce", "r", "--threads", "3"]);
    let expected = format!("reproduced: 12 runs, {:.1} kB, identical\n", bytes as f64 / 1e3);
    assert_eq!((said.stdout, said.stderr.as_str()), (expected, ""));
    assert_eq!(bench.files("."), before);
}

#[test]
fn every_sample_of_what_is_the_same_is_the_same() {
    let bench = trained(MANY);
    for count in [1, 2, 3, 17, 100, 499] {
        let said = bench.done(&["reproduce", "r", "--sample", &count.to_string()]);
        assert!(said.stdout.starts_with(&format!("reproduced: {count} of 500 runs, ")), "{}", said.stdout);
    }
    let all = bench.done(&["reproduce", "r"]);
    assert_eq!(bench.done(&["reproduce", "r", "--sample", "500"]).stdout, all.stdout);
    assert_eq!(bench.done(&["reproduce", "r", "--sample", "9000000"]).stdout, all.stdout);
}

#[test]
fn the_first_difference_is_named_with_both_values() {
    let bench = trained(MANY);
    let [runs, curves] = bench.tables("r");
    let line = runs.lines().nth(1 + 250).unwrap();
    let loss = line.split(',').nth(5).unwrap();
    bench.write("r/runs.csv", runs.replace(line, &line.replacen(loss, "0.5", 1)));
    let place = format!("differs: r/runs.csv, run 250, column final_loss: 0.5 stored, {loss} trained again\n");
    let said = differs(&bench, &[]);
    assert!(said.starts_with(&place) && said.ends_with("r/runs.csv: not the file that was written\n"), "{said}");
    assert!(differs(&bench, &["--sample", "499"]).starts_with(&place));
    bench.write("r/runs.csv", &runs);
    let point = curves.lines().nth(100).unwrap();
    let cells: Vec<&str> = point.split(',').collect();
    bench.write("r/curves.csv", curves.replacen(&format!("\n{point}\n"), "\n", 1));
    let said = differs(&bench, &[]);
    assert!(said.starts_with(&format!("differs: r/curves.csv, run {}, column ", cells[0])), "{said}");
}

#[test]
fn what_lies_behind_or_is_missing_is_a_difference() {
    let bench = trained(MANY);
    let [runs, _] = bench.tables("r");
    bench.write("r/runs.csv", format!("{runs}500,1,converged,0,0,0,0,0,0\n"));
    assert!(differs(&bench, &[]).contains("r/runs.csv, run 500, column run_id: 500 stored, nothing trained again"));
    let last = runs.trim_end().rfind('\n').unwrap() + 1;
    bench.write("r/runs.csv", &runs[..last]);
    for words in [&[][..], &["--sample", "2"]] {
        let said = differs(&bench, words);
        assert!(said.contains("r/runs.csv, run 499, column run_id: nothing stored, 499 trained again"), "{said}");
    }
    let head = runs.find('\n').unwrap();
    bench.write("r/runs.csv", format!("{}x{}", &runs[..head], &runs[head..]));
    assert!(differs(&bench, &["--sample", "2"]).contains("column b: bx stored, b trained again"));
}

#[test]
fn what_has_changed_since_is_named() {
    let bench = trained(MANY);
    bench.write("d.csv", ROWS.replace("13", "14"));
    let manifest = bench.read("r/manifest.json").replace("\"etascape_version\": \"", "\"etascape_version\": \"0.0.");
    bench.write("r/manifest.json", manifest);
    bench.write("r/experiment.toml", format!("# edited\n{MANY}"));
    let said = differs(&bench, &["--sample", "5"]);
    for line in ["\n  etascape: 0.0.", "\n  the config: r/experiment.toml was edited\n", " now\n"] {
        assert!(said.contains(line), "{said}");
    }
    assert!(said.contains("\n  the data: rows with digest ") && said.contains(" in d.csv now\n"), "{said}");
}

#[test]
fn what_cannot_be_reproduced_is_said() {
    let bench = trained(MANY);
    let fails = |words: &[&str]| {
        let said = bench.etascape(words);
        assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""));
        said.stderr
    };
    assert!(fails(&["reproduce", "e.toml"]).contains("is not a results folder"));
    std::fs::remove_file(bench.path("d.csv")).unwrap();
    assert!(fails(&["reproduce", "r"]).contains("d.csv"));
    bench.write("d.csv", ROWS);
    std::fs::remove_file(bench.path("r/curves.csv")).unwrap();
    assert!(fails(&["reproduce", "r"]).contains("cannot read r/curves.csv"));
    bench.write("r/manifest.json", bench.read("r/manifest.json").replace("\"complete\"", "\"interrupted\""));
    assert!(fails(&["reproduce", "r"]).contains("r is not complete"));
}
