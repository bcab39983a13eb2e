//! `[train]`: how a network learns.

use etascape_core::{Coefficients, LearningRate, Loss, Optimizer, Schedule, ScheduleKind};
use etascape_text::counted;

use super::problem;
use crate::config::check::Config;
use crate::error::ConfigError;

pub(super) fn loss(word: &str) -> Loss {
    match word {
        "mse" => Loss::Mse,
        "mae" => Loss::Mae,
        "huber" => Loss::Huber,
        "bce" => Loss::Bce,
        "cross_entropy" => Loss::CrossEntropy,
        _ => Loss::HalfSse,
    }
}

pub(super) fn optimizer(config: &Config) -> Result<(Optimizer, Coefficients), ConfigError> {
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

pub(super) fn schedule(config: &Config) -> Result<Schedule, ConfigError> {
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

pub(super) fn batch_size(config: &Config, rows: usize) -> Result<usize, ConfigError> {
    let size = config.integer("train.batch_size");
    if size > rows as u64 {
        let allowed = format!("at most {rows}, the number of training rows; 0 for all of them");
        return Err(problem(config, "train.batch_size", "more rows than there are", allowed));
    }
    Ok(size as usize)
}

pub(super) fn learning_rate(config: &Config, layers: usize) -> Result<LearningRate, ConfigError> {
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
