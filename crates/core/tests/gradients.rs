//! Gradients of every loss × activation × depth agree with central differences of the loss itself.
//!
//! The gradient is read off one step of plain gradient descent at rate 1, g = θ₀ − θ₁; the loss at any θ is the
//! `initial_loss` of a run that starts there. Gradients in f32 agree with those. At the drawn parameters no kink of relu, mae or huber lies within reach
//! of the differences (one that did would fail the test, not hide an error).

mod common;
mod task;

use common::{hyper, train_one};
use etascape_core::{Activation, Data, Loss, Optimizer, Parametrization, Precision, Sgd, Shape, Start};
use task::{ACTIVATIONS, GAIN, LOSSES, rows, start, task};

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });
/// Relative to the gradient's length.
const TOLERANCE: f64 = 1e-8;
/// That of f32: its numbers are off by 6e-8, and the gradient, read off the difference of parameters, by a few times that.
const TOLERANCE_OF_SINGLES: f64 = 4e-6;

fn gradient(task: &Shape, data: &Data) -> Vec<f64> {
    let mut run = hyper(SGD, 1.0);
    run.gain = GAIN;
    let end = train_one(task, data, &run).parameters;
    start(task).iter().zip(end).map(|(before, after)| before - after).collect()
}

fn loss_at(task: &Shape, data: &Data, parameters: Vec<f64>) -> f64 {
    let mut run = hyper(SGD, 0.0);
    run.gain = GAIN;
    train_one(&Shape { start: Start::Given(parameters.into()), ..task.clone() }, data, &run).initial_loss
}

/// ∂loss/∂θₚ by central differences at h and h/2, extrapolated by Richardson: the error is of order h⁴.
fn difference(task: &Shape, data: &Data, p: usize) -> f64 {
    let slope = |h: f64| {
        let at = |shift: f64| {
            let mut parameters = start(task);
            parameters[p] += shift;
            loss_at(task, data, parameters)
        };
        (at(h) - at(-h)) / (2.0 * h)
    };
    let h = 1e-4;
    (4.0 * slope(h / 2.0) - slope(h)) / 3.0
}

#[track_caller]
fn check(task: &Shape, data: &Data) {
    let what = format!("{:?}, {:?}", task.loss, task.network);
    let gradient = gradient(task, data);
    assert_eq!(gradient.len(), task.network.parameters(), "{what}");
    let length = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    assert!(length > 1e-4, "{what}: nothing to compare");
    for (p, actual) in gradient.iter().enumerate() {
        let error = (actual - difference(task, data, p)).abs();
        assert!(error <= TOLERANCE * length, "{what}, parameter {p}: {actual:e} is off by {error:e} of {length:e}");
    }
    let singles = self::gradient(&Shape { precision: Precision::F32, ..task.clone() }, data);
    for (p, (single, exact)) in singles.iter().zip(&gradient).enumerate() {
        let error = (single - exact).abs();
        assert!(error <= TOLERANCE_OF_SINGLES * length, "{what}, parameter {p} in f32: {error:e} of {length:e}");
    }
}

fn check_every_activation_and_depth(loss: Loss) {
    for activation in ACTIVATIONS {
        for hidden in 1..=4 {
            check(&task(loss, activation, hidden, Parametrization::Standard, true), &rows(loss));
        }
    }
}

#[test]
fn of_half_sse() {
    check_every_activation_and_depth(Loss::HalfSse);
}

#[test]
fn of_mse() {
    check_every_activation_and_depth(Loss::Mse);
}

#[test]
fn of_mae() {
    check_every_activation_and_depth(Loss::Mae);
}

#[test]
fn of_huber() {
    check_every_activation_and_depth(Loss::Huber);
}

#[test]
fn of_bce() {
    check_every_activation_and_depth(Loss::Bce);
}

#[test]
fn of_cross_entropy() {
    check_every_activation_and_depth(Loss::CrossEntropy);
}

#[test]
fn of_every_parametrization_with_and_without_bias_and_hidden_layers() {
    for parametrization in [Parametrization::Standard, Parametrization::Ntk, Parametrization::MeanField] {
        for bias in [true, false] {
            for (loss, hidden) in LOSSES.iter().flat_map(|loss| [(*loss, 0), (*loss, 2)]) {
                check(&task(loss, Activation::Tanh, hidden, parametrization, bias), &rows(loss));
            }
        }
    }
}
