//! Tables that an editor, a disk or a hand has changed: recognised, kept, made good where that is certain.

use std::fs;

use crate::bench::{Bench, SMALL, Said};

/// An undisturbed folder `whole`, and `r`, the same with something done to it.
fn damaged(state: &str, harm: impl Fn(&Bench)) -> Bench {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet", "--out", "whole"]);
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    if state != "complete" {
        let mut manifest = bench.manifest("r");
        let part = |name: &str| {
            let bytes = bench.read(&format!("r/{name}")).into_bytes();
            serde_json::json!({ "bytes": bytes.len(), "digest": blake3::hash(&bytes).to_string() })
        };
        manifest["saved"] =
            serde_json::json!({ "runs": 12, "runs.csv": part("runs.csv"), "curves.csv": part("curves.csv") });
        manifest["state"] = state.into();
        bench.write("r/manifest.json", manifest.to_string());
    }
    harm(&bench);
    bench
}

/// `run` makes it good: the tables are the undisturbed ones. What it said.
#[track_caller]
fn mended(bench: &Bench) -> Said {
    let said = bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    assert_eq!(bench.tables("r"), bench.tables("whole"), "{}", said.stderr);
    assert_eq!(bench.manifest("r")["digests"], bench.manifest("whole")["digests"]);
    assert_eq!(bench.manifest("r")["state"], "complete");
    assert_eq!(bench.done(&["run", "e.toml", "--quiet", "--out", "r"]).stderr, "");
    said
}

#[track_caller]
fn reported(bench: &Bench) -> String {
    let before = bench.files("r");
    let said = bench.etascape(&["report", "r"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""), "{}", said.stderr);
    assert_eq!(bench.files("r"), before);
    said.stderr
}

const STATES: [&str; 3] = ["complete", "running", "interrupted"];

#[test]
fn a_flipped_byte_is_kept_and_trained_again() {
    for state in STATES {
        for (table, from, to, said) in [
            ("runs.csv", "\n3,0.0217,-4,", "\n3,0.0117,-4,", "it is not what was written"),
            ("runs.csv", ",diverged,", ",diwerged,", "it is not what was written"),
            ("curves.csv", "\n5,0,", "\n5,x,", "column step: found \"x\""),
            ("curves.csv", "\n5,0,", "\n7,0,", "column run_id: found \"7\""),
            ("curves.csv", "\n5,0,", "\n\"5,0,", "r/curves.csv:"),
        ] {
            let name = format!("r/{table}");
            let bench = damaged(state, |bench| bench.write(&name, bench.read(&name).replacen(from, to, 1)));
            let harmed = bench.read(&name);
            assert_ne!(harmed, bench.read(&format!("whole/{table}")));
            let report = reported(&bench);
            assert!(report.starts_with(&format!("error: {name}")) && report.contains(said), "{state}: {report}");
            let run = mended(&bench).stderr;
            assert!(run.contains(said) && run.contains(&format!("kept as {name}.damaged-1")), "{run}");
            assert_eq!(bench.read(&format!("{name}.damaged-1")), harmed);
        }
    }
}

#[test]
fn other_line_ends_are_put_right() {
    for state in STATES {
        for table in ["runs.csv", "curves.csv"] {
            let name = format!("r/{table}");
            let bench = damaged(state, |bench| bench.write(&name, bench.read(&name).replace('\n', "\r\n")));
            let report = reported(&bench);
            let problem = format!("{name}:1: the line ends in the Windows way; an editor has changed the file");
            assert_eq!(report, format!("error: {problem}\n"));
            let said = mended(&bench).stderr;
            let kept = format!("the damaged file is kept as {name}.damaged-1; its line ends are restored");
            assert_eq!(said, format!("warning: {problem}\nwarning: {kept}\n"));
        }
    }
}

#[test]
fn a_file_that_is_cut_off_or_gone_is_trained_again() {
    for state in STATES {
        for table in ["runs.csv", "curves.csv"] {
            let name = format!("r/{table}");
            let cut = damaged(state, |bench| {
                let text = bench.read(&name);
                bench.write(&name, &text[..text.len() / 2]);
            });
            let said = reported(&cut);
            let problem = if state == "complete" { "was cut off in it" } else { "its end is missing" };
            assert!(said.contains(problem), "{said}");
            assert!(mended(&cut).stderr.contains(&format!("kept as {name}.damaged-1")));
            let gone = damaged(state, |bench| fs::remove_file(bench.path(&name)).unwrap());
            assert_eq!(reported(&gone), format!("error: {name}: the file is missing\n"));
            mended(&gone);
        }
    }
}

#[test]
fn what_was_kept_before_stays() {
    let bench = damaged("complete", |bench| bench.write("r/runs.csv", "first"));
    mended(&bench);
    bench.write("r/runs.csv", "second");
    mended(&bench);
    assert_eq!(["r/runs.csv.damaged-1", "r/runs.csv.damaged-2"].map(|name| bench.read(name)), ["first", "second"]);
}

#[test]
fn another_version_does_not_mend() {
    let bench = damaged("complete", |bench| {
        bench.write("r/runs.csv", "harmed");
        bench.write(
            "r/manifest.json",
            bench.read("r/manifest.json").replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"0.0.9\""),
        );
    });
    let before = bench.files("r");
    let said = bench.etascape(&["run", "e.toml", "--out", "r"]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    assert_eq!(bench.files("r"), before);
}

#[test]
fn text_of_configs_and_data_reaches_no_terminal_as_it_is() {
    let config = "name = \"x\"\ndescription = \"a\\u001b[31mb<b>\"\n\
                  data.csv = { path = \"d.csv\", target = \"t\" }\ntrain.steps = 3\n";
    let bench = Bench::with(config);
    bench.write("d.csv", "\u{1b}[31mx\u{7},t\n3,7\n9,13\n");
    for words in [&["check", "e.toml"][..], &["explain", "e.toml"], &["run", "e.toml"], &["report", "results/x"]] {
        let said = bench.done(words);
        let text = said.stdout + &said.stderr;
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{words:?}: {text:?}");
    }
    let page = bench.read("results/x/report.html");
    assert!(!page.contains('\u{1b}') && !page.contains("<b>") && page.contains("&lt;b&gt;"), "{page}");
}

#[test]
fn a_value_with_control_codes_is_spelt_out_wherever_it_is_shown() {
    let config = r#"name = "x"
[program]
command = ["sh", "-c", "l=0.5; [ \"$0\" = b ] && l=0.7; echo loss=0.9; echo loss=$l", "{v}"]
[sweep.parameters]
v = ["d\nx\u001b\u202e", "b"]
"#;
    let bench = Bench::with(config);
    let (spelt, raw) = (r"d\nx\u{1b}\u{202e}", "d\nx");
    let said = bench.done(&["run", "e.toml", "--format", "svg"]);
    assert!(said.stdout.starts_with(&format!("Least loss 0.5 at v = {spelt}\n")), "{}", said.stdout);
    assert!(said.stdout.contains(&format!("0  {spelt}  max_steps")), "{}", said.stdout);
    assert!(bench.done(&["check", "e.toml"]).stdout.contains("2 values: d\\nx"));
    for chart in ["loss-curves", "convergence"] {
        let svg = bench.read(&format!("results/x/charts/{chart}.svg"));
        assert!(svg.contains(r#"aria-label="d\nx\u{1b}"#) && !svg.contains(raw), "its label, perhaps cut");
        assert!(svg.contains(&format!("<title>Least final loss 0.5 at {spelt}</title>")), "{chart}");
    }
    let page = bench.read("results/x/report.html");
    assert!(
        page.contains(&format!("<h1>Least loss 0.5 at v = {spelt}</h1>"))
            && page.contains(&format!("<td>{spelt}</td>"))
    );
    let (names, levels) = (r#""names":["d\\nx\\u{1b}\\u{202e}","b"]"#, "\"levels\":[\"d\\nx\\u001b\u{202e}\",\"b\"]");
    assert!(page.contains(names) && page.contains(levels), "shown, and as it is logged");
    bench.write("e.toml", config.replace("\"x\"", "\"y\"").replace("0.5", "0.4"));
    bench.done(&["run", "e.toml", "--quiet"]);
    let said = bench.done(&["compare", "results/x", "results/y"]);
    assert!(!said.stdout.contains(raw) && bench.read("compare.html").contains(names));
    bench.write("results/x/runs.csv", bench.read("results/x/runs.csv").replace(",0.5,", ",0.7,"));
    let said = bench.etascape(&["reproduce", "results/x"]);
    assert!(said.stdout.contains("differs: ") && !said.stdout.contains(raw), "{}", said.stdout);
    bench.write("e.toml", config.replace("\"{v}\"", "\"{v\\n}\", \"{w}\\n\""));
    let said = bench.etascape(&["check", "e.toml"]);
    assert!(said.code == Some(2) && said.stderr.lines().count() == 3, "{}", said.stderr);
}
