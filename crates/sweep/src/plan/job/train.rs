//! `[train]`: how a network learns.

use etascape_core::{Adagrad, Adam, LearningRate, Optimizer, Precision, RmsProp, Schedule, ScheduleKind, Sgd};
use etascape_text::{counted, format_number};

use super::dataset::Encoded;
use super::request::Request;
use crate::error::ConfigError;
use crate::spec::keys::Key;
use crate::spec::run::OptimizerSpec;
use crate::spec::types::OneOrMany;
use crate::spec::word::{OptimizerKind, ScheduleShape};

/// The rule that a spec asks for. A number that is left out is what the rule has by default.
pub(super) fn optimizer(spec: &OptimizerSpec) -> Optimizer {
    let &OptimizerSpec { momentum, dampening, nesterov, lr_decay, initial_accumulator_value, .. } = spec;
    let &OptimizerSpec { alpha, centered, betas, amsgrad, weight_decay, eps, .. } = spec;
    let adam = |default: Adam| {
        let (eps, weight_decay) = (eps.unwrap_or(default.eps), weight_decay.unwrap_or(default.weight_decay));
        Adam { betas, eps, weight_decay, amsgrad, decoupled: default.decoupled }
    };
    match spec.kind {
        OptimizerKind::Sgd => {
            let weight_decay = weight_decay.unwrap_or(Sgd::default().weight_decay);
            Sgd { momentum, dampening, weight_decay, nesterov }.into()
        }
        OptimizerKind::Adagrad => {
            let default = Adagrad::default();
            let (eps, weight_decay) = (eps.unwrap_or(default.eps), weight_decay.unwrap_or(default.weight_decay));
            Adagrad { lr_decay, initial_accumulator_value, eps, weight_decay }.into()
        }
        OptimizerKind::RmsProp => {
            let default = RmsProp::default();
            let (eps, weight_decay) = (eps.unwrap_or(default.eps), weight_decay.unwrap_or(default.weight_decay));
            RmsProp { alpha, eps, momentum, weight_decay, centered }.into()
        }
        OptimizerKind::Adam => adam(Adam::default()).into(),
        OptimizerKind::AdamW => adam(Adam::adamw()).into(),
    }
}

/// What is computed in, where that can hold the data.
pub(super) fn precision(request: &Request, data: &Encoded) -> Result<Precision, ConfigError> {
    let precision = request.run.train.precision;
    if precision == Precision::F32 && (data.largest as f32).is_infinite() {
        let message = format!("the data have a number of size {}, which f32 cannot hold", format_number(data.largest));
        return Err(request.error(Key::Precision, message, "f64, or numbers up to 3.4e38"));
    }
    Ok(precision)
}

/// Nesterov's momentum needs momentum and no dampening (as `torch.optim.SGD` demands).
pub(crate) fn check_nesterov(request: &Request, sgd: &Sgd) -> Result<(), ConfigError> {
    if sgd.nesterov && (sgd.momentum <= 0.0 || sgd.dampening != 0.0) {
        let message = format!("impossible with momentum {} and dampening {}", sgd.momentum, sgd.dampening);
        return Err(request.error(Key::Nesterov, message, "nesterov with momentum > 0 and dampening = 0"));
    }
    Ok(())
}

pub(super) fn schedule(request: &Request) -> Result<Schedule, ConfigError> {
    let (spec, steps) = (&request.run.train.schedule, request.run.train.steps);
    let kind = match spec.kind {
        ScheduleShape::Constant => ScheduleKind::Constant,
        ScheduleShape::Step => ScheduleKind::Step {
            step_size: spec.step_size.unwrap_or(steps.div_ceil(3)),
            gamma: spec.gamma.unwrap_or(0.1),
        },
        ScheduleShape::Exponential => {
            ScheduleKind::Exponential { gamma: spec.gamma.unwrap_or(libm::pow(0.01, 1.0 / steps as f64)) }
        }
        ScheduleShape::Cosine => ScheduleKind::Cosine { alpha: spec.alpha },
        ScheduleShape::OneCycle => ScheduleKind::OneCycle {
            pct_start: spec.pct_start,
            div_factor: spec.div_factor,
            final_div_factor: spec.final_div_factor,
        },
    };
    Ok(Schedule { kind, warmup_steps: warmup_steps(request)? })
}

fn warmup_steps(request: &Request) -> Result<u64, ConfigError> {
    let (train, given) = (&request.run.train, request.run.given);
    let (own, inner) = (Key::WarmupSteps, Key::ScheduleWarmupSteps);
    if given.has(own) && given.has(inner) {
        let allowed = format!("either {} or {}", own.path(), inner.path());
        return Err(request.error(own, "given twice", allowed));
    }
    let (key, warmup) = match given.has(inner) {
        true => (inner, train.schedule.warmup_steps),
        false => (own, train.warmup_steps),
    };
    if warmup > train.steps {
        let allowed = format!("at most train.steps = {}", train.steps);
        return Err(request.error(key, "longer than the training", allowed));
    }
    Ok(warmup)
}

pub(super) fn batch_size(request: &Request, rows: usize) -> Result<usize, ConfigError> {
    let size = request.run.train.batch_size;
    if size > rows as u64 && !request.dataset.table.is_sample() {
        let allowed = format!("at most {rows}, the number of training rows; 0 for all of them");
        return Err(request.error(Key::BatchSize, "more rows than the data has", allowed));
    }
    Ok(size as usize)
}

pub(super) fn learning_rate(request: &Request, layers: usize) -> Result<LearningRate, ConfigError> {
    match &request.run.train.learning_rate {
        OneOrMany::All(rate) => Ok(LearningRate::Same(*rate)),
        OneOrMany::Each(rates) if rates.len() == layers => Ok(LearningRate::PerLayer(rates.clone().into())),
        OneOrMany::Each(rates) => {
            let message = format!("{} for {}", counted(rates.len(), "learning rate"), counted(layers, "layer"));
            let allowed = format!("a number, or a list of {layers}: one per layer of weights");
            Err(request.error(Key::LearningRate, message, allowed))
        }
    }
}
