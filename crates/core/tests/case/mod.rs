//! A reference trajectory as `reference/make.py` writes it, and the run that it asks of the engine.

use std::collections::BTreeMap;

use etascape_core::{
    Activation, Coefficients, Data, Hyper, LearningRate, Loss, Optimizer, Parametrization, Rows, Schedule,
    ScheduleKind, Shape,
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
        shape.optimizer = self.optimizer();
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
        let optimizer = self.coefficients();
        Hyper { learning_rate, optimizer, gain: self.gain, ..common::hyper(self.optimizer(), 0.0) }
    }

    fn optimizer(&self) -> Optimizer {
        let flag = |name: &str| self.options.get(name).is_some_and(|value| value.as_bool().expect("a flag"));
        match self.optimizer.as_str() {
            "sgd" => Optimizer::Sgd { nesterov: flag("nesterov") },
            "adagrad" => Optimizer::Adagrad,
            "rmsprop" => Optimizer::RmsProp { centered: flag("centered") },
            "adam" => Optimizer::Adam { amsgrad: flag("amsgrad"), decoupled: false },
            "adamw" => Optimizer::Adam { amsgrad: flag("amsgrad"), decoupled: true },
            other => panic!("optimiser {other}"),
        }
    }

    fn coefficients(&self) -> Coefficients {
        let mut c = Coefficients::of(self.optimizer());
        for (name, value) in &self.options {
            match name.as_str() {
                "momentum" => c.momentum = number(value),
                "dampening" => c.dampening = number(value),
                "weight_decay" => c.weight_decay = number(value),
                "betas" => c.betas = [number(&value[0]), number(&value[1])],
                "eps" => c.eps = number(value),
                "alpha" => c.alpha = number(value),
                "lr_decay" => c.lr_decay = number(value),
                "initial_accumulator_value" => c.initial_accumulator_value = number(value),
                "nesterov" | "centered" | "amsgrad" => {}
                other => panic!("option {other}"),
            }
        }
        c
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
