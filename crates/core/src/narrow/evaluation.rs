//! Losses and accuracies of a block's runs over rows that all share.
//!
//! Where most runs are asked for, they are computed side by side, a lane for each run. Where few are, that would be wasted
//! on the others: then each of them is computed by itself, a lane for each row. The terms of its rows are still added in
//! their order, so both ways give the same bits.

use super::pass::{Gathered, Pass, Shared};
use crate::lanes::{Buffer, Element, Lanes, Vector, blocks, buffer};
use crate::{Loss, Network, Rows};

pub(crate) struct Evaluation<V: Vector> {
    vector: V,
    loss: Loss,
    pass: Pass<V>,
    /// The parameters of one run, the same in every lane.
    parameters: Buffer<V>,
    /// A panel of rows, one to a lane.
    features: Buffer<V>,
    targets: Buffer<V>,
}

/// The runs that are measured, and where they are.
#[derive(Clone, Copy)]
pub(crate) struct Measured<'a, V: Vector> {
    pub lanes: &'a [usize],
    /// `[parameter]`, the runs being lanes.
    pub parameters: &'a [Lanes<V>],
    pub gain: Lanes<V>,
}

impl<V: Vector> Measured<'_, V> {
    /// Whether the runs are so few that rows are taken as lanes.
    fn are_few(self) -> bool {
        2 * self.lanes.len() <= V::LANES
    }
}

impl<V: Vector> Evaluation<V> {
    pub fn new(vector: V, network: &Network, loss: Loss) -> Evaluation<V> {
        let (pass, zero) = (Pass::new(vector, network, loss), Lanes::splat(vector, 0.0));
        let (features, targets) = (buffer(zero, pass.panel() * network.fan_in(0)), buffer(zero, pass.panel()));
        Evaluation { vector, loss, pass, parameters: buffer(zero, network.parameters()), features, targets }
    }

    /// The losses over the rows, in the lanes of the runs; in the others is what means nothing.
    pub fn losses(&mut self, runs: Measured<'_, V>, rows: &Rows<V::Element>) -> Lanes<V> {
        if !runs.are_few() {
            return self.pass.loss(runs.parameters, runs.gain, Shared::new(self.vector, rows));
        }
        let factor = self.loss.factor(rows.len());
        let sums = self.one_by_one(runs, rows, |pass, parameters, gain, panel, count, sum: &mut V::Element| {
            pass.add_terms_of_lanes(parameters, gain, panel, count, sum);
        });
        runs.gain.rounded(sums) * runs.gain.like(factor)
    }

    /// The shares of the rows that are classified rightly, in the lanes of the runs.
    pub fn accuracies(&mut self, runs: Measured<'_, V>, rows: &Rows<V::Element>) -> Lanes<V> {
        if !runs.are_few() {
            return self.pass.accuracy(runs.parameters, runs.gain, Shared::new(self.vector, rows));
        }
        let right = self.one_by_one(runs, rows, |pass, parameters, gain, panel, count, right: &mut f64| {
            pass.count_right_lanes(parameters, gain, panel, count, right);
        });
        runs.gain.rounded(right / right.like(rows.len() as f64))
    }

    /// A sum over the rows for each run, to which `add` adds a panel of so many rows, one to a lane.
    fn one_by_one<T: Element>(
        &mut self,
        runs: Measured<'_, V>,
        rows: &Rows<V::Element>,
        add: impl Fn(&mut Pass<V>, &[Lanes<V>], Lanes<V>, Gathered<'_, V>, usize, &mut T),
    ) -> Lanes<V::Wide> {
        let mut sums = runs.gain.like(0.0).widened();
        for &lane in runs.lanes {
            let gain = runs.gain.like(runs.gain.get(lane));
            for (own, of_all) in self.parameters.iter_mut().zip(runs.parameters) {
                *own = gain.like(of_all.get(lane));
            }
            let mut sum = T::default();
            for taken in blocks(rows.len(), self.pass.panel() * V::LANES) {
                let count = taken.len();
                for (place, row) in taken.enumerate() {
                    let (vector, lane) = (place / V::LANES, place % V::LANES);
                    self.targets[vector].as_mut_slice()[lane] = rows.targets[row];
                    let own = &mut self.features[vector * rows.inputs..][..rows.inputs];
                    own.iter_mut().zip(rows.row(row)).for_each(|(input, &value)| input.as_mut_slice()[lane] = value);
                }
                let vectors = count.div_ceil(V::LANES);
                let features = &self.features[..vectors * rows.inputs];
                let panel = Gathered { inputs: rows.inputs, features, targets: &self.targets[..vectors] };
                add(&mut self.pass, &self.parameters, gain, panel, count, &mut sum);
            }
            sums.set(lane, sum.exact());
        }
        sums
    }
}
