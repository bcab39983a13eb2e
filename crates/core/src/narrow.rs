//! Runs of narrow networks: a lane is a run, and all lanes take each step together.

use pulp::Simd;

use crate::batches::Batches;
use crate::evaluation::{Evaluation, Measured};
use crate::lanes::{Buffer, Lanes, buffer};
use crate::layout::{Kernels, Task};
use crate::pass::{Pass, Shared};
use crate::update::Updates;
use crate::{Hyper, Rows};

pub(crate) struct Narrow<'a, S: Simd> {
    simd: S,
    task: Task<'a>,
    /// `[parameter]`, the runs being lanes.
    parameters: Buffer<S>,
    gradient: Buffer<S>,
    gain: Lanes<S>,
    pass: Pass<S>,
    /// Through the shape's own network, on the rows as they are.
    evaluation: Evaluation<S>,
    updates: Updates<S>,
    /// Where there are mini-batches.
    batches: Option<Batches<S>>,
}

impl<'a, S: Simd> Narrow<'a, S> {
    pub fn new(simd: S, task: Task<'a>) -> Narrow<'a, S> {
        let Task { shape, data, objective } = task;
        let (zero, network) = (Lanes::splat(simd, 0.0), &shape.network);
        let layers = (0..network.layers()).map(|l| network.weights(l).start..network.biases(l).end);
        Narrow {
            simd,
            task,
            parameters: buffer(zero, network.parameters()),
            gradient: buffer(zero, network.parameters()),
            gain: zero,
            pass: Pass::new(simd, &objective.network, shape.loss),
            evaluation: Evaluation::new(simd, network, shape.loss),
            updates: Updates::new(simd, shape.optimizer, layers),
            batches: Batches::for_shape(simd, shape, data),
        }
    }
}

impl<S: Simd> Kernels<S> for Narrow<'_, S> {
    fn places(&self) -> usize {
        S::F64_LANES
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
    fn descend_all(&mut self) -> Lanes<S> {
        let rows = Shared::new(self.simd, &self.task.objective.rows);
        self.pass.loss_and_gradient(&self.parameters, self.gain, rows, &mut self.gradient)
    }

    #[inline(always)]
    fn descend_batch(&mut self) -> Lanes<S> {
        let batches = self.batches.as_mut().expect("only shapes with mini-batches ask for one");
        let batch = batches.gather(&self.task.data.train);
        self.pass.loss_and_gradient(&self.parameters, self.gain, batch, &mut self.gradient)
    }

    #[inline(always)]
    fn update(&mut self, factor: Lanes<S>) {
        self.updates.update(&mut self.parameters, &self.gradient, factor);
    }

    fn losses(&mut self, lanes: &[usize], rows: &Rows) -> Lanes<S> {
        let runs = Measured { lanes, parameters: &self.parameters, gain: self.gain };
        self.evaluation.losses(runs, rows)
    }

    fn accuracies(&mut self, lanes: &[usize], rows: &Rows) -> Lanes<S> {
        let runs = Measured { lanes, parameters: &self.parameters, gain: self.gain };
        self.evaluation.accuracies(runs, rows)
    }

    fn parameters(&self, lane: usize) -> Vec<f64> {
        self.parameters.iter().map(|parameter| parameter.get(lane)).collect()
    }
}
