//! What linear algebra says of the run beforehand.

use std::fmt::Write;

use etascape_core::theory::LinearTheory;
use etascape_core::{ScheduleKind, starting_parameters};

use super::{Subject, digits, heading, is_batched, is_plain, parameters, short, table};

/// Eigenvalues that are listed.
const EIGENVALUES: usize = 10;

pub(super) fn describe(text: &mut String, subject: Subject<'_>, theory: &LinearTheory) {
    heading(text, "Theory");
    let start = starting_parameters(subject.shape, subject.hyper);
    let _ = writeln!(
        text,
        "  E is quadratic, so its Hessian H = ∂²E/∂θ² is the same everywhere. Along an eigenvector of H with eigenvalue λ\n  \
         each step of gradient descent multiplies the distance from the solution by 1 − ηλ.\n"
    );
    let shown: Vec<String> = theory.eigenvalues.iter().take(EIGENVALUES).map(|&value| digits(value, 6)).collect();
    let more = if theory.eigenvalues.len() > EIGENVALUES { ", …" } else { "" };
    let rows = [
        ("eigenvalues of H", format!("{}{more}", shown.join(", "))),
        ("stability limit 2/λmax", digits(theory.stability_limit, 6)),
        ("best fixed η = 2/(λmin + λmax)", digits(theory.best_rate, 6)),
        ("condition number λmax/λmin", digits(theory.condition_number, 4)),
        ("least loss", short(negligible(theory.least_loss, theory.expected_loss(&start, 0.0, 0)))),
        ("solution that training reaches", solution(subject, &theory.solution_from(&start))),
    ];
    for (name, value) in rows {
        let _ = writeln!(text, "  {name:<32} {value}");
    }
    match rate(subject) {
        Some(rate) => at_rate(text, subject, theory, &start, rate),
        None => {
            let _ = writeln!(
                text,
                "\n  The update is not plain gradient descent, so the numbers of this section that hold for\n  it (limit, best η) are only a guide here."
            );
        }
    }
}

/// The one rate of plain full-batch gradient descent, where the run is that.
fn rate(subject: Subject<'_>) -> Option<f64> {
    let schedule = subject.shape.schedule;
    let is_constant = schedule.kind == ScheduleKind::Constant && schedule.warmup_steps == 0;
    (is_plain(subject) && is_constant && !is_batched(subject)).then(|| subject.hyper.learning_rate.of_layer(0))
}

fn solution(subject: Subject<'_>, solution: &[f64]) -> String {
    match solution.len() {
        ..=16 => parameters(subject, &solution.iter().map(|x| rounded(*x)).collect::<Vec<_>>()),
        many => format!("{many} parameters"),
    }
}

/// 0 for what is only rounding beside the loss at the start.
fn negligible(least: f64, start: f64) -> f64 {
    if least < 1e-24 * start { 0.0 } else { least }
}

/// Without the last digits, in which rounding errors stand.
fn rounded(x: f64) -> f64 {
    let scale = 1e9;
    if x.abs() < 1e3 { (x * scale).round() / scale } else { x }
}

fn at_rate(text: &mut String, subject: Subject<'_>, theory: &LinearTheory, start: &[f64], rate: f64) {
    let factor = theory.contraction(rate);
    let _ = writeln!(text, "\n  At η = {}:", short(rate));
    let _ = writeln!(
        text,
        "  the slowest direction keeps {} of its distance at each step, so the loss above its least is multiplied by {}",
        digits(factor, 6),
        digits(factor * factor, 6)
    );
    let verdict = match rate < theory.stability_limit {
        true => "η is below the stability limit: training converges.",
        false => "η is not below the stability limit: training diverges.",
    };
    let _ = writeln!(text, "  {verdict}");
    if let Some(steps) = theory.steps_to(subject.hyper.converged_below, start, rate) {
        let limit = short(subject.hyper.converged_below);
        let _ = writeln!(text, "  The loss is expected to come to {limit} or less after {steps} steps.");
    }
    let _ = writeln!(text);
    let mut rows = vec![vec!["step".to_string(), "expected loss".to_string()]];
    for step in [0, 1, 2, 3, 10, 30, 100, 300, 1000].into_iter().filter(|&step| step <= subject.shape.steps) {
        rows.push(vec![step.to_string(), short(theory.expected_loss(start, rate, step))]);
    }
    table(text, &rows);
}

pub(super) fn absent(text: &mut String, subject: Subject<'_>) {
    heading(text, "Theory");
    let reason = match subject.shape.network.layers() {
        1 => "the loss is not a squared error, or the model has more than 200 parameters",
        _ => "the network has hidden layers, so its Hessian changes as it learns",
    };
    let _ = writeln!(text, "  None in closed form: {reason}.");
    if subject.shape.network.layers() > 1 {
        let _ = writeln!(text, "  Near a minimum, gradient descent is stable where η < 2/λmax of the Hessian there.");
    }
}
