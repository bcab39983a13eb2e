//! One step of a linear model with a squared error, worked out to the last product.

use std::fmt::Write;

use etascape_core::{Loss, Parametrization, Step};
use etascape_text::{counted, short};

use super::layout::{more_rows, operand, step_heading, table, wrapped};
use super::subject::{Subject, rates};
use super::words;

pub(super) fn step(text: &mut String, subject: Subject<'_>, k: usize, step: &Step) {
    step_heading(text, k);
    words::state(text, subject, &step.parameters);
    let rows = &subject.data.train;
    let outputs = &step.activations[0];
    let errors: Vec<f64> = outputs.iter().zip(&rows.targets).map(|(y, t)| t - y[0]).collect();
    table(text, &row_table(subject, outputs, &errors));
    more_rows(text, outputs.len(), rows.len());
    if outputs.len() == rows.len() {
        sums(text, subject, step, &errors);
    } else {
        let _ = writeln!(text, "\n  E = {} over all {}", short(step.loss), counted(rows.len(), "row"));
    }
    gradient(text, subject, step, &errors);
    update(text, subject, step);
}

/// `x  t  y  t − y  (t − y)²`, a line a row.
fn row_table(subject: Subject<'_>, outputs: &[Vec<f64>], errors: &[f64]) -> Vec<Vec<String>> {
    let rows = &subject.data.train;
    let inputs: Vec<String> = match rows.inputs {
        1 => vec!["x".into()],
        inputs => (0..inputs.min(4)).map(|i| format!("x{i}")).collect(),
    };
    let mut head = inputs.clone();
    head.extend(["t", "y", "t − y", "(t − y)²"].map(String::from));
    let mut lines = vec![head];
    for (row, (y, &error)) in outputs.iter().zip(errors).enumerate() {
        let mut line: Vec<String> = rows.row(row).iter().take(inputs.len()).map(|&x| short(x)).collect();
        line.extend([rows.targets[row], y[0], error, error * error].map(short));
        lines.push(line);
    }
    lines
}

fn sums(text: &mut String, subject: Subject<'_>, step: &Step, errors: &[f64]) {
    let sum: f64 = errors.iter().sum();
    let squares: f64 = errors.iter().map(|error| error * error).sum();
    let _ = writeln!(text, "\n  Σ (t − y)  = {}", short(sum));
    let _ = writeln!(text, "  Σ (t − y)² = {}", short(squares));
    if let Some(words) = cancelled(errors) {
        let _ = writeln!(text, "{}", wrapped(&words));
        let _ = writeln!(text, "  Squares are never negative, so nothing cancels in their sum.");
    }
    let factor = match subject.shape.loss {
        Loss::HalfSse => "½".to_string(),
        _ => format!("1/{}", errors.len()),
    };
    let _ = writeln!(text, "  E = {factor} · {} = {}", short(squares), short(step.loss));
}

/// What is to be said where the errors cancel in their sum, or as good as do.
fn cancelled(errors: &[f64]) -> Option<String> {
    let sum: f64 = errors.iter().sum();
    let largest = errors.iter().fold(0.0f64, |largest, error| largest.max(error.abs()));
    if largest == 0.0 || sum.abs() >= 1e-6 * largest {
        return None;
    }
    let sum = if sum == 0.0 { "to 0" } else { "to almost 0" };
    let rows = match errors.iter().filter(|&&error| error == 0.0).count() {
        0 => "no row is right".to_owned(),
        right => {
            format!("only {right} of the {} {} right", errors.len(), if right == 1 { "rows is" } else { "rows are" })
        }
    };
    Some(format!("The errors sum {sum} although {rows}: errors of opposite sign cancel, and the sum hides them."))
}

fn gradient(text: &mut String, subject: Subject<'_>, step: &Step, errors: &[f64]) {
    let network = &subject.shape.network;
    let names = network.parameter_names();
    let rows = &subject.data.train;
    let worked = is_by_hand(subject) && errors.len() == rows.len() && rows.len() <= 4 && rows.inputs <= 4;
    let factor = match subject.shape.loss {
        Loss::HalfSse => String::new(),
        _ => format!("2/{} ", rows.len()),
    };
    let _ = writeln!(text);
    for (p, (name, &value)) in names.iter().zip(&step.gradient).enumerate().take(16) {
        let is_bias = p == rows.inputs;
        let input = if rows.inputs == 1 { "x".to_string() } else { format!("x{p}") };
        let formula = if is_bias { "Σ (y − t)".into() } else { format!("Σ (y − t)·{input}") };
        let _ = write!(text, "  ∂E/∂{name}");
        if is_by_hand(subject) {
            let _ = write!(text, " = {factor}{formula}");
        }
        if worked {
            let term = |row: usize| match is_bias {
                true => operand(-errors[row]),
                false => format!("{}·{}", operand(-errors[row]), operand(rows.row(row)[p])),
            };
            let terms: Vec<String> = (0..errors.len()).map(term).collect();
            let open = if factor.is_empty() { terms.join(" + ") } else { format!("{factor}({})", terms.join(" + ")) };
            let _ = write!(text, " = {open}");
        }
        let _ = writeln!(text, " = {}", short(value));
    }
}

/// Whether the gradient is the plain sum over all rows, without a parametrisation's factors.
fn is_by_hand(subject: Subject<'_>) -> bool {
    subject.shape.is_full_batch(subject.data) && subject.shape.network.parametrization == Parametrization::Standard
}

fn update(text: &mut String, subject: Subject<'_>, step: &Step) {
    let names = subject.shape.network.parameter_names();
    let rate = rates(subject, step)[0];
    let _ = writeln!(text);
    for (p, name) in names.iter().enumerate().take(16) {
        let [old, gradient, new] = [step.parameters[p], step.gradient[p], step.updated[p]];
        if subject.hyper.optimizer.is_plain() {
            let product = format!("{} − {}·{}", short(old), short(rate), operand(gradient));
            let _ = writeln!(text, "  {name} ← {name} − η ∂E/∂{name} = {product} = {}", short(new));
        } else {
            let _ = writeln!(text, "  {name}: {} → {}", short(old), short(new));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cancelled;

    #[test]
    fn rows_without_an_error_are_right() {
        let words = |errors: &[f64]| cancelled(errors).map(|words| words.split(':').next().unwrap_or("").to_owned());
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(words(&[1.0, -1.0]), said("The errors sum to 0 although no row is right"));
        assert_eq!(words(&[1.0, -1.0, 0.0]), said("The errors sum to 0 although only 1 of the 3 rows is right"));
        assert_eq!(words(&[2.0, 0.0, -2.0, 0.0]), said("The errors sum to 0 although only 2 of the 4 rows are right"));
        assert_eq!(words(&[1.0, 1e-9 - 1.0]), said("The errors sum to almost 0 although no row is right"));
        assert_eq!([words(&[0.0, 0.0]), words(&[1.0, -2.0])], [None, None]);
    }
}
