//! Mini-batches, on rows that show which of them an update saw, and what is measured of classes.

mod common;

use common::{data, hyper, losses, rows, shape, train_one};
use etascape_core::{CurveSteps, Data, Hyper, Loss, Optimizer, Patience, Rows, RunRecord, Sgd, Shape, StopReason};

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });
const ROWS: usize = 16;

/// A row for each unit vector, targets 0, from weights 1: at η = ½ an update halves the weight of each row it sees.
fn visits(seed: u64, batch_size: usize, steps: u64) -> RunRecord {
    let unit = |row| (0..ROWS).map(|i| f64::from(i == row)).collect::<Vec<_>>();
    let units: Vec<Vec<f64>> = (0..ROWS).map(unit).collect();
    let features: Vec<&[f64]> = units.iter().map(|row| row.as_slice()).collect();
    let mut asked = shape(&[ROWS, 1], false, &[1.0; ROWS], steps);
    asked.batch_size = batch_size;
    train_one(&asked, &data(&features, &[0.0; ROWS]), &Hyper { seed, ..hyper(SGD, 0.5) })
}

/// How often each row has been seen after so many steps.
fn counts(record: &RunRecord, step: usize) -> Vec<u64> {
    let halvings = |weight: &f64| (0..64).find(|k| *weight * (1u64 << k) as f64 == 1.0).expect("a power of ½");
    record.curve[step].parameters.iter().map(halvings).collect()
}

/// The rows in the order in which they were first seen, one at a time, from a step on.
fn order(record: &RunRecord, from: usize) -> Vec<usize> {
    let seen = |step| {
        let (before, after) = (counts(record, step), counts(record, step + 1));
        (0..ROWS).find(|&row| after[row] > before[row]).expect("a row")
    };
    (from..from + ROWS).map(seen).collect()
}

#[test]
fn an_epoch_sees_every_row_once() {
    for batch_size in [1, 2, 4, 8] {
        let epoch = ROWS / batch_size;
        let record = visits(3, batch_size, 3 * epoch as u64);
        for step in 0..=3 * epoch {
            assert_eq!(counts(&record, step).iter().sum::<u64>(), (step * batch_size) as u64);
        }
        for epochs in 0..=3 {
            assert_eq!(counts(&record, epochs * epoch), [epochs as u64; ROWS], "batches of {batch_size}");
        }
    }
}

#[test]
fn the_loss_is_that_of_all_rows() {
    let halved = |seen: usize| 0.5 * ((ROWS - seen) as f64 + 0.25 * seen as f64);
    assert_eq!(losses(&visits(3, 4, 4)), [0, 4, 8, 12, 16].map(halved));
}

#[test]
fn the_order_depends_on_the_seed_and_the_epoch() {
    let record = visits(3, 1, 2 * ROWS as u64);
    assert_eq!(record, visits(3, 1, 2 * ROWS as u64));
    assert_ne!(order(&record, 0), order(&record, ROWS));
    assert_ne!(order(&record, 0), order(&visits(4, 1, ROWS as u64), 0));
    assert_ne!(order(&record, 0), (0..ROWS).collect::<Vec<_>>());
}

#[test]
fn a_batch_of_all_rows_is_the_full_batch() {
    assert_eq!(visits(3, ROWS, 5), visits(3, 0, 5));
}

/// The sum over a batch of two is 2w and the mean (mse) 2w as well: twice the error once, not once the error twice.
#[test]
fn a_mean_is_over_the_rows_of_the_batch() {
    for loss in [Loss::HalfSse, Loss::Mse] {
        let mut asked = shape(&[1, 1], false, &[1.0], 2);
        asked.batch_size = 2;
        asked.loss = loss;
        let same = data(&[&[1.0], &[1.0], &[1.0], &[1.0]], &[0.0; 4]);
        let record = train_one(&asked, &same, &hyper(SGD, 0.25));
        assert_eq!(record.parameters[0], 0.25, "{loss:?}");
        assert_eq!(record.initial_loss, if loss == Loss::Mse { 1.0 } else { 2.0 });
    }
}

#[test]
fn accuracy_is_the_share_of_rows_whose_likeliest_class_is_theirs() {
    let classified = |loss, start: &[f64], targets: [f64; 4]| {
        let mut asked = shape(&[1, start.len()], false, start, 1);
        asked.loss = loss;
        let train = rows(&[&[2.0], &[1.0], &[-1.0], &[-2.0]], &targets);
        let validation = rows(&[&[3.0], &[-3.0]], &[targets[0], targets[1]]);
        let record = train_one(&asked, &Data::new(train, validation), &hyper(SGD, 0.0));
        assert_eq!(record.curve[0].metrics, record.extras().metrics);
        (record.extras().metrics.accuracy, record.extras().metrics.val_accuracy)
    };
    assert_eq!(classified(Loss::Bce, &[1.0], [1.0, 1.0, 0.0, 1.0]), (Some(0.75), Some(0.5)));
    assert_eq!(classified(Loss::Bce, &[-1.0], [1.0, 0.0, 0.0, 1.0]), (Some(0.5), Some(0.0)));
    // Class 0 is the likeliest above x = 0, class 2 below.
    assert_eq!(classified(Loss::CrossEntropy, &[1.0, 0.0, -1.0], [0.0, 2.0, 2.0, 1.0]), (Some(0.5), Some(1.0)));
}

/// A run of one weight on rows of which one is far steeper than the others: its batch diverges long before an epoch ends.
fn steep(batch_size: usize, curve: CurveSteps) -> (Shape, Data) {
    let mut features = vec![1.0; ROWS];
    features[5] = 1e3;
    let all = Rows { inputs: 1, features, targets: vec![0.0; ROWS] };
    (Shape { batch_size, curve, log_batch_loss: true, ..shape(&[1, 1], false, &[1.0], 100) }, Data::from(all))
}

#[test]
fn the_loss_is_known_at_logged_steps_evaluations_and_the_end() {
    // From w = 1 at η = 0 the loss stays ROWS / 2; a run ends at the first evaluation that is at or below a bound it meets
    // at step 0, so patience shows the steps at which it looks.
    let same = Data::from(Rows { inputs: 1, features: vec![1.0; ROWS], targets: vec![0.0; ROWS] });
    let ended = |evaluate_every, batch_size, curve, patience| {
        let patience = Some(Patience { steps: patience, min_delta: 0.0 });
        let asked = Shape { batch_size, evaluate_every, curve, patience, ..shape(&[1, 1], false, &[1.0], 100) };
        let record = train_one(&asked, &same, &hyper(SGD, 0.0));
        (record.stop_reason, record.steps)
    };
    let none = CurveSteps::None;
    assert_eq!(ended(0, 0, none, 3), (StopReason::Plateau, 3), "full batches are looked at at every step");
    assert_eq!(ended(1, 4, none, 3), (StopReason::Plateau, 3));
    assert_eq!(ended(7, 4, none, 3), (StopReason::Plateau, 7));
    assert_eq!(ended(7, 4, none, 8), (StopReason::Plateau, 14));
    assert_eq!(ended(7, 4, CurveSteps::Every(5), 3), (StopReason::Plateau, 5));
    assert_eq!(ended(1000, 4, none, 3), (StopReason::Plateau, 100), "and at the end, where a plateau is known");
    // 16 rows in batches of 3: epochs end within steps 6, 11, 16, 22 …
    for (patience, step) in [(1, 6), (7, 11), (12, 16), (17, 22)] {
        assert_eq!(ended(0, 3, none, patience), (StopReason::Plateau, step));
    }
}

#[test]
fn the_loss_of_a_batch_ends_a_run_at_once() {
    let (asked, data) = steep(1, CurveSteps::Points(2));
    let run = Hyper { diverged_factor: 10.0, ..hyper(SGD, 0.1) };
    let record = train_one(&asked, &data, &run);
    let last = record.curve.last().unwrap();
    assert_eq!(record.stop_reason, StopReason::Diverged);
    assert!(record.steps > 0 && !record.steps.is_multiple_of(ROWS as u64), "{} is no evaluation", record.steps);
    assert_eq!((last.step, last.loss), (record.steps, record.final_loss), "the loss over all rows is known at the end");
    let limit = 10.0 * record.initial_loss;
    assert!(last.batch_loss.unwrap() > limit || record.final_loss > limit, "{record:?}");
}

/// At η = ½ a batch of unit vectors has the loss ½ Σ w² of its rows: 1 of two rows that were not seen before.
#[test]
fn the_loss_of_the_next_batch_is_logged() {
    let unit = |row| (0..ROWS).map(move |i| f64::from(i == row));
    let all = Rows { inputs: ROWS, features: (0..ROWS).flat_map(unit).collect(), targets: vec![0.0; ROWS] };
    let mut asked = shape(&[ROWS, 1], false, &[1.0; ROWS], 9);
    (asked.batch_size, asked.log_batch_loss) = (2, true);
    let batch_losses = |asked: &Shape| -> Vec<Option<f64>> {
        let record = train_one(asked, &Data::from(all.clone()), &hyper(SGD, 0.5));
        record.curve.iter().map(|point| point.batch_loss).collect()
    };
    let expected: Vec<Option<f64>> = [vec![Some(1.0); 8], vec![Some(0.25), None]].concat();
    assert_eq!(batch_losses(&asked), expected, "after an epoch every weight is ½; no update follows the last step");
    assert_eq!(batch_losses(&Shape { log_batch_loss: false, ..asked.clone() }), [None; 10]);
    assert_eq!(batch_losses(&Shape { batch_size: 0, ..asked }), [None; 10], "there are no batches");
}
