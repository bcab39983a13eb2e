//! The runs that wait to be trained.

use crate::Hyper;

/// Runs of one shape, one after another. A run's numbers are asked for when a lane is free for it, so that there is no
/// need for a list of them, and what a run shares with the one before need not be written again.
pub trait Runs {
    /// How many are left.
    fn left(&self) -> usize;

    /// The numbers of the next run; `None` behind the last.
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
