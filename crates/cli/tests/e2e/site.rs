//! A folder with programs that stand for Slurm's.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::bench::{Bench, Said};

/// Says the next number, and notes its arguments, one a line.
pub const SBATCH: &str = r#"#!/bin/sh
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
pub fn site(config: &str) -> Bench {
    let bench = Bench::with(config);
    for (name, text) in [("sbatch", SBATCH), ("squeue", SQUEUE), ("scancel", SCANCEL)] {
        let path = format!("bin/{name}");
        bench.write(&path, text);
        std::fs::set_permissions(bench.path(&path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    bench
}

pub fn submit(bench: &Bench, words: &[&str]) -> Said {
    let words: Vec<&str> = ["submit", "e.toml"].into_iter().chain(words.iter().copied()).collect();
    at_site(bench, &words)
}

/// Runs the binary where Slurm's programs are.
pub fn at_site(bench: &Bench, words: &[&str]) -> Said {
    let path = format!("{}:{}", bench.path("bin").display(), std::env::var("PATH").unwrap());
    let mut command = bench.command(words);
    let output = command.env("PATH", path).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[track_caller]
pub fn submitted(bench: &Bench, words: &[&str]) -> Said {
    let said = submit(bench, words);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    said
}

/// The words that sbatch was called with, by the job's number.
pub fn words_of(bench: &Bench, job: u32) -> Vec<String> {
    bench.read(&format!("sbatch-{job}")).lines().map(String::from).collect()
}

/// What a batch script does as an element of a job array, here and now.
#[track_caller]
pub fn run_shard(bench: &Bench, script: &str, element: u32) {
    let mut command = Command::new("bash");
    command.arg(bench.path(script)).env("SLURM_ARRAY_TASK_ID", element.to_string()).env("SLURM_CPUS_ON_NODE", "2");
    let output = command.current_dir("/").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
