//! Numbers of a run that a sweep sets directly, without reading the config again.

use etascape_core::{Hyper, LearningRate};

/// A place in [`Hyper`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knob {
    Seed,
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
    DivergedFactor,
    DivergedAbove,
}

impl Knob {
    /// The knob of a key, if it has one.
    pub fn of(key: &str, index: Option<usize>) -> Option<Knob> {
        Some(match (key, index) {
            ("seed", None) => Knob::Seed,
            ("train.learning_rate", None) => Knob::LearningRate,
            ("train.learning_rate", Some(layer)) => Knob::LayerRate(layer),
            ("train.optimizer.momentum", None) => Knob::Momentum,
            ("train.optimizer.dampening", None) => Knob::Dampening,
            ("train.optimizer.weight_decay", None) => Knob::WeightDecay,
            ("train.optimizer.betas", Some(which @ 0..=1)) => Knob::Beta(which),
            ("train.optimizer.eps", None) => Knob::Eps,
            ("train.optimizer.alpha", None) => Knob::Alpha,
            ("train.optimizer.lr_decay", None) => Knob::LrDecay,
            ("train.optimizer.initial_accumulator_value", None) => Knob::InitialAccumulator,
            ("model.gain", None) => Knob::Gain,
            ("init.scale", None) => Knob::Scale,
            ("init.offset", None) => Knob::Offset,
            ("init.w", None) => Knob::Weights,
            ("init.w", Some(input)) => Knob::Weight(input),
            ("init.b", None) => Knob::Bias,
            ("stop.converged_below", None) => Knob::ConvergedBelow,
            ("stop.diverged_factor", None) => Knob::DivergedFactor,
            ("stop.diverged_above", None) => Knob::DivergedAbove,
            _ => return None,
        })
    }

    /// Whether it sets one entry of a list that another knob sets as a whole.
    pub fn is_entry(self) -> bool {
        matches!(self, Knob::LayerRate(_) | Knob::Weight(_))
    }

    /// Puts a number there. Lists have been made long enough for every index that is swept.
    pub fn set(self, hyper: &mut Hyper, number: f64) {
        match self {
            Knob::Seed => hyper.seed = number as u64,
            Knob::LearningRate => match &mut hyper.learning_rate {
                LearningRate::Same(rate) => *rate = number,
                LearningRate::PerLayer(rates) => rates.fill(number),
            },
            Knob::LayerRate(layer) => {
                if let LearningRate::PerLayer(rates) = &mut hyper.learning_rate
                    && let Some(rate) = rates.get_mut(layer)
                {
                    *rate = number;
                }
            }
            Knob::Momentum => hyper.optimizer.momentum = number,
            Knob::Dampening => hyper.optimizer.dampening = number,
            Knob::WeightDecay => hyper.optimizer.weight_decay = number,
            Knob::Beta(which) => hyper.optimizer.betas[which] = number,
            Knob::Eps => hyper.optimizer.eps = number,
            Knob::Alpha => hyper.optimizer.alpha = number,
            Knob::LrDecay => hyper.optimizer.lr_decay = number,
            Knob::InitialAccumulator => hyper.optimizer.initial_accumulator_value = number,
            Knob::Gain => hyper.gain = number,
            Knob::Scale => hyper.init_scale = number,
            Knob::Offset => hyper.init_offset = number,
            Knob::Weights => hyper.init_w.get_or_insert_with(|| [0.0].into_iter().collect()).fill(number),
            Knob::Weight(input) => {
                if let Some(weight) = hyper.init_w.as_mut().and_then(|weights| weights.get_mut(input)) {
                    *weight = number;
                }
            }
            Knob::Bias => hyper.init_b = Some(number),
            Knob::ConvergedBelow => hyper.converged_below = number,
            Knob::DivergedFactor => hyper.diverged_factor = number,
            Knob::DivergedAbove => hyper.diverged_above = number,
        }
    }
}
