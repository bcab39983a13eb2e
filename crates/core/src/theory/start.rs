//! The origin of a run: its parameters at the start, and how far they are from the solution.

use pulp::Scalar;

use super::{LinearTheory, Origin};
use crate::lanes::{Doubles, Lanes, vectorize};
use crate::narrow::{Pass, Shared};
use crate::reduce::Objective;
use crate::{Data, Error, Hyper, Shape, starting_parameters};

impl LinearTheory {
    /// The start of a run.
    ///
    /// # Errors
    /// Where shape, data and run do not fit together, or the network has another number of parameters than that of this
    /// theory.
    pub fn origin(&self, shape: &Shape, data: &Data, hyper: &Hyper) -> Result<Origin, Error> {
        shape.check(data)?;
        let parameters = starting_parameters(shape, hyper)?;
        let (found, expected) = (parameters.len(), self.solution.len());
        if found != expected {
            return Err(Error::Parameters { found, expected });
        }
        let (loss, gradient) = loss_and_gradient(shape, data, hyper, &parameters);
        let moves = gradient.iter().any(|slope| *slope != 0.0);
        let errors = self.errors(&parameters).filter(|(_, _, error)| moves && *error != 0.0);
        let shares = errors.map(|(value, _, error)| (value, 0.5 * value * error * error)).collect();
        Ok(Origin { parameters, loss, shares })
    }
}

/// The engine's own numbers at the start of a run.
fn loss_and_gradient(shape: &Shape, data: &Data, hyper: &Hyper, parameters: &[f64]) -> (f64, Vec<f64>) {
    let scalar = Doubles(Scalar);
    let lane = |value: f64| Lanes::splat(scalar, value);
    let objective = Objective::of(shape, data);
    let mut pass = Pass::new(scalar, &objective.network, shape.loss);
    let parameters: Vec<Lanes<_>> = parameters.iter().copied().map(lane).collect();
    let mut gradient = parameters.clone();
    let rows = Shared::new(scalar, &objective.rows);
    let loss = vectorize(scalar, || pass.loss_and_gradient(&parameters, lane(hyper.gain), rows, &mut gradient).get(0));
    (loss, gradient.iter().map(|slope| slope.get(0)).collect())
}
