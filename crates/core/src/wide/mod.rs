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

use crate::lanes::{Buffer, Element, Lanes, Vector, buffer};
use crate::layout::{Kernels, Task};
use crate::update::Updates;
use crate::walk::Walk;
use crate::{Hyper, Network, Rows};

use pass::{Chosen, WidePass};
use strips::widest;

/// Whether this layout is the quicker one for so many runs of a network, over so many rows a step.
///
/// Where a lane is a run, a lane without one takes as long as the others.
pub(crate) fn is_quicker<V: Vector>(network: &Network, rows: usize, runs: usize) -> bool {
    let share_at_work = runs as f64 / runs.next_multiple_of(V::LANES) as f64;
    V::LANES > 1 && speed::<V>(network, rows) > share_at_work
}

/// How many times as fast this layout is as the other one with a run in every lane. It gains where networks are wide, and loses
/// where they do not fill their vectors or rows do not fill a tile. The numbers are fitted to `docs/performance.md`.
fn speed<V: Vector>(network: &Network, rows: usize) -> f64 {
    let (mut weights, mut widths, mut padded) = (0, 0, 0);
    for layer in 0..network.layers() {
        let (fan_in, fan_out) = (network.fan_in(layer), network.fan_out(layer));
        let along_outputs = fan_in * fan_out.next_multiple_of(V::LANES);
        let along_inputs = fan_in.next_multiple_of(V::LANES) * fan_out;
        weights += fan_in * fan_out;
        widths += fan_in * fan_out * fan_in.min(fan_out);
        // The way forwards, the way back and the gradient.
        padded += along_outputs + along_inputs + along_outputs.min(along_inputs);
    }
    let (width, fill) = (widths as f64 / weights as f64, (3 * weights) as f64 / padded as f64);
    let (most, loss) = if widest::<V>() == 4 { (1.5, 1.1) } else { (1.4, 1.05) };
    (most - loss * V::LANES as f64 / width) * fill * rows as f64 / (rows as f64 + 2.5)
}

pub(crate) struct Wide<'a, V: Vector> {
    vector: V,
    task: Task<'a, V::Element>,
    /// In the order of [`WidePass::layers`].
    parameters: Buffer<V>,
    gradient: Buffer<V>,
    gain: Lanes<V>,
    pass: WidePass<V>,
    updates: Updates<V>,
    /// Where there are mini-batches and a run.
    walk: Option<Walk>,
    /// The rows of the latest batch.
    batch: Vec<usize>,
}

impl<'a, V: Vector> Wide<'a, V> {
    pub fn new(vector: V, task: Task<'a, V::Element>) -> Wide<'a, V> {
        let (zero, shape) = (Lanes::splat(vector, 0.0), task.shape);
        let pass = WidePass::new(vector, &shape.network, shape.loss);
        let length = pass.layers().last().map_or(0, |layer| layer.end);
        Wide {
            vector,
            task,
            parameters: buffer(zero, length),
            gradient: buffer(zero, length),
            gain: zero,
            updates: Updates::new(vector, shape.optimizer, pass.layers()),
            pass,
            walk: None,
            batch: Vec::new(),
        }
    }
}

impl<V: Vector> Kernels<V> for Wide<'_, V> {
    fn places(&self) -> usize {
        1
    }

    fn load(&mut self, _: usize, start: &[f64], hyper: &Hyper) {
        let Task { shape, data, .. } = self.task;
        self.pass.set_parameters(&shape.network, start, &mut self.parameters);
        self.gain = Lanes::splat(self.vector, hyper.gain);
        (0..V::LANES).for_each(|lane| self.updates.load(lane, hyper));
        self.walk = (!shape.is_full_batch(data)).then(|| Walk::new(hyper.seed, data.train.len()));
    }

    fn clear(&mut self, _: usize) {
        self.walk = None;
    }

    fn descend_all(&mut self, is_updated: bool) -> Lanes<V> {
        let rows = Chosen { rows: V::Element::rows(self.task.data)[0], order: None };
        match is_updated {
            true => self.pass.loss_and_gradient(&self.parameters, self.gain, rows, &mut self.gradient),
            false => self.pass.loss(&self.parameters, self.gain, rows),
        }
    }

    fn descend_batch(&mut self) -> Lanes<V> {
        let walk = self.walk.as_mut().expect("only runs with mini-batches ask for one");
        self.batch.clear();
        self.batch.extend((0..self.task.shape.batch_size).map(|_| walk.next()));
        let rows = Chosen { rows: V::Element::rows(self.task.data)[0], order: Some(&self.batch) };
        self.pass.loss_and_gradient(&self.parameters, self.gain, rows, &mut self.gradient)
    }

    #[inline(always)]
    fn update(&mut self, factor: Lanes<V::Wide>) {
        self.updates.update(&mut self.parameters, &self.gradient, factor.like(factor.get(0)));
        self.pass.refresh(&self.parameters);
    }

    fn losses(&mut self, _: &[usize], rows: &Rows<V::Element>) -> Lanes<V> {
        self.pass.loss(&self.parameters, self.gain, Chosen { rows, order: None })
    }

    fn accuracies(&mut self, _: &[usize], rows: &Rows<V::Element>) -> Lanes<V> {
        self.pass.accuracy(&self.parameters, self.gain, Chosen { rows, order: None })
    }

    fn parameters(&self, _: usize) -> Vec<f64> {
        self.pass.parameters(&self.task.shape.network, &self.parameters)
    }
}

#[cfg(test)]
#[cfg(target_arch = "x86_64")]
mod tests {
    use super::*;
    use crate::lanes::{Doubles, Singles};
    use pulp::x86::{V3, V4};

    /// The widths of two hidden layers for which the wide layout is chosen.
    fn wide<V: Vector>(rows: usize, runs: usize) -> Vec<usize> {
        let widths = [4, 8, 12, 16, 24, 28, 32, 33, 36, 40, 41, 48, 49, 56, 64, 65, 72, 80, 96, 128, 512];
        let is_wide = |width: &usize| is_quicker::<V>(&Network::new([16, *width, *width, 1]).unwrap(), rows, runs);
        widths.into_iter().filter(is_wide).collect()
    }

    /// The measurements that the choice is fitted to are in `docs/performance.md`.
    #[test]
    fn wide_networks_few_runs_and_registers_make_the_wide_layout_the_quicker_one() {
        let from_32_without_33 = [32, 36, 40, 41, 48, 49, 56, 64, 65, 72, 80, 96, 128, 512];
        assert_eq!(wide::<Doubles<V4>>(256, 8), from_32_without_33);
        assert_eq!(wide::<Doubles<V4>>(256, 800), from_32_without_33);
        assert_eq!(wide::<Singles<V4>>(256, 16), [64, 72, 80, 96, 128, 512]);
        assert_eq!(wide::<Doubles<V3>>(256, 4)[..3], [16, 24, 28]);
        assert_eq!(wide::<Singles<V3>>(256, 8)[..3], [32, 40, 48]);
        // Half of the lanes would wait; all but one.
        assert_eq!([wide::<Doubles<V4>>(256, 4)[0], wide::<Doubles<V4>>(256, 1)[0]], [12, 8]);
        // Fewer rows than a tile has.
        assert_eq!(wide::<Doubles<V3>>(8, 4)[..2], [72, 80]);
        let network = Network::new([512, 512, 512, 512]).unwrap();
        assert!(!is_quicker::<Doubles<pulp::Scalar>>(&network, 256, 1), "a lane is a run either way");
    }
}
