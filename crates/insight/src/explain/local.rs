//! What the Hessian at the start says about the first steps, for models whose loss is not quadratic.

use std::fmt::Write;

use etascape_core::theory::plain_rate;
use etascape_core::{Optimizer, sharpness, starting_parameters};
use etascape_text::{counted, digits, short};

use super::explained_run::ExplainedRun;
use super::layout::{heading, wrapped};
use crate::facts::MOST_WORK;

pub(super) fn describe(text: &mut String, run: ExplainedRun<'_>) {
    heading(text, "Theory");
    let reason = match run.shape.network.layers() {
        1 => {
            "The loss is not a squared error, or the model has more than 200 parameters: no closed form is worked out."
        }
        _ => {
            "The network has hidden layers, so the Hessian H of its loss changes as it learns: there is no closed form."
        }
    };
    let _ = writeln!(text, "{}", wrapped(reason));
    let (rows, parameters) = (run.data.train.len(), run.shape.network.parameters());
    if rows.saturating_mul(parameters) > MOST_WORK {
        let why = format!(
            "The sharpness λmax of H at the start is not worked out here, for {} and {}: \
             `log.sharpness_every` has a run log it.",
            counted(rows, "row"),
            counted(parameters, "parameter")
        );
        let _ = writeln!(text, "{}", wrapped(&why));
    } else {
        at_start(text, run);
    }
    let _ = writeln!(text, "\n{}", wrapped(&later(run)));
}

/// λmax at the start, and what it means for η.
fn at_start(text: &mut String, run: ExplainedRun<'_>) {
    let start = starting_parameters(run.shape, run.hyper).expect("a plan's runs fit");
    let sharpest = sharpness(run.shape, &run.data.train, run.hyper.gain, &start).expect("a plan's runs fit");
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
    if let Some((name, limit)) = limit_with_momentum(run, sharpest) {
        line(&name, &digits(limit, 6));
    }
    let changes = changes(run);
    let _ = writeln!(text);
    match plain_rate(run.shape, run.data, run.hyper) {
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

/// The limit of gradient descent with momentum β on a quadratic, where it is that of the first steps too: 2(1 + β)/λmax,
/// and with Nesterov's 2(1 + β)/((1 + 2β)λmax) (Cohen et al. 2021, appendix B).
fn limit_with_momentum(run: ExplainedRun<'_>, sharpest: f64) -> Option<(String, f64)> {
    let Optimizer::Sgd(sgd) = run.hyper.optimizer else { return None };
    if sgd.momentum == 0.0 || sgd.dampening != 0.0 || sgd.weight_decay != 0.0 {
        return None;
    }
    let (words, limit) = match sgd.nesterov {
        false => ("2(1 + β)/λmax", momentum_limit(sgd.momentum, sharpest)),
        true => ("2(1 + β)/((1 + 2β)λmax)", nesterov_limit(sgd.momentum, sharpest)),
    };
    Some((format!("with β = {}: {words}", short(sgd.momentum)), limit))
}

fn momentum_limit(beta: f64, sharpest: f64) -> f64 {
    2.0 * (1.0 + beta) / sharpest
}

fn nesterov_limit(beta: f64, sharpest: f64) -> f64 {
    momentum_limit(beta, sharpest) / (1.0 + 2.0 * beta)
}

/// What sets the update apart from plain gradient descent, and what it does to the limit.
fn changes(run: ExplainedRun<'_>) -> Vec<String> {
    let mut changes = Vec::new();
    match run.hyper.optimizer {
        Optimizer::Sgd(sgd) => {
            if sgd.momentum != 0.0 {
                let momentum = short(sgd.momentum);
                changes.push(format!("momentum {momentum}: it carries the error further, so the limit is another"));
            }
            if sgd.weight_decay != 0.0 {
                changes.push(format!("weight decay {} adds that much to each λ", short(sgd.weight_decay)));
            }
        }
        Optimizer::Adagrad(_) | Optimizer::RmsProp(_) | Optimizer::Adam(_) => changes.push(
            "the optimiser divides each gradient by its usual size: what counts is λmax of H so scaled, which changes at \
             each step; 2/λmax of H is no limit"
                .to_owned(),
        ),
    }
    if !run.shape.schedule.is_constant() {
        changes.push("η follows a schedule: the η of a step is what counts at that step".to_owned());
    }
    if !run.shape.is_full_batch(run.data) {
        changes.push("each mini-batch has an H of its own: the limit is a guide, and noise lowers it".to_owned());
    }
    let rates = (0..run.shape.network.layers()).map(|layer| run.hyper.learning_rate.of_layer(layer));
    if rates.clone().any(|rate| rate != run.hyper.learning_rate.of_layer(0)) {
        changes.push("layers have rates of their own: no single η is to compare with the limit".to_owned());
    }
    changes
}

/// What is known of the steps after the first.
fn later(run: ExplainedRun<'_>) -> String {
    let edge = match plain_rate(run.shape, run.data, run.hyper) {
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
