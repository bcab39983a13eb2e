//! The loop over steps, and what it leaves on the tape.

#![allow(clippy::needless_range_loop, reason = "one index reaches into several arrays of a tile")]

use pulp::Simd;

use crate::lanes::Lanes;
use crate::{Parameters, Shape};

/// Steps between two looks.
pub(super) const WINDOW: usize = 16;
/// Blocks side by side.
pub(super) const BLOCKS: usize = 4;

/// The features of a row, and its target.
pub(super) type Row<const I: usize> = ([f64; I], f64);

/// Runs side by side, one to a lane, as the loop over steps needs them. Its vectors, as those of the tape, are not astride
/// two cache lines.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Block<S: Simd, const P: usize> {
    /// The weights, then the bias if there is one.
    pub theta: [Lanes<S>; P],
    pub minus_rate: Lanes<S>,
    /// The least sum of squares so far.
    pub least: Lanes<S>,
    /// A sum of squares at or below `low`, or not at or below `high`, may end a run. Infinite where none is under way.
    pub low: Lanes<S>,
    pub high: Lanes<S>,
    /// When something is due next, by the clock.
    pub due: Lanes<S>,
}

/// What a block did in its last window.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Tape<S: Simd, const P: usize> {
    /// The least sum of squares before it.
    pub least: Lanes<S>,
    /// What its sums of squares add up to: a bound for each of them, since none is negative.
    pub total: Lanes<S>,
    /// The sum of squares at each step, and where that was.
    pub sums: [Lanes<S>; WINDOW],
    pub thetas: [[Lanes<S>; P]; WINDOW],
}

impl<S: Simd, const P: usize> Block<S, P> {
    pub fn set(&mut self, lane: usize, theta: [f64; P], minus_rate: f64, [low, high]: [f64; 2], due: f64) {
        (0..P).for_each(|p| self.theta[p].set(lane, theta[p]));
        self.minus_rate.set(lane, minus_rate);
        self.least.set(lane, f64::INFINITY);
        self.low.set(lane, low);
        self.high.set(lane, high);
        self.due.set(lane, due);
    }

    /// Whether a sum of squares may end the run in a lane.
    pub fn may_end(&self, lane: usize, sum: f64) -> bool {
        sum <= self.low.get(lane) || !is_within(sum, self.high.get(lane))
    }
}

impl<S: Simd, const P: usize> Tape<S, P> {
    pub fn loss(&self, at: usize, lane: usize) -> f64 {
        0.5 * self.sums[at].get(lane)
    }

    /// The parameters, where they are logged.
    pub fn parameters(&self, shape: &Shape, at: usize, lane: usize) -> Parameters {
        match shape.log_parameters {
            true => Parameters::from_slice(&self.thetas[at].map(|parameter| parameter.get(lane))),
            false => Parameters::new(),
        }
    }
}

/// Whether a number is at most `high`. One that is not a number is not.
pub(super) fn is_within(x: f64, high: f64) -> bool {
    x <= high
}

/// Takes windows from `clock` on, up to the first in which anything is due or a run may have ended. How many, and where.
#[inline(always)]
pub(super) fn windows<S: Simd, const I: usize, const P: usize>(
    rows: &[Row<I>],
    blocks: &mut [Block<S, P>; BLOCKS],
    tapes: &mut [Tape<S, P>; BLOCKS],
    clock: u64,
) -> (u64, [Lanes<S>; BLOCKS]) {
    let mut theta = blocks.map(|block| block.theta);
    let mut least = blocks.map(|block| block.least);
    let rates = blocks.map(|block| block.minus_rate);
    let zero = least[0].like(0.0);
    let mut noticed = [zero.lt(zero); BLOCKS];
    let mut taken = 0;
    loop {
        let mut totals = [zero; BLOCKS];
        for (tape, &least) in tapes.iter_mut().zip(&least) {
            tape.least = least;
        }
        for at in 0..WINDOW {
            for block in 0..BLOCKS {
                tapes[block].thetas[at] = theta[block];
                let sum = step(rows, &mut theta[block], rates[block]);
                tapes[block].sums[at] = sum;
                least[block] = sum.least(least[block]);
                totals[block] += sum;
            }
        }
        taken += 1;
        let now = zero.like((clock + taken * WINDOW as u64) as f64);
        let mut is_any = zero.lt(zero);
        for block in 0..BLOCKS {
            tapes[block].total = totals[block];
            let Block { low, high, due, .. } = blocks[block];
            noticed[block] = due.lt(now).or(least[block].le(low)).or(totals[block].le(high).not());
            is_any = is_any.or(noticed[block]);
        }
        if is_any.any() {
            break;
        }
    }
    for block in 0..BLOCKS {
        (blocks[block].theta, blocks[block].least) = (theta[block], least[block]);
    }
    (
        taken,
        noticed.map(
            #[inline(always)]
            |noticed| noticed.as_numbers(),
        ),
    )
}

/// One step of one block; returns the sum of squares before it.
#[inline(always)]
pub(super) fn step<S: Simd, const I: usize, const P: usize>(
    rows: &[Row<I>],
    theta: &mut [Lanes<S>; P],
    minus_rate: Lanes<S>,
) -> Lanes<S> {
    let zero = minus_rate.like(0.0);
    let mut gradient = [zero; P];
    let mut sum = zero;
    for (row, (x, target)) in rows.iter().enumerate() {
        let mut y = match theta.get(I) {
            Some(&bias) => theta[0].mul_add(zero.like(x[0]), bias),
            None => theta[0] * zero.like(x[0]),
        };
        for i in 1..I {
            y = theta[i].mul_add(zero.like(x[i]), y);
        }
        let residual = y - zero.like(*target);
        sum = residual.mul_add(residual, sum);
        for i in 0..I {
            gradient[i] = residual.mul_add(zero.like(x[i]), gradient[i]);
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
