//! A block of runs that take every step together, one to a lane.
//!
//! The loop, for one run:
//!
//! ```text
//! for k = 0, 1, 2 …
//!     loss, gradient at θₖ, over all rows or over the next mini-batch
//!     with mini-batches: the loss over all rows, if k is a logged step, an evaluation, or the end
//!     log the loss if k is a logged step; end if a stop rule holds or k is the last step
//!     θₖ₊₁ = optimiser(θₖ, gradient, η · schedule(k))
//! ```
//!
//! A lane whose run has ended gets the next run after the update, so that no lane idles while runs are left.

use crate::lanes::{Doubles, Element, Lanes, Vector};
use crate::layout::Kernels;
use crate::run::init;
use crate::sharpness::Sharpest;
use crate::watch::Watch;
use crate::{CurvePoint, Data, Extras, Metrics, Parameters, RunRecord, Runs, Shape, StopReason};

pub(crate) struct Block<'a, V: Vector, K> {
    vector: V,
    shape: &'a Shape,
    data: &'a Data,
    queue: &'a mut dyn Runs,
    records: Vec<Option<RunRecord>>,
    logged_steps: Vec<u64>,
    lanes: Vec<Option<Run>>,
    kernels: K,
    watch: Watch<V::Wide>,
    has_batches: bool,
    /// Made when a sharpness is first asked for.
    sharpest: Option<Sharpest>,
}

/// The run in a lane.
struct Run {
    index: usize,
    gain: f64,
    curve: Vec<CurvePoint>,
}

/// What is found in a lane at a step at which its training loss is known.
struct Look {
    lane: usize,
    step: u64,
    /// The loss of the batch that makes the next update, where there is one.
    batch_loss: Option<f64>,
    ended_by: Option<StopReason>,
    is_logged: bool,
}

/// What is measured beside the training loss, of a block.
struct LaneMetrics<V: Vector> {
    val_loss: Option<Lanes<V>>,
    accuracy: Option<Lanes<V>>,
    val_accuracy: Option<Lanes<V>>,
}

impl<'a, V: Vector, K: Kernels<V>> Block<'a, V, K> {
    /// For runs of a shape on these data, which the kernels are made for.
    pub fn new(vector: V, shape: &'a Shape, data: &'a Data, kernels: K, runs: &'a mut dyn Runs) -> Self {
        let mut block = Block {
            vector,
            shape,
            data,
            records: Vec::with_capacity(runs.left()),
            queue: runs,
            logged_steps: shape.logged_steps(),
            lanes: (0..kernels.places()).map(|_| None).collect(),
            kernels,
            watch: Watch::new(vector.wide(), shape),
            has_batches: !shape.is_full_batch(data),
            sharpest: None,
        };
        (0..block.lanes.len()).for_each(|lane| block.load(lane));
        block
    }

    /// Trains every run, and returns their records in the order of the runs.
    #[inline(always)]
    pub fn train(mut self) -> Vec<RunRecord> {
        while self.is_busy() {
            self.step();
        }
        self.into_records()
    }

    /// Whether any run is under way.
    fn is_busy(&self) -> bool {
        self.lanes.iter().any(Option::is_some)
    }

    fn into_records(self) -> Vec<RunRecord> {
        self.records.into_iter().flatten().collect()
    }

    /// One step of every run, and the next runs in the place of those that end at it.
    #[inline(always)]
    fn step(&mut self) {
        let is_last = self.watch.is_last_step();
        let ended = match self.has_batches {
            false => self.look_at_all_rows(!is_last),
            true => self.look_at_batches(),
        };
        if !is_last {
            let factor = self.schedule_factor();
            self.kernels.update(factor);
        }
        self.watch.advance(1);
        ended.into_iter().for_each(|lane| self.load(lane));
    }

    /// Computes the loss over all rows, and the gradient where an update follows. Returns the lanes of the runs that end at this
    /// step.
    #[inline(always)]
    fn look_at_all_rows(&mut self, is_updated: bool) -> Vec<usize> {
        let loss = self.kernels.descend_all(is_updated);
        let is_due = self.watch.observe(loss.widened());
        if is_due { self.look(&self.busy(), loss, None) } else { Vec::new() }
    }

    /// Computes loss and gradient over the next batches, and the loss over all rows of the runs in which it is due. Returns
    /// the lanes of the runs that end at this step.
    #[inline(always)]
    fn look_at_batches(&mut self) -> Vec<usize> {
        let batch_loss = self.kernels.descend_batch();
        if !self.watch.observe_batches(batch_loss.widened()) {
            self.watch.hold();
            return Vec::new();
        }
        let is_due = |lane: &usize| self.watch.is_due(*lane, batch_loss.get(*lane));
        let due: Vec<usize> = self.busy().into_iter().filter(is_due).collect();
        let [train, _] = V::Element::rows(self.data);
        let loss = self.kernels.losses(&due, train);
        due.iter().for_each(|&lane| self.watch.know(lane, loss.get(lane)));
        self.watch.hold();
        self.look(&due, loss, Some(batch_loss))
    }

    /// The lanes that have a run.
    fn busy(&self) -> Vec<usize> {
        (0..self.lanes.len()).filter(|&lane| self.lanes[lane].is_some()).collect()
    }

    /// The factor on each run's learning rate: computed once for neighbours at the same step.
    fn schedule_factor(&self) -> Lanes<V::Wide> {
        let mut factors = Lanes::splat(self.vector.wide(), 1.0);
        let schedule = self.shape.schedule;
        if schedule.is_constant() {
            return factors;
        }
        let mut latest = None;
        for lane in 0..self.lanes.len() {
            let step = self.watch.step(lane).min(self.shape.steps.saturating_sub(1));
            let factor = match latest {
                Some((at, factor)) if at == step => factor,
                _ => schedule.factor(step, self.shape.steps),
            };
            latest = Some((step, factor));
            factors.set(lane, factor);
        }
        factors
    }

    /// Logs what is due at this step in some of the lanes, whose training losses are known, and closes the runs that end at
    /// it. Returns the lanes of these.
    fn look(&mut self, lanes: &[usize], loss: Lanes<V>, batch_loss: Option<Lanes<V>>) -> Vec<usize> {
        let last = self.shape.last_step();
        let verdict = |&lane: &usize| {
            let step = self.watch.step(lane);
            // No update follows the last step.
            let batch_loss = batch_loss.filter(|_| step < last).map(|loss| loss.get(lane));
            let ended_by = self.watch.verdict(lane, loss.get(lane), batch_loss);
            let is_logged =
                self.next_logged(lane) == Some(step) || (ended_by.is_some() && !self.logged_steps.is_empty());
            Look { lane, step, batch_loss, ended_by, is_logged }
        };
        let looks: Vec<Look> = lanes.iter().map(verdict).collect();
        let noted: Vec<&Look> = looks.iter().filter(|look| look.is_logged || look.ended_by.is_some()).collect();
        if !noted.is_empty() {
            let metrics = self.measure(&noted.iter().map(|look| look.lane).collect::<Vec<usize>>());
            noted.into_iter().for_each(|look| self.note(look, loss.get(look.lane), metrics.of(look.lane)));
        }
        for look in &looks {
            let evaluation = self.has_batches.then(|| self.shape.next_evaluation(look.step, self.data.train.len()));
            let next = self.next_logged(look.lane).into_iter().chain(evaluation).fold(last, u64::min);
            self.watch.set_due(look.lane, next);
        }
        looks.iter().filter(|look| look.ended_by.is_some()).map(|look| look.lane).collect()
    }

    /// The next step that is logged of the run in a lane, if it has one and is not after its last.
    fn next_logged(&self, lane: usize) -> Option<u64> {
        let run = self.lanes[lane].as_ref()?;
        self.logged_steps.get(run.curve.len()).copied()
    }

    /// Logs and closes, as a look says.
    fn note(&mut self, look: &Look, loss: f64, metrics: Metrics) {
        let &Look { lane, step, batch_loss, ended_by, is_logged } = look;
        if is_logged {
            let sharpness = self.shape.is_sharpness_due(step).then(|| self.sharpness(lane));
            let batch_loss = batch_loss.filter(|_| self.shape.log_batch_loss);
            let parameters = self.logged_parameters(lane);
            let point = CurvePoint { step, loss, metrics, batch_loss, sharpness, parameters };
            self.lanes[lane].as_mut().expect("only a lane with a run is looked at").curve.push(point);
        }
        if let Some(stop_reason) = ended_by {
            self.close(lane, stop_reason, loss, metrics);
        }
    }

    fn sharpness(&mut self, lane: usize) -> f64 {
        let run = self.lanes[lane].as_ref().expect("only a lane with a run is looked at");
        let (vector, here, rows) = (Doubles(self.vector.simd()), self.kernels.parameters(lane), &self.data.train);
        let sharpest = self.sharpest.get_or_insert_with(|| Sharpest::new(self.shape, rows));
        sharpest.of(vector, self.shape, rows, run.gain, &here)
    }

    fn close(&mut self, lane: usize, stop_reason: StopReason, final_loss: f64, metrics: Metrics) {
        let run = self.lanes[lane].take().expect("only a lane with a run is closed");
        let trainability = self.watch.trainability(lane, stop_reason).map(|sum| V::Element::rounded(sum).exact());
        self.records[run.index] = Some(RunRecord {
            stop_reason,
            steps: self.watch.step(lane),
            initial_loss: self.watch.initial_loss(lane),
            final_loss,
            min_loss: self.watch.min_loss(lane),
            parameters: self.logged_parameters(lane),
            curve: run.curve,
            extras: Extras { trainability, metrics }.boxed(),
        });
    }

    fn logged_parameters(&self, lane: usize) -> Parameters {
        match self.shape.log_parameters {
            true => self.kernels.parameters(lane).into(),
            false => Parameters::new(),
        }
    }

    /// Puts the next run into a lane; without one the lane stays idle.
    fn load(&mut self, lane: usize) {
        let index = self.records.len();
        let Some(hyper) = self.queue.next_run() else {
            self.watch.clear(lane);
            self.kernels.clear(lane);
            return;
        };
        self.records.push(None);
        self.kernels.load(lane, &init::starting_parameters(self.shape, hyper), hyper);
        self.watch.load(lane, self.shape.stop_rules(hyper));
        let (gain, curve) = (V::Element::rounded(hyper.gain).exact(), Vec::with_capacity(self.logged_steps.len()));
        self.lanes[lane] = Some(Run { index, gain, curve });
    }

    /// Measures the runs in some of the lanes.
    fn measure(&mut self, lanes: &[usize]) -> LaneMetrics<V> {
        let [train, validation] = V::Element::rows(self.data);
        let is_validated = !validation.is_empty();
        let is_classified = self.shape.loss.is_classification();
        let kernels = &mut self.kernels;
        LaneMetrics {
            val_loss: is_validated.then(|| kernels.losses(lanes, validation)),
            accuracy: is_classified.then(|| kernels.accuracies(lanes, train)),
            val_accuracy: (is_validated && is_classified).then(|| kernels.accuracies(lanes, validation)),
        }
    }
}

impl<V: Vector> LaneMetrics<V> {
    fn of(&self, lane: usize) -> Metrics {
        let own = |lanes: &Option<Lanes<V>>| lanes.as_ref().map(|lanes| lanes.get(lane));
        Metrics { val_loss: own(&self.val_loss), accuracy: own(&self.accuracy), val_accuracy: own(&self.val_accuracy) }
    }
}
