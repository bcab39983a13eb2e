//! The transcendental functions of f32: those of f64, rounded.

use super::Functions;
use crate::lanes::{Lanes, Vector};

macro_rules! rounded {
    ($($name:ident)*) => {$(
        #[inline(always)]
        fn $name<V: Vector<Element = f32>>(x: Lanes<V>) -> Lanes<V> {
            x.rounded(super::$name(x.widened()))
        }
    )*};
}

macro_rules! rounded_pair {
    ($($name:ident)*) => {$(
        #[inline(always)]
        fn $name<V: Vector<Element = f32>>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
            let (first, second) = super::$name(x.widened());
            (x.rounded(first), x.rounded(second))
        }
    )*};
}

impl Functions for f32 {
    rounded!(exp ln tanh sigmoid);
    rounded_pair!(softplus_and_sigmoid normal_cdf_and_density);
}
