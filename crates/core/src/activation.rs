//! Activations and their slopes.

use crate::lanes::{Lanes, Vector};
use crate::table::Table;
use crate::{Activation, math};

/// Turns pre-activations z into activations φ(g z), and leaves `g φ′(g z)` in `slopes`.
#[inline(always)]
pub(crate) fn activate<V: Vector>(
    activation: Activation,
    gain: Lanes<V>,
    rows: usize,
    values: &mut Table<V>,
    slopes: &mut Table<V>,
) {
    let one = gain.like(1.0);
    let zero = gain.like(0.0);
    match activation {
        Activation::Identity => apply(
            gain,
            rows,
            values,
            slopes,
            #[inline(always)]
            |u| (u, one),
        ),
        Activation::Relu => apply(
            gain,
            rows,
            values,
            slopes,
            #[inline(always)]
            |u| {
                let positive = u.gt(zero);
                // Not `max`: a NaN stays one.
                (u.le(zero).select(zero, u), positive.as_numbers())
            },
        ),
        Activation::Tanh => apply(
            gain,
            rows,
            values,
            slopes,
            #[inline(always)]
            |u| {
                let a = math::tanh(u);
                (a, (-a).mul_add(a, one))
            },
        ),
        Activation::Sigmoid => apply(
            gain,
            rows,
            values,
            slopes,
            #[inline(always)]
            |u| {
                let a = math::sigmoid(u);
                (a, a * (one - a))
            },
        ),
        Activation::Softplus => apply(gain, rows, values, slopes, math::softplus_and_sigmoid),
        Activation::Gelu => apply(
            gain,
            rows,
            values,
            slopes,
            #[inline(always)]
            |u| {
                let (cdf, density) = math::normal_cdf_and_density(u);
                (u * cdf, u.mul_add(density, cdf))
            },
        ),
    }
}

#[inline(always)]
fn apply<V: Vector>(
    gain: Lanes<V>,
    rows: usize,
    values: &mut Table<V>,
    slopes: &mut Table<V>,
    function: impl Fn(Lanes<V>) -> (Lanes<V>, Lanes<V>),
) {
    for row in 0..rows {
        for (value, slope) in values.row_mut(row).iter_mut().zip(slopes.row_mut(row)) {
            let (activation, derivative) = function(*value * gain);
            *value = activation;
            *slope = derivative * gain;
        }
    }
}
