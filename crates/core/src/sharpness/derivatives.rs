//! Second derivatives of activations and losses, beside the first.

use crate::lanes::{Lanes, Vector};
use crate::{Activation, Loss, math};

/// φ, φ′ and φ″ at u.
#[inline(always)]
pub(super) fn activate<V: Vector<Element = f64>>(activation: Activation, u: Lanes<V>) -> [Lanes<V>; 3] {
    let (zero, one, two) = (u.like(0.0), u.like(1.0), u.like(2.0));
    match activation {
        Activation::Identity => [u, one, zero],
        // A NaN stays one.
        Activation::Relu => [u.le(zero).select(zero, u), u.gt(zero).as_numbers(), zero],
        Activation::Tanh => {
            let a = math::tanh(u);
            let slope = (-a).mul_add(a, one);
            [a, slope, -(two * a * slope)]
        }
        Activation::Sigmoid => {
            let a = math::sigmoid(u);
            let slope = a * math::sigmoid(-u);
            [a, slope, slope * (-two).mul_add(a, one)]
        }
        Activation::Softplus => {
            let (softplus, sigmoid) = math::softplus_and_sigmoid(u);
            [softplus, sigmoid, sigmoid * math::sigmoid(-u)]
        }
        Activation::Gelu => {
            let (cdf, density) = math::normal_cdf_and_density(u);
            [u * cdf, u.mul_add(density, cdf), density * (-u).mul_add(u, two)]
        }
    }
}

impl Loss {
    /// Leaves in `curvature` what the second derivative of a row's term is made of, short of
    /// [`slope_factor`](Loss::slope_factor): ℓ″ of a loss of one output, the softmax p of the outputs for cross-entropy.
    #[inline(always)]
    pub(super) fn curvature<V: Vector<Element = f64>>(
        self,
        y: &[Lanes<V>],
        target: Lanes<V>,
        curvature: &mut [Lanes<V>],
    ) {
        let (zero, one) = (target.like(0.0), target.like(1.0));
        curvature[0] = match self {
            Loss::HalfSse | Loss::Mse => one,
            Loss::Mae => zero,
            Loss::Huber => (y[0] - target).abs().gt(one).select(zero, one),
            Loss::Bce => math::sigmoid(y[0]) * math::sigmoid(-y[0]),
            Loss::CrossEntropy => return softmax(y, curvature),
        };
    }

    /// Turns a row's direction v of the outputs into ℓ″ v, with what [`curvature`](Self::curvature) left:
    /// `diag(p) − p pᵀ` is the second derivative of cross-entropy.
    #[inline(always)]
    pub(super) fn curve<V: Vector<Element = f64>>(self, curvature: &[Lanes<V>], v: &mut [Lanes<V>]) {
        match self {
            Loss::CrossEntropy => {
                let mut mean = v[0].like(0.0);
                for (p, v) in curvature.iter().zip(&*v) {
                    mean = p.mul_add(*v, mean);
                }
                v.iter_mut().zip(curvature).for_each(|(v, p)| *v = *p * (*v - mean));
            }
            _ => v[0] *= curvature[0],
        }
    }
}

#[inline(always)]
fn softmax<V: Vector<Element = f64>>(y: &[Lanes<V>], p: &mut [Lanes<V>]) {
    let mut largest = y[0];
    for &y in &y[1..] {
        largest = largest.max(y);
    }
    let mut total = y[0].like(0.0);
    for (p, &y) in p.iter_mut().zip(y) {
        *p = math::exp(y - largest);
        total += *p;
    }
    p.iter_mut().for_each(|p| *p = *p / total);
}
