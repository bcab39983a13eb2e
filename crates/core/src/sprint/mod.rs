//! Small linear models, many steps at a stretch.
//!
//! A step of `y = w·x + b` on a few rows takes a few nanoseconds, less than looking whether anything is due. So steps
//! are taken [`WINDOW`] at a time, written down on a tape, and looked at afterwards:
//!
//! ```text
//! for each window
//!     for each of its steps
//!         note θ and the loss on the tape; θ ← θ − η ∂E/∂θ
//!     for each run in which something is due, or a loss may have ended it
//!         read the tape: log what is due; at the first step that ends the run make its record, and load the next run
//! ```
//!
//! What a run did on the tape behind its end is forgotten. Several blocks of lanes go side by side, because each step
//! of one must wait for the one before.
//!
//! The operations on a run are those of [`crate::pass`] and of the plain update, in the same order, so the bits are the
//! same; left out are multiplications by 1, and additions of 0 to what is not −0: a sum that starts from +0 is never −0,
//! and a target of 0 is taken as −0, so that no residual is −0 either.
//! The factor ½ of the error waits until a loss is looked at: it is exact, and where it is not (below 2⁻¹⁰²¹) rounding
//! is monotonic, so that the least sum gives the least loss.

mod windows;

use pulp::Simd;

use windows::{BLOCKS, Block, Row, Tape, WINDOW, windows};

use crate::lanes::{Lanes, vectorize};
use crate::reduce::Objective;
use crate::{
    CurvePoint, Data, Hyper, Loss, Metrics, Optimizer, Parametrization, Rows, RunRecord, Runs, Shape, StopReason,
    StopRules, init,
};

/// Rows at most: beyond, a step is long enough to be looked at.
const ROWS: usize = 32;
/// Parameters at most: they stay in registers.
const PARAMETERS: usize = 4;

/// Whether runs of a shape can sprint, as far as the shape and the data say.
pub(crate) fn fits(shape: &Shape, data: &Data, objective: &Objective<'_>) -> bool {
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

/// Trains runs of a shape that [fits](fits). Returns their records, in their order, and those runs that are not
/// [plain](Optimizer::is_plain), with their places: there the record has yet to be put.
pub(crate) fn train<S: Simd>(
    simd: S,
    shape: &Shape,
    objective: &Objective<'_>,
    runs: &mut dyn Runs,
) -> (Vec<RunRecord>, Vec<(usize, Hyper)>) {
    let rows = &*objective.rows;
    match (rows.inputs, objective.network.bias) {
        (1, true) => Sprint::<S, 1, 2>::new(simd, shape, rows, runs).train(),
        (2, true) => Sprint::<S, 2, 3>::new(simd, shape, rows, runs).train(),
        (3, true) => Sprint::<S, 3, 4>::new(simd, shape, rows, runs).train(),
        (1, false) => Sprint::<S, 1, 1>::new(simd, shape, rows, runs).train(),
        (2, false) => Sprint::<S, 2, 2>::new(simd, shape, rows, runs).train(),
        (3, false) => Sprint::<S, 3, 3>::new(simd, shape, rows, runs).train(),
        _ => Sprint::<S, 4, 4>::new(simd, shape, rows, runs).train(),
    }
}

/// All runs of a call, of `I` inputs and `P` parameters: those under way, those to come, those that have ended.
struct Sprint<'a, S: Simd, const I: usize, const P: usize> {
    simd: S,
    rows: Vec<Row<I>>,
    queue: &'a mut dyn Runs,
    /// Written when a run ends.
    records: Vec<RunRecord>,
    /// Runs that are not plain, with their places among the records.
    others: Vec<(usize, Hyper)>,
    /// How many have been taken from the queue.
    taken: usize,
    log: Log<'a>,
    /// Steps taken since the first run was loaded.
    clock: u64,
    /// Blocks in which a lane was loaded since the last window, a bit each.
    fresh: u32,
    blocks: [Block<S, P>; BLOCKS],
    tapes: Box<[Tape<S, P>; BLOCKS]>,
    /// Lanes in which a run is under way.
    busy: usize,
    /// `[block][lane]`
    lanes: [Vec<Runner>; BLOCKS],
}

/// What is wanted of every run.
struct Log<'a> {
    shape: &'a Shape,
    /// The steps that are logged.
    steps: Vec<u64>,
    /// The step at which a run ends that no rule ends before.
    last: u64,
}

/// The run in a lane.
struct Runner {
    index: usize,
    /// Its step 0, by the clock.
    born: u64,
    /// When something is due next, by the clock.
    due: u64,
    rules: StopRules,
    curve: Vec<CurvePoint>,
}

impl<'a, S: Simd, const I: usize, const P: usize> Sprint<'a, S, I, P> {
    fn new(simd: S, shape: &'a Shape, rows: &Rows, runs: &'a mut dyn Runs) -> Self {
        let zero = Lanes::splat(simd, 0.0);
        let [minus_rate, initial, least, low, high, factor, most, due] = [zero; 8];
        let block = Block { theta: [zero; P], minus_rate, initial, least, low, high, factor, most, due };
        let tape = Tape {
            least: zero,
            total: zero,
            sums: [zero; WINDOW],
            leasts: [zero; WINDOW],
            thetas: [[zero; P]; WINDOW],
        };
        let features = rows.features.chunks_exact(I).map(|x| std::array::from_fn(|i| x[i]));
        let targets = rows.targets.iter().map(|&target| if target == 0.0 { -0.0 } else { target });
        let mut sprint = Sprint {
            simd,
            rows: features.zip(targets).collect(),
            records: (0..runs.left()).map(|_| RunRecord::default()).collect(),
            queue: runs,
            others: Vec::new(),
            taken: 0,
            log: Log { shape, steps: shape.logged_steps(), last: shape.last_step() },
            clock: 0,
            fresh: 0,
            blocks: [block; BLOCKS],
            tapes: Box::new([tape; BLOCKS]),
            busy: BLOCKS * S::F64_LANES,
            lanes: std::array::from_fn(|_| (0..S::F64_LANES).map(|_| Runner::NONE).collect()),
        };
        for lane in 0..S::F64_LANES {
            (0..BLOCKS).for_each(|block| sprint.load(block, lane));
        }
        sprint
    }

    fn train(mut self) -> (Vec<RunRecord>, Vec<(usize, Hyper)>) {
        while self.busy > 0 {
            let noticed = self.run();
            for (block, noticed) in noticed.iter().enumerate() {
                for (lane, _) in noticed.as_slice().iter().enumerate().filter(|(_, is_noticed)| **is_noticed != 0.0) {
                    self.look(block, lane);
                }
            }
        }
        (self.records, self.others)
    }

    /// Takes windows up to the first in which anything is due, or in which a run may have ended. Where, as 1.
    fn run(&mut self) -> [Lanes<S>; BLOCKS] {
        let (simd, rows, blocks, tapes) = (self.simd, &self.rows[..], &mut self.blocks, &mut *self.tapes);
        let (clock, fresh) = (self.clock, std::mem::take(&mut self.fresh));
        let (taken, noticed) = vectorize(
            simd,
            #[inline(always)]
            || match <&[Row<I>; 2]>::try_from(rows) {
                // A loop over rows of which the compiler knows the number is unrolled, and they stay in registers.
                Ok(two) => windows(two, blocks, tapes, clock, fresh),
                Err(_) => windows(rows, blocks, tapes, clock, fresh),
            },
        );
        self.clock += taken * WINDOW as u64;
        noticed
    }

    /// Reads what the run of a lane did in the last window, and replaces it if it has ended.
    fn look(&mut self, block: usize, lane: usize) {
        let (bounds, tape) = (&mut self.blocks[block], &self.tapes[block]);
        let (log, runner) = (&self.log, &mut self.lanes[block][lane]);
        let first = self.clock - WINDOW as u64;
        let limit = runner.rules.limit(0.5 * bounds.initial.get(lane));
        let is_suspect = bounds.may_end(lane, bounds.least.get(lane)) || bounds.may_end(lane, tape.total.get(lane));
        let mut from = 0;
        loop {
            let due = (runner.due - first) as usize;
            let suspect = || (from..WINDOW).find(|&at| bounds.may_end(lane, tape.sums[at].get(lane)));
            let at = if is_suspect { suspect().map_or(due, |at| due.min(at)) } else { due };
            if at >= WINDOW {
                return bounds.due.set(lane, runner.due as f64);
            }
            let step = first + at as u64 - runner.born;
            if let Some(stop_reason) = runner.read(log, step, at, tape, lane, limit) {
                let record = &mut self.records[runner.index];
                (record.stop_reason, record.steps) = (stop_reason, step);
                runner.close(record, log, bounds.initial.get(lane), at, tape, lane);
                return self.load(block, lane);
            }
            from = at + 1;
        }
    }

    /// Puts the next run into a lane, or leaves the lane still.
    fn load(&mut self, block: usize, lane: usize) {
        self.fresh |= 1 << block;
        let (runner, bounds) = (&mut self.lanes[block][lane], &mut self.blocks[block]);
        let hyper = loop {
            match self.queue.next_run() {
                Some(hyper) if hyper.optimizer.is_plain() => break hyper,
                Some(other) => self.others.push((self.taken, other.clone())),
                None => {
                    self.busy -= 1;
                    return bounds.clear(lane);
                }
            }
            self.taken += 1;
        };
        let mut theta = [0.0; P];
        init::start(self.log.shape, hyper, &mut theta);
        // Field by field, since a struct built first and copied then waits for its own stores.
        (runner.index, runner.born) = (self.taken, self.clock);
        runner.rules = self.log.shape.stop_rules(hyper);
        runner.curve.reserve_exact(self.log.steps.len());
        runner.wait(&self.log);
        bounds.set(lane, theta, -hyper.learning_rate.of_layer(0), runner.due as f64);
        bounds.rule(lane, &runner.rules);
        self.taken += 1;
    }
}

impl Runner {
    const NONE: Runner = Runner { index: 0, born: 0, due: 0, rules: StopRules::NONE, curve: Vec::new() };

    /// Takes in a step, and logs it if it is due. How the run ends, if it ends there.
    fn read<S: Simd, const P: usize>(
        &mut self,
        log: &Log<'_>,
        step: u64,
        at: usize,
        tape: &Tape<S, P>,
        lane: usize,
        limit: f64,
    ) -> Option<StopReason> {
        let loss = tape.loss(at, lane);
        let ended_by = self.rules.judge(loss, limit).or((step >= log.last).then_some(StopReason::MaxSteps));
        let is_logged = log.steps.get(self.curve.len()) == Some(&step);
        if is_logged || (ended_by.is_some() && !log.steps.is_empty()) {
            let (metrics, parameters) = (Metrics::default(), tape.parameters(log.shape, at, lane));
            self.curve.push(CurvePoint { step, loss, metrics, sharpness: None, parameters });
            self.wait(log);
        }
        ended_by
    }

    /// Says when something is due next.
    fn wait(&mut self, log: &Log<'_>) {
        self.due = self.born + log.steps.get(self.curve.len()).map_or(log.last, |&step| step.min(log.last));
    }

    /// Writes down what a run leaves that ends there.
    fn close<S: Simd, const P: usize>(
        &mut self,
        record: &mut RunRecord,
        log: &Log<'_>,
        initial_sum: f64,
        at: usize,
        tape: &Tape<S, P>,
        lane: usize,
    ) {
        record.initial_loss = 0.5 * initial_sum;
        record.final_loss = tape.loss(at, lane);
        // Which was not a number at first never became one.
        record.min_loss = if initial_sum.is_nan() { f64::NAN } else { 0.5 * tape.leasts[at].get(lane) };
        record.parameters = tape.parameters(log.shape, at, lane);
        record.curve = std::mem::take(&mut self.curve);
    }
}
