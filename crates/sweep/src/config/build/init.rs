//! `[init]`: where training starts.

use etascape_core::{Network, Parameters, Scheme, Start};
use etascape_text::counted;

use super::{World, problem};
use crate::config::check::Config;
use crate::data;
use crate::error::ConfigError;

fn scheme(word: &str) -> Scheme {
    match word {
        "zeros" => Scheme::Zeros,
        "normal" => Scheme::Normal,
        "uniform" => Scheme::Uniform,
        "glorot_normal" => Scheme::GlorotNormal,
        "he_uniform" => Scheme::HeUniform,
        "he_normal" => Scheme::HeNormal,
        "lecun_normal" => Scheme::LecunNormal,
        "orthogonal" => Scheme::Orthogonal,
        _ => Scheme::GlorotUniform,
    }
}

pub(super) fn start(config: &Config, world: &World, network: &Network) -> Result<Start, ConfigError> {
    let Some(file) = config.text("init.file") else { return Ok(Start::Drawn(scheme(config.word("init.scheme")))) };
    let weights = data::read_weights(&world.folder.join(file), network)
        .map_err(|error| config.problem("init.file", error.to_string()))?;
    Ok(Start::Given(weights.into()))
}

pub(super) fn init_w(config: &Config, network: &Network) -> Result<Option<Parameters>, ConfigError> {
    let (path, inputs) = ("init.w", network.fan_in(0));
    let Some(weights) = config.numbers(path).or_else(|| Some(vec![config.node(path)?.as_number()?])) else {
        return Ok(None);
    };
    check_one_output(config, path, network)?;
    if weights.len() != 1 && weights.len() != inputs {
        let message = format!("{} for {}", counted(weights.len(), "weight"), counted(inputs, "input"));
        return Err(problem(config, path, message, format!("a number, or a list of {inputs}: one per input")));
    }
    Ok(Some(weights.into()))
}

pub(super) fn init_b(config: &Config, network: &Network) -> Result<Option<f64>, ConfigError> {
    let Some(bias) = config.optional_number("init.b") else { return Ok(None) };
    check_one_output(config, "init.b", network)?;
    check_bias(config, network)?;
    Ok(Some(bias))
}

/// A starting weight or bias by number is for models with one output.
pub(crate) fn check_one_output(config: &Config, path: &str, network: &Network) -> Result<(), ConfigError> {
    if network.outputs() == 1 {
        return Ok(());
    }
    let message = format!("the model has {}", counted(network.outputs(), "output"));
    Err(problem(config, path, message, "init.w and init.b for a linear model with one output; else init.file"))
}

/// A starting bias needs a bias.
pub(crate) fn check_bias(config: &Config, network: &Network) -> Result<(), ConfigError> {
    if network.bias {
        return Ok(());
    }
    Err(problem(config, "init.b", "the model has no bias", "init.b with model.bias = true"))
}
