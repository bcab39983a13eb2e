//! The optimisers of `torch.optim`, one parameter at a time.

use etascape_core::{Coefficients, Hyper, Optimizer, Shape};

/// What an optimiser remembers of each parameter: a momentum, a mean square, and a third.
pub struct State {
    first: Vec<f64>,
    second: Vec<f64>,
    third: Vec<f64>,
    beta_powers: [f64; 2],
}

impl State {
    pub fn new(shape: &Shape, hyper: &Hyper, parameters: usize) -> State {
        let second = match shape.optimizer {
            Optimizer::Adagrad => hyper.optimizer.initial_accumulator_value,
            _ => 0.0,
        };
        let zeros = vec![0.0; parameters];
        State { first: zeros.clone(), second: vec![second; parameters], third: zeros, beta_powers: [1.0; 2] }
    }

    /// The update that follows `step` earlier ones.
    pub fn update(&mut self, shape: &Shape, hyper: &Hyper, step: u64, gradient: &[f64], parameters: &mut [f64]) {
        let net = &shape.network;
        for (power, beta) in self.beta_powers.iter_mut().zip(hyper.optimizer.betas) {
            *power *= beta;
        }
        let factor = shape.schedule.factor(step, shape.steps);
        for layer in 0..net.layers() {
            let rate = hyper.learning_rate.of_layer(layer) * factor;
            for p in net.weights(layer).start..net.biases(layer).end {
                let theta = parameters[p];
                parameters[p] = self.updated(shape.optimizer, &hyper.optimizer, step, rate, p, theta, gradient[p]);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn updated(
        &mut self,
        kind: Optimizer,
        c: &Coefficients,
        step: u64,
        rate: f64,
        p: usize,
        theta: f64,
        g: f64,
    ) -> f64 {
        let powers = self.beta_powers;
        let (first, second, third) = (&mut self.first[p], &mut self.second[p], &mut self.third[p]);
        let before = step as f64;
        let decayed = c.weight_decay.mul_add(theta, g);
        match kind {
            Optimizer::Sgd { nesterov } => {
                let kept = if step == 0 || c.momentum == 0.0 { 1.0 } else { 1.0 - c.dampening };
                *first = c.momentum.mul_add(*first, kept * decayed);
                let direction = if nesterov { c.momentum.mul_add(*first, decayed) } else { *first };
                (-rate).mul_add(direction, theta)
            }
            Optimizer::Adagrad => {
                *second = decayed.mul_add(decayed, *second);
                let rate = rate / before.mul_add(c.lr_decay, 1.0);
                (-rate).mul_add(decayed / (second.sqrt() + c.eps), theta)
            }
            Optimizer::RmsProp { centered } => {
                *second = c.alpha.mul_add(*second, (1.0 - c.alpha) * decayed * decayed);
                *third = c.alpha.mul_add(*third, (1.0 - c.alpha) * decayed);
                let spread = if centered { (-*third).mul_add(*third, *second) } else { *second };
                *first = c.momentum.mul_add(*first, decayed / (spread.sqrt() + c.eps));
                (-rate).mul_add(*first, theta)
            }
            Optimizer::Adam { amsgrad, decoupled } => {
                let kept = (-rate).mul_add(c.weight_decay, 1.0);
                let (theta, g) = if decoupled { (theta * kept, g) } else { (theta, decayed) };
                let [beta1, beta2] = c.betas;
                *first = beta1.mul_add(*first, (1.0 - beta1) * g);
                *second = beta2.mul_add(*second, (1.0 - beta2) * g * g);
                *third = third.max(*second);
                let v = if amsgrad { *third } else { *second };
                let (bias1, bias2) = (1.0 - powers[0], 1.0 - powers[1]);
                (-(rate / bias1)).mul_add(*first / (v.sqrt() / bias2.sqrt() + c.eps), theta)
            }
        }
    }
}
