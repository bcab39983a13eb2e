//! Training agrees with PyTorch, with JAX and optax, and with arithmetic by hand (`reference/make.py`).
//!
//! Tolerances, relative: losses 1e-13 over the first ten steps and 1e-9 after (the worst case needs 4e-11);
//! parameters at the end 1e-9 of the largest.

mod case;
mod common;

use case::Case;
use common::{assert_close, hyper, losses, seed_problem, shape, train_one};
use etascape_core::Optimizer;

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str(include_str!(concat!("reference/", $name, ".json"))).expect($name)
    };
}

fn check(cases: Vec<Case>) {
    assert!(!cases.is_empty());
    cases.iter().for_each(check_case);
}

fn check_case(case: &Case) {
    let record = train_one(&case.shape(), &case.data(), &case.hyper());
    assert_eq!(record.curve.len(), case.losses.len(), "{}", case.name);
    for (step, (actual, expected)) in losses(&record).into_iter().zip(&case.losses).enumerate() {
        let tolerance = if step <= 10 { 1e-13 } else { 1e-9 };
        assert_close(actual, *expected, tolerance, &format!("{}, loss at step {step}", case.name));
    }
    let largest = case.end.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
    assert_eq!(record.parameters.len(), case.end.len(), "{}", case.name);
    for (index, (actual, expected)) in record.parameters.iter().zip(&case.end).enumerate() {
        let error = (actual - expected).abs();
        assert!(error <= 1e-9 * largest, "{}, parameter {index}: {actual:e}, expected {expected:e}", case.name);
    }
}

#[test]
fn optimizers_are_those_of_pytorch() {
    check(fixture!("optimizers"));
}

#[test]
fn losses_are_those_of_pytorch() {
    check(fixture!("losses"));
}

#[test]
fn activations_are_those_of_pytorch() {
    check(fixture!("activations"));
}

#[test]
fn parametrizations_and_rates_per_layer_agree_with_pytorch() {
    check(fixture!("parametrizations"));
}

#[test]
fn schedules_are_those_of_pytorch() {
    check(fixture!("schedules"));
}

#[test]
fn three_hundred_steps_agree_with_jax_and_optax() {
    check(fixture!("jax"));
}

#[derive(serde::Deserialize)]
struct ByHand {
    learning_rate: f64,
    exact: Vec<[f64; 3]>,
    closed_form: Vec<(u64, f64, f64, f64)>,
}

#[test]
fn the_seed_problem_agrees_with_arithmetic_by_hand() {
    let [by_hand]: [ByHand; 1] = fixture!("seed");
    let sgd = Optimizer::default();
    let record =
        train_one(&shape(&[1, 1], true, &[3.0, -8.0], 2000), &seed_problem(), &hyper(sgd, by_hand.learning_rate));
    let exact = by_hand.exact.iter().enumerate().map(|(step, [loss, w, b])| (step as u64, *loss, *w, *b));
    for (step, loss, w, b) in exact.chain(by_hand.closed_form) {
        let point = &record.curve[step as usize];
        assert_eq!(point.step, step);
        // Near the solution the loss is a square of differences: as exact as they are, against w and b.
        let tolerance = if step <= 10 { 1e-14 } else { 1e-13 / loss.min(1.0).sqrt() };
        assert_close(point.loss, loss, tolerance, &format!("loss at step {step}"));
        assert_close(point.parameters[0], w, 1e-14, &format!("w at step {step}"));
        assert_close(point.parameters[1], b, 1e-14, &format!("b at step {step}"));
    }
    assert_eq!((record.curve[0].loss, record.curve[0].parameters[0]), (36.0, 3.0));
}

#[derive(serde::Deserialize)]
struct Measured {
    name: String,
    learning_rate: f64,
    steps: u64,
    converged_below: f64,
    diverged_above: serde_json::Value,
    trainability: f64,
}

#[test]
fn trainability_is_the_measure_of_sohl_dickstein() {
    let cases: Vec<Measured> = fixture!("trainability");
    for case in cases {
        let mut asked = shape(&[1, 1], true, &[3.0, -8.0], case.steps);
        asked.trainability = true;
        let mut run = hyper(Optimizer::default(), case.learning_rate);
        run.converged_below = case.converged_below;
        run.diverged_above = case.diverged_above.as_f64().unwrap_or(f64::INFINITY);
        let measured = train_one(&asked, &seed_problem(), &run).extras().trainability.expect("it was asked for");
        assert_close(measured, case.trainability, 1e-10, &case.name);
    }
}
