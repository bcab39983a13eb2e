//! The theory of the run, by linear algebra.

use std::fmt::Write;

use etascape_core::theory::{LinearTheory, Origin, plain_rate};
use etascape_text::{counted, digits, short};

use super::explained_run::{ExplainedRun, parameters};
use super::layout::{heading, table, wrapped};
use crate::theory::{Example, HEAD, Theory, UNPREDICTED, WHY, at, regions};

/// Eigenvalues that are listed.
const EIGENVALUES: usize = 10;

pub(super) fn describe(text: &mut String, subject: ExplainedRun<'_>, theory: &LinearTheory) {
    heading(text, "Theory");
    let start = theory.origin(subject.shape, subject.data, subject.hyper);
    let _ = writeln!(text, "{}\n", wrapped(WHY));
    let shown: Vec<String> = theory.eigenvalues.iter().take(EIGENVALUES).map(|&value| digits(value, 6)).collect();
    let more = if theory.eigenvalues.len() > EIGENVALUES { ", …" } else { "" };
    let rows = [
        ("eigenvalues of H", format!("{}{more}", shown.join(", "))),
        ("stability limit 2/λmax", digits(theory.stability_limit, 6)),
        ("best fixed η = 2/(λmin + λmax)", digits(theory.best_rate, 6)),
        ("condition number λmax/λmin", digits(theory.condition_number, 4)),
        ("least loss", short(negligible(theory.least_loss, start.loss))),
        ("solution that training reaches", solution(subject, &theory.solution_from(&start.parameters))),
    ];
    for (name, value) in rows {
        let _ = writeln!(text, "  {name:<32} {value}");
    }
    match plain_rate(subject.shape, subject.data, subject.hyper) {
        Some(rate) => {
            let _ = writeln!(text);
            left_table(text, &regions(theory));
            at_rate(text, subject, theory, &start, rate);
        }
        None => {
            let _ = writeln!(text, "\n{}", wrapped(&format!("Limit and best η are only a guide here: {UNPREDICTED}.")));
        }
    }
    if let Some(sweep) = subject.theory.filter(|sweep| sweep.forecasts.len() > 1) {
        predictions(text, sweep);
    }
}

/// The predicted ends of some runs of the sweep.
fn predictions(text: &mut String, sweep: &Theory) {
    let _ = writeln!(
        text,
        "\n  Runs of the sweep before they are trained (`etascape run` puts what it measures beside):\n"
    );
    let head = HEAD.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(sweep.examples().iter().map(Example::cells)).collect();
    table(text, &rows);
}

/// A table with left-aligned columns.
fn left_table(text: &mut String, (head, rows): &(Vec<String>, Vec<Vec<String>>)) {
    let width = |c: usize| std::iter::once(head).chain(rows).map(|row| row[c].chars().count()).max().unwrap_or(0);
    for row in std::iter::once(head).chain(rows) {
        let cells: Vec<String> =
            row.iter().enumerate().map(|(c, cell)| format!("{cell:<width$}", width = width(c))).collect();
        let _ = writeln!(text, "  {}", cells.join("  ").trim_end());
    }
}

fn solution(subject: ExplainedRun<'_>, solution: &[f64]) -> String {
    match solution.len() {
        ..=16 => parameters(subject, &solution.iter().map(|x| rounded(*x)).collect::<Vec<_>>()),
        many => counted(many, "parameter"),
    }
}

/// The least loss; 0 where it is rounding noise beside the loss at the start.
fn negligible(least: f64, start: f64) -> f64 {
    if least < 1e-24 * start { 0.0 } else { least }
}

/// A number without its last digits, which are rounding errors.
fn rounded(x: f64) -> f64 {
    let scale = 1e9;
    if x.abs() < 1e3 { (x * scale).round() / scale } else { x }
}

fn at_rate(text: &mut String, subject: ExplainedRun<'_>, theory: &LinearTheory, start: &Origin, rate: f64) {
    let factor = theory.contraction(rate);
    let _ = writeln!(text, "\n  At η = {}:", short(rate));
    let _ = writeln!(
        text,
        "  the slowest direction keeps {} of its distance at each step, so the loss above its least is multiplied by {}",
        digits(factor, 6),
        digits(factor * factor, 6)
    );
    let _ = writeln!(text, "{}", wrapped(&at(theory, rate)));
    if let Some(steps) = theory.steps_to(subject.hyper.converged_below, start, rate) {
        let limit = short(subject.hyper.converged_below);
        let _ = writeln!(text, "  The loss is expected to come to {limit} or less after {}.", counted(steps, "step"));
    }
    let _ = writeln!(text);
    let mut rows = vec![vec!["step".to_string(), "expected loss".to_string()]];
    for step in [0, 1, 2, 3, 10, 30, 100, 300, 1000].into_iter().filter(|&step| step <= subject.shape.steps) {
        rows.push(vec![step.to_string(), short(theory.expected_loss(start, rate, step))]);
    }
    table(text, &rows);
}
