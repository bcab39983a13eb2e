//! One step of a network, layer by layer, for a few rows.

use std::fmt::Write;

use etascape_core::{Loss, Step};
use etascape_text::{counted, short, spelt_out};

use super::explained_run::{ExplainedRun, is_plain, rates};
use super::layout::{more_rows, step_heading, table};
use super::words;

/// The most units of a layer that are shown.
const UNITS: usize = 6;
/// Rows that are shown at the start; later steps show the outputs only.
const ROWS: usize = 3;

pub(super) fn step(text: &mut String, subject: ExplainedRun<'_>, k: usize, step: &Step) {
    step_heading(text, k);
    words::state(text, subject, &step.parameters);
    if k == 0 {
        layers(text, subject, step);
    }
    outputs(text, subject, step);
    let _ =
        writeln!(text, "\n  E = {}  (over {})\n", short(step.loss), counted(subject.data.train.len(), "training row"));
    gradients(text, subject, step);
    let rates = rates(subject, step);
    let shown: Vec<String> = rates.iter().map(|&rate| short(rate)).collect();
    let one = rates.iter().all(|rate| *rate == rates[0]);
    let rate = if one { shown[0].clone() } else { format!("{} by layer", shown.join(", ")) };
    let rule = if is_plain(subject) { "θ ← θ − η ∂E/∂θ" } else { "the optimiser's update" };
    let _ = writeln!(text, "\n  {rule} with η = {rate}");
    if step.updated.len() <= 16 {
        words::state(text, subject, &step.updated);
    }
}

/// The outputs of every layer, for the first rows.
fn layers(text: &mut String, subject: ExplainedRun<'_>, step: &Step) {
    let network = &subject.shape.network;
    let shown = step.activations[0].len().min(ROWS);
    for row in 0..shown {
        let _ = writeln!(text, "  row {row}: x = {}", vector(subject.data.train.row(row)));
        for (layer, rows) in step.activations.iter().enumerate() {
            let name = if layer + 1 == network.layers() { "output y".into() } else { format!("layer {layer}, a") };
            let size = format!("{} → {}", network.fan_in(layer), network.fan_out(layer));
            let _ = writeln!(text, "    {name:<12} ({size:>9}) = {}", vector(&rows[row]));
        }
    }
    more_rows(text, shown, subject.data.train.len());
    let _ = writeln!(text);
}

fn outputs(text: &mut String, subject: ExplainedRun<'_>, step: &Step) {
    let outputs = &step.activations[step.activations.len() - 1];
    let mut rows = vec![head(subject.shape.loss).map(String::from).to_vec()];
    for (row, y) in outputs.iter().enumerate() {
        let target = subject.data.train.targets[row];
        rows.push(match subject.shape.loss {
            Loss::CrossEntropy => vec![class(subject, target), vector(y), short(probability(y, target as usize))],
            Loss::Bce => vec![short(target), short(y[0]), short(probability(&[0.0, y[0]], target as usize))],
            _ => vec![short(target), short(y[0]), short(target - y[0])],
        });
    }
    table(text, &rows);
    more_rows(text, outputs.len(), subject.data.train.len());
}

fn head(loss: Loss) -> [&'static str; 3] {
    match loss {
        Loss::CrossEntropy => ["class", "logits y", "probability of the class"],
        Loss::Bce => ["t", "logit y", "probability of t"],
        _ => ["t", "y", "t − y"],
    }
}

fn class(subject: ExplainedRun<'_>, target: f64) -> String {
    let name = subject.classes.and_then(|classes| classes.get(target as usize));
    name.map_or_else(|| short(target), |name| spelt_out(name).into_owned())
}

/// The softmax of the logits at one class.
fn probability(logits: &[f64], class: usize) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logits.iter().map(|y| libm::exp(y - largest)).sum();
    libm::exp(logits[class] - largest) / total
}

fn gradients(text: &mut String, subject: ExplainedRun<'_>, step: &Step) {
    if step.gradient.len() <= 16 {
        let names = subject.shape.network.parameter_names();
        let rows = names.iter().zip(&step.gradient).map(|(name, &value)| vec![format!("∂E/∂{name}"), short(value)]);
        table(text, &rows.collect::<Vec<_>>());
    } else {
        let named = [("θ", &step.parameters[..]), ("∂E/∂θ", &step.gradient[..]), ("new θ", &step.updated[..])];
        words::layer_sizes(text, subject, named);
    }
}

/// `[0.1, 0.2, …]`
fn vector(values: &[f64]) -> String {
    let shown: Vec<String> = values.iter().take(UNITS).map(|&value| format!("{:.4}", value + 0.0)).collect();
    format!("[{}{}]", shown.join(", "), if values.len() > UNITS { ", …" } else { "" })
}
