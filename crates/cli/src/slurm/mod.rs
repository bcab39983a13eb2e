//! Slurm's programs.

mod queue;
mod quote;

use std::io::ErrorKind;
use std::process::{Command, Output};

use anyhow::{Context, bail};
use etascape_report::SubmittedJob;

pub use queue::{Job, JobState, Queue};
pub use quote::{command_line, quoted};

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

/// Takes a job from the queue. That it is not there any more is no error.
pub fn cancel(job: &SubmittedJob) {
    let words = of_cluster(job.cluster.as_deref()).chain([job.job.clone()]).collect::<Vec<String>>();
    let _ = run("scancel", &words);
}

/// What squeue lists of a job, or of an element of a job array.
struct Listed {
    element: Option<u64>,
    /// Slurm's word for its state.
    word: String,
    /// Why it waits, in Slurm's words.
    reason: Option<String>,
}

/// What Slurm knows of the parts of a job; nothing where it does not know the job.
fn squeue(job: &str, cluster: Option<&str>, more: &[&str]) -> anyhow::Result<Vec<Listed>> {
    let words = ["-h", "-a", "-o", "%K %T %r", "-j", job].into_iter().chain(more.iter().copied()).map(str::to_owned);
    let words: Vec<String> = of_cluster(cluster).chain(words).collect();
    let output = run("squeue", &words)?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(listed).collect()),
        false if said.contains("Invalid job id") => Ok(Vec::new()),
        false => bail!("squeue does not say whether job {job} still waits or runs: {}", said_or_nothing(&said)),
    }
}

/// A line of squeue: the element, the state, and the reason, which may be several words.
fn listed(line: &str) -> Option<Listed> {
    let mut words = line.splitn(3, ' ').map(str::trim);
    let (element, word) = (words.next()?.parse().ok(), words.next()?.to_owned());
    let reason = words.next().filter(|reason| !["", "None"].contains(reason)).map(str::to_owned);
    Some(Listed { element, word, reason })
}

fn of_cluster(cluster: Option<&str>) -> impl Iterator<Item = String> {
    cluster.map(|cluster| format!("--clusters={cluster}")).into_iter()
}

/// A program of Slurm's is not there.
#[derive(Debug)]
pub struct Missing(String);

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no {} on the PATH", self.0)
    }
}

impl std::error::Error for Missing {}

fn run(program: &str, words: &[String]) -> anyhow::Result<Output> {
    Command::new(program).args(words).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Missing(program.to_owned()).into(),
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
