//! The first steps of one run worked out loud, and what theory says of the rest: plain text, for `etascape explain`.

mod layout;
mod local;
mod network;
mod neuron;
mod subject;
mod theory;
mod words;

use std::fmt::Write;

use etascape_core::theory::linear;
use etascape_core::trace;

pub use subject::Subject;

use crate::findings::Beginnings;
use subject::is_neuron;

/// Steps that are worked out.
const STEPS: u64 = 3;
/// Rows that are shown.
const ROWS: usize = 8;

/// The explanation of a run.
///
/// A linear model with one output and a squared error is worked out to the last product, with the theory of its
/// landscape; any other network layer by layer for a few rows, with the sharpness at its start. What is left out is said at the end.
pub fn explain(subject: Subject<'_>) -> String {
    let steps = trace(subject.shape, subject.data, subject.hyper, STEPS, ROWS).expect("a plan's runs fit");
    let mut text = words::opening(subject);
    beginning(&mut text, subject);
    if is_neuron(subject.shape) {
        steps.iter().enumerate().for_each(|(k, step)| neuron::step(&mut text, subject, k, step));
    } else {
        steps.iter().enumerate().for_each(|(k, step)| network::step(&mut text, subject, k, step));
    }
    match linear(subject.shape, subject.data) {
        Some(theory) => theory::describe(&mut text, subject, &theory),
        None => local::describe(&mut text, subject),
    }
    words::closing(&mut text, subject, steps.len() as u64);
    text
}

/// Where a stop rule ends the run before its first update, what η has no part in.
fn beginning(text: &mut String, subject: Subject<'_>) {
    for sentence in Beginnings::of_run(subject.shape, subject.data, subject.hyper).sentences() {
        let _ = writeln!(text, "\n{sentence}.\nThe steps here are taken all the same.");
    }
}
