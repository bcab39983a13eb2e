//! From a checked config to what the engine takes, a shape, data and numbers: a file for each table.

mod data;
mod init;
mod log;
mod model;
mod stop;
mod train;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use etascape_core::{Coefficients, Data, Hyper, Loss, Network, Shape, StopRules};

pub(crate) use data::data_config;
pub(crate) use init::{check_bias, check_one_output};
pub use log::LogConfig;
pub(crate) use log::{LOGGED_PARAMETERS, log};
pub(crate) use stop::rules as stop;
pub(crate) use train::check_nesterov;

use super::check::Config;
use crate::data::Table;
use crate::error::{ConfigError, Problem};

/// What lies outside the config: the data, and the folder that paths start from.
pub(crate) struct World {
    pub table: Table,
    pub folder: PathBuf,
    encoded: Mutex<Vec<(Loss, Arc<Encoded>)>>,
}

/// The data with targets as a loss needs them.
pub(crate) struct Encoded {
    pub data: Arc<Data>,
    pub classes: Option<Vec<String>>,
}

impl World {
    pub fn new(table: Table, folder: PathBuf) -> World {
        World { table, folder, encoded: Mutex::default() }
    }

    fn encoded(&self, config: &Config, loss: Loss) -> Result<Arc<Encoded>, ConfigError> {
        // All losses over numbers share one encoding.
        let encoding = if loss.is_classification() { loss } else { Loss::HalfSse };
        let mut known = self.encoded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, encoded)) = known.iter().find(|(of, _)| *of == encoding) {
            return Ok(encoded.clone());
        }
        let (data, classes) =
            self.table.data_for(loss).map_err(|error| config.problem("train.loss", error.to_string()))?;
        let encoded = Arc::new(Encoded { data: Arc::new(data), classes });
        known.push((encoding, encoded.clone()));
        Ok(encoded)
    }
}

/// What a config without a sweep asks for.
pub(crate) struct Built {
    pub shape: Shape,
    pub hyper: Hyper,
    pub encoded: Arc<Encoded>,
}

/// Builds the one run that a config asks for.
pub(crate) fn build(config: &Config, world: &World, log: &LogConfig) -> Result<Built, ConfigError> {
    let loss = train::loss(config.word("train.loss"));
    let encoded = world.encoded(config, loss)?;
    let network = model::network(config, world.table.inputs(), loss, &encoded)?;
    let (optimizer, coefficients) = train::optimizer(config)?;
    let shape = Shape {
        loss,
        optimizer,
        schedule: train::schedule(config)?,
        steps: config.integer("train.steps"),
        cut: None,
        batch_size: train::batch_size(config, encoded.data.train.len())?,
        patience: stop(config).patience,
        start: init::start(config, world, &network)?,
        curve: log.curve,
        log_parameters: log.parameters && network.parameters() <= LOGGED_PARAMETERS,
        trainability: log.trainability,
        sharpness_every: log.sharpness_every,
        network,
    };
    log::check_curve(config, &shape)?;
    let hyper = hyper(config, &shape.network, coefficients)?;
    Ok(Built { shape, hyper, encoded })
}

fn problem(config: &Config, path: &str, message: impl Into<String>, allowed: impl Into<String>) -> ConfigError {
    Problem { allowed: Some(allowed.into()), ..config.problem(path, message) }.into()
}

fn hyper(config: &Config, network: &Network, optimizer: Coefficients) -> Result<Hyper, ConfigError> {
    let StopRules { converged_below, diverged_factor, diverged_above, .. } = stop(config);
    Ok(Hyper {
        seed: config.integer("seed"),
        learning_rate: train::learning_rate(config, network.layers())?,
        optimizer,
        gain: config.number("model.gain"),
        init_scale: config.number("init.scale"),
        init_offset: config.number("init.offset"),
        init_w: init::init_w(config, network)?,
        init_b: init::init_b(config, network)?,
        converged_below,
        diverged_factor,
        diverged_above,
    })
}
