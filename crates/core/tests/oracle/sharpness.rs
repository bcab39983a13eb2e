//! The sharpness of one network, one number after another, with the order of the engine's sums.

use etascape_core::scalar::{exp, normal_cdf_and_density, sigmoid, softplus, tanh};
use etascape_core::{Activation, Hyper, Loss, Purpose, Rows, Shape, Stream};

use super::network::{output_slopes, slope_factor};

/// λmax of the training loss by the method of Lanczos.
pub fn sharpness(shape: &Shape, hyper: &Hyper, rows: &Rows, parameters: &[f64]) -> f64 {
    let mut stream = Stream::new(0, Purpose::Sharpness, 0);
    let mut rest: Vec<f64> = parameters.iter().map(|_| 2.0 * stream.uniform() - 1.0).collect();
    let mut length = dot_in_parts(&rest, &rest).sqrt();
    let (mut directions, mut alphas, mut betas) = (Vec::<Vec<f64>>::new(), vec![], vec![]);
    // The products of each direction with those before it, as rounding may have left them.
    let mut drifts: Vec<Vec<f64>> = vec![vec![1.0]];
    let mut looks = [f64::NEG_INFINITY; 2];
    for products in 1.. {
        directions.push(rest.iter().map(|x| x / length).collect());
        rest = product(shape, hyper, rows, parameters, &directions[products - 1]);
        let parts = straighten(&directions[products.saturating_sub(2)..], &mut rest);
        alphas.push(parts[parts.len() - 1]);
        length = dot_in_parts(&rest, &rest).sqrt();
        if !(alphas[products - 1].is_finite() && length.is_finite()) {
            return f64::NAN;
        }
        let entries = alphas.iter().chain(&betas).fold(0.0, |most: f64, entry| most.max(entry.abs()));
        drifts.push(drift(&alphas, &betas, length, entries, &drifts));
        let next = &mut drifts[products];
        if next[..products].iter().any(|product| product.is_nan() || product.abs() > 1e-8) {
            straighten(&directions, &mut rest);
            straighten(&directions, &mut rest);
            length = dot_in_parts(&rest, &rest).sqrt();
            next[..products].fill(1e-15);
        }
        let is_last = products == parameters.len().min(128) || length <= 1e-13 * entries;
        if is_last || products % 2 == 0 {
            let found = largest_eigenvalue(&alphas, &betas);
            let is_near = || distance(&alphas, &betas, found, length) <= 1e-12 * found.abs();
            if is_last || found - looks[0] <= 1e-10 * found.abs() || is_near() {
                return found;
            }
            looks = [looks[1], found];
        }
        betas.push(length);
    }
    unreachable!("the products are bounded")
}

/// Takes a vector's parts along some directions off it, and returns them.
fn straighten(directions: &[Vec<f64>], rest: &mut [f64]) -> Vec<f64> {
    let parts: Vec<f64> = directions.iter().map(|direction| dot_in_parts(direction, rest)).collect();
    for (direction, part) in directions.iter().zip(&parts) {
        rest.iter_mut().zip(direction).for_each(|(x, d)| *x = (-part).mul_add(*d, *x));
    }
    parts
}

/// Simon's recurrence for the products of the next direction with those so far, and 1 for that with itself.
fn drift(alphas: &[f64], betas: &[f64], length: f64, entries: f64, drifts: &[Vec<f64>]) -> Vec<f64> {
    let known = alphas.len();
    let rounding = 1e-15 * entries / length;
    let product = |j: usize| {
        if j + 2 >= known {
            return rounding;
        }
        let (last, before) = (&drifts[known - 1], &drifts[known - 2]);
        let below = if j == 0 { 0.0 } else { betas[j - 1] * last[j - 1] };
        let moved = betas[j] * last[j + 1] + (alphas[j] - alphas[known - 1]) * last[j] + below;
        let next = (moved - betas[known - 2] * before[j]) / length;
        next + rounding.copysign(next)
    };
    (0..known).map(product).chain([1.0]).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| f64::mul_add(*a, *b, sum))
}

/// In 32 parts, of which the upper half is added to the lower until one is left.
fn dot_in_parts(a: &[f64], b: &[f64]) -> f64 {
    let mut parts = [0.0; 32];
    a.iter().zip(b).enumerate().for_each(|(i, (a, b))| parts[i % 32] = f64::mul_add(*a, *b, parts[i % 32]));
    for half in [16, 8, 4, 2, 1] {
        (0..half).for_each(|part| parts[part] += parts[part + half]);
    }
    parts[0]
}

/// The least number above all eigenvalues of a tridiagonal matrix, as its pivots show it, by bisection.
fn largest_eigenvalue(diagonal: &[f64], beside: &[f64]) -> f64 {
    let reach = |k: usize| beside.get(k).copied().unwrap_or(0.0) + if k == 0 { 0.0 } else { beside[k - 1] };
    let is_above_all = |x: f64| {
        let mut pivot = f64::NEG_INFINITY;
        (0..diagonal.len()).all(|k| {
            let coupling = if k == 0 { 0.0 } else { beside[k - 1] };
            pivot = diagonal[k] - x - coupling / pivot * coupling;
            pivot < 0.0
        })
    };
    let mut low = diagonal.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut high = (0..diagonal.len()).map(|k| diagonal[k] + reach(k)).fold(low, f64::max);
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if is_above_all(middle) { high = middle } else { low = middle }
    }
}

/// By how much the largest eigenvalue may rise where a row is coupled to the last: β²s²Σ 1/(θ − θᵢ).
fn distance(diagonal: &[f64], beside: &[f64], eigenvalue: f64, coupling: f64) -> f64 {
    // Of each pivot d: d, d′ and d″; then d′/d, its derivative negated, and the sum of the former up to the last but one.
    let (mut pivot, mut slope, mut bend) = (f64::NEG_INFINITY, 0.0, 0.0);
    let (mut first, mut second, mut sum) = (0.0, 0.0, 0.0);
    for k in 0..diagonal.len() {
        sum += first;
        let beside = if k == 0 { 0.0 } else { beside[k - 1] };
        let share = beside / pivot * beside;
        pivot = diagonal[k] - eigenvalue - share;
        (slope, bend) = (share * first - 1.0, -share * (first * first + second));
        first = slope / pivot;
        second = first * first - bend / pivot;
    }
    coupling * coupling / -slope * (sum + bend / (2.0 * slope))
}

/// A layer as it is for a row, and how it moves along V.
struct Layer {
    a: Vec<f64>,
    /// Empty for the first layer, whose inputs do not move.
    moved_a: Vec<f64>,
    moved_z: Vec<f64>,
    /// g φ′(g z) and g² φ″(g z) of a hidden layer.
    slopes: Vec<f64>,
    bends: Vec<f64>,
}

/// The Hessian of the loss over the rows, times v.
fn product(shape: &Shape, hyper: &Hyper, rows: &Rows, parameters: &[f64], v: &[f64]) -> Vec<f64> {
    let net = &shape.network;
    let mut sums = vec![0.0; v.len()];
    for row in 0..rows.len() {
        let (layers, y) = forward(shape, hyper, rows.row(row), parameters, v);
        let factor = slope_factor(shape.loss, rows.len());
        let slopes = output_slopes(shape.loss, &y, rows.targets[row]);
        let mut delta: Vec<f64> = slopes.iter().map(|slope| slope * (factor * net.output_scale())).collect();
        let end = factor * net.output_scale() * net.output_scale();
        let moved_z = &layers[net.layers() - 1].moved_z;
        let mut moved_delta: Vec<f64> =
            curved(shape.loss, &y, rows.targets[row], moved_z).iter().map(|x| x * end).collect();
        for l in (0..net.layers()).rev() {
            let (layer, fan_in) = (&layers[l], net.fan_in(l));
            for o in 0..delta.len() {
                let own = &mut sums[net.weights(l)][o * fan_in..][..fan_in];
                own.iter_mut().zip(&layer.a).for_each(|(sum, a)| *sum = moved_delta[o].mul_add(*a, *sum));
                own.iter_mut().zip(&layer.moved_a).for_each(|(sum, a)| *sum = delta[o].mul_add(*a, *sum));
            }
            sums[net.biases(l)].iter_mut().zip(&moved_delta).for_each(|(sum, delta)| *sum += delta);
            if l == 0 {
                break;
            }
            let column = |numbers: &[f64], i: usize| -> Vec<f64> {
                numbers[net.weights(l)].chunks(fan_in).map(|row| row[i]).collect()
            };
            let error = |i: usize| dot(&column(parameters, i), &delta) * net.weight_scale(l);
            let moved_error = |i: usize| {
                let still = dot(&column(parameters, i), &moved_delta);
                let all = column(v, i).iter().zip(&delta).fold(still, |sum, (v, delta)| f64::mul_add(*v, *delta, sum));
                all * net.weight_scale(l)
            };
            let below = &layers[l - 1];
            let errors: Vec<[f64; 2]> = (0..fan_in).map(|i| [error(i), moved_error(i)]).collect();
            let moved =
                |i: usize| below.slopes[i].mul_add(errors[i][1], errors[i][0] * below.bends[i] * below.moved_z[i]);
            moved_delta = (0..fan_in).map(moved).collect();
            delta = (0..fan_in).map(|i| errors[i][0] * below.slopes[i]).collect();
        }
    }
    for l in 0..net.layers() {
        sums[net.weights(l)].iter_mut().for_each(|sum| *sum *= net.weight_scale(l));
    }
    sums
}

/// The layers of a row, and the network's outputs.
fn forward(shape: &Shape, hyper: &Hyper, row: &[f64], parameters: &[f64], v: &[f64]) -> (Vec<Layer>, Vec<f64>) {
    let net = &shape.network;
    let (mut layers, mut a, mut moved_a) = (vec![], row.to_vec(), vec![]);
    for l in 0..net.layers() {
        let weights =
            |numbers: &[f64], o: usize| numbers[net.weights(l)][o * net.fan_in(l)..][..net.fan_in(l)].to_vec();
        let bias = |numbers: &[f64], o: usize| numbers[net.biases(l)].get(o).copied().unwrap_or(0.0);
        let z = |o: usize| dot(&weights(parameters, o), &a).mul_add(net.weight_scale(l), bias(parameters, o));
        let moved_z = |o: usize| {
            let start = dot(&weights(v, o), &a);
            let terms = weights(parameters, o).into_iter().zip(&moved_a);
            terms.fold(start, |sum, (w, a)| w.mul_add(*a, sum)).mul_add(net.weight_scale(l), bias(v, o))
        };
        let z: Vec<f64> = (0..net.fan_out(l)).map(z).collect();
        let moved_z: Vec<f64> = (0..net.fan_out(l)).map(moved_z).collect();
        if l + 1 == net.layers() {
            layers.push(Layer { a, moved_a, moved_z, slopes: vec![], bends: vec![] });
            return (layers, z.iter().map(|z| z * net.output_scale()).collect());
        }
        let gain = hyper.gain;
        let values: Vec<[f64; 3]> = z.iter().map(|z| activate(net.activation, z * gain)).collect();
        let slopes: Vec<f64> = values.iter().map(|[_, slope, _]| slope * gain).collect();
        let bends = values.iter().map(|[.., bend]| bend * gain * gain).collect();
        let after = moved_z.iter().zip(&slopes).map(|(moved, slope)| moved * slope).collect();
        layers.push(Layer { a, moved_a, moved_z, slopes, bends });
        (a, moved_a) = (values.iter().map(|[a, ..]| *a).collect(), after);
    }
    unreachable!("a network has a last layer")
}

/// φ, φ′ and φ″.
fn activate(activation: Activation, u: f64) -> [f64; 3] {
    match activation {
        Activation::Identity => [u, 1.0, 0.0],
        Activation::Relu => [if u <= 0.0 { 0.0 } else { u }, f64::from(u > 0.0), 0.0],
        Activation::Tanh => {
            let slope = (-tanh(u)).mul_add(tanh(u), 1.0);
            [tanh(u), slope, -(2.0 * tanh(u) * slope)]
        }
        Activation::Sigmoid => {
            let slope = sigmoid(u) * sigmoid(-u);
            [sigmoid(u), slope, slope * f64::mul_add(-2.0, sigmoid(u), 1.0)]
        }
        Activation::Softplus => [softplus(u), sigmoid(u), sigmoid(u) * sigmoid(-u)],
        Activation::Gelu => {
            let (cdf, density) = normal_cdf_and_density(u);
            [u * cdf, u.mul_add(density, cdf), density * (-u).mul_add(u, 2.0)]
        }
    }
}

/// ℓ″ v, short of the factor.
fn curved(loss: Loss, y: &[f64], t: f64, v: &[f64]) -> Vec<f64> {
    match loss {
        Loss::HalfSse | Loss::Mse => vec![v[0]],
        Loss::Mae => vec![v[0] * 0.0],
        Loss::Huber => vec![v[0] * f64::from((y[0] - t).abs() <= 1.0)],
        Loss::Bce => vec![v[0] * (sigmoid(y[0]) * sigmoid(-y[0]))],
        Loss::CrossEntropy => {
            let top = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let e: Vec<f64> = y.iter().map(|y| exp(y - top)).collect();
            let total = e.iter().fold(0.0, |sum, e| sum + e);
            let p: Vec<f64> = e.iter().map(|e| e / total).collect();
            let mean = dot(&p, v);
            p.iter().zip(v).map(|(p, v)| p * (v - mean)).collect()
        }
    }
}
