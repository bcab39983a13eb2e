//! Runs of narrow networks: a lane is a run, and all lanes take each step together.

mod batches;
mod evaluation;
mod layer;
mod pass;
mod table;

pub(crate) use batches::Batches;
pub(crate) use pass::{Pass, Shared};

use crate::lanes::{Buffer, Element, Lanes, Vector, buffer};
use crate::layout::{Kernels, Task};
use crate::update::Updates;
use crate::{Hyper, Rows};

use evaluation::{Evaluation, Measured};

pub(crate) struct Narrow<'a, V: Vector> {
    vector: V,
    task: Task<'a, V::Element>,
    /// `[parameter]`, the runs being lanes.
    parameters: Buffer<V>,
    gradient: Buffer<V>,
    gain: Lanes<V>,
    pass: Pass<V>,
    /// Through the shape's own network, on the rows as they are.
    evaluation: Evaluation<V>,
    updates: Updates<V>,
    /// Where there are mini-batches.
    batches: Option<Batches<V>>,
}

impl<'a, V: Vector> Narrow<'a, V> {
    pub fn new(vector: V, task: Task<'a, V::Element>) -> Narrow<'a, V> {
        let Task { shape, data, objective } = task;
        let (zero, network) = (Lanes::splat(vector, 0.0), &shape.network);
        let layers = (0..network.layers()).map(|l| network.weights(l).start..network.biases(l).end);
        Narrow {
            vector,
            task,
            parameters: buffer(zero, network.parameters()),
            gradient: buffer(zero, network.parameters()),
            gain: zero,
            pass: Pass::new(vector, &objective.network, shape.loss),
            evaluation: Evaluation::new(vector, network, shape.loss),
            updates: Updates::new(vector, shape.optimizer, layers),
            batches: Batches::for_shape(vector, shape, data),
        }
    }
}

impl<V: Vector> Kernels<V> for Narrow<'_, V> {
    fn places(&self) -> usize {
        V::LANES
    }

    fn load(&mut self, lane: usize, start: &[f64], hyper: &Hyper) {
        self.parameters.iter_mut().zip(start).for_each(|(parameter, &value)| parameter.set(lane, value));
        self.gain.set(lane, hyper.gain);
        self.updates.load(lane, hyper);
        if let Some(batches) = &mut self.batches {
            batches.load(lane, hyper.seed, self.task.data.train.len());
        }
    }

    fn clear(&mut self, lane: usize) {
        if let Some(batches) = &mut self.batches {
            batches.clear(lane);
        }
        self.parameters.iter_mut().for_each(|parameter| parameter.set(lane, 0.0));
    }

    #[inline(always)]
    fn descend_all(&mut self, is_updated: bool) -> Lanes<V> {
        let rows = Shared::new(self.vector, &self.task.objective.rows);
        match is_updated {
            true => self.pass.loss_and_gradient(&self.parameters, self.gain, rows, &mut self.gradient),
            false => self.pass.loss(&self.parameters, self.gain, rows),
        }
    }

    #[inline(always)]
    fn descend_batch(&mut self) -> Lanes<V> {
        let batches = self.batches.as_mut().expect("only shapes with mini-batches ask for one");
        let batch = batches.gather(V::Element::rows(self.task.data)[0]);
        self.pass.loss_and_gradient(&self.parameters, self.gain, batch, &mut self.gradient)
    }

    #[inline(always)]
    fn update(&mut self, factor: Lanes<V::Wide>) {
        self.updates.update(&mut self.parameters, &self.gradient, factor);
    }

    fn losses(&mut self, lanes: &[usize], rows: &Rows<V::Element>) -> Lanes<V> {
        let runs = Measured { lanes, parameters: &self.parameters, gain: self.gain };
        self.evaluation.losses(runs, rows)
    }

    fn accuracies(&mut self, lanes: &[usize], rows: &Rows<V::Element>) -> Lanes<V> {
        let runs = Measured { lanes, parameters: &self.parameters, gain: self.gain };
        self.evaluation.accuracies(runs, rows)
    }

    fn parameters(&self, lane: usize) -> Vec<f64> {
        self.parameters.iter().map(|parameter| parameter.get(lane)).collect()
    }
}
