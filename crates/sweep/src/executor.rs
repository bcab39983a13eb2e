//! A plan trained in parallel, its records handed over in the order of the runs.
//!
//! Threads claim chunks of consecutive runs. Finished chunks wait until their turn comes, in a window of bounded
//! length: a thread that is too far ahead of the first unfinished chunk waits. So memory does not grow with the sweep.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Range;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use etascape_core::{InstructionSet, RunRecord, Shape};

use crate::bracket::{Brackets, train};
use crate::error::ConfigError;
use crate::plan::Plan;

/// What stops a sweep: whatever made it impossible to go on.
pub type Failure = Box<dyn Error + Send + Sync>;

/// How long whoever waits for runs hears nothing at most.
pub const PAUSE: Duration = Duration::from_millis(100);

/// How a sweep is to be trained. Nothing here changes a result.
#[derive(Debug, Clone, Copy)]
pub struct Execution {
    /// Threads that train.
    pub threads: usize,
    /// The instructions that they use.
    pub instructions: InstructionSet,
}

/// What the threads that train spent their time on, all threads together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Training.
    pub training: Duration,
    /// Making of records what was wanted of them.
    pub preparing: Duration,
    /// Waiting for what was made to be taken.
    pub waiting: Duration,
}

impl Spent {
    fn add(&mut self, other: Spent) {
        self.training += other.training;
        self.preparing += other.preparing;
        self.waiting += other.waiting;
    }
}

/// Trains the runs of a plan that lie in `runs`, a chunk of consecutive runs at a time. On the thread that trained it,
/// `prepare` makes of a chunk's records what is wanted of them; `deliver` is called on this thread, in the order of the
/// runs, and with `None` where nothing came for a tenth of a second; it is told what the threads have spent so far.
///
/// # Errors
/// The first error of `prepare` or `deliver`, of starting the threads, or of a combination of values that is impossible
/// where there were too many to check them before.
pub fn execute<T: Send>(
    plan: &Plan,
    runs: Range<u64>,
    execution: Execution,
    prepare: impl Fn(Range<u64>, Vec<RunRecord>) -> Result<T, Failure> + Sync,
    mut deliver: impl FnMut(Option<T>, Spent) -> Result<(), Failure>,
) -> Result<Spent, Failure> {
    let chunks = Chunks::new(plan, runs, execution.threads)?;
    let window = Window::new(chunks.count(), 4 * execution.threads as u64);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(execution.threads).build()?;
    let (sender, receiver) = mpsc::channel();
    let spent = Mutex::new(Spent::default());
    let so_far = || *spent.lock().unwrap_or_else(PoisonError::into_inner);
    pool.in_place_scope(|scope| {
        for _ in 0..execution.threads {
            let (sender, window, chunks, prepare, spent) = (sender.clone(), &window, &chunks, &prepare, &spent);
            scope.spawn(move |_| {
                let _stop = StopOnPanic(window);
                let note = |own: Spent| spent.lock().unwrap_or_else(PoisonError::into_inner).add(own);
                loop {
                    let mut own = Spent::default();
                    let Some(chunk) = timed(&mut own.waiting, || window.claim()) else { return note(own) };
                    let runs = chunks.runs(chunk);
                    let records = timed(&mut own.training, || train(plan, runs.clone(), execution.instructions));
                    let prepared = records
                        .map_err(Failure::from)
                        .and_then(|records| timed(&mut own.preparing, || prepare(runs, records)));
                    note(own);
                    if sender.send((chunk, prepared)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let result = in_order(&window, receiver, &mut |prepared| deliver(prepared, so_far()));
        window.stop();
        result
    })?;
    Ok(so_far())
}

fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let clock = Instant::now();
    let done = work();
    *spent += clock.elapsed();
    done
}

/// Delivers chunks in order, holding those that come too early.
fn in_order<T>(
    window: &Window,
    receiver: mpsc::Receiver<(u64, Result<T, Failure>)>,
    deliver: &mut impl FnMut(Option<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    loop {
        let (chunk, prepared) = match receiver.recv_timeout(PAUSE) {
            Ok(received) => received,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {
                deliver(None)?;
                continue;
            }
        };
        early.insert(chunk, prepared?);
        while let Some(prepared) = early.remove(&next) {
            deliver(Some(prepared))?;
            next += 1;
            window.advance();
        }
    }
}

/// The cut of a range of runs into chunks of equal length, but for the first and the last.
struct Chunks {
    runs: Range<u64>,
    /// Where the first chunk would begin if it were whole.
    origin: u64,
    length: u64,
}

impl Chunks {
    /// Chunks short enough that progress is seen and threads end together, long enough to fill the lanes of every
    /// shape, and never with more points of curves than fit in memory easily.
    fn new(plan: &Plan, runs: Range<u64>, threads: usize) -> Result<Chunks, ConfigError> {
        const OPERATIONS: f64 = 2e8;
        const POINTS: u64 = 1 << 19;
        const LANES: u64 = 8;
        if let Some(Brackets { length, .. }) = Brackets::of(plan)? {
            return Ok(Chunks { origin: runs.start / length * length, runs, length });
        }
        let job = plan.job(0)?;
        let shape = &job.shape;
        let per_step = 6.0 * (job.data.train.len() * shape.network.parameters()) as f64 + 100.0;
        let by_work = (OPERATIONS / (per_step * shape.steps as f64)) as u64;
        let by_share = (runs.end - runs.start) / (4 * threads as u64);
        let points = shape.curve_points().max(1);
        let length = by_work.min(by_share).max(LANES * shapes(plan)).min(POINTS / points).clamp(LANES, 1 << 14);
        Ok(Chunks { origin: runs.start, runs, length: length.next_multiple_of(LANES) })
    }

    fn count(&self) -> u64 {
        (self.runs.end - self.origin).div_ceil(self.length)
    }

    fn runs(&self, chunk: u64) -> Range<u64> {
        let start = self.origin + chunk * self.length;
        start.max(self.runs.start)..(start + self.length).min(self.runs.end)
    }
}

/// How many shapes the runs have; a guess where combinations are too many to look at.
fn shapes(plan: &Plan) -> u64 {
    let Some(jobs) = plan.jobs() else { return 64 };
    let mut shapes: Vec<*const Shape> = jobs.iter().map(|job| Arc::as_ptr(&job.shape)).collect();
    shapes.sort_unstable();
    shapes.dedup();
    shapes.len() as u64
}

/// Which chunks may be claimed.
struct Window {
    state: Mutex<WindowState>,
    moved: Condvar,
    chunks: u64,
    length: u64,
}

struct WindowState {
    claimed: u64,
    delivered: u64,
    stopped: bool,
}

impl Window {
    fn new(chunks: u64, length: u64) -> Window {
        let state = Mutex::new(WindowState { claimed: 0, delivered: 0, stopped: false });
        Window { state, moved: Condvar::new(), chunks, length }
    }

    /// The next chunk to train, as soon as it is within the window; `None` when there is nothing left to do.
    fn claim(&self) -> Option<u64> {
        let mut state = self.lock();
        while !state.stopped && state.claimed < self.chunks && state.claimed >= state.delivered + self.length {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped || state.claimed >= self.chunks {
            return None;
        }
        state.claimed += 1;
        Some(state.claimed - 1)
    }

    fn advance(&self) {
        self.lock().delivered += 1;
        self.moved.notify_all();
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.moved.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, WindowState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the other threads go when one of them panics, so that the panic comes through.
struct StopOnPanic<'a>(&'a Window);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}
