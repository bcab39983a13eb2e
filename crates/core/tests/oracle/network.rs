//! Outputs, losses and gradients of one network, row by row.

use etascape_core::{Activation, Hyper, Loss, Network, Rows, Shape};

use super::Number;

/// What a row leaves in every layer: what went in, and g φ′(g z) of the hidden layers.
struct Pass<N> {
    inputs: Vec<Vec<N>>,
    slopes: Vec<Vec<N>>,
    output: Vec<N>,
}

fn forward<N: Number>(net: &Network, gain: N, parameters: &[N], row: &[N]) -> Pass<N> {
    let mut pass = Pass { inputs: vec![row.to_vec()], slopes: vec![], output: vec![] };
    for layer in 0..net.layers() {
        let z = affine(net, layer, parameters, &pass.inputs[layer]);
        if layer + 1 == net.layers() {
            pass.output = z.iter().map(|&z| z * N::of(net.output_scale())).collect();
        } else {
            let (a, slopes) = z.iter().map(|&z| activate(net.activation, z * gain)).unzip();
            let slopes: Vec<N> = slopes;
            pass.inputs.push(a);
            pass.slopes.push(slopes.iter().map(|&slope| slope * gain).collect());
        }
    }
    pass
}

/// z = s (W a) + b. Where s is 1, the sum starts from b.
fn affine<N: Number>(net: &Network, layer: usize, parameters: &[N], a: &[N]) -> Vec<N> {
    let (weights, biases) = (&parameters[net.weights(layer)], &parameters[net.biases(layer)]);
    let (zero, scale) = (N::of(0.0), N::of(net.weight_scale(layer)));
    let dot = |start: N, w: &[N]| w.iter().zip(a).fold(start, |sum, (w, a)| w.mul_add(*a, sum));
    let rows = weights.chunks(net.fan_in(layer));
    match (net.bias, net.weight_scale(layer) == 1.0) {
        (true, true) => rows.zip(biases).map(|(w, b)| dot(*b, w)).collect(),
        (true, false) => rows.zip(biases).map(|(w, b)| dot(zero, w).mul_add(scale, *b)).collect(),
        (false, _) => rows.map(|w| dot(zero, w) * scale).collect(),
    }
}

/// φ(u) and φ′(u).
fn activate<N: Number>(activation: Activation, u: N) -> (N, N) {
    let (zero, one) = (N::of(0.0), N::of(1.0));
    match activation {
        Activation::Tanh => (u.tanh(), (-u.tanh()).mul_add(u.tanh(), one)),
        Activation::Relu => (if u <= zero { zero } else { u }, if u > zero { one } else { zero }),
        Activation::Sigmoid => (u.sigmoid(), u.sigmoid() * (one - u.sigmoid())),
        Activation::Gelu => {
            let (cdf, density) = u.normal_cdf_and_density();
            (u * cdf, u.mul_add(density, cdf))
        }
        Activation::Softplus => (u.softplus(), u.sigmoid()),
        Activation::Identity => (u, one),
    }
}

/// The training loss over the rows.
pub fn loss<N: Number>(shape: &Shape, hyper: &Hyper, rows: &Rows<N>, parameters: &[N]) -> N {
    let output = |row: usize| forward(&shape.network, N::of(hyper.gain), parameters, rows.row(row)).output;
    let terms = 0..rows.len();
    let sum = terms.fold(N::of(0.0), |sum, row| add_term(shape.loss, &output(row), rows.targets[row], sum));
    sum * N::of(if shape.loss == Loss::HalfSse { 0.5 } else { 1.0 / rows.len() as f64 })
}

fn add_term<N: Number>(loss: Loss, y: &[N], t: N, sum: N) -> N {
    let (residual, half) = (y[0] - t, N::of(0.5));
    match loss {
        Loss::HalfSse | Loss::Mse => residual.mul_add(residual, sum),
        Loss::Mae => sum + residual.abs(),
        Loss::Huber if residual.abs() > N::of(1.0) => sum + (residual.abs() - half),
        Loss::Huber => sum + residual * residual * half,
        Loss::Bce => sum + (y[0].softplus() - y[0] * t),
        Loss::CrossEntropy => {
            let powers = powers(y);
            sum + (powers.total.ln() - (y[t.exact() as usize] - powers.top))
        }
    }
}

/// e to each logit, less the largest.
struct Powers<N> {
    top: N,
    each: Vec<N>,
    total: N,
}

fn powers<N: Number>(y: &[N]) -> Powers<N> {
    let top = y.iter().copied().fold(N::of(f64::NEG_INFINITY), N::max);
    let each: Vec<N> = y.iter().map(|&y| (y - top).exp()).collect();
    let total = each.iter().fold(N::of(0.0), |sum, &e| sum + e);
    Powers { top, each, total }
}

/// ∂ (term of the row) / ∂ (each output), halved for the squared errors.
fn output_slopes<N: Number>(loss: Loss, y: &[N], t: N) -> Vec<N> {
    let (residual, zero, one) = (y[0] - t, N::of(0.0), N::of(1.0));
    match loss {
        Loss::HalfSse | Loss::Mse => vec![residual],
        Loss::Mae if residual == zero => vec![zero],
        Loss::Mae => vec![residual.signum()],
        Loss::Huber if residual.abs() > one => vec![residual.signum()],
        Loss::Huber => vec![residual],
        Loss::Bce => vec![y[0].sigmoid() - t],
        Loss::CrossEntropy => {
            let Powers { each, total, .. } = powers(y);
            let is_own = |class: usize| if class == t.exact() as usize { one } else { zero };
            each.iter().enumerate().map(|(class, &e)| e / total - is_own(class)).collect()
        }
    }
}

/// The factor that makes output slopes the gradient of the loss over so many rows.
fn slope_factor(loss: Loss, rows: usize) -> f64 {
    match loss {
        Loss::HalfSse => 1.0,
        Loss::Mse => 2.0 / rows as f64,
        _ => 1.0 / rows as f64,
    }
}

/// The gradient of [`loss`], rows in order.
pub fn gradient<N: Number>(shape: &Shape, hyper: &Hyper, rows: &Rows<N>, parameters: &[N]) -> Vec<N> {
    let net = &shape.network;
    let mut gradient = vec![N::of(0.0); parameters.len()];
    let factor = N::of(slope_factor(shape.loss, rows.len()) * net.output_scale());
    for row in 0..rows.len() {
        let pass = forward(net, N::of(hyper.gain), parameters, rows.row(row));
        let slopes = output_slopes(shape.loss, &pass.output, rows.targets[row]);
        backward(net, parameters, &pass, slopes.iter().map(|&slope| slope * factor).collect(), &mut gradient);
    }
    for layer in 0..net.layers() {
        gradient[net.weights(layer)].iter_mut().for_each(|g| *g *= N::of(net.weight_scale(layer)));
    }
    gradient
}

/// Adds a row's gradient, short of the factors s; `delta` is ∂loss/∂z of the last layer.
fn backward<N: Number>(net: &Network, parameters: &[N], pass: &Pass<N>, mut delta: Vec<N>, gradient: &mut [N]) {
    for layer in (0..net.layers()).rev() {
        let (a, fan_in) = (&pass.inputs[layer], net.fan_in(layer));
        for (o, delta) in delta.iter().enumerate() {
            let row = &mut gradient[net.weights(layer)][o * fan_in..][..fan_in];
            row.iter_mut().zip(a).for_each(|(g, a)| *g = delta.mul_add(*a, *g));
        }
        gradient[net.biases(layer)].iter_mut().zip(&delta).for_each(|(g, &delta)| *g += delta);
        if layer > 0 {
            let weights = &parameters[net.weights(layer)];
            let back = |i: usize| {
                let terms = delta.iter().enumerate();
                terms.fold(N::of(0.0), |sum, (o, delta)| weights[o * fan_in + i].mul_add(*delta, sum))
            };
            let slopes = &pass.slopes[layer - 1];
            let scale = N::of(net.weight_scale(layer));
            delta = (0..fan_in).map(|i| back(i) * scale * slopes[i]).collect();
        }
    }
}

/// Share of rows whose class is the likeliest (of equals the first; for one logit: 1 above 0).
pub fn accuracy<N: Number>(shape: &Shape, hyper: &Hyper, rows: &Rows<N>, parameters: &[N]) -> N {
    let right = |row: &usize| {
        let y = forward(&shape.network, N::of(hyper.gain), parameters, rows.row(*row)).output;
        let likeliest = (1..y.len()).fold(0, |best, class| if y[class] > y[best] { class } else { best });
        let class = if shape.loss == Loss::Bce { usize::from(y[0] > N::of(0.0)) } else { likeliest };
        class == rows.targets[*row].exact() as usize
    };
    N::of((0..rows.len()).filter(right).count() as f64 / rows.len() as f64)
}
