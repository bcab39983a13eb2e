//! How far directions that are put at right angles to their neighbours alone have drifted from right angles to the others.

/// The rounding errors of a product and of the sums after it, as a share of the largest entry.
const ROUNDING: f64 = 1e-15;
/// Products of two directions of at most this are as good as 0 for the eigenvalues, whose error is of the order of its square.
const MOST: f64 = 1e-8;

/// Bounds of the products of the last two directions with those before them.
///
/// Simon (1984), "The Lanczos algorithm with partial reorthogonalization": with `ωᵢⱼ` for the product of directions i and j,
/// the recurrence of Lanczos gives, up to rounding,
///
/// ```text
/// βₖ ωₖ₊₁,ⱼ = βⱼ ωₖ,ⱼ₊₁ + (αⱼ − αₖ) ωₖⱼ + βⱼ₋₁ ωₖ,ⱼ₋₁ − βₖ₋₁ ωₖ₋₁,ⱼ
/// ```
#[derive(Default)]
pub(super) struct Drift {
    /// Of the last direction, with itself at the end.
    last: Vec<f64>,
    before: Vec<f64>,
}

impl Drift {
    pub fn clear(&mut self) {
        self.last.clear();
        self.before.clear();
    }

    /// Goes on to the next direction, which has this length before it is one of length 1. Whether it has drifted too far.
    ///
    /// `alphas` and `betas` are those of the directions so far; `largest` is the largest of them in size.
    pub fn is_too_far(&mut self, alphas: &[f64], betas: &[f64], length: f64, largest: f64) -> bool {
        let known = alphas.len();
        if self.last.is_empty() {
            self.last.push(1.0);
        }
        let rounding = ROUNDING * largest / length;
        let Drift { last, before } = self;
        // What was before the last direction is needed once more, where the next is put.
        before.resize(known, 0.0);
        for j in 0..known {
            before[j] = match j + 2 < known {
                true => {
                    let below = if j == 0 { 0.0 } else { betas[j - 1] * last[j - 1] };
                    let moved = betas[j] * last[j + 1] + (alphas[j] - alphas[known - 1]) * last[j] + below;
                    let next = (moved - betas[known - 2] * before[j]) / length;
                    next + rounding.copysign(next)
                }
                // It is put at right angles to these two.
                false => rounding,
            };
        }
        before.push(1.0);
        std::mem::swap(last, before);
        // Not a number is too far as well.
        !last[..known].iter().all(|product| product.abs() <= MOST)
    }

    /// The last direction was put at right angles to all before it.
    pub fn restore(&mut self) {
        let known = self.last.len() - 1;
        self.last[..known].fill(ROUNDING);
    }
}
