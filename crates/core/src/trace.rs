//! The first steps of one run with all their numbers, for people to follow.

use pulp::Scalar;

use crate::lanes::{Doubles, Element, Lanes, Singles, Vector};
use crate::narrow::{Batches, Pass, Shared};
use crate::reduce::Objective;
use crate::run::init;
use crate::update::Updates;
use crate::{Data, Error, Hyper, Precision, Rows, Shape};

/// One step of one run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Parameters before the update, in the network's order.
    pub parameters: Vec<f64>,
    /// Training loss there, over all training rows.
    pub loss: f64,
    /// Gradient there, over the rows of the batch.
    pub gradient: Vec<f64>,
    /// The outputs of each layer for the first training rows, `[layer][row][unit]`: activations, and y of the last.
    pub activations: Vec<Vec<Vec<f64>>>,
    /// The factor of the schedule on the learning rate of the update.
    pub rate_factor: f64,
    /// Parameters after the update.
    pub updated: Vec<f64>,
}

/// The first `steps` steps of a run, with the activations of the first `rows` training rows: the engine's own numbers,
/// for a run that no stop rule ends.
///
/// # Errors
/// Where shape, data and run do not fit together.
pub fn trace(shape: &Shape, data: &Data, hyper: &Hyper, steps: u64, rows: usize) -> Result<Vec<Step>, Error> {
    shape.check(data)?;
    let start = starting_parameters(shape, hyper)?;
    Ok(match shape.precision {
        Precision::F64 => trace_in(Doubles(Scalar), shape, data, hyper, start, steps, rows),
        Precision::F32 => trace_in(Singles(Scalar), shape, data, hyper, start, steps, rows),
    })
}

/// [`trace`] from a start, where everything fits together.
fn trace_in<V: Vector>(
    vector: V,
    shape: &Shape,
    data: &Data,
    hyper: &Hyper,
    start: Vec<f64>,
    steps: u64,
    rows: usize,
) -> Vec<Step> {
    let lane = |value: f64| Lanes::splat(vector, value);
    let mut parameters: Vec<Lanes<V>> = start.into_iter().map(lane).collect();
    let mut gradient = parameters.clone();
    let network = &shape.network;
    let objective = Objective::of(shape, data);
    let mut shown_pass = Pass::new(vector, network, shape.loss);
    let mut pass = Pass::new(vector, &objective.network, shape.loss);
    let layers = (0..network.layers()).map(|l| network.weights(l).start..network.biases(l).end);
    let mut updates = Updates::new(vector, shape.optimizer, layers);
    updates.load(0, hyper);
    let mut batches = Batches::for_shape(vector, shape, data);
    if let Some(batches) = &mut batches {
        batches.load(0, hyper.seed, data.train.len());
    }
    let gain = lane(hyper.gain);
    let [all, _] = V::Element::rows(data);
    let (shown, train) = (first_rows(all, rows), Shared::new(vector, &objective.rows));
    let step = |k| {
        let before = numbers(&parameters);
        let activations = shown_pass.activations(&parameters, gain, Shared::new(vector, &shown));
        let loss = pass.loss_and_gradient(&parameters, gain, train, &mut gradient).get(0);
        if let Some(batches) = &mut batches {
            let batch = batches.gather(all);
            pass.loss_and_gradient(&parameters, gain, batch, &mut gradient);
        }
        let rate_factor = shape.schedule.factor(k, shape.steps);
        updates.update(&mut parameters, &gradient, gain.widened().like(rate_factor));
        let updated = numbers(&parameters);
        Step { parameters: before, loss, gradient: numbers(&gradient), activations, rate_factor, updated }
    };
    (0..steps.min(shape.steps)).map(step).collect()
}

/// The outputs of the network, one list for each row of features, `[row][input]`, with given parameters.
///
/// # Errors
/// [`Error::Parameters`] and [`Error::Features`] for a number of them that is not the network's.
pub fn predict(shape: &Shape, gain: f64, parameters: &[f64], features: &[f64]) -> Result<Vec<Vec<f64>>, Error> {
    shape.check_parameters(parameters)?;
    let inputs = shape.network.fan_in(0);
    let count = features.len() / inputs;
    if count * inputs != features.len() {
        return Err(Error::Features { found: features.len(), rows: count, inputs });
    }
    let rows = Rows { inputs, features: features.to_vec(), targets: vec![0.0; count] };
    Ok(match shape.precision {
        Precision::F64 => outputs(Doubles(Scalar), shape, gain, parameters, &rows),
        Precision::F32 => outputs(Singles(Scalar), shape, gain, parameters, &rows.converted(|x| x as f32)),
    })
}

fn outputs<V: Vector>(
    vector: V,
    shape: &Shape,
    gain: f64,
    parameters: &[f64],
    rows: &Rows<V::Element>,
) -> Vec<Vec<f64>> {
    let lane = |value: f64| Lanes::splat(vector, value);
    let parameters: Vec<Lanes<V>> = parameters.iter().copied().map(lane).collect();
    let mut pass = Pass::new(vector, &shape.network, shape.loss);
    pass.activations(&parameters, lane(gain), Shared::new(vector, rows)).pop().unwrap_or_default()
}

/// The parameters that a run starts from, in the network's order.
///
/// # Errors
/// Where shape and run do not fit together.
pub fn starting_parameters(shape: &Shape, hyper: &Hyper) -> Result<Vec<f64>, Error> {
    shape.check_start()?;
    shape.check_run(hyper)?;
    Ok(init::starting_parameters(shape, hyper))
}

fn numbers<V: Vector>(lanes: &[Lanes<V>]) -> Vec<f64> {
    lanes.iter().map(|lane| lane.get(0)).collect()
}

fn first_rows<E: Element>(rows: &Rows<E>, count: usize) -> Rows<E> {
    let count = count.min(rows.len());
    Rows {
        inputs: rows.inputs,
        features: rows.features[..count * rows.inputs].to_vec(),
        targets: rows.targets[..count].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CurveSteps, Loss, Network, Start, train};

    fn run(widths: Vec<usize>, start: Vec<f64>) -> (Shape, Hyper) {
        let shape = Shape {
            steps: 3,
            start: Start::Given(start.into()),
            curve: CurveSteps::Every(1),
            log_parameters: true,
            ..Shape::new(Network::new(widths).unwrap(), Loss::HalfSse)
        };
        let hyper = Hyper { converged_below: 0.0, ..shape.hyper(0.015625) };
        (shape, hyper)
    }

    fn seed_data() -> Data {
        Data::from(Rows { inputs: 1, features: vec![3.0, 9.0], targets: vec![7.0, 13.0] })
    }

    #[test]
    fn the_seed_problem_by_hand() {
        let (shape, hyper) = run(vec![1, 1], vec![3.0, -8.0]);
        let first = trace(&shape, &seed_data(), &hyper, 1, 9).unwrap().remove(0);
        assert_eq!(first.activations, [[[1.0], [19.0]]]);
        assert_eq!((first.loss, first.gradient), (36.0, vec![36.0, 0.0]));
        assert_eq!(first.updated, [3.0 - 36.0 / 64.0, -8.0]);
    }

    #[test]
    fn a_trace_is_what_training_does() {
        let (shape, hyper) = run(vec![1, 2, 1], vec![0.1, -0.2, 0.3, 0.0, 0.5, 0.7, -0.1]);
        for precision in [Precision::F64, Precision::F32] {
            let shape = Shape { precision, ..shape.clone() };
            let steps = trace(&shape, &seed_data(), &hyper, 9, 1).unwrap();
            let record = train(&shape, &seed_data(), std::slice::from_ref(&hyper)).unwrap().remove(0);
            assert_eq!(steps.len(), 3);
            assert_eq!(steps[0].parameters, starting_parameters(&shape, &hyper).unwrap());
            for (step, point) in steps.iter().zip(&record.curve) {
                assert_eq!(step.loss.to_bits(), point.loss.to_bits());
                assert_eq!(step.parameters, *point.parameters);
            }
            assert_eq!(steps[2].updated, *record.parameters);
        }
    }

    /// A linear model on many rows, which are reduced before it trains.
    #[test]
    fn a_trace_of_many_rows_is_what_training_does() {
        let (shape, hyper) = run(vec![1, 1], vec![0.3, -0.2]);
        let x: Vec<f64> = (0..50).map(|i| f64::from(i) / 70.0).collect();
        let targets = x.iter().map(|x| 0.7 - x * x).collect();
        let data = Data::from(Rows { inputs: 1, features: x, targets });
        for precision in [Precision::F64, Precision::F32] {
            let shape = Shape { precision, ..shape.clone() };
            let steps = trace(&shape, &data, &hyper, 3, 1).unwrap();
            let record = train(&shape, &data, std::slice::from_ref(&hyper)).unwrap().remove(0);
            for (step, point) in steps.iter().zip(&record.curve) {
                assert_eq!((step.loss.to_bits(), &step.parameters[..]), (point.loss.to_bits(), &*point.parameters));
            }
            assert_eq!(steps[2].updated, *record.parameters);
        }
    }

    #[test]
    fn predictions_are_outputs() {
        let (shape, _) = run(vec![1, 1], vec![3.0, -8.0]);
        assert_eq!(predict(&shape, 1.0, &[3.0, -8.0], &[3.0, 9.0, 0.0]).unwrap(), [[1.0], [19.0], [-8.0]]);
    }
}
