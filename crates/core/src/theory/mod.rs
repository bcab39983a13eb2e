//! What linear algebra says beforehand of gradient descent on a linear model with a squared error.
//!
//! The error is a quadratic, `E(θ) = E* + ½ (θ − θ*)ᵀ H (θ − θ*)`, so the update `θ ← θ − η∇E` multiplies the distance
//! from the solution along each eigenvector of H by `1 − ηλ` (Goh 2017, "Why momentum really works", section 2).

mod eigen;
mod forecast;
mod origin;
mod start;

pub use forecast::{Forecast, Region, plain_rate};
pub use origin::Origin;

use crate::{Data, Loss, Rows, Shape};

/// Beyond so many parameters [`linear`] does not decompose the Hessian.
const MOST_PARAMETERS: usize = 200;
/// Eigenvalues at or below this share of the largest count as 0.
const RANK_TOLERANCE: f64 = 1e-12;
/// Beyond so many steps [`LinearTheory::steps_to`] does not look; twice as many is still exact in an `f64`.
const MOST_STEPS: u64 = 1 << 52;

/// The landscape of a linear model, and what plain full-batch gradient descent does in it.
///
/// An eigenvalue at or below 1e-12 of the largest counts as 0: the loss does not change along its eigenvector, and
/// descent never moves there.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearTheory {
    /// λ: the eigenvalues of the Hessian, one per parameter, descending; those that count as 0 are 0.
    pub eigenvalues: Vec<f64>,
    /// `2/λmax`: from this rate on, descent diverges (unless it starts without any error along that eigenvector).
    pub stability_limit: f64,
    /// `2/(λmin + λmax)`: the fixed rate with the least [`contraction`](Self::contraction), λmin being the least
    /// eigenvalue above 0.
    pub best_rate: f64,
    /// `λmax/λmin`, λmin being the least eigenvalue above 0.
    pub condition_number: f64,
    /// θ*, in the network's parameter order: the least squares solution, of several the one nearest to 0.
    pub solution: Vec<f64>,
    /// E*: the loss at the solution.
    pub least_loss: f64,
    /// The eigenvector of each eigenvalue, of length 1.
    pub eigenvectors: Vec<Vec<f64>>,
}

/// The theory of a shape on its training rows. `None` with hidden layers, with another loss than `half_sse` and `mse`,
/// with more than 200 parameters, where no finite eigenvalue is above 0, and where shape and data do not fit together.
///
/// H is `c XᵀX`: c is 1 for `half_sse` and 2/n for `mse`; the columns of X are the features × the factors s and r of
/// the [parametrisation](crate::Parametrization), and with a bias one of r.
///
/// The shape's optimiser, schedule and batch size do not matter.
pub fn linear(shape: &Shape, data: &Data) -> Option<LinearTheory> {
    of_quadratic(Quadratic::of(shape, data)?)
}

/// The theory of a shape on its training rows as they were with other features: what `change` makes of each input's index and
/// its value. No copy of the rows is made.
pub fn linear_of(shape: &Shape, data: &Data, change: &dyn Fn(usize, f64) -> f64) -> Option<LinearTheory> {
    of_quadratic(Quadratic { change: Some(change), ..Quadratic::of(shape, data)? })
}

fn of_quadratic(quadratic: Quadratic) -> Option<LinearTheory> {
    let hessian = quadratic.hessian();
    if !hessian.iter().flatten().all(|h| h.is_finite()) {
        return None;
    }
    let (eigenvalues, eigenvectors) = spectrum(hessian);
    let solution = vec![0.0; eigenvalues.len()];
    let mut theory = LinearTheory::of_spectrum(eigenvalues, eigenvectors, solution, f64::NAN)?;
    theory.solve(&quadratic);
    Some(theory)
}

/// `E(θ) = factor/2 · |t − Xθ|²`
struct Quadratic<'a> {
    rows: &'a Rows,
    columns: usize,
    /// What a feature is multiplied by in X.
    scale: f64,
    /// The column of the bias.
    bias: f64,
    factor: f64,
    /// What becomes of the features; `None`: they stay.
    change: Option<&'a dyn Fn(usize, f64) -> f64>,
}

impl Quadratic<'_> {
    fn of<'a>(shape: &Shape, data: &'a Data) -> Option<Quadratic<'a>> {
        let (net, rows) = (&shape.network, &data.train);
        shape.check_rows(rows).ok()?;
        if net.layers() > 1 || net.parameters() > MOST_PARAMETERS || rows.is_empty() {
            return None;
        }
        let factor = match shape.loss {
            Loss::HalfSse => 1.0,
            Loss::Mse => 2.0 / rows.len() as f64,
            _ => return None,
        };
        let bias = net.output_scale();
        Some(Quadratic {
            rows,
            columns: net.parameters(),
            scale: net.weight_scale(0) * bias,
            bias,
            factor,
            change: None,
        })
    }

    /// Hands over each row of X, without ever holding X, and its target.
    fn each_row(&self, mut take: impl FnMut(&[f64], f64)) {
        let mut x = vec![self.bias; self.columns];
        for (row, &target) in self.rows.targets.iter().enumerate() {
            let features = x.iter_mut().zip(self.rows.row(row));
            match self.change {
                None => features.for_each(|(x, feature)| *x = feature * self.scale),
                Some(change) => {
                    features.enumerate().for_each(|(input, (x, feature))| *x = change(input, *feature) * self.scale)
                }
            }
            take(&x, target);
        }
    }

    /// H, row after row.
    fn hessian(&self) -> Vec<Vec<f64>> {
        let mut below: Vec<Vec<f64>> = (1..=self.columns).map(|length| vec![0.0; length]).collect();
        self.each_row(|row, _| {
            for (sums, &a) in below.iter_mut().zip(row) {
                sums.iter_mut().zip(row).for_each(|(sum, &b)| *sum += a * b);
            }
        });
        let entry = |i: usize, j: usize| below[i.max(j)][i.min(j)] * self.factor;
        (0..self.columns).map(|i| (0..self.columns).map(|j| entry(i, j)).collect()).collect()
    }

    /// `t − Xθ`
    fn residuals(&self, theta: &[f64]) -> Vec<f64> {
        let mut residuals = Vec::with_capacity(self.rows.len());
        self.each_row(|row, target| residuals.push(target - dot(row, theta)));
        residuals
    }

    /// `−∇E`
    fn descent(&self, theta: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        self.each_row(|row, target| add(&mut sums, target - dot(row, theta), row));
        sums.iter().map(|sum| sum * self.factor).collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `sum ← sum + factor · vector`
fn add(sum: &mut [f64], factor: f64, vector: &[f64]) {
    sum.iter_mut().zip(vector).for_each(|(sum, component)| *sum += factor * component);
}

/// Eigenvalues, descending, and their eigenvectors.
fn spectrum(hessian: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut pairs = eigen::eigen(hessian);
    pairs.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let floor = RANK_TOLERANCE * pairs[0].0;
    pairs.into_iter().map(|(value, vector)| (if value > floor { value } else { 0.0 }, vector)).unzip()
}

impl LinearTheory {
    /// The landscape with these eigenvalues, descending, their eigenvectors, and this solution with its loss. `None` where no
    /// eigenvalue is above 0.
    pub fn of_spectrum(
        eigenvalues: Vec<f64>,
        eigenvectors: Vec<Vec<f64>>,
        solution: Vec<f64>,
        least_loss: f64,
    ) -> Option<LinearTheory> {
        let largest = *eigenvalues.first()?;
        let least = eigenvalues.iter().copied().rfind(|&value| value > 0.0)?;
        Some(LinearTheory {
            stability_limit: 2.0 / largest,
            best_rate: 2.0 / (least + largest),
            condition_number: largest / least,
            solution,
            least_loss,
            eigenvalues,
            eigenvectors,
        })
    }

    /// Where descent from `start` ends if its rate is stable: the solution nearest to the start.
    pub fn solution_from(&self, start: &[f64]) -> Vec<f64> {
        let mut end = start.to_vec();
        for (_, vector, error) in self.errors(start) {
            add(&mut end, -error, vector);
        }
        end
    }

    /// The loss after `step` updates of gradient descent: `E* + ½ Σ λ (1 − ηλ)²ᵏ c²`, c being the distance of the start
    /// from the solution along the eigenvector of λ.
    pub fn expected_loss(&self, start: &Origin, learning_rate: f64, step: u64) -> f64 {
        self.descent(start, learning_rate).loss(step)
    }

    /// What an update makes of the distance from the solution in the long run: `max |1 − ηλ|` over the eigenvalues
    /// above 0. The loss above E* falls by the square of it. Above 1, descent diverges.
    pub fn contraction(&self, learning_rate: f64) -> f64 {
        let factors = self.eigenvalues.iter().filter(|&&value| value > 0.0);
        factors.map(|value| (1.0 - learning_rate * value).abs()).fold(0.0, f64::max)
    }

    /// The first step at which the expected loss is at or below `loss`; `None` if there is none up to 2⁵².
    pub fn steps_to(&self, loss: f64, start: &Origin, learning_rate: f64) -> Option<u64> {
        self.descent(start, learning_rate).first_below(loss, MOST_STEPS)
    }

    fn descent(&self, start: &Origin, learning_rate: f64) -> Descent {
        let term = |&(value, share): &(f64, f64)| Term {
            share,
            // Finite, since infinity times step 0 is no number.
            growth: 2.0 * libm::log2((1.0 - learning_rate * value).abs()).clamp(-1e300, 1e300),
        };
        Descent { start: start.loss, least: self.least_loss, terms: start.shares.iter().map(term).collect() }
    }

    /// Each eigenvalue above 0, its eigenvector, and the distance of θ from the solution along it.
    fn errors(&self, theta: &[f64]) -> impl Iterator<Item = (f64, &[f64], f64)> {
        let distance: Vec<f64> = theta.iter().zip(&self.solution).map(|(theta, solution)| theta - solution).collect();
        let pairs = self.eigenvalues.iter().zip(&self.eigenvectors).take_while(|&(&value, _)| value > 0.0);
        pairs.map(move |(&value, vector)| (value, vector.as_slice(), dot(vector, &distance)))
    }

    /// Newton's method from 0 in the eigenbasis; the second step takes away the rounding of the first.
    fn solve(&mut self, quadratic: &Quadratic) {
        let mut theta = vec![0.0; self.solution.len()];
        for _ in 0..2 {
            let descent = quadratic.descent(&theta);
            for (&value, vector) in self.eigenvalues.iter().zip(&self.eigenvectors).filter(|(value, _)| **value > 0.0) {
                add(&mut theta, dot(vector, &descent) / value, vector);
            }
        }
        let residuals = quadratic.residuals(&theta);
        self.least_loss = 0.5 * quadratic.factor * dot(&residuals, &residuals);
        self.solution = theta;
    }
}

/// The loss at step k of a descent: `E* + Σ share · factor²ᵏ`, a term for each eigenvalue above 0.
struct Descent {
    /// The loss at step 0; without terms also at every other.
    start: f64,
    /// E*
    least: f64,
    terms: Vec<Term>,
}

struct Term {
    /// ½ λ c²
    share: f64,
    /// log₂ (1 − ηλ)²: what a step adds to the term's logarithm, which is exact where the factor is a power of two.
    growth: f64,
}

impl Descent {
    fn loss(&self, step: u64) -> f64 {
        if step == 0 || self.terms.is_empty() { self.start } else { self.least + self.excess(step) }
    }

    fn excess(&self, step: u64) -> f64 {
        self.terms.iter().map(|term| term.share * libm::exp2(term.growth * step as f64)).sum()
    }

    /// The step of the least loss up to `last`: a sum of exponentials in the step is convex, it falls up to there and then
    /// only rises.
    fn lowest(&self, last: u64) -> u64 {
        match self.terms.iter().all(|term| term.growth <= 0.0) {
            true => last,
            false => first(last, |step| self.excess(step + 1) >= self.excess(step)),
        }
    }

    /// The first step up to `last` at which the loss is at or below `loss`.
    fn first_below(&self, loss: f64, last: u64) -> Option<u64> {
        let reached = |step| self.loss(step) <= loss;
        let lowest = self.lowest(last);
        match reached(0) {
            true => Some(0),
            false => reached(lowest).then(|| first(lowest, reached)),
        }
    }
}

/// The first step up to `last` at which a condition holds that holds from there on; `last` if it does not before. Looked
/// for at 1, 2, 4 … and then between, since most are small beside `last`.
fn first(last: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, last.min(1));
    while high < last && !holds(high) {
        (low, high) = (high + 1, last.min(2 * high));
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
