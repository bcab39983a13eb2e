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
