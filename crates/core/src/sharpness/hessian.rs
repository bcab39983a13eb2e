//! Products of the Hessian of a training loss with a vector, exact and at the price of a few gradients.

use crate::scalar::{exp, normal_cdf_and_density, sigmoid, softplus, tanh};
use crate::{Activation, Error, Loss, Network, Rows, Shape};

/// The Hessian of a loss over rows, at one point.
///
/// With `∂` for the derivative along a direction V of the parameters, products are the gradient's own derivative
/// (Pearlmutter 1994, "Fast exact multiplication by the Hessian"). For a row with pre-activations z, activations a,
/// and δ = ∂loss/∂z, layer by layer as [`Network`] has them:
///
/// ```text
/// forwards    ∂z = s (V a + W ∂a) + Vb        ∂a = g φ′(g z) ∂z
/// at the end  ∂δ = r² ℓ″(y) ∂z                 with y = r z
/// backwards   e = s Wᵀδ,  ∂e = s (Wᵀ∂δ + Vᵀδ),  one layer down: ∂δ = g φ′(g z) ∂e + g² φ″(g z) ∂z e
/// the product H V: for W  s (∂δ aᵀ + δ ∂aᵀ),  for b  ∂δ
/// ```
pub struct Hessian<'a> {
    shape: &'a Shape,
    parameters: &'a [f64],
    rows: Vec<Row>,
    /// What ℓ is multiplied by, as its slopes are.
    factor: f64,
}

/// What stays the same in all products: a row at the point.
struct Row {
    /// What goes into each layer.
    inputs: Vec<Vec<f64>>,
    /// `g φ′(g z)` of each hidden layer.
    slopes: Vec<Vec<f64>>,
    /// `g² φ″(g z) e` of each hidden layer.
    bends: Vec<Vec<f64>>,
    /// δ of each layer.
    deltas: Vec<Vec<f64>>,
    curvature: Curvature,
}

/// ℓ″ of a row, before the factor.
enum Curvature {
    /// Of a loss of one output.
    Number(f64),
    /// `diag(p) − p pᵀ`, p being the softmax of the outputs.
    Softmax(Vec<f64>),
}

impl<'a> Hessian<'a> {
    /// The Hessian of the shape's loss over all the rows at the parameters, in the network's order.
    ///
    /// # Errors
    /// Where the network and the loss of the shape do not take the rows, or the network has another number of parameters.
    pub fn at(shape: &'a Shape, rows: &Rows, gain: f64, parameters: &'a [f64]) -> Result<Hessian<'a>, Error> {
        shape.check_rows(rows)?;
        shape.check_parameters(parameters)?;
        Ok(Hessian::unchecked(shape, rows, gain, parameters))
    }

    /// [`Hessian::at`] where everything fits together.
    pub(super) fn unchecked(shape: &'a Shape, rows: &Rows, gain: f64, parameters: &'a [f64]) -> Hessian<'a> {
        let factor = shape.loss.slope_factor(rows.len());
        let row = |row: usize| Row::at(shape, parameters, gain, factor, rows.row(row), rows.targets[row]);
        Hessian { shape, parameters, rows: (0..rows.len()).map(row).collect(), factor }
    }

    /// The gradient at the point: what the products are derivatives of.
    pub fn gradient(&self) -> Vec<f64> {
        let mut sum = vec![0.0; self.parameters.len()];
        for row in &self.rows {
            for (layer, delta) in row.deltas.iter().enumerate() {
                self.add(layer, &mut sum, delta, &row.inputs[layer], None);
            }
        }
        sum
    }

    /// `H v`.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.parameters.len()];
        self.rows.iter().for_each(|row| self.add_row(row, v, &mut sum));
        sum
    }

    fn add_row(&self, row: &Row, v: &[f64], sum: &mut [f64]) {
        let network = &self.shape.network;
        let last = network.layers() - 1;
        let (inputs, pre_activation) = self.forwards(row, v);
        let scale = self.factor * network.output_scale() * network.output_scale();
        let mut delta: Vec<f64> = row.curvature.times(&pre_activation[last]).iter().map(|x| x * scale).collect();
        for layer in (0..=last).rev() {
            self.add(layer, sum, &delta, &row.inputs[layer], Some((&row.deltas[layer], &inputs[layer])));
            if layer > 0 {
                let mut back = backwards(network, layer, self.parameters, &delta);
                let other = backwards(network, layer, v, &row.deltas[layer]);
                back.iter_mut().zip(other).for_each(|(back, other)| *back += other);
                let (slopes, bends) = (&row.slopes[layer - 1], &row.bends[layer - 1]);
                let moved = &pre_activation[layer - 1];
                delta = (0..back.len()).map(|i| slopes[i] * back[i] + bends[i] * moved[i]).collect();
            }
        }
    }

    /// ∂a into each layer, and ∂z of each.
    fn forwards(&self, row: &Row, v: &[f64]) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
        let network = &self.shape.network;
        let (mut inputs, mut pre_activations) = (vec![vec![0.0; network.fan_in(0)]], Vec::new());
        for layer in 0..network.layers() {
            let mut moved = affine(network, layer, v, &row.inputs[layer]);
            let through = weighted(network, layer, self.parameters, &inputs[layer]);
            moved.iter_mut().zip(through).for_each(|(moved, through)| *moved += through);
            if let Some(slopes) = row.slopes.get(layer) {
                inputs.push(moved.iter().zip(slopes).map(|(moved, slope)| moved * slope).collect());
            }
            pre_activations.push(moved);
        }
        (inputs, pre_activations)
    }

    /// Adds `s delta inputᵀ`, and `s a bᵀ` of a second pair, to a layer's weights, and `delta` to its biases.
    fn add(&self, layer: usize, sum: &mut [f64], delta: &[f64], input: &[f64], pair: Option<(&[f64], &[f64])>) {
        let network = &self.shape.network;
        let scale = network.weight_scale(layer);
        let rows = sum[network.weights(layer)].chunks_exact_mut(network.fan_in(layer));
        for (out, row) in rows.enumerate() {
            let first = scale * delta[out];
            row.iter_mut().zip(input).for_each(|(sum, a)| *sum += first * a);
            if let Some((other_delta, other_input)) = pair {
                let second = scale * other_delta[out];
                row.iter_mut().zip(other_input).for_each(|(sum, a)| *sum += second * a);
            }
        }
        sum[network.biases(layer)].iter_mut().zip(delta).for_each(|(sum, delta)| *sum += delta);
    }
}

impl Row {
    fn at(shape: &Shape, parameters: &[f64], gain: f64, factor: f64, features: &[f64], target: f64) -> Row {
        let network = &shape.network;
        let last = network.layers() - 1;
        let (mut inputs, mut slopes, mut bends) = (vec![features.to_vec()], Vec::new(), Vec::new());
        for layer in 0..last {
            let z = affine(network, layer, parameters, &inputs[layer]);
            let values: Vec<[f64; 3]> = z.iter().map(|z| activate(network.activation, gain * z)).collect();
            inputs.push(values.iter().map(|[value, ..]| *value).collect());
            slopes.push(values.iter().map(|[_, slope, _]| gain * slope).collect::<Vec<f64>>());
            bends.push(values.iter().map(|[.., bend]| gain * gain * bend).collect::<Vec<f64>>());
        }
        let z = affine(network, last, parameters, &inputs[last]);
        let outputs: Vec<f64> = z.iter().map(|z| z * network.output_scale()).collect();
        let (slope, curvature) = shape.loss.derivatives(&outputs, target);
        let mut deltas = vec![slope.iter().map(|slope| slope * factor * network.output_scale()).collect::<Vec<f64>>()];
        for layer in (1..=last).rev() {
            let errors = backwards(network, layer, parameters, &deltas[0]);
            let bends = &mut bends[layer - 1];
            bends.iter_mut().zip(&errors).for_each(|(bend, error)| *bend *= error);
            deltas.insert(0, errors.iter().zip(&slopes[layer - 1]).map(|(error, slope)| error * slope).collect());
        }
        Row { inputs, slopes, bends, deltas, curvature }
    }
}

impl Curvature {
    fn times(&self, v: &[f64]) -> Vec<f64> {
        match self {
            Curvature::Number(curvature) => vec![curvature * v[0]],
            Curvature::Softmax(p) => {
                let mean = p.iter().zip(v).fold(0.0, |sum, (p, v)| sum + p * v);
                p.iter().zip(v).map(|(p, v)| p * (v - mean)).collect()
            }
        }
    }
}

impl Loss {
    /// The first and the second derivative of a row's term with respect to the outputs, both short of
    /// [`slope_factor`](Loss::slope_factor).
    fn derivatives(self, y: &[f64], target: f64) -> (Vec<f64>, Curvature) {
        let residual = y[0] - target;
        let (slope, curvature) = match self {
            Loss::HalfSse | Loss::Mse => (residual, 1.0),
            Loss::Mae if residual == 0.0 => (0.0, 0.0),
            Loss::Mae => (residual.signum(), 0.0),
            Loss::Huber if residual.abs() > 1.0 => (residual.signum(), 0.0),
            Loss::Huber => (residual, 1.0),
            Loss::Bce => (sigmoid(y[0]) - target, sigmoid(y[0]) * sigmoid(-y[0])),
            Loss::CrossEntropy => {
                let p = softmax(y);
                let slopes = p.iter().enumerate().map(|(class, p)| p - f64::from(class as f64 == target)).collect();
                return (slopes, Curvature::Softmax(p));
            }
        };
        (vec![slope], Curvature::Number(curvature))
    }
}

fn softmax(y: &[f64]) -> Vec<f64> {
    let largest = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = y.iter().map(|y| exp(y - largest)).collect();
    let total = powers.iter().fold(0.0, |sum, power| sum + power);
    powers.iter().map(|power| power / total).collect()
}

/// φ, φ′ and φ″ at u.
fn activate(activation: Activation, u: f64) -> [f64; 3] {
    match activation {
        Activation::Identity => [u, 1.0, 0.0],
        // A NaN stays one.
        Activation::Relu => [if u <= 0.0 { 0.0 } else { u }, f64::from(u > 0.0), 0.0],
        Activation::Tanh => {
            let a = tanh(u);
            let slope = 1.0 - a * a;
            [a, slope, -2.0 * a * slope]
        }
        Activation::Sigmoid => {
            let a = sigmoid(u);
            let slope = a * sigmoid(-u);
            [a, slope, slope * (1.0 - 2.0 * a)]
        }
        Activation::Softplus => [softplus(u), sigmoid(u), sigmoid(u) * sigmoid(-u)],
        Activation::Gelu => {
            let (cdf, density) = normal_cdf_and_density(u);
            [u * cdf, cdf + u * density, density * (2.0 - u * u)]
        }
    }
}

/// `s W a + b` of a layer.
fn affine(network: &Network, layer: usize, parameters: &[f64], a: &[f64]) -> Vec<f64> {
    let mut z = weighted(network, layer, parameters, a);
    z.iter_mut().zip(&parameters[network.biases(layer)]).for_each(|(z, b)| *z += b);
    z
}

/// `s W a` of a layer.
fn weighted(network: &Network, layer: usize, parameters: &[f64], a: &[f64]) -> Vec<f64> {
    let scale = network.weight_scale(layer);
    let rows = parameters[network.weights(layer)].chunks_exact(network.fan_in(layer));
    rows.map(|row| scale * row.iter().zip(a).fold(0.0, |sum, (w, a)| sum + w * a)).collect()
}

/// `s Wᵀ delta` of a layer.
fn backwards(network: &Network, layer: usize, parameters: &[f64], delta: &[f64]) -> Vec<f64> {
    let mut errors = vec![0.0; network.fan_in(layer)];
    let scale = network.weight_scale(layer);
    let rows = parameters[network.weights(layer)].chunks_exact(network.fan_in(layer));
    for (row, delta) in rows.zip(delta) {
        let scaled = scale * delta;
        errors.iter_mut().zip(row).for_each(|(error, w)| *error += scaled * w);
    }
    errors
}
