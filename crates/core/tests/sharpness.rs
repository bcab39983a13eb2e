//! The sharpness against closed forms, differences and dense Hessians, and where it stands in the curves.

mod common;
mod task;

use common::{assert_close, data, hyper, seed_problem, shape, train_one};
use etascape_core::{
    Activation, CurveSteps, Data, Hessian, InstructionSet, LearningRate, Loss, Optimizer, Parametrization, Purpose,
    Rows, Sgd, Shape, Start, StopReason, Stream, sharpness, theory, trace, train_with,
};
use task::{ACTIVATIONS, GAIN, LOSSES, rows, start, task};

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });

/// Every task with two hidden layers, and every loss with every parametrisation, with and without hidden layers and
/// biases.
fn tasks() -> Vec<Shape> {
    let of_activation = |activation| LOSSES.map(|loss| task(loss, activation, 2, Parametrization::Standard, true));
    let mut tasks: Vec<Shape> = ACTIVATIONS.into_iter().flat_map(of_activation).collect();
    for parametrization in [Parametrization::Standard, Parametrization::Ntk, Parametrization::MeanField] {
        for (hidden, bias) in [(0, true), (0, false), (3, true), (3, false)] {
            tasks.extend(LOSSES.map(|loss| task(loss, Activation::Tanh, hidden, parametrization, bias)));
        }
    }
    tasks
}

/// The gradient that the engine descends along.
fn gradient(task: &Shape, data: &Data, parameters: Vec<f64>) -> Vec<f64> {
    let mut run = hyper(SGD, 0.0);
    run.gain = GAIN;
    let there = Shape { start: Start::Given(parameters.into()), ..task.clone() };
    trace(&there, data, &run, 1, 0).unwrap().remove(0).gradient
}

fn length(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn direction(size: usize, index: u64) -> Vec<f64> {
    let mut stream = Stream::new(3, Purpose::Init, index);
    let v: Vec<f64> = (0..size).map(|_| stream.normal()).collect();
    let length = length(&v);
    v.into_iter().map(|x| x / length).collect()
}

/// The Hessian column by column, from its products with the axes.
fn dense(hessian: &Hessian<'_>, size: usize) -> Vec<Vec<f64>> {
    let axis = |p: usize| (0..size).map(|q| f64::from(p == q)).collect::<Vec<f64>>();
    (0..size).map(|p| hessian.times(&axis(p))).collect()
}

/// Whether all eigenvalues of a symmetric matrix M lie below x, which they do exactly if `xI − M` has Cholesky's factor.
fn all_below(x: f64, matrix: &[Vec<f64>]) -> bool {
    let mut factor: Vec<Vec<f64>> = Vec::new();
    for (i, column) in matrix.iter().enumerate() {
        let mut row: Vec<f64> = Vec::new();
        for j in 0..i {
            let known: f64 = row.iter().zip(&factor[j]).map(|(a, b)| a * b).sum();
            row.push((-column[j] - known) / factor[j][j]);
        }
        let pivot = x - column[i] - row.iter().map(|a| a * a).sum::<f64>();
        if pivot <= 0.0 {
            return false;
        }
        row.push(pivot.sqrt());
        factor.push(row);
    }
    true
}

/// Asserts that two vectors agree to a share of the expected one's length.
#[track_caller]
fn assert_near(actual: &[f64], expected: &[f64], tolerance: f64, task: &Shape) {
    let errors: Vec<f64> = actual.iter().zip(expected).map(|(a, b)| a - b).collect();
    let (error, scale) = (length(&errors), length(expected));
    assert_eq!(actual.len(), expected.len());
    assert!(error <= tolerance * scale, "{:?}, {:?}: off by {error:e} of {scale:e}", task.loss, task.network);
}

#[test]
fn what_the_products_differentiate_is_the_gradient_of_the_engine() {
    for task in tasks() {
        let (data, at) = (rows(task.loss), start(&task));
        let own = Hessian::at(&task, &data.train, GAIN, &at).unwrap().gradient();
        assert_near(&own, &gradient(&task, &data, at.clone()), 1e-14, &task);
    }
}

/// At the drawn parameters no kink lies within reach of the differences, whose error is of order h⁴ (Richardson).
#[test]
fn products_agree_with_differences_of_the_gradient() {
    for task in tasks() {
        let (data, at) = (rows(task.loss), start(&task));
        let v = direction(at.len(), 1);
        let slope = |h: f64| -> Vec<f64> {
            let shifted = |h: f64| gradient(&task, &data, at.iter().zip(&v).map(|(x, v)| x + h * v).collect());
            shifted(h).iter().zip(shifted(-h)).map(|(above, below)| (above - below) / (2.0 * h)).collect()
        };
        let (fine, coarse) = (slope(5e-4), slope(1e-3));
        let expected: Vec<f64> = fine.iter().zip(coarse).map(|(fine, coarse)| (4.0 * fine - coarse) / 3.0).collect();
        let product = Hessian::at(&task, &data.train, GAIN, &at).unwrap().times(&v);
        if length(&product) == 0.0 {
            assert!(length(&expected) < 1e-11, "{task:?}");
        } else {
            assert_near(&product, &expected, 1e-9, &task);
        }
    }
}

#[test]
fn it_is_the_largest_eigenvalue_of_the_dense_hessian() {
    for task in tasks() {
        let (data, at) = (rows(task.loss), start(&task));
        let matrix = dense(&Hessian::at(&task, &data.train, GAIN, &at).unwrap(), at.len());
        let size = at.len();
        let skew = (0..size).flat_map(|p| (0..size).map(move |q| (p, q))).map(|(p, q)| matrix[p][q] - matrix[q][p]);
        let norm = length(&matrix.concat());
        assert!(length(&skew.collect::<Vec<f64>>()) <= 1e-14 * norm, "not symmetric: {task:?}");
        let found = sharpness(&task, &data.train, GAIN, &at).unwrap();
        let error = 1e-10 * norm + f64::MIN_POSITIVE;
        assert!(all_below(found + error, &matrix), "{found} is too small: {:?}, {:?}", task.loss, task.network);
        assert!(!all_below(found - error, &matrix), "{found} is too large: {:?}, {:?}", task.loss, task.network);
    }
}

/// Networks of few and of many units on few rows, which fill a vector or do not.
#[test]
fn it_is_that_of_the_dense_hessian_on_few_rows() {
    for (index, count) in [1, 4, 8, 9, 20].into_iter().enumerate() {
        for widths in [&[2, 2, 1][..], &[2, 3, 5, 1], &[2, 16, 16, 1], &[1, 9, 8, 7, 6, 1]] {
            let mut task = shape(widths, true, &[], 1);
            task.loss = Loss::Mse;
            task.network.activation = ACTIVATIONS[index];
            let at = direction(task.network.parameters(), 5);
            let at: Vec<f64> = at.iter().map(|x| 5.0 * x).collect();
            let v = direction(count * (widths[0] + 1), 7);
            let (features, targets) = v.split_at(count * widths[0]);
            let rows = Rows { inputs: widths[0], features: features.to_vec(), targets: targets.to_vec() };
            let matrix = dense(&Hessian::at(&task, &rows, GAIN, &at).unwrap(), at.len());
            let error = 1e-10 * length(&matrix.concat()) + f64::MIN_POSITIVE;
            let found = sharpness(&task, &rows, GAIN, &at).unwrap();
            assert!(
                all_below(found + error, &matrix) && !all_below(found - error, &matrix),
                "{count} rows, {widths:?}"
            );
        }
    }
}

/// H = [[90, 12], [12, 2]] for half the sum of squares: λ = 46 ± √(44² + 12²).
#[test]
fn the_seed_problem_by_hand() {
    let mut task = shape(&[1, 1], true, &[3.0, -8.0], 1);
    let rows = seed_problem().train;
    let exact = 46.0 + f64::sqrt(44.0 * 44.0 + 144.0);
    assert_close(sharpness(&task, &rows, 1.0, &[3.0, -8.0]).unwrap(), exact, 1e-14, "half_sse");
    assert_close(sharpness(&task, &rows, 1.0, &[-70.0, 1e3]).unwrap(), exact, 1e-14, "the same everywhere");
    task.loss = Loss::Mse;
    assert_close(sharpness(&task, &rows, 1.0, &[3.0, -8.0]).unwrap(), exact, 1e-14, "2/n = 1");
    let limit = theory::linear(&task, &seed_problem()).unwrap().stability_limit;
    assert_close(2.0 / sharpness(&task, &rows, 1.0, &[3.0, -8.0]).unwrap(), limit, 1e-14, "2/λmax");
}

/// XᵀX of many rows, scaled by 2/n and by the parametrisation.
#[test]
fn linear_models_have_the_sharpness_of_their_theory() {
    let mut stream = Stream::new(8, Purpose::Generator, 0);
    let features: Vec<f64> = (0..5 * 300).map(|_| stream.normal()).collect();
    let train = Rows { inputs: 5, features, targets: (0..300).map(|_| stream.normal()).collect() };
    let data = Data::new(train, Rows::default());
    for parametrization in [Parametrization::Standard, Parametrization::Ntk, Parametrization::MeanField] {
        for loss in [Loss::HalfSse, Loss::Mse] {
            let mut task = shape(&[5, 1], true, &[0.0; 6], 1);
            (task.loss, task.network.parametrization) = (loss, parametrization);
            let largest = theory::linear(&task, &data).unwrap().eigenvalues[0];
            assert_close(sharpness(&task, &data.train, 1.0, &[0.5; 6]).unwrap(), largest, 1e-13, "λmax");
        }
    }
}

/// y = b a(w x) with w = b = 0 has the Hessian [[0, c], [c, 0]], c = −Σ x t: a saddle.
#[test]
fn saddles_and_maxima() {
    let task = shape(&[1, 1, 1], false, &[0.0, 0.0], 1);
    let rows = data(&[&[1.0], &[2.0]], &[3.0, -5.0]).train;
    assert_close(sharpness(&task, &rows, 1.0, &[0.0, 0.0]).unwrap(), 7.0, 1e-14, "|c|");
    // y = b only: ½(t − y)² along b, and nothing along w.
    let rows = data(&[&[0.0]], &[4.0]).train;
    assert_eq!(sharpness(&task, &rows, 1.0, &[2.0, 1.0]).unwrap(), 0.0);
}

/// A shape with the sharpness at every third step, logged at 0, 5, 10 … besides.
fn logged(loss: Loss) -> Shape {
    let mut task = task(loss, Activation::Tanh, 2, Parametrization::Ntk, true);
    (task.steps, task.curve, task.sharpness_every) = (20, CurveSteps::Every(5), 3);
    task
}

#[test]
fn curves_hold_it_at_its_steps_and_nothing_at_the_others() {
    let record = train_one(&logged(Loss::Mse), &rows(Loss::Mse), &hyper(SGD, 0.01));
    let steps: Vec<(u64, bool)> = record.curve.iter().map(|point| (point.step, point.sharpness.is_some())).collect();
    let expected = [0, 3, 5, 6, 9, 10, 12, 15, 18, 20].map(|step| (step, step % 3 == 0));
    assert_eq!(steps, expected);
}

#[test]
fn it_is_of_the_parameters_at_its_step_and_changes_no_training() {
    let task = Shape { log_parameters: true, ..logged(Loss::HalfSse) };
    let data = rows(Loss::HalfSse);
    let run = hyper(SGD, 0.01);
    let record = train_one(&task, &data, &run);
    for point in &record.curve {
        let there = (point.step % 3 == 0).then(|| sharpness(&task, &data.train, run.gain, &point.parameters).unwrap());
        assert_eq!(point.sharpness.map(f64::to_bits), there.map(f64::to_bits));
    }
    let without = train_one(&Shape { sharpness_every: 0, ..task }, &data, &run);
    assert_eq!(record.final_loss.to_bits(), without.final_loss.to_bits());
    assert_eq!(record.parameters, without.parameters);
}

/// The one neuron, whose steps are otherwise taken a window at a time.
#[test]
fn it_changes_no_training_of_a_neuron() {
    let task = Shape { sharpness_every: 7, ..shape(&[1, 1], true, &[3.0, -8.0], 40) };
    let run = hyper(SGD, 0.02);
    let record = train_one(&task, &seed_problem(), &run);
    let without = train_one(&Shape { sharpness_every: 0, ..task }, &seed_problem(), &run);
    assert_eq!(common::losses(&record), common::losses(&without));
    assert_eq!(record.curve.iter().filter(|point| point.sharpness.is_some()).count(), 6);
}

#[test]
fn the_same_bits_with_all_instructions_and_neighbours() {
    for loss in LOSSES {
        let (task, data) = (logged(loss), rows(loss));
        let run = |index: u32| hyper(SGD, 0.01 * f64::from(index));
        let runs: Vec<_> = (0..11).map(run).collect();
        let bits = |set: InstructionSet| -> Vec<Vec<Option<u64>>> {
            let records = train_with(set, &task, &data, &mut runs.iter()).unwrap();
            records
                .iter()
                .map(|run| run.curve.iter().map(|point| point.sharpness.map(f64::to_bits)).collect())
                .collect()
        };
        let portable = bits(InstructionSet::Portable);
        for set in InstructionSet::available() {
            assert_eq!(bits(set), portable, "{}", set.name());
        }
        for (run, expected) in runs.iter().zip(&portable) {
            let alone = train_one(&task, &data, run);
            let alone: Vec<Option<u64>> = alone.curve.iter().map(|point| point.sharpness.map(f64::to_bits)).collect();
            assert_eq!(alone, *expected);
        }
    }
}

#[test]
fn a_run_that_left_has_none() {
    let mut run = hyper(SGD, 0.0);
    run.learning_rate = LearningRate::Same(1e200);
    let mut task = Shape { sharpness_every: 1, ..shape(&[1, 2, 1], true, &[1.0; 7], 9) };
    task.network.activation = Activation::Relu;
    let record = train_one(&task, &seed_problem(), &run);
    assert_eq!(record.stop_reason, StopReason::Diverged);
    let last = record.curve.last().unwrap();
    assert!(!last.loss.is_finite() && last.sharpness.is_some_and(f64::is_nan), "{last:?}");
}
