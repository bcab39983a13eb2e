use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use super::*;
use etascape_insight::subject::Subject;

/// What was asked of a folder, in order.
type Asked = Rc<RefCell<Vec<String>>>;

/// A sweep of numbers, each of which is a batch.
#[derive(Clone)]
struct Numbers {
    runs: u64,
    asked: Asked,
    /// Bytes that every batch leaves unsaved.
    bytes: u64,
    /// The batch that is not taken, or is another when it is trained again.
    bad: Option<u64>,
    has_no_end: bool,
}

fn numbers(runs: u64) -> Numbers {
    Numbers { runs, asked: Asked::default(), bytes: 0, bad: None, has_no_end: false }
}

fn full() -> Error {
    Error::io("write", Path::new("r/runs.csv"))(io::Error::other("the disk is full"))
}

/// The folder of a sweep of numbers, or the tables to compare with.
struct Folder {
    sweep: Numbers,
    taken: u64,
    unsaved: u64,
    is_different: bool,
}

impl Folder {
    fn of(sweep: &Numbers) -> Folder {
        Folder { sweep: sweep.clone(), taken: 0, unsaved: 0, is_different: false }
    }

    fn ask(&self, what: impl Into<String>) {
        self.sweep.asked.borrow_mut().push(what.into());
    }

    fn work(&self) -> Work {
        Work { runs: std::iter::once(0..self.sweep.runs).collect(), folder: PathBuf::new(), earlier: Vec::new() }
    }
}

impl Sweep for Numbers {
    type Batch = u64;
    type Position = ();

    fn runs(&self) -> Range<u64> {
        0..self.runs
    }

    fn inspect(&self, _: &Path, _: &str, _: OnEvent<'_>) -> Result<EntryPoint<()>, Error> {
        Ok(EntryPoint::At(()))
    }

    fn begin<'a>(
        &'a self,
        _: &Path,
        (): (),
        _: Provenance,
        _: OnEvent<'_>,
    ) -> Result<Box<dyn ResultsFolder<u64> + 'a>, Error> {
        Ok(Box::new(Folder::of(self)))
    }

    fn reproduction<'a>(&'a self, _: &Path, sample: Option<&[u64]>) -> Result<Box<dyn Reproduction<u64> + 'a>, Error> {
        self.asked.borrow_mut().push(format!("compare {sample:?}"));
        Ok(Box::new(Folder::of(self)))
    }

    fn count(&self, _: &u64, progress: &mut Progress) {
        progress.done += 1;
    }

    fn subject(&self, _: &Path) -> Subject {
        unreachable!("nothing is drawn here")
    }
}

impl ResultsFolder<u64> for Folder {
    fn work(&self) -> Work {
        Folder::work(self)
    }

    fn progress(&self) -> Result<Progress, Error> {
        Ok(Progress { runs: self.sweep.runs, ..Progress::default() })
    }

    fn take(&mut self, &batch: &u64) -> Result<(), Error> {
        if self.sweep.bad == Some(batch) {
            return Err(full());
        }
        self.ask(format!("take {batch}"));
        self.taken += 1;
        self.unsaved += self.sweep.bytes;
        Ok(())
    }

    fn unsaved_bytes(&self) -> u64 {
        self.unsaved
    }

    fn save(&mut self) -> Result<(), Error> {
        self.ask("save");
        self.unsaved = 0;
        Ok(())
    }

    fn finish(&mut self, finished: String) -> Result<RunState, Error> {
        self.ask(format!("finish {finished}"));
        match self.sweep.has_no_end {
            true => Err(full()),
            false if self.taken == self.sweep.runs => Ok(RunState::Complete),
            false => Ok(RunState::Interrupted),
        }
    }

    fn give_up(&mut self, finished: String) -> Result<(), Error> {
        self.ask(format!("give up {finished}"));
        Ok(())
    }

    fn safe(&self) -> SavedRuns {
        SavedRuns { saved: self.taken, runs: self.sweep.runs }
    }
}

impl Reproduction<u64> for Folder {
    fn work(&self) -> Work {
        Folder::work(self)
    }

    fn progress(&self) -> Progress {
        Progress { runs: self.sweep.runs, ..Progress::default() }
    }

    fn take(&mut self, &batch: &u64) -> Result<bool, Error> {
        self.ask(format!("take {batch}"));
        self.taken += 1;
        self.is_different |= self.sweep.bad == Some(batch);
        Ok(self.is_different)
    }

    fn verdict(&mut self) -> Result<(Option<Mismatch>, u64), Error> {
        let mismatch =
            Mismatch { path: "r/runs.csv".into(), run: None, column: "w".into(), stored: None, trained: None };
        Ok((self.is_different.then_some(mismatch), self.taken))
    }
}

/// Delivers the batches of its script, until its token is cancelled.
struct Script {
    deliveries: Vec<Option<u64>>,
    end: fn() -> Result<Outcome, ExecutionError<Error>>,
}

impl Executor<u64> for Script {
    fn execute(
        &self,
        _: &Work,
        cancel: &CancellationToken,
        take: sweep::Take<'_, u64>,
    ) -> Result<Outcome, ExecutionError<Error>> {
        for delivery in &self.deliveries {
            take(delivery.map_or(Delivery::Idle, Delivery::Batch)).map_err(ExecutionError::Caller)?;
            if cancel.is_cancelled() {
                return Ok(Outcome::Stopped);
            }
        }
        (self.end)()
    }
}

fn script(batches: u64) -> Script {
    Script { deliveries: (0..batches).map(Some).collect(), end: || Ok(Outcome::Complete) }
}

const LONG: Duration = Duration::from_secs(3600);

/// Trains a sweep of numbers; how that ended, and how far it was said to be.
fn train(sweep: &Numbers, script: &Script, pause: Duration) -> (Result<(Ended, SavedRuns), TrainError>, Vec<u64>) {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::open(folder.path(), &Holder::default()).unwrap();
    let settings = SessionSettings { provenance: Provenance::default(), pause, now: || "at noon".into() };
    let (cancel, mut done) = (CancellationToken::default(), Vec::new());
    let trained = session.train(sweep, script, (), settings, &cancel, &mut |event| {
        if let SessionEvent::Progress(progress) = event {
            done.push(progress.done);
            if progress.done == 7 {
                cancel.cancel();
            }
        }
    });
    (trained, done)
}

#[test]
fn what_is_handed_over_is_logged_counted_and_told_in_its_order() {
    let sweep = numbers(3);
    let (trained, done) = train(&sweep, &script(3), LONG);
    assert_eq!(trained.unwrap(), (Ended::Complete, SavedRuns { saved: 3, runs: 3 }));
    assert_eq!(*sweep.asked.borrow(), ["take 0", "take 1", "take 2", "finish at noon"]);
    assert_eq!(done, [0, 1, 2, 3]);
}

#[test]
fn everything_is_saved_after_a_while_be_it_an_idle_one_or_when_it_is_much() {
    let sweep = numbers(2);
    let deliveries = vec![Some(0), None, None, Some(1)];
    train(&sweep, &Script { deliveries, ..script(0) }, Duration::ZERO).0.unwrap();
    let expected = ["take 0", "save", "save", "save", "take 1", "save", "finish at noon"];
    assert_eq!(*sweep.asked.borrow(), expected);
    let sweep = Numbers { bytes: MOST_UNSAVED / 2, ..numbers(3) };
    train(&sweep, &script(3), LONG).0.unwrap();
    assert_eq!(*sweep.asked.borrow(), ["take 0", "take 1", "save", "take 2", "finish at noon"]);
}

#[test]
fn how_a_session_ended_is_told() {
    let ended = |sweep: &Numbers, script: &Script| train(sweep, script, LONG).0.unwrap();
    let (saved, runs) = (7, 10);
    assert_eq!(ended(&numbers(10), &script(10)), (Ended::Stopped, SavedRuns { saved, runs }), "stopped after seven");
    assert_eq!(ended(&numbers(7), &script(7)), (Ended::Complete, SavedRuns { saved, runs: 7 }), "stopped at the end");
    assert_eq!(ended(&numbers(4), &script(2)), (Ended::Unfinished, SavedRuns { saved: 2, runs: 4 }));
    let failed = |batches| Script { end: || Ok(Outcome::FailedFast), ..script(batches) };
    assert_eq!(ended(&numbers(4), &failed(2)).0, Ended::FailedFast { is_complete: false });
    assert_eq!(ended(&numbers(4), &failed(4)).0, Ended::FailedFast { is_complete: true });
}

#[test]
fn an_error_says_what_is_safe_and_leaves_the_folder_in_order() {
    let midway = |sweep: &Numbers, script: &Script| match train(sweep, script, LONG).0 {
        Err(TrainError::Midway { safe, source }) => (safe.saved, source.to_string()),
        other => panic!("{other:?}"),
    };
    let full = "cannot write r/runs.csv".to_string();
    let sweep = Numbers { bad: Some(2), ..numbers(4) };
    assert_eq!(midway(&sweep, &script(4)), (2, full.clone()));
    assert_eq!(*sweep.asked.borrow(), ["take 0", "take 1", "give up at noon"]);
    let sweep = numbers(4);
    let panic = Script { end: || Err(ExecutionError::Panic("run 3".into())), ..script(3) };
    assert_eq!(midway(&sweep, &panic), (3, "a thread that trains has panicked: run 3".into()));
    assert_eq!(sweep.asked.borrow().last().unwrap(), "give up at noon");
    let sweep = Numbers { has_no_end: true, ..numbers(4) };
    assert_eq!(midway(&sweep, &script(4)), (4, full));
}

#[test]
fn a_reproduction_ends_at_the_first_difference() {
    let reproduced =
        |sweep: &Numbers, sample| reproduce(sweep, &script(sweep.runs), Path::new("r"), sample, &mut |_| {}).unwrap();
    let same = numbers(4);
    assert_eq!(reproduced(&same, None), Reproduced { sample: None, compared: 4, mismatch: None });
    assert_eq!(*same.asked.borrow(), ["compare None", "take 0", "take 1", "take 2", "take 3"]);
    let other = Numbers { bad: Some(1), ..numbers(4) };
    let found = reproduced(&other, None);
    assert!(found.mismatch.is_some() && found.compared == 2);
    assert_eq!(*other.asked.borrow(), ["compare None", "take 0", "take 1"]);
}

#[test]
fn a_sample_is_spread_evenly_from_the_first_run_to_the_last() {
    let sampled = |runs, count| {
        let sweep = numbers(runs);
        let reproduced = reproduce(&sweep, &script(runs), Path::new("r"), Some(count), &mut |_| {}).unwrap();
        (reproduced.sample, sweep.asked.borrow()[0].clone())
    };
    assert_eq!(sampled(10, 4), (Some(4), "compare Some([0, 3, 6, 9])".into()));
    assert_eq!(sampled(10, 1), (Some(1), "compare Some([0])".into()));
    assert_eq!(sampled(10, 10), (None, "compare None".into()));
    assert_eq!(sampled(10, 11), (None, "compare None".into()));
}
