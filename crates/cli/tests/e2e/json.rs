//! `--json`: one document on stdout, with the numbers of the tables, and the same exit codes.

use serde_json::Value;

use crate::bench::{Bench, SMALL, Said, column};

/// The document of a command, which prints nothing else.
#[track_caller]
fn document(said: &Said) -> Value {
    let document: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    assert_eq!(document["format"], 1, "{document}");
    document
}

#[test]
fn each_command_has_a_document() {
    let bench = Bench::with(SMALL);
    let check = document(&bench.done(&["check", "e.toml", "--json"]));
    assert_eq!(
        (&check["command"], &check["experiment"], &check["runs"]),
        (&"check".into(), &"small".into(), &12.into())
    );
    assert_eq!(check["cost"]["steps"], 12 * 300);
    assert_eq!(check["plan"]["data"], "2 rows");
    assert_eq!(check["parameters"][0]["path"], "train.learning_rate");

    let run = document(&bench.done(&["run", "e.toml", "--json"]));
    assert_eq!((&run["complete"], &run["runs"], &run["results"]), (&true.into(), &12.into(), &"results/small".into()));
    let counted: u64 = run["statuses"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(counted, 12);
    let best = &run["best"][0];
    let table = bench.read("results/small/runs.csv");
    let at = best["run_id"].as_u64().unwrap() as usize;
    let value = |name: &str| column(&table, name)[at].parse::<f64>().unwrap().to_bits();
    assert_eq!(best["objective"].as_f64().unwrap().to_bits(), value("final_loss"));
    assert_eq!(best["values"]["train.learning_rate"].as_f64().unwrap().to_bits(), value("train.learning_rate"));
    for file in run["files"].as_array().unwrap() {
        assert!(bench.path(file.as_str().unwrap()).exists(), "{file}");
    }
    let report = document(&bench.done(&["report", "results/small", "--json"]));
    for field in ["headline", "statuses", "objective", "best", "good_ranges", "found", "next", "theory_limit"] {
        assert_eq!(report[field], run[field], "{field}");
    }
    let reproduced = document(&bench.done(&["reproduce", "results/small", "--json"]));
    assert_eq!((&reproduced["identical"], &reproduced["unit"]), (&true.into(), &"bytes".into()));

    bench.done(&["run", "e.toml", "--set", "name=\"slow\"", "--set", "train.steps=20"]);
    let compared = document(&bench.done(&["compare", "results/small", "results/slow", "--json"]));
    assert_eq!(compared["experiments"][0]["statuses"], run["statuses"]);
    assert_eq!(compared["experiments"][1]["experiment"], "slow");
    assert!(bench.path(compared["page"].as_str().unwrap()).exists());
}

#[test]
fn a_command_that_fails_says_why_in_its_document() {
    let bench = Bench::with(&SMALL.replace("steps = 300", "steps = -1"));
    let said = bench.etascape(&["run", "e.toml", "--json"]);
    assert_eq!(said.code, Some(2));
    let error = document(&said)["error"].as_str().unwrap().to_owned();
    assert_eq!(said.stderr, format!("error: {error}\n"));

    bench.write("e.toml", "name = \"p\"\n[program]\ncommand = [\"false\"]\nretries = 0\n");
    let said = bench.etascape(&["run", "e.toml", "--json"]);
    assert_eq!(said.code, Some(1));
    let failed = document(&said);
    assert_eq!((&failed["failed"], &failed["statuses"]["failed"]), (&1.into(), &1.into()));
    assert_eq!(failed["error"], failed["headline"]);
}

#[test]
fn a_difference_is_in_the_document_with_its_exit_code() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml"]);
    let path = "results/small/runs.csv";
    let table = bench.read(path);
    let cell = table.lines().nth(1).unwrap().rsplit(',').next().unwrap().to_owned();
    bench.write(path, table.replacen(&cell, "9", 1));
    let said = bench.etascape(&["reproduce", "results/small", "--json"]);
    let document = document(&said);
    assert_eq!(said.code, Some(1));
    assert!(document["identical"] == false || document["error"].is_string(), "{document}");
}
