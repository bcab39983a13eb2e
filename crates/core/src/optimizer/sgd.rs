//! Stochastic gradient descent, with momentum.

use super::state::{LayerRate, State};
use crate::lanes::{Buffer, Lanes, Vector, buffer};

/// Gradient descent as `torch.optim.SGD`: with `g ← g + λθ`,
///
/// ```text
/// v ← μv + (1 − τ)g        the first time v = g
/// θ ← θ − ηv               Nesterov: θ ← θ − η(g + μv)
/// ```
///
/// By default μ = τ = λ = 0: plain gradient descent, `θ ← θ − ηg`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sgd {
    /// μ
    pub momentum: f64,
    /// τ
    pub dampening: f64,
    /// λ
    pub weight_decay: f64,
    /// An option: the step looks ahead along the momentum.
    pub nesterov: bool,
}

impl Sgd {
    /// The same options, every number at its default.
    pub(super) fn kind(self) -> Sgd {
        Sgd { nesterov: self.nesterov, ..Sgd::default() }
    }
}

pub(crate) struct SgdState<V: Vector> {
    nesterov: bool,
    momentum: Lanes<V>,
    /// 1 − τ; 1 without momentum.
    damping: Lanes<V>,
    weight_decay: Lanes<V>,
    /// 1 before a run's first update, then 0.
    is_first: Lanes<V>,
    /// v
    velocity: Buffer<V>,
}

impl<V: Vector> State<V> for SgdState<V> {
    type Optimizer = Sgd;

    fn init(vector: V, optimizer: &Sgd, parameters: usize) -> SgdState<V> {
        let zero = Lanes::splat(vector, 0.0);
        let velocity = buffer(zero, parameters);
        let [momentum, damping, weight_decay, is_first] = [zero; 4];
        SgdState { nesterov: optimizer.nesterov, momentum, damping, weight_decay, is_first, velocity }
    }

    fn load(&mut self, lane: usize, optimizer: &Sgd) {
        self.momentum.set(lane, optimizer.momentum);
        self.damping.set(lane, if optimizer.momentum == 0.0 { 1.0 } else { 1.0 - optimizer.dampening });
        self.weight_decay.set(lane, optimizer.weight_decay);
        self.is_first.set(lane, 1.0);
        self.velocity.iter_mut().for_each(|value| value.set(lane, 0.0));
    }

    #[inline(always)]
    fn update(&mut self, parameters: &mut [Lanes<V>], gradient: &[Lanes<V>], layers: &[LayerRate<V>]) {
        let &mut SgdState { nesterov, momentum, weight_decay, is_first, .. } = self;
        let (zero, one) = (momentum.like(0.0), momentum.like(1.0));
        self.is_first = zero;
        let damping = is_first.gt(zero).select(one, self.damping);
        for LayerRate { parameters: layer, rate } in layers {
            let rate = momentum.rounded(*rate);
            let own = parameters[layer.clone()].iter_mut().zip(&gradient[layer.clone()]);
            for ((parameter, &gradient), velocity) in own.zip(&mut self.velocity[layer.clone()]) {
                let g = weight_decay.mul_add(*parameter, gradient);
                *velocity = momentum.mul_add(*velocity, damping * g);
                let step = if nesterov { momentum.mul_add(*velocity, g) } else { *velocity };
                *parameter = (-rate).mul_add(step, *parameter);
            }
        }
    }
}
