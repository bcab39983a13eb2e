//! The optimisers of `torch.optim`, one parameter at a time, and the schedules.

use etascape_core::{Coefficients, Hyper, Optimizer, Schedule, ScheduleKind, Shape};

/// What an optimiser remembers of each parameter: a momentum, a mean square, and a third.
pub struct State {
    first: Vec<f64>,
    second: Vec<f64>,
    third: Vec<f64>,
}

impl State {
    pub fn new(shape: &Shape, hyper: &Hyper, parameters: usize) -> State {
        let second = match shape.optimizer {
            Optimizer::Adagrad => hyper.optimizer.initial_accumulator_value,
            _ => 0.0,
        };
        State { first: vec![0.0; parameters], second: vec![second; parameters], third: vec![0.0; parameters] }
    }

    /// The update that follows `step` earlier ones.
    pub fn update(&mut self, shape: &Shape, hyper: &Hyper, step: u64, gradient: &[f64], parameters: &mut [f64]) {
        let net = &shape.network;
        let factor = factor(&shape.schedule, step, shape.steps);
        for layer in 0..net.layers() {
            let rate = factor * hyper.learning_rate.of_layer(layer);
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
        let (first, second, third) = (&mut self.first[p], &mut self.second[p], &mut self.third[p]);
        let k = (step + 1) as f64;
        let decoupled = matches!(kind, Optimizer::Adam { decoupled: true, .. });
        let (theta, g) =
            if decoupled { (theta * (1.0 - rate * c.weight_decay), g) } else { (theta, g + c.weight_decay * theta) };
        match kind {
            Optimizer::Sgd { nesterov } => {
                *first = if step == 0 { g } else { c.momentum * *first + (1.0 - c.dampening) * g };
                let direction = match () {
                    _ if c.momentum == 0.0 => g,
                    _ if nesterov => g + c.momentum * *first,
                    _ => *first,
                };
                theta - rate * direction
            }
            Optimizer::Adagrad => {
                *second += g * g;
                theta - rate / (1.0 + (k - 1.0) * c.lr_decay) * g / (second.sqrt() + c.eps)
            }
            Optimizer::RmsProp { centered } => {
                *second = c.alpha * *second + (1.0 - c.alpha) * g * g;
                *third = c.alpha * *third + (1.0 - c.alpha) * g;
                let spread = if centered { *second - *third * *third } else { *second };
                *first = c.momentum * *first + g / (spread.sqrt() + c.eps);
                theta - rate * *first
            }
            Optimizer::Adam { amsgrad, .. } => {
                let [beta1, beta2] = c.betas;
                *first = beta1 * *first + (1.0 - beta1) * g;
                *second = beta2 * *second + (1.0 - beta2) * g * g;
                *third = third.max(*second);
                let v = if amsgrad { *third } else { *second };
                let (bias1, bias2) = (1.0 - libm::pow(beta1, k), 1.0 - libm::pow(beta2, k));
                theta - rate / bias1 * *first / (v.sqrt() / bias2.sqrt() + c.eps)
            }
        }
    }
}

/// The factor on the learning rate of the update that follows `step` earlier ones, of `steps`.
fn factor(schedule: &Schedule, step: u64, steps: u64) -> f64 {
    if step < schedule.warmup_steps {
        return (step + 1) as f64 / schedule.warmup_steps as f64;
    }
    let (k, total) = ((step - schedule.warmup_steps) as f64, (steps - schedule.warmup_steps) as f64);
    let half_cosine =
        |from: f64, to: f64, share: f64| to + (from - to) * (1.0 + libm::cos(std::f64::consts::PI * share)) / 2.0;
    match schedule.kind {
        ScheduleKind::Constant => 1.0,
        ScheduleKind::Step { step_size, gamma } => libm::pow(gamma, (k / step_size as f64).floor()),
        ScheduleKind::Exponential { gamma } => libm::pow(gamma, k),
        ScheduleKind::Cosine { alpha } => half_cosine(1.0, alpha, k / total),
        ScheduleKind::OneCycle { pct_start, div_factor, final_div_factor } => {
            let (first, peak) = (1.0 / div_factor, pct_start * total - 1.0);
            if k <= peak {
                half_cosine(first, 1.0, k / peak)
            } else {
                half_cosine(1.0, first / final_div_factor, (k - peak) / (total - 1.0 - peak))
            }
        }
    }
}
