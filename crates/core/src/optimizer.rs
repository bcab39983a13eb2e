//! Optimisers on lanes: every run of a block with coefficients of its own.

use std::ops::Range;

use pulp::Simd;

use crate::lanes::{Buffer, Lanes, buffer};
use crate::{Coefficients, Hyper, Network, Optimizer};

/// The state of an optimiser over a block of runs.
///
/// `first` and `second` are the running means that the optimiser keeps for every parameter: sgd's momentum buffer; the
/// sums or means of squares of adagrad and rmsprop are `second`; adam's moments are both. `third` is what only an option
/// needs: rmsprop's mean gradient, adam's largest second moment.
pub(crate) struct State<S: Simd> {
    optimizer: Optimizer,
    layers: Vec<LayerRate<S>>,
    coefficients: LaneCoefficients<S>,
    /// Updates made, of each run.
    updates: Lanes<S>,
    /// β₁ᵏ and β₂ᵏ after k updates.
    beta_powers: [Lanes<S>; 2],
    first: Buffer<S>,
    second: Buffer<S>,
    third: Buffer<S>,
}

struct LayerRate<S: Simd> {
    parameters: Range<usize>,
    learning_rate: Lanes<S>,
}

#[derive(Clone, Copy)]
struct LaneCoefficients<S: Simd> {
    momentum: Lanes<S>,
    dampening: Lanes<S>,
    weight_decay: Lanes<S>,
    betas: [Lanes<S>; 2],
    eps: Lanes<S>,
    alpha: Lanes<S>,
    lr_decay: Lanes<S>,
}

impl<S: Simd> State<S> {
    pub fn new(simd: S, network: &Network, optimizer: Optimizer) -> State<S> {
        let zero = Lanes::splat(simd, 0.0);
        let layer = |l| LayerRate { parameters: network.weights(l).start..network.biases(l).end, learning_rate: zero };
        let kept = |is_kept: bool| buffer(zero, if is_kept { network.parameters() } else { 0 });
        State {
            optimizer,
            layers: (0..network.layers()).map(layer).collect(),
            coefficients: LaneCoefficients {
                momentum: zero,
                dampening: zero,
                weight_decay: zero,
                betas: [zero; 2],
                eps: zero,
                alpha: zero,
                lr_decay: zero,
            },
            updates: zero,
            beta_powers: [zero; 2],
            first: kept(!matches!(optimizer, Optimizer::Adagrad)),
            second: kept(!matches!(optimizer, Optimizer::Sgd { .. })),
            third: kept(matches!(
                optimizer,
                Optimizer::RmsProp { centered: true } | Optimizer::Adam { amsgrad: true, .. }
            )),
        }
    }

    /// Makes a lane ready for the first update of a run.
    pub fn load(&mut self, lane: usize, hyper: &Hyper) {
        let Coefficients { momentum, dampening, weight_decay, betas, eps, alpha, lr_decay, initial_accumulator_value } =
            hyper.optimizer;
        let own = &mut self.coefficients;
        own.momentum.set(lane, momentum);
        own.dampening.set(lane, dampening);
        own.weight_decay.set(lane, weight_decay);
        own.betas[0].set(lane, betas[0]);
        own.betas[1].set(lane, betas[1]);
        own.eps.set(lane, eps);
        own.alpha.set(lane, alpha);
        own.lr_decay.set(lane, lr_decay);
        for (l, layer) in self.layers.iter_mut().enumerate() {
            layer.learning_rate.set(lane, hyper.learning_rate.of_layer(l));
        }
        self.updates.set(lane, 0.0);
        self.beta_powers.iter_mut().for_each(|power| power.set(lane, 1.0));
        self.first.iter_mut().chain(self.third.iter_mut()).for_each(|value| value.set(lane, 0.0));
        let start = if self.optimizer == Optimizer::Adagrad { initial_accumulator_value } else { 0.0 };
        self.second.iter_mut().for_each(|value| value.set(lane, start));
    }

    /// One update of the parameters θ by the gradient g, with the learning rate times `factor`.
    #[inline(always)]
    pub fn update(&mut self, parameters: &mut [Lanes<S>], gradient: &[Lanes<S>], factor: Lanes<S>) {
        let one = factor.like(1.0);
        let updates_before = self.updates;
        self.updates += one;
        for (power, beta) in self.beta_powers.iter_mut().zip(self.coefficients.betas) {
            *power *= beta;
        }
        for l in 0..self.layers.len() {
            let rate = self.layers[l].learning_rate * factor;
            let layer = self.layers[l].parameters.clone();
            match self.optimizer {
                Optimizer::Sgd { nesterov } => self.sgd(parameters, gradient, layer, rate, updates_before, nesterov),
                Optimizer::Adagrad => self.adagrad(parameters, gradient, layer, rate, updates_before),
                Optimizer::RmsProp { centered } => self.rmsprop(parameters, gradient, layer, rate, centered),
                Optimizer::Adam { amsgrad, decoupled } => {
                    self.adam(parameters, gradient, layer, rate, amsgrad, decoupled)
                }
            }
        }
    }

    #[inline(always)]
    fn sgd(
        &mut self,
        parameters: &mut [Lanes<S>],
        gradient: &[Lanes<S>],
        layer: Range<usize>,
        rate: Lanes<S>,
        updates_before: Lanes<S>,
        nesterov: bool,
    ) {
        let LaneCoefficients { momentum, dampening, weight_decay, .. } = self.coefficients;
        let (zero, one) = (rate.like(0.0), rate.like(1.0));
        let undamped = updates_before.eq(zero).or(momentum.eq(zero));
        let damping = undamped.select(one, one - dampening);
        for p in layer {
            let g = weight_decay.mul_add(parameters[p], gradient[p]);
            let velocity = momentum.mul_add(self.first[p], damping * g);
            self.first[p] = velocity;
            let step = if nesterov { momentum.mul_add(velocity, g) } else { velocity };
            parameters[p] = (-rate).mul_add(step, parameters[p]);
        }
    }

    #[inline(always)]
    fn adagrad(
        &mut self,
        parameters: &mut [Lanes<S>],
        gradient: &[Lanes<S>],
        layer: Range<usize>,
        rate: Lanes<S>,
        updates_before: Lanes<S>,
    ) {
        let LaneCoefficients { weight_decay, eps, lr_decay, .. } = self.coefficients;
        let rate = rate / updates_before.mul_add(lr_decay, rate.like(1.0));
        for p in layer {
            let g = weight_decay.mul_add(parameters[p], gradient[p]);
            let sum = g.mul_add(g, self.second[p]);
            self.second[p] = sum;
            parameters[p] = (-rate).mul_add(g / (sum.sqrt() + eps), parameters[p]);
        }
    }

    #[inline(always)]
    fn rmsprop(
        &mut self,
        parameters: &mut [Lanes<S>],
        gradient: &[Lanes<S>],
        layer: Range<usize>,
        rate: Lanes<S>,
        centered: bool,
    ) {
        let LaneCoefficients { momentum, weight_decay, eps, alpha, .. } = self.coefficients;
        let rest = rate.like(1.0) - alpha;
        for p in layer {
            let g = weight_decay.mul_add(parameters[p], gradient[p]);
            let square = alpha.mul_add(self.second[p], rest * g * g);
            self.second[p] = square;
            let mut spread = square;
            if centered {
                let mean = alpha.mul_add(self.third[p], rest * g);
                self.third[p] = mean;
                spread = (-mean).mul_add(mean, square);
            }
            let velocity = momentum.mul_add(self.first[p], g / (spread.sqrt() + eps));
            self.first[p] = velocity;
            parameters[p] = (-rate).mul_add(velocity, parameters[p]);
        }
    }

    #[inline(always)]
    fn adam(
        &mut self,
        parameters: &mut [Lanes<S>],
        gradient: &[Lanes<S>],
        layer: Range<usize>,
        rate: Lanes<S>,
        amsgrad: bool,
        decoupled: bool,
    ) {
        let LaneCoefficients { weight_decay, betas, eps, .. } = self.coefficients;
        let one = rate.like(1.0);
        let [mean_correction, square_correction] = [one - self.beta_powers[0], one - self.beta_powers[1]];
        let step = rate / mean_correction;
        let root = square_correction.sqrt();
        let kept = (-rate).mul_add(weight_decay, one);
        for p in layer {
            let (theta, g) = if decoupled {
                (parameters[p] * kept, gradient[p])
            } else {
                (parameters[p], weight_decay.mul_add(parameters[p], gradient[p]))
            };
            let mean = betas[0].mul_add(self.first[p], (one - betas[0]) * g);
            let mut square = betas[1].mul_add(self.second[p], (one - betas[1]) * g * g);
            self.first[p] = mean;
            self.second[p] = square;
            if amsgrad {
                square = square.max(self.third[p]);
                self.third[p] = square;
            }
            parameters[p] = (-step).mul_add(mean / (square.sqrt() / root + eps), theta);
        }
    }
}
