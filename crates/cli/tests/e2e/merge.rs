//! `merge`: the shards of a sweep into the tables of the whole, and what is said where that cannot be done.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::bench::{Bench, SMALL};

/// A program whose first line is its loss, one of whose runs fails unless there is a file `good`.
const PROGRAM: &str = r#"name = "p"
[program]
command = ["sh", "-c", "echo $1 > out; echo step=1 loss=$1; [ $1 != 0.5 ] && echo step=2 val_loss=$1; [ $1 != 3.0 ] || [ -e {good} ]", "p", "{lr}"]
[sweep.parameters]
lr = [0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
"#;

/// A folder with all shards of a sweep, trained, and the whole sweep in `whole`.
fn sharded(config: &str, of: u64) -> Bench {
    let bench = Bench::with(config);
    bench.etascape(&["run", "e.toml", "--out", "whole"]);
    (1..=of).for_each(|number| train(&bench, number, of));
    bench
}

fn train(bench: &Bench, number: u64, of: u64) {
    bench.done(&["run", "e.toml", "--out", "r", "--shard", &format!("{number}/{of}")]);
}

/// What `merge` says, which must fail and leave everything as it was.
#[track_caller]
fn refused(bench: &Bench) -> String {
    let before = bench.files("r");
    let said = bench.etascape(&["merge", "r"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""), "{}", said.stderr);
    assert_eq!(bench.files("r"), before);
    said.stderr
}

#[test]
fn merged_shards_are_the_folder_of_one_machine() {
    let bench = sharded(SMALL, 5);
    let said = bench.done(&["merge", "r"]);
    assert_eq!(said.stderr, "note: 5 shards with 12 runs are merged; r/shards is not needed any more\n");
    let mut files = bench.files("r");
    files.retain(|path, _| !path.starts_with("shards"));
    let mut whole = bench.files("whole");
    let manifests = [&mut files, &mut whole].map(|files| files.remove(Path::new("manifest.json")).unwrap());
    assert_eq!(files, whole);
    let [merged, whole] = manifests.map(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).unwrap());
    for key in ["format_version", "etascape_version", "state", "config_folder", "runs", "digests", "findings"] {
        assert_eq!(merged[key], whole[key], "{key}");
    }
    assert_eq!((&merged["merged"]["shards"], merged["merged"]["hosts"].as_array().unwrap().len()), (&5.into(), 1));
    let seconds = |manifest: &serde_json::Value| manifest["times"]["seconds"].as_f64().unwrap();
    let all = (1..=5).map(|number| seconds(&bench.manifest(&format!("r/shards/{number}-of-5")))).sum::<f64>();
    assert!((seconds(&merged) - all).abs() < 1e-9);
    assert!(bench.done(&["reproduce", "r"]).stdout.starts_with("reproduced: 12 runs, "));
    assert_eq!(bench.done(&["run", "e.toml", "--out", "r"]).stderr, "note: r is complete already: nothing to train\n");
}

#[test]
fn merging_can_be_repeated_and_needs_no_shard_without_runs() {
    let bench = Bench::with(SMALL);
    bench.done(&["run", "e.toml", "--out", "whole"]);
    for number in (1..=20).filter(|number| number * 12 / 20 != (number - 1) * 12 / 20) {
        train(&bench, number, 20);
    }
    bench.done(&["merge", "r", "--quiet"]);
    let first = bench.files("r");
    assert_eq!(bench.done(&["merge", "r"]).stdout.lines().last(), Some("  r/report.html"));
    assert_eq!(bench.files("r"), first);
    assert_eq!(bench.tables("r"), bench.tables("whole"));
}

#[test]
fn missing_and_unfinished_shards_are_named_with_what_trains_them() {
    let bench = sharded(SMALL, 6);
    fs::remove_dir_all(bench.path("r/shards/2-of-6")).unwrap();
    fs::remove_dir_all(bench.path("r/shards/6-of-6")).unwrap();
    let manifest = bench.read("r/shards/4-of-6/manifest.json").replace("\"complete\"", "\"interrupted\"");
    bench.write("r/shards/4-of-6/manifest.json", manifest);
    assert_eq!(
        refused(&bench),
        "error: r is not merged: 3 of 6 shards are not whole
  shard 2/6 is missing: `etascape run CONFIG --out r --shard 2/6` trains it
  shard 4/6 is not complete, with 0 of its 2 runs saved: `etascape run CONFIG --out r --shard 4/6` goes on, unless it is at work
  shard 6/6 is missing: `etascape run CONFIG --out r --shard 6/6` trains it\n"
    );
    [2, 4, 6].into_iter().for_each(|number| train(&bench, number, 6));
    bench.done(&["merge", "r"]);
    assert_eq!(bench.tables("r"), bench.tables("whole"));
}

#[test]
fn damaged_shards_are_named_and_what_was_merged_before_is_not_harmed() {
    let bench = sharded(SMALL, 4);
    bench.done(&["merge", "r"]);
    let [runs, curves] = ["runs.csv", "curves.csv"].map(|table| format!("r/shards/3-of-4/{table}"));
    let (whole, curve) = (bench.read(&runs), bench.read(&curves));
    let flipped = whole.replacen('7', "8", 1);
    let edited = bench.read("r/shards/3-of-4/experiment.toml");
    for (path, bytes, why) in [
        (&runs, Some(flipped.clone()), "runs.csv: somewhere in its 4 lines it is not what was written"),
        (&runs, Some(whole[..whole.len() - 9].into()), "runs.csv:4: "),
        (&runs, Some(String::new()), "runs.csv: "),
        (&runs, None, "runs.csv: the file is missing"),
        (&curves, Some(curve.clone() + &curve[curve.len() / 2..]), "curves.csv:"),
        (&curves, Some(curve.replace('\n', "\r\n")), "curves.csv:1: the line ends in the Windows way"),
        (&curves, None, "curves.csv: the file is missing"),
    ] {
        match &bytes {
            Some(bytes) => bench.write(path, bytes),
            None => fs::remove_file(bench.path(path)).unwrap(),
        }
        let said = refused(&bench);
        assert!(said.contains("1 of 4 shards is not whole\n  shard 3/4 is damaged, r/shards/3-of-4/"), "{said}");
        assert!(said.contains(why), "{why}: {said}");
        assert!(said.contains(": `etascape run CONFIG --out r --shard 3/4` repairs it"), "{said}");
        train(&bench, 3, 4);
    }
    bench.write("r/shards/3-of-4/experiment.toml", edited.clone() + "# mine\n");
    assert!(refused(&bench).contains("experiment.toml: it was edited"));
    bench.write("r/shards/3-of-4/experiment.toml", edited);
    bench.write("r/shards/2-of-4/manifest.json", "{");
    bench.write(&runs, flipped);
    let said = refused(&bench);
    assert!(said.contains("\n  shard 2/4 cannot be read, r/shards/2-of-4/manifest.json: not a manifest: "), "{said}");
    assert!(said.contains("--shard 2/4 --force` starts it over\n  shard 3/4 is damaged, "), "{said}");
    bench.done(&["run", "e.toml", "--out", "r", "--shard", "2/4", "--force"]);
    train(&bench, 3, 4);
    bench.done(&["merge", "r"]);
    assert_eq!(bench.tables("r"), bench.tables("whole"));
}

#[test]
fn shards_of_another_sweep_are_named() {
    let bench = sharded(SMALL, 3);
    bench.done(&["run", "e.toml", "--out", "r", "--shard", "1/3", "--force", "--set", "train.steps=20"]);
    let version = bench.read("r/shards/3-of-3/manifest.json").replace(env!("CARGO_PKG_VERSION"), "0.0.1");
    bench.write("r/shards/3-of-3/manifest.json", version);
    let said = refused(&bench);
    assert!(said.starts_with("error: r is not merged: 2 of 3 shards are not whole\n  shard 2/3 "), "{said}");
    train(&bench, 3, 3);
    bench.done(&["run", "e.toml", "--out", "r", "--shard", "3/3", "--force"]);
    let said = refused(&bench);
    let expected = "  shard 1/3 is not of the sweep of the others (train.steps: 20 there, 300 here): \
                    `etascape run CONFIG --out r --shard 1/3 --force` starts it over\n";
    assert!(said.ends_with(expected), "{said}");
    bench.done(&["run", "e.toml", "--out", "r", "--shard", "1/3", "--force"]);
    fs::rename(bench.path("r/shards/2-of-3"), bench.path("away")).unwrap();
    fs::rename(bench.path("r/shards/1-of-3"), bench.path("r/shards/2-of-3")).unwrap();
    let said = refused(&bench);
    assert!(said.contains("\n  shard 1/3 is missing: "), "{said}");
    assert!(
        said.contains("(the shard: 1/3 with 4 runs from run 0 there, 2/3 with 4 runs from run 4 here): "),
        "{said}"
    );
    bench.done(&["run", "e.toml", "--out", "r", "--shard", "1/8"]);
    bench.write("r/shards/logs/1.out", "of the cluster");
    assert_eq!(
        refused(&bench),
        "error: r holds shards of a sweep cut into 3, and of one cut into 8: remove all but those of one kind\n"
    );
}

#[test]
fn damaged_numbers_of_runs_are_named() {
    let bench = sharded(SMALL, 3);
    let whole = bench.read("r/shards/1-of-3/manifest.json");
    for (number, other, problem) in [
        (
            "\"sweep_runs\": 12",
            "\"sweep_runs\": 18446744073709551615",
            "the runs of the sweep: 18446744073709551615 there, 12 here",
        ),
        ("\"unit\": 1", "\"unit\": 0", "the runs that stay together: 0 there, 1 here"),
        ("\"runs\": 4", "\"runs\": 5", "the shard: 1/3 with 5 runs from run 0 there, 1/3 with 4 runs from run 0 here"),
    ] {
        assert!(whole.contains(number), "{number} in {whole}");
        bench.write("r/shards/1-of-3/manifest.json", whole.replacen(number, other, 1));
        let said = refused(&bench);
        assert!(said.contains(&format!("shard 1/3 is not of the sweep of the others ({problem})")), "{said}");
        let standing = bench.done(&["status", "r"]).stdout;
        assert!(standing.contains("8 of 12 runs done") && standing.contains("  note "), "{standing}");
    }
}

#[test]
fn what_the_results_folder_holds_is_not_lost() {
    let bench = sharded(SMALL, 2);
    bench.write("r/runs.csv", "mine");
    assert_eq!(refused(&bench), "error: r holds runs.csv, but no manifest.json of etascape: move them away\n");
    fs::remove_file(bench.path("r/runs.csv")).unwrap();
    fs::rename(bench.path("r/shards"), bench.path("shards")).unwrap();
    bench.done(&["run", "e.toml", "--out", "r", "--set", "train.steps=20"]);
    fs::rename(bench.path("shards"), bench.path("r/shards")).unwrap();
    let said = refused(&bench);
    assert!(
        said.contains("r holds another experiment than its shards; it differs in train.steps: 20 there, 300 here"),
        "{said}"
    );
    bench.done(&["run", "e.toml", "--out", "r", "--force"]);
    assert!(!bench.path("r/shards").exists(), "they are of an earlier sweep");
    assert_eq!(refused(&bench), "error: r holds no shards: `etascape run CONFIG --shard I/N` trains one\n");
    let said = bench.etascape(&["merge", "nowhere"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(1), "error: nowhere is no folder\n"));
    assert!(!bench.path("nowhere").exists());
}

#[test]
fn a_sweep_that_is_not_merged_says_how_it_is() {
    let bench = Bench::with(SMALL);
    train(&bench, 1, 2);
    for words in [&["reproduce", "r"][..], &["compare", "r", "r"]] {
        let said = bench.etascape(words);
        let expected = "error: r holds shards that are not merged: `etascape merge r` makes its tables\n";
        assert_eq!((said.code, said.stderr.as_str()), (Some(1), expected));
    }
}

#[test]
fn shards_of_a_program_become_its_folder() {
    let bench = Bench::with("");
    let good = bench.path("good");
    bench.write("e.toml", PROGRAM.replace("{good}", &good.display().to_string()));
    bench.done(&["run", "e.toml", "--out", "whole"]);
    (1..=3).for_each(|number| train(&bench, number, 3));
    assert!(bench.path("r/shards/2-of-3/runs/00003/out").exists());
    let damaged = bench.read("r/shards/2-of-3/journal.jsonl");
    bench.write("r/shards/2-of-3/journal.jsonl", damaged.replacen("loss", "lass", 1));
    assert!(refused(&bench).contains("\n  shard 2/3 is damaged, r/shards/2-of-3/journal.jsonl"));
    bench.write("r/shards/2-of-3/journal.jsonl", damaged);
    bench.done(&["merge", "r"]);
    assert_eq!(bench.tables("r"), bench.tables("whole"));
    let mut files = bench.files("r");
    files.retain(|path, _| !path.starts_with("shards"));
    assert!(files.keys().eq(bench.files("whole").keys()));
    assert_eq!(bench.read("r/runs/00004/out"), "4.0\n");
    assert_eq!(bench.manifest("r")["objective"], bench.manifest("whole")["objective"]);
    assert_eq!(bench.manifest("r")["journal.jsonl"]["sweep"], bench.manifest("whole")["journal.jsonl"]["sweep"]);
    let merged = bench.files("r");
    bench.done(&["merge", "r"]);
    assert_eq!(bench.files("r"), merged, "it can be repeated");
    bench.write("good", "");
    bench.done(&["run", "e.toml", "--out", "r", "--shard", "2/3", "--retry-failed"]);
    bench.done(&["merge", "r"]);
    bench.done(&["run", "e.toml", "--out", "whole", "--retry-failed"]);
    assert_eq!(bench.tables("r"), bench.tables("whole"));
    assert!(bench.path("r/runs/00003/out").exists() && !bench.path("r/shards/2-of-3/runs/00003").exists());
    let journal = bench.read("r/shards/2-of-3/journal.jsonl");
    assert_eq!(journal.lines().count(), bench.manifest("r/shards/2-of-3")["runs"].as_u64().unwrap() as usize + 1);
    let said = bench.done(&["run", "e.toml", "--out", "r", "--retry-failed"]);
    assert!(said.stderr.starts_with("note: r holds 3 shards, which this does not use: "), "{}", said.stderr);
    assert!(refused(&bench).starts_with("error: r holds runs that were trained there, and not by a shard"));
}

#[test]
fn folders_of_runs_that_went_well_need_not_be_kept() {
    let config = PROGRAM.replace("{good}", "good").replace("[sweep", "keep_runs = \"failed\"\n[sweep");
    let bench = sharded(&config, 2);
    let kept = |folder: &str| {
        let names = fs::read_dir(bench.path(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    };
    // Run 0 has no val_loss, by which the others are judged, but a loss; run 3 fails.
    assert_eq!(kept("whole/runs"), ["00003"]);
    assert_eq!((kept("r/shards/1-of-2/runs"), kept("r/shards/2-of-2/runs")), (vec![], vec!["00003".to_owned()]));
    bench.done(&["merge", "r"]);
    assert_eq!(kept("r/runs"), ["00003"]);
    assert_eq!(bench.tables("r"), bench.tables("whole"));
    bench.done(&["report", "r"]);
    bench.done(&["run", "e.toml", "--out", "r", "--set", "program.keep_runs=\"all\""]);
}

/// Whatever moment a merge is killed at, it can be repeated, and tables that were merged before are whole or can be made again.
#[test]
fn a_merge_that_is_killed_can_be_repeated() {
    let bench = sharded(SMALL, 3);
    for moment in 0..10 {
        if moment % 2 == 0 {
            fs::rename(bench.path("r/shards"), bench.path("shards")).unwrap();
            fs::remove_dir_all(bench.path("r")).unwrap();
            fs::create_dir(bench.path("r")).unwrap();
            fs::rename(bench.path("shards"), bench.path("r/shards")).unwrap();
        }
        let mut merge = bench.command(&["merge", "r"]).spawn().unwrap();
        thread::sleep(Duration::from_millis(9 * moment));
        merge.kill().unwrap();
        merge.wait().unwrap();
        bench.done(&["merge", "r", "--quiet"]);
        assert_eq!(bench.tables("r"), bench.tables("whole"), "killed after {} ms", 9 * moment);
        let left: Vec<_> =
            bench.files("r").into_keys().filter(|path| path.to_string_lossy().contains(".etascape-")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
