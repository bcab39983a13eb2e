//! Runs of wide networks: a lane is a unit, and one run trains at a time.
//!
//! The weights of one run stay in a cache in which those of as many runs as there are lanes do not fit, and a weight once
//! loaded serves all rows of a panel. A vector runs across the outputs of a layer (or its inputs, where the outputs are
//! few); the losses of a panel are computed with a row to a lane. Parameters lie in vectors, padded: what stands in the
//! padding goes through all of it and reaches no number that counts, since nothing crosses lanes.

mod layer;
mod panel;
mod pass;
mod products;
mod strips;

use pulp::Simd;

use crate::batches::Walk;
use crate::lanes::{Buffer, Lanes, buffer};
use crate::layout::{Kernels, Task};
use crate::update::Updates;
use crate::{Hyper, Network, Rows};

use pass::{Chosen, WidePass};

/// Whether this layout is the quicker one for a network that takes so many rows at a step.
pub(crate) fn is_quicker(network: &Network, rows: usize, lanes: usize) -> bool {
    let _ = rows;
    lanes > 1 && network.widths().iter().max().is_some_and(|&width| width >= 4 * lanes)
}

pub(crate) struct Wide<'a, S: Simd> {
    simd: S,
    task: Task<'a>,
    /// In the order of [`WidePass::layers`].
    parameters: Buffer<S>,
    gradient: Buffer<S>,
    gain: Lanes<S>,
    pass: WidePass<S>,
    updates: Updates<S>,
    /// Where there are mini-batches and a run.
    walk: Option<Walk>,
    /// The rows of the latest batch.
    batch: Vec<usize>,
}

impl<'a, S: Simd> Wide<'a, S> {
    pub fn new(simd: S, task: Task<'a>) -> Wide<'a, S> {
        let (zero, shape) = (Lanes::splat(simd, 0.0), task.shape);
        let pass = WidePass::new(simd, &shape.network, shape.loss);
        let length = pass.layers().last().map_or(0, |layer| layer.end);
        Wide {
            simd,
            task,
            parameters: buffer(zero, length),
            gradient: buffer(zero, length),
            gain: zero,
            updates: Updates::new(simd, shape.optimizer, pass.layers()),
            pass,
            walk: None,
            batch: Vec::new(),
        }
    }

    /// The number of the one run.
    fn lanes(&self, number: f64) -> Lanes<S> {
        Lanes::splat(self.simd, number)
    }
}

impl<S: Simd> Kernels<S> for Wide<'_, S> {
    fn places(&self) -> usize {
        1
    }

    fn load(&mut self, _: usize, start: &[f64], hyper: &Hyper) {
        let Task { shape, data, .. } = self.task;
        self.pass.set_parameters(&shape.network, start, &mut self.parameters);
        self.gain = self.lanes(hyper.gain);
        (0..S::F64_LANES).for_each(|lane| self.updates.load(lane, hyper));
        self.walk = (!shape.is_full_batch(data)).then(|| Walk::new(hyper.seed, data.train.len()));
    }

    fn clear(&mut self, _: usize) {
        self.walk = None;
    }

    fn descend_all(&mut self) -> Lanes<S> {
        let rows = Chosen { rows: &self.task.data.train, order: None };
        let loss = self.pass.loss_and_gradient(&self.parameters, self.gain, rows, &mut self.gradient);
        self.lanes(loss)
    }

    fn descend_batch(&mut self) -> Lanes<S> {
        let walk = self.walk.as_mut().expect("only runs with mini-batches ask for one");
        self.batch.clear();
        self.batch.extend((0..self.task.shape.batch_size).map(|_| walk.next()));
        let rows = Chosen { rows: &self.task.data.train, order: Some(&self.batch) };
        let loss = self.pass.loss_and_gradient(&self.parameters, self.gain, rows, &mut self.gradient);
        self.lanes(loss)
    }

    #[inline(always)]
    fn update(&mut self, factor: Lanes<S>) {
        self.updates.update(&mut self.parameters, &self.gradient, factor.like(factor.get(0)));
        self.pass.refresh(&self.parameters);
    }

    fn losses(&mut self, _: &[usize], rows: &Rows) -> Lanes<S> {
        let loss = self.pass.loss(&self.parameters, self.gain, Chosen { rows, order: None });
        self.lanes(loss)
    }

    fn accuracies(&mut self, _: &[usize], rows: &Rows) -> Lanes<S> {
        let accuracy = self.pass.accuracy(&self.parameters, self.gain, Chosen { rows, order: None });
        self.lanes(accuracy)
    }

    fn parameters(&self, _: usize) -> Vec<f64> {
        self.pass.parameters(&self.task.shape.network, &self.parameters)
    }
}
