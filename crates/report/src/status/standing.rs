//! Where a sweep stands.

use etascape_sweep::Shard;

use super::best::Best;
use super::part::PartStatus;
use crate::folder::Submitted;

/// Where a sweep stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The experiment's name; `None` where its file is not there yet.
    pub experiment: Option<String>,
    /// All its runs.
    pub whole: PartStatus,
    /// Its shards, where it has some and they are not merged.
    pub shards: Vec<(Shard, PartStatus)>,
    /// The best run so far, or that of each loss that the sweep varies.
    pub best: Vec<Best>,
    /// What was submitted to a cluster for it.
    pub submitted: Option<Submitted>,
    /// What could not be read, in words.
    pub notes: Vec<String>,
}

impl Standing {
    /// Seconds until every run has ended, if those that work go on at their rate, and then take over the runs of shards of which
    /// nobody works. A shard that is at work is trained by nobody else.
    pub fn seconds_left(&self) -> Option<f64> {
        let shards = self.shards.iter().filter_map(|(_, part)| part.seconds_left());
        Some(shards.fold(self.whole.seconds_left()?, f64::max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::State;

    #[test]
    fn the_time_left_is_that_of_the_slowest_shard_or_of_all_that_is_left() {
        let part = |runs, done, rate: Option<f64>| {
            let state = if rate.is_some() { State::Running } else { State::NotBegun };
            PartStatus { state, done, rate, ..PartStatus::not_begun(runs) }
        };
        let left = |parts: Vec<PartStatus>| {
            let (runs, done) = (parts.iter().map(|part| part.runs).sum(), parts.iter().map(|part| part.done).sum());
            let whole = part(runs, done, parts.iter().filter_map(|part| part.rate).reduce(|a, b| a + b));
            let shards = Shard::all(parts.len() as u64).zip(parts).collect();
            Standing { experiment: None, whole, shards, best: Vec::new(), submitted: None, notes: Vec::new() }
                .seconds_left()
        };
        assert_eq!(left(vec![part(200, 100, Some(1.0)), part(101, 100, Some(1.0))]), Some(100.0));
        let waiting = part(200, 0, None);
        let at_work = part(101, 100, Some(1.0));
        assert_eq!(left(vec![part(200, 100, Some(1.0)), at_work, waiting.clone()]), Some(150.5));
        assert_eq!(left(vec![part(10, 10, None), waiting]), None, "nobody works");
    }
}
