//! `[init]`: where training starts.

use etascape_core::{Network, Parameters, Start};
use etascape_text::counted;

use super::request::Request;
use crate::error::ConfigError;
use crate::spec::keys::Key;
use crate::spec::types::OneOrMany;

pub(super) fn start(request: &Request, network: &Network) -> Result<Start, ConfigError> {
    let Some(file) = &request.run.init.file else { return Ok(Start::Drawn(request.run.init.scheme)) };
    let weights = request.dataset.weights(file, network);
    let weights = weights.map_err(|error| request.problem(Key::InitFile, error.to_string()))?;
    Ok(Start::Given(weights.into()))
}

pub(super) fn init_w(request: &Request, network: &Network) -> Result<Option<Parameters>, ConfigError> {
    let inputs = network.fan_in(0);
    let weights = match &request.run.init.w {
        None => return Ok(None),
        Some(OneOrMany::All(weight)) => vec![*weight],
        Some(OneOrMany::Each(weights)) => weights.clone(),
    };
    check_one_output(network, |message, allowed| request.error(Key::InitW, message, allowed))?;
    if weights.len() != 1 && weights.len() != inputs {
        let message = format!("{} for {}", counted(weights.len(), "weight"), counted(inputs, "input"));
        let allowed = format!("a number, or a list of {inputs}: one per input");
        return Err(request.error(Key::InitW, message, allowed));
    }
    Ok(Some(weights.into()))
}

pub(super) fn init_b(request: &Request, network: &Network) -> Result<Option<f64>, ConfigError> {
    let Some(bias) = request.run.init.b else { return Ok(None) };
    check_one_output(network, |message, allowed| request.error(Key::InitB, message, allowed))?;
    check_bias(request, network)?;
    Ok(Some(bias))
}

/// Checks that a model with a given starting weight or bias has one output. `error` gets the message and what is allowed.
pub(crate) fn check_one_output(
    network: &Network,
    error: impl Fn(String, &'static str) -> ConfigError,
) -> Result<(), ConfigError> {
    if network.outputs() == 1 {
        return Ok(());
    }
    let message = format!("the model has {}", counted(network.outputs(), "output"));
    Err(error(message, "init.w and init.b for a linear model with one output; else init.file"))
}

/// Checks that a model with a starting bias has a bias.
pub(crate) fn check_bias(request: &Request, network: &Network) -> Result<(), ConfigError> {
    if network.bias {
        return Ok(());
    }
    Err(request.error(Key::InitB, "the model has no bias", "init.b with model.bias = true"))
}
