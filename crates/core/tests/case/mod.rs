//! A reference trajectory as `reference/make.py` writes it, and the run that it asks of the engine.

use std::collections::BTreeMap;

use etascape_core::{
    Activation, Adagrad, Adam, Data, Hyper, LearningRate, Loss, Optimizer, Parametrization, RmsProp, Rows, Schedule,
    ScheduleKind, Sgd, Shape,
};
use serde_json::Value;

use crate::common;

#[derive(serde::Deserialize)]
pub struct Case {
    pub name: String,
    widths: Vec<usize>,
    activation: String,
    bias: bool,
    parametrization: String,
    gain: f64,
    loss: String,
    optimizer: String,
    options: BTreeMap<String, Value>,
    learning_rate: Vec<f64>,
    schedule: BTreeMap<String, Value>,
    warmup_steps: u64,
    steps: u64,
    features: Vec<Vec<f64>>,
    targets: Vec<f64>,
    start: Vec<f64>,
    pub losses: Vec<f64>,
    pub end: Vec<f64>,
}

impl Case {
    pub fn shape(&self) -> Shape {
        let mut shape = common::shape(&self.widths, self.bias, &self.start, self.steps);
        shape.network.activation = activation(&self.activation);
        shape.network.parametrization = parametrization(&self.parametrization);
        shape.loss = loss(&self.loss);
        shape.optimizer = self.optimizer().kind();
        shape.schedule = Schedule { kind: self.schedule(), warmup_steps: self.warmup_steps };
        shape
    }

    pub fn data(&self) -> Data {
        let inputs = self.widths[0];
        let train = Rows { inputs, features: self.features.concat(), targets: self.targets.clone() };
        Data::new(train, Rows::default())
    }

    pub fn hyper(&self) -> Hyper {
        let learning_rate = match self.learning_rate[..] {
            [rate] => LearningRate::Same(rate),
            _ => LearningRate::PerLayer(self.learning_rate.clone().into()),
        };
        Hyper { learning_rate, gain: self.gain, ..common::hyper(self.optimizer(), 0.0) }
    }

    fn optimizer(&self) -> Optimizer {
        let mut optimizer: Optimizer = match self.optimizer.as_str() {
            "sgd" => Sgd::default().into(),
            "adagrad" => Adagrad::default().into(),
            "rmsprop" => RmsProp::default().into(),
            "adam" => Adam::default().into(),
            "adamw" => Adam::adamw().into(),
            other => panic!("optimiser {other}"),
        };
        self.options.iter().for_each(|(name, value)| set(&mut optimizer, name, value));
        optimizer
    }

    fn schedule(&self) -> ScheduleKind {
        let get = |name: &str| number(&self.schedule[name]);
        match self.schedule["kind"].as_str().expect("a kind") {
            "constant" => ScheduleKind::Constant,
            "step" => ScheduleKind::Step { step_size: get("step_size") as u64, gamma: get("gamma") },
            "exponential" => ScheduleKind::Exponential { gamma: get("gamma") },
            "cosine" => ScheduleKind::Cosine { alpha: get("alpha") },
            "one_cycle" => ScheduleKind::OneCycle {
                pct_start: get("pct_start"),
                div_factor: get("div_factor"),
                final_div_factor: get("final_div_factor"),
            },
            other => panic!("schedule {other}"),
        }
    }
}

/// Sets an option of an optimiser by the name that PyTorch has for it.
fn set(optimizer: &mut Optimizer, name: &str, value: &Value) {
    match (optimizer, name) {
        (Optimizer::Sgd(sgd), "momentum") => sgd.momentum = number(value),
        (Optimizer::Sgd(sgd), "dampening") => sgd.dampening = number(value),
        (Optimizer::Sgd(sgd), "weight_decay") => sgd.weight_decay = number(value),
        (Optimizer::Sgd(sgd), "nesterov") => sgd.nesterov = flag(value),
        (Optimizer::Adagrad(adagrad), "lr_decay") => adagrad.lr_decay = number(value),
        (Optimizer::Adagrad(adagrad), "initial_accumulator_value") => adagrad.initial_accumulator_value = number(value),
        (Optimizer::Adagrad(adagrad), "eps") => adagrad.eps = number(value),
        (Optimizer::Adagrad(adagrad), "weight_decay") => adagrad.weight_decay = number(value),
        (Optimizer::RmsProp(rmsprop), "alpha") => rmsprop.alpha = number(value),
        (Optimizer::RmsProp(rmsprop), "eps") => rmsprop.eps = number(value),
        (Optimizer::RmsProp(rmsprop), "momentum") => rmsprop.momentum = number(value),
        (Optimizer::RmsProp(rmsprop), "weight_decay") => rmsprop.weight_decay = number(value),
        (Optimizer::RmsProp(rmsprop), "centered") => rmsprop.centered = flag(value),
        (Optimizer::Adam(adam), "betas") => adam.betas = [number(&value[0]), number(&value[1])],
        (Optimizer::Adam(adam), "eps") => adam.eps = number(value),
        (Optimizer::Adam(adam), "weight_decay") => adam.weight_decay = number(value),
        (Optimizer::Adam(adam), "amsgrad") => adam.amsgrad = flag(value),
        (optimizer, other) => panic!("option {other} of {optimizer:?}"),
    }
}

fn flag(value: &Value) -> bool {
    value.as_bool().expect("a flag")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn activation(name: &str) -> Activation {
    match name {
        "tanh" => Activation::Tanh,
        "relu" => Activation::Relu,
        "sigmoid" => Activation::Sigmoid,
        "gelu" => Activation::Gelu,
        "softplus" => Activation::Softplus,
        "identity" => Activation::Identity,
        other => panic!("activation {other}"),
    }
}

fn parametrization(name: &str) -> Parametrization {
    match name {
        "standard" => Parametrization::Standard,
        "ntk" => Parametrization::Ntk,
        "mean_field" => Parametrization::MeanField,
        other => panic!("parametrisation {other}"),
    }
}

fn loss(name: &str) -> Loss {
    match name {
        "half_sse" => Loss::HalfSse,
        "mse" => Loss::Mse,
        "mae" => Loss::Mae,
        "huber" => Loss::Huber,
        "bce" => Loss::Bce,
        "cross_entropy" => Loss::CrossEntropy,
        other => panic!("loss {other}"),
    }
}
