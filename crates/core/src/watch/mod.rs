//! What is watched of every run: the least loss, the stop rules, the trainability measure. With full batches the training
//! loss is taken in at every step, of a block at once; with mini-batches where it is computed, run by run, and the losses of
//! the batches at every step.

use crate::lanes::{Lanes, Mask, Vector};
use crate::run::has_diverged;
use crate::{Patience, Shape, StopReason, StopRules};

/// The clip of the trainability measure: the most that a loss over the first counts, and what one that is not finite does.
const CLIP: f64 = 1e6;
/// So many losses at the end decide, by their mean, whether a run counts as trainable.
const TAIL: f64 = 20.0;

/// What is known so far of the losses of a block of runs.
pub(crate) struct Watch<V: Vector> {
    last_step: f64,
    patience: Option<Patience>,
    /// `[lane]`
    rules: Vec<StopRules>,
    /// 1 where a run is under way, else 0.
    active: Lanes<V>,
    /// Updates made.
    step: Lanes<V>,
    /// The next step at which something is due, whatever the loss.
    due: Lanes<V>,
    converged_below: Lanes<V>,
    /// The largest loss that has not diverged; set at a run's step 0.
    limit: Lanes<V>,
    initial: Lanes<V>,
    /// With mini-batches: the training loss when it was last computed.
    known: Lanes<V>,
    min: Lanes<V>,
    best: Lanes<V>,
    best_step: Lanes<V>,
    trainability: Option<Trainability<V>>,
}

/// Sums of v, the loss divided by the first and clipped, over steps 0 … steps − 1.
#[derive(Clone, Copy)]
struct Trainability<V: Vector> {
    sum: Lanes<V>,
    inverse_sum: Lanes<V>,
    tail_sum: Lanes<V>,
    latest: Lanes<V>,
}

impl<V: Vector> Watch<V> {
    pub fn new(vector: V, shape: &Shape) -> Watch<V> {
        let zero = Lanes::splat(vector, 0.0);
        let sums = Trainability { sum: zero, inverse_sum: zero, tail_sum: zero, latest: zero };
        Watch {
            last_step: shape.last_step() as f64,
            patience: shape.patience,
            rules: vec![StopRules::NONE; V::LANES],
            active: zero,
            step: zero,
            due: zero,
            converged_below: zero,
            limit: zero,
            initial: zero,
            known: zero,
            min: zero,
            best: zero,
            best_step: zero,
            trainability: shape.trainability.then_some(sums),
        }
    }

    /// Makes a lane ready for step 0 of a run. That step is due.
    pub fn load(&mut self, lane: usize, rules: StopRules) {
        self.active.set(lane, 1.0);
        self.step.set(lane, 0.0);
        self.due.set(lane, 0.0);
        self.converged_below.set(lane, rules.converged_below);
        self.rules[lane] = rules;
        self.min.set(lane, f64::NAN);
        self.best.set(lane, f64::INFINITY);
        self.best_step.set(lane, 0.0);
        if let Some(sums) = &mut self.trainability {
            for sum in [&mut sums.sum, &mut sums.inverse_sum, &mut sums.tail_sum] {
                sum.set(lane, 0.0);
            }
        }
    }

    /// Leaves a lane without a run.
    pub fn clear(&mut self, lane: usize) {
        self.active.set(lane, 0.0);
    }

    /// Takes in the losses at the current steps. Whether anything is due, or has happened, in any run.
    #[inline(always)]
    pub fn observe(&mut self, loss: Lanes<V>) -> bool {
        let zero = loss.like(0.0);
        self.initial = self.step.eq(zero).select(loss, self.initial);
        self.min = loss.lt(self.min).or(self.min.eq(self.min).not()).select(loss, self.min);
        if let Some(sums) = &mut self.trainability {
            sums.add(loss / self.initial, self.step, self.last_step);
        }
        let stop = loss.le(self.limit).not().or(loss.le(self.converged_below)).or(self.stagnates(loss));
        stop.or(self.step.ge(self.due)).and(self.active.gt(zero)).any()
    }

    /// Whether, with mini-batches, the training loss has to be computed in any run, because something is due or the batch
    /// that makes its next update has diverged.
    #[inline(always)]
    pub fn observe_batches(&self, loss: Lanes<V>) -> bool {
        let zero = loss.like(0.0);
        let diverged = loss.le(self.limit).not();
        diverged.or(self.step.ge(self.due)).and(self.active.gt(zero)).any()
    }

    /// The same of a lane with a run.
    pub fn is_due(&self, lane: usize, batch_loss: f64) -> bool {
        has_diverged(batch_loss, self.limit.get(lane)) || self.step.get(lane) >= self.due.get(lane)
    }

    /// With mini-batches, takes in the training loss of the run in a lane at its current step.
    pub fn know(&mut self, lane: usize, loss: f64) {
        let step = self.step.get(lane);
        self.known.set(lane, loss);
        if step == 0.0 {
            self.initial.set(lane, loss);
        }
        let min = self.min.get(lane);
        if loss < min || min.is_nan() {
            self.min.set(lane, loss);
        }
        if self.patience.is_some_and(|patience| loss < self.best.get(lane) - patience.min_delta) {
            self.best.set(lane, loss);
            self.best_step.set(lane, step);
        }
    }

    /// With mini-batches, counts the step in the trainability measure, with the training losses last known.
    #[inline(always)]
    pub fn hold(&mut self) {
        if let Some(sums) = &mut self.trainability {
            sums.add(self.known / self.initial, self.step, self.last_step);
        }
    }

    #[inline(always)]
    fn stagnates(&mut self, loss: Lanes<V>) -> Mask<V> {
        let Some(patience) = self.patience else {
            return loss.lt(loss);
        };
        let better = loss.lt(self.best - loss.like(patience.min_delta));
        self.best = better.select(loss, self.best);
        self.best_step = better.select(self.step, self.best_step);
        (self.step - self.best_step).ge(loss.like(patience.steps as f64))
    }

    /// Whether every run that is under way ends at this step at the latest.
    #[inline(always)]
    pub fn is_last_step(&self) -> bool {
        let zero = self.step.like(0.0);
        !self.step.lt(zero.like(self.last_step)).and(self.active.gt(zero)).any()
    }

    /// Counts updates.
    #[inline(always)]
    pub fn advance(&mut self, updates: u64) {
        self.step += self.step.like(updates as f64);
    }

    /// How the run in a lane ends at this step, if it does, by the training loss and, with mini-batches, by that of the
    /// batch that would make the next update.
    pub fn verdict(&mut self, lane: usize, loss: f64, batch_loss: Option<f64>) -> Option<StopReason> {
        let (step, rules) = (self.step.get(lane), self.rules[lane]);
        if step == 0.0 {
            self.limit.set(lane, rules.limit(loss));
        }
        let waited = step - self.best_step.get(lane);
        let stagnates = rules.patience.is_some_and(|patience| waited >= patience.steps as f64);
        let limit = self.limit.get(lane);
        let by_batch = batch_loss.is_some_and(|loss| has_diverged(loss, limit)).then_some(StopReason::Diverged);
        let by_loss = by_batch.or_else(|| rules.judge(loss, limit));
        by_loss
            .or(stagnates.then_some(StopReason::Plateau))
            .or((step >= self.last_step).then_some(StopReason::MaxSteps))
    }

    /// Sets the next step at which something is due in a lane.
    pub fn set_due(&mut self, lane: usize, step: u64) {
        self.due.set(lane, step as f64);
    }

    pub fn step(&self, lane: usize) -> u64 {
        self.step.get(lane) as u64
    }

    pub fn initial_loss(&self, lane: usize) -> f64 {
        self.initial.get(lane)
    }

    pub fn min_loss(&self, lane: usize) -> f64 {
        self.min.get(lane)
    }

    /// The trainability measure (Sohl-Dickstein 2024) of the run in a lane that ends at this step. `None` where the first
    /// loss, in which all are measured, is 0 or not finite.
    pub fn trainability(&self, lane: usize, stop_reason: StopReason) -> Option<f64> {
        let sums = self.trainability.as_ref()?;
        let first = self.initial.get(lane);
        let exists = first > 0.0 && first.is_finite();
        exists.then(|| sums.measure(lane, stop_reason, self.step.get(lane), self.last_step))
    }
}

impl<V: Vector> Trainability<V> {
    #[inline(always)]
    fn add(&mut self, ratio: Lanes<V>, step: Lanes<V>, last_step: f64) {
        let (zero, clip) = (ratio.like(0.0), ratio.like(CLIP));
        // Also where the ratio is NaN.
        let v = ratio.lt(clip).select(ratio, clip);
        let counts = step.lt(ratio.like(last_step));
        self.sum += counts.select(v, zero);
        self.inverse_sum += counts.select(ratio.like(1.0) / v, zero);
        self.tail_sum += counts.and(step.ge(ratio.like(last_step - TAIL))).select(v, zero);
        self.latest = v;
    }

    /// Steps that were not taken count as 0 once converged, as the clip once diverged, else as the last loss.
    fn measure(&self, lane: usize, stop_reason: StopReason, step: f64, last_step: f64) -> f64 {
        let fill = match stop_reason {
            StopReason::Converged => 0.0,
            StopReason::Diverged => CLIP,
            _ => self.latest.get(lane),
        };
        let missing = (last_step - step - 1.0).max(0.0);
        let tail_mean = (self.tail_sum.get(lane) + missing.min(TAIL) * fill) / last_step.min(TAIL);
        if tail_mean < 1.0 {
            -(self.sum.get(lane) + missing * fill)
        } else if missing > 0.0 {
            self.inverse_sum.get(lane) + missing / fill
        } else {
            self.inverse_sum.get(lane)
        }
    }
}

#[cfg(test)]
mod tests;
