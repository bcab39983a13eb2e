//! What the Hessian at the start says about the first steps, for models whose loss is not quadratic.

use std::fmt::Write;

use etascape_core::theory::plain_rate;
use etascape_core::{Optimizer, ScheduleKind, sharpness, starting_parameters};
use etascape_text::{counted, digits, short};

use super::explained_run::{ExplainedRun, is_batched};
use super::layout::{heading, wrapped};

/// The sharpness is computed up to this product of rows and parameters, which takes a second or two.
const MOST_WORK: usize = 2_000_000;

pub(super) fn describe(text: &mut String, subject: ExplainedRun<'_>) {
    heading(text, "Theory");
    let reason = match subject.shape.network.layers() {
        1 => {
            "The loss is not a squared error, or the model has more than 200 parameters: no closed form is worked out."
        }
        _ => {
            "The network has hidden layers, so the Hessian H of its loss changes as it learns: there is no closed form."
        }
    };
    let _ = writeln!(text, "{}", wrapped(reason));
    let (rows, parameters) = (subject.data.train.len(), subject.shape.network.parameters());
    if rows.saturating_mul(parameters) > MOST_WORK {
        let why = format!(
            "The sharpness λmax of H at the start is not worked out here, for {} and {}: \
             `log.sharpness_every` has a run log it.",
            counted(rows, "row"),
            counted(parameters, "parameter")
        );
        let _ = writeln!(text, "{}", wrapped(&why));
    } else {
        at_start(text, subject);
    }
    let _ = writeln!(text, "\n{}", wrapped(&later(subject)));
}

/// λmax at the start, and what it means for η.
fn at_start(text: &mut String, subject: ExplainedRun<'_>) {
    let start = starting_parameters(subject.shape, subject.hyper);
    let sharpest = sharpness(subject.shape, &subject.data.train, subject.hyper.gain, &start);
    let _ = writeln!(
        text,
        "{}\n",
        wrapped(
            "Where training starts, a small step multiplies the error along each eigenvector of H by 1 − ηλ, as on a \
             quadratic with that H."
        )
    );
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<32} {value}");
    };
    line("sharpness λmax at the start", &digits(sharpest, 6));
    if !sharpest.is_finite() {
        let _ = writeln!(text, "\n  The loss or its Hessian is not finite there: no rate can be told from it.");
        return;
    }
    if sharpest <= 0.0 {
        let _ = writeln!(text, "\n  No direction curves upwards there: no η is too large for the first step.");
        return;
    }
    line("stability limit 2/λmax there", &digits(2.0 / sharpest, 6));
    if let Some((name, limit)) = limit_with_momentum(subject, sharpest) {
        line(&name, &digits(limit, 6));
    }
    let changes = changes(subject);
    let _ = writeln!(text);
    match plain_rate(subject.shape, subject.data, subject.hyper) {
        Some(rate) => {
            let _ = writeln!(text, "{}", wrapped(&at_rate(rate, sharpest)));
        }
        None => {
            let _ =
                writeln!(text, "  2/λmax holds for plain gradient descent with one constant η, over all rows. Here:");
            changes.iter().for_each(|change| {
                let _ = writeln!(text, "{}", wrapped(&format!("- {change}")));
            });
        }
    }
}

/// What a rate does along the sharpest direction.
fn at_rate(rate: f64, sharpest: f64) -> String {
    let share = format!("η = {} is {} of that limit", short(rate), digits(0.5 * rate * sharpest, 3));
    let factor = digits(1.0 - rate * sharpest, 6);
    match rate * sharpest {
        ..=1.0 => {
            format!("{share}: along the sharpest direction the error is multiplied by {factor}, and keeps its sign.")
        }
        ..2.0 => format!(
            "{share}: along the sharpest direction the error is multiplied by {factor}; it changes sign at each step, \
             and shrinks."
        ),
        _ => format!(
            "{share}: along the sharpest direction the error is multiplied by {factor}; it changes sign at each step, \
             and grows. The loss rises at first: training diverges, or is thrown to where the loss is flatter \
             (Lewkowycz et al. 2020, \"The large learning rate phase of deep learning\")."
        ),
    }
}

/// The stability limit of gradient descent with momentum β on a quadratic, which also holds for the first steps here:
/// 2(1 + β)/λmax, and with Nesterov's momentum 2(1 + β)/((1 + 2β)λmax) (Cohen et al. 2021, appendix B).
fn limit_with_momentum(subject: ExplainedRun<'_>, sharpest: f64) -> Option<(String, f64)> {
    let numbers = &subject.hyper.optimizer;
    let Optimizer::Sgd { nesterov } = subject.shape.optimizer else { return None };
    if numbers.momentum == 0.0 || numbers.dampening != 0.0 || numbers.weight_decay != 0.0 {
        return None;
    }
    let (words, limit) = match nesterov {
        false => ("2(1 + β)/λmax", momentum_limit(numbers.momentum, sharpest)),
        true => ("2(1 + β)/((1 + 2β)λmax)", nesterov_limit(numbers.momentum, sharpest)),
    };
    Some((format!("with β = {}: {words}", short(numbers.momentum)), limit))
}

fn momentum_limit(beta: f64, sharpest: f64) -> f64 {
    2.0 * (1.0 + beta) / sharpest
}

fn nesterov_limit(beta: f64, sharpest: f64) -> f64 {
    momentum_limit(beta, sharpest) / (1.0 + 2.0 * beta)
}

/// How the update differs from plain gradient descent, and what that does to the limit.
fn changes(subject: ExplainedRun<'_>) -> Vec<String> {
    let numbers = &subject.hyper.optimizer;
    let mut changes = Vec::new();
    match subject.shape.optimizer {
        Optimizer::Sgd { .. } if numbers.momentum != 0.0 => {
            changes.push(format!("momentum {}: it carries the error further, so the limit is another", short(numbers.momentum)));
        }
        Optimizer::Sgd { .. } => {}
        _ => changes.push(
            "the optimiser divides each gradient by its usual size: what counts is λmax of H so scaled, which changes at \
             each step; 2/λmax of H is no limit"
                .to_owned(),
        ),
    }
    if matches!(subject.shape.optimizer, Optimizer::Sgd { .. }) && numbers.weight_decay != 0.0 {
        changes.push(format!("weight decay {} adds that much to each λ", short(numbers.weight_decay)));
    }
    let schedule = &subject.shape.schedule;
    if schedule.kind != ScheduleKind::Constant || schedule.warmup_steps > 0 {
        changes.push("η follows a schedule: the η of a step is what counts at that step".to_owned());
    }
    if is_batched(subject) {
        changes.push("each mini-batch has an H of its own: the limit is a guide, and noise lowers it".to_owned());
    }
    let rates = (0..subject.shape.network.layers()).map(|layer| subject.hyper.learning_rate.of_layer(layer));
    if rates.clone().any(|rate| rate != subject.hyper.learning_rate.of_layer(0)) {
        changes.push("layers have rates of their own: no single η is to compare with the limit".to_owned());
    }
    changes
}

/// What is known of the steps after the first.
fn later(subject: ExplainedRun<'_>) -> String {
    let edge = match plain_rate(subject.shape, subject.data, subject.hyper) {
        Some(rate) => format!("2/η = {}", short(2.0 / rate)),
        None => "the limit".to_owned(),
    };
    format!(
        "This is a local statement, of H at the start alone. Gradient descent tends to sharpen a network while it is \
         stable; at {edge} sharpening stops: the loss jumps up and down and still falls in the long run, at the edge of \
         stability (Cohen et al. 2021, \"Gradient descent on neural networks typically occurs at the edge of \
         stability\"). `log.sharpness_every` logs λmax, and the report shows it beside 2/η."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// |θ| after many updates on ½ λ θ² with momentum β, as `torch.optim.SGD` makes them.
    fn after(rate: f64, beta: f64, sharpest: f64, nesterov: bool) -> f64 {
        let (mut theta, mut buffer) = (1.0_f64, 0.0);
        for _ in 0..2000 {
            let gradient = sharpest * theta;
            buffer = beta * buffer + gradient;
            theta -= rate * if nesterov { gradient + beta * buffer } else { buffer };
        }
        theta.abs()
    }

    #[test]
    fn descent_with_momentum_is_stable_up_to_its_limit() {
        for beta in [0.0, 0.5, 0.9] {
            for (limit, nesterov) in [(momentum_limit(beta, 7.0), false), (nesterov_limit(beta, 7.0), true)] {
                assert!(after(0.97 * limit, beta, 7.0, nesterov) < 1e-6, "β = {beta}, below {limit}");
                assert!(after(1.03 * limit, beta, 7.0, nesterov) > 1e6, "β = {beta}, above {limit}");
            }
        }
    }

    #[test]
    fn a_rate_is_told_by_its_share_of_the_limit() {
        assert!(at_rate(0.02, 6.6).starts_with("η = 0.02 is 0.0660 of that limit: along"));
        assert!(at_rate(0.25, 6.0).contains("multiplied by -0.500000; it changes sign at each step, and shrinks"));
        assert!(at_rate(0.5, 6.0).contains("is 1.50 of that limit") && at_rate(0.5, 6.0).contains("and grows"));
    }
}
