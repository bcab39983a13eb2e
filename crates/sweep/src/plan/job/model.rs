//! `[model]`: the network.

use etascape_core::{Loss, Network};

use super::dataset::Encoded;
use super::request::Request;
use crate::error::ConfigError;
use crate::spec::keys::Key;
use crate::spec::word::ModelKind;

/// Parameters of a network at most.
const MOST_PARAMETERS: u128 = 100_000_000;

pub(super) fn network(request: &Request, encoded: &Encoded) -> Result<Network, ConfigError> {
    let model = &request.run.model;
    let outputs = match (request.run.train.loss, &encoded.classes) {
        (Loss::CrossEntropy, Some(classes)) => classes.len(),
        _ => 1,
    };
    let hidden = match model.kind {
        ModelKind::Linear => &[][..],
        ModelKind::Mlp => &model.hidden,
    };
    let widths: Vec<usize> = [request.dataset.table.inputs()].iter().chain(hidden).chain([&outputs]).copied().collect();
    let parameters: u128 = widths.windows(2).map(|pair| (pair[0] as u128 + 1) * pair[1] as u128).sum();
    if parameters > MOST_PARAMETERS {
        let message = format!("a network of {parameters} parameters is too large");
        return Err(request.error(Key::ModelHidden, message, format!("at most {MOST_PARAMETERS} parameters")));
    }
    let network = Network::new(widths);
    let network =
        network.map_err(|error| request.error(Key::ModelHidden, error.to_string(), "layers of 1 unit or more"))?;
    Ok(network.activation(model.activation).bias(model.bias).parametrization(model.parametrization))
}
