//! Numbers of a run that a sweep sets directly, without reading the config again.

use etascape_core::{Hyper, LearningRate};

/// What a sweep sets of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knob {
    /// The seed, a whole number.
    Seed,
    /// Another number.
    Number(HyperField),
}

/// A place in [`Hyper`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HyperField {
    LearningRate,
    LayerRate(usize),
    Momentum,
    Dampening,
    WeightDecay,
    Beta(usize),
    Eps,
    Alpha,
    LrDecay,
    InitialAccumulator,
    Gain,
    Scale,
    Offset,
    Weights,
    Weight(usize),
    Bias,
    ConvergedBelow,
    DivergedAbove,
}

impl Knob {
    /// The knob of a key, if it has one.
    pub fn of(key: &str, index: Option<usize>) -> Option<Knob> {
        let place = match (key, index) {
            ("seed", None) => return Some(Knob::Seed),
            ("train.learning_rate", None) => HyperField::LearningRate,
            ("train.learning_rate", Some(layer)) => HyperField::LayerRate(layer),
            ("train.optimizer.momentum", None) => HyperField::Momentum,
            ("train.optimizer.dampening", None) => HyperField::Dampening,
            ("train.optimizer.weight_decay", None) => HyperField::WeightDecay,
            ("train.optimizer.betas", Some(which @ 0..=1)) => HyperField::Beta(which),
            ("train.optimizer.eps", None) => HyperField::Eps,
            ("train.optimizer.alpha", None) => HyperField::Alpha,
            ("train.optimizer.lr_decay", None) => HyperField::LrDecay,
            ("train.optimizer.initial_accumulator_value", None) => HyperField::InitialAccumulator,
            ("model.gain", None) => HyperField::Gain,
            ("init.scale", None) => HyperField::Scale,
            ("init.offset", None) => HyperField::Offset,
            ("init.w", None) => HyperField::Weights,
            ("init.w", Some(input)) => HyperField::Weight(input),
            ("init.b", None) => HyperField::Bias,
            ("stop.converged_below", None) => HyperField::ConvergedBelow,
            ("stop.diverged_above", None) => HyperField::DivergedAbove,
            _ => return None,
        };
        Some(Knob::Number(place))
    }
}

impl HyperField {
    /// Puts a number there. A list must be long enough for the index.
    pub fn set(self, hyper: &mut Hyper, number: f64) {
        match self {
            HyperField::LearningRate => match &mut hyper.learning_rate {
                LearningRate::Same(rate) => *rate = number,
                LearningRate::PerLayer(rates) => rates.fill(number),
            },
            HyperField::LayerRate(layer) => match &mut hyper.learning_rate {
                LearningRate::PerLayer(rates) => rates[layer] = number,
                LearningRate::Same(_) => unreachable!("rates were listed per layer before layer {layer} was set"),
            },
            HyperField::Momentum => hyper.optimizer.momentum = number,
            HyperField::Dampening => hyper.optimizer.dampening = number,
            HyperField::WeightDecay => hyper.optimizer.weight_decay = number,
            HyperField::Beta(which) => hyper.optimizer.betas[which] = number,
            HyperField::Eps => hyper.optimizer.eps = number,
            HyperField::Alpha => hyper.optimizer.alpha = number,
            HyperField::LrDecay => hyper.optimizer.lr_decay = number,
            HyperField::InitialAccumulator => hyper.optimizer.initial_accumulator_value = number,
            HyperField::Gain => hyper.gain = number,
            HyperField::Scale => hyper.init_scale = number,
            HyperField::Offset => hyper.init_offset = number,
            HyperField::Weights => hyper.init_w.get_or_insert_with(|| [0.0].into_iter().collect()).fill(number),
            HyperField::Weight(input) => hyper.init_w.get_or_insert_default()[input] = number,
            HyperField::Bias => hyper.init_b = Some(number),
            HyperField::ConvergedBelow => hyper.converged_below = number,
            HyperField::DivergedAbove => hyper.diverged_above = number,
        }
    }
}
