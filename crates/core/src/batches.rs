//! Mini-batches: which rows each run takes at each step.
//!
//! A run walks through epoch after epoch, each in an order of its own drawn from (seed, epoch), and takes the next
//! `batch_size` rows at each step; a batch may end one epoch and begin the next. So every batch has the same size, and
//! every row is used equally often.

use pulp::Simd;

use crate::lanes::{Buffer, Lanes, buffer};
use crate::pass::Gathered;
use crate::{Data, Purpose, Rows, Shape, Stream};

pub(crate) struct Batches<S: Simd> {
    batch_size: usize,
    lanes: Vec<Epoch>,
    features: Buffer<S>,
    targets: Buffer<S>,
}

/// The order of the rows in the epoch that a run is in.
#[derive(Clone)]
struct Epoch {
    seed: u64,
    number: u64,
    order: Vec<u32>,
}

impl Epoch {
    fn new(seed: u64, number: u64, rows: usize) -> Epoch {
        let mut order: Vec<u32> = (0..rows as u32).collect();
        Stream::new(seed, Purpose::Batches, number).shuffle(&mut order);
        Epoch { seed, number, order }
    }

    /// The row at a place in the run's endless walk through epochs.
    fn row(&mut self, place: u64) -> usize {
        let rows = self.order.len() as u64;
        if place / rows != self.number {
            *self = Epoch::new(self.seed, place / rows, self.order.len());
        }
        self.order[(place % rows) as usize] as usize
    }
}

impl<S: Simd> Batches<S> {
    /// For runs of a shape on these rows; `None` where they take all rows at every step.
    pub fn for_shape(simd: S, shape: &Shape, data: &Data) -> Option<Batches<S>> {
        (!shape.is_full_batch(data)).then(|| Batches::new(simd, shape.batch_size, data.train.inputs))
    }

    fn new(simd: S, batch_size: usize, inputs: usize) -> Batches<S> {
        let zero = Lanes::splat(simd, 0.0);
        Batches {
            batch_size,
            lanes: vec![Epoch { seed: 0, number: 0, order: Vec::new() }; S::F64_LANES],
            features: buffer(zero, batch_size * inputs),
            targets: buffer(zero, batch_size),
        }
    }

    /// Makes a lane ready for the first batch of a run.
    pub fn load(&mut self, lane: usize, seed: u64, rows: usize) {
        self.lanes[lane] = Epoch::new(seed, 0, rows);
    }

    /// The batches of the update that follows the given steps; a lane that has never had a run gets zeros.
    pub fn gather(&mut self, rows: &Rows, steps: &[f64]) -> Gathered<'_, S> {
        for (lane, (epoch, &step)) in self.lanes.iter_mut().zip(steps).enumerate() {
            if epoch.order.is_empty() {
                continue;
            }
            let start = step as u64 * self.batch_size as u64;
            for i in 0..self.batch_size {
                let row = epoch.row(start + i as u64);
                self.targets[i].set(lane, rows.targets[row]);
                let own = &mut self.features[i * rows.inputs..(i + 1) * rows.inputs];
                own.iter_mut().zip(rows.row(row)).for_each(|(input, &value)| input.set(lane, value));
            }
        }
        Gathered { inputs: rows.inputs, features: &self.features, targets: &self.targets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::Scalar;

    #[test]
    fn every_epoch_uses_every_row_once_in_another_order() {
        let rows = Rows { inputs: 1, features: (0..10).map(f64::from).collect(), targets: vec![0.0; 10] };
        let mut batches = Batches::new(Scalar, 4, 1);
        batches.load(0, 7, 10);
        let mut seen = Vec::new();
        for step in 0..5 {
            let batch = batches.gather(&rows, &[f64::from(step)]);
            seen.extend(batch.features.iter().map(|x| x.get(0)));
        }
        let (first, second) = seen.split_at(10);
        let sorted = |part: &[f64]| {
            let mut part = part.to_vec();
            part.sort_by(f64::total_cmp);
            part
        };
        assert_eq!(sorted(first), rows.features);
        assert_eq!(sorted(second), rows.features);
        assert_ne!(first, second);
        assert_ne!(first, rows.features);
    }
}
