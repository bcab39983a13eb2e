//! Many steps of small linear models at a stretch.
//!
//! A step of `y = w·x + b` on a few rows takes a few nanoseconds, less than looking whether anything is due. So where
//! nothing is due for a while, steps are taken [`WINDOW`] at a time:
//!
//! ```text
//! remember θ and the least loss
//! WINDOW times: loss and gradient at θ; note the loss; θ ← θ − η ∂E/∂θ
//! if any of the losses ended a run: take all of it back, and let the block go step by step
//! ```
//!
//! Several blocks run side by side, because each step of one must wait for the one before. The operations on a run are
//! those of [`crate::pass`] and of the plain update, in the same order, so the bits are the same; multiplications by 1
//! and additions of 0 · (something finite) are left out, for they change none: a sum that starts from +0 is never −0.

#![allow(clippy::needless_range_loop, reason = "one index reaches into several arrays of a tile")]

use pulp::Simd;

use crate::lanes::{Lanes, vectorize};
use crate::{Loss, Optimizer, Parametrization, Rows, ScheduleKind, Shape};

/// Steps between two looks at the losses.
pub(crate) const WINDOW: u64 = 16;
/// Blocks side by side.
pub(crate) const BLOCKS: usize = 4;
/// Rows at most: beyond, a step is long enough to be looked at.
const ROWS: usize = 32;
/// Inputs at most: parameters stay in registers.
const INPUTS: usize = 3;

/// Whether runs of a shape can sprint, as far as the shape says.
pub(crate) fn fits(shape: &Shape, rows: &Rows) -> bool {
    let network = &shape.network;
    network.layers() == 1
        && network.outputs() == 1
        && network.parametrization == Parametrization::Standard
        && network.bias
        && network.fan_in(0) <= INPUTS
        && rows.len() <= ROWS
        && (shape.batch_size == 0 || shape.batch_size >= rows.len())
        && shape.loss == Loss::HalfSse
        && matches!(shape.optimizer, Optimizer::Sgd { .. })
        && shape.schedule.kind == ScheduleKind::Constant
        && shape.schedule.warmup_steps == 0
        && shape.patience.is_none()
        && !shape.trainability
}

/// What a sprint needs of a block.
pub(crate) struct Runner<'a, S: Simd> {
    /// The weights, then the bias.
    pub parameters: &'a mut [Lanes<S>],
    pub learning_rate: Lanes<S>,
    pub converged_below: Lanes<S>,
    pub diverged_above: Lanes<S>,
    /// 1 where a run is under way; the others may do as they like.
    pub active: Lanes<S>,
    pub min: &'a mut Lanes<S>,
}

/// Takes steps, at most `steps`, as long as no run ends; returns how many were taken.
pub(crate) fn sprint<S: Simd>(simd: S, rows: &Rows, runners: [Runner<'_, S>; BLOCKS], steps: u64) -> u64 {
    vectorize(
        simd,
        #[inline(always)]
        || match rows.inputs {
            1 => windows::<S, 1, 2>(simd, rows, runners, steps),
            2 => windows::<S, 2, 3>(simd, rows, runners, steps),
            _ => windows::<S, INPUTS, { INPUTS + 1 }>(simd, rows, runners, steps),
        },
    )
}

#[inline(always)]
fn windows<S: Simd, const INPUTS: usize, const PARAMETERS: usize>(
    simd: S,
    rows: &Rows,
    runners: [Runner<'_, S>; BLOCKS],
    steps: u64,
) -> u64 {
    let zero = Lanes::splat(simd, 0.0);
    let mut theta = [[zero; PARAMETERS]; BLOCKS];
    let mut rates = [zero; BLOCKS];
    let mut limits = [[zero; 2]; BLOCKS];
    for block in 0..BLOCKS {
        theta[block].copy_from_slice(runners[block].parameters);
        rates[block] = -runners[block].learning_rate;
        limits[block] = [runners[block].converged_below, runners[block].diverged_above];
    }
    let mut taken = 0;
    while taken + WINDOW <= steps {
        let mut after = theta;
        let mut least = [zero.like(f64::INFINITY); BLOCKS];
        let mut bounded = [zero.eq(zero); BLOCKS];
        for _ in 0..WINDOW {
            for block in 0..BLOCKS {
                let loss = step::<S, INPUTS, PARAMETERS>(rows, &mut after[block], rates[block]);
                least[block] = loss.min(least[block]);
                bounded[block] = bounded[block].and(loss.le(limits[block][1]));
            }
        }
        let mut ended = zero.gt(zero);
        for block in 0..BLOCKS {
            let stops = bounded[block].not().or(least[block].le(limits[block][0]));
            ended = ended.or(stops.and(runners[block].active.gt(zero)));
        }
        if ended.any() {
            break;
        }
        theta = after;
        for block in 0..BLOCKS {
            *runners[block].min = least[block].min(*runners[block].min);
        }
        taken += WINDOW;
    }
    for block in 0..BLOCKS {
        runners[block].parameters.copy_from_slice(&theta[block]);
    }
    taken
}

/// One step of one block; returns the loss before it.
#[inline(always)]
fn step<S: Simd, const INPUTS: usize, const PARAMETERS: usize>(
    rows: &Rows,
    theta: &mut [Lanes<S>; PARAMETERS],
    minus_rate: Lanes<S>,
) -> Lanes<S> {
    let zero = minus_rate.like(0.0);
    let mut gradient = [zero; PARAMETERS];
    let mut sum = zero;
    for (x, &target) in rows.features.chunks_exact(INPUTS).zip(&rows.targets) {
        let mut z = zero;
        for i in 0..INPUTS {
            z = theta[i].mul_add(zero.like(x[i]), z);
        }
        let residual = (z + theta[INPUTS]) - zero.like(target);
        sum = residual.mul_add(residual, sum);
        for i in 0..INPUTS {
            gradient[i] = residual.mul_add(zero.like(x[i]), gradient[i]);
        }
        gradient[INPUTS] += residual;
    }
    for p in 0..PARAMETERS {
        theta[p] = minus_rate.mul_add(gradient[p], theta[p]);
    }
    sum * zero.like(0.5)
}
