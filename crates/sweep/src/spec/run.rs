//! The spec of one run: everything that a sweep can vary.

use etascape_core::{Activation, Loss, Parametrization, Patience, Precision, Scheme, StopRules};

use super::key_set::KeySet;
use super::types::OneOrMany;
use super::word::{ModelKind, OptimizerKind, ScheduleShape};

/// The spec of one run. The default has the default value of every key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunSpec {
    /// The seed of the random streams: initialisation, batches.
    pub seed: u64,
    pub model: ModelSpec,
    pub init: InitSpec,
    pub train: TrainSpec,
    /// When a run ends early.
    pub stop: StopRules,
    /// The keys that a file or a sweep gives.
    pub given: KeySet,
}

impl Default for RunSpec {
    fn default() -> RunSpec {
        RunSpec {
            seed: 0,
            model: ModelSpec::default(),
            init: InitSpec::default(),
            train: TrainSpec::default(),
            stop: StopRules { converged_below: 1e-9, diverged_factor: 1e6, ..StopRules::NONE },
            given: KeySet::default(),
        }
    }
}

/// The network.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModelSpec {
    pub kind: ModelKind,
    /// Width of each hidden layer of an mlp.
    pub hidden: Vec<usize>,
    pub activation: Activation,
    pub bias: bool,
    pub parametrization: Parametrization,
    pub gain: f64,
}

impl Default for ModelSpec {
    fn default() -> ModelSpec {
        ModelSpec {
            kind: ModelKind::Linear,
            hidden: vec![16, 16],
            activation: Activation::Tanh,
            bias: true,
            parametrization: Parametrization::Standard,
            gain: 1.0,
        }
    }
}

/// Where training starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InitSpec {
    pub scheme: Scheme,
    pub scale: f64,
    pub w: Option<OneOrMany>,
    pub b: Option<f64>,
    pub offset: f64,
    /// Starting weights, from the config file's folder.
    pub file: Option<String>,
}

impl Default for InitSpec {
    fn default() -> InitSpec {
        InitSpec { scheme: Scheme::GlorotUniform, scale: 1.0, w: None, b: None, offset: 0.0, file: None }
    }
}

/// How a network learns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrainSpec {
    pub loss: Loss,
    pub optimizer: OptimizerSpec,
    pub learning_rate: OneOrMany,
    pub steps: u64,
    pub batch_size: u64,
    pub evaluate_every: u64,
    pub precision: Precision,
    pub warmup_steps: u64,
    pub schedule: ScheduleSpec,
}

impl Default for TrainSpec {
    fn default() -> TrainSpec {
        TrainSpec {
            loss: Loss::HalfSse,
            optimizer: OptimizerSpec::default(),
            learning_rate: OneOrMany::All(0.02),
            steps: 500,
            batch_size: 0,
            evaluate_every: 0,
            precision: Precision::F64,
            warmup_steps: 0,
            schedule: ScheduleSpec::default(),
        }
    }
}

/// The update rule, with the numbers of all rules: so a rule can be swept together with a number that several rules have.
/// `None` is the default of the rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OptimizerSpec {
    pub kind: OptimizerKind,
    pub momentum: f64,
    pub dampening: f64,
    pub nesterov: bool,
    pub weight_decay: Option<f64>,
    pub lr_decay: f64,
    pub initial_accumulator_value: f64,
    pub alpha: f64,
    pub centered: bool,
    pub betas: [f64; 2],
    pub amsgrad: bool,
    pub eps: Option<f64>,
}

impl Default for OptimizerSpec {
    fn default() -> OptimizerSpec {
        OptimizerSpec {
            kind: OptimizerKind::Sgd,
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            weight_decay: None,
            lr_decay: 0.0,
            initial_accumulator_value: 0.0,
            alpha: 0.99,
            centered: false,
            betas: [0.9, 0.999],
            amsgrad: false,
            eps: None,
        }
    }
}

/// The learning rate schedule, with the numbers of all schedules. `None`: computed from the schedule and the steps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ScheduleSpec {
    pub kind: ScheduleShape,
    /// The same as [`TrainSpec::warmup_steps`]; at most one of the two is given.
    pub warmup_steps: u64,
    pub step_size: Option<u64>,
    pub gamma: Option<f64>,
    pub alpha: f64,
    pub pct_start: f64,
    pub div_factor: f64,
    pub final_div_factor: f64,
}

impl Default for ScheduleSpec {
    fn default() -> ScheduleSpec {
        ScheduleSpec {
            kind: ScheduleShape::Constant,
            warmup_steps: 0,
            step_size: None,
            gamma: None,
            alpha: 0.0,
            pct_start: 0.3,
            div_factor: 25.0,
            final_div_factor: 1e4,
        }
    }
}

/// The patience of stop rules, added where there is none.
pub(crate) fn patience(rules: &mut StopRules) -> &mut Patience {
    rules.patience.get_or_insert(Patience { steps: 1, min_delta: 0.0 })
}
