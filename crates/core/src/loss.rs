//! Losses and their gradients, a row at a time.

use crate::lanes::{Element, Lanes, Vector};
use crate::math;

/// What is minimised, over the rows i = 1 … n with targets t and outputs y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Loss {
    /// `½ Σ (t − y)²`: a sum, not a mean
    HalfSse,
    /// `1/n Σ (t − y)²`
    Mse,
    /// `1/n Σ |t − y|`, with derivative 0 where t = y
    Mae,
    /// `1/n Σ h(y − t)` with h(r) = ½r² for |r| ≤ 1, else |r| − ½
    Huber,
    /// `1/n Σ (max(y, 0) − y t + ln(1 + e^−|y|))`: binary cross-entropy of the logit y, t being 0 or 1
    Bce,
    /// `1/n Σ (ln Σⱼ e^yⱼ − y_t)`: cross-entropy of the softmax of one logit per class
    CrossEntropy,
}

impl Loss {
    /// Whether targets are classes, so that accuracy exists.
    pub fn is_classification(self) -> bool {
        matches!(self, Loss::Bce | Loss::CrossEntropy)
    }

    /// What the sum of the rows' terms is multiplied by to give the loss over `rows` rows.
    pub(crate) fn factor(self, rows: usize) -> f64 {
        match self {
            Loss::HalfSse => 0.5,
            _ => 1.0 / rows as f64,
        }
    }

    /// What a row's slope is multiplied by to give the gradient with respect to the outputs.
    pub(crate) fn slope_factor(self, rows: usize) -> f64 {
        match self {
            Loss::HalfSse => 1.0,
            Loss::Mse => 2.0 / rows as f64,
            _ => 1.0 / rows as f64,
        }
    }

    /// Adds the term of a row with outputs y to `sum` and replaces y by `∂term/∂y`, halved for the squared errors.
    #[inline(always)]
    pub(crate) fn term_and_slopes<V: Vector>(self, y: &mut [Lanes<V>], target: Lanes<V>, sum: &mut Lanes<V>) {
        let one = target.like(1.0);
        let residual = y[0] - target;
        y[0] = match self {
            Loss::HalfSse | Loss::Mse => {
                *sum = residual.mul_add(residual, *sum);
                residual
            }
            Loss::Mae => {
                *sum += residual.abs();
                // Zero and NaN stay as they are.
                residual.abs().gt(target.like(0.0)).select(one.copysign(residual), residual)
            }
            Loss::Huber => {
                let size = residual.abs();
                let outside = size.gt(one);
                let square = residual * residual * target.like(0.5);
                *sum += outside.select(size - target.like(0.5), square);
                outside.select(one.copysign(residual), residual)
            }
            Loss::Bce => {
                let (softplus, sigmoid) = math::softplus_and_sigmoid(y[0]);
                *sum += softplus - y[0] * target;
                sigmoid - target
            }
            Loss::CrossEntropy => return cross_entropy(y, target, sum),
        };
    }

    /// The same for rows in the first `lanes` lanes, whose terms are added to `sum` one after another; the bits are those of
    /// [`term_and_slopes`](Self::term_and_slopes).
    #[inline(always)]
    pub(crate) fn terms_and_slopes_of_lanes<V: Vector>(
        self,
        y: &mut [Lanes<V>],
        target: Lanes<V>,
        lanes: usize,
        sum: &mut V::Element,
    ) {
        if matches!(self, Loss::HalfSse | Loss::Mse) {
            y[0] = y[0] - target;
            y[0].as_slice()[..lanes].iter().for_each(|residual| *sum = residual.mul_add(*residual, *sum));
            return;
        }
        // A term added to 0 is itself, but for the sign of 0, which no sum that starts from +0 shows.
        let mut terms = target.like(0.0);
        self.term_and_slopes(y, target, &mut terms);
        terms.as_slice()[..lanes].iter().for_each(|term| *sum += *term);
    }

    /// 1 where a row is classified rightly, else 0: for a class, its logit above those before it and not below those
    /// after it (the first of the largest); for a binary logit, its sign.
    #[inline(always)]
    pub(crate) fn is_right<V: Vector>(self, y: &[Lanes<V>], target: Lanes<V>) -> Lanes<V> {
        let zero = target.like(0.0);
        if self == Loss::Bce {
            let right = y[0].gt(zero).and(target.gt(zero)).or(y[0].le(zero).and(target.le(zero)));
            return right.as_numbers();
        }
        let own = logit_of(y, target);
        let mut right = own.eq(own);
        for (class, &logit) in y.iter().enumerate() {
            let class = target.like(class as f64);
            right = right.and(own.gt(logit).or(own.eq(logit).and(class.ge(target))));
        }
        right.as_numbers()
    }
}

/// The logit of the target's class.
#[inline(always)]
fn logit_of<V: Vector>(y: &[Lanes<V>], target: Lanes<V>) -> Lanes<V> {
    let mut own = y[0];
    for (class, &logit) in y.iter().enumerate().skip(1) {
        own = target.eq(target.like(class as f64)).select(logit, own);
    }
    own
}

/// `ln Σⱼ e^yⱼ − y_t`, with the largest logit taken off first, and in the place of y its slopes `e^yⱼ / Σ − [j = t]`.
#[inline(always)]
fn cross_entropy<V: Vector>(y: &mut [Lanes<V>], target: Lanes<V>, sum: &mut Lanes<V>) {
    let largest = y.iter().skip(1).fold(
        y[0],
        #[inline(always)]
        |largest, &logit| largest.max(logit),
    );
    let own = logit_of(y, target) - largest;
    let mut total = target.like(0.0);
    for y in y.iter_mut() {
        *y = math::exp(*y - largest);
        total += *y;
    }
    *sum += math::ln(total) - own;
    for (class, y) in y.iter_mut().enumerate() {
        *y = *y / total - target.eq(target.like(class as f64)).as_numbers();
    }
}
