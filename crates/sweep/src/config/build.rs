//! From a checked config to what the engine takes: a shape, data and numbers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use etascape_core::{
    Activation, Coefficients, CurveSteps, Data, Hyper, LearningRate, Loss, Network, Optimizer, Parameters,
    Parametrization, Patience, Schedule, ScheduleKind, Scheme, Shape, Start,
};

use super::check::Config;
use super::tree::{Node, Place};
use crate::data::{self, DataConfig, Generator};
use crate::error::{ConfigError, Problem, counted};

/// Parameters of a network at most.
const MOST_PARAMETERS: u128 = 100_000_000;

/// Models up to this size log their parameters.
pub(crate) const LOGGED_PARAMETERS: usize = 16;

/// What is logged of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogConfig {
    /// Which steps of a curve.
    pub curve: CurveSteps,
    /// Whether parameters, of models small enough.
    pub parameters: bool,
    /// Whether the trainability measure.
    pub trainability: bool,
    /// The sharpness every so many steps; 0 = never.
    pub sharpness_every: u64,
}

/// What lies outside the config: the data, and the folder that paths start from.
pub(crate) struct World {
    pub table: data::Table,
    pub folder: PathBuf,
    encoded: Mutex<Vec<(Loss, Arc<Encoded>)>>,
}

/// The data with targets as a loss needs them.
pub(crate) struct Encoded {
    pub data: Arc<Data>,
    pub classes: Option<Vec<String>>,
}

impl World {
    pub fn new(table: data::Table, folder: PathBuf) -> World {
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
    let loss = loss(config.word("train.loss"));
    let encoded = world.encoded(config, loss)?;
    let network = network(config, world.table.inputs(), loss, &encoded)?;
    let (optimizer, coefficients) = optimizer(config)?;
    let shape = Shape {
        loss,
        optimizer,
        schedule: schedule(config)?,
        steps: config.integer("train.steps"),
        cut: None,
        batch_size: batch_size(config, encoded.data.train.len())?,
        patience: config.node("stop.patience").map(|_| Patience {
            steps: config.integer("stop.patience.steps"),
            min_delta: config.number("stop.patience.min_delta"),
        }),
        start: start(config, world, &network)?,
        curve: log.curve,
        log_parameters: log.parameters && network.parameters() <= LOGGED_PARAMETERS,
        trainability: log.trainability,
        sharpness_every: log.sharpness_every,
        network,
    };
    check_curve(config, &shape)?;
    let hyper = hyper(config, &shape.network, coefficients)?;
    Ok(Built { shape, hyper, encoded })
}

/// The curves of the runs in flight are held in memory.
fn check_curve(config: &Config, shape: &Shape) -> Result<(), ConfigError> {
    const MOST_POINTS: u64 = 1_000_000;
    let points = shape.curve_points();
    if points <= MOST_POINTS {
        return Ok(());
    }
    let path = match shape.curve {
        _ if shape.curve.count(shape.steps) <= MOST_POINTS => "log.sharpness_every",
        CurveSteps::Every(_) => "log.curve_every",
        _ => "log.curve_points",
    };
    let allowed = format!("what gives at most {MOST_POINTS} points a run");
    Err(problem(config, path, format!("{points} points a run are too many"), allowed))
}

fn problem(config: &Config, path: &str, message: impl Into<String>, allowed: impl Into<String>) -> ConfigError {
    Problem { allowed: Some(allowed.into()), ..config.problem(path, message) }.into()
}

fn loss(word: &str) -> Loss {
    match word {
        "mse" => Loss::Mse,
        "mae" => Loss::Mae,
        "huber" => Loss::Huber,
        "bce" => Loss::Bce,
        "cross_entropy" => Loss::CrossEntropy,
        _ => Loss::HalfSse,
    }
}

fn network(config: &Config, inputs: usize, loss: Loss, encoded: &Encoded) -> Result<Network, ConfigError> {
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

fn optimizer(config: &Config) -> Result<(Optimizer, Coefficients), ConfigError> {
    let key = |name: &str| format!("train.optimizer.{name}");
    let flag = |name| config.flag(&key(name));
    let optimizer = match config.word("train.optimizer.kind") {
        "adagrad" => Optimizer::Adagrad,
        "rmsprop" => Optimizer::RmsProp { centered: flag("centered") },
        "adam" => Optimizer::Adam { amsgrad: flag("amsgrad"), decoupled: false },
        "adamw" => Optimizer::Adam { amsgrad: flag("amsgrad"), decoupled: true },
        _ => Optimizer::Sgd { nesterov: flag("nesterov") },
    };
    let default = Coefficients::of(optimizer);
    let number = |name, default| config.optional_number(&key(name)).unwrap_or(default);
    let betas = config.numbers(&key("betas")).and_then(|betas| betas.try_into().ok()).unwrap_or(default.betas);
    let coefficients = Coefficients {
        momentum: number("momentum", default.momentum),
        dampening: number("dampening", default.dampening),
        weight_decay: number("weight_decay", default.weight_decay),
        betas,
        eps: number("eps", default.eps),
        alpha: number("alpha", default.alpha),
        lr_decay: number("lr_decay", default.lr_decay),
        initial_accumulator_value: number("initial_accumulator_value", default.initial_accumulator_value),
    };
    Ok((optimizer, coefficients))
}

/// Nesterov's momentum needs momentum and no dampening (as `torch.optim.SGD` demands).
pub(crate) fn check_nesterov(config: &Config, optimizer: Optimizer, c: &Coefficients) -> Result<(), ConfigError> {
    if optimizer == (Optimizer::Sgd { nesterov: true }) && (c.momentum <= 0.0 || c.dampening != 0.0) {
        let message = format!("impossible with momentum {} and dampening {}", c.momentum, c.dampening);
        return Err(problem(
            config,
            "train.optimizer.nesterov",
            message,
            "nesterov with momentum > 0 and dampening = 0",
        ));
    }
    Ok(())
}

fn schedule(config: &Config) -> Result<Schedule, ConfigError> {
    let steps = config.integer("train.steps");
    let number = |name: &str| config.number(&format!("train.schedule.{name}"));
    let gamma = |default| config.optional_number("train.schedule.gamma").unwrap_or(default);
    let kind = match config.word("train.schedule.kind") {
        "step" => ScheduleKind::Step {
            step_size: config.optional_integer("train.schedule.step_size").unwrap_or(steps.div_ceil(3)),
            gamma: gamma(0.1),
        },
        "exponential" => ScheduleKind::Exponential { gamma: gamma(libm::pow(0.01, 1.0 / steps as f64)) },
        "cosine" => ScheduleKind::Cosine { alpha: number("alpha") },
        "one_cycle" => ScheduleKind::OneCycle {
            pct_start: number("pct_start"),
            div_factor: number("div_factor"),
            final_div_factor: number("final_div_factor"),
        },
        _ => ScheduleKind::Constant,
    };
    Ok(Schedule { kind, warmup_steps: warmup_steps(config, steps)? })
}

fn warmup_steps(config: &Config, steps: u64) -> Result<u64, ConfigError> {
    let (own, inner) = ("train.warmup_steps", "train.schedule.warmup_steps");
    if config.node(own).is_some() && config.node(inner).is_some() {
        return Err(problem(config, own, "given twice", format!("either {own} or {inner}")));
    }
    let key = if config.node(inner).is_some() { inner } else { own };
    let warmup = config.integer(key);
    if warmup > steps {
        return Err(problem(config, key, "longer than the training", format!("at most train.steps = {steps}")));
    }
    Ok(warmup)
}

fn batch_size(config: &Config, rows: usize) -> Result<usize, ConfigError> {
    let size = config.integer("train.batch_size");
    if size > rows as u64 {
        let allowed = format!("at most {rows}, the number of training rows; 0 for all of them");
        return Err(problem(config, "train.batch_size", "more rows than there are", allowed));
    }
    Ok(size as usize)
}

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

fn start(config: &Config, world: &World, network: &Network) -> Result<Start, ConfigError> {
    let Some(file) = config.text("init.file") else { return Ok(Start::Drawn(scheme(config.word("init.scheme")))) };
    let weights = data::read_weights(&world.folder.join(file), network)
        .map_err(|error| config.problem("init.file", error.to_string()))?;
    Ok(Start::Given(weights.into()))
}

fn hyper(config: &Config, network: &Network, optimizer: Coefficients) -> Result<Hyper, ConfigError> {
    Ok(Hyper {
        seed: config.integer("seed"),
        learning_rate: learning_rate(config, network.layers())?,
        optimizer,
        gain: config.number("model.gain"),
        init_scale: config.number("init.scale"),
        init_offset: config.number("init.offset"),
        init_w: init_w(config, network)?,
        init_b: init_b(config, network)?,
        converged_below: config.number("stop.converged_below"),
        diverged_above: config.number("stop.diverged_above"),
    })
}

fn learning_rate(config: &Config, layers: usize) -> Result<LearningRate, ConfigError> {
    let path = "train.learning_rate";
    match config.numbers(path) {
        None => Ok(LearningRate::Same(config.number(path))),
        Some(rates) if rates.len() == layers => Ok(LearningRate::PerLayer(rates.into())),
        Some(rates) => {
            let message = format!("{} for {}", counted(rates.len(), "learning rate"), counted(layers, "layer"));
            Err(problem(config, path, message, format!("a number, or a list of {layers}: one per layer of weights")))
        }
    }
}

fn init_w(config: &Config, network: &Network) -> Result<Option<Parameters>, ConfigError> {
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

fn init_b(config: &Config, network: &Network) -> Result<Option<f64>, ConfigError> {
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

/// Reads `[log]`.
pub(crate) fn log(config: &Config) -> Result<LogConfig, ConfigError> {
    let (points, every) = ("log.curve_points", "log.curve_every");
    if config.node(points).is_some() && config.node(every).is_some() {
        return Err(problem(config, every, "given beside curve_points", "either curve_points or curve_every"));
    }
    let curve = match (config.optional_integer(every), config.integer(points)) {
        (Some(every), _) => CurveSteps::Every(every),
        (None, 0) => CurveSteps::None,
        (None, 1) => return Err(problem(config, points, "impossible value", "0 for no curves, or at least 2")),
        (None, points) => CurveSteps::Points(points),
    };
    let trainability = config.flag("log.trainability");
    if trainability && config.node("stop.halving").is_some() {
        let allowed = "either trainability or stop.halving";
        return Err(problem(
            config,
            "log.trainability",
            "a run that is pruned has no measure over all its steps",
            allowed,
        ));
    }
    let sharpness = "log.sharpness_every";
    if curve == CurveSteps::None && config.node(sharpness).is_some() {
        let message = "a column of curves.csv, which log.curve_points = 0 leaves out";
        let allowed = "sharpness_every with curve_points of 2 or more, or curve_every";
        return Err(problem(config, sharpness, message, allowed));
    }
    let (parameters, sharpness_every) = (config.flag("log.parameters"), config.integer(sharpness));
    Ok(LogConfig { curve, parameters, trainability, sharpness_every })
}

/// Reads `[data]`.
pub(crate) fn data_config(config: &Config) -> Result<DataConfig, ConfigError> {
    Ok(DataConfig {
        source: source(config)?,
        seed: config.integer("data.seed"),
        standardize: config.flag("data.standardize"),
        validation_fraction: config.number("data.validation_fraction"),
    })
}

const SOURCES: [&str; 3] = ["points", "csv", "generator"];

fn source(config: &Config) -> Result<data::Source, ConfigError> {
    let entries = config.table("data").map_or(&[][..], |table| &table.entries);
    let mut given = entries.iter().filter(|entry| SOURCES.contains(&entry.name.as_str()));
    let allowed = Some("exactly one of points, csv, generator".to_string());
    let Some(first) = given.next() else {
        let place = config.node("data").map_or(Place::Nowhere, |node| node.place);
        return Err(Problem { allowed, ..config.source.problem(place, "data", "no data source") }.into());
    };
    if let Some(second) = given.next() {
        let found = Some(format!("{} and {}", first.name, second.name));
        let problem = config.source.problem(second.place, &format!("data.{}", second.name), "two data sources");
        return Err(Problem { allowed, found, ..problem }.into());
    }
    Ok(match first.name.as_str() {
        "points" => data::Source::Points(points(&first.node)),
        "csv" => data::Source::Csv {
            path: config.text("data.csv.path").unwrap_or("").into(),
            target: config.text("data.csv.target").unwrap_or("").to_string(),
            features: config.texts("data.csv.features"),
        },
        _ => data::Source::Generator(generator(config)),
    })
}

fn points(node: &Node) -> Vec<Vec<f64>> {
    let row = |row: &Node| row.as_list().unwrap_or(&[]).iter().filter_map(Node::as_number).collect();
    node.as_list().unwrap_or(&[]).iter().map(row).collect()
}

fn generator(config: &Config) -> Generator {
    let number = |name: &str| config.number(&format!("data.generator.{name}"));
    let whole = |name: &str| config.integer(&format!("data.generator.{name}")) as usize;
    let (rows, noise) = (whole("rows"), number("noise"));
    match config.word("data.generator.kind") {
        "line" => Generator::Line { rows, noise, slope: number("slope"), intercept: number("intercept") },
        "gaussian" => Generator::Gaussian { rows, inputs: whole("inputs") },
        "circles" => Generator::Circles { rows, noise, factor: number("factor") },
        "blobs" => Generator::Blobs {
            rows,
            inputs: whole("inputs"),
            centers: whole("centers"),
            cluster_std: number("cluster_std"),
        },
        "spirals" => Generator::Spirals { rows, noise, turns: number("turns") },
        "xor" => Generator::Xor { rows, noise },
        "chebyshev" => Generator::Chebyshev { rows, degree: whole("degree") },
        _ => Generator::Moons { rows, noise },
    }
}
