//! Outputs, losses and gradients of one network, row by row.

use etascape_core::{Activation, Hyper, Loss, Network, Rows, Shape};

use super::Math;

/// What a row leaves in every layer: what went in, and u = gain · z of the hidden layers.
struct Pass {
    inputs: Vec<Vec<f64>>,
    hidden: Vec<Vec<f64>>,
    output: Vec<f64>,
}

fn forward(net: &Network, gain: f64, parameters: &[f64], row: &[f64], math: &impl Math) -> Pass {
    let mut pass = Pass { inputs: vec![row.to_vec()], hidden: vec![], output: vec![] };
    for layer in 0..net.layers() {
        let z = affine(net, layer, parameters, &pass.inputs[layer]);
        if layer + 1 == net.layers() {
            pass.output = z.iter().map(|z| net.output_scale() * z).collect();
        } else {
            let u: Vec<f64> = z.iter().map(|z| gain * z).collect();
            pass.inputs.push(u.iter().map(|&u| activate(net.activation, u, math)).collect());
            pass.hidden.push(u);
        }
    }
    pass
}

/// z = s (W a) + b, each sum from 0 over the inputs in order.
fn affine(net: &Network, layer: usize, parameters: &[f64], a: &[f64]) -> Vec<f64> {
    let (weights, biases) = (&parameters[net.weights(layer)], &parameters[net.biases(layer)]);
    let scale = net.weight_scale(layer);
    let dot = |w: &[f64]| w.iter().zip(a).fold(0.0, |sum, (w, a)| f64::mul_add(*w, *a, sum));
    let sums = weights.chunks(net.fan_in(layer)).map(dot);
    if net.bias {
        sums.zip(biases).map(|(sum, b)| sum.mul_add(scale, *b)).collect()
    } else {
        sums.map(|sum| sum * scale).collect()
    }
}

fn activate(activation: Activation, u: f64, math: &impl Math) -> f64 {
    match activation {
        Activation::Tanh => math.tanh(u),
        Activation::Relu => u.max(0.0),
        Activation::Sigmoid => sigmoid(u, math),
        Activation::Gelu => u * normal_cdf(u, math),
        Activation::Softplus => u.max(0.0) + math.ln_1p(math.exp(-u.abs())),
        Activation::Identity => u,
    }
}

fn slope(activation: Activation, u: f64, math: &impl Math) -> f64 {
    match activation {
        Activation::Tanh => 1.0 - math.tanh(u) * math.tanh(u),
        Activation::Relu => f64::from(u > 0.0),
        Activation::Sigmoid => sigmoid(u, math) * (1.0 - sigmoid(u, math)),
        Activation::Gelu => normal_cdf(u, math) + u * math.exp(-0.5 * u * u) / std::f64::consts::TAU.sqrt(),
        Activation::Softplus => sigmoid(u, math),
        Activation::Identity => 1.0,
    }
}

fn sigmoid(u: f64, math: &impl Math) -> f64 {
    let e = math.exp(-u.abs());
    if u >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
}

fn normal_cdf(u: f64, math: &impl Math) -> f64 {
    0.5 * (1.0 + math.erf(u * std::f64::consts::FRAC_1_SQRT_2))
}

/// The training loss over the rows.
pub fn loss(shape: &Shape, hyper: &Hyper, rows: &Rows, parameters: &[f64], math: &impl Math) -> f64 {
    let of_row = |row: usize| {
        let y = forward(&shape.network, hyper.gain, parameters, rows.row(row), math).output;
        row_loss(shape.loss, &y, rows.targets[row], math)
    };
    weight(shape.loss, rows.len()) * (0..rows.len()).map(of_row).fold(0.0, |sum, l| sum + l)
}

/// The factor on the sum over rows.
fn weight(loss: Loss, rows: usize) -> f64 {
    if loss == Loss::HalfSse { 0.5 } else { 1.0 / rows as f64 }
}

fn row_loss(loss: Loss, y: &[f64], t: f64, math: &impl Math) -> f64 {
    let residual = y[0] - t;
    match loss {
        Loss::HalfSse | Loss::Mse => residual * residual,
        Loss::Mae => residual.abs(),
        Loss::Huber if residual.abs() <= 1.0 => 0.5 * residual * residual,
        Loss::Huber => residual.abs() - 0.5,
        Loss::Bce => y[0].max(0.0) - y[0] * t + math.ln_1p(math.exp(-y[0].abs())),
        Loss::CrossEntropy => {
            let top = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            top + libm::log(y.iter().map(|y| math.exp(y - top)).sum()) - y[t as usize]
        }
    }
}

/// ∂ (loss of the row) / ∂ (each output), as summed: `half_sse` without its ½.
fn output_error(loss: Loss, y: &[f64], t: f64, math: &impl Math) -> Vec<f64> {
    let residual = y[0] - t;
    match loss {
        Loss::HalfSse | Loss::Mse => vec![2.0 * residual],
        Loss::Mae if residual == 0.0 => vec![0.0],
        Loss::Mae => vec![residual.signum()],
        Loss::Huber => vec![residual.clamp(-1.0, 1.0)],
        Loss::Bce => vec![sigmoid(y[0], math) - t],
        Loss::CrossEntropy => {
            let top = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let e: Vec<f64> = y.iter().map(|y| math.exp(y - top)).collect();
            let total: f64 = e.iter().sum();
            e.iter().enumerate().map(|(class, e)| e / total - f64::from(class == t as usize)).collect()
        }
    }
}

/// The gradient of [`loss`], rows in order.
pub fn gradient(shape: &Shape, hyper: &Hyper, rows: &Rows, parameters: &[f64], math: &impl Math) -> Vec<f64> {
    let mut gradient = vec![0.0; parameters.len()];
    for row in 0..rows.len() {
        let pass = forward(&shape.network, hyper.gain, parameters, rows.row(row), math);
        let factor = weight(shape.loss, rows.len()) * shape.network.output_scale();
        let error = output_error(shape.loss, &pass.output, rows.targets[row], math);
        let error = error.iter().map(|e| factor * e).collect();
        backward(&shape.network, hyper.gain, parameters, &pass, error, &mut gradient, math);
    }
    gradient
}

/// Adds a row's gradient; `error` is ∂loss/∂z of the last layer.
fn backward(
    net: &Network,
    gain: f64,
    parameters: &[f64],
    pass: &Pass,
    mut error: Vec<f64>,
    gradient: &mut [f64],
    math: &impl Math,
) {
    for layer in (0..net.layers()).rev() {
        let (a, scale, fan_in) = (&pass.inputs[layer], net.weight_scale(layer), net.fan_in(layer));
        for (o, e) in error.iter().enumerate() {
            let row = &mut gradient[net.weights(layer)][o * fan_in..][..fan_in];
            row.iter_mut().zip(a).for_each(|(g, a)| *g += scale * e * a);
        }
        gradient[net.biases(layer)].iter_mut().zip(&error).for_each(|(g, e)| *g += e);
        if layer > 0 {
            let weights = &parameters[net.weights(layer)];
            let back = |i: usize| error.iter().enumerate().map(|(o, e)| weights[o * fan_in + i] * e).sum::<f64>();
            let u = &pass.hidden[layer - 1];
            error = (0..fan_in).map(|i| scale * back(i) * gain * slope(net.activation, u[i], math)).collect();
        }
    }
}

/// Share of rows whose class is the likeliest (of equals the first; for one logit: 1 above 0).
pub fn accuracy(shape: &Shape, hyper: &Hyper, rows: &Rows, parameters: &[f64], math: &impl Math) -> f64 {
    let right = |row: &usize| {
        let y = forward(&shape.network, hyper.gain, parameters, rows.row(*row), math).output;
        let likeliest = (1..y.len()).fold(0, |best, class| if y[class] > y[best] { class } else { best });
        let class = if shape.loss == Loss::Bce { usize::from(y[0] > 0.0) } else { likeliest };
        class == rows.targets[*row] as usize
    };
    (0..rows.len()).filter(right).count() as f64 / rows.len() as f64
}
