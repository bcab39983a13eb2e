//! The first steps of one run worked out loud, and what theory says of the rest: plain text, for `etascape explain`.

mod local;
mod network;
mod neuron;
mod theory;
mod words;

use std::fmt::Write;

use etascape_core::theory::linear;
use etascape_core::{Data, Hyper, Loss, Optimizer, Shape, Step, trace};
use etascape_text::{counted, short};

use crate::beginnings::Beginnings;
use crate::theory::Theory;

/// Steps that are worked out.
const STEPS: u64 = 3;
/// Rows that are shown.
const ROWS: usize = 8;

/// The run to explain.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// What the run is.
    pub shape: &'a Shape,
    /// Its numbers.
    pub hyper: &'a Hyper,
    /// Its rows.
    pub data: &'a Data,
    /// Names of the features, one per input.
    pub features: &'a [String],
    /// Names of the classes, where targets are classes.
    pub classes: Option<&'a [String]>,
    /// What theory says of the sweep's runs, where all descend on one quadratic.
    pub theory: Option<&'a Theory>,
    /// Paths of swept parameters, which stand here at the value outside the sweep.
    pub swept: &'a [String],
}

/// The explanation of a run.
///
/// A linear model with one output and a squared error is worked out to the last product, with the theory of its
/// landscape; any other network layer by layer for a few rows, with the sharpness at its start. What is left out is said at the end.
pub fn explain(subject: Subject<'_>) -> String {
    let steps = trace(subject.shape, subject.data, subject.hyper, STEPS, ROWS);
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

fn is_neuron(shape: &Shape) -> bool {
    shape.network.layers() == 1 && shape.network.outputs() == 1 && matches!(shape.loss, Loss::HalfSse | Loss::Mse)
}

/// Whether the update is plain gradient descent with one rate: `θ ← θ − η ∂E/∂θ`.
fn is_plain(subject: Subject<'_>) -> bool {
    let numbers = &subject.hyper.optimizer;
    let Optimizer::Sgd { .. } = subject.shape.optimizer else { return false };
    numbers.momentum == 0.0 && numbers.weight_decay == 0.0
}

fn is_batched(subject: Subject<'_>) -> bool {
    subject.shape.batch_size > 0 && subject.shape.batch_size < subject.data.train.len()
}

/// A negative number in brackets, to stand behind an operator.
fn operand(number: f64) -> String {
    if number < 0.0 { format!("({})", short(number)) } else { short(number) }
}

/// Rows of cells as aligned columns, each to the right, two spaces apart; the first row is the head.
fn table(text: &mut String, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |c: usize| rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}")).collect();
        let _ = writeln!(text, "  {}", cells.join("  ").trim_end());
    }
}

/// The step's new parameters under their names, for models small enough to show them all.
fn parameters(subject: Subject<'_>, values: &[f64]) -> String {
    let names = subject.shape.network.parameter_names();
    let pairs = names.iter().zip(values).map(|(name, &value)| format!("{name} = {}", short(value)));
    pairs.collect::<Vec<_>>().join("   ")
}

fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{title}\n{}", "─".repeat(title.chars().count()));
}

/// `Step 0`, and at the start what the parameters are.
fn step_heading(text: &mut String, k: usize) {
    heading(text, &if k == 0 { "Step 0, the start".to_string() } else { format!("Step {k}") });
}

/// Where the first rows are shown only.
fn more_rows(text: &mut String, shown: usize, all: usize) {
    if all > shown {
        let _ = writeln!(text, "  … and {} more", counted(all - shown, "row"));
    }
}

/// The rates of the update, per layer: one number where they agree.
fn rates(subject: Subject<'_>, step: &Step) -> Vec<f64> {
    let layers = subject.shape.network.layers();
    (0..layers).map(|layer| subject.hyper.learning_rate.of_layer(layer) * step.rate_factor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_numbers_are_in_brackets() {
        assert_eq!(operand(-6.0), "(-6)");
        assert_eq!(operand(6.0), "6");
    }
}
