//! What the integration tests share: the plainest shape and run, to be changed where a test says so.
#![allow(dead_code)] // Each test binary uses a part.

use etascape_core::{
    CurveSteps, Data, Hyper, LearningRate, Loss, Network, Optimizer, Rows, RunRecord, Shape, Start, train,
};

/// A shape of plain gradient descent on half the sum of squares, every step logged.
pub fn shape(widths: &[usize], bias: bool, start: &[f64], steps: u64) -> Shape {
    Shape {
        steps,
        start: Start::Given(start.into()),
        curve: CurveSteps::Every(1),
        log_parameters: true,
        ..Shape::new(Network::new(widths).unwrap().bias(bias), Loss::HalfSse)
    }
}

/// A run that nothing but the number of steps, or a loss that is not finite, ends.
pub fn hyper(optimizer: Optimizer, learning_rate: f64) -> Hyper {
    Hyper {
        seed: 0,
        learning_rate: LearningRate::Same(learning_rate),
        optimizer,
        gain: 1.0,
        init_scale: 1.0,
        init_offset: 0.0,
        init_w: None,
        init_b: None,
        converged_below: f64::NEG_INFINITY,
        diverged_factor: f64::INFINITY,
        diverged_above: f64::INFINITY,
    }
}

/// Training rows from their features and targets; none held out.
pub fn data(features: &[&[f64]], targets: &[f64]) -> Data {
    Data::new(rows(features, targets), Rows::default())
}

/// Rows from their features and targets.
pub fn rows(features: &[&[f64]], targets: &[f64]) -> Rows {
    Rows { inputs: features[0].len(), features: features.concat(), targets: targets.into() }
}

/// The points (3, 7) and (9, 13).
pub fn seed_problem() -> Data {
    data(&[&[3.0], &[9.0]], &[7.0, 13.0])
}

/// The record of one run trained alone.
pub fn train_one(shape: &Shape, data: &Data, hyper: &Hyper) -> RunRecord {
    let mut records = train(shape, data, std::slice::from_ref(hyper)).unwrap();
    assert_eq!(records.len(), 1, "a record per run");
    records.remove(0)
}

/// The logged losses.
pub fn losses(record: &RunRecord) -> Vec<f64> {
    record.curve.iter().map(|point| point.loss).collect()
}

/// Asserts that two numbers agree to a relative tolerance.
#[track_caller]
pub fn assert_close(actual: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (actual - expected).abs();
    assert!(error <= tolerance * expected.abs(), "{what}: {actual:e}, expected {expected:e}, off by {error:e}");
}
