//! Adagrad.

use super::state::{LayerRate, State};
use crate::lanes::{Buffer, Lanes, Vector, buffer};
use crate::math;

/// Adagrad (Duchi et al. 2011) as `torch.optim.Adagrad`: with `g ← g + λθ`, at the k-th update
///
/// ```text
/// s ← s + g²
/// θ ← θ − η/(1 + (k − 1)·lr_decay) · g/(√s + ε)
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adagrad {
    /// How fast the learning rate falls.
    pub lr_decay: f64,
    /// What s is before the first update.
    pub initial_accumulator_value: f64,
    /// ε, outside the root.
    pub eps: f64,
    /// λ
    pub weight_decay: f64,
}

impl Default for Adagrad {
    /// The defaults of `torch.optim.Adagrad`.
    fn default() -> Adagrad {
        Adagrad { lr_decay: 0.0, initial_accumulator_value: 0.0, eps: 1e-10, weight_decay: 0.0 }
    }
}

impl Adagrad {
    /// Every number at its default: there are no options.
    pub(super) fn kind(self) -> Adagrad {
        Adagrad::default()
    }
}

pub(crate) struct AdagradState<V: Vector> {
    lr_decay: Lanes<V::Wide>,
    eps: Lanes<V>,
    weight_decay: Lanes<V>,
    /// Updates made, of each run.
    updates: Lanes<V::Wide>,
    /// s
    squares: Buffer<V>,
}

impl<V: Vector> State<V> for AdagradState<V> {
    type Optimizer = Adagrad;

    fn init(vector: V, _: &Adagrad, parameters: usize) -> AdagradState<V> {
        let zero = Lanes::splat(vector, 0.0);
        let ([eps, weight_decay], [lr_decay, updates]) = ([zero; 2], [zero.widened(); 2]);
        AdagradState { lr_decay, eps, weight_decay, updates, squares: buffer(zero, parameters) }
    }

    fn load(&mut self, lane: usize, optimizer: &Adagrad) {
        self.lr_decay.set(lane, optimizer.lr_decay);
        self.eps.set(lane, optimizer.eps);
        self.weight_decay.set(lane, optimizer.weight_decay);
        self.updates.set(lane, 0.0);
        self.squares.iter_mut().for_each(|value| value.set(lane, optimizer.initial_accumulator_value));
    }

    #[inline(always)]
    fn update(&mut self, parameters: &mut [Lanes<V>], gradient: &[Lanes<V>], layers: &[LayerRate<V>]) {
        let &mut AdagradState { lr_decay, eps, weight_decay, updates, .. } = self;
        let one = updates.like(1.0);
        self.updates += one;
        let divisor = updates.mul_add(lr_decay, one);
        for LayerRate { parameters: layer, rate } in layers {
            let rate = eps.rounded(*rate / divisor);
            for p in layer.clone() {
                let g = weight_decay.mul_add(parameters[p], gradient[p]);
                let sum = g.mul_add(g, self.squares[p]);
                self.squares[p] = sum;
                parameters[p] = (-rate).mul_add(g / (math::sqrt(sum) + eps), parameters[p]);
            }
        }
    }
}
