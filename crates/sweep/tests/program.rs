//! Models through the public trait: what halving saves, and what a run's record says.

use std::collections::HashSet;
use std::convert::Infallible;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use etascape_sweep::program::{
    Event, Guard, Model, ModelRun, Options, ProgramExperiment, Record, ReportMetrics, execute_model,
};
use etascape_sweep::{CancellationToken, Delivery, Outcome, Status};

/// The steps of a run that no rule ends.
const STEPS: u64 = 81;

/// Losses that fall to a floor: `floor + exp(−step/10)`. Runs are ordered alike at every step, so that it is known which
/// is best: the one whose floor is least.
#[derive(Default)]
struct Floors {
    steps: AtomicU64,
}

impl Model for Floors {
    type Error = &'static str;

    fn train(&self, run: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), &'static str> {
        let floor = run.number("floor").ok_or("no floor")?;
        for step in 0..=STEPS {
            if report(step, &[("loss", floor + libm::exp(-(step as f64) / 10.0))]).is_break() {
                break;
            }
            self.steps.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn experiment(halving: &str) -> ProgramExperiment {
    let text = format!(
        "name = \"floors\"\n[program]\nobjective = \"loss\"\n{halving}\n[sweep]\nmethod = \"random\"\nsamples = 243\n\
         [sweep.parameters]\nfloor = {{ uniform = [1.0, 2.0] }}\n"
    );
    ProgramExperiment::parse(&text, Path::new("floors.toml"), &[]).unwrap()
}

/// The records among what is delivered.
fn finished(delivery: Delivery<Vec<Event>>) -> Vec<Record> {
    let Delivery::Batch(events) = delivery else { return Vec::new() };
    let record = |event| match event {
        Event::Finished(record, _) => Some(*record),
        Event::Started(_) => None,
    };
    events.into_iter().filter_map(record).collect()
}

/// The records of some runs, in run order, and how the sweep ended.
fn executed_some(
    experiment: &ProgramExperiment,
    model: &impl Model,
    runs: &[u64],
    earlier: &[Vec<f64>],
    options: &Options<'_>,
) -> (Vec<Record>, Outcome) {
    let mut records = Vec::new();
    let outcome = execute_model::<Infallible>(experiment, model, runs, earlier, options, &mut |delivery| {
        records.extend(finished(delivery));
        Ok(())
    });
    records.sort_by_key(|record| record.run);
    (records, outcome.unwrap())
}

/// The records of all runs, in run order.
fn executed(experiment: &ProgramExperiment, model: &impl Model, parallel: usize) -> Vec<Record> {
    let (guard, cancel) = (Guard::none(), CancellationToken::default());
    let options = Options { results: Path::new("."), parallel, fail_fast: false, cancel: &cancel, guard: &guard };
    let runs: Vec<u64> = (0..experiment.plan.runs()).collect();
    let (records, outcome) = executed_some(experiment, model, &runs, &[], &options);
    assert_eq!(outcome, Outcome::Complete);
    records
}

#[test]
fn halving_saves_most_of_the_steps_and_the_best_run_survives() {
    let halved = experiment("[stop.halving]\nmin_steps = 1\nfactor = 3");
    for parallel in [1, 4] {
        let model = Floors::default();
        let records = executed(&halved, &model, parallel);
        let last = |record: &Record| record.spread("loss").unwrap().last.unwrap();
        let floor = |run: u64| halved.plan.values(run)[0].as_f64().unwrap();
        let best = (0..243).min_by(|&a, &b| floor(a).total_cmp(&floor(b))).unwrap();
        let best = &records[best as usize];
        assert_eq!((best.status, best.steps), (Status::MaxSteps, STEPS));
        assert!(records.iter().all(|record| record.status != Status::MaxSteps || last(record) >= last(best)));
        // All runs to their end would be 243 · 82. Rungs cost n·(1 + 2/3 + 6/9 + 18/27 + 54/81) = 3.7n where each third is
        // known beforehand; who comes early is judged by few.
        let (taken, all) = (model.steps.load(Ordering::Relaxed), 243 * (STEPS + 1));
        assert!(taken * 5 < all, "{taken} of {all}");
        let pruned: Vec<&Record> = records.iter().filter(|record| record.status == Status::Pruned).collect();
        assert!(pruned.len() > 150, "{} pruned", pruned.len());
        assert!(pruned.iter().all(|record| record.reason.as_ref().is_some_and(|why| why.starts_with("place "))));
    }
}

#[test]
fn without_halving_every_run_takes_all_its_steps() {
    let model = Floors::default();
    let records = executed(&experiment(""), &model, 4);
    assert_eq!(model.steps.load(Ordering::Relaxed), 243 * (STEPS + 1));
    assert!(records.iter().all(|record| record.status == Status::MaxSteps && record.steps == STEPS));
}

/// A model in which every third run fails after a step.
struct Failing;

impl Model for Failing {
    type Error = &'static str;

    fn train(&self, run: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), &'static str> {
        let _ = report(1, &[("loss", 0.5)]);
        if run.id.is_multiple_of(3) { Err("no luck") } else { Ok(()) }
    }
}

#[test]
fn an_error_of_a_model_is_the_failure_of_its_run_alone() {
    let records = executed(&experiment(""), &Failing, 2);
    for record in records {
        let failed = (Status::Failed, Some("no luck"));
        let expected = if record.run % 3 == 0 { failed } else { (Status::MaxSteps, None) };
        assert_eq!((record.status, record.reason.as_deref()), expected);
        assert_eq!((record.steps, record.attempts), (1, 1));
    }
}

#[test]
fn runs_that_ended_before_count_where_halving_goes_on() {
    let halved = experiment("[stop.halving]\nmin_steps = 1\nfactor = 3");
    let (guard, cancel) = (Guard::none(), CancellationToken::default());
    let options = Options { results: Path::new("."), parallel: 1, fail_fast: false, cancel: &cancel, guard: &guard };
    let runs: Vec<u64> = (0..243).collect();
    let (first, second) = runs.split_at(100);
    let whole = executed_some(&halved, &Floors::default(), &runs, &[], &options).0;
    let begun = executed_some(&halved, &Floors::default(), first, &[], &options).0;
    let rungs: Vec<Vec<f64>> = begun.iter().map(|record| record.rungs.clone()).collect();
    let gone_on = executed_some(&halved, &Floors::default(), second, &rungs, &options).0;
    assert_eq!(begun.iter().chain(&gone_on).collect::<Vec<_>>(), whole.iter().collect::<Vec<_>>());
}

/// The losses of [`Floors`], but the first attempt at each run fails after five steps.
#[derive(Default)]
struct Flaky {
    floors: Floors,
    tried: Mutex<HashSet<u64>>,
}

impl Model for Flaky {
    type Error = &'static str;

    fn train(&self, run: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), &'static str> {
        let mut fails = self.tried.lock().unwrap().insert(run.id);
        self.floors.train(run, &mut |step, metrics| {
            let reported = report(step, metrics);
            fails &= reported.is_continue();
            if fails && step == 5 { ControlFlow::Break(()) } else { reported }
        })?;
        if fails { Err("no luck") } else { Ok(()) }
    }
}

#[test]
fn a_run_that_is_started_again_counts_once_where_halving_compares() {
    let halved = experiment("retries = 1\n[stop.halving]\nmin_steps = 1\nfactor = 3");
    let lucky = executed(&halved, &Floors::default(), 1);
    let flaky = executed(&halved, &Flaky::default(), 1);
    assert!(flaky.iter().any(|record| record.attempts == 2 && record.status == Status::Pruned));
    let flaky: Vec<Record> = flaky.into_iter().map(|record| Record { attempts: 1, ..record }).collect();
    assert_eq!(flaky, lucky);
}

#[test]
fn how_a_sweep_ended_is_told() {
    let plain = experiment("");
    let guard = Guard::none();
    let (alive, cancelled) = (CancellationToken::default(), CancellationToken::default());
    cancelled.cancel();
    let outcome = |runs: &[u64], fail_fast: bool, cancel: &CancellationToken| {
        let options = Options { results: Path::new("."), parallel: 1, fail_fast, cancel, guard: &guard };
        let (records, outcome) = executed_some(&plain, &Failing, runs, &[], &options);
        (records.len(), outcome)
    };
    // Every third run fails: 0, 3, 6 …
    assert_eq!(outcome(&[1, 2, 3, 4], false, &alive), (4, Outcome::Complete));
    assert_eq!(outcome(&[1, 2, 3, 4], true, &alive), (3, Outcome::FailedFast));
    assert_eq!(outcome(&[1, 2, 3], true, &alive), (3, Outcome::FailedFast), "although nothing was left");
    assert_eq!(outcome(&[1, 2, 4], true, &alive), (3, Outcome::Complete));
    assert_eq!(outcome(&[1, 2, 3], true, &cancelled), (0, Outcome::Stopped));
    assert_eq!(outcome(&[], true, &cancelled), (0, Outcome::Complete));
}

/// A model that tells the values of a list, one after another.
struct Told(Vec<f64>);

impl Model for Told {
    type Error = Infallible;

    fn train(&self, _: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), Infallible> {
        (0..).zip(&self.0).all(|(step, &value)| report(step, &[("loss", value)]).is_continue());
        Ok(())
    }
}

/// How a run that tells some values ends, with the keys of its tables.
fn ending(keys: &str, values: &[f64]) -> (Status, u64) {
    let text = format!("name = \"told\"\n{keys}\n[sweep.parameters]\nlr = [1]\n");
    let experiment = ProgramExperiment::parse(&text, Path::new("told.toml"), &[]).unwrap();
    let record = executed(&experiment, &Told(values.to_vec()), 1).remove(0);
    (record.status, record.steps)
}

const MINIMISED: &str = "program = {}";
const MAXIMISED: &str = "program = { maximise = true }";

#[test]
fn by_default_no_rule_ends_a_healthy_run_whatever_its_objective_is() {
    for (keys, values) in [
        // A loss of any scale, and one that is 0 at first.
        (MINIMISED, &[3e13, 4e16, 1e13, 2e12][..]),
        (MINIMISED, &[0.0, 5.0, 1e9, 0.3, 0.0]),
        // A negative log-likelihood on both sides of 0, and one that goes down from 0.
        (MINIMISED, &[2.0, -1.0, -50.0, 1.9, -60.0]),
        (MINIMISED, &[-3.0, 40.0, -1e9, -1e9]),
        (MINIMISED, &[0.0, -1.0, -2.0, 3.0, -1e12]),
        // Rewards and accuracies.
        (MAXIMISED, &[1e-9, 20.0, 500.0, 1e12]),
        (MAXIMISED, &[-1600.0, -200.0, 300.0, -1e12]),
        (MAXIMISED, &[0.0, 0.1, 0.99]),
    ] {
        assert_eq!(ending(keys, values), (Status::MaxSteps, values.len() as u64 - 1), "{values:?}");
    }
}

#[test]
fn by_default_a_run_diverges_above_a_million_times_its_first_value() {
    assert_eq!(ending(MINIMISED, &[2.0, 2e6, 2.1e6, 1.0]), (Status::Diverged, 2));
    assert_eq!(ending(MINIMISED, &[-2.0, 2e6, 2.1e6, 1.0]), (Status::Diverged, 2));
    assert_eq!(ending(MINIMISED, &[0.0, 1e300, f64::INFINITY, 1.0]), (Status::Diverged, 2));
    assert_eq!(ending(MINIMISED, &[f64::NAN, 1.0]), (Status::Diverged, 0));
    assert_eq!(ending(MAXIMISED, &[1.0, f64::NAN, 1.0]), (Status::Diverged, 1));
    let of = |stop: &str, values: &[f64]| ending(&format!("{MINIMISED}\nstop = {{ {stop} }}"), values);
    assert_eq!(of("diverged_factor = 10", &[2.0, 20.0, 20.5]), (Status::Diverged, 2));
    assert_eq!(of("diverged_factor = inf", &[2.0, 2e7, 1e300]), (Status::MaxSteps, 2));
    assert_eq!(of("diverged_above = 5.0", &[2.0, 5.0, 5.5]), (Status::Diverged, 2));
    assert_eq!(of("diverged_above = 1e300", &[2.0, 2e7, 1.0]), (Status::Diverged, 1), "the factor holds beside it");
    // One rule for what an improvement is: more than min_delta.
    let patience = "patience = { steps = 2, min_delta = 0.5 }";
    assert_eq!(of(patience, &[4.0, 3.5, 3.5, 1.0]), (Status::Plateau, 2));
    assert_eq!(of(patience, &[4.0, 3.75, 3.25, 3.0, 1.0]), (Status::MaxSteps, 4));
}
