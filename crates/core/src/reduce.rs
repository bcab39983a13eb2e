//! Many rows of a linear model, reduced to as few as it has parameters.
//!
//! With X the features (and a column of ones for the bias) and t the targets, an orthogonal Q gives
//!
//! ```text
//! [X t] = Q [R d]      Σ (Xθ − t)² = ‖Rθ − d‖² + ρ²      its gradient: 2 Rᵀ(Rθ − d)
//!           [0 ρ]
//! ```
//!
//! so the rows of the triangle, and a row without features whose target is ρ, have the same loss and gradient at every θ
//! as all rows together. A step then costs what the parameters cost. Unlike with the sums XᵀX and Xᵀt nothing cancels:
//! the loss stays a sum of squares, and Householder's reflections are backward stable (Higham 2002, theorem 19.4), so
//! what is minimised is the loss of rows that differ from the given ones by a few roundings each.

use std::borrow::Cow;

use crate::data::Triangle;
use crate::lanes::Element;
use crate::{Activation, Data, Loss, Network, Parametrization, Rows, Shape};

/// Rows up to which all are kept: there is nothing to win.
const KEPT: usize = 32;

/// What the training loss is computed from: a network and its rows.
pub(crate) struct Objective<'a, E: Element> {
    pub network: Cow<'a, Network>,
    pub rows: Cow<'a, Rows<E>>,
}

impl<'a, E: Element> Objective<'a, E> {
    /// The shape's network on the training rows; of a linear model that sees all of many rows at every step, its triangle.
    pub fn of(shape: &'a Shape, data: &'a Data) -> Objective<'a, E> {
        let network = &shape.network;
        if shape.is_reduced(data) {
            let (network, rows) = reduced(network, shape.loss, &data.train, data.triangle());
            return Objective { network: Cow::Owned(network), rows: Cow::Owned(rows.converted(E::rounded)) };
        }
        let [train, _] = E::rows(data);
        Objective { network: Cow::Borrowed(network), rows: Cow::Borrowed(train) }
    }

    /// Whether the rows are those of a triangle.
    pub fn is_reduced(&self) -> bool {
        matches!(self.rows, Cow::Owned(_))
    }
}

impl Shape {
    /// Whether many rows of a linear model are reduced to few, which then make every update.
    fn is_reduced(&self, data: &Data) -> bool {
        let network = &self.network;
        let is_linear = network.layers() == 1 && network.outputs() == 1;
        let is_square = matches!(self.loss, Loss::HalfSse | Loss::Mse);
        let has_many = data.train.len() > KEPT.max(2 * (network.fan_in(0) + 2));
        self.is_full_batch(data) && is_linear && is_square && has_many
    }

    /// Rows that go through the network for an update: those of a batch, or all that train, or the few that many rows of a
    /// linear model are reduced to.
    pub fn rows_per_update(&self, data: &Data) -> usize {
        match (self.is_full_batch(data), self.is_reduced(data)) {
            (_, true) => self.network.fan_in(0) + 2,
            (true, false) => data.train.len(),
            (false, false) => self.batch_size,
        }
    }
}

/// A model without bias on the rows of the triangle, with the factors of the parametrisation in its columns.
fn reduced(network: &Network, loss: Loss, all: &Rows, triangle: &Triangle) -> (Network, Rows) {
    let (inputs, order) = (network.fan_in(0), triangle.order);
    // A mean over fewer rows.
    let share = match loss {
        Loss::Mse => (order as f64 / all.len() as f64).sqrt(),
        _ => 1.0,
    };
    let scale = |column: usize| if column < inputs { network.weight_scale(0) } else { 1.0 } * network.output_scale();
    let columns = network.parameters();
    let rows = Rows {
        inputs: columns,
        features: (0..order)
            .flat_map(|row| (0..columns).map(move |c| (row, c)))
            .map(|(row, c)| triangle.at(row, c) * scale(c) * share)
            .collect(),
        targets: (0..order).map(|row| triangle.at(row, order - 1) * share).collect(),
    };
    let network = Network {
        widths: vec![columns, 1],
        activation: Activation::Identity,
        bias: false,
        parametrization: Parametrization::Standard,
    };
    (network, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Purpose, Stream};

    /// `n` rows of normal features, `t = Σ (i + 1) xᵢ − 2`, with normal noise.
    fn rows(n: usize, inputs: usize, noise: f64) -> Rows {
        let mut stream = Stream::new(5, Purpose::Generator, 0);
        let mut rows = Rows { inputs, ..Rows::default() };
        for _ in 0..n {
            let x: Vec<f64> = (0..inputs).map(|_| stream.normal()).collect();
            rows.targets
                .push(x.iter().zip(1..).map(|(x, i)| x * f64::from(i)).sum::<f64>() - 2.0 + noise * stream.normal());
            rows.features.extend(x);
        }
        rows
    }

    fn network(inputs: usize, bias: bool, parametrization: Parametrization) -> Network {
        Network { widths: vec![inputs, 1], activation: Activation::Identity, bias, parametrization }
    }

    /// Loss and gradient of a linear model, straight from their definition.
    fn direct(network: &Network, loss: Loss, rows: &Rows, theta: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; theta.len() + 1];
        let inputs = network.fan_in(0);
        let factors = |row: usize| -> Vec<f64> {
            let weights = rows.row(row).iter().map(|x| x * network.weight_scale(0) * network.output_scale());
            weights.chain(network.bias.then_some(network.output_scale())).collect()
        };
        assert_eq!(rows.inputs, inputs);
        for row in 0..rows.len() {
            let x = factors(row);
            let residual = x.iter().zip(theta).map(|(x, p)| x * p).sum::<f64>() - rows.targets[row];
            sums[0] += residual * residual;
            sums[1..].iter_mut().zip(&x).for_each(|(sum, x)| *sum += 2.0 * residual * x);
        }
        let factor = if loss == Loss::Mse { 1.0 / rows.len() as f64 } else { 0.5 };
        sums.into_iter().map(|sum| factor * sum).collect()
    }

    /// Reduced and direct agree to 1e-13 of the greatest, with and without bias, for every parametrisation and loss.
    #[test]
    fn the_triangle_has_the_loss_and_the_gradient_of_all_rows() {
        let all = rows(1000, 3, 0.5);
        let triangle = Triangle::of(&all);
        for parametrization in [Parametrization::Standard, Parametrization::Ntk, Parametrization::MeanField] {
            for (bias, loss) in [(true, Loss::HalfSse), (false, Loss::HalfSse), (true, Loss::Mse), (false, Loss::Mse)] {
                let network = network(3, bias, parametrization);
                let theta = &[0.3, -1.0, 2.5, 0.75][..network.parameters()];
                let expected = direct(&network, loss, &all, theta);
                let (small, rows) = reduced(&network, loss, &all, &triangle);
                let found = direct(&small, loss, &rows, theta);
                let greatest = expected.iter().fold(0.0, |greatest: f64, x| greatest.max(x.abs()));
                for (a, b) in expected.iter().zip(&found) {
                    assert!(
                        (a - b).abs() <= 1e-13 * greatest,
                        "{parametrization:?} {bias} {loss:?}: {expected:?} {found:?}"
                    );
                }
            }
        }
    }

    /// At the minimum of rows that fit exactly, the loss is (c ε ‖t‖)² with a small c that grows as the root of the
    /// number of blocks: below 1e-21 for ‖t‖² ≈ 1.8e6. Sums XᵀX would leave ε ‖t‖² ≈ 4e-10.
    #[test]
    fn nothing_cancels_where_the_loss_is_nearly_zero() {
        let all = rows(100_000, 3, 0.0);
        let network = network(3, true, Parametrization::Standard);
        let (small, rows) = reduced(&network, Loss::HalfSse, &all, &Triangle::of(&all));
        let [loss, gradient @ ..] = &direct(&small, Loss::HalfSse, &rows, &[1.0, 2.0, 3.0, -2.0])[..] else {
            unreachable!("a loss and a gradient");
        };
        assert!(*loss < 1e-21, "{loss:e}");
        assert!(gradient.iter().all(|g| g.abs() < 1e-8), "{gradient:?}");
    }
}
