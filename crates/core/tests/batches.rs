//! Mini-batches, on rows that show which of them an update saw, and what is measured of classes.

mod common;

use common::{data, hyper, losses, rows, shape, train_one};
use etascape_core::{Data, Hyper, Loss, Optimizer, RunRecord, Sgd};

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
