//! Typed setters that put swept values into a run. They are made when the sweep is read, so a value always fits.

use etascape_core::{Hyper, LearningRate};

use super::axis::{Axis, AxisIndex};
use super::key_set::KeySet;
use super::keys::Key;
use super::run::RunSpec;
use super::types::OneOrMany;

/// What a sweep sets of a run.
pub(crate) enum Setter {
    /// Its seed, a whole number.
    Seed,
    /// Another number that may differ between runs of one shape.
    Number(HyperField),
    /// A part of the spec, on which the shape depends.
    Spec(SpecSetter),
}

/// Puts the values of a parameter into a spec.
pub(crate) struct SpecSetter {
    pub values: SpecValues,
    /// The keys that every value gives.
    pub gives: KeySet,
}

/// Puts one value into a spec.
pub(crate) type Assign<S> = Box<dyn Fn(&mut S) + Send + Sync>;

/// Where the values of a parameter go in a spec.
pub(crate) enum SpecValues {
    /// Whole numbers, into one field.
    Whole(fn(&mut RunSpec, u64)),
    /// Numbers, into one field.
    Number(fn(&mut RunSpec, f64)),
    /// Numbers, into a field that can also hold a list.
    Numbers(fn(&mut RunSpec, OneOrMany)),
    /// Whole numbers, into an entry of a list. The list is long enough.
    Entry(fn(&mut RunSpec) -> &mut Vec<usize>, usize),
    /// Values of any type, one assignment for each.
    Listed(Box<[Assign<RunSpec>]>),
}

impl SpecSetter {
    /// Puts the value at an index of the parameter's axis into a spec.
    pub fn set(&self, axis: &Axis, index: AxisIndex, run: &mut RunSpec) {
        match &self.values {
            SpecValues::Whole(set) => set(run, axis.integer(index) as u64),
            SpecValues::Number(set) => set(run, axis.number(index)),
            SpecValues::Numbers(set) => set(run, OneOrMany::All(axis.number(index))),
            SpecValues::Entry(list, entry) => list(run)[*entry] = axis.integer(index) as usize,
            SpecValues::Listed(assignments) => assignments[index.0 as usize](run),
        }
        run.given = run.given.or(self.gives);
    }
}

/// A field of [`Hyper`], or an entry of one.
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
    DivergedFactor,
    DivergedAbove,
}

impl HyperField {
    /// The field for the numbers of a key, or of an entry of its list; `None` where they are not in [`Hyper`].
    pub fn of(key: Key, entry: Option<usize>) -> Option<HyperField> {
        Some(match (key, entry) {
            (Key::LearningRate, None) => HyperField::LearningRate,
            (Key::LearningRate, Some(layer)) => HyperField::LayerRate(layer),
            (Key::Momentum, None) => HyperField::Momentum,
            (Key::Dampening, None) => HyperField::Dampening,
            (Key::WeightDecay, None) => HyperField::WeightDecay,
            (Key::Betas, Some(which @ 0..=1)) => HyperField::Beta(which),
            (Key::Eps, None) => HyperField::Eps,
            (Key::Alpha, None) => HyperField::Alpha,
            (Key::LrDecay, None) => HyperField::LrDecay,
            (Key::InitialAccumulator, None) => HyperField::InitialAccumulator,
            (Key::ModelGain, None) => HyperField::Gain,
            (Key::InitScale, None) => HyperField::Scale,
            (Key::InitOffset, None) => HyperField::Offset,
            (Key::InitW, None) => HyperField::Weights,
            (Key::InitW, Some(input)) => HyperField::Weight(input),
            (Key::InitB, None) => HyperField::Bias,
            (Key::ConvergedBelow, None) => HyperField::ConvergedBelow,
            (Key::DivergedFactor, None) => HyperField::DivergedFactor,
            (Key::DivergedAbove, None) => HyperField::DivergedAbove,
            _ => return None,
        })
    }

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
            HyperField::DivergedFactor => hyper.diverged_factor = number,
            HyperField::DivergedAbove => hyper.diverged_above = number,
        }
    }
}
