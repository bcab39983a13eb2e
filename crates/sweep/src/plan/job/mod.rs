//! Builds the shape, data and numbers for the engine from a spec: a file for each table.

mod dataset;
mod init;
mod locator;
mod log;
mod model;
mod request;
mod train;

use std::sync::Arc;

use etascape_core::{Hyper, Network, Optimizer, Shape};

pub(crate) use dataset::{Dataset, Encoded};
pub(crate) use init::{check_bias, check_one_output};
pub(crate) use locator::{Locator, Set};
pub(crate) use request::Request;
pub(crate) use train::check_nesterov;

use crate::error::ConfigError;
use crate::spec::keys::Key;
use crate::spec::log::LOGGED_PARAMETERS;

/// The run that a spec asks for, as the engine takes it.
pub(crate) struct Built {
    pub shape: Shape,
    pub hyper: Hyper,
    pub encoded: Arc<Encoded>,
}

/// Builds the one run that a spec asks for.
pub(crate) fn build(request: &Request) -> Result<Built, ConfigError> {
    let (spec, log) = (request.run, request.log);
    let loss = spec.train.loss;
    let encoded = request.dataset.encoded(loss);
    let encoded = encoded.map_err(|error| request.problem(Key::TrainLoss, error.to_string()))?;
    let network = model::network(request, &encoded)?;
    let optimizer = train::optimizer(&spec.train.optimizer);
    let rows = encoded.data.train.len();
    let batch_size = train::batch_size(request, rows)?;
    let shape = Shape {
        loss,
        precision: train::precision(request, &encoded)?,
        optimizer: optimizer.kind(),
        schedule: train::schedule(request)?,
        steps: spec.train.steps,
        cut: None,
        batch_size,
        evaluate_every: spec.train.evaluate_every,
        patience: spec.stop.patience,
        start: init::start(request, &network)?,
        curve: log::curve(request, batch_size, rows),
        log_parameters: log.parameters && network.parameters() <= LOGGED_PARAMETERS,
        log_batch_loss: log.batch_loss,
        trainability: log.trainability,
        sharpness_every: log.sharpness_every,
        network,
    };
    log::check_curve(request, &shape)?;
    let hyper = hyper(request, &shape.network, optimizer)?;
    Ok(Built { shape, hyper, encoded })
}

fn hyper(request: &Request, network: &Network, optimizer: Optimizer) -> Result<Hyper, ConfigError> {
    let spec = request.run;
    Ok(Hyper {
        seed: spec.seed,
        learning_rate: train::learning_rate(request, network.layers())?,
        optimizer,
        gain: spec.model.gain,
        init_scale: spec.init.scale,
        init_offset: spec.init.offset,
        init_w: init::init_w(request, network)?,
        init_b: init::init_b(request, network)?,
        converged_below: spec.stop.converged_below,
        diverged_factor: spec.stop.diverged_factor,
        diverged_above: spec.stop.diverged_above,
    })
}
