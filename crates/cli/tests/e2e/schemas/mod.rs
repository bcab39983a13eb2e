//! Every document of `--json` fits its schema in docs/schemas, and nothing else does.

mod checker;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use etascape_insight::findings::{Finding, FindingKind, Tried};
use etascape_insight::study::LeastSource;
use serde_json::{Value, json};

use crate::bench::{Bench, SMALL, Said};
use checker::Schemas;

const PROGRAM: &str = r#"
name = "program"
[program]
command = ["sh", "work.sh", "{i}"]
[sweep.parameters]
i = [0, 1, 2]
"#;

const NETWORK: &str = r#"
name = "network"
data.generator = { kind = "moons", rows = 60, noise = 0.1 }
data.validation_fraction = 0.3
model = { kind = "mlp", hidden = [4] }
train = { loss = "bce", steps = 40 }
"#;

/// Sweeps of many kinds, each after what is special about it.
fn sweeps() -> Vec<(&'static str, String)> {
    const RATES: &str = "\"train.learning_rate\" = [0.01, 0.1, 1]\n";
    const SEEDS: &str = "seed = { range = [0, 6] }\n";
    let small = |from: &str, to: &str| SMALL.replace(from, to);
    let network = |axes: &[&str]| format!("{NETWORK}[sweep.parameters]\n{}", axes.concat());
    let drawn = "[sweep]\nmethod = \"random\"\nsamples = 30\n[sweep.parameters]\n\
                 \"train.learning_rate\" = { loguniform = [0.01, 10] }\n\
                 \"model.activation\" = { choice = [\"tanh\", \"relu\"] }\n";
    vec![
        ("converged, diverged, all steps", SMALL.into()),
        ("one run", SMALL.split("[sweep.parameters]").next().unwrap_or_default().into()),
        ("all diverged", small("[0.001, 0.0217, 0.021739, 0.03]", "[1, 2, 3]")),
        ("nothing learned", small("[0.001, 0.0217, 0.021739, 0.03]", "[0.0]")),
        ("not finite", small("converged_below = 0.5", "diverged_factor = inf")),
        ("seeds", network(&[RATES, SEEDS])),
        ("words", network(&["\"train.optimizer\" = [\"sgd\", \"adam\"]\n", RATES, SEEDS])),
        ("two losses", network(&["\"train.loss\" = [\"bce\", \"mse\"]\n", RATES])),
        ("pruned", format!("stop.halving = {{ min_steps = 4 }}\n{}", network(&[RATES, SEEDS]))),
        ("drawn", format!("{NETWORK}{drawn}")),
        ("a program", PROGRAM.into()),
    ]
}

const WORK: &str = "echo loss 3; echo loss 2.$1; echo val_loss 1.$1";

/// The document that a command prints; `json` is added to it.
fn document(bench: &Bench, words: &[&str]) -> (Value, Said) {
    let said = bench.etascape(&[words, &["--json"]].concat());
    (serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{words:?}: {error}: {said:?}")), said)
}

/// Holds the document of a command to its schema.
#[cfg(unix)]
#[track_caller]
pub fn fits(command: &str, document: &Value) {
    assert_eq!(Schemas::read().check(&format!("{command}.json"), document), Ok(()), "{document:#}");
}

/// Checks the document of a command that must end with a code.
#[track_caller]
fn check(schemas: &Schemas, bench: &Bench, words: &[&str], code: i32) -> Value {
    let (document, said) = document(bench, words);
    assert_eq!(said.code, Some(code), "{words:?}: {}", said.stderr);
    let file = format!("{}.json", words[0]);
    assert_eq!(schemas.check(&file, &document), Ok(()), "{words:?}: {document:#}");
    document
}

#[test]
fn documents_of_all_kinds_of_sweeps_fit() {
    let schemas = Schemas::read();
    for (what, config) in sweeps() {
        let bench = Bench::with(&config);
        bench.write("work.sh", WORK);
        check(&schemas, &bench, &["check", "e.toml"], 0);
        check(&schemas, &bench, &["run", "e.toml", "--out", "r"], 0);
        check(&schemas, &bench, &["reproduce", "r", "--sample", "1"], 0);
        check(&schemas, &bench, &["list", "."], 0);
        check(&schemas, &bench, &["status", "r"], 0);
        let shard = &["run", "e.toml", "--out", "s", "--shard", "1/2"];
        let trained = check(&schemas, &bench, shard, 0);
        check(&schemas, &bench, &["status", "r", "s"], 0);
        check(&schemas, &bench, &["list", "."], 0);
        // The first of two shards has no run where all runs stay together.
        let is_empty = trained["runs"] == 0;
        let report = check(&schemas, &bench, &["report", "s"], i32::from(is_empty));
        assert!(!is_empty || report["error"] == "s: its shards have saved no run yet", "{report}");
        if ["one run", "all diverged", "words", "a program"].contains(&what) {
            check(&schemas, &bench, &["report", "r"], 0);
            check(&schemas, &bench, &["compare", "r", "r"], 0);
        }
    }
}

#[test]
fn documents_of_what_fails_fit() {
    let schemas = Schemas::read();
    let bench = Bench::with(&SMALL.replace("steps = 300", "steps = -1"));
    for command in ["check", "run"] {
        check(&schemas, &bench, &[command, "e.toml"], 2);
    }
    for words in [&["report", "r"][..], &["reproduce", "r"], &["compare", "r", "r"], &["status", "r"]] {
        check(&schemas, &bench, words, 1);
    }
    bench.write("e.toml", "name = \"p\"\n[program]\ncommand = [\"false\"]\n");
    let failed = check(&schemas, &bench, &["run", "e.toml", "--out", "failed"], 1);
    assert!(failed["error"].is_string() && failed["statuses"]["failed"] == 1, "{failed}");
    bench.write("e.toml", PROGRAM);
    bench.write("work.sh", "echo loss 0.$1$(date +%N)");
    check(&schemas, &bench, &["run", "e.toml", "--out", "p"], 0);
    let differs = check(&schemas, &bench, &["reproduce", "p"], 1);
    assert_eq!(differs["difference"]["column"], "initial_loss", "{differs}");
}

#[cfg(unix)]
#[test]
fn the_document_of_a_run_that_is_stopped_fits() {
    let schemas = Schemas::read();
    let bench = Bench::with(PROGRAM);
    bench.write("work.sh", "echo loss 1; touch ../../../begun; sleep 60");
    let mut command = bench.command(&["run", "e.toml", "--out", "r", "--json"]);
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    while !bench.path("begun").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["stopped"], true, "{document}");
    assert_eq!(schemas.check("run.json", &document), Ok(()), "{document}");
}

/// Every document that differs from one in a single place: without a field, with one more, and with a value that stands nowhere.
fn spoilt(document: &Value) -> Vec<(String, Value)> {
    let mut spoilt = Vec::new();
    let mut pointers = vec![String::new()];
    while let Some(pointer) = pointers.pop() {
        let with = |change: &dyn Fn(&mut Value)| {
            let mut other = document.clone();
            change(other.pointer_mut(&pointer).unwrap());
            other
        };
        spoilt.push((format!("{pointer} is wrong"), with(&|value| *value = json!([[]]))));
        match document.pointer(&pointer).unwrap() {
            Value::Object(fields) => {
                let names: Vec<&String> = fields.keys().collect();
                // What stands in the plan, and which parameters there are, is open.
                if !pointer.ends_with("/plan") && !pointer.ends_with("/values") {
                    spoilt.push((format!("{pointer} has one more"), with(&|value| value["another"] = 1.into())));
                    let without = |name: &String| {
                        (
                            format!("{pointer} lacks {name}"),
                            with(&|value| drop(value.as_object_mut().unwrap().remove(name))),
                        )
                    };
                    spoilt.extend(names.iter().copied().map(without));
                }
                // A pointer writes / in a name as ~1.
                pointers.extend(
                    names.iter().map(|name| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))),
                );
            }
            Value::Array(items) => pointers.extend((0..items.len()).map(|n| format!("{pointer}/{n}"))),
            _ => {}
        }
    }
    spoilt
}

#[test]
fn a_document_with_a_field_missing_added_or_wrong_does_not_fit() {
    let schemas = Schemas::read();
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--out", "r"]);
    bench.done(&["run", "e.toml", "--out", "s", "--shard", "2/2"]);
    for words in [
        &["check", "e.toml"][..],
        &["run", "e.toml", "--out", "r"],
        &["report", "r"],
        &["reproduce", "r"],
        &["compare", "r", "r"],
        &["list", "."],
        &["status", "r", "s"],
        &["run", "e.toml", "--out", "s", "--shard", "2/2"],
    ] {
        let document = check(&schemas, &bench, words, 0);
        let file = format!("{}.json", words[0]);
        let passing: Vec<String> = spoilt(&document)
            .into_iter()
            .filter(|(_, one)| schemas.check(&file, one).is_ok())
            .map(|(what, _)| what)
            .collect();
        assert!(passing.is_empty(), "{words:?}: it fits although {passing:?}");
    }
}

/// A finding of each kind.
fn findings() -> Vec<FindingKind> {
    use FindingKind as Kind;
    let (rate, objective, range) = (String::from("train.learning_rate"), 0.5, [0.1, 0.2]);
    let (best, below, above, least, limit) = (0.1, 0.05, 0.4, 0.01, 0.3);
    let tried = Some(Tried { run_id: 3, rate: Some(0.4), objective });
    vec![
        Kind::GoodRange {
            rate: rate.clone(),
            best: range,
            objective,
            range,
            below: Some(below),
            above: None,
            within: "5 %",
            loss: Some("bce".into()),
        },
        Kind::GoodSettings { rate: rate.clone(), objective, good: 2, settings: 3, range },
        Kind::Compared {
            settings: ["adam".into(), "sgd".into()],
            difference: Some([0.1, 0.05, 0.2]),
            seeds: 5,
            left_out: 0,
            is_sure: true,
            needed: None,
        },
        Kind::NothingLearned { objective, compared_with: 0.6, at_start: true },
        Kind::HardlyMoved { objective, start: 0.501 },
        Kind::NoEffect { parameter: "seed".into() },
        Kind::NeverFinite,
        Kind::StartsAtZero,
        Kind::DeadRelus { at_start: false, runs: Some(1), of: Some(3) },
        Kind::Conditioning { number: 1e6, standardized: 20.0, tried: None },
        Kind::DescentBound { bound: limit, standardized: 2.0, tried },
        Kind::FeatureSizes { least: "a".into(), greatest: "b".into(), sizes: [0.1, 900.0], tried },
        Kind::StandsStill { run_id: 7, since: 60, loss: 1e-10, in_f64: 1e-20 },
        Kind::WithinLeast {
            least,
            source: LeastSource::Theory,
            within: "5 %",
            steps: Some(12.5),
            run_id: Some(3),
            near: 1,
            settings: 2,
        },
        Kind::OneClass,
        Kind::PrunedBetter { runs: 1, objective },
        Kind::ParameterAtEdge { parameter: "init.scale".into(), best, is_highest: false },
        Kind::AboveLimit { limit, least, at_start: false },
        Kind::Standardize { limit, standardized: 2.0, tried },
        Kind::SmallerRates { least },
        Kind::LargerRates { greatest: best, limit: None },
        Kind::ValueAtEdge {
            parameter: "train.optimizer".into(),
            values: vec!["sgd".into()],
            rate: rate.clone(),
            best,
            is_highest: true,
        },
        Kind::BestAtEdge { rate, best, is_highest: true },
        Kind::TooCoarse { best, below, above },
        Kind::Overfits { run_id: 3, step: 20, last_step: 100, objective: [1.0, 5.0], best: 3.0, seeds: 5 },
        Kind::StillFalling { run_id: 3, steps: 100, objective: [0.6, 0.5], proposed: 200 },
    ]
}

/// The table of docs/json.md, the schema and the findings themselves know the same kinds.
#[test]
fn every_kind_of_finding_has_its_schema_and_its_row() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/json.md")).unwrap();
    let table = page.split("| kind | its numbers |").nth(1).unwrap().split("\n\n").next().unwrap();
    let heads = table.lines().skip(2).flat_map(|line| line.split('|').nth(1).unwrap().split(','));
    let listed: BTreeSet<String> = heads.map(|name| name.trim().trim_matches('`').to_owned()).collect();
    let schemas = Schemas::read();
    let kinds = schemas.file("common.json")["$defs"]["finding"]["oneOf"].as_array().unwrap();
    let kind = |finding: &Value| finding["kind"].as_str().unwrap().to_owned();
    let known: BTreeSet<String> =
        kinds.iter().map(|one| one["properties"]["kind"]["const"].as_str().unwrap().to_owned()).collect();
    assert_eq!(listed, known);
    let schema = Schemas::of(json!({ "$defs": schemas.file("common.json")["$defs"], "$ref": "#/$defs/finding" }));
    let findings: Vec<Value> =
        findings().into_iter().map(|kind| json!(Finding { kind, sentence: "It is so".into(), line: None })).collect();
    assert_eq!(findings.iter().map(kind).collect::<BTreeSet<String>>(), known);
    for finding in findings {
        assert_eq!(schema.check("it.json", &finding), Ok(()));
    }
}
