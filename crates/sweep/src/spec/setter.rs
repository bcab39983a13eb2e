//! Typed setters that put swept values into a run. They are made when the sweep is read, so a value always fits.

use etascape_core::{Hyper, LearningRate, Optimizer};

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
pub(crate) enum OptimizerField {
    Momentum,
    Dampening,
    WeightDecay,
    Beta(usize),
    Eps,
    Alpha,
    LrDecay,
    InitialAccumulator,
}

impl OptimizerField {
    /// The number of this name; `None` where the rule has none.
    fn of(self, optimizer: &mut Optimizer) -> Option<&mut f64> {
        match optimizer {
            Optimizer::Sgd(sgd) => match self {
                OptimizerField::Momentum => Some(&mut sgd.momentum),
                OptimizerField::Dampening => Some(&mut sgd.dampening),
                OptimizerField::WeightDecay => Some(&mut sgd.weight_decay),
                _ => None,
            },
            Optimizer::Adagrad(adagrad) => match self {
                OptimizerField::LrDecay => Some(&mut adagrad.lr_decay),
                OptimizerField::InitialAccumulator => Some(&mut adagrad.initial_accumulator_value),
                OptimizerField::Eps => Some(&mut adagrad.eps),
                OptimizerField::WeightDecay => Some(&mut adagrad.weight_decay),
                _ => None,
            },
            Optimizer::RmsProp(rmsprop) => match self {
                OptimizerField::Alpha => Some(&mut rmsprop.alpha),
                OptimizerField::Eps => Some(&mut rmsprop.eps),
                OptimizerField::Momentum => Some(&mut rmsprop.momentum),
                OptimizerField::WeightDecay => Some(&mut rmsprop.weight_decay),
                _ => None,
            },
            Optimizer::Adam(adam) => match self {
                OptimizerField::Beta(which) => adam.betas.get_mut(which),
                OptimizerField::Eps => Some(&mut adam.eps),
                OptimizerField::WeightDecay => Some(&mut adam.weight_decay),
                _ => None,
            },
        }
    }
}

/// A place in [`Hyper`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HyperField {
    LearningRate,
    LayerRate(usize),
    Optimizer(OptimizerField),
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
            (Key::Momentum, None) => HyperField::Optimizer(OptimizerField::Momentum),
            (Key::Dampening, None) => HyperField::Optimizer(OptimizerField::Dampening),
            (Key::WeightDecay, None) => HyperField::Optimizer(OptimizerField::WeightDecay),
            (Key::Betas, Some(which @ 0..=1)) => HyperField::Optimizer(OptimizerField::Beta(which)),
            (Key::Eps, None) => HyperField::Optimizer(OptimizerField::Eps),
            (Key::Alpha, None) => HyperField::Optimizer(OptimizerField::Alpha),
            (Key::LrDecay, None) => HyperField::Optimizer(OptimizerField::LrDecay),
            (Key::InitialAccumulator, None) => HyperField::Optimizer(OptimizerField::InitialAccumulator),
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

    /// Puts a number there. Lists have been made long enough for their entries when the job was built (`plan/room.rs`).
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
            // A rule without the number stays as it is: the parameter has no effect on its runs.
            HyperField::Optimizer(field) => {
                field.of(&mut hyper.optimizer).into_iter().for_each(|place| *place = number)
            }
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
