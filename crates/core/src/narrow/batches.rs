//! Mini-batches: the rows of each run's own for a step, side by side in the lanes. [`crate::walk`] says which.

use crate::lanes::{Buffer, Lanes, Vector, buffer};
use crate::walk::Walk;
use crate::{Data, Rows, Shape};

use super::pass::Gathered;

pub(crate) struct Batches<V: Vector> {
    batch_size: usize,
    /// `[lane]`; `None` where there is no run.
    walks: Vec<Option<Walk>>,
    features: Buffer<V>,
    targets: Buffer<V>,
}

impl<V: Vector> Batches<V> {
    /// For runs of a shape on these rows; `None` where they take all rows at every step.
    pub fn for_shape(vector: V, shape: &Shape, data: &Data) -> Option<Batches<V>> {
        (!shape.is_full_batch(data)).then(|| Batches::new(vector, shape.batch_size, data.train.inputs))
    }

    fn new(vector: V, batch_size: usize, inputs: usize) -> Batches<V> {
        let zero = Lanes::splat(vector, 0.0);
        Batches {
            batch_size,
            walks: (0..V::LANES).map(|_| None).collect(),
            features: buffer(zero, batch_size * inputs),
            targets: buffer(zero, batch_size),
        }
    }

    /// Makes a lane ready for the first batch of a run.
    pub fn load(&mut self, lane: usize, seed: u64, rows: usize) {
        self.walks[lane] = Some(Walk::new(seed, rows));
    }

    /// Leaves a lane without a run.
    pub fn clear(&mut self, lane: usize) {
        self.walks[lane] = None;
    }

    /// The next batch of every run; a lane without one keeps what it had.
    pub fn gather(&mut self, rows: &Rows<V::Element>) -> Gathered<'_, V> {
        for i in 0..self.batch_size {
            let own = &mut self.features[i * rows.inputs..][..rows.inputs];
            for (lane, walk) in self.walks.iter_mut().enumerate() {
                let Some(walk) = walk else { continue };
                let row = walk.next();
                self.targets[i].as_mut_slice()[lane] = rows.targets[row];
                own.iter_mut().zip(rows.row(row)).for_each(|(input, &value)| input.as_mut_slice()[lane] = value);
            }
        }
        Gathered { inputs: rows.inputs, features: &self.features, targets: &self.targets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::Doubles;
    use pulp::Scalar;

    #[test]
    fn every_epoch_uses_every_row_once_in_another_order() {
        let rows = Rows { inputs: 1, features: (0..10).map(f64::from).collect(), targets: vec![0.0; 10] };
        let mut batches = Batches::new(Doubles(Scalar), 4, 1);
        batches.load(0, 7, 10);
        let mut seen = Vec::new();
        for _ in 0..5 {
            let batch = batches.gather(&rows);
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
