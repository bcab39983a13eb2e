//! `etascape explain`: the first steps of one run in full, and the theory of the other steps, as plain text.

mod explained_run;
mod layout;
mod local;
mod network;
mod neuron;
mod theory;
mod words;

use std::fmt::Write;

use etascape_core::theory::linear;
use etascape_core::trace;

pub use explained_run::ExplainedRun;

use crate::findings::EndedAtStart;
use explained_run::is_neuron;

/// The steps that are shown in full.
const STEPS: u64 = 3;
/// Rows that are shown.
const ROWS: usize = 8;

/// The explanation of a run.
///
/// A linear model with one output and a squared error is shown to the last product, with the theory of its quadratic
/// loss. Any other network is shown layer by layer for a few rows, with the sharpness at its start. The end of the text
/// lists what is left out.
pub fn explain(run: ExplainedRun<'_>) -> String {
    let as_trained = run.rows_as_trained();
    let shown = ExplainedRun { data: as_trained.as_ref().unwrap_or(run.data), ..run };
    let steps = trace(run.shape, run.data, run.hyper, STEPS, ROWS).expect("a plan's runs fit");
    let mut text = words::opening(run);
    beginning(&mut text, run);
    if is_neuron(run.shape) {
        steps.iter().enumerate().for_each(|(k, step)| neuron::step(&mut text, shown, k, step));
    } else {
        steps.iter().enumerate().for_each(|(k, step)| network::step(&mut text, shown, k, step));
    }
    match linear(run.shape, run.data) {
        Some(theory) => theory::describe(&mut text, run, &theory),
        None => local::describe(&mut text, run),
    }
    words::closing(&mut text, run, steps.len() as u64);
    text
}

/// The note that a stop rule ends the run before its first update, whatever η is.
fn beginning(text: &mut String, run: ExplainedRun<'_>) {
    for sentence in EndedAtStart::of_run(run.shape, run.data, run.hyper).sentences() {
        let _ = writeln!(text, "\n{sentence}.\nThe steps here are taken all the same.");
    }
}
