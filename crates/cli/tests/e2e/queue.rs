//! What `status` tells of jobs, with programs that stand for Slurm's.
#![cfg(unix)]

use std::process::Stdio;

use serde_json::{Value, json};

use crate::bench::{Bench, SMALL};
use crate::schemas::fits;
use crate::site::{at_site, run_shard, site, submitted};

/// The sweep in the document of `status`, where Slurm is.
#[track_caller]
fn status(bench: &Bench) -> Value {
    let said = at_site(bench, &["status", "results/small", "--json"]);
    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    fits("status", &document);
    document["sweeps"][0].clone()
}

#[test]
fn status_tells_what_waits_from_what_runs_and_what_is_gone() {
    let bench = site(SMALL);
    submitted(&bench, &["--shards", "6"]);
    bench.write("queue-101", "2 PENDING Priority\n3 PENDING JobHeldUser\n4 RUNNING None\n5 CANCELLED None\n");
    bench.write("queue-102", "N/A PENDING Dependency\n");
    run_shard(&bench, "results/small/slurm/shards.sh", 1);
    let said = at_site(&bench, &["status", "results/small"]).stdout;
    assert!(said.starts_with("results/small: 3 shards in Slurm's queue\n"), "{said}");
    for line in [
        "1/6  2 of 2 runs done; complete; written",
        "2/6  0 of 2 runs done; not begun; job 101_2 waits in the queue (Priority)\n",
        "3/6  0 of 2 runs done; not begun; job 101_3 is held (JobHeldUser)\n",
        "4/6  0 of 2 runs done; not begun; job 101_4 runs\n",
        "5/6  0 of 2 runs done; not begun; job 101_5 has ended (CANCELLED)\n",
        "6/6  0 of 2 runs done; not begun; job 101_6 is not in the queue any more\n",
        "1 running, 1 waiting in the queue, 1 held, 2 ended, merge: job 102 waits in the queue (Dependency): squeue -j 101,102\n",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    let told = status(&bench);
    let jobs: Vec<&Value> = told["shards"].as_array().unwrap().iter().map(|shard| &shard["job"]["state"]).collect();
    assert_eq!(jobs, ["ended", "waiting", "held", "running", "ended", "ended"]);
    let third = json!({ "id": "101_3", "state": "held", "slurm_state": "PENDING", "reason": "JobHeldUser" });
    assert_eq!((&told["shards"][2]["job"], &told["slurm_error"]), (&third, &Value::Null));
    assert_eq!(told["merge_job"]["reason"], "Dependency");

    // A later array has what the earlier one lost.
    bench.write("queue-103", "5 PENDING Priority\n6 RUNNING None\n");
    submitted(&bench, &[]);
    let told = status(&bench);
    let jobs: Vec<&str> =
        told["shards"].as_array().unwrap().iter().map(|shard| shard["job"]["id"].as_str().unwrap()).collect();
    assert_eq!(jobs, ["101_1", "101_2", "101_3", "101_4", "103_5", "103_6"]);
    assert_eq!(
        (&told["shards"][4]["job"]["state"], &told["shards"][5]["job"]["state"]),
        (&"waiting".into(), &"running".into())
    );
}

#[test]
fn status_says_that_slurm_does_not_tell() {
    let bench = site(SMALL);
    submitted(&bench, &["--shards", "2"]);
    bench.write("down", "");
    let said = at_site(&bench, &["status", "results/small"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let note = "Slurm does not tell of the jobs: squeue does not say whether job 101 still waits or runs: slurm_load_jobs error";
    assert!(said.stdout.contains(note) && said.stdout.starts_with("results/small: not begun\n"), "{}", said.stdout);
    let told = status(&bench);
    assert!(told["slurm_error"].as_str().unwrap().contains("Unable to contact slurm controller"), "{told}");
    assert_eq!((&told["shards"][0]["job"], &told["merge_job"]), (&Value::Null, &Value::Null));
    std::fs::remove_file(bench.path("bin/squeue")).unwrap();
    let mut alone = bench.command(&["status", "results/small"]);
    let output = alone.env("PATH", bench.path("bin")).stdout(Stdio::piped()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("Slurm does not tell of the jobs: there is no squeue on the PATH\n"), "{said}");
    // Files tell, whatever Slurm says.
    (1..=2).for_each(|element| run_shard(&bench, "results/small/slurm/shards.sh", element));
    run_shard(&bench, "results/small/slurm/merge.sh", 0);
    let told = status(&bench);
    assert_eq!((&told["state"], &told["slurm_error"], &told["jobs"]), (&"done".into(), &Value::Null, &json!([])));
}
