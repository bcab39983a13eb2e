//! RMSprop.

use pulp::Simd;

use super::state::{LayerRate, State};
use crate::lanes::{Buffer, Lanes, buffer};

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

pub(crate) struct RmsPropState<S: Simd> {
    centered: bool,
    alpha: Lanes<S>,
    eps: Lanes<S>,
    momentum: Lanes<S>,
    weight_decay: Lanes<S>,
    /// s
    squares: Buffer<S>,
    /// m; empty where it is not needed.
    means: Buffer<S>,
    /// v
    velocity: Buffer<S>,
}

impl<S: Simd> State<S> for RmsPropState<S> {
    type Optimizer = RmsProp;

    fn init(simd: S, optimizer: &RmsProp, parameters: usize) -> RmsPropState<S> {
        let zero = Lanes::splat(simd, 0.0);
        let centered = optimizer.centered;
        let [alpha, eps, momentum, weight_decay] = [zero; 4];
        let [squares, velocity] = [(); 2].map(|()| buffer(zero, parameters));
        let means = buffer(zero, if centered { parameters } else { 0 });
        RmsPropState { centered, alpha, eps, momentum, weight_decay, squares, means, velocity }
    }

    fn load(&mut self, lane: usize, optimizer: &RmsProp) {
        self.alpha.set(lane, optimizer.alpha);
        self.eps.set(lane, optimizer.eps);
        self.momentum.set(lane, optimizer.momentum);
        self.weight_decay.set(lane, optimizer.weight_decay);
        for buffer in [&mut self.squares, &mut self.means, &mut self.velocity] {
            buffer.iter_mut().for_each(|value| value.set(lane, 0.0));
        }
    }

    #[inline(always)]
    fn update(&mut self, parameters: &mut [Lanes<S>], gradient: &[Lanes<S>], layers: &[LayerRate<S>]) {
        let &mut RmsPropState { centered, alpha, eps, momentum, weight_decay, .. } = self;
        let rest = alpha.like(1.0) - alpha;
        for LayerRate { parameters: layer, rate } in layers {
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
                let velocity = momentum.mul_add(self.velocity[p], g / (spread.sqrt() + eps));
                self.velocity[p] = velocity;
                parameters[p] = (-*rate).mul_add(velocity, parameters[p]);
            }
        }
    }
}
