//! The executors of the engine and of programs, through the public functions: errors of every callback, panics, and being
//! stopped.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use etascape_core::InstructionSet;
use etascape_sweep::program::{
    Event, Guard, Model, ModelRun, Options, ProgramExperiment, ReportMetrics, execute_model,
};
use etascape_sweep::program::{Surroundings, execute_program, run_folder};
use etascape_sweep::{
    CancellationToken, Delivery, Execution, ExecutionError, Experiment, Outcome, TrainedRuns, execute,
};

/// Runs a test with a time limit: a test that hangs fails.
fn in_time<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(test()));
    receiver.recv_timeout(Duration::from_secs(60)).expect("it ends")
}

/// Two thousand runs, in chunks of a few.
fn experiment() -> Experiment {
    let text = "name = \"e\"\ndata.points = [[3, 7], [9, 13]]\ntrain.steps = 20000\nstop.converged_below = 0\n\
                log.curve_points = 0\nsweep.parameters = { \"train.learning_rate\" = { linspace = [1e-6, 1e-5, 2000] } }\n";
    Experiment::parse(text, Path::new("e.toml"), &[]).unwrap()
}

type Ended = Result<Outcome, ExecutionError<String>>;

/// Trains; how it ended, and the runs that were delivered.
fn train(
    prepare: impl Fn(u64) -> Result<(), String> + Sync,
    mut deliver: impl FnMut(u64, &CancellationToken) -> Result<(), String>,
) -> (Ended, u64) {
    let experiment = experiment();
    let execution = Execution { threads: 3, instructions: InstructionSet::best() };
    let (cancel, mut delivered) = (CancellationToken::default(), 0);
    let prepare = |runs: std::ops::Range<u64>, records: TrainedRuns| {
        assert_eq!(records.len() as u64, runs.end - runs.start);
        prepare(runs.start).map(|()| runs)
    };
    let deliver = |runs: std::ops::Range<u64>, _| {
        deliver(runs.start, &cancel)?;
        assert_eq!(runs.start, delivered, "in order, none twice");
        delivered = runs.end;
        Ok(())
    };
    let ended = execute(&experiment.plan, 0..experiment.plan.runs(), execution, &cancel, prepare, deliver);
    (ended, delivered)
}

fn check(run: u64, bad: u64) -> Result<(), String> {
    if run >= bad { Err(format!("from run {bad} on nothing goes")) } else { Ok(()) }
}

#[test]
fn the_engine_ends_at_the_first_error_of_a_callback_which_comes_out() {
    for bad in [0, 1000] {
        for (ended, delivered) in [
            in_time(move || train(|run| check(run, bad), |_, _| Ok(()))),
            in_time(move || train(|_| Ok(()), |run, _| check(run, bad))),
        ] {
            let error = ended.unwrap_err();
            assert!(matches!(error, ExecutionError::Caller(_)));
            assert_eq!(error.to_string(), format!("from run {bad} on nothing goes"));
            assert!(delivered < bad + 100, "{delivered}");
        }
    }
}

#[test]
fn a_panic_in_a_thread_of_the_engine_is_an_error() {
    let prepare = |run| if run > 500 { panic!("run {run}") } else { Ok(()) };
    let (ended, delivered) = in_time(move || train(prepare, |_, _| Ok(())));
    assert!(ended.unwrap_err().to_string().starts_with("a thread that trains has panicked: run "));
    assert!(delivered < 1000);
}

#[test]
fn the_engine_stops_where_its_token_is_cancelled() {
    let stop = |run: u64, cancel: &CancellationToken| {
        if run > 500 {
            assert!(!cancel.is_cancelled(), "nothing is delivered to somebody who has cancelled");
            cancel.cancel();
        }
        Ok(())
    };
    let (ended, delivered) = in_time(move || train(|_| Ok(()), stop));
    assert_eq!(ended.unwrap(), Outcome::Stopped);
    assert!((500..1000).contains(&delivered), "{delivered}");
    let (ended, delivered) = in_time(|| train(|_| Ok(()), |_, _| Ok(())));
    assert_eq!((ended.unwrap(), delivered), (Outcome::Complete, 2000));
}

/// A model that trains until it is stopped, except in runs for which it has other orders.
#[derive(Default)]
struct Patient {
    panics_at: Option<u64>,
    ends_below: u64,
    begun: AtomicU64,
    going_on: AtomicU64,
    most: AtomicU64,
}

impl Model for Patient {
    type Error = String;

    fn train(&self, run: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), String> {
        self.begun.fetch_add(1, SeqCst);
        self.most.fetch_max(self.going_on.fetch_add(1, SeqCst) + 1, SeqCst);
        sleep(Duration::from_millis(2));
        // The first four wait for one another, so that four go on at once however slow the machine is.
        let clock = Instant::now();
        while run.id < 4 && self.most.load(SeqCst) < 4 && clock.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(1));
        }
        assert_ne!(Some(run.id), self.panics_at, "this run");
        if run.id >= self.ends_below {
            let mut steps = 0..;
            let mut goes_on = || report(steps.next().unwrap_or(0), &[("loss", 1.0)]).is_continue();
            while goes_on() && clock.elapsed() < Duration::from_secs(20) {
                sleep(Duration::from_millis(1));
            }
        }
        self.going_on.fetch_sub(1, SeqCst);
        Ok(())
    }
}

fn of_model() -> ProgramExperiment {
    let text = "name = \"m\"\nprogram = {}\nsweep.parameters = { i = { range = [0, 4000] } }\n";
    ProgramExperiment::parse(text, Path::new("m.toml"), &[]).unwrap()
}

/// Trains some runs of a model, four at a time. Returns how it ended, and the delivered runs.
fn run(
    model: &Patient,
    runs: u64,
    observe: impl FnMut(u64, &CancellationToken) -> Result<(), String>,
) -> (Ended, Vec<u64>) {
    run_until(&CancellationToken::default(), model, runs, observe)
}

/// The same with a token that may be cancelled already.
fn run_until(
    cancel: &CancellationToken,
    model: &Patient,
    runs: u64,
    mut observe: impl FnMut(u64, &CancellationToken) -> Result<(), String>,
) -> (Ended, Vec<u64>) {
    let guard = Guard::none();
    let options = Options { results: Path::new("."), parallel: 4, fail_fast: false, cancel, guard: &guard };
    let mut handed_over = Vec::new();
    let runs: Vec<u64> = (0..runs).collect();
    let ended = execute_model(&of_model(), model, &runs, &[], &options, &mut |delivery| {
        let Delivery::Batch(events) = delivery else { return observe(u64::MAX, cancel) };
        events.iter().try_for_each(|event| match event {
            Event::Started(_) => Ok(()),
            Event::Finished(record, _) => {
                handed_over.push(record.run);
                observe(record.run, cancel)
            }
        })
    });
    (ended, handed_over)
}

#[test]
fn no_more_runs_than_asked_for_go_on_at_once() {
    let (model, (ended, handed_over)) = in_time(|| {
        let model = Patient { ends_below: 40, ..Patient::default() };
        let ended = run(&model, 40, |_, _| Ok(()));
        (model, ended)
    });
    assert_eq!((ended.unwrap(), handed_over.len()), (Outcome::Complete, 40));
    assert_eq!(model.most.into_inner(), 4);
}

#[test]
fn an_error_of_the_observer_comes_out_when_the_runs_that_go_on_have_ended() {
    let (model, (ended, handed_over)) = in_time(|| {
        let model = Patient { ends_below: 40, ..Patient::default() };
        let ended = run(&model, 40, |run, _| if run < 40 { Err("the disk is full".into()) } else { Ok(()) });
        (model, ended)
    });
    assert!(matches!(ended, Err(ExecutionError::Caller(said)) if said == "the disk is full"));
    assert_eq!(handed_over.len(), 1, "an observer that has failed is not called again");
    assert!(model.begun.load(SeqCst) < 20, "{:?} were begun", model.begun);
    assert_eq!(model.going_on.into_inner(), 0);
}

#[test]
fn a_panic_of_a_model_is_an_error_and_nothing_more_is_begun() {
    let (model, (ended, handed_over)) = in_time(|| {
        let model = Patient { panics_at: Some(5), ends_below: 4000, ..Patient::default() };
        let ended = run(&model, 4000, |_, _| Ok(()));
        (model, ended)
    });
    let error = ended.unwrap_err().to_string();
    assert!(error.starts_with("a thread that trains has panicked: ") && error.contains("this run"), "{error}");
    assert!(!handed_over.contains(&5) && model.begun.load(SeqCst) < 2000, "{:?} were begun", model.begun);
}

#[test]
fn runs_that_go_on_when_the_token_is_cancelled_are_ended_and_not_handed_over() {
    let (model, (ended, handed_over)) = in_time(|| {
        let model = Patient { ends_below: 3, ..Patient::default() };
        // Three runs end, four go on; an idle moment is enough to be stopped in.
        let ended = run(&model, 40, |run, cancel| {
            if run == u64::MAX {
                cancel.cancel();
            }
            Ok(())
        });
        (model, ended)
    });
    assert_eq!(ended.unwrap(), Outcome::Stopped);
    assert_eq!((handed_over.len(), model.begun.into_inner(), model.going_on.into_inner()), (3, 7, 0));
}

#[test]
fn no_run_is_begun_where_the_token_is_cancelled_beforehand() {
    let (model, cancel) = (Patient { ends_below: 40, ..Patient::default() }, CancellationToken::default());
    cancel.cancel();
    let (ended, handed_over) = run_until(&cancel, &model, 40, |_, _| Ok(()));
    assert_eq!((ended.unwrap(), handed_over.len(), model.begun.into_inner()), (Outcome::Stopped, 0, 0));
}

#[test]
fn a_results_folder_that_takes_nothing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"p\"\nprogram.command = [\"true\", \"{i}\"]\nsweep.parameters = { i = { range = [0, 40] } }\n";
    let experiment = ProgramExperiment::parse(text, Path::new("p.toml"), &[]).unwrap();
    let (guard, cancel) = (Guard::none(), CancellationToken::default());
    let ended = |results: &Path| -> (Ended, u64) {
        let mut finished = 0;
        let options = Options { results, parallel: 1, fail_fast: false, cancel: &cancel, guard: &guard };
        let runs: Vec<u64> = (0..40).collect();
        let ended = execute_program(&experiment, &Surroundings::default(), &runs, &[], &options, &mut |delivery| {
            let Delivery::Batch(events) = delivery else { return Ok(()) };
            finished += events.iter().filter(|event| matches!(event, Event::Finished(..))).count() as u64;
            Ok(())
        });
        (ended, finished)
    };
    let (missing, _) = ended(&folder.path().join("missing"));
    assert!(matches!(missing, Err(ExecutionError::Folder(_))));
    // A file is in the way of the third run: the first two have been handed over.
    std::fs::create_dir(folder.path().join("runs")).unwrap();
    std::fs::write(run_folder(folder.path(), 2), "").unwrap();
    let (ended, finished) = ended(folder.path());
    assert!(matches!(ended, Err(ExecutionError::Folder(_))), "{ended:?}");
    assert_eq!(finished, 2);
}
