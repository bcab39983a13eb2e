//! Which shards are left to submit.

use etascape_report::{Cut, PartStatus, Standing, State};
use etascape_sweep::Shard;

use crate::machine::here;
use crate::output::tell;
use crate::slurm::Queue;

/// The shards of a sweep by what is to be done.
#[derive(Default)]
pub struct Found {
    /// Those to submit, by their numbers.
    pub left: Vec<u64>,
    /// Those that wait or run.
    busy: Vec<u64>,
    /// How many are complete.
    done: u64,
}

/// Sorts the shards of a cut by what their own files tell, and by whether Slurm still had a job for them before that.
pub fn found(cut: Cut, standing: Option<&Standing>, queue: &Queue) -> Found {
    let mut found = Found::default();
    let parts: Vec<(Shard, Option<&PartStatus>)> = match standing {
        Some(standing) => standing.shards.iter().map(|(shard, part)| (*shard, Some(part))).collect(),
        None => Shard::all(cut.shards).map(|shard| (shard, None)).collect(),
    };
    let host = here().host;
    for (shard, part) in parts {
        let number = shard.number();
        // On another machine a process only seems to run, since it has written a moment ago. Slurm knows better of its own.
        let is_elsewhere = part.is_some_and(|part| part.worker.host.as_ref() != Some(&host));
        let runs = state(part) == State::Running && !(is_elsewhere && queue.shards.contains_key(&number));
        match () {
            () if state(part) == State::Done => found.done += 1,
            () if queue.is_active(number) || runs => found.busy.push(number),
            () => found.left.push(number),
        }
    }
    found
}

fn state(part: Option<&PartStatus>) -> State {
    part.map_or(State::NotBegun, |part| part.state)
}

impl Found {
    /// Says which shards are not submitted.
    pub fn tell(&self) {
        if self.done > 0 {
            tell(&format!("note: {} complete", are(self.done)));
        }
        if !self.busy.is_empty() {
            tell(&format!("note: {} still waiting or running: {}", are(self.busy.len() as u64), listed(&self.busy)));
        }
    }
}

fn are(shards: u64) -> String {
    if shards == 1 { "1 shard is".into() } else { format!("{shards} shards are") }
}

/// Rising numbers as Slurm writes them: `1,3-7`.
pub fn listed(numbers: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let word = |&(first, last): &(u64, u64)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    ranges.iter().map(word).collect::<Vec<String>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_ranges() {
        assert_eq!(listed(&[1, 3, 4, 5, 7, 8]), "1,3-5,7-8");
        assert_eq!([listed(&[]), listed(&[6])], ["", "6"]);
    }
}
