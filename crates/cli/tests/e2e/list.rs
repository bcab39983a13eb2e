//! `etascape list`.

use std::fs;
use std::time::Instant;

use serde_json::Value;

use crate::bench::{Bench, SMALL};

/// A bench with two sweeps, the later one in a folder of its own.
fn two() -> Bench {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--quiet"]);
    let adam = ["--set", "train.optimizer=adam", "--set", "train.steps=20"];
    bench.done(&[&["run", "e.toml", "--quiet", "--out", "results/tried/アダム"], &adam[..]].concat());
    for (folder, finished) in
        [("results/small", "2026-05-01T10:00:00Z"), ("results/tried/アダム", "2026-05-02T10:00:00Z")]
    {
        change(&bench, folder, |manifest| manifest["times"]["finished"] = finished.into());
    }
    bench
}

fn change(bench: &Bench, folder: &str, change: impl FnOnce(&mut Value)) {
    let mut manifest = bench.manifest(folder);
    change(&mut manifest);
    bench.write(&format!("{folder}/manifest.json"), manifest.to_string());
}

/// The folders that a command lists.
#[track_caller]
fn listed(bench: &Bench, words: &[&str]) -> Vec<String> {
    let said = bench.done(&[&["list"], words, &["--json"]].concat());
    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    let folders = document["folders"].as_array().unwrap().iter();
    folders.map(|folder| folder["results"].as_str().unwrap().replace('\\', "/")).collect()
}

#[test]
fn folders_are_listed_newest_first_with_what_was_found() {
    let bench = two();
    let said = bench.done(&["list"]);
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "folder        state     runs  objective  best   good η  when              version\n\
         tried/アダム  complete  12    loss       56.8           2026-05-02 10:00  {version}\n\
         small         complete  12    loss       0.499  0.0217  2026-05-01 10:00  {version}\n"
    );
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), (expected.as_str(), ""));
    let small = bench.done(&["list", "results/small"]).stdout;
    assert_eq!(small.lines().nth(1).unwrap().split_whitespace().next(), Some("results/small"));
}

#[test]
fn conditions_look_at_the_config_and_at_what_is_swept() {
    let bench = two();
    let (small, adam) = ("results/small", "results/tried/アダム");
    let with = |conditions: &[&str]| {
        listed(&bench, &conditions.iter().flat_map(|condition| ["--where", condition]).collect::<Vec<&str>>())
    };
    assert_eq!(with(&["train.optimizer=adam"]), [adam]);
    assert_eq!(with(&["train.optimizer=sgd"]), [small], "the default");
    assert_eq!(with(&["train.learning_rate=0.001"]), [adam, small], "swept");
    assert_eq!(with(&["train.learning_rate=0.02"]), [""; 0], "the file's own value trains no run");
    assert_eq!(with(&["train.learning_rate=1e-3", "train.steps=300"]), [small]);
    let said = bench.done(&["list", "--where", "train.steps=7"]);
    assert_eq!(said.stdout, "No results in results have these values\n");
    let said = bench.etascape(&["list", "--where", "train.optimzer=adam"]);
    let error = "error: --where: train.optimzer is no key, and no sweep here has a parameter of this name\n  \
                 nearest  train.optimizer\n";
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), error));
    let said = bench.etascape(&["list", "--where", "steps"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.starts_with("error: --where steps: no '='\n"), "{}", said.stderr);
    bench.write("results/small/experiment.toml", "name = ");
    let said = bench.done(&["list", "--where", "train.steps=20"]);
    assert!(said.stderr.starts_with("warning: left out, since its experiment cannot be read: "), "{}", said.stderr);
}

#[test]
fn the_order_can_be_chosen() {
    let bench = two();
    let (small, adam) = ("results/small", "results/tried/アダム");
    change(&bench, adam, |manifest| manifest["state"] = "interrupted".into());
    change(&bench, adam, |manifest| manifest["runs"] = 5.into());
    let by = |key: &str| listed(&bench, &["--sort", key]);
    assert_eq!(by("when"), [adam, small]);
    assert_eq!(by("folder"), [small, adam]);
    assert_eq!(by("state"), [adam, small]);
    assert_eq!(by("runs"), [small, adam]);
    assert_eq!(by("best"), [small, adam]);
    change(&bench, adam, |manifest| manifest["findings"]["best"][0]["objective"] = 0.1.into());
    assert_eq!(by("best"), [adam, small]);
    change(&bench, adam, |manifest| manifest["findings"]["best"] = Value::Array(Vec::new()));
    assert_eq!(by("best"), [small, adam], "without a best");
}

#[test]
fn what_older_and_newer_versions_left_is_listed_or_named() {
    let bench = two();
    change(&bench, "results/tried/アダム", |manifest| drop(manifest.as_object_mut().unwrap().remove("findings")));
    let said = bench.done(&["list"]);
    let row = said.stdout.lines().nth(1).unwrap();
    assert_eq!(row.split_whitespace().nth(3), Some("2026-05-02"), "blanks: {row}");
    bench.done(&["report", "results/tried/アダム"]);
    assert!(bench.done(&["list"]).stdout.lines().nth(1).unwrap().contains("56.8"), "report adds them");
    change(&bench, "results/small", |manifest| {
        manifest["findings"] = serde_json::json!({ "format": 2, "best": "one" })
    });
    assert!(bench.done(&["list"]).stdout.lines().nth(2).unwrap().contains("complete  12          "));
    change(&bench, "results/small", |manifest| manifest["format_version"] = 99.into());
    bench.write("results/torn/experiment.toml", SMALL);
    bench.write("results/torn/manifest.json", "{\"format_ver");
    bench.write("results/other/manifest.json", "{ \"name\": \"a web page\" }");
    let said = bench.done(&["list"]);
    assert_eq!(said.stdout.lines().count(), 2, "{}", said.stdout);
    let errors: Vec<&str> = said.stderr.lines().map(|line| line.split(": ").nth(1).unwrap()).collect();
    assert_eq!(errors, ["results/small/manifest.json", "results/torn/manifest.json"], "{}", said.stderr);
}

#[test]
fn what_belongs_to_a_sweep_is_not_listed_by_itself() {
    let bench = two();
    let manifest = bench.read("results/small/manifest.json");
    let inner = ["small/shards/1-of-2", "waiting/shards/1-of-2", "small/runs/0", "small/export/x", ".hidden/a"];
    for folder in inner {
        bench.write(&format!("results/{folder}/manifest.json"), &manifest);
    }
    bench.write("results/small/again/manifest.json", &manifest);
    let found = listed(&bench, &["--sort", "folder"]);
    assert_eq!(found, ["results/small", "results/small/again", "results/tried/アダム"]);
}

/// The one folder in the document of `list`.
#[track_caller]
fn only(bench: &Bench) -> Value {
    let document: Value = serde_json::from_str(&bench.done(&["list", "--json"]).stdout).unwrap();
    assert_eq!(document["folders"].as_array().unwrap().len(), 1, "{document}");
    document["folders"][0].clone()
}

#[test]
fn a_sweep_whose_shards_are_not_merged_is_listed_with_the_runs_of_all() {
    let bench = Bench::with(SMALL);
    let train = |shard: &str| bench.done(&["run", "e.toml", "--quiet", "--shard", shard]);
    train("2/3");
    let one = only(&bench);
    assert_eq!((&one["results"], &one["state"]), (&"results/small".into(), &"unmerged".into()));
    assert_eq!((&one["planned_runs"], &one["runs"], &one["findings"]), (&12.into(), &4.into(), &Value::Null));
    assert_eq!(one["version"], env!("CARGO_PKG_VERSION"));
    change(&bench, "results/small/shards/2-of-3", |manifest| {
        manifest["times"] = serde_json::json!({
            "started": "2026-05-01T10:00:00Z", "finished": "2026-05-01T11:00:00Z", "seconds": 3.0
        })
    });
    assert_eq!(only(&bench)["when"], "2026-05-01T10:00:00Z", "the sweep has not ended");
    let row = bench.done(&["list"]).stdout.lines().nth(1).unwrap().to_owned();
    assert!(row.starts_with("small   unmerged  4 of 12 "), "{row}");

    train("1/3");
    train("3/3");
    for (shard, finished) in [(1, "2026-05-01T13:00:00Z"), (3, "2026-05-01T12:00:00Z")] {
        change(&bench, &format!("results/small/shards/{shard}-of-3"), |manifest| {
            manifest["times"]["finished"] = finished.into();
        });
    }
    let all = only(&bench);
    assert_eq!((&all["state"], &all["runs"]), (&"unmerged".into(), &12.into()));
    assert_eq!(all["when"], "2026-05-01T13:00:00Z", "the last shard has ended");
    bench.done(&["merge", "results/small"]);
    assert_eq!(only(&bench)["state"], "complete");
    change(&bench, "results/small", |manifest| manifest["state"] = "running".into());
    assert_eq!(only(&bench)["state"], "unmerged", "the merge was interrupted");
    fs::remove_dir_all(bench.path("results/small/shards")).unwrap();
    assert_eq!(only(&bench)["state"], "running", "there are no shards to merge");
}

#[test]
fn sweeps_in_shards_are_chosen_and_sorted_as_others_are() {
    let bench = two();
    let (small, adam, cut) = ("results/small", "results/tried/アダム", "results/cut");
    bench.done(&["run", "e.toml", "--quiet", "--out", cut, "--shard", "3/4", "--set", "train.steps=30"]);
    change(&bench, "results/cut/shards/3-of-4", |manifest| {
        manifest["times"]["started"] = "2026-05-01T12:00:00Z".into()
    });
    assert_eq!(listed(&bench, &[]), [adam, cut, small]);
    assert_eq!(listed(&bench, &["--sort", "state"]), [cut, adam, small]);
    assert_eq!(listed(&bench, &["--sort", "best"]).last().unwrap(), cut, "without a best");
    change(&bench, adam, |manifest| manifest["runs"] = 5.into());
    assert_eq!(listed(&bench, &["--sort", "runs"]), [cut, small, adam], "by the runs of all shards");
    assert_eq!(listed(&bench, &["--where", "train.steps=30"]), [cut]);
    assert_eq!(listed(&bench, &["--where", "train.learning_rate=0.001"]), [adam, cut, small]);
}

#[test]
fn what_shards_do_not_tell_is_not_counted() {
    let bench = Bench::with(SMALL);
    for shard in ["1/3", "2/3", "1/8"] {
        bench.done(&["run", "e.toml", "--quiet", "--shard", shard]);
    }
    assert_eq!(only(&bench)["runs"], 8, "those of another cut are not added");
    change(&bench, "results/small/shards/2-of-3", |manifest| manifest["etascape_version"] = "0.0.1".into());
    assert_eq!(only(&bench)["version"], format!("0.0.1, {}", env!("CARGO_PKG_VERSION")));
    bench.write("results/small/shards/2-of-3/manifest.json", "{\"format_ver");
    bench.write("results/models/shards/1-of-2/manifest.json", "{ \"name\": \"weights\" }");
    assert_eq!(only(&bench)["runs"], Value::Null);
    let said = bench.done(&["list"]);
    assert!(said.stdout.contains("unmerged  ? of 12 "), "{}", said.stdout);
    let named: Vec<&str> = said.stderr.lines().map(|line| line.split(": ").nth(1).unwrap()).collect();
    assert_eq!(named, ["results/small/shards/2-of-3/manifest.json"], "{}", said.stderr);
}

#[test]
fn a_sweep_that_is_only_submitted_is_listed() {
    let bench = Bench::with(SMALL);
    bench.write(
        "results/sent/slurm/jobs.json",
        r#"{ "experiment": "sent", "cut": { "shards": 4, "runs": 12, "unit": 1 },
             "arrays": [{ "job": "7", "shards": [1, 2, 3, 4], "at": "2026-05-01T12:00:00Z" }] }"#,
    );
    let sent = only(&bench);
    assert_eq!((&sent["state"], &sent["runs"], &sent["planned_runs"]), (&"unmerged".into(), &0.into(), &12.into()));
    assert_eq!((&sent["when"], &sent["version"]), (&"2026-05-01T12:00:00Z".into(), &Value::Null));
    let said = bench.done(&["list", "--where", "train.steps=300"]);
    assert!(said.stderr.starts_with("warning: left out, since its experiment cannot be read: "), "{}", said.stderr);
    bench.write("results/sent/slurm/jobs.json", "{ \"exp");
    let said = bench.done(&["list"]);
    assert!(said.stderr.contains("results/sent/slurm/jobs.json"), "{}", said.stderr);
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_a_circle() {
    let bench = two();
    fs::rename(bench.path("results/tried"), bench.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(bench.path("elsewhere"), bench.path("results/tried")).unwrap();
    std::os::unix::fs::symlink(bench.path("results"), bench.path("elsewhere/back")).unwrap();
    std::os::unix::fs::symlink(bench.path("results/small"), bench.path("results/twice")).unwrap();
    assert_eq!(listed(&bench, &[]), ["results/tried/アダム", "results/small"]);
}

#[test]
fn no_results_are_a_sentence_and_no_folder_is_an_error() {
    let bench = Bench::with(SMALL);
    let said = bench.done(&["list"]);
    assert_eq!(said.stdout, "There are no results in results; `etascape run` makes them\n");
    assert_eq!(listed(&bench, &[]), [""; 0]);
    let said = bench.etascape(&["list", "nowhere"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.starts_with("error: cannot read nowhere: "), "{}", said.stderr);
    let said = bench.etascape(&["list", "e.toml"]);
    assert_eq!(said.code, Some(1), "{said:?}");
}

/// Half a second is promised for a release build. A debug build on a busy machine takes far longer.
#[test]
fn a_thousand_folders_take_no_time() {
    let bench = two();
    let [manifest, config] =
        ["manifest.json", "experiment.toml"].map(|name| bench.read(&format!("results/small/{name}")));
    for folder in 0..1000 {
        bench.write(&format!("many/{folder}/manifest.json"), &manifest);
        bench.write(&format!("many/{folder}/experiment.toml"), &config);
    }
    let clock = Instant::now();
    assert_eq!(listed(&bench, &["many"]).len(), 1000);
    let plain = clock.elapsed();
    assert_eq!(listed(&bench, &["many", "--where", "train.learning_rate=0.03"]).len(), 1000);
    let took = clock.elapsed();
    assert!(took.as_secs() < 60, "{plain:?} without a condition, then up to {took:?}");
}
