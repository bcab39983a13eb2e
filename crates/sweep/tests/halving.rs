//! Successive halving of the engine's runs: what it prunes, what it spares, and that nothing but the experiment decides.

use std::convert::Infallible;
use std::ops::Range;
use std::path::Path;

use etascape_core::{InstructionSet, RunRecord};
use etascape_sweep::{CancellationToken, Execution, Experiment, Status, TrainedRuns, execute};

/// One weight on ½w² from 1: after k steps it is (1 − η)ᵏ, so that of learning rates below 1 the largest is best at
/// every step.
fn experiment(stop: &str, sweep: &str) -> Experiment {
    let text = format!(
        "name = \"halved\"\n[data]\npoints = [[1, 0]]\n[model]\nbias = false\n[init]\nw = 1.0\n[train]\nsteps = 81\n\
         [stop]\nconverged_below = 1e-9\n{stop}\n{sweep}\n"
    );
    Experiment::parse(&text, Path::new("halved.toml"), &[]).unwrap()
}

const HALVING: &str = "halving = { min_steps = 1, factor = 3 }";
const RATES: &str = "[sweep]\nmethod = \"random\"\nsamples = 1000\n[sweep.parameters]\n\
                     \"train.learning_rate\" = { uniform = [0.001, 0.01] }";

/// A run, and why it was pruned if it was.
#[derive(Debug, PartialEq)]
struct Run {
    record: RunRecord,
    status: Status,
    pruned: Option<String>,
}

fn trained(experiment: &Experiment, runs: Range<u64>, threads: usize) -> Vec<Run> {
    let execution = Execution { threads, instructions: InstructionSet::best() };
    let mut all = Vec::new();
    let deliver = |trained: TrainedRuns, _| {
        all.extend(trained.iter().map(|run| Run {
            record: run.record.clone(),
            status: run.status(),
            pruned: run.pruned.map(str::to_owned),
        }));
        Ok::<(), Infallible>(())
    };
    let cancel = CancellationToken::default();
    execute(&experiment.plan, runs, execution, &cancel, |_, records| Ok(records), deliver).unwrap();
    all
}

#[test]
fn of_a_bracket_a_third_goes_on_at_every_rung_and_the_best_survives_untouched() {
    let halved = experiment(HALVING, RATES);
    let records = trained(&halved, 0..1000, 2);
    let whole = trained(&experiment("", RATES), 0..1000, 2);
    let rate = |run: usize| halved.plan.values(run as u64)[0].as_f64().unwrap();
    // 64 → 21 → 7 → 2 → 1 at 1, 3, 9 and 27 steps; the last bracket has 40 runs: 40 → 13 → 4 → 1.
    let steps_of = |place: usize, runs: usize| match (runs, place) {
        (_, 0) => 81,
        (64, 1) => 27,
        (64, 2..7) | (40, 1..4) => 9,
        (64, 7..21) | (40, 4..13) => 3,
        _ => 1,
    };
    for start in (0..1000).step_by(64) {
        let mut bracket: Vec<usize> = (start..1000.min(start + 64)).collect();
        bracket.sort_by(|&a, &b| rate(b).total_cmp(&rate(a)));
        assert_eq!(records[bracket[0]], whole[bracket[0]]);
        for (place, &run) in bracket.iter().enumerate() {
            let Run { record, status, pruned } = &records[run];
            assert_eq!(record.steps, steps_of(place, bracket.len()), "place {place} of {}", bracket.len());
            assert_eq!(*status == Status::Pruned, place > 0);
            assert_eq!(pruned.is_some(), place > 0);
            assert_eq!(record.curve.last().unwrap().step, record.steps);
            let same = whole[run].record.curve.iter().filter(|point| point.step <= record.steps);
            assert!(same.zip(&record.curve).all(|(whole, halved)| whole == halved));
        }
    }
    // Trained again from the start at each rung: (64 + 21·3 + 7·9 + 2·27 + 81) · 15 + 40 + 13·3 + 4·9 + 27 + 81 updates,
    // of 81000; what the records show is less still.
    let shown: u64 = records.iter().map(|run| run.record.steps).sum();
    assert!(shown < 5098, "{shown}");
}

#[test]
fn the_reason_tells_place_and_rung() {
    let records = trained(&experiment(HALVING, RATES), 0..64, 1);
    let worst = records.iter().max_by(|a, b| a.record.final_loss.total_cmp(&b.record.final_loss)).unwrap();
    let mut losses: Vec<f64> = records.iter().map(|run| run.record.curve[1].loss).collect();
    losses.sort_by(f64::total_cmp);
    let expected = format!("place 64 of 64 at step 1, where the best 21 go on ({} or better)", losses[20]);
    assert_eq!(worst.pruned.as_deref(), Some(expected.as_str()));
}

#[test]
fn threads_and_the_runs_asked_for_decide_nothing() {
    let mixed = "[sweep.parameters]\n\"train.learning_rate\" = { linspace = [0.001, 2.5, 600] }\n\
                 \"model.bias\" = [true, false]";
    let halved = experiment(HALVING, mixed);
    let whole = trained(&halved, 0..1200, 1);
    assert_eq!(whole, trained(&halved, 0..1200, 3));
    for runs in [0..1, 17..18, 63..65, 74..76, 150..1200, 1199..1200] {
        assert_eq!(whole[runs.start as usize..runs.end as usize], trained(&halved, runs.clone(), 2), "{runs:?}");
    }
    for status in [Status::Converged, Status::Diverged, Status::Pruned, Status::MaxSteps] {
        assert!(whole.iter().any(|run| run.status == status), "{status:?}");
    }
}

#[test]
fn what_ended_by_itself_neither_competes_nor_is_pruned() {
    // Rates beyond 2 diverge, and that at 1 is there after one step: neither takes a place from those that wait.
    let rates = "[sweep.parameters]\n\"train.learning_rate\" = [1e9, 1.0, 0.1, 0.2, 0.3, 0.05]";
    let records = trained(&experiment("halving = { min_steps = 2, factor = 2 }\ndiverged_above = 100", rates), 0..6, 1);
    let ended: Vec<(Status, u64)> = records.iter().map(|run| (run.status, run.record.steps)).collect();
    let expected = [
        (Status::Diverged, 1),
        (Status::Converged, 1),
        (Status::Pruned, 2),
        (Status::Pruned, 4),
        // ½(1 − 0.3)²ᵏ is 1.06e-9 at k = 28.
        (Status::Converged, 29),
        (Status::Pruned, 2),
    ];
    assert_eq!(ended, expected);
}
