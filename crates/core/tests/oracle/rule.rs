//! The optimisers of `torch.optim`, one parameter at a time. Rates, and all that follows from numbers of the optimiser alone,
//! are worked out in f64 and rounded once.

use etascape_core::{Adagrad, Adam, Hyper, Optimizer, RmsProp, Sgd, Shape};

use super::Number;

/// What an optimiser remembers of each parameter: a momentum or a mean, a mean square, and a third.
#[derive(Clone, Copy)]
struct Memory<N> {
    first: N,
    second: N,
    third: N,
}

pub struct State<N> {
    memories: Vec<Memory<N>>,
    /// β₁ᵏ and β₂ᵏ after k updates.
    beta_powers: [f64; 2],
}

impl<N: Number> State<N> {
    pub fn new(hyper: &Hyper, parameters: usize) -> State<N> {
        let zero = N::of(0.0);
        let second = match hyper.optimizer {
            Optimizer::Adagrad(adagrad) => N::of(adagrad.initial_accumulator_value),
            _ => zero,
        };
        State { memories: vec![Memory { first: zero, second, third: zero }; parameters], beta_powers: [1.0; 2] }
    }

    /// The update that follows `step` earlier ones.
    pub fn update(&mut self, shape: &Shape, hyper: &Hyper, step: u64, gradient: &[N], parameters: &mut [N]) {
        let net = &shape.network;
        if let Optimizer::Adam(adam) = hyper.optimizer {
            self.beta_powers.iter_mut().zip(adam.betas).for_each(|(power, beta)| *power *= beta);
        }
        let factor = shape.schedule.factor(step, shape.steps);
        for layer in 0..net.layers() {
            let rate = hyper.learning_rate.of_layer(layer) * factor;
            for p in net.weights(layer).start..net.biases(layer).end {
                let (theta, g, memory) = (parameters[p], gradient[p], &mut self.memories[p]);
                parameters[p] = match hyper.optimizer {
                    Optimizer::Sgd(rule) => sgd(rule, memory, step, rate, theta, g),
                    Optimizer::Adagrad(rule) => adagrad(rule, memory, step, rate, theta, g),
                    Optimizer::RmsProp(rule) => rmsprop(rule, memory, rate, theta, g),
                    Optimizer::Adam(rule) => adam(rule, memory, self.beta_powers, rate, theta, g),
                };
            }
        }
    }
}

fn sgd<N: Number>(rule: Sgd, memory: &mut Memory<N>, step: u64, rate: f64, theta: N, g: N) -> N {
    let g = N::of(rule.weight_decay).mul_add(theta, g);
    let kept = if step == 0 || rule.momentum == 0.0 { 1.0 } else { 1.0 - rule.dampening };
    let momentum = N::of(rule.momentum);
    memory.first = momentum.mul_add(memory.first, N::of(kept) * g);
    let direction = if rule.nesterov { momentum.mul_add(memory.first, g) } else { memory.first };
    (-N::of(rate)).mul_add(direction, theta)
}

fn adagrad<N: Number>(rule: Adagrad, memory: &mut Memory<N>, step: u64, rate: f64, theta: N, g: N) -> N {
    let g = N::of(rule.weight_decay).mul_add(theta, g);
    memory.second = g.mul_add(g, memory.second);
    let rate = N::of(rate / (step as f64).mul_add(rule.lr_decay, 1.0));
    (-rate).mul_add(g / (memory.second.sqrt() + N::of(rule.eps)), theta)
}

fn rmsprop<N: Number>(rule: RmsProp, memory: &mut Memory<N>, rate: f64, theta: N, g: N) -> N {
    let g = N::of(rule.weight_decay).mul_add(theta, g);
    let (alpha, rest) = (N::of(rule.alpha), N::of(1.0 - rule.alpha));
    memory.second = alpha.mul_add(memory.second, rest * g * g);
    memory.third = alpha.mul_add(memory.third, rest * g);
    let centred = (-memory.third).mul_add(memory.third, memory.second);
    let spread = if rule.centered { centred } else { memory.second };
    memory.first = N::of(rule.momentum).mul_add(memory.first, g / (spread.sqrt() + N::of(rule.eps)));
    (-N::of(rate)).mul_add(memory.first, theta)
}

fn adam<N: Number>(rule: Adam, memory: &mut Memory<N>, beta_powers: [f64; 2], rate: f64, theta: N, g: N) -> N {
    let kept = N::of((-rate).mul_add(rule.weight_decay, 1.0));
    let (theta, g) =
        if rule.decoupled { (theta * kept, g) } else { (theta, N::of(rule.weight_decay).mul_add(theta, g)) };
    let ([beta1, beta2], [rest1, rest2]) = (rule.betas.map(N::of), rule.betas.map(|beta| N::of(1.0 - beta)));
    memory.first = beta1.mul_add(memory.first, rest1 * g);
    memory.second = beta2.mul_add(memory.second, rest2 * g * g);
    memory.third = memory.third.max(memory.second);
    let v = if rule.amsgrad { memory.third } else { memory.second };
    let [bias1, bias2] = beta_powers.map(|power| 1.0 - power);
    let step = N::of(rate * bias2.sqrt() / bias1);
    (-step).mul_add(memory.first / (v.sqrt() + N::of(rule.eps * bias2.sqrt())), theta)
}
