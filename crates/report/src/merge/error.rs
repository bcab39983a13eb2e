//! Why shards cannot be merged, and what to do about it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use etascape_sweep::{Difference, Shard};
use etascape_text::counted;

use crate::Error;
use crate::error::{Damage, shown};

/// Faults that are told one by one.
const TOLD: usize = 20;
/// Differences that are told of a shard.
const DIFFERENCES: usize = 3;

/// Why shards cannot be merged. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// There are none.
    #[error("{} holds no shards: `etascape run CONFIG --shard I/N` trains one", shown(folder))]
    NoShards {
        /// The results folder.
        folder: PathBuf,
    },
    /// The sweep was cut in several ways.
    #[error("{} holds shards of a sweep cut into {}: remove all but those of one kind", shown(folder), listed(of))]
    SeveralCuts {
        /// The results folder.
        folder: PathBuf,
        /// Into how many shards.
        of: Vec<u64>,
    },
    /// Shards that cannot be merged, in their order.
    #[error("{}", in_words(folder, *of, faults))]
    Faulty {
        /// The results folder.
        folder: PathBuf,
        /// How many shards there are.
        of: u64,
        /// Those with a fault.
        faults: Vec<(Shard, ShardFault)>,
    },
    /// The results folder holds another experiment than its shards.
    #[error(
        "{} holds another experiment than its shards; it differs in {}: move its tables or its shards away",
        shown(folder),
        differing(differences)
    )]
    Other {
        /// The results folder.
        folder: PathBuf,
        /// Where they differ, the folder's value first.
        differences: Vec<Difference>,
    },
    /// The results folder holds files with etascape's names, but no manifest.
    #[error("{} holds {}, but no manifest.json of etascape: move them away", shown(folder), names.join(", "))]
    Foreign {
        /// The results folder.
        folder: PathBuf,
        /// The names.
        names: Vec<String>,
    },
    /// The results folder holds runs of a program that are not from its shards.
    #[error(
        "{} holds runs that were trained there, and not by a shard, and merging would lose them: `etascape run` goes on with them; or move either them or shards/ away",
        shown(folder)
    )]
    OwnRuns {
        /// The results folder.
        folder: PathBuf,
    },
    /// Tables of a program's runs are written by the version of etascape that trained.
    #[error(
        "{}: the shards were trained by etascape {trained}, and this is {own}: merge them with that version",
        shown(folder)
    )]
    Version {
        /// The results folder.
        folder: PathBuf,
        /// The version of the shards.
        trained: String,
        /// This version.
        own: String,
    },
    /// A file that cannot be read or written.
    #[error(transparent)]
    File(#[from] Error),
}

/// What is wrong with a shard.
#[derive(Debug)]
pub enum ShardFault {
    /// It has no folder.
    Missing,
    /// Its manifest or its config cannot be read.
    Unreadable(String),
    /// It is not of the same sweep as most of the shards: where it differs, the shard's value first.
    Other(Vec<Difference>),
    /// Some of its runs are not saved.
    Unfinished {
        /// Runs that are.
        saved: u64,
        /// All its runs.
        runs: u64,
    },
    /// Files that are not as they were written.
    Damaged(Vec<Damage>),
}

fn listed(of: &[u64]) -> String {
    of.iter().map(u64::to_string).collect::<Vec<String>>().join(", and of one cut into ")
}

fn differing(differences: &[Difference]) -> String {
    let value = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_owned();
    let one = |one: &Difference| format!("{}: {} there, {} here", one.key, value(&one.first), value(&one.second));
    let mut words: Vec<String> = differences.iter().take(DIFFERENCES).map(one).collect();
    if differences.len() > DIFFERENCES {
        words.push(format!("{} more", counted(differences.len() - DIFFERENCES, "key")));
    }
    words.join("; ")
}

fn in_words(folder: &Path, of: u64, faults: &[(Shard, ShardFault)]) -> String {
    let are = if faults.len() == 1 { "is" } else { "are" };
    let name = shown(folder);
    let mut text = format!("{name} is not merged: {} of {} {are} not whole", faults.len(), counted(of, "shard"));
    for (shard, fault) in faults.iter().take(TOLD) {
        let command = format!("etascape run CONFIG --out {name} --shard {shard}");
        let (remedy, anew) = (format!("`{command}`"), format!("`{command} --force`"));
        let _ = match fault {
            ShardFault::Missing => write!(text, "\n  shard {shard} is missing: {remedy} trains it"),
            ShardFault::Unreadable(why) => {
                write!(text, "\n  shard {shard} cannot be read, {why}: {anew} starts it over")
            }
            ShardFault::Other(differences) => {
                let differing = differing(differences);
                write!(text, "\n  shard {shard} is not of the sweep of the others ({differing}): {anew} starts it over")
            }
            ShardFault::Unfinished { saved, runs } => {
                let runs = counted(*runs, "run");
                write!(
                    text,
                    "\n  shard {shard} is not complete, with {saved} of its {runs} saved: {remedy} goes on, unless it is at work"
                )
            }
            ShardFault::Damaged(damages) => {
                let damages: Vec<String> = damages.iter().map(Damage::to_string).collect();
                write!(text, "\n  shard {shard} is damaged, {}: {remedy} repairs it", damages.join(", and "))
            }
        };
    }
    if faults.len() > TOLD {
        let more = faults[TOLD..].iter().map(|(shard, _)| shard.number());
        let _ = write!(text, "\n  and the shards {} of {of}", ranges(more));
    }
    text
}

/// Rising numbers as `3 to 7, 9`.
fn ranges(numbers: impl Iterator<Item = u64>) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let word =
        |&(first, last): &(u64, u64)| if first == last { first.to_string() } else { format!("{first} to {last}") };
    ranges.iter().map(word).collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_faults_are_told_in_short() {
        let faults =
            |count: u64| Shard::all(64).take(count as usize).map(|shard| (shard, ShardFault::Missing)).collect();
        let text = |count| MergeError::Faulty { folder: "r".into(), of: 64, faults: faults(count) }.to_string();
        assert_eq!(
            text(1),
            "r is not merged: 1 of 64 shards is not whole\n  \
             shard 1/64 is missing: `etascape run CONFIG --out r --shard 1/64` trains it"
        );
        assert!(text(20).ends_with("`etascape run CONFIG --out r --shard 20/64` trains it"));
        assert!(text(64).ends_with("trains it\n  and the shards 21 to 64 of 64"));
        assert_eq!(ranges([3, 4, 5, 9, 11, 12].into_iter()), "3 to 5, 9, 11 to 12");
    }
}
