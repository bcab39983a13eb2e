//! The text before and after the steps: the model, the loss, the update, and what is left out.

use std::fmt::Write;

use etascape_core::{
    Activation, Adagrad, Adam, Loss, Network, Optimizer, Parametrization, Precision, RmsProp, ScheduleKind, Sgd,
};
use etascape_text::{counted, short, spelt_out};

use super::explained_run::{ExplainedRun, is_neuron, parameters};
use super::layout::{heading, table};

pub(super) fn opening(run: ExplainedRun<'_>) -> String {
    let mut text = String::new();
    let title = run.name;
    let _ = writeln!(text, "{title}\n{}", "═".repeat(title.chars().count()));
    let rows = run.data.train.len();
    let features: Vec<String> = run.features.iter().map(|name| spelt_out(name).into_owned()).collect();
    let _ = writeln!(text, "data     {}; inputs: {}", counted(rows, "row"), features.join(", "));
    if let Some(classes) = run.classes {
        let classes: Vec<String> = classes.iter().map(|name| spelt_out(name).into_owned()).collect();
        let _ = writeln!(text, "classes  {}", classes.join(", "));
    }
    let _ = writeln!(text, "model    {}", model(run));
    let _ = writeln!(text, "loss     {}", loss(run.shape.loss));
    let _ = writeln!(text, "update   {}", update(run));
    if !run.swept.is_empty() {
        let paths = run.swept.join(", ");
        let _ = writeln!(
            text,
            "\nThe sweep varies {paths}; here each has the value that the file gives outside the sweep."
        );
    }
    text
}

fn model(run: ExplainedRun<'_>) -> String {
    let network = &run.shape.network;
    let scale = match network.parametrization {
        Parametrization::Standard => String::new(),
        Parametrization::Ntk => "; weights × 1/√fan_in".into(),
        Parametrization::MeanField => "; weights × 1/√fan_in, output × 1/√fan_in".into(),
    };
    if is_neuron(run.shape) {
        return format!("{}{scale}", neuron_formula(network));
    }
    let widths: Vec<String> = network.widths().iter().map(usize::to_string).collect();
    let gain = if run.hyper.gain == 1.0 { String::new() } else { format!("{} · ", short(run.hyper.gain)) };
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

fn update(run: ExplainedRun<'_>) -> String {
    let rates: Vec<f64> = (0..run.shape.network.layers()).map(|l| run.hyper.learning_rate.of_layer(l)).collect();
    let rate = match rates.iter().all(|rate| *rate == rates[0]) {
        true => format!("η = {}", short(rates[0])),
        false => format!("η = {} (by layer)", rates.iter().map(|&rate| short(rate)).collect::<Vec<_>>().join(", ")),
    };
    let optimizer = run.hyper.optimizer;
    let rule = match (optimizer.is_plain(), is_neuron(run.shape)) {
        (true, true) => {
            let bias = if run.shape.network.bias { ", b ← b − η ∂E/∂b" } else { "" };
            format!("gradient descent: w ← w − η ∂E/∂w{bias}")
        }
        (true, false) => "gradient descent: θ ← θ − η ∂E/∂θ".into(),
        (false, _) => rule(optimizer),
    };
    let batches = match run.shape.is_full_batch(run.data) {
        true => String::new(),
        false => format!("; mini-batches of {}", counted(run.shape.batch_size, "row")),
    };
    let kind = run.shape.schedule.kind;
    let schedule = if kind == ScheduleKind::Constant { "" } else { "; η follows a schedule" };
    let precision = if run.shape.precision == Precision::F32 { "; computed in f32" } else { "" };
    format!("{rule}, {rate}{schedule}{batches}{precision}")
}

/// An optimiser with those of its numbers and switches that are not what they are when nothing is set.
fn rule(optimizer: Optimizer) -> String {
    match optimizer {
        Optimizer::Sgd(own) => {
            let usual = Sgd::default();
            let momentum = if own.nesterov { "Nesterov momentum" } else { "momentum" };
            let numbers = [
                (momentum, own.momentum, usual.momentum),
                ("dampening", own.dampening, usual.dampening),
                ("weight decay", own.weight_decay, usual.weight_decay),
            ];
            with("gradient descent", &numbers, None)
        }
        Optimizer::Adagrad(own) => {
            let usual = Adagrad::default();
            let start = (own.initial_accumulator_value, usual.initial_accumulator_value);
            let numbers = [
                ("ε", own.eps, usual.eps),
                ("learning-rate decay", own.lr_decay, usual.lr_decay),
                ("an accumulator from", start.0, start.1),
                ("weight decay", own.weight_decay, usual.weight_decay),
            ];
            with("adagrad", &numbers, None)
        }
        Optimizer::RmsProp(own) => {
            let usual = RmsProp::default();
            let numbers = [
                ("momentum", own.momentum, usual.momentum),
                ("α", own.alpha, usual.alpha),
                ("ε", own.eps, usual.eps),
                ("weight decay", own.weight_decay, usual.weight_decay),
            ];
            with("rmsprop", &numbers, own.centered.then_some("a centred square"))
        }
        Optimizer::Adam(own) => {
            let (name, usual) = if own.decoupled { ("adamw", Adam::adamw()) } else { ("adam", Adam::default()) };
            let numbers = [
                ("β₁", own.betas[0], usual.betas[0]),
                ("β₂", own.betas[1], usual.betas[1]),
                ("ε", own.eps, usual.eps),
                ("weight decay", own.weight_decay, usual.weight_decay),
            ];
            with(name, &numbers, own.amsgrad.then_some("amsgrad"))
        }
    }
}

/// A name with those numbers that are not the usual ones, each given as its name, itself and the usual one.
fn with(name: &str, numbers: &[(&str, f64, f64)], option: Option<&str>) -> String {
    let set = numbers.iter().filter(|(_, own, usual)| own != usual);
    let set = set.map(|(name, own, _)| format!("{name} {}", short(*own)));
    let set: Vec<String> = set.chain(option.map(str::to_owned)).collect();
    if set.is_empty() { name.to_owned() } else { format!("{name} with {}", set.join(", ")) }
}

pub(super) fn closing(text: &mut String, run: ExplainedRun<'_>, steps: u64) {
    heading(text, "Left out");
    let mut rows = Vec::new();
    if run.shape.steps > steps {
        rows.push(format!("steps {steps} to {}: `etascape run` takes them all", run.shape.steps));
    }
    if !is_neuron(run.shape) {
        rows.push("the chain rule's products behind each gradient: only their sums are shown".into());
    }
    if run.hyper.optimizer.has_memory() {
        rows.push("the optimiser's running means: the new parameters contain them".into());
    }
    if !run.shape.is_full_batch(run.data) {
        rows.push(
            "which rows each batch holds: the loss is over all training rows, the gradient over the batch".into(),
        );
    }
    if !run.data.validation.is_empty() {
        rows.push(format!("the {}", counted(run.data.validation.len(), "held-out row")));
    }
    rows.push("the stop rules".into());
    if run.shape.precision == Precision::F32 {
        rows.push(
            "rounding to f32 within a step: rows, parameters, outputs, gradients and losses have it, the rest is in f64"
                .into(),
        );
    }
    rows.iter().for_each(|row| {
        let _ = writeln!(text, "  - {row}");
    });
}

/// Start or result of a step under the parameters' names; only how many where there are too many.
pub(super) fn state(text: &mut String, run: ExplainedRun<'_>, values: &[f64]) {
    if values.len() <= 16 {
        let _ = writeln!(text, "  {}\n", parameters(run, values));
    }
}

/// Root mean squares of each layer's gradient and weights, for networks too large to show.
pub(super) fn layer_sizes(text: &mut String, run: ExplainedRun<'_>, values: [(&str, &[f64]); 3]) {
    let network = &run.shape.network;
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
        let sgd = Sgd::default();
        assert_eq!(rule(Sgd { weight_decay: 0.01, ..sgd }.into()), "gradient descent with weight decay 0.01");
        let nesterov = Sgd { momentum: 0.9, nesterov: true, ..sgd };
        assert_eq!(rule(nesterov.into()), "gradient descent with Nesterov momentum 0.9");
        let both = Sgd { momentum: 0.9, dampening: 0.5, ..sgd };
        assert_eq!(rule(both.into()), "gradient descent with momentum 0.9, dampening 0.5");
        assert_eq!(rule(Adam::default().into()), "adam");
        let adamw = Adam { betas: [0.5, 0.999], amsgrad: true, ..Adam::adamw() };
        assert_eq!(rule(adamw.into()), "adamw with β₁ 0.5, amsgrad");
        let centered = RmsProp { centered: true, ..RmsProp::default() };
        assert_eq!(rule(centered.into()), "rmsprop with a centred square");
    }
}
