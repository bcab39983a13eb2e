//! Activations and their slopes.

#![allow(clippy::needless_range_loop, reason = "sums named one by one stay in registers")]

use crate::lanes::{Lanes, Tile, Vector};
use crate::{Activation, math};

/// The units of a layer in the rows of a panel.
pub(crate) trait Units<V: Vector> {
    /// Replaces every pre-activation by what `function` makes of it.
    fn replace(&mut self, function: impl Fn(Lanes<V>) -> Lanes<V>);
    /// Replaces every pre-activation by the first number that `function` makes of it, and keeps the second as its slope.
    fn replace_and_keep(&mut self, function: impl Fn(Lanes<V>) -> (Lanes<V>, Lanes<V>));
}

/// Whether the slopes are kept where units are activated. The others are found from the activations.
pub(crate) fn keeps_slopes(activation: Activation) -> bool {
    matches!(activation, Activation::Gelu | Activation::Softplus)
}

/// Turns pre-activations z into activations φ(g z), and keeps φ′(g z) where [`keeps_slopes`] says so.
#[inline(always)]
pub(crate) fn activate<V: Vector>(activation: Activation, gain: Lanes<V>, units: &mut impl Units<V>) {
    let zero = gain.like(0.0);
    match activation {
        Activation::Identity => apply(
            gain,
            units,
            #[inline(always)]
            |u| u,
        ),
        Activation::Relu => apply(
            gain,
            units,
            // Not `max`: a NaN stays one.
            #[inline(always)]
            |u| u.le(zero).select(zero, u),
        ),
        Activation::Tanh => apply(
            gain,
            units,
            #[inline(always)]
            |u| math::tanh(u),
        ),
        Activation::Sigmoid => apply(
            gain,
            units,
            #[inline(always)]
            |u| math::sigmoid(u),
        ),
        Activation::Softplus => units.replace_and_keep(
            #[inline(always)]
            |z| math::softplus_and_sigmoid(z * gain),
        ),
        Activation::Gelu => units.replace_and_keep(
            #[inline(always)]
            |z| {
                let u = z * gain;
                let (cdf, density) = math::normal_cdf_and_density(u);
                (u * cdf, u.mul_add(density, cdf))
            },
        ),
    }
}

#[inline(always)]
fn apply<V: Vector>(gain: Lanes<V>, units: &mut impl Units<V>, function: impl Fn(Lanes<V>) -> Lanes<V>) {
    // A factor of 1 changes no bit, but takes a tenth of the time of a tanh.
    if !gain.eq(gain.like(1.0)).not().any() {
        return units.replace(function);
    }
    units.replace(
        #[inline(always)]
        |z| function(z * gain),
    );
}

/// The sums times `g φ′(g z)` of their units, by the activations, or by the φ′(g z) that are kept.
#[inline(always)]
pub(crate) fn times_slopes<V: Vector, const R: usize, const C: usize>(
    activation: Activation,
    gain: Lanes<V>,
    sums: Tile<V, R, C>,
    activations: impl Fn(usize, usize) -> Lanes<V>,
    kept: impl Fn(usize, usize) -> Lanes<V>,
) -> Tile<V, R, C> {
    let (zero, one) = (gain.like(0.0), gain.like(1.0));
    match activation {
        Activation::Identity => times(
            sums,
            #[inline(always)]
            |_, _| gain,
        ),
        Activation::Relu => times(
            sums,
            #[inline(always)]
            |r, c| activations(r, c).gt(zero).as_numbers() * gain,
        ),
        Activation::Tanh => times(
            sums,
            #[inline(always)]
            |r, c| {
                let a = activations(r, c);
                (-a).mul_add(a, one) * gain
            },
        ),
        Activation::Sigmoid => times(
            sums,
            #[inline(always)]
            |r, c| {
                let a = activations(r, c);
                a * (one - a) * gain
            },
        ),
        Activation::Softplus | Activation::Gelu => times(
            sums,
            #[inline(always)]
            |r, c| kept(r, c) * gain,
        ),
    }
}

#[inline(always)]
fn times<V: Vector, const R: usize, const C: usize>(
    mut sums: Tile<V, R, C>,
    factor: impl Fn(usize, usize) -> Lanes<V>,
) -> Tile<V, R, C> {
    // Not by `from_fn`, which is not always inlined.
    for r in 0..R {
        for c in 0..C {
            sums[r][c] *= factor(r, c);
        }
    }
    sums
}
