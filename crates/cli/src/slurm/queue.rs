//! What Slurm still knows of the jobs of a sweep.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use etascape_report::{Manifest, RunState, Submitted};

use super::{Listed, squeue};

/// How a job stands by what Slurm says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits in the queue.
    Waiting,
    /// It waits until somebody releases it.
    Held,
    /// It runs, begins or ends.
    Running,
    /// It has ended, or Slurm does not know it any more.
    Ended,
}

impl JobState {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            JobState::Waiting => "waiting",
            JobState::Held => "held",
            JobState::Running => "running",
            JobState::Ended => "ended",
        }
    }
}

/// A job, or an element of a job array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number: `12`, of an element `12_3`.
    pub id: String,
    pub state: JobState,
    /// Slurm's word for its state; `None` where Slurm does not know it any more.
    pub word: Option<String>,
    /// Why it waits, in Slurm's words.
    pub reason: Option<String>,
}

impl Job {
    fn new(id: String, listed: Option<Listed>) -> Job {
        let Some(Listed { word, reason, .. }) = listed else {
            return Job { id, state: JobState::Ended, word: None, reason: None };
        };
        let state = state(&word, reason.as_deref());
        let reason = reason.filter(|_| matches!(state, JobState::Waiting | JobState::Held));
        Job { id, state, word: Some(word), reason }
    }

    /// Whether it waits or runs.
    pub fn is_active(&self) -> bool {
        self.state != JobState::Ended
    }
}

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
/// States of jobs that are in the queue.
const QUEUED: [&str; 5] = ["PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT"];

fn state(word: &str, reason: Option<&str>) -> JobState {
    let is_held = || reason.is_some_and(|reason| reason.to_lowercase().contains("held")) || word == "REQUEUE_HOLD";
    match word {
        word if OVER.contains(&word) => JobState::Ended,
        word if !QUEUED.contains(&word) => JobState::Running,
        _ if is_held() => JobState::Held,
        _ => JobState::Waiting,
    }
}

/// What Slurm knows of what was submitted for a sweep.
#[derive(Debug, Default)]
pub struct Queue {
    /// The arrays that wait or run.
    pub arrays: BTreeSet<String>,
    /// The job of each shard that was ever submitted: the one that waits or runs, else the last.
    pub shards: BTreeMap<u64, Job>,
    /// The job that merges, if there is one.
    pub merge: Option<Job>,
}

impl Queue {
    /// Asks Slurm of what was submitted for a results folder; `None` where nothing was, or where the folder is complete.
    ///
    /// # Errors
    /// Where the record of it cannot be read, and where Slurm does not answer.
    pub fn of_folder(results: &Path) -> anyhow::Result<Option<Queue>> {
        let is_complete = || Manifest::read(results).is_ok_and(|manifest| manifest.state == RunState::Complete);
        let submitted = Submitted::read(results)?.filter(|_| !is_complete());
        submitted.as_ref().map(Queue::ask).transpose()
    }

    /// Asks Slurm.
    fn ask(submitted: &Submitted) -> anyhow::Result<Queue> {
        let mut queue = Queue::default();
        for array in &submitted.arrays {
            let listed = squeue(&array.job, array.cluster.as_deref(), &["-r"])?;
            let mut elements: BTreeMap<u64, Listed> =
                listed.into_iter().filter_map(|one| Some((one.element?, one))).collect();
            for &shard in &array.shards {
                let job = Job::new(format!("{}_{shard}", array.job), elements.remove(&shard));
                if job.is_active() {
                    queue.arrays.insert(array.job.clone());
                }
                if job.is_active() || !queue.is_active(shard) {
                    queue.shards.insert(shard, job);
                }
            }
        }
        if let Some(merge) = &submitted.merge {
            let listed = squeue(&merge.job, merge.cluster.as_deref(), &[])?;
            queue.merge = Some(Job::new(merge.job.clone(), listed.into_iter().next()));
        }
        Ok(queue)
    }

    /// Whether the job of a shard waits or runs.
    pub fn is_active(&self, shard: u64) -> bool {
        self.shards.get(&shard).is_some_and(Job::is_active)
    }

    /// Whether the job that merges waits or runs.
    pub fn is_merge_active(&self) -> bool {
        self.merge.as_ref().is_some_and(Job::is_active)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_slurm_are_sorted() {
        let states = [
            ("PENDING", Some("Priority"), JobState::Waiting),
            ("PENDING", Some("JobHeldUser"), JobState::Held),
            ("PENDING", Some("launch failed requeued held"), JobState::Held),
            ("REQUEUE_HOLD", None, JobState::Held),
            ("CONFIGURING", None, JobState::Running),
            ("COMPLETING", None, JobState::Running),
            ("SUSPENDED", None, JobState::Running),
            ("CANCELLED", None, JobState::Ended),
        ];
        for (word, reason, expected) in states {
            assert_eq!(state(word, reason), expected, "{word} {reason:?}");
        }
    }
}
