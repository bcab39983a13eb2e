//! Small linear models, trained a window of steps at a time.
//!
//! A step of `y = w·x + b` on a few rows takes a few nanoseconds, less than the check whether anything is due. So
//! [`WINDOW`] steps are taken without a check, and their losses and parameters kept as the window's history:
//!
//! ```text
//! for each window
//!     for each of its steps
//!         keep θ and the loss in the history; θ ← θ − η ∂E/∂θ
//!     for each run in which something is due, or which a loss may have ended
//!         read the history: log what is due; at the first step that ends the run make its record, and load the next run
//! ```
//!
//! Steps after the end of a run are thrown away. Several blocks of lanes are stepped in turn, because each step of a block
//! must wait for the one before.
//!
//! The operations on a run are those of [`crate::narrow`] and of the plain update, in the same order, so the bits are the
//! same. Left out are multiplications by 1, and additions of 0 to what is not −0: a sum that starts from +0 is never −0,
//! and a target of 0 is taken as −0, so that no residual is −0 either.
//! The factor ½ of the error is applied when a loss is read. That is exact but where the loss is subnormal, and there rounding
//! is monotonic, so that the least sum still gives the least loss.

mod windows;

use windows::{BLOCKS, Block, History, Row, WINDOW, half, windows};

use crate::lanes::{Element, Lanes, Vector, vectorize};
use crate::reduce::Objective;
use crate::run::init;
use crate::{
    CurvePoint, Data, Hyper, Loss, Metrics, Optimizer, Parametrization, Rows, RunRecord, Runs, Shape, StopReason,
    StopRules,
};

/// Rows at most: with more of them the check is cheap beside a step.
const ROWS: usize = 32;
/// Parameters at most: they stay in registers.
const PARAMETERS: usize = 4;

/// Whether runs of a shape can be trained so, as far as the shape and the data say.
pub(crate) fn fits(shape: &Shape, data: &Data, objective: &Objective<'_, impl Element>) -> bool {
    let network = &objective.network;
    network.layers() == 1
        && network.outputs() == 1
        && network.parametrization == Parametrization::Standard
        && network.parameters() <= PARAMETERS
        && objective.rows.len() <= ROWS
        && data.validation.is_empty()
        && shape.is_full_batch(data)
        && shape.loss == Loss::HalfSse
        && matches!(shape.optimizer, Optimizer::Sgd(_))
        && shape.schedule.is_constant()
        && shape.patience.is_none()
        && !shape.trainability
        && shape.sharpness_every == 0
}

/// Trains runs of a shape that [fits]. Returns their records, in their order, and the runs that are not
/// [plain](Optimizer::is_plain), which are not trained, with the places of their records.
pub(crate) fn train<V: Vector>(
    vector: V,
    shape: &Shape,
    objective: &Objective<'_, V::Element>,
    runs: &mut dyn Runs,
) -> (Vec<RunRecord>, Vec<(usize, Hyper)>) {
    let rows = &*objective.rows;
    match (rows.inputs, objective.network.bias) {
        (1, true) => Windowed::<V, 1, 2>::new(vector, shape, rows, runs).train(),
        (2, true) => Windowed::<V, 2, 3>::new(vector, shape, rows, runs).train(),
        (3, true) => Windowed::<V, 3, 4>::new(vector, shape, rows, runs).train(),
        (1, false) => Windowed::<V, 1, 1>::new(vector, shape, rows, runs).train(),
        (2, false) => Windowed::<V, 2, 2>::new(vector, shape, rows, runs).train(),
        (3, false) => Windowed::<V, 3, 3>::new(vector, shape, rows, runs).train(),
        _ => Windowed::<V, 4, 4>::new(vector, shape, rows, runs).train(),
    }
}

/// All runs of a call, of `I` inputs and `P` parameters: those under way, those to come, those that have ended.
struct Windowed<'a, V: Vector, const I: usize, const P: usize> {
    vector: V,
    rows: Vec<Row<V::Element, I>>,
    queue: &'a mut dyn Runs,
    /// One for each run so far, written when the run ends.
    records: Vec<RunRecord>,
    /// Runs that are not plain, with their places among the records.
    others: Vec<(usize, Hyper)>,
    log: Log<'a>,
    /// Steps taken since the first run was loaded.
    clock: u64,
    /// A bit for each block in which a lane was loaded since the last window.
    fresh: u32,
    blocks: [Block<V, P>; BLOCKS],
    histories: Box<[History<V, P>; BLOCKS]>,
    /// Lanes in which a run is under way.
    busy: usize,
    /// `[block][lane]`
    lanes: [Vec<LaneRun>; BLOCKS],
}

/// What is logged of every run.
struct Log<'a> {
    shape: &'a Shape,
    /// The steps that are logged.
    steps: Vec<u64>,
    /// The last step of a run that no rule ends.
    last: u64,
}

/// The run in a lane.
struct LaneRun {
    index: usize,
    /// The clock at its step 0.
    start: u64,
    /// The clock when something is due next.
    due: u64,
    rules: StopRules,
    curve: Vec<CurvePoint>,
}

impl<'a, V: Vector, const I: usize, const P: usize> Windowed<'a, V, I, P> {
    fn new(vector: V, shape: &'a Shape, rows: &Rows<V::Element>, runs: &'a mut dyn Runs) -> Self {
        let zero = Lanes::splat(vector, 0.0);
        let [minus_rate, initial, least, low, high, most] = [zero; 6];
        let (factor, due) = (zero.widened(), zero.widened().like(f64::INFINITY));
        let block = Block { theta: [zero; P], minus_rate, initial, least, low, high, factor, most, due };
        let history = History {
            least: zero,
            total: zero,
            sums: [zero; WINDOW],
            leasts: [zero; WINDOW],
            thetas: [[zero; P]; WINDOW],
        };
        let features = rows.features.chunks_exact(I).map(|x| std::array::from_fn(|i| x[i]));
        let (zero, minus_zero) = (V::Element::default(), V::Element::rounded(-0.0));
        let targets = rows.targets.iter().map(|&target| if target == zero { minus_zero } else { target });
        let mut windowed = Windowed {
            vector,
            rows: features.zip(targets).collect(),
            records: Vec::with_capacity(runs.left()),
            queue: runs,
            others: Vec::new(),
            log: Log { shape, steps: shape.logged_steps(), last: shape.last_step() },
            clock: 0,
            fresh: 0,
            blocks: [block; BLOCKS],
            histories: Box::new([history; BLOCKS]),
            busy: BLOCKS * V::LANES,
            lanes: std::array::from_fn(|_| (0..V::LANES).map(|_| LaneRun::NONE).collect()),
        };
        for lane in 0..V::LANES {
            (0..BLOCKS).for_each(|block| windowed.load(block, lane));
        }
        windowed
    }

    fn train(mut self) -> (Vec<RunRecord>, Vec<(usize, Hyper)>) {
        while self.busy > 0 {
            let due_lanes = self.run();
            for (block, due_lanes) in due_lanes.iter().enumerate() {
                for (lane, _) in
                    due_lanes.as_slice()[..V::LANES].iter().enumerate().filter(|(_, is_due)| **is_due != 0.0)
                {
                    self.look(block, lane);
                }
            }
        }
        (self.records, self.others)
    }

    /// Takes windows up to the first in which anything is due, or in which a run may have ended. Returns 1 for the lanes of
    /// such runs, else 0.
    fn run(&mut self) -> [Lanes<V::Wide>; BLOCKS] {
        let (vector, rows, blocks, histories) = (self.vector, &self.rows[..], &mut self.blocks, &mut *self.histories);
        let (clock, fresh) = (self.clock, std::mem::take(&mut self.fresh));
        let (taken, due_lanes) = vectorize(
            vector,
            #[inline(always)]
            || match <&[Row<V::Element, I>; 2]>::try_from(rows) {
                // A loop over rows of which the compiler knows the number is unrolled, and they stay in registers.
                Ok(two) => windows(two, blocks, histories, clock, fresh),
                Err(_) => windows(rows, blocks, histories, clock, fresh),
            },
        );
        self.clock += taken * WINDOW as u64;
        due_lanes
    }

    /// Reads what the run of a lane did in the last window, and replaces it if it has ended.
    fn look(&mut self, block: usize, lane: usize) {
        let (bounds, history) = (&mut self.blocks[block], &self.histories[block]);
        let (log, run) = (&self.log, &mut self.lanes[block][lane]);
        let first = self.clock - WINDOW as u64;
        let limit = run.rules.limit(half::<V>(bounds.initial.get(lane)));
        let is_suspect = bounds.may_end(lane, bounds.least.get(lane)) || bounds.may_end(lane, history.total.get(lane));
        let mut from = 0;
        loop {
            let due = (run.due - first) as usize;
            let suspect = || (from..WINDOW).find(|&at| bounds.may_end(lane, history.sums[at].get(lane)));
            let at = if is_suspect { suspect().map_or(due, |at| due.min(at)) } else { due };
            if at >= WINDOW {
                return bounds.due.set(lane, run.due as f64);
            }
            let step = first + at as u64 - run.start;
            if let Some(stop_reason) = run.read(log, step, at, history, lane, limit) {
                let record = &mut self.records[run.index];
                (record.stop_reason, record.steps) = (stop_reason, step);
                run.close(record, log, bounds.initial.get(lane), at, history, lane);
                return self.load(block, lane);
            }
            from = at + 1;
        }
    }

    /// Puts the next run into a lane; without one the lane stays idle.
    fn load(&mut self, block: usize, lane: usize) {
        self.fresh |= 1 << block;
        let (run, bounds) = (&mut self.lanes[block][lane], &mut self.blocks[block]);
        let hyper = loop {
            match self.queue.next_run() {
                Some(hyper) if hyper.optimizer.is_plain() => break hyper,
                Some(other) => self.others.push((self.records.len(), other.clone())),
                None => {
                    self.busy -= 1;
                    return bounds.clear(lane);
                }
            }
            self.records.push(RunRecord::default());
        };
        let mut theta = [0.0; P];
        init::start(self.log.shape, hyper, &mut theta);
        // Field by field, since a struct built first and copied then waits for its own stores.
        (run.index, run.start) = (self.records.len(), self.clock);
        run.rules = self.log.shape.stop_rules(hyper);
        run.curve.reserve_exact(self.log.steps.len());
        run.wait(&self.log);
        bounds.set(lane, theta, -hyper.learning_rate.of_layer(0), run.due as f64);
        bounds.rule(lane, &run.rules);
        self.records.push(RunRecord::default());
    }
}

impl LaneRun {
    const NONE: LaneRun = LaneRun { index: 0, start: 0, due: 0, rules: StopRules::NONE, curve: Vec::new() };

    /// Reads a step, and logs it if it is due. Returns why the run ends, if it ends there.
    fn read<V: Vector, const P: usize>(
        &mut self,
        log: &Log<'_>,
        step: u64,
        at: usize,
        history: &History<V, P>,
        lane: usize,
        limit: f64,
    ) -> Option<StopReason> {
        let loss = history.loss(at, lane);
        let ended_by = self.rules.judge(loss, limit).or((step >= log.last).then_some(StopReason::MaxSteps));
        let is_logged = log.steps.get(self.curve.len()) == Some(&step);
        if is_logged || (ended_by.is_some() && !log.steps.is_empty()) {
            let (metrics, parameters) = (Metrics::default(), history.parameters(log.shape, at, lane));
            self.curve.push(CurvePoint { step, loss, metrics, batch_loss: None, sharpness: None, parameters });
            self.wait(log);
        }
        ended_by
    }

    /// Works out when something is due next.
    fn wait(&mut self, log: &Log<'_>) {
        self.due = self.start + log.steps.get(self.curve.len()).map_or(log.last, |&step| step.min(log.last));
    }

    /// Fills in the record of a run that ends there.
    fn close<V: Vector, const P: usize>(
        &mut self,
        record: &mut RunRecord,
        log: &Log<'_>,
        initial_sum: f64,
        at: usize,
        history: &History<V, P>,
        lane: usize,
    ) {
        record.initial_loss = half::<V>(initial_sum);
        record.final_loss = history.loss(at, lane);
        // A loss that is NaN at the start stays NaN.
        record.min_loss = if initial_sum.is_nan() { f64::NAN } else { half::<V>(history.leasts[at].get(lane)) };
        record.parameters = history.parameters(log.shape, at, lane);
        record.curve = std::mem::take(&mut self.curve);
    }
}
