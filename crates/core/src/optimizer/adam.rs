//! Adam and AdamW.

use super::state::{LayerRate, State};
use crate::lanes::{Buffer, Lanes, Vector, buffer};
use crate::math;

/// Adam (Kingma & Ba 2015) as `torch.optim.Adam`: with `g ← g + λθ`, at the k-th update
///
/// ```text
/// m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²
/// θ ← θ − η/(1 − β₁ᵏ) · m/(√v/c + ε) = θ − cη/(1 − β₁ᵏ) · m/(√v + cε)      with c = √(1 − β₂ᵏ)
/// ```
///
/// The second form (at the end of §2 in the paper) is what is computed: it has one division less for each parameter.
/// Decoupled it is AdamW (Loshchilov & Hutter 2019), `torch.optim.AdamW`: g stays as it is, and `θ ← θ(1 − ηλ)` comes first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// β₁ and β₂
    pub betas: [f64; 2],
    /// ε, outside the root.
    pub eps: f64,
    /// λ
    pub weight_decay: f64,
    /// An option: divide by the largest v so far (Reddi et al. 2018).
    pub amsgrad: bool,
    /// An option: weight decay does not go through the gradient.
    pub decoupled: bool,
}

impl Default for Adam {
    /// The defaults of `torch.optim.Adam`.
    fn default() -> Adam {
        Adam { betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.0, amsgrad: false, decoupled: false }
    }
}

impl Adam {
    /// The defaults of `torch.optim.AdamW`.
    pub fn adamw() -> Adam {
        Adam { weight_decay: 1e-2, decoupled: true, ..Adam::default() }
    }

    /// The same options, every number at its default.
    pub(super) fn kind(self) -> Adam {
        let default = if self.decoupled { Adam::adamw() } else { Adam::default() };
        Adam { amsgrad: self.amsgrad, ..default }
    }
}

pub(crate) struct AdamState<V: Vector> {
    amsgrad: bool,
    decoupled: bool,
    betas: [Lanes<V::Wide>; 2],
    eps: Lanes<V::Wide>,
    weight_decay: Lanes<V::Wide>,
    zero: Lanes<V>,
    /// β₁ᵏ and β₂ᵏ after k updates.
    beta_powers: [Lanes<V::Wide>; 2],
    /// m
    means: Buffer<V>,
    /// v
    squares: Buffer<V>,
    /// The largest v so far; empty where it is not needed.
    largest: Buffer<V>,
}

impl<V: Vector> State<V> for AdamState<V> {
    type Optimizer = Adam;

    fn init(vector: V, optimizer: &Adam, parameters: usize) -> AdamState<V> {
        let zero = Lanes::splat(vector, 0.0);
        let &Adam { amsgrad, decoupled, .. } = optimizer;
        let [means, squares] = [(); 2].map(|()| buffer(zero, parameters));
        let largest = buffer(zero, if amsgrad { parameters } else { 0 });
        let [eps, weight_decay, betas @ ..] = [zero.widened(); 4];
        let beta_powers = betas;
        AdamState { amsgrad, decoupled, betas, eps, weight_decay, zero, beta_powers, means, squares, largest }
    }

    fn load(&mut self, lane: usize, optimizer: &Adam) {
        for which in 0..2 {
            self.betas[which].set(lane, optimizer.betas[which]);
            self.beta_powers[which].set(lane, 1.0);
        }
        self.eps.set(lane, optimizer.eps);
        self.weight_decay.set(lane, optimizer.weight_decay);
        for buffer in [&mut self.means, &mut self.squares, &mut self.largest] {
            buffer.iter_mut().for_each(|value| value.set(lane, 0.0));
        }
    }

    #[inline(always)]
    fn update(&mut self, parameters: &mut [Lanes<V>], gradient: &[Lanes<V>], layers: &[LayerRate<V>]) {
        let &mut AdamState { amsgrad, decoupled, betas: wide_betas, zero, weight_decay: wide_decay, .. } = self;
        for (power, beta) in self.beta_powers.iter_mut().zip(wide_betas) {
            *power *= beta;
        }
        let one = wide_decay.like(1.0);
        let betas = wide_betas.map(|beta| zero.rounded(beta));
        let rests = wide_betas.map(|beta| zero.rounded(one - beta));
        let weight_decay = zero.rounded(wide_decay);
        let [mean_correction, square_correction] = [one - self.beta_powers[0], one - self.beta_powers[1]];
        let root = square_correction.sqrt();
        let eps = zero.rounded(self.eps * root);
        for &LayerRate { parameters: ref layer, rate } in layers {
            let step = zero.rounded(rate * root / mean_correction);
            let kept = zero.rounded((-rate).mul_add(wide_decay, one));
            for p in layer.clone() {
                let (theta, g) = if decoupled {
                    (parameters[p] * kept, gradient[p])
                } else {
                    (parameters[p], weight_decay.mul_add(parameters[p], gradient[p]))
                };
                let mean = betas[0].mul_add(self.means[p], rests[0] * g);
                let mut square = betas[1].mul_add(self.squares[p], rests[1] * g * g);
                self.means[p] = mean;
                self.squares[p] = square;
                if amsgrad {
                    square = square.max(self.largest[p]);
                    self.largest[p] = square;
                }
                parameters[p] = (-step).mul_add(mean / (math::sqrt(square) + eps), theta);
            }
        }
    }
}
