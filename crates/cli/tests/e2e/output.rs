//! The use of stdout and stderr, also when their reader has left.

use std::io::Read;
use std::process::Stdio;

use crate::bench::{Bench, SMALL};

#[test]
fn quiet_says_nothing() {
    let bench = Bench::with(SMALL);
    for words in [&["run", "e.toml", "--quiet"][..], &["run", "e.toml", "--quiet", "--set", "seed=0", "--force"]] {
        let said = bench.done(words);
        assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("", ""));
    }
    let said = bench.etascape(&["run", "e.toml", "--quiet", "--set", "train.steps=7"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.starts_with("error: "), "errors are left: {}", said.stderr);
}

#[test]
fn answers_go_to_stdout_alone() {
    let bench = Bench::with(SMALL);
    for words in [
        &["new", "x.toml"][..],
        &["check", "e.toml"],
        &["explain", "e.toml"],
        &["run", "e.toml"],
        &["report", "results/small"],
    ] {
        let said = bench.done(words);
        assert!(!said.stdout.is_empty(), "{words:?}");
        assert_eq!(said.stderr, "", "{words:?}");
    }
}

#[test]
fn no_colour_and_no_bar_where_there_is_no_terminal() {
    let bench = Bench::with(SMALL);
    let wrong = ["run", "e.toml", "--set", "train.step=1"];
    for words in [
        &["--help"][..],
        &["run", "--help"],
        &["check", "e.toml"],
        &["explain", "e.toml"],
        &["run", "e.toml"],
        &wrong,
        &["nonsense"],
    ] {
        let said = bench.etascape(words);
        let text = said.stdout + &said.stderr;
        assert!(!text.contains(['\u{1b}', '\r', '━']), "{words:?}: {text}");
    }
}

#[test]
fn a_reader_that_leaves_breaks_nothing() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet", "--out", "r"]);
    for words in [
        &["new", "x.toml"][..],
        &["check", "e.toml"],
        &["explain", "e.toml"],
        &["run", "e.toml"],
        &["report", "r"],
        &["--help"],
    ] {
        let mut child = bench.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert_eq!((child.wait().unwrap().code(), errors.as_str()), (Some(0), ""), "{words:?}");
    }
    assert_eq!(bench.manifest("results/small")["state"], "complete");
}

#[test]
fn a_reader_of_notices_that_leaves_breaks_nothing() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet"]);
    let code = |words: &[&str]| {
        let mut child = bench.command(words).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stderr.take());
        child.wait().unwrap().code()
    };
    assert_eq!(code(&["run", "e.toml"]), Some(0));
    assert_eq!(code(&["run", "e.toml", "--set", "train.step=1"]), Some(2));
}

#[test]
fn a_command_line_that_is_wrong_is_exit_code_2() {
    let bench = Bench::with(SMALL);
    let wrong: [&[&str]; 7] = [
        &[],
        &["trian", "e.toml"],
        &["run"],
        &["run", "e.toml", "--treads", "2"],
        &["run", "e.toml", "--threads", "0"],
        &["run", "e.toml", "--threads", "many"],
        &["run", "e.toml", "--set"],
    ];
    for words in wrong {
        let said = bench.etascape(words);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{words:?}");
        assert!(!said.stderr.is_empty());
    }
    assert_eq!(bench.files(".").len(), 1);
}
