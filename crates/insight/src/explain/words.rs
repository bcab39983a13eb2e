//! The text before and after the steps: the model, the loss, the update, and what is left out.

use std::fmt::Write;

use etascape_core::{Activation, Coefficients, Loss, Network, Optimizer, Parametrization, ScheduleKind};
use etascape_text::{counted, short, spelt_out};

use super::explained_run::{ExplainedRun, is_batched, is_neuron, is_plain, parameters};
use super::layout::{heading, table};

pub(super) fn opening(subject: ExplainedRun<'_>) -> String {
    let mut text = String::new();
    let title = subject.name;
    let _ = writeln!(text, "{title}\n{}", "═".repeat(title.chars().count()));
    let rows = subject.data.train.len();
    let features: Vec<String> = subject.features.iter().map(|name| spelt_out(name).into_owned()).collect();
    let _ = writeln!(text, "data     {}; inputs: {}", counted(rows, "row"), features.join(", "));
    if let Some(classes) = subject.classes {
        let classes: Vec<String> = classes.iter().map(|name| spelt_out(name).into_owned()).collect();
        let _ = writeln!(text, "classes  {}", classes.join(", "));
    }
    let _ = writeln!(text, "model    {}", model(subject));
    let _ = writeln!(text, "loss     {}", loss(subject.shape.loss));
    let _ = writeln!(text, "update   {}", update(subject));
    if !subject.swept.is_empty() {
        let paths = subject.swept.join(", ");
        let _ = writeln!(
            text,
            "\nThe sweep varies {paths}; here each has the value that the file gives outside the sweep."
        );
    }
    text
}

fn model(subject: ExplainedRun<'_>) -> String {
    let network = &subject.shape.network;
    let scale = match network.parametrization {
        Parametrization::Standard => String::new(),
        Parametrization::Ntk => "; weights × 1/√fan_in".into(),
        Parametrization::MeanField => "; weights × 1/√fan_in, output × 1/√fan_in".into(),
    };
    if is_neuron(subject.shape) {
        return format!("{}{scale}", neuron_formula(network));
    }
    let widths: Vec<String> = network.widths.iter().map(usize::to_string).collect();
    let gain = if subject.hyper.gain == 1.0 { String::new() } else { format!("{} · ", short(subject.hyper.gain)) };
    let hidden = match network.layers() {
        1 => String::new(),
        _ => format!("; hidden layers a = {}({gain}z)", activation(network.activation)),
    };
    let bias = if network.bias { "z = W·a + b" } else { "z = W·a" };
    format!("{} ({}); {bias}{hidden}{scale}", widths.join(" → "), counted(network.parameters(), "parameter"))
}

/// `y = w0·x0 + w1·x1 + b`
fn neuron_formula(network: &Network) -> String {
    let inputs = network.fan_in(0);
    let term = |i: usize| if inputs == 1 { "w·x".to_string() } else { format!("w{i}·x{i}") };
    let sum = match inputs {
        1..=4 => (0..inputs).map(term).collect::<Vec<_>>().join(" + "),
        _ => format!("{} + {} + … + {}", term(0), term(1), term(inputs - 1)),
    };
    format!("y = {sum}{}", if network.bias { " + b" } else { "" })
}

fn activation(activation: Activation) -> &'static str {
    match activation {
        Activation::Tanh => "tanh",
        Activation::Relu => "relu",
        Activation::Sigmoid => "sigmoid",
        Activation::Gelu => "gelu",
        Activation::Softplus => "softplus",
        Activation::Identity => "identity",
    }
}

fn loss(loss: Loss) -> &'static str {
    match loss {
        Loss::HalfSse => "E = ½ Σ (t − y)²",
        Loss::Mse => "E = 1/n Σ (t − y)²",
        Loss::Mae => "E = 1/n Σ |t − y|",
        Loss::Huber => "E = 1/n Σ h(y − t), h(r) = ½ r² where |r| ≤ 1, else |r| − ½",
        Loss::Bce => "E = 1/n Σ (ln(1 + e^y) − t·y), the binary cross-entropy of the logit y",
        Loss::CrossEntropy => "E = 1/n Σ (ln Σⱼ e^yⱼ − y_t), the cross-entropy of the softmax of the logits y",
    }
}

fn update(subject: ExplainedRun<'_>) -> String {
    let rates: Vec<f64> =
        (0..subject.shape.network.layers()).map(|l| subject.hyper.learning_rate.of_layer(l)).collect();
    let rate = match rates.iter().all(|rate| *rate == rates[0]) {
        true => format!("η = {}", short(rates[0])),
        false => format!("η = {} (by layer)", rates.iter().map(|&rate| short(rate)).collect::<Vec<_>>().join(", ")),
    };
    let rule = match subject.shape.optimizer {
        Optimizer::Sgd { .. } if is_plain(subject) && is_neuron(subject.shape) => {
            let bias = if subject.shape.network.bias { ", b ← b − η ∂E/∂b" } else { "" };
            format!("gradient descent: w ← w − η ∂E/∂w{bias}")
        }
        Optimizer::Sgd { .. } if is_plain(subject) => "gradient descent: θ ← θ − η ∂E/∂θ".into(),
        optimizer => rule(optimizer, &subject.hyper.optimizer),
    };
    let batches = match is_batched(subject) {
        true => format!("; mini-batches of {}", counted(subject.shape.batch_size, "row")),
        false => String::new(),
    };
    let kind = subject.shape.schedule.kind;
    let schedule = if kind == ScheduleKind::Constant { "" } else { "; η follows a schedule" };
    format!("{rule}, {rate}{schedule}{batches}")
}

/// An optimiser with its numbers and switches, except those with their default value.
fn rule(optimizer: Optimizer, numbers: &Coefficients) -> String {
    let (kind, switch) = match optimizer {
        Optimizer::Sgd { .. } => ("gradient descent", None),
        Optimizer::Adagrad => ("adagrad", None),
        Optimizer::RmsProp { centered } => ("rmsprop", centered.then_some("a centred square")),
        Optimizer::Adam { amsgrad, decoupled } => {
            (if decoupled { "adamw" } else { "adam" }, amsgrad.then_some("amsgrad"))
        }
    };
    let usual = Coefficients::of(optimizer);
    let momentum = if optimizer == (Optimizer::Sgd { nesterov: true }) { "Nesterov momentum" } else { "momentum" };
    let numbers = [
        (momentum, numbers.momentum, usual.momentum),
        ("dampening", numbers.dampening, usual.dampening),
        ("α", numbers.alpha, usual.alpha),
        ("β₁", numbers.betas[0], usual.betas[0]),
        ("β₂", numbers.betas[1], usual.betas[1]),
        ("ε", numbers.eps, usual.eps),
        ("learning-rate decay", numbers.lr_decay, usual.lr_decay),
        ("an accumulator from", numbers.initial_accumulator_value, usual.initial_accumulator_value),
        ("weight decay", numbers.weight_decay, usual.weight_decay),
    ];
    let set = numbers.into_iter().filter(|(_, number, usual)| number != usual);
    let set = set.map(|(name, number, _)| format!("{name} {}", short(number)));
    let set: Vec<String> = set.chain(switch.map(str::to_owned)).collect();
    if set.is_empty() { kind.to_owned() } else { format!("{kind} with {}", set.join(", ")) }
}

pub(super) fn closing(text: &mut String, subject: ExplainedRun<'_>, steps: u64) {
    heading(text, "Left out");
    let mut rows = Vec::new();
    if subject.shape.steps > steps {
        rows.push(format!("steps {steps} to {}: `etascape run` takes them all", subject.shape.steps));
    }
    if !is_neuron(subject.shape) {
        rows.push("the chain rule's products behind each gradient: only their sums are shown".into());
    }
    if has_means(subject) {
        rows.push("the optimiser's running means: the new parameters contain them".into());
    }
    if is_batched(subject) {
        rows.push(
            "which rows each batch holds: the loss is over all training rows, the gradient over the batch".into(),
        );
    }
    if !subject.data.validation.is_empty() {
        rows.push(format!("the {}", counted(subject.data.validation.len(), "held-out row")));
    }
    rows.push("the stop rules".into());
    rows.iter().for_each(|row| {
        let _ = writeln!(text, "  - {row}");
    });
}

/// Whether the optimiser keeps more than the parameters from step to step.
fn has_means(subject: ExplainedRun<'_>) -> bool {
    !matches!(subject.shape.optimizer, Optimizer::Sgd { .. }) || subject.hyper.optimizer.momentum != 0.0
}

/// The parameters before or after a step, by name; only their number where there are too many.
pub(super) fn state(text: &mut String, subject: ExplainedRun<'_>, values: &[f64]) {
    if values.len() <= 16 {
        let _ = writeln!(text, "  {}\n", parameters(subject, values));
    }
}

/// Root mean squares of each layer's gradient and weights, for networks too large to show.
pub(super) fn layer_sizes(text: &mut String, subject: ExplainedRun<'_>, values: [(&str, &[f64]); 3]) {
    let network = &subject.shape.network;
    let mut rows = vec![vec!["layer".to_string()]];
    rows[0].extend(values.iter().map(|(name, _)| format!("rms {name}")));
    for layer in 0..network.layers() {
        let range = network.weights(layer).start..network.biases(layer).end;
        let mut row = vec![layer.to_string()];
        row.extend(values.iter().map(|(_, values)| short(rms(&values[range.clone()]))));
        rows.push(row);
    }
    table(text, &rows);
}

fn rms(values: &[f64]) -> f64 {
    (values.iter().map(|x| x * x).sum::<f64>() / values.len().max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optimiser_is_told_by_what_is_set() {
        let said = |optimizer: Optimizer, set: fn(&mut Coefficients)| {
            let mut numbers = Coefficients::of(optimizer);
            set(&mut numbers);
            rule(optimizer, &numbers)
        };
        let sgd = |nesterov| Optimizer::Sgd { nesterov };
        assert_eq!(said(sgd(false), |c| c.weight_decay = 0.01), "gradient descent with weight decay 0.01");
        assert_eq!(said(sgd(true), |c| c.momentum = 0.9), "gradient descent with Nesterov momentum 0.9");
        let both = said(sgd(false), |c| (c.momentum, c.dampening) = (0.9, 0.5));
        assert_eq!(both, "gradient descent with momentum 0.9, dampening 0.5");
        let adam = |decoupled, amsgrad| Optimizer::Adam { decoupled, amsgrad };
        assert_eq!(said(adam(false, false), |_| ()), "adam");
        assert_eq!(said(adam(true, true), |c| c.betas[0] = 0.5), "adamw with β₁ 0.5, amsgrad");
        assert_eq!(said(Optimizer::RmsProp { centered: true }, |_| ()), "rmsprop with a centred square");
    }
}
