//! Slurm's programs.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::process::{Command, Output};

use anyhow::{Context, bail};
use etascape_report::{SubmittedArray, SubmittedJob};

use super::quote::command_line;

/// States of jobs that will not run again by themselves.
const OVER: [&str; 10] = [
    "BOOT_FAIL",
    "CANCELLED",
    "COMPLETED",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "REVOKED",
    "TIMEOUT",
];

/// Submits a job, and returns its number.
pub fn sbatch(words: &[String]) -> anyhow::Result<SubmittedJob> {
    let output = run("sbatch", words)?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if !output.status.success() {
        let line = command_line(words);
        bail!("sbatch refuses the job: {}\n  sbatch {line}{}", said_or_nothing(&said), advice(&said));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    job(&text).with_context(|| format!("sbatch named no job, but said {:?}: look with squeue", text.trim()))
}

/// The job in what `sbatch --parsable` prints: its number, and perhaps the cluster behind `;`.
fn job(text: &str) -> Option<SubmittedJob> {
    let line = text.lines().map(str::trim).rfind(|line| line.starts_with(|c: char| c.is_ascii_digit()))?;
    let (number, cluster) = match line.split_once(';') {
        Some((number, cluster)) => (number, Some(cluster.to_owned())),
        None => (line, None),
    };
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| SubmittedJob { job: number.to_owned(), cluster })
}

/// The elements of a job array that wait or run. None where Slurm does not know the array any more.
pub fn active(array: &SubmittedArray) -> anyhow::Result<BTreeSet<u64>> {
    let listed = squeue(&array.job, array.cluster.as_deref(), &["-r"])?;
    let element = |line: &str| {
        let (element, state) = line.split_once(' ')?;
        element.parse().ok().filter(|_| !OVER.contains(&state.trim()))
    };
    Ok(listed.lines().filter_map(element).collect())
}

/// Whether a job waits or runs.
pub fn is_active(job: &SubmittedJob) -> anyhow::Result<bool> {
    let listed = squeue(&job.job, job.cluster.as_deref(), &[])?;
    let state = |line: &str| line.split_once(' ').map(|(_, state)| state.trim().to_owned());
    Ok(listed.lines().filter_map(state).any(|state| !OVER.contains(&&*state)))
}

/// Takes a job from the queue. That it is not there any more is no error.
pub fn cancel(job: &SubmittedJob) {
    let words = of_cluster(job.cluster.as_deref()).chain([job.job.clone()]).collect::<Vec<String>>();
    let _ = run("scancel", &words);
}

/// Lines with the array element and the state of a job's parts; none where Slurm does not know it.
fn squeue(job: &str, cluster: Option<&str>, more: &[&str]) -> anyhow::Result<String> {
    let words = ["-h", "-a", "-o", "%K %T", "-j", job].into_iter().chain(more.iter().copied()).map(str::to_owned);
    let words: Vec<String> = of_cluster(cluster).chain(words).collect();
    let output = run("squeue", &words)?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false if said.contains("Invalid job id") => Ok(String::new()),
        false => bail!("squeue does not say whether job {job} still waits or runs: {}", said_or_nothing(&said)),
    }
}

fn of_cluster(cluster: Option<&str>) -> impl Iterator<Item = String> {
    cluster.map(|cluster| format!("--clusters={cluster}")).into_iter()
}

fn run(program: &str, words: &[String]) -> anyhow::Result<Output> {
    Command::new(program).args(words).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!(
            "there is no {program} on the PATH: submit where Slurm is; --dry-run prints the script and the command; \
             docs/cluster.md has other ways onto a cluster"
        ),
        _ => anyhow::Error::from(error).context(format!("cannot start {program}")),
    })
}

fn said_or_nothing(said: &str) -> &str {
    if said.is_empty() { "it says nothing" } else { said }
}

/// What helps where a site's limits are met.
fn advice(said: &str) -> &'static str {
    if said.contains("Invalid job array specification") || said.contains("MaxArraySize") {
        "\nthe site allows fewer elements of an array (scontrol show config | grep MaxArraySize): choose fewer --shards"
    } else if said.contains("SubmitJob") || said.contains("job submit limit") {
        "\nthe site allows you fewer jobs at a time: choose fewer --shards"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_job_is_found_in_what_sbatch_says() {
        let found = |text| job(text).map(|job| (job.job, job.cluster));
        assert_eq!(found("1234\n"), Some(("1234".into(), None)));
        assert_eq!(found("1234;north\n"), Some(("1234".into(), Some("north".into()))));
        assert_eq!(found("Welcome to North!\n1234\n"), Some(("1234".into(), None)));
        assert_eq!(found(""), None);
        assert_eq!(found("Submitted batch job 1234"), None);
    }
}
