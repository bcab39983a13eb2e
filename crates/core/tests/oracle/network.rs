//! Outputs, losses and gradients of one network, row by row.

use etascape_core::scalar::{exp, ln, normal_cdf_and_density, sigmoid, softplus, tanh};
use etascape_core::{Activation, Hyper, Loss, Network, Rows, Shape};

/// What a row leaves in every layer: what went in, and g φ′(g z) of the hidden layers.
struct Pass {
    inputs: Vec<Vec<f64>>,
    slopes: Vec<Vec<f64>>,
    output: Vec<f64>,
}

fn forward(net: &Network, gain: f64, parameters: &[f64], row: &[f64]) -> Pass {
    let mut pass = Pass { inputs: vec![row.to_vec()], slopes: vec![], output: vec![] };
    for layer in 0..net.layers() {
        let z = affine(net, layer, parameters, &pass.inputs[layer]);
        if layer + 1 == net.layers() {
            pass.output = z.iter().map(|z| z * net.output_scale()).collect();
        } else {
            let (a, slopes) = z.iter().map(|z| activate(net.activation, z * gain)).unzip();
            let slopes: Vec<f64> = slopes;
            pass.inputs.push(a);
            pass.slopes.push(slopes.iter().map(|slope| slope * gain).collect());
        }
    }
    pass
}

/// z = s (W a) + b. Where s is 1, the sum starts from b.
fn affine(net: &Network, layer: usize, parameters: &[f64], a: &[f64]) -> Vec<f64> {
    let (weights, biases) = (&parameters[net.weights(layer)], &parameters[net.biases(layer)]);
    let scale = net.weight_scale(layer);
    let dot = |start: f64, w: &[f64]| w.iter().zip(a).fold(start, |sum, (w, a)| f64::mul_add(*w, *a, sum));
    let rows = weights.chunks(net.fan_in(layer));
    match (net.bias, scale == 1.0) {
        (true, true) => rows.zip(biases).map(|(w, b)| dot(*b, w)).collect(),
        (true, false) => rows.zip(biases).map(|(w, b)| dot(0.0, w).mul_add(scale, *b)).collect(),
        (false, _) => rows.map(|w| dot(0.0, w) * scale).collect(),
    }
}

/// φ(u) and φ′(u).
fn activate(activation: Activation, u: f64) -> (f64, f64) {
    match activation {
        Activation::Tanh => (tanh(u), (-tanh(u)).mul_add(tanh(u), 1.0)),
        Activation::Relu => (if u <= 0.0 { 0.0 } else { u }, f64::from(u > 0.0)),
        Activation::Sigmoid => (sigmoid(u), sigmoid(u) * (1.0 - sigmoid(u))),
        Activation::Gelu => {
            let (cdf, density) = normal_cdf_and_density(u);
            (u * cdf, u.mul_add(density, cdf))
        }
        Activation::Softplus => (softplus(u), sigmoid(u)),
        Activation::Identity => (u, 1.0),
    }
}

/// The training loss over the rows.
pub fn loss(shape: &Shape, hyper: &Hyper, rows: &Rows, parameters: &[f64]) -> f64 {
    let output = |row: usize| forward(&shape.network, hyper.gain, parameters, rows.row(row)).output;
    let sum = (0..rows.len()).fold(0.0, |sum, row| add_term(shape.loss, &output(row), rows.targets[row], sum));
    sum * if shape.loss == Loss::HalfSse { 0.5 } else { 1.0 / rows.len() as f64 }
}

fn add_term(loss: Loss, y: &[f64], t: f64, sum: f64) -> f64 {
    let residual = y[0] - t;
    match loss {
        Loss::HalfSse | Loss::Mse => residual.mul_add(residual, sum),
        Loss::Mae => sum + residual.abs(),
        Loss::Huber if residual.abs() > 1.0 => sum + (residual.abs() - 0.5),
        Loss::Huber => sum + residual * residual * 0.5,
        Loss::Bce => sum + (softplus(y[0]) - y[0] * t),
        Loss::CrossEntropy => {
            let top = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            sum + (ln(y.iter().fold(0.0, |sum, y| sum + exp(y - top))) - (y[t as usize] - top))
        }
    }
}

/// ∂ (term of the row) / ∂ (each output), halved for the squared errors.
pub fn output_slopes(loss: Loss, y: &[f64], t: f64) -> Vec<f64> {
    let residual = y[0] - t;
    match loss {
        Loss::HalfSse | Loss::Mse => vec![residual],
        Loss::Mae if residual == 0.0 => vec![0.0],
        Loss::Mae => vec![residual.signum()],
        Loss::Huber => vec![residual.clamp(-1.0, 1.0)],
        Loss::Bce => vec![sigmoid(y[0]) - t],
        Loss::CrossEntropy => {
            let top = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let e: Vec<f64> = y.iter().map(|y| exp(y - top)).collect();
            let total = e.iter().fold(0.0, |sum, e| sum + e);
            e.iter().enumerate().map(|(class, e)| e / total - f64::from(class == t as usize)).collect()
        }
    }
}

/// The factor that makes output slopes the gradient of the loss over so many rows.
pub fn slope_factor(loss: Loss, rows: usize) -> f64 {
    match loss {
        Loss::HalfSse => 1.0,
        Loss::Mse => 2.0 / rows as f64,
        _ => 1.0 / rows as f64,
    }
}

/// The gradient of [`loss`], rows in order.
pub fn gradient(shape: &Shape, hyper: &Hyper, rows: &Rows, parameters: &[f64]) -> Vec<f64> {
    let net = &shape.network;
    let mut gradient = vec![0.0; parameters.len()];
    let factor = slope_factor(shape.loss, rows.len()) * net.output_scale();
    for row in 0..rows.len() {
        let pass = forward(net, hyper.gain, parameters, rows.row(row));
        let slopes = output_slopes(shape.loss, &pass.output, rows.targets[row]);
        backward(net, parameters, &pass, slopes.iter().map(|slope| slope * factor).collect(), &mut gradient);
    }
    for layer in 0..net.layers() {
        gradient[net.weights(layer)].iter_mut().for_each(|g| *g *= net.weight_scale(layer));
    }
    gradient
}

/// Adds a row's gradient, short of the factors s; `delta` is ∂loss/∂z of the last layer.
fn backward(net: &Network, parameters: &[f64], pass: &Pass, mut delta: Vec<f64>, gradient: &mut [f64]) {
    for layer in (0..net.layers()).rev() {
        let (a, fan_in) = (&pass.inputs[layer], net.fan_in(layer));
        for (o, delta) in delta.iter().enumerate() {
            let row = &mut gradient[net.weights(layer)][o * fan_in..][..fan_in];
            row.iter_mut().zip(a).for_each(|(g, a)| *g = delta.mul_add(*a, *g));
        }
        gradient[net.biases(layer)].iter_mut().zip(&delta).for_each(|(g, delta)| *g += delta);
        if layer > 0 {
            let weights = &parameters[net.weights(layer)];
            let back = |i: usize| {
                delta.iter().enumerate().fold(0.0, |sum, (o, delta)| f64::mul_add(weights[o * fan_in + i], *delta, sum))
            };
            let slopes = &pass.slopes[layer - 1];
            delta = (0..fan_in).map(|i| back(i) * net.weight_scale(layer) * slopes[i]).collect();
        }
    }
}

/// Share of rows whose class is the likeliest (of equals the first; for one logit: 1 above 0).
pub fn accuracy(shape: &Shape, hyper: &Hyper, rows: &Rows, parameters: &[f64]) -> f64 {
    let right = |row: &usize| {
        let y = forward(&shape.network, hyper.gain, parameters, rows.row(*row)).output;
        let likeliest = (1..y.len()).fold(0, |best, class| if y[class] > y[best] { class } else { best });
        let class = if shape.loss == Loss::Bce { usize::from(y[0] > 0.0) } else { likeliest };
        class == rows.targets[*row] as usize
    };
    (0..rows.len()).filter(right).count() as f64 / rows.len() as f64
}
