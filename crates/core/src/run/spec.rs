//! What a run is asked to do: the [`Shape`] that runs must share to be trained together, and the numbers ([`Hyper`]) in
//! which runs of one shape may differ.

use std::sync::Arc;

use crate::{Data, Loss, Network, Optimizer, Parameters, Patience, Schedule, StopRules};

/// How a weight of a layer with `fan_in` inputs and `fan_out` outputs is drawn; biases start at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// 0
    Zeros,
    /// N(0, 1)
    Normal,
    /// U(−1, 1)
    Uniform,
    /// U(−a, a), a = √(6/(fan_in + fan_out)) (Glorot & Bengio 2010)
    GlorotUniform,
    /// N(0, 2/(fan_in + fan_out)) (Glorot & Bengio 2010)
    GlorotNormal,
    /// U(−a, a), a = √(6/fan_in) (He et al. 2015)
    HeUniform,
    /// N(0, 2/fan_in) (He et al. 2015)
    HeNormal,
    /// N(0, 1/fan_in) (LeCun et al. 1998)
    LecunNormal,
    /// Orthonormal rows or columns, whichever are fewer, uniformly distributed (Saxe et al. 2014)
    Orthogonal,
}

/// Where the parameters start.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// Drawn by a scheme, times [`Hyper::init_scale`].
    Drawn(Scheme),
    /// Given, in the network's order.
    Given(Arc<[f64]>),
}

/// Which steps of a curve are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveSteps {
    /// None: no curves.
    None,
    /// At most so many, log-spaced, the first and the last always (2 at least).
    Points(u64),
    /// Every so many steps, the first and the last always; 0 counts as 1.
    Every(u64),
}

/// The numbers that runs are computed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Precision {
    /// f64: about 16 decimal digits
    #[default]
    F64,
    /// f32: about 7 decimal digits, twice as many runs at a time
    F32,
}

/// What runs share to be trained in one block.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The network.
    pub network: Network,
    /// What is minimised.
    pub loss: Loss,
    /// What runs are computed in.
    pub precision: Precision,
    /// How gradients become updates: the rule and its options. Its numbers are those of each run ([`Hyper::optimizer`]).
    pub optimizer: Optimizer,
    /// How the learning rate changes.
    pub schedule: Schedule,
    /// Updates at most.
    pub steps: u64,
    /// Stop every run after this many updates, as if `steps` were as few; schedule and logged steps stay those of `steps`.
    pub cut: Option<u64>,
    /// Rows per update; 0, or as many as there are: all of them.
    pub batch_size: usize,
    /// With mini-batches: the training loss is computed at logged steps and every so many steps; 0: once an epoch. With
    /// full batches it is known at every step.
    pub evaluate_every: u64,
    /// When no improvement ends a run.
    pub patience: Option<Patience>,
    /// Where parameters start.
    pub start: Start,
    /// Which steps are logged.
    pub curve: CurveSteps,
    /// Whether parameters are logged.
    pub log_parameters: bool,
    /// Whether the loss of the batch that makes the next update is logged, where there are mini-batches.
    pub log_batch_loss: bool,
    /// Whether the trainability measure is computed.
    pub trainability: bool,
    /// The [sharpness](fn@crate::sharpness) is logged every so many steps, from the start; 0 = never.
    pub sharpness_every: u64,
}

impl Shape {
    /// A shape with these defaults, to be changed field by field: plain gradient descent over all rows at a constant
    /// learning rate, 500 steps, from weights drawn by [`Scheme::GlorotUniform`], 200 log-spaced points of each curve, and
    /// nothing else logged.
    pub fn new(network: Network, loss: Loss) -> Shape {
        Shape {
            network,
            loss,
            precision: Precision::default(),
            optimizer: Optimizer::default(),
            schedule: Schedule::default(),
            steps: 500,
            cut: None,
            batch_size: 0,
            evaluate_every: 0,
            patience: None,
            start: Start::Drawn(Scheme::GlorotUniform),
            curve: CurveSteps::Points(200),
            log_parameters: false,
            log_batch_loss: false,
            trainability: false,
            sharpness_every: 0,
        }
    }

    /// The numbers of a run with this learning rate and with the shape's optimiser. The rest is to be changed field by
    /// field: seed 0, gain and scale 1, converged at a loss of 1e-9, diverged above a million times the loss at the start.
    pub fn hyper(&self, learning_rate: impl Into<LearningRate>) -> Hyper {
        Hyper {
            seed: 0,
            learning_rate: learning_rate.into(),
            optimizer: self.optimizer,
            gain: 1.0,
            init_scale: 1.0,
            init_offset: 0.0,
            init_w: None,
            init_b: None,
            converged_below: 1e-9,
            diverged_factor: 1e6,
            diverged_above: f64::INFINITY,
        }
    }

    /// Whether every update is by the gradient over all rows that train.
    pub fn is_full_batch(&self, data: &Data) -> bool {
        self.batch_size == 0 || self.batch_size >= data.train.len()
    }

    /// The step after `step` at which runs with mini-batches of `rows` rows have their training loss computed, logged steps
    /// and ends of runs left aside: the next multiple of `evaluate_every`, or the first step at which another epoch is
    /// complete.
    pub(crate) fn next_evaluation(&self, step: u64, rows: usize) -> u64 {
        if let Some(passed) = step.checked_div(self.evaluate_every) {
            return passed.saturating_add(1).saturating_mul(self.evaluate_every);
        }
        let (batch, rows) = (self.batch_size as u128, rows as u128);
        let epochs = u128::from(step) * batch / rows + 1;
        u64::try_from((epochs * rows).div_ceil(batch)).unwrap_or(u64::MAX)
    }

    /// Whether every update of a run is `θ ← θ − η∇E` with the same η: gradient descent without momentum and weight decay,
    /// over all rows, at a constant learning rate.
    pub fn is_plain_descent(&self, data: &Data, hyper: &Hyper) -> bool {
        hyper.optimizer.is_plain() && self.schedule.is_constant() && self.is_full_batch(data)
    }

    /// Updates that a run takes at most.
    pub fn last_step(&self) -> u64 {
        self.cut.map_or(self.steps, |cut| cut.min(self.steps))
    }

    /// When the loss ends a run of this shape.
    pub fn stop_rules(&self, hyper: &Hyper) -> StopRules {
        let &Hyper { converged_below, diverged_factor, diverged_above, .. } = hyper;
        StopRules { converged_below, diverged_factor, diverged_above, patience: self.patience }
    }

    /// The same, but every run stops before its first update and has no curve.
    pub fn at_start(&self) -> Shape {
        Shape { cut: Some(0), curve: CurveSteps::None, trainability: false, ..self.clone() }
    }

    /// The steps that are logged if no rule ends the run before, ascending: those of the curve, and those at which the
    /// sharpness is; none without a curve.
    pub fn logged_steps(&self) -> Vec<u64> {
        let mut steps = self.curve.list(self.steps);
        if self.has_sharpness() {
            steps.extend((0..=self.steps).step_by(self.sharpness_every as usize));
            steps.sort_unstable();
            steps.dedup();
        }
        steps
    }

    /// How many [`Shape::logged_steps`] has.
    pub fn curve_points(&self) -> u64 {
        let of_curve = self.curve.count(self.steps);
        if !self.has_sharpness() {
            return of_curve;
        }
        let of_sharpness = self.steps / self.sharpness_every + 1;
        let of_both = self.curve.count_multiples(self.steps, self.sharpness_every);
        (of_curve - of_both).saturating_add(of_sharpness)
    }

    /// Whether the sharpness is logged at a logged step.
    pub fn is_sharpness_due(&self, step: u64) -> bool {
        self.has_sharpness() && step.is_multiple_of(self.sharpness_every)
    }

    fn has_sharpness(&self) -> bool {
        self.sharpness_every > 0 && self.curve != CurveSteps::None
    }
}

/// One learning rate for all layers, or one for each.
#[derive(Debug, Clone, PartialEq)]
pub enum LearningRate {
    /// The same for every layer.
    Same(f64),
    /// One per layer, from the input.
    PerLayer(Box<[f64]>),
}

impl From<f64> for LearningRate {
    fn from(rate: f64) -> LearningRate {
        LearningRate::Same(rate)
    }
}

impl LearningRate {
    /// The learning rate of a layer.
    pub fn of_layer(&self, layer: usize) -> f64 {
        match self {
            LearningRate::Same(rate) => *rate,
            LearningRate::PerLayer(rates) => rates[layer],
        }
    }
}

/// The numbers of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Hyper {
    /// Seed of the run's random streams: initialisation and batches.
    pub seed: u64,
    /// η.
    pub learning_rate: LearningRate,
    /// The optimiser with the run's numbers; of the same [kind](Optimizer::kind) as the shape's.
    pub optimizer: Optimizer,
    /// Factor on hidden pre-activations.
    pub gain: f64,
    /// Factor on drawn weights.
    pub init_scale: f64,
    /// Added once to every weight of the first layer.
    pub init_offset: f64,
    /// Starting weights of the first layer, instead of the drawn ones: one for each, or one for all.
    pub init_w: Option<Parameters>,
    /// Starting bias of the first layer.
    pub init_b: Option<f64>,
    /// Training loss at or below this: converged.
    pub converged_below: f64,
    /// Training loss, or loss of a mini-batch, above so many times the training loss at the start: diverged; at least 1, ∞
    /// where no finite loss is.
    pub diverged_factor: f64,
    /// Training loss, or loss of a mini-batch, above this: diverged; ∞ where no finite loss is.
    pub diverged_above: f64,
}
