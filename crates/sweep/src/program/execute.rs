//! The runs of a program, some at once, each handed over when it has ended.

use std::collections::VecDeque;
use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Mutex, PoisonError, mpsc};

use etascape_core::Status;

use super::experiment::{Program, ProgramExperiment};
use super::guard::Guard;
use super::ladder::Ladder;
use super::meter::Meter;
use super::model::{InProcess, Model};
use super::process::Processes;
use super::record::{Exit, Record};
use crate::executor::PAUSE;

/// How runs are executed.
pub struct Options<'a> {
    /// The results folder: every process gets a working directory in it.
    pub results: &'a Path,
    /// Runs at once.
    pub parallel: usize,
    /// Whether the first failure ends the sweep.
    pub fail_fast: bool,
    /// Once it says so, no run is started any more; those that are going on are ended and not handed over.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Who ends processes where we are killed.
    pub guard: &'a Guard,
}

/// What happens in a sweep.
#[derive(Debug)]
pub enum Event {
    /// A run was started.
    Started(u64),
    /// A run has ended.
    Finished(Box<Record>),
}

/// How a sweep ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every run came to its end.
    Complete,
    /// It was stopped before.
    Stopped,
    /// A run failed, and after that none was started, where any was left.
    FailedFast,
}

/// Takes the events of a sweep as they come, those that came together at once; none where nothing happened for a tenth of
/// a second.
pub type Observe<'a> = &'a mut dyn FnMut(Vec<Event>) -> Result<(), Box<dyn Error + Send + Sync>>;

/// How an attempt at a run ended.
pub(super) enum Ending {
    /// By itself or at a rule, perhaps in an error.
    Itself { exit: Option<Exit>, error: Option<String>, stderr: String },
    /// It took too long.
    Late(String),
    /// We are being stopped.
    Stopped,
}

impl Ending {
    pub fn failed(error: String) -> Ending {
        Ending::Itself { exit: None, error: Some(error), stderr: String::new() }
    }
}

impl Options<'_> {
    pub(super) fn is_stopped(&self) -> bool {
        (self.stop)()
    }
}

/// Whatever can do a run.
pub(super) trait Runner: Sync {
    /// Does a run once and measures it.
    ///
    /// # Errors
    /// Where the results folder does not take what it must: no run can go on then.
    fn attempt(&self, run: u64, meter: &mut Meter<'_>) -> io::Result<Ending>;
}

/// Runs a program for every run in `runs`. `earlier` is what runs that ended before had at their rungs, which successive
/// halving takes into account.
///
/// # Errors
/// The first error of `observe`, or of the results folder.
pub fn execute_program(
    experiment: &ProgramExperiment,
    runs: &[u64],
    earlier: &[Vec<f64>],
    options: &Options<'_>,
    observe: Observe<'_>,
) -> Result<Outcome, Box<dyn Error + Send + Sync>> {
    let results = options.results.canonicalize()?;
    let processes = Processes { experiment, options, results };
    Sweep { program: &experiment.program, options }.execute(&processes, runs, earlier, observe)
}

/// The same for a model within this process.
///
/// # Errors
/// As [`execute_program`].
pub fn execute_model(
    experiment: &ProgramExperiment,
    model: &dyn Model,
    runs: &[u64],
    earlier: &[Vec<f64>],
    options: &Options<'_>,
    observe: Observe<'_>,
) -> Result<Outcome, Box<dyn Error + Send + Sync>> {
    let models = InProcess { experiment, model, options };
    Sweep { program: &experiment.program, options }.execute(&models, runs, earlier, observe)
}

/// What all runs share.
struct Sweep<'a> {
    program: &'a Program,
    options: &'a Options<'a>,
}

impl Sweep<'_> {
    fn execute(
        &self,
        runner: &dyn Runner,
        runs: &[u64],
        earlier: &[Vec<f64>],
        observe: Observe<'_>,
    ) -> Result<Outcome, Box<dyn Error + Send + Sync>> {
        let ladder = self.program.rules.halving.map(|halving| Ladder::new(halving, self.program.rules.maximise));
        for (rung, &value) in earlier.iter().flat_map(|values| values.iter().enumerate()) {
            ladder.iter().for_each(|ladder| drop(ladder.arrive(rung, value)));
        }
        let waiting = Mutex::new(runs.iter().copied().collect::<VecDeque<u64>>());
        let (is_over, has_failed) = (AtomicBool::new(false), AtomicBool::new(false));
        let (sender, receiver) = mpsc::sync_channel(4 * self.options.parallel);
        std::thread::scope(|scope| {
            for _ in 0..self.options.parallel.min(runs.len()) {
                let (sender, waiting, ladder) = (sender.clone(), &waiting, ladder.as_ref());
                let (is_over, has_failed) = (&is_over, &has_failed);
                scope.spawn(move || {
                    while !is_over.load(Ordering::Relaxed) && !self.options.is_stopped() {
                        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                        let Some(run) = next else { return };
                        let _ = sender.send(Ok(Event::Started(run)));
                        let ended = self.run(runner, run, ladder).transpose();
                        let Some(ended) = ended else { return };
                        if self.options.fail_fast && ended.as_ref().is_ok_and(Record::is_failed) {
                            has_failed.store(true, Ordering::Relaxed);
                            is_over.store(true, Ordering::Relaxed);
                        }
                        let _ = sender.send(ended.map(|record| Event::Finished(record.into())));
                    }
                });
            }
            drop(sender);
            self.deliver(receiver, &is_over, observe)
        })
        .map(|ended| match has_failed.into_inner() {
            true => Outcome::FailedFast,
            false if ended == runs.len() => Outcome::Complete,
            false => Outcome::Stopped,
        })
    }

    /// Hands over what has come, until all threads are done; how many runs have ended. After an error no run is started,
    /// and those that go on are waited for.
    fn deliver(
        &self,
        receiver: mpsc::Receiver<io::Result<Event>>,
        is_over: &AtomicBool,
        observe: Observe<'_>,
    ) -> Result<usize, Box<dyn Error + Send + Sync>> {
        let mut ended = 0;
        let mut result = Ok(());
        loop {
            let first = match receiver.recv_timeout(PAUSE) {
                Ok(first) => Some(first),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return result.map(|()| ended),
            };
            let events: io::Result<Vec<Event>> = first.into_iter().chain(receiver.try_iter()).collect();
            if result.is_ok() {
                result = events.map_err(Into::into).and_then(|events| {
                    ended += events.iter().filter(|event| matches!(event, Event::Finished(_))).count();
                    observe(events)
                });
            }
            if result.is_err() {
                is_over.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Does a run, again where it fails and retries are left. `None` where it was stopped.
    fn run(&self, runner: &dyn Runner, run: u64, ladder: Option<&Ladder>) -> io::Result<Option<Record>> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let program = self.program;
            let mut meter = Meter::new(&program.rules, &program.metrics, program.curve, ladder);
            let ending = runner.attempt(run, &mut meter)?;
            let Some(record) = self.record(meter.finish(run), ending) else { return Ok(None) };
            if !record.is_failed() || attempts > program.retries || self.options.is_stopped() {
                return Ok(Some(Record { attempts, ..record }));
            }
        }
    }

    /// The record of an attempt. A rule that ended it goes before what its process did.
    fn record(&self, measured: Record, ending: Ending) -> Option<Record> {
        let is_ruled = measured.status != Status::MaxSteps;
        Some(match ending {
            Ending::Stopped => return None,
            _ if is_ruled => measured,
            Ending::Late(stderr) => {
                let after = self.program.timeout.unwrap_or_default();
                let reason = Some(format!("not done after {}", humantime::format_duration(after)));
                Record { status: Status::Timeout, reason, stderr, ..measured }
            }
            Ending::Itself { exit, error: None, .. } => Record { exit, ..measured },
            Ending::Itself { exit, error, stderr } => {
                Record { status: Status::Failed, exit, reason: error, stderr, ..measured }
            }
        })
    }
}
