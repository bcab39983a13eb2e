//! RMSprop.

use super::state::{LayerRate, State};
use crate::lanes::{Buffer, Lanes, Vector, buffer};
use crate::math;

/// RMSprop (Tieleman & Hinton 2012) as `torch.optim.RMSprop`: with `g ← g + λθ`,
///
/// ```text
/// s ← αs + (1 − α)g²
/// v ← μv + g/(√s + ε)      centred: √(s − m²) with m ← αm + (1 − α)g
/// θ ← θ − ηv
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp {
    /// α
    pub alpha: f64,
    /// ε, outside the root.
    pub eps: f64,
    /// μ
    pub momentum: f64,
    /// λ
    pub weight_decay: f64,
    /// An option: the square of the mean gradient is taken off s.
    pub centered: bool,
}

impl Default for RmsProp {
    /// The defaults of `torch.optim.RMSprop`.
    fn default() -> RmsProp {
        RmsProp { alpha: 0.99, eps: 1e-8, momentum: 0.0, weight_decay: 0.0, centered: false }
    }
}

impl RmsProp {
    /// The same options, every number at its default.
    pub(super) fn kind(self) -> RmsProp {
        RmsProp { centered: self.centered, ..RmsProp::default() }
    }
}

pub(crate) struct RmsPropState<V: Vector> {
    centered: bool,
    alpha: Lanes<V>,
    /// 1 − α
    rest: Lanes<V>,
    eps: Lanes<V>,
    momentum: Lanes<V>,
    weight_decay: Lanes<V>,
    /// s
    squares: Buffer<V>,
    /// m; empty where it is not needed.
    means: Buffer<V>,
    /// v
    velocity: Buffer<V>,
}

impl<V: Vector> State<V> for RmsPropState<V> {
    type Optimizer = RmsProp;

    fn init(vector: V, optimizer: &RmsProp, parameters: usize) -> RmsPropState<V> {
        let zero = Lanes::splat(vector, 0.0);
        let centered = optimizer.centered;
        let [alpha, rest, eps, momentum, weight_decay] = [zero; 5];
        let [squares, velocity] = [(); 2].map(|()| buffer(zero, parameters));
        let means = buffer(zero, if centered { parameters } else { 0 });
        RmsPropState { centered, alpha, rest, eps, momentum, weight_decay, squares, means, velocity }
    }

    fn load(&mut self, lane: usize, optimizer: &RmsProp) {
        self.alpha.set(lane, optimizer.alpha);
        self.rest.set(lane, 1.0 - optimizer.alpha);
        self.eps.set(lane, optimizer.eps);
        self.momentum.set(lane, optimizer.momentum);
        self.weight_decay.set(lane, optimizer.weight_decay);
        for buffer in [&mut self.squares, &mut self.means, &mut self.velocity] {
            buffer.iter_mut().for_each(|value| value.set(lane, 0.0));
        }
    }

    #[inline(always)]
    fn update(&mut self, parameters: &mut [Lanes<V>], gradient: &[Lanes<V>], layers: &[LayerRate<V>]) {
        let &mut RmsPropState { centered, alpha, rest, eps, momentum, weight_decay, .. } = self;
        for LayerRate { parameters: layer, rate } in layers {
            let rate = alpha.rounded(*rate);
            for p in layer.clone() {
                let g = weight_decay.mul_add(parameters[p], gradient[p]);
                let square = alpha.mul_add(self.squares[p], rest * g * g);
                self.squares[p] = square;
                let mut spread = square;
                if centered {
                    let mean = alpha.mul_add(self.means[p], rest * g);
                    self.means[p] = mean;
                    spread = (-mean).mul_add(mean, square);
                }
                let velocity = momentum.mul_add(self.velocity[p], g / (math::sqrt(spread) + eps));
                self.velocity[p] = velocity;
                parameters[p] = (-rate).mul_add(velocity, parameters[p]);
            }
        }
    }
}
