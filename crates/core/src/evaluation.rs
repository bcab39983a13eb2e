//! Losses and accuracies of a block's runs over rows that all share.
//!
//! Where most runs are asked for, they are computed side by side, a lane for each run. Where few are, that would be wasted
//! on the others: then each of them is computed by itself, a lane for each row. The terms of its rows are still added in
//! their order, so both ways give the same bits.

use pulp::Simd;

use crate::lanes::{Buffer, Lanes, buffer};
use crate::layer::blocks;
use crate::pass::{Gathered, Pass, Shared};
use crate::{Loss, Network, Rows};

pub(crate) struct Evaluation<S: Simd> {
    simd: S,
    loss: Loss,
    pass: Pass<S>,
    /// The parameters of one run, the same in every lane.
    parameters: Buffer<S>,
    /// A panel of rows, one to a lane.
    features: Buffer<S>,
    targets: Buffer<S>,
}

/// The runs that are measured, and where they are.
#[derive(Clone, Copy)]
pub(crate) struct Measured<'a, S: Simd> {
    pub lanes: &'a [usize],
    /// `[parameter]`, the runs being lanes.
    pub parameters: &'a [Lanes<S>],
    pub gain: Lanes<S>,
}

impl<S: Simd> Measured<'_, S> {
    /// Whether the runs are so few that rows are taken as lanes.
    fn are_few(self) -> bool {
        2 * self.lanes.len() <= S::F64_LANES
    }
}

impl<S: Simd> Evaluation<S> {
    pub fn new(simd: S, network: &Network, loss: Loss) -> Evaluation<S> {
        let (pass, zero) = (Pass::new(simd, network, loss), Lanes::splat(simd, 0.0));
        let (features, targets) = (buffer(zero, pass.panel() * network.fan_in(0)), buffer(zero, pass.panel()));
        Evaluation { simd, loss, pass, parameters: buffer(zero, network.parameters()), features, targets }
    }

    /// The losses over the rows, in the lanes of the runs; in the others is what means nothing.
    pub fn losses(&mut self, runs: Measured<'_, S>, rows: &Rows) -> Lanes<S> {
        if !runs.are_few() {
            return self.pass.loss(runs.parameters, runs.gain, Shared::new(self.simd, rows));
        }
        let factor = self.loss.factor(rows.len());
        self.one_by_one(runs, rows, |pass, parameters, gain, panel, count, sum| {
            pass.add_terms_of_lanes(parameters, gain, panel, count, sum);
        }) * runs.gain.like(factor)
    }

    /// The shares of the rows that are classified rightly, in the lanes of the runs.
    pub fn accuracies(&mut self, runs: Measured<'_, S>, rows: &Rows) -> Lanes<S> {
        if !runs.are_few() {
            return self.pass.accuracy(runs.parameters, runs.gain, Shared::new(self.simd, rows));
        }
        self.one_by_one(runs, rows, |pass, parameters, gain, panel, count, right| {
            pass.count_right_lanes(parameters, gain, panel, count, right);
        }) / runs.gain.like(rows.len() as f64)
    }

    /// A sum over the rows for each run, to which `add` adds a panel of so many rows, one to a lane.
    fn one_by_one(
        &mut self,
        runs: Measured<'_, S>,
        rows: &Rows,
        add: impl Fn(&mut Pass<S>, &[Lanes<S>], Lanes<S>, Gathered<'_, S>, usize, &mut f64),
    ) -> Lanes<S> {
        let mut sums = runs.gain.like(0.0);
        for &lane in runs.lanes {
            let gain = runs.gain.like(runs.gain.get(lane));
            for (own, of_all) in self.parameters.iter_mut().zip(runs.parameters) {
                *own = gain.like(of_all.get(lane));
            }
            let mut sum = 0.0;
            for taken in blocks(rows.len(), self.pass.panel() * S::F64_LANES) {
                let count = taken.len();
                for (place, row) in taken.enumerate() {
                    let (vector, lane) = (place / S::F64_LANES, place % S::F64_LANES);
                    self.targets[vector].set(lane, rows.targets[row]);
                    let own = &mut self.features[vector * rows.inputs..][..rows.inputs];
                    own.iter_mut().zip(rows.row(row)).for_each(|(input, &value)| input.set(lane, value));
                }
                let vectors = count.div_ceil(S::F64_LANES);
                let features = &self.features[..vectors * rows.inputs];
                let panel = Gathered { inputs: rows.inputs, features, targets: &self.targets[..vectors] };
                add(&mut self.pass, &self.parameters, gain, panel, count, &mut sum);
            }
            sums.set(lane, sum);
        }
        sums
    }
}
