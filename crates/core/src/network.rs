//! What a network is: its layers, and where each of its parameters lies.

use std::ops::Range;

use crate::Error;

/// The function φ between two layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `tanh z`
    Tanh,
    /// `max(0, z)`, with derivative 0 at 0
    Relu,
    /// `1 / (1 + e⁻ᶻ)`
    Sigmoid,
    /// `z Φ(z)` with Φ the standard normal distribution function (the exact form, not the tanh approximation)
    Gelu,
    /// `ln(1 + eᶻ)`
    Softplus,
    /// `z`: a deep linear network
    Identity,
}

/// How the weights enter a layer of `fan_in` inputs.
///
/// A layer computes `z = s (W a) + b`; the network's output is `r z` of its last layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parametrization {
    /// s = 1, r = 1
    Standard,
    /// s = 1/√fan_in, r = 1 (Jacot et al. 2018, without their β)
    Ntk,
    /// s = 1/√fan_in, and r = 1/√fan_in of the last layer
    MeanField,
}

/// A fully connected network. Without hidden layers it is the linear model `y = W x + b`.
///
/// With a₀ = x: `zₗ = sₗ Wₗ aₗ₋₁ + bₗ`, `aₗ = φ(gain · zₗ)` for hidden layers, and the output is `y = r z` of the
/// last one. The gain is a number of a run ([`crate::Hyper::gain`]), the rest is shape.
///
/// Parameters lie layer by layer in one list: the weights of a layer, row by row (`[out][in]`), then its biases.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network {
    /// Two entries at least, each at least 1.
    pub(crate) widths: Vec<usize>,
    /// φ of the hidden layers.
    pub activation: Activation,
    /// Whether layers have biases.
    pub bias: bool,
    /// Where the 1/√fan_in go.
    pub parametrization: Parametrization,
}

impl Network {
    /// A network of these widths: the number of inputs, the width of each hidden layer, the number of outputs. With biases,
    /// [`Activation::Tanh`] and [`Parametrization::Standard`], until it is told otherwise.
    ///
    /// # Errors
    /// [`Error::Widths`] for fewer than two widths, and where one is 0.
    pub fn new(widths: impl Into<Vec<usize>>) -> Result<Network, Error> {
        let widths = widths.into();
        if widths.len() < 2 || widths.contains(&0) {
            return Err(Error::Widths(widths));
        }
        let (activation, parametrization) = (Activation::Tanh, Parametrization::Standard);
        Ok(Network { widths, activation, bias: true, parametrization })
    }

    /// The same with another φ.
    pub fn activation(self, activation: Activation) -> Network {
        Network { activation, ..self }
    }

    /// The same with or without biases.
    pub fn bias(self, bias: bool) -> Network {
        Network { bias, ..self }
    }

    /// The same with another parametrisation.
    pub fn parametrization(self, parametrization: Parametrization) -> Network {
        Network { parametrization, ..self }
    }

    /// Number of inputs, width of each hidden layer, number of outputs.
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// Number of layers of weights: hidden layers + 1.
    pub fn layers(&self) -> usize {
        self.widths.len() - 1
    }

    /// Inputs of a layer.
    pub fn fan_in(&self, layer: usize) -> usize {
        self.widths[layer]
    }

    /// Outputs of a layer.
    pub fn fan_out(&self, layer: usize) -> usize {
        self.widths[layer + 1]
    }

    /// Number of outputs of the network.
    pub fn outputs(&self) -> usize {
        self.widths[self.layers()]
    }

    /// The factor s on a layer's weights.
    pub fn weight_scale(&self, layer: usize) -> f64 {
        match self.parametrization {
            Parametrization::Standard => 1.0,
            Parametrization::Ntk | Parametrization::MeanField => 1.0 / (self.fan_in(layer) as f64).sqrt(),
        }
    }

    /// The factor r on the network's output.
    pub fn output_scale(&self) -> f64 {
        match self.parametrization {
            Parametrization::Standard | Parametrization::Ntk => 1.0,
            Parametrization::MeanField => self.weight_scale(self.layers() - 1),
        }
    }

    /// Where a layer's weights lie in the list of parameters, `[out][in]`.
    pub fn weights(&self, layer: usize) -> Range<usize> {
        let start = (0..layer).map(|l| self.layer_len(l)).sum();
        start..start + self.fan_in(layer) * self.fan_out(layer)
    }

    /// Where a layer's biases lie: empty without biases.
    pub fn biases(&self, layer: usize) -> Range<usize> {
        let start = self.weights(layer).end;
        start..start + if self.bias { self.fan_out(layer) } else { 0 }
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        (0..self.layers()).map(|l| self.layer_len(l)).sum()
    }

    fn layer_len(&self, layer: usize) -> usize {
        (self.fan_in(layer) + usize::from(self.bias)) * self.fan_out(layer)
    }

    /// Names of the parameters in their order: `w` (or `w0`, `w1` …) and `b` for a linear model with one output,
    /// else `layers.0.weight.0.0` (layer, output, input) and `layers.0.bias.0`.
    pub fn parameter_names(&self) -> Vec<String> {
        if self.widths.len() == 2 && self.outputs() == 1 {
            return self.linear_names();
        }
        let mut names = Vec::with_capacity(self.parameters());
        for layer in 0..self.layers() {
            for out in 0..self.fan_out(layer) {
                names.extend((0..self.fan_in(layer)).map(|i| format!("layers.{layer}.weight.{out}.{i}")));
            }
            names.extend(self.biases(layer).enumerate().map(|(out, _)| format!("layers.{layer}.bias.{out}")));
        }
        names
    }

    fn linear_names(&self) -> Vec<String> {
        let weights = match self.widths[0] {
            1 => vec!["w".to_string()],
            inputs => (0..inputs).map(|i| format!("w{i}")).collect(),
        };
        weights.into_iter().chain(self.bias.then(|| "b".to_string())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_units_in_every_layer() {
        for widths in [vec![], vec![3], vec![0, 1], vec![2, 0, 1], vec![2, 1, 0]] {
            assert_eq!(Network::new(widths.clone()), Err(Error::Widths(widths)));
        }
    }

    fn network(widths: &[usize], bias: bool) -> Network {
        let widths = widths.to_vec();
        Network { widths, activation: Activation::Tanh, bias, parametrization: Parametrization::MeanField }
    }

    #[test]
    fn parameters_lie_layer_by_layer() {
        let net = network(&[2, 3, 1], true);
        assert_eq!(net.weights(0), 0..6);
        assert_eq!(net.biases(0), 6..9);
        assert_eq!(net.weights(1), 9..12);
        assert_eq!(net.biases(1), 12..13);
        assert_eq!(net.parameters(), 13);
        assert_eq!(net.parameter_names().len(), 13);
        assert_eq!(net.parameter_names()[5], "layers.0.weight.2.1");
        assert_eq!(net.parameter_names()[12], "layers.1.bias.0");
    }

    #[test]
    fn linear_models_have_short_names() {
        assert_eq!(network(&[1, 1], true).parameter_names(), ["w", "b"]);
        assert_eq!(network(&[2, 1], false).parameter_names(), ["w0", "w1"]);
    }

    #[test]
    fn mean_field_scales_the_output_by_the_last_fan_in() {
        let net = network(&[9, 4, 1], false);
        assert_eq!((net.weight_scale(0), net.weight_scale(1), net.output_scale()), (1.0 / 3.0, 0.5, 0.5));
    }
}
