//! The runs that wait to be trained.

use crate::Hyper;

/// Runs of one shape, one after another. The numbers of a run are asked for when a lane is free for it. So no list of them
/// is needed, and what a run shares with the one before need not be written again.
pub trait Runs {
    /// How many are left. Memory for their records is set aside, no more depends on it.
    fn left(&self) -> usize;

    /// The numbers of the next run; `None` after the last.
    fn next_run(&mut self) -> Option<&Hyper>;
}

impl Runs for std::slice::Iter<'_, Hyper> {
    fn left(&self) -> usize {
        self.len()
    }

    fn next_run(&mut self) -> Option<&Hyper> {
        self.next()
    }
}
