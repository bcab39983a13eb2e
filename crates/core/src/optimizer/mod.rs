//! Optimisers: the rules that turn gradients into updates. Each has a file, with its numbers and its state.

mod adagrad;
mod adam;
mod rmsprop;
mod sgd;
mod state;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use rmsprop::RmsProp;
pub use sgd::Sgd;

pub(crate) use state::LayerRate;

use adagrad::AdagradState;
use adam::AdamState;
use rmsprop::RmsPropState;
use sgd::SgdState;
use state::State;

use crate::lanes::{Lanes, Vector};

/// The rule that turns gradients into updates, with its numbers. Formulas and defaults are those of `torch.optim`.
///
/// Runs that train together share the rule and its options, which are not numbers; see [`Optimizer::kind`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimizer {
    /// Gradient descent, with or without momentum.
    Sgd(Sgd),
    /// Rates that fall with the sum of squared gradients.
    Adagrad(Adagrad),
    /// Rates that follow the mean of squared gradients.
    RmsProp(RmsProp),
    /// Rates that follow the mean of squared gradients, and a mean gradient.
    Adam(Adam),
}

impl Optimizer {
    /// The rule and its options, every number at its default: what runs of one [`Shape`](crate::Shape) share.
    pub fn kind(self) -> Optimizer {
        match self {
            Optimizer::Sgd(sgd) => sgd.kind().into(),
            Optimizer::Adagrad(adagrad) => adagrad.kind().into(),
            Optimizer::RmsProp(rmsprop) => rmsprop.kind().into(),
            Optimizer::Adam(adam) => adam.kind().into(),
        }
    }

    /// Whether both are of the same kind: as `self.kind() == other.kind()`, without making either.
    pub(crate) fn is_kind_of(&self, other: &Optimizer) -> bool {
        match (self, other) {
            (Optimizer::Sgd(one), Optimizer::Sgd(other)) => one.nesterov == other.nesterov,
            (Optimizer::Adagrad(_), Optimizer::Adagrad(_)) => true,
            (Optimizer::RmsProp(one), Optimizer::RmsProp(other)) => one.centered == other.centered,
            (Optimizer::Adam(one), Optimizer::Adam(other)) => {
                (one.amsgrad, one.decoupled) == (other.amsgrad, other.decoupled)
            }
            (Optimizer::Sgd(_) | Optimizer::Adagrad(_) | Optimizer::RmsProp(_) | Optimizer::Adam(_), _) => false,
        }
    }

    /// Whether the update is `θ ← θ − ηg` and nothing more: gradient descent without momentum and weight decay.
    pub fn is_plain(self) -> bool {
        matches!(self, Optimizer::Sgd(Sgd { momentum, weight_decay, .. }) if momentum == 0.0 && weight_decay == 0.0)
    }

    /// Whether it keeps anything from step to step but the parameters.
    pub fn has_memory(self) -> bool {
        !matches!(self, Optimizer::Sgd(Sgd { momentum: 0.0, .. }))
    }
}

impl Default for Optimizer {
    /// Plain gradient descent.
    fn default() -> Optimizer {
        Sgd::default().into()
    }
}

/// The state of the optimiser of a block of runs.
pub(crate) enum OptimizerState<V: Vector> {
    Sgd(SgdState<V>),
    Adagrad(AdagradState<V>),
    RmsProp(RmsPropState<V>),
    Adam(AdamState<V>),
}

impl<V: Vector> OptimizerState<V> {
    /// As [`State::init`].
    pub fn init(vector: V, optimizer: Optimizer, parameters: usize) -> OptimizerState<V> {
        match optimizer {
            Optimizer::Sgd(sgd) => OptimizerState::Sgd(State::init(vector, &sgd, parameters)),
            Optimizer::Adagrad(adagrad) => OptimizerState::Adagrad(State::init(vector, &adagrad, parameters)),
            Optimizer::RmsProp(rmsprop) => OptimizerState::RmsProp(State::init(vector, &rmsprop, parameters)),
            Optimizer::Adam(adam) => OptimizerState::Adam(State::init(vector, &adam, parameters)),
        }
    }

    /// As [`State::load`], for an optimiser of the kind that this state is of.
    pub fn load(&mut self, lane: usize, optimizer: Optimizer) {
        match (self, optimizer) {
            (OptimizerState::Sgd(state), Optimizer::Sgd(sgd)) => state.load(lane, &sgd),
            (OptimizerState::Adagrad(state), Optimizer::Adagrad(adagrad)) => state.load(lane, &adagrad),
            (OptimizerState::RmsProp(state), Optimizer::RmsProp(rmsprop)) => state.load(lane, &rmsprop),
            (OptimizerState::Adam(state), Optimizer::Adam(adam)) => state.load(lane, &adam),
            (
                OptimizerState::Sgd(_)
                | OptimizerState::Adagrad(_)
                | OptimizerState::RmsProp(_)
                | OptimizerState::Adam(_),
                _,
            ) => unreachable!("runs whose optimiser is not of their shape's kind are refused before"),
        }
    }

    /// As [`State::update`].
    #[inline(always)]
    pub fn update(&mut self, parameters: &mut [Lanes<V>], gradient: &[Lanes<V>], layers: &[LayerRate<V>]) {
        match self {
            OptimizerState::Sgd(state) => state.update(parameters, gradient, layers),
            OptimizerState::Adagrad(state) => state.update(parameters, gradient, layers),
            OptimizerState::RmsProp(state) => state.update(parameters, gradient, layers),
            OptimizerState::Adam(state) => state.update(parameters, gradient, layers),
        }
    }
}

macro_rules! optimizer {
    ($($rule:ident)*) => {$(
        impl From<$rule> for Optimizer {
            fn from(rule: $rule) -> Optimizer {
                Optimizer::$rule(rule)
            }
        }
    )*};
}

optimizer!(Sgd Adagrad RmsProp Adam);
