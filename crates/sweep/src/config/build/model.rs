//! `[model]`: the network.

use etascape_core::{Activation, Loss, Network, Parametrization};

use super::{Encoded, problem};
use crate::config::check::Config;
use crate::error::ConfigError;

/// Parameters of a network at most.
const MOST_PARAMETERS: u128 = 100_000_000;

pub(super) fn network(config: &Config, inputs: usize, loss: Loss, encoded: &Encoded) -> Result<Network, ConfigError> {
    let outputs = match (loss, &encoded.classes) {
        (Loss::CrossEntropy, Some(classes)) => classes.len(),
        _ => 1,
    };
    let hidden = if config.word("model.kind") == "mlp" { config.integers("model.hidden") } else { Vec::new() };
    let widths: Vec<usize> = [inputs].into_iter().chain(hidden).chain([outputs]).collect();
    let parameters: u128 = widths.windows(2).map(|pair| (pair[0] as u128 + 1) * pair[1] as u128).sum();
    if parameters > MOST_PARAMETERS {
        let message = format!("a network of {parameters} parameters is too large");
        return Err(problem(config, "model.hidden", message, format!("at most {MOST_PARAMETERS} parameters")));
    }
    let activation = match config.word("model.activation") {
        "relu" => Activation::Relu,
        "sigmoid" => Activation::Sigmoid,
        "gelu" => Activation::Gelu,
        "softplus" => Activation::Softplus,
        "identity" => Activation::Identity,
        _ => Activation::Tanh,
    };
    let parametrization = match config.word("model.parametrization") {
        "ntk" => Parametrization::Ntk,
        "mean_field" => Parametrization::MeanField,
        _ => Parametrization::Standard,
    };
    Ok(Network { widths, activation, bias: config.flag("model.bias"), parametrization })
}
