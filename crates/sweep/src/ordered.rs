//! Pieces of work done by several threads, their results taken in order.
//!
//! Threads claim the pieces one after another. A result waits until all earlier ones are taken. Only the pieces in a window
//! of bounded length may be claimed: a thread that is too far ahead waits. So memory does not grow with the number of
//! pieces.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use crate::execution::{CancellationToken, ExecutionError, Outcome, PAUSE};

/// The time that threads have spent, summed over all threads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Training.
    pub training: Duration,
    /// Converting records.
    pub preparing: Duration,
    /// Waiting for results to be taken.
    pub waiting: Duration,
}

impl Spent {
    fn add(&mut self, other: Spent) {
        self.training += other.training;
        self.preparing += other.preparing;
        self.waiting += other.waiting;
    }
}

/// Does some work and adds its duration to `spent`.
pub(crate) fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let clock = Instant::now();
    let done = work();
    *spent += clock.elapsed();
    done
}

/// The number of pieces, and the limits of sharing them out.
pub(crate) struct Pieces {
    /// Pieces in all.
    pub count: u64,
    /// Threads that work.
    pub threads: usize,
    /// The most pieces that are begun and not yet taken.
    pub window: u64,
}

/// Does `work` for every piece in several threads. Calls `take` on this thread with each result, in the order of the
/// pieces, and with the time that the threads have spent so far.
///
/// No thread is left when this returns. After an error, a panic or a stop, each thread ends after its current piece,
/// and the result is dropped.
///
/// # Errors
/// The first error of `work` or `take`, a panic of `work`, or that threads cannot be started.
pub(crate) fn in_order<T: Send, E: Send>(
    pieces: &Pieces,
    cancel: &CancellationToken,
    work: impl Fn(u64, &mut Spent) -> Result<T, ExecutionError<E>> + Sync,
    mut take: impl FnMut(T, Spent) -> Result<(), E>,
) -> Result<Outcome, ExecutionError<E>> {
    let window = Window::new(pieces.count, pieces.window);
    let spent = Mutex::new(Spent::default());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(pieces.threads).build();
    let pool = pool.map_err(|error| ExecutionError::Threads(io::Error::other(error)))?;
    let (sender, receiver) = mpsc::channel();
    pool.in_place_scope(|scope| {
        let _closes = CloseOnDrop(&window);
        for _ in 0..pieces.threads {
            let (sender, window, work, spent) = (sender.clone(), &window, &work, &spent);
            scope.spawn(move |_| {
                loop {
                    let mut own = Spent::default();
                    let claimed = timed(&mut own.waiting, || window.claim()).filter(|_| !cancel.is_cancelled());
                    let done = claimed.map(|piece| (piece, done(|| work(piece, &mut own))));
                    spent.lock().unwrap_or_else(PoisonError::into_inner).add(own);
                    let Some(done) = done else { return };
                    if sender.send(done).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut take = |made| take(made, *spent.lock().unwrap_or_else(PoisonError::into_inner));
        hand_over(&window, &receiver, cancel, &mut take)
    })
}

/// The result of some work, a panic among its errors.
fn done<T, E>(work: impl FnOnce() -> Result<T, ExecutionError<E>>) -> Result<T, ExecutionError<E>> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(ExecutionError::panic(&*payload)))
}

/// Takes results in order, and holds those that come too early.
fn hand_over<T, E>(
    window: &Window,
    receiver: &mpsc::Receiver<(u64, Result<T, ExecutionError<E>>)>,
    cancel: &CancellationToken,
    take: &mut impl FnMut(T) -> Result<(), E>,
) -> Result<Outcome, ExecutionError<E>> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    while next < window.pieces {
        match receiver.recv_timeout(PAUSE) {
            Ok((piece, done)) => drop(early.insert(piece, done?)),
            Err(RecvTimeoutError::Timeout) => {}
            // A thread ends early where it finds the token cancelled.
            Err(RecvTimeoutError::Disconnected) => return Ok(Outcome::Stopped),
        }
        while let Some(made) = early.remove(&next).filter(|_| !cancel.is_cancelled()) {
            take(made).map_err(ExecutionError::Caller)?;
            next += 1;
            window.advance();
        }
        if cancel.is_cancelled() && next < window.pieces {
            return Ok(Outcome::Stopped);
        }
    }
    Ok(Outcome::Complete)
}

/// Which pieces may be begun.
struct Window {
    state: Mutex<WindowState>,
    moved: Condvar,
    pieces: u64,
    length: u64,
}

struct WindowState {
    claimed: u64,
    taken: u64,
    is_closed: bool,
}

impl Window {
    fn new(pieces: u64, length: u64) -> Window {
        let state = Mutex::new(WindowState { claimed: 0, taken: 0, is_closed: false });
        Window { state, moved: Condvar::new(), pieces, length }
    }

    /// Waits for the next piece within the window; `None` where no piece is left.
    fn claim(&self) -> Option<u64> {
        let mut state = self.lock();
        while !state.is_closed && state.claimed < self.pieces && state.claimed >= state.taken + self.length {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_closed || state.claimed >= self.pieces {
            return None;
        }
        state.claimed += 1;
        Some(state.claimed - 1)
    }

    fn advance(&self) {
        self.lock().taken += 1;
        self.moved.notify_all();
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.moved.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, WindowState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the window when results are no longer taken, also after a panic of `take`: the threads then end.
struct CloseOnDrop<'a>(&'a Window);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests;
