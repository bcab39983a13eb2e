//! The loop over the steps of a window, and the history it leaves.

#![allow(clippy::needless_range_loop, reason = "one index reaches into several arrays of a tile")]

use crate::lanes::{Element, Lanes, Mask, Vector};
use crate::{Parameters, Shape, StopRules};

/// Steps between two checks.
pub(super) const WINDOW: usize = 16;
/// Blocks that are stepped in turn.
pub(super) const BLOCKS: usize = 4;

/// The features of a row, and its target.
pub(super) type Row<E, const I: usize> = ([E; I], E);

/// A block of runs, one to a lane, as the loop over steps needs them. No vector here or in the history straddles two cache
/// lines.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Block<V: Vector, const P: usize> {
    /// The weights, then the bias if there is one.
    pub theta: [Lanes<V>; P],
    pub minus_rate: Lanes<V>,
    /// The sum of squares at a run's start; not a number until it is known.
    pub initial: Lanes<V>,
    /// The least sum of squares so far.
    pub least: Lanes<V>,
    /// A sum of squares at or below `low`, or not at or below `high`, may end a run. Infinite where none is under way.
    pub low: Lanes<V>,
    /// Known with `initial`: at most `most`, and `factor` times as much as at the start.
    pub high: Lanes<V>,
    pub factor: Lanes<V::Wide>,
    pub most: Lanes<V>,
    /// The clock when something is due next.
    pub due: Lanes<V::Wide>,
}

/// What a block did in its last window.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct History<V: Vector, const P: usize> {
    /// The least sum of squares before it.
    pub least: Lanes<V>,
    /// The total of its sums of squares: a bound for each of them, since none is negative.
    pub total: Lanes<V>,
    /// The sum of squares at each step.
    pub sums: [Lanes<V>; WINDOW],
    /// The least sum of squares up to each step; written where a run may have ended.
    pub leasts: [Lanes<V>; WINDOW],
    /// The parameters at each step.
    pub thetas: [[Lanes<V>; P]; WINDOW],
}

impl<V: Vector, const P: usize> Block<V, P> {
    /// Puts a run into a lane.
    pub fn set(&mut self, lane: usize, theta: [f64; P], minus_rate: f64, due: f64) {
        (0..P).for_each(|p| self.theta[p].set(lane, theta[p]));
        self.minus_rate.set(lane, minus_rate);
        self.initial.set(lane, f64::NAN);
        self.least.set(lane, f64::INFINITY);
        self.due.set(lane, due);
    }

    /// Sets the bounds of a lane from the stop rules of its run. A sum of squares between the bounds does not end the run:
    /// half of it is above `converged_below`, even if it is rounded as a subnormal number, and not above the limit, which is finite.
    pub fn rule(&mut self, lane: usize, rules: &StopRules) {
        self.low.set(lane, 2.0 * rules.converged_below + V::Element::LEAST);
        self.factor.set(lane, rules.diverged_factor);
        let most = 2.0 * V::Element::at_most(rules.diverged_above).exact();
        self.most.set(lane, most.min(V::Element::LARGEST));
    }

    /// Leaves a lane idle: without a run.
    pub fn clear(&mut self, lane: usize) {
        self.set(lane, [0.0; P], 0.0, f64::INFINITY);
        self.low.set(lane, f64::NEG_INFINITY);
        self.factor.set(lane, f64::INFINITY);
        self.most.set(lane, f64::INFINITY);
    }

    /// Sets the sums of squares at the start of new runs, and the upper bounds that follow from them. From a loss of 0 the
    /// bound is 0 although there is no limit: then every larger sum is read.
    #[inline(always)]
    fn begin<const I: usize>(&mut self, rows: &[Row<V::Element, I>]) {
        let sum = step(rows, &mut { self.theta }, self.minus_rate);
        self.initial = self.initial.eq(self.initial).select(self.initial, sum);
        let start = self.initial * sum.like(0.5);
        let limit = sum.at_most(start.widened() * self.factor);
        self.high = (limit + limit).least(self.most);
    }

    /// The lanes whose run cannot have ended in a window with this total of sums, the least of which so far is `least`.
    #[inline(always)]
    fn goes_on(&self, least: Lanes<V>, total: Lanes<V>) -> Mask<V> {
        total.le(self.high).and(least.le(self.low).not())
    }

    /// Whether a sum of squares may end the run in a lane.
    pub fn may_end(&self, lane: usize, sum: f64) -> bool {
        let is_within = sum <= self.high.get(lane);
        sum <= self.low.get(lane) || !is_within
    }
}

impl<V: Vector, const P: usize> History<V, P> {
    pub fn loss(&self, at: usize, lane: usize) -> f64 {
        half::<V>(self.sums[at].get(lane))
    }

    #[inline(always)]
    fn set_leasts(&mut self) {
        let mut least = self.least;
        for at in 0..WINDOW {
            least = self.sums[at].least(least);
            self.leasts[at] = least;
        }
    }

    /// The parameters, where they are logged.
    pub fn parameters(&self, shape: &Shape, at: usize, lane: usize) -> Parameters {
        if !shape.log_parameters {
            return Parameters::new();
        }
        let padded = std::array::from_fn(|p| self.thetas[at].get(p).map_or(0.0, |parameter| parameter.get(lane)));
        Parameters::from_buf_and_len(padded, P)
    }
}

/// Takes windows from `clock` on, up to the first in which anything is due or a run may have ended. Returns how many were
/// taken, and 1 for the lanes of such runs. The bits of `fresh` are the blocks with new runs.
#[inline(always)]
pub(super) fn windows<V: Vector, const I: usize, const P: usize>(
    rows: &[Row<V::Element, I>],
    blocks: &mut [Block<V, P>; BLOCKS],
    histories: &mut [History<V, P>; BLOCKS],
    clock: u64,
    mut fresh: u32,
) -> (u64, [Lanes<V::Wide>; BLOCKS]) {
    while fresh != 0 {
        blocks[fresh.trailing_zeros() as usize].begin(rows);
        fresh &= fresh - 1;
    }
    let most = (first_due(blocks) as u64 - clock) / WINDOW as u64 + 1;
    let mut theta = blocks.map(|block| block.theta);
    let mut least = blocks.map(|block| block.least);
    let rates = blocks.map(|block| block.minus_rate);
    let zero = least[0].like(0.0);
    let mut taken = 0;
    loop {
        for (history, &least) in histories.iter_mut().zip(&least) {
            history.least = least;
        }
        let mut totals = [zero; BLOCKS];
        for at in 0..WINDOW {
            for block in 0..BLOCKS {
                histories[block].thetas[at] = theta[block];
                let sum = step(rows, &mut theta[block], rates[block]);
                histories[block].sums[at] = sum;
                least[block] = sum.least(least[block]);
                totals[block] += sum;
            }
        }
        taken += 1;
        let mut goes_on = zero.eq(zero);
        for block in 0..BLOCKS {
            histories[block].total = totals[block];
            goes_on = goes_on.and(blocks[block].goes_on(least[block], totals[block]));
        }
        if taken == most || goes_on.not().any() {
            break;
        }
    }
    for block in 0..BLOCKS {
        (blocks[block].theta, blocks[block].least) = (theta[block], least[block]);
    }
    let wide_zero = zero.widened();
    let now = wide_zero.like((clock + taken * WINDOW as u64) as f64);
    let mut due_lanes = [wide_zero; BLOCKS];
    for block in 0..BLOCKS {
        let goes_on = blocks[block].goes_on(least[block], histories[block].total);
        let may_end = goes_on.as_numbers().widened().eq(wide_zero);
        let is_due = blocks[block].due.lt(now).or(may_end);
        if is_due.any() {
            histories[block].set_leasts();
        }
        due_lanes[block] = is_due.as_numbers();
    }
    (taken, due_lanes)
}

/// Half of a sum of squares, the loss.
pub(super) fn half<V: Vector>(sum: f64) -> f64 {
    V::Element::rounded(0.5 * sum).exact()
}

/// The clock when something is due first.
#[inline(always)]
fn first_due<V: Vector, const P: usize>(blocks: &[Block<V, P>; BLOCKS]) -> f64 {
    let mut first = blocks[0].due;
    for block in &blocks[1..] {
        first = block.due.least(first);
    }
    let mut least = f64::INFINITY;
    for lane in first.as_slice() {
        least = lane.min(least);
    }
    least
}

/// One step of one block; returns the sum of squares before it.
#[inline(always)]
pub(super) fn step<V: Vector, const I: usize, const P: usize>(
    rows: &[Row<V::Element, I>],
    theta: &mut [Lanes<V>; P],
    minus_rate: Lanes<V>,
) -> Lanes<V> {
    let zero = minus_rate.like(0.0);
    let mut gradient = [zero; P];
    let mut sum = zero;
    for (row, (x, target)) in rows.iter().enumerate() {
        let mut y = match theta.get(I) {
            Some(&bias) => theta[0].mul_add(zero.like_element(x[0]), bias),
            None => theta[0] * zero.like_element(x[0]),
        };
        for i in 1..I {
            y = theta[i].mul_add(zero.like_element(x[i]), y);
        }
        let residual = y - zero.like_element(*target);
        sum = residual.mul_add(residual, sum);
        for i in 0..I {
            gradient[i] = residual.mul_add(zero.like_element(x[i]), gradient[i]);
        }
        if let Some(bias) = gradient.get_mut(I) {
            *bias = if row == 0 { residual } else { *bias + residual };
        }
    }
    for p in 0..P {
        theta[p] = minus_rate.mul_add(gradient[p], theta[p]);
    }
    sum
}
