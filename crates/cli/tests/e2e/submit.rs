//! `submit`, with programs that stand for Slurm's: what they are told, and what is made of what they say.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::bench::{Bench, SMALL, Said};
use crate::schemas::fits;

/// Says the next number, and notes its arguments, one a line.
const SBATCH: &str = r#"#!/bin/sh
test -e refuse && { cat refuse >&2; exit 1; }
number=$(($(cat number 2>/dev/null || echo 100) + 1))
echo $number > number
printf '%s\n' "$@" > sbatch-$number
echo "$number$(cat suffix 2>/dev/null)"
"#;

/// Says what the file `queue-JOB` holds; without one the job is not known.
const SQUEUE: &str = r#"#!/bin/sh
test -e down && { echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1; }
for word in "$@"; do test "$before" = -j && job="$word"; before="$word"; done
test -e queue-$job || { echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1; }
cat queue-$job
"#;

const SCANCEL: &str = "#!/bin/sh\necho \"$@\" >> cancelled\n";

/// A folder with an experiment, and with Slurm's programs.
fn site(config: &str) -> Bench {
    let bench = Bench::with(config);
    for (name, text) in [("sbatch", SBATCH), ("squeue", SQUEUE), ("scancel", SCANCEL)] {
        let path = format!("bin/{name}");
        bench.write(&path, text);
        std::fs::set_permissions(bench.path(&path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    bench
}

fn submit(bench: &Bench, words: &[&str]) -> Said {
    let words: Vec<&str> = ["submit", "e.toml"].into_iter().chain(words.iter().copied()).collect();
    at_site(bench, &words)
}

/// Runs the binary where Slurm's programs are.
fn at_site(bench: &Bench, words: &[&str]) -> Said {
    let path = format!("{}:{}", bench.path("bin").display(), std::env::var("PATH").unwrap());
    let mut command = bench.command(words);
    let output = command.env("PATH", path).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[track_caller]
fn submitted(bench: &Bench, words: &[&str]) -> Said {
    let said = submit(bench, words);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    said
}

/// The words that sbatch was called with, by the job's number.
fn words_of(bench: &Bench, job: u32) -> Vec<String> {
    bench.read(&format!("sbatch-{job}")).lines().map(String::from).collect()
}

/// What a batch script does as an element of a job array, here and now.
#[track_caller]
fn run_shard(bench: &Bench, script: &str, element: u32) {
    let mut command = Command::new("bash");
    command.arg(bench.path(script)).env("SLURM_ARRAY_TASK_ID", element.to_string()).env("SLURM_CPUS_ON_NODE", "2");
    let output = command.current_dir("/").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_array_is_submitted_and_a_job_behind_it_and_their_scripts_make_the_bytes_of_one_machine() {
    let bench = site(SMALL);
    let said = submitted(&bench, &["--shards", "4", "--at-most", "2", "--", "--partition=long", "-t", "10"]);
    let look = "  etascape status results/small\n  squeue -j 101,102\n";
    let expected = "job 101: 4 shards of small, at most 2 at a time\njob 102: merges them and reports\n";
    assert_eq!(said.stdout, format!("{expected}{look}"));
    let array = words_of(&bench, 101);
    for word in ["--parsable", "--requeue", "--signal=B:USR1@60", "--partition=long", "-t", "10", "--array=1-4%2"] {
        assert!(array.contains(&word.into()), "{word} in {array:?}");
    }
    let merge = words_of(&bench, 102);
    assert!(merge.contains(&"--dependency=afterany:101".into()) && merge.contains(&"--partition=long".into()));
    assert!(!merge.iter().any(|word| word.starts_with("--array")), "{merge:?}");

    (1..=4).for_each(|element| run_shard(&bench, "results/small/slurm/shards.sh", element));
    run_shard(&bench, "results/small/slurm/merge.sh", 0);
    bench.done(&["run", "e.toml", "--quiet", "--out", "one"]);
    assert_eq!(bench.tables("results/small"), bench.tables("one"));
    assert!(bench.path("results/small/report.html").exists());
    let said = submitted(&bench, &[]);
    assert_eq!(said.stdout, "results/small is complete already: nothing to submit\n");
    assert_eq!(bench.read("number"), "102\n");
}

#[test]
fn the_same_command_again_submits_what_is_neither_complete_nor_at_work_nor_waiting() {
    let bench = site(SMALL);
    submitted(&bench, &["--shards", "4"]);
    bench.write("queue-101", "2 PENDING\n3 RUNNING\n");
    bench.write("queue-102", "N/A PENDING\n");
    run_shard(&bench, "results/small/slurm/shards.sh", 1);
    let said = submitted(&bench, &["--shards", "4"]);
    assert!(said.stdout.starts_with("job 103: 1 shard of small\njob 104: "), "{}", said.stdout);
    let notes = "note: 1 shard is complete\nnote: 2 shards are still waiting or running: 2-3\n";
    assert!(said.stderr.ends_with(notes), "{}", said.stderr);
    assert!(words_of(&bench, 103).contains(&"--array=4".into()));
    assert!(words_of(&bench, 104).contains(&"--dependency=afterany:101:103".into()));
    assert_eq!(bench.read("cancelled"), "102\n", "the job that would merge too early");

    bench.write("queue-103", "4 PENDING\n");
    bench.write("queue-104", "N/A PENDING\n");
    let said = submitted(&bench, &[]);
    assert!(said.stdout.starts_with("nothing to submit\n"), "{}", said.stdout);

    // Slurm forgets, and lists for a while what is over.
    bench.write("queue-101", "2 CANCELLED\n3 TIMEOUT\n");
    std::fs::remove_file(bench.path("queue-103")).unwrap();
    std::fs::remove_file(bench.path("queue-104")).unwrap();
    submitted(&bench, &[]);
    assert!(words_of(&bench, 105).contains(&"--array=2-4".into()));
    (2..=4).for_each(|element| run_shard(&bench, "results/small/slurm/shards.sh", element));
    let said = submitted(&bench, &[]);
    assert!(said.stdout.starts_with("job 107: merges them and reports\n"), "{}", said.stdout);
    assert!(!words_of(&bench, 107).iter().any(|word| word.starts_with("--dependency")));
}

/// The shard is complete when Slurm does not list it any more, though it was not when `submit` began.
#[test]
fn a_shard_that_ends_while_slurm_is_asked_is_not_submitted_again() {
    let bench = site(SMALL);
    submitted(&bench, &["--shards", "4"]);
    let ends = "#!/bin/sh\nSLURM_ARRAY_TASK_ID=1 bash results/small/slurm/shards.sh\n";
    bench.write("bin/squeue", ends);
    submitted(&bench, &[]);
    assert!(words_of(&bench, 103).contains(&"--array=2-4".into()), "{:?}", words_of(&bench, 103));
}

#[test]
fn a_dry_run_prints_and_does_nothing() {
    let bench = Bench::with(SMALL);
    let said = bench.etascape(&["submit", "e.toml", "--shards", "3", "--dry-run", "--", "-p", "a b"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("--array=1-3 ") && said.stdout.contains("-p 'a b' "), "{}", said.stdout);
    assert!(said.stdout.contains(" --shard \"$SLURM_ARRAY_TASK_ID/3\""), "{}", said.stdout);
    assert!(!bench.path("results").exists());
}

#[test]
fn a_script_keeps_the_config_as_it_was_and_any_path() {
    let name = "it's $HOME `a`\n";
    let bench =
        site(&SMALL.replace("data.points = [[3, 7], [9, 13]]", "data.csv = { path = \"d.csv\", target = \"y\" }"));
    bench.write("d.csv", "x,y\n3,7\n9,13\n");
    submitted(&bench, &["--shards", "1", "--out", name, "--set", "description=\"it's \\\"$x\\\"\""]);
    bench.write("e.toml", SMALL.replace("steps = 300", "steps = 1"));
    run_shard(&bench, &format!("{name}/slurm/shards.sh"), 1);
    run_shard(&bench, &format!("{name}/slurm/merge.sh"), 0);
    let stored = bench.read(&format!("{name}/experiment.toml"));
    assert!(stored.contains("steps = 300") && stored.contains("it's \\\"$x\\\""), "{stored}");
    bench.done(&["reproduce", name]);

    let said = submit(&bench, &["--out", name]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("holds another experiment; it differs in"), "{}", said.stderr);
}

/// Options that begin like those that are etascape's.
#[test]
fn other_options_go_to_sbatch_as_they_are() {
    let bench = site(SMALL);
    let options = ["--account=a", "--acctg-freq=30", "-A", "array", "--wait-all-nodes=1", "-W"];
    submitted(&bench, &[&["--shards", "2", "--"][..], &options].concat());
    assert!([101, 102].iter().all(|&job| words_of(&bench, job).windows(6).any(|words| words == options)));
}

#[test]
fn that_shards_prune_otherwise_than_one_machine_is_said_of_programs() {
    let program = "name = \"p\"\nstop.halving = { min_steps = 1 }\n[program]\ncommand = [\"echo\", \"loss={lr}\"]\n\
                   [sweep.parameters]\nlr = [0.1, 0.2]\n";
    let note = "stop.halving compares a run of a program with earlier ones of its own shard alone";
    let bench = site(program);
    let said = submitted(&bench, &["--shards", "2"]);
    assert!(said.stderr.contains(note), "{}", said.stderr);
    for (words, is_said) in
        [(&["run", "e.toml", "--out", "w"][..], false), (&["run", "e.toml", "--shard", "1/2"], true)]
    {
        let said = bench.etascape(words);
        assert_eq!((said.code, said.stderr.contains(note)), (Some(0), is_said), "{}", said.stderr);
    }
    bench.done(&["run", "e.toml", "--shard", "2/2"]);
    assert!(bench.done(&["merge", "results/p"]).stderr.contains(note));
    bench.done(&["run", "e.toml", "--out", "alone", "--shard", "1/1"]);
    assert!(!bench.done(&["merge", "alone"]).stderr.contains(note), "of one shard");
    let engine = site(&SMALL.replace("converged_below = 0.5", "halving = { min_steps = 10 }"));
    assert!(!submitted(&engine, &["--shards", "2"]).stderr.contains("stop.halving"));
}

#[test]
fn what_cannot_be_submitted_is_refused() {
    let bench = site(SMALL);
    for (words, code, reason) in [
        (&["--shards", "0"][..], 2, "0 is not in 1..=1000000"),
        (&["--", "--array=1-3"], 2, "error: etascape makes the job array: --shards and --at-most"),
        (&["--", "-t", "10", "-a1-3"], 2, "error: etascape makes the job array: --shards and --at-most"),
        (&["--", "--arr", "1-3"], 2, "error: etascape makes the job array: --shards and --at-most"),
        (&["--", "--wrap=x"], 2, "error: etascape writes the batch script"),
        (&["--", "--wra", "x"], 2, "error: etascape writes the batch script"),
        (&["--", "job.sh"], 2, "error: `job.sh` is no option of sbatch, and etascape writes the batch script"),
        (&["--set", "train.steps=-1"], 2, "train.steps"),
    ] {
        let said = submit(&bench, words);
        assert_eq!(said.code, Some(code), "{}", said.stderr);
        assert!(said.stderr.contains(reason), "{}", said.stderr);
        assert!(!bench.path("number").exists() && !bench.path("results").exists());
    }
    bench.write("refuse", "sbatch: error: Batch job submission failed: Invalid job array specification\n");
    let said = submit(&bench, &["--shards", "12"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("error: sbatch refuses the job: sbatch: error: Batch job submission failed: Invalid"));
    assert!(said.stderr.contains("MaxArraySize): choose fewer --shards\n"), "{}", said.stderr);
    std::fs::remove_file(bench.path("refuse")).unwrap();

    let mut command = bench.command(&["submit", "e.toml", "--shards", "2", "--out", "other"]);
    let output = command.env("PATH", bench.path("nothing")).stderr(Stdio::piped()).output().unwrap();
    let without = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{without}");
    assert!(without.contains("error: there is no sbatch on the PATH"), "{without}");
    assert!(without.contains("--dry-run") && without.contains("docs/cluster.md"), "{without}");
    submitted(&bench, &["--shards", "3"]);
    let said = submit(&bench, &["--shards", "4"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("holds a sweep cut into 3 shards, not 4"), "{}", said.stderr);
    bench.write("down", "");
    let said = submit(&bench, &[]);
    assert_eq!(said.code, Some(1), "what Slurm does not say is not taken for a no");
    assert!(
        said.stderr.contains("squeue does not say whether job 101 still waits or runs: slurm_load_jobs error: Unable")
    );
    assert_eq!(bench.read("number"), "102\n");
}

#[test]
fn a_number_of_shards_is_chosen_and_said() {
    let bench = site(SMALL);
    let said = submitted(&bench, &[]);
    assert!(
        said.stderr.contains("note: 1 shard of about 12 runs, 0.1 s of one processor; --shards"),
        "{}",
        said.stderr
    );
    let program =
        "name = \"p\"\nprogram.command = [\"echo\", \"loss={i}\"]\nsweep.parameters.i = { range = [0, 40] }\n";
    let said = submitted(&site(program), &[]);
    assert!(
        said.stderr.contains("note: 10 shards of about 4 runs; --shards takes another number\n"),
        "{}",
        said.stderr
    );
    let bench = site(SMALL);
    for jobs in [2, 4] {
        let said = submitted(&bench, &["--shards", "100"]);
        let is_new = said.stderr.contains("note: 12 shards, since there are no more runs\n");
        assert_eq!(is_new, jobs == 2, "the same command again: {}", said.stderr);
        assert_eq!(bench.read("number"), format!("{}\n", 100 + jobs));
    }
}

#[test]
fn a_cluster_among_several_is_asked_again() {
    let bench = site(SMALL);
    bench.write("suffix", ";north");
    submitted(&bench, &["--shards", "2"]);
    bench.write("bin/squeue", "#!/bin/sh\necho \"$@\" > asked\necho 1 PENDING\n");
    submitted(&bench, &[]);
    assert!(bench.read("asked").starts_with("--clusters=north "), "{}", bench.read("asked"));
    assert!(words_of(&bench, 103).contains(&"--array=2".into()));
}

/// The sweep in the document of `status`, where Slurm is.
#[track_caller]
fn status(bench: &Bench) -> Value {
    let said = at_site(bench, &["status", "results/small", "--json"]);
    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    fits("status", &document);
    document["sweeps"][0].clone()
}

#[test]
fn shards_are_merged_also_while_the_command_is_repeated() {
    let bench = site(SMALL);
    submitted(&bench, &["--shards", "2"]);
    (1..=2).for_each(|element| run_shard(&bench, "results/small/slurm/shards.sh", element));
    bench.write("bin/squeue", "#!/bin/sh\nbash results/small/slurm/merge.sh >/dev/null || exit 1\n");
    let said = submitted(&bench, &[]);
    assert_eq!(said.stdout, "results/small is complete already: nothing to submit\n");
}

#[test]
fn a_job_that_cannot_be_recorded_is_cancelled() {
    let bench = site(SMALL);
    bench.write("bin/sbatch", SBATCH.replace("printf", "mkdir results/small/slurm/jobs.json\nprintf"));
    let said = submit(&bench, &["--shards", "2"]);
    assert_eq!((said.code, bench.read("cancelled").as_str()), (Some(1), "101\n"), "{}", said.stderr);
    assert!(
        said.stderr.contains("error: job 101 cannot be recorded, and is cancelled: cannot write "),
        "{}",
        said.stderr
    );
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

#[test]
fn a_folder_whose_name_slurm_would_change_is_refused() {
    let bench = site(SMALL);
    let said = submit(&bench, &["--shards", "2", "--out", r"a\b"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    assert!(said.stderr.contains("has a backslash, which Slurm takes out of the names"), "{}", said.stderr);
    assert!(!bench.path("number").exists() && submit(&bench, &["--dry-run", "--out", r"a\b"]).code == Some(2));
}
