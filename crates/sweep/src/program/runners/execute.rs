//! Runs a program for every run, several at once. Each record is delivered when its run has ended.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Mutex, PoisonError, mpsc};

use super::model::{InProcess, Model};
use super::process::Processes;
use super::runner::{Attempt, Ending, Options, Runner};
use crate::execution::{Delivery, ExecutionError, Outcome, PAUSE};
use crate::program::async_halving::{AsyncHalving, ReachedRungs};
use crate::program::experiment::{Program, ProgramExperiment};
use crate::program::meter::MeterSetup;
use crate::program::record::Record;
use crate::program::start::Surroundings;
use crate::program::understood::Understood;
use crate::status::Status;

/// An event of a sweep.
#[derive(Debug)]
pub enum Event {
    /// A run was started.
    Started(u64),
    /// A run has ended, and its output was understood so.
    Finished(Box<Record>, Box<Understood>),
}

/// Takes the events of a sweep as they arrive.
pub type Observe<'a, E> = &'a mut dyn FnMut(Delivery<Vec<Event>>) -> Result<(), E>;

/// Runs a program for every run in `runs`. `earlier` has the rung values of runs that ended in earlier sessions, for
/// successive halving. After an error no further run is started, and the running ones are waited for.
///
/// # Errors
/// The first error of `observe` ([`ExecutionError::Caller`]) or of the results folder.
pub fn execute_program<E>(
    experiment: &ProgramExperiment,
    surroundings: &Surroundings,
    runs: &[u64],
    earlier: &[Vec<f64>],
    options: &Options<'_>,
    observe: Observe<'_, E>,
) -> Result<Outcome, ExecutionError<E>> {
    let results = options.results.canonicalize().map_err(ExecutionError::Folder)?;
    let processes = Processes { experiment, surroundings, options, results };
    Pool { program: &experiment.program, options }.execute(&processes, runs, earlier, observe)
}

/// Like [`execute_program`], for a model within this process.
///
/// # Errors
/// As [`execute_program`], and where the model panics.
pub fn execute_model<E>(
    experiment: &ProgramExperiment,
    model: &impl Model,
    runs: &[u64],
    earlier: &[Vec<f64>],
    options: &Options<'_>,
    observe: Observe<'_, E>,
) -> Result<Outcome, ExecutionError<E>> {
    let models = InProcess { experiment, model, options };
    Pool { program: &experiment.program, options }.execute(&models, runs, earlier, observe)
}

/// The threads of a sweep, and their shared state.
struct Pool<'a> {
    program: &'a Program,
    options: &'a Options<'a>,
}

/// The state that the threads of a sweep share.
#[derive(Default)]
struct Shared {
    /// Runs that have not started.
    waiting: Mutex<VecDeque<u64>>,
    /// Whether no further run is to be started.
    is_over: AtomicBool,
    /// Whether the reason is a failed run.
    has_failed: AtomicBool,
}

/// A message from the threads of a sweep to the thread that waits for them.
enum Message {
    Event(Event),
    /// A file could not be written into the results folder.
    Folder(io::Error),
    /// The thread has panicked, with this message.
    Panic(Box<dyn std::any::Any + Send>),
}

impl Pool<'_> {
    fn execute<E>(
        &self,
        runner: &dyn Runner,
        runs: &[u64],
        earlier: &[Vec<f64>],
        observe: Observe<'_, E>,
    ) -> Result<Outcome, ExecutionError<E>> {
        let halving = self.program.rules.halving.map(|halving| AsyncHalving::new(halving, self.program.rules.maximise));
        for (rung, &value) in earlier.iter().flat_map(|values| values.iter().enumerate()) {
            halving.iter().for_each(|halving| drop(halving.arrive(rung, value)));
        }
        let shared = Shared { waiting: Mutex::new(runs.iter().copied().collect()), ..Shared::default() };
        let (sender, receiver) = mpsc::sync_channel(4 * self.options.parallel);
        let ended = std::thread::scope(|scope| {
            for _ in 0..self.options.parallel.min(runs.len()) {
                let (sender, halving, shared) = (sender.clone(), halving.as_ref(), &shared);
                scope.spawn(move || {
                    let work = AssertUnwindSafe(|| self.work(runner, halving, shared, &sender));
                    if let Err(payload) = catch_unwind(work) {
                        shared.is_over.store(true, Ordering::Relaxed);
                        let _ = sender.send(Message::Panic(payload));
                    }
                });
            }
            drop(sender);
            deliver(&receiver, &shared.is_over, observe)
        })?;
        Ok(match shared.has_failed.into_inner() {
            true => Outcome::FailedFast,
            false if ended == runs.len() => Outcome::Complete,
            false => Outcome::Stopped,
        })
    }

    /// Does runs until none is left.
    fn work(
        &self,
        runner: &dyn Runner,
        halving: Option<&AsyncHalving>,
        shared: &Shared,
        sender: &mpsc::SyncSender<Message>,
    ) {
        while !shared.is_over.load(Ordering::Relaxed) && !self.options.is_stopped() {
            let next = shared.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(run) = next else { return };
            let _ = sender.send(Message::Event(Event::Started(run)));
            let Some(ended) = self.run(runner, run, halving).transpose() else { return };
            if self.options.fail_fast && ended.as_ref().is_ok_and(|(record, _)| record.is_failed()) {
                shared.has_failed.store(true, Ordering::Relaxed);
                shared.is_over.store(true, Ordering::Relaxed);
            }
            let _ = sender.send(match ended {
                Ok((record, understood)) => Message::Event(Event::Finished(record.into(), understood.into())),
                Err(error) => Message::Folder(error),
            });
        }
    }

    /// Does a run, and repeats it while it fails and retries are left. `None` where it was stopped.
    fn run(
        &self,
        runner: &dyn Runner,
        run: u64,
        halving: Option<&AsyncHalving>,
    ) -> io::Result<Option<(Record, Understood)>> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let program = self.program;
            let rungs = halving.map(ReachedRungs::new);
            let setup = MeterSetup {
                rules: &program.rules,
                is_alone: program.has_one_source(),
                curve: program.curve,
                rungs: rungs.as_ref(),
            };
            let Attempt { ending, record, understood } = runner.attempt(run, setup)?;
            let Some(record) = self.record(record, ending) else { return Ok(None) };
            if !record.is_failed() || attempts > program.retries || self.options.is_stopped() {
                return Ok(Some((Record { attempts, ..record }, understood)));
            }
            rungs.into_iter().for_each(ReachedRungs::take_back);
        }
    }

    /// The record of an attempt. If a rule ended it, the rule's status counts, not the exit of the process.
    fn record(&self, measured: Record, ending: Ending) -> Option<Record> {
        let is_ruled = measured.status != Status::MaxSteps;
        Some(match ending {
            Ending::Stopped => return None,
            _ if is_ruled => measured,
            Ending::Late(stderr) => {
                let timeout = self.program.timeout.unwrap_or_default();
                let reason = Some(format!("ended after {}", humantime::format_duration(timeout)));
                Record { status: Status::Timeout, reason, timeout: Some(timeout), stderr, ..measured }
            }
            Ending::Itself { exit, error: None, .. } => Record { exit, ..measured },
            Ending::Itself { exit, error, stderr } => {
                Record { status: Status::Failed, exit, reason: error, stderr, ..measured }
            }
        })
    }
}

/// Delivers events until all threads are done. Returns the number of runs that have ended. After an error no further run is
/// started, and the running ones are waited for.
fn deliver<E>(
    receiver: &mpsc::Receiver<Message>,
    is_over: &AtomicBool,
    observe: Observe<'_, E>,
) -> Result<usize, ExecutionError<E>> {
    let mut result = Ok(0);
    loop {
        let (events, error) = match receiver.recv_timeout(PAUSE) {
            Ok(first) => sorted(std::iter::once(first).chain(receiver.try_iter())),
            Err(RecvTimeoutError::Timeout) => (Vec::new(), None),
            Err(RecvTimeoutError::Disconnected) => return result,
        };
        result = result.and_then(|ended| {
            let more = events.iter().filter(|event| matches!(event, Event::Finished(..))).count();
            let delivery = if events.is_empty() { Delivery::Idle } else { Delivery::Batch(events) };
            observe(delivery).map_err(ExecutionError::Caller)?;
            error.map_or(Ok(ended + more), Err)
        });
        if result.is_err() {
            is_over.store(true, Ordering::Relaxed);
        }
    }
}

/// The events among some messages, and the first error.
fn sorted<E>(messages: impl Iterator<Item = Message>) -> (Vec<Event>, Option<ExecutionError<E>>) {
    let (mut events, mut error) = (Vec::new(), None);
    for message in messages {
        let wrong = match message {
            Message::Event(event) => {
                events.push(event);
                continue;
            }
            Message::Folder(error) => ExecutionError::Folder(error),
            Message::Panic(payload) => ExecutionError::panic(&*payload),
        };
        error.get_or_insert(wrong);
    }
    (events, error)
}
