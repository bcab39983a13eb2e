//! The optimisers of `torch.optim`, one parameter at a time.

use etascape_core::{Adagrad, Adam, Hyper, Optimizer, RmsProp, Sgd, Shape};

/// What an optimiser remembers of each parameter: a momentum or a mean, a mean square, and a third.
#[derive(Clone, Copy, Default)]
struct Memory {
    first: f64,
    second: f64,
    third: f64,
}

pub struct State {
    memories: Vec<Memory>,
    /// β₁ᵏ and β₂ᵏ after k updates.
    beta_powers: [f64; 2],
}

impl State {
    pub fn new(hyper: &Hyper, parameters: usize) -> State {
        let second = match hyper.optimizer {
            Optimizer::Adagrad(adagrad) => adagrad.initial_accumulator_value,
            _ => 0.0,
        };
        State { memories: vec![Memory { second, ..Memory::default() }; parameters], beta_powers: [1.0; 2] }
    }

    /// The update that follows `step` earlier ones.
    pub fn update(&mut self, shape: &Shape, hyper: &Hyper, step: u64, gradient: &[f64], parameters: &mut [f64]) {
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

fn sgd(rule: Sgd, memory: &mut Memory, step: u64, rate: f64, theta: f64, g: f64) -> f64 {
    let g = rule.weight_decay.mul_add(theta, g);
    let kept = if step == 0 || rule.momentum == 0.0 { 1.0 } else { 1.0 - rule.dampening };
    memory.first = rule.momentum.mul_add(memory.first, kept * g);
    let direction = if rule.nesterov { rule.momentum.mul_add(memory.first, g) } else { memory.first };
    (-rate).mul_add(direction, theta)
}

fn adagrad(rule: Adagrad, memory: &mut Memory, step: u64, rate: f64, theta: f64, g: f64) -> f64 {
    let g = rule.weight_decay.mul_add(theta, g);
    memory.second = g.mul_add(g, memory.second);
    let rate = rate / (step as f64).mul_add(rule.lr_decay, 1.0);
    (-rate).mul_add(g / (memory.second.sqrt() + rule.eps), theta)
}

fn rmsprop(rule: RmsProp, memory: &mut Memory, rate: f64, theta: f64, g: f64) -> f64 {
    let g = rule.weight_decay.mul_add(theta, g);
    memory.second = rule.alpha.mul_add(memory.second, (1.0 - rule.alpha) * g * g);
    memory.third = rule.alpha.mul_add(memory.third, (1.0 - rule.alpha) * g);
    let centred = (-memory.third).mul_add(memory.third, memory.second);
    let spread = if rule.centered { centred } else { memory.second };
    memory.first = rule.momentum.mul_add(memory.first, g / (spread.sqrt() + rule.eps));
    (-rate).mul_add(memory.first, theta)
}

fn adam(rule: Adam, memory: &mut Memory, beta_powers: [f64; 2], rate: f64, theta: f64, g: f64) -> f64 {
    let kept = (-rate).mul_add(rule.weight_decay, 1.0);
    let (theta, g) = if rule.decoupled { (theta * kept, g) } else { (theta, rule.weight_decay.mul_add(theta, g)) };
    let [beta1, beta2] = rule.betas;
    memory.first = beta1.mul_add(memory.first, (1.0 - beta1) * g);
    memory.second = beta2.mul_add(memory.second, (1.0 - beta2) * g * g);
    memory.third = memory.third.max(memory.second);
    let v = if rule.amsgrad { memory.third } else { memory.second };
    let [bias1, bias2] = beta_powers.map(|power| 1.0 - power);
    (-(rate / bias1)).mul_add(memory.first / (v.sqrt() / bias2.sqrt() + rule.eps), theta)
}
