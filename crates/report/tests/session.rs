//! Sessions of real sweeps: stopped and gone on with, trained again and compared, by the engine and by a model.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use etascape_core::InstructionSet;
use etascape_report::{
    BestSoFar, Ended, EngineExecutor, EngineSweep, EntryPoint, Error, Executor, Holder, ModelExecutor, Part,
    ProgramSweep, Progress, Provenance, SavedRuns, Session, SessionEvent, SessionSettings, Sweep, Work, reproduce,
};
use etascape_sweep::program::{Model, ModelRun, ProgramExperiment, ReportMetrics};
use etascape_sweep::{CancellationToken, Delivery, Execution, ExecutionError, Experiment, Outcome};

const VERSION: &str = "1";

fn engine(steps: u64, runs: u64) -> (EngineSweep, EngineExecutor) {
    let text = format!(
        "name = \"e\"\ndata.points = [[3, 7], [9, 13]]\ntrain.steps = {steps}\nstop.converged_below = 0\n\
         log.curve_points = 3\nsweep.parameters = {{ \"train.learning_rate\" = {{ linspace = [1e-6, 1e-5, {runs}] }} }}\n"
    );
    let experiment = Arc::new(Experiment::parse(&text, Path::new("e.toml"), &[]).unwrap());
    let execution = Execution { threads: 2, instructions: InstructionSet::best() };
    let part = Part::whole(experiment.plan.runs());
    (EngineSweep { experiment: experiment.clone(), part }, EngineExecutor { experiment, execution })
}

/// All runs of a sweep.
fn all(sweep: &EngineSweep) -> Work {
    Work { runs: std::iter::once(sweep.runs()).collect(), folder: "r".into(), earlier: Vec::new() }
}

/// A model whose loss is its parameter. Run 3 fails as long as there is no `good`; runs from `endless_from` on end only where
/// they are stopped.
struct Told<'a> {
    good: &'a Path,
    endless_from: u64,
}

impl Model for Told<'_> {
    type Error = &'static str;

    fn train(&self, run: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), &'static str> {
        let loss = run.number("i").ok_or("no i")?;
        let goes_on = (0..3).all(|step| report(step, &[("loss", loss)]).is_continue());
        while goes_on && run.id >= self.endless_from && report(2, &[]).is_continue() {
            sleep(Duration::from_millis(1));
        }
        if run.id == 3 && !self.good.exists() { Err("no luck") } else { Ok(()) }
    }
}

fn of_model() -> ProgramExperiment {
    let text = "name = \"m\"\nprogram = {}\nsweep.parameters = { i = { range = [0, 40] } }\n";
    ProgramExperiment::parse(text, Path::new("m.toml"), &[]).unwrap()
}

/// A session on a folder, from inspection to its end; `None` where the sweep is complete. It is stopped once so many runs
/// are done. How it ended, and how far it was in the beginning and in the end.
fn session<S: Sweep>(
    folder: &Path,
    sweep: &S,
    executor: &impl Executor<S::Batch>,
    stop_at: u64,
) -> Option<(Ended, SavedRuns, Progress, Progress)> {
    let session = Session::open(folder, &Holder::default()).unwrap();
    let position = match session.inspect(sweep, VERSION, &mut |_| {}).unwrap() {
        EntryPoint::At(position) => position,
        EntryPoint::Complete => return None,
        _ => panic!("it is the same experiment"),
    };
    let provenance = Provenance { version: VERSION.into(), ..Provenance::default() };
    let settings = SessionSettings { provenance, pause: Duration::from_secs(2), now: || "now".into() };
    let (cancel, mut told) = (CancellationToken::default(), Vec::new());
    let trained = session.train(sweep, executor, position, settings, &cancel, &mut |event| {
        if let SessionEvent::Progress(progress) = event {
            told.push(progress.clone());
            if progress.done >= stop_at {
                cancel.cancel();
            }
        }
    });
    let (ended, safe) = trained.unwrap();
    Some((ended, safe, told[0].clone(), told[told.len() - 1].clone()))
}

fn tables(folder: &Path) -> [String; 2] {
    ["runs.csv", "curves.csv"].map(|name| fs::read_to_string(folder.join(name)).unwrap())
}

#[test]
fn a_sweep_of_the_engine_that_is_stopped_goes_on_to_the_same_tables() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    let (sweep, executor) = engine(200, 3000);
    let (ended, safe, first, last) = session(&whole, &sweep, &executor, u64::MAX).unwrap();
    assert_eq!((ended, safe), (Ended::Complete, SavedRuns { saved: 3000, runs: 3000 }));
    assert_eq!((first.done, last.done, last.runs), (0, 3000, 3000));
    let (ended, safe, _, last) = session(&parts, &sweep, &executor, 1000).unwrap();
    assert_eq!((ended, safe.saved), (Ended::Stopped, last.done));
    assert!((1000..3000).contains(&safe.saved), "{safe:?}");
    let (ended, _, first, last) = session(&parts, &sweep, &executor, u64::MAX).unwrap();
    assert_eq!((ended, first.done, last.done), (Ended::Complete, safe.saved, 3000));
    assert_eq!(tables(&parts), tables(&whole));
    assert!(session(&parts, &sweep, &executor, u64::MAX).is_none(), "there is nothing left to do");
}

#[test]
fn a_sweep_of_a_model_that_is_stopped_goes_on_and_tries_again_what_failed() {
    let folder = tempfile::tempdir().unwrap();
    let (results, good) = (folder.path().join("r"), folder.path().join("good"));
    let experiment = of_model();
    let part = Part::whole(experiment.plan.runs());
    let sweep = |retry_failed| ProgramSweep { experiment: &experiment, part: part.clone(), retry_failed };
    let model = Told { good: &good, endless_from: 20 };
    let executor = ModelExecutor { experiment: &experiment, model: &model, parallel: 1 };
    let (ended, safe, _, last) = session(&results, &sweep(false), &executor, 10).unwrap();
    assert_eq!((ended, safe.runs, last.failed), (Ended::Stopped, 40, 1));
    assert_eq!(last.best, Some(BestSoFar { objective: "loss".into(), value: 0.0, run: 0 }));
    let model = Told { endless_from: u64::MAX, ..model };
    let executor = ModelExecutor { model: &model, ..executor };
    let (ended, _, first, last) = session(&results, &sweep(false), &executor, u64::MAX).unwrap();
    assert_eq!((ended, first.done, last.done), (Ended::Complete, safe.saved, 40));
    assert_eq!((first.failed, last.failed, last.running), (1, 1, 0));
    assert!(session(&results, &sweep(false), &executor, u64::MAX).is_none());
    fs::write(&good, "").unwrap();
    let (ended, _, first, last) = session(&results, &sweep(true), &executor, u64::MAX).unwrap();
    assert_eq!((ended, first.done, first.failed), (Ended::Complete, 39, 0), "what is tried again has not failed yet");
    assert_eq!((last.done, last.failed), (40, 0));
}

#[test]
fn what_is_trained_again_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let [results, models, good] = ["r", "m", "good"].map(|name| folder.path().join(name));
    let (sweep, executor) = engine(50, 600);
    session(&results, &sweep, &executor, u64::MAX).unwrap();
    let again = |sample| reproduce(&sweep, &executor, &results, sample, &mut |_| {}).unwrap();
    let bytes = tables(&results).iter().map(String::len).sum::<usize>() as u64;
    assert_eq!((again(None).compared, again(None).mismatch, again(None).sample), (bytes, None, None));
    let sampled = again(Some(5));
    assert!(sampled.sample == Some(5) && sampled.mismatch.is_none() && sampled.compared < bytes);
    let path = results.join("runs.csv");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("\n299,", "\n299,9")).unwrap();
    let mismatch = again(None).mismatch.unwrap();
    assert_eq!((mismatch.run.as_deref(), mismatch.column.as_str()), (Some("299"), "train.learning_rate"));
    let experiment = of_model();
    let model = Told { good: &good, endless_from: u64::MAX };
    let executor = ModelExecutor { experiment: &experiment, model: &model, parallel: 2 };
    let part = Part::whole(experiment.plan.runs());
    let sweep = ProgramSweep { experiment: &experiment, part, retry_failed: false };
    session(&models, &sweep, &executor, u64::MAX).unwrap();
    let again = |sample| reproduce(&sweep, &executor, &models, sample, &mut |_| {}).unwrap();
    assert_eq!((again(None).mismatch, again(None).compared), (None, 40 + 40 * 3), "rows of both tables");
    // Now run 3 fails no more.
    fs::write(&good, "").unwrap();
    let mismatch = again(None).mismatch.unwrap();
    assert_eq!((mismatch.run.as_deref(), mismatch.column.as_str()), (Some("3"), "status"));
    assert_eq!((again(Some(4)).mismatch, again(Some(4)).compared), (None, 4 + 4 * 3));
}

#[test]
fn the_engine_is_not_waited_for_where_it_is_stopped_within_a_long_chunk() {
    // A chunk of eight runs takes seconds.
    let (sweep, executor) = engine(20_000_000, 16);
    let work = all(&sweep);
    let (cancel, clock) = (CancellationToken::default(), Instant::now());
    let ended = executor.execute(&work, &cancel, &mut |delivery| {
        assert!(matches!(delivery, Delivery::Idle), "nothing is ready yet");
        cancel.cancel();
        Ok(())
    });
    assert_eq!(ended.unwrap(), Outcome::Stopped);
    assert!(clock.elapsed() < Duration::from_secs(1), "{:?}", clock.elapsed());
}

#[test]
fn the_engines_threads_end_when_what_they_train_is_not_taken() {
    let (sweep, executor) = engine(200, 100_000);
    let work = all(&sweep);
    let mut taken = 0;
    let ended = executor.execute(&work, &CancellationToken::default(), &mut |delivery| match delivery {
        Delivery::Idle => Ok(()),
        Delivery::Batch(_) if taken == 3 => Err(Error::Guard(std::io::Error::other("an error"))),
        Delivery::Batch(_) => {
            taken += 1;
            Ok(())
        }
    });
    assert!(matches!(ended, Err(ExecutionError::Caller(Error::Guard(_)))) && taken == 3);
    let clock = Instant::now();
    // The sweep and the executor have the experiment still; a thread has it until it ends.
    while Arc::strong_count(&sweep.experiment) > 2 && clock.elapsed() < Duration::from_secs(20) {
        sleep(Duration::from_millis(5));
    }
    assert_eq!(Arc::strong_count(&sweep.experiment), 2);
}
