//! `submit`, with programs that stand for Slurm's: what they are told, and what is made of what they say.
#![cfg(unix)]

use std::process::Stdio;

use crate::bench::{Bench, SMALL};
use crate::site::{SBATCH, run_shard, site, submit, submitted, words_of};

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
fn a_folder_whose_name_slurm_would_change_is_refused() {
    let bench = site(SMALL);
    let said = submit(&bench, &["--shards", "2", "--out", r"a\b"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    assert!(said.stderr.contains("has a backslash, which Slurm takes out of the names"), "{}", said.stderr);
    assert!(!bench.path("number").exists() && submit(&bench, &["--dry-run", "--out", r"a\b"]).code == Some(2));
}
