//! The order in which a run with mini-batches takes its rows.
//!
//! A run walks through epoch after epoch, each in an order of its own drawn from (seed, epoch), and takes the next
//! `batch_size` rows at each step; a batch may end one epoch and begin the next. So every batch has the same size, and
//! every row is used equally often.
//!
//! The order of an epoch is a shuffle read from its end: a shuffle settles its last place first. So a row is drawn when a
//! batch asks for it, and steps that see few of many rows cost few draws.

use crate::{Purpose, Stream};

/// A run's walk through endless epochs.
pub(crate) struct Walk {
    seed: u64,
    epoch: u64,
    stream: Stream,
    /// The rows of the epoch: those still to come, in no order that matters, then those taken.
    order: Vec<u32>,
    left: usize,
}

impl Walk {
    pub fn new(seed: u64, rows: usize) -> Walk {
        let mut walk =
            Walk { seed, epoch: 0, stream: Stream::new(seed, Purpose::Batches, 0), order: vec![0; rows], left: rows };
        walk.begin(0);
        walk
    }

    fn begin(&mut self, epoch: u64) {
        self.epoch = epoch;
        self.stream = Stream::new(self.seed, Purpose::Batches, epoch);
        self.order.iter_mut().zip(0..).for_each(|(place, row)| *place = row);
        self.left = self.order.len();
    }

    /// The next row.
    pub fn next(&mut self) -> usize {
        if self.left == 0 {
            self.begin(self.epoch + 1);
        }
        let last = self.left - 1;
        if last > 0 {
            self.order.swap(last, self.stream.below(self.left as u64) as usize);
        }
        self.left = last;
        self.order[last] as usize
    }
}
