//! The theory of linear models, against hand computation, NumPy, and training itself.

mod common;

use common::{assert_close, data, hyper, seed_problem, shape, train_one};
use etascape_core::theory::{Forecast, LinearTheory, Origin, Region, linear};
use etascape_core::{Adam, Data, Hyper, Loss, Optimizer, Parametrization, Sgd, Shape, StopReason};

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });
const START: [f64; 2] = [3.0, -8.0];

fn seed_theory() -> LinearTheory {
    linear(&shape(&[1, 1], true, &START, 1), &seed_problem()).expect("a linear model")
}

/// A start of the seed problem.
fn from(start: [f64; 2]) -> Origin {
    seed_theory().origin(&shape(&[1, 1], true, &start, 1), &seed_problem(), &hyper(SGD, 0.0)).unwrap()
}

/// How a run is to end.
fn forecast(theory: &LinearTheory, shape: &Shape, data: &Data, run: &Hyper) -> Option<Forecast> {
    theory.forecast(&theory.origin(shape, data, run).unwrap(), shape, data, run)
}

/// H = [[90, 12], [12, 2]], so λ = 46 ± √(44² + 12²).
#[test]
fn the_seed_problem_by_hand() {
    let theory = seed_theory();
    let root = f64::sqrt(44.0 * 44.0 + 144.0);
    assert_close(theory.eigenvalues[0], 46.0 + root, 1e-14, "λmax");
    assert_close(theory.eigenvalues[1], 36.0 / (46.0 + root), 1e-12, "λmin: the determinant, 36, over λmax");
    assert_close(theory.eigenvalues[0], 91.6070, 1e-6, "λmax as published in the issue");
    assert_close(theory.eigenvalues[1], 0.392983, 1e-6, "λmin as published in the issue");
    assert_close(theory.stability_limit, 0.0218324, 1e-6, "2/λmax");
    assert_close(theory.best_rate, 2.0 / 92.0, 1e-14, "2 over the trace");
    assert_close(theory.condition_number, 233.1, 1e-3, "λmax/λmin");
    assert_close(theory.solution[0], 1.0, 1e-13, "w");
    assert_close(theory.solution[1], 4.0, 1e-13, "b");
    assert!(theory.least_loss < 1e-24, "{}", theory.least_loss);
}

#[test]
fn the_best_rate_contracts_most_and_the_limit_not_at_all() {
    let theory = seed_theory();
    let condition = theory.condition_number;
    assert_close(
        theory.contraction(theory.best_rate),
        (condition - 1.0) / (condition + 1.0),
        1e-13,
        "at the best rate",
    );
    assert_close(theory.contraction(theory.stability_limit), 1.0, 1e-14, "at the limit");
    assert!(theory.contraction(0.999 * theory.best_rate) > theory.contraction(theory.best_rate));
    assert!(theory.contraction(1.001 * theory.best_rate) > theory.contraction(theory.best_rate));
    assert_eq!(theory.contraction(0.0), 1.0);
}

fn five_inputs() -> Data {
    let features: [[f64; 5]; 8] = [
        [-1.6, -2.6, -0.5, 0.8, 2.3],
        [0.2, -1.1, -1.6, 1.5, 3.3],
        [0.5, -2.5, -1.9, 3.2, 0.4],
        [-3.5, -0.2, -2.3, -1.3, -1.0],
        [-1.4, 1.1, -0.1, -1.2, 0.8],
        [1.7, -3.3, -0.5, -2.0, -0.3],
        [-2.6, 0.0, -0.1, -0.6, -2.1],
        [-0.8, -2.2, -2.7, 0.4, -2.2],
    ];
    let features: Vec<&[f64]> = features.iter().map(|row| row.as_slice()).collect();
    data(&features, &[3.5, 2.1, -6.0, 0.8, -3.3, 0.1, 0.1, -6.0])
}

fn check(theory: &LinearTheory, eigenvalues: &[f64], solution: &[f64], least_loss: f64) {
    assert_eq!((theory.eigenvalues.len(), theory.solution.len()), (6, 6));
    for index in 0..6 {
        assert_close(theory.eigenvalues[index], eigenvalues[index], 1e-13, "eigenvalue");
        assert_close(theory.solution[index], solution[index], 1e-13, "solution");
    }
    assert_close(theory.least_loss, least_loss, 1e-13, "least loss");
}

/// NumPy 2.4: squared singular values of X (`svd`), and `lstsq`.
#[test]
fn five_inputs_agree_with_numpy() {
    let mut asked = shape(&[5, 1], true, &[0.0; 6], 1);
    asked.loss = Loss::Mse;
    let eigenvalues = [
        12.896131323817286,
        10.259589344082361,
        5.507129373272787,
        3.5215891212792503,
        1.0235516621389722,
        0.2720091754093573,
    ];
    let solution = [
        -1.5814559254846938,
        -1.411326036037972,
        0.6709738874055177,
        -1.0884444760991203,
        1.4880444521376124,
        -3.7762114605247015,
    ];
    check(&linear(&asked, &five_inputs()).expect("linear"), &eigenvalues, &solution, 2.6959511289617715);
}

/// As above with weights × 1/5 and the bias × 1/√5: the factors s and r of one layer of five inputs.
#[test]
fn the_scales_of_the_parametrization_enter() {
    let mut asked = shape(&[5, 1], true, &[0.0; 6], 1);
    asked.network.parametrization = Parametrization::MeanField;
    let eigenvalues = [
        3.143262464982085,
        1.6957125148273189,
        0.8957201072533469,
        0.6131360505634879,
        0.1645612155837087,
        0.12440764679005399,
    ];
    let solution = [
        -7.907279627423483,
        -7.056630180189854,
        3.3548694370275776,
        -5.44222238049557,
        7.440222260688053,
        -8.443865523147018,
    ];
    check(&linear(&asked, &five_inputs()).expect("linear"), &eigenvalues, &solution, 10.783804515847088);
}

/// One row (1, 2) with target 10: H = [[1, 2], [2, 4]] has the eigenvalues 5 and 0. The solutions are a line; the one
/// nearest to 0 is (2, 4), and from (2, −1), which is across, the residual −10 is undone along (1, 2).
#[test]
fn directions_without_data_stay_where_they_are() {
    let row = data(&[&[1.0, 2.0]], &[10.0]);
    let theory = linear(&shape(&[2, 1], false, &[0.0, 0.0], 1), &row).expect("linear");
    assert_close(theory.eigenvalues[0], 5.0, 1e-14, "the only eigenvalue above 0");
    assert_eq!((theory.eigenvalues[1], theory.condition_number), (0.0, 1.0));
    assert_close(theory.best_rate, 0.2, 1e-14, "1/λ: one step to the solution");
    for (from, to) in [([0.0, 0.0], [2.0, 4.0]), ([2.0, -1.0], [4.0, 3.0])] {
        let end = theory.solution_from(&from);
        assert_close(end[0], to[0], 1e-14, "first weight");
        assert_close(end[1], to[1], 1e-14, "second weight");
        let start = theory.origin(&shape(&[2, 1], false, &from, 1), &row, &hyper(SGD, 0.1)).unwrap();
        assert_close(theory.expected_loss(&start, 0.1, 0), 50.0, 1e-14, "½ · 10² at the start");
        assert_close(theory.expected_loss(&start, 0.1, 3), 50.0 / 64.0, 1e-14, "halved residual, three times");
    }
}

#[test]
fn there_is_no_theory_of_other_models() {
    let seed = seed_problem();
    let plain = shape(&[1, 1], true, &START, 1);
    assert!(linear(&shape(&[1, 1, 1], true, &[0.0; 4], 1), &seed).is_none(), "a hidden layer");
    assert!(linear(&shape(&[1, 2], true, &[0.0; 4], 1), &seed).is_none(), "two outputs");
    for loss in [Loss::Mae, Loss::Huber, Loss::Bce, Loss::CrossEntropy] {
        assert!(linear(&etascape_core::Shape { loss, ..plain.clone() }, &seed).is_none(), "{loss:?}");
    }
    let zeros = shape(&[1, 1], false, &[0.0], 1);
    assert!(linear(&zeros, &data(&[&[0.0]], &[1.0])).is_none(), "nothing to learn from");
    assert!(linear(&plain, &data(&[&[1e200]], &[1.0])).is_none(), "a Hessian beyond f64");
    let wide = [1.0; 201];
    assert!(linear(&shape(&[201, 1], false, &wide, 1), &data(&[&wide], &[1.0])).is_none(), "too many parameters");
}

/// 0.03 is beyond the stability limit.
#[test]
fn training_has_the_expected_losses() {
    for (rate, steps) in [(1e-3, 1000), (0.02, 1000), (0.0217, 1000), (0.03, 100)] {
        let record = train_one(&shape(&[1, 1], true, &START, steps), &seed_problem(), &hyper(SGD, rate));
        assert_eq!(record.curve.len() as u64, steps + 1);
        for point in &record.curve {
            let expected = seed_theory().expected_loss(&from(START), rate, point.step);
            assert_close(point.loss, expected, 1e-10, &format!("rate {rate}, step {}", point.step));
        }
    }
}

#[test]
fn training_ends_at_the_expected_solution() {
    let start = [0.3, -0.2, 0.5, 0.1, -0.4, 1.0];
    let mut asked = shape(&[5, 1], true, &start, 2000);
    asked.loss = Loss::Mse;
    let theory = linear(&asked, &five_inputs()).expect("linear");
    let record = train_one(&asked, &five_inputs(), &hyper(SGD, theory.best_rate));
    for (actual, expected) in record.parameters.iter().zip(theory.solution_from(&start)) {
        assert_close(*actual, expected, 1e-12, "parameter");
    }
    assert_close(record.final_loss, theory.least_loss, 1e-12, "least loss");
}

#[test]
fn training_converges_in_the_expected_number_of_steps() {
    let theory = seed_theory();
    for rate in [1e-3, 0.01, 0.02, 0.0217] {
        let mut run = hyper(SGD, rate);
        run.converged_below = 1e-6;
        let record = train_one(&shape(&[1, 1], true, &START, 100_000), &seed_problem(), &run);
        assert_eq!(theory.steps_to(1e-6, &from(START), rate), Some(record.steps), "rate {rate}");
    }
}

#[test]
fn some_losses_are_never_reached() {
    let (theory, start) = (seed_theory(), from(START));
    assert_eq!(theory.steps_to(36.1, &start, 0.02), Some(0), "the start is there already");
    assert_eq!(theory.steps_to(1e-6, &start, 0.0), None, "nothing moves");
    assert_eq!(theory.steps_to(1e-6, &start, 0.03), None, "it diverges");
    assert_eq!(theory.steps_to(-1.0, &start, 0.02), None, "below the least loss");
    // Beyond the limit, the flat direction falls before the steep one has risen.
    let start = from([1.0, 40.0]);
    let reached = theory.steps_to(1290.0, &start, 0.02184).expect("it falls from 1296 first");
    assert!(reached > 0 && theory.expected_loss(&start, 0.02184, reached) <= 1290.0);
    assert!(theory.expected_loss(&start, 0.02184, reached - 1) > 1290.0);
    assert!(theory.expected_loss(&start, 0.02184, 10_000) > 1e6);
}

/// A run of the seed problem with the shipped experiment's stop rules.
fn ruled(rate: f64) -> Hyper {
    Hyper { converged_below: 1e-9, diverged_factor: 1e6, ..hyper(SGD, rate) }
}

/// 1/λmax = 0.010916, 2/(λmin + λmax) = 0.021739, 2/λmax = 0.021832.
#[test]
fn regions_lie_between_the_rates_worked_out_by_hand() {
    let theory = seed_theory();
    let regions = [0.01, 0.0109, 0.011, 0.0217, 0.0218, 0.02184].map(|rate| theory.region(rate));
    use Region::*;
    assert_eq!(regions, [Smooth, Smooth, Zigzag, Zigzag, Edge, Diverging]);
    assert!(theory.region(theory.stability_limit) == Diverging && theory.region(theory.best_rate) == Zigzag);
}

/// Below, near and above the limit, one step of training from each prediction at most.
#[test]
fn training_ends_as_forecast() {
    let (theory, data) = (seed_theory(), seed_problem());
    for start in [START, [-4.0, -8.0], [1.0, 40.0]] {
        let shape = shape(&[1, 1], true, &start, 4000);
        for rate in [1e-4, 0.005, 0.0109, 0.015, 0.0217, 0.0218, 0.02183, 0.02184, 0.025, 0.03, 0.1] {
            let record = train_one(&shape, &data, &ruled(rate));
            let forecast = forecast(&theory, &shape, &data, &ruled(rate)).expect("plain descent");
            assert_eq!(forecast.stop_reason, record.stop_reason, "rate {rate} from {start:?}");
            assert!(forecast.steps.abs_diff(record.steps) <= 1, "{forecast:?}, {} at {rate}", record.steps);
        }
    }
}

/// y = w·x with the one point (1, 0): E = ½ w², λ = 1, so each step multiplies E by (1 − η)².
#[test]
fn forecasts_by_hand() {
    let data = data(&[&[1.0]], &[0.0]);
    let shape = shape(&[1, 1], false, &[2.0], 10);
    let theory = linear(&shape, &data).expect("linear");
    let end = |run: &Hyper| forecast(&theory, &shape, &data, run).map(|end| (end.stop_reason, end.steps));
    let at = |rate| end(&ruled(rate));
    assert_eq!(at(1.0), Some((StopReason::Converged, 1)), "Newton's step");
    assert_eq!(at(0.9), Some((StopReason::Converged, 5)), "2 · 0.01ᵏ: 2e-8 after 4, 2e-10 after 5");
    assert_eq!(at(0.5), Some((StopReason::MaxSteps, 10)), "2 · 0.25¹⁰ = 1.9e-6");
    assert_eq!(
        at(11.0),
        Some((StopReason::Diverged, 4)),
        "2 · 100ᵏ: 2e6 after 3, a million times as much; 2e8 after 4"
    );
    assert_eq!(at(2.0), Some((StopReason::MaxSteps, 10)), "from side to side for ever");
    let limited = |diverged_above| end(&Hyper { diverged_above, ..ruled(11.0) });
    assert_eq!(limited(3e4), Some((StopReason::Diverged, 3)), "2e4 after 2");
    assert_eq!(limited(1.0), Some((StopReason::Diverged, 0)), "2 at the start");
    assert_eq!(limited(1e12), at(11.0), "whichever ends it first");
}

/// At the solution, where the gradient is exactly 0, nothing moves at any rate, with a least loss of 0 or above; beside it
/// by a rounding, things do.
#[test]
fn from_the_minimum_nothing_moves() {
    let exact = data(&[&[1.0], &[2.0], &[3.0]], &[5.0, 6.0, 7.0]);
    let inexact = data(&[&[-1.0], &[1.0], &[-1.0], &[1.0]], &[0.0, 2.0, 2.0, 4.0]);
    for (data, start, loss) in [(exact, [1.0, 4.0], 0.0), (inexact, [1.0, 2.0], 2.0)] {
        let shape = shape(&[1, 1], true, &start, 100);
        let theory = linear(&shape, &data).expect("linear");
        let origin = theory.origin(&shape, &data, &hyper(SGD, 0.0)).unwrap();
        assert_eq!(origin.loss, loss);
        for rate in [0.01, 0.1, 1.0, 100.0] {
            for (below, stop_reason, steps) in [(loss, StopReason::Converged, 0), (-1.0, StopReason::MaxSteps, 100)] {
                let run = Hyper { converged_below: below, ..ruled(rate) };
                assert_eq!(forecast(&theory, &shape, &data, &run), Some(Forecast { stop_reason, steps }), "{rate}");
                let record = train_one(&shape, &data, &run);
                assert_eq!((record.stop_reason, record.steps), (stop_reason, steps), "{rate}");
            }
            assert_eq!(theory.steps_to(loss, &origin, rate), Some(0));
            assert_eq!(theory.steps_to(-1.0, &origin, rate), None);
            assert_eq!(theory.expected_loss(&origin, rate, 1000), loss);
        }
    }
}

/// The loss at the start is the engine's own to the bit, so that what it alone decides is certain.
#[test]
fn the_loss_at_the_start_is_that_of_training() {
    for rows in [5, 40, 500] {
        let features: Vec<f64> = (0..2 * rows).map(|i| libm::sin(i as f64)).collect();
        let targets: Vec<f64> = (0..rows).map(|i| libm::cos(3.0 * i as f64)).collect();
        let features: Vec<&[f64]> = features.chunks(2).collect();
        let data = data(&features, &targets);
        for parametrization in [Parametrization::Standard, Parametrization::MeanField] {
            let mut shape = shape(&[2, 1], true, &[0.3, -0.7, 0.1], 1);
            shape.network.parametrization = parametrization;
            let run = hyper(SGD, 0.01);
            let origin = linear(&shape, &data).expect("linear").origin(&shape, &data, &run).unwrap();
            assert_eq!(origin.loss.to_bits(), train_one(&shape, &data, &run).initial_loss.to_bits());
        }
    }
}

/// One row and three parameters: two directions in which the loss does not change.
#[test]
fn directions_without_slope_do_not_matter_to_forecasts() {
    let data = data(&[&[1.0, 2.0]], &[10.0]);
    let start = [0.5, -3.0, 7.0];
    let shape = shape(&[2, 1], true, &start, 1000);
    let theory = linear(&shape, &data).expect("linear");
    assert_eq!(theory.eigenvalues[1..], [0.0, 0.0]);
    assert_eq!(theory.region(theory.best_rate), Region::Smooth);
    for rate in [0.01, 0.3, 0.34] {
        let record = train_one(&shape, &data, &ruled(rate));
        let forecast = forecast(&theory, &shape, &data, &ruled(rate)).expect("plain descent");
        assert_eq!((forecast.stop_reason, forecast.steps), (record.stop_reason, record.steps), "rate {rate}");
    }
}

#[test]
fn other_updates_are_not_forecast() {
    let (theory, data) = (seed_theory(), seed_problem());
    let plain = shape(&[1, 1], true, &START, 100);
    let mut momentum = ruled(0.01);
    momentum.optimizer = Sgd { momentum: 0.9, ..Sgd::default() }.into();
    let mut decay = ruled(0.01);
    decay.optimizer = Sgd { weight_decay: 0.1, ..Sgd::default() }.into();
    let mut batches = plain.clone();
    batches.batch_size = 1;
    let mut patient = plain.clone();
    patient.patience = Some(etascape_core::Patience { steps: 5, min_delta: 0.0 });
    let mut warm = plain.clone();
    warm.schedule.warmup_steps = 10;
    for (shape, hyper) in
        [(&plain, momentum), (&plain, decay), (&batches, ruled(0.01)), (&patient, ruled(0.01)), (&warm, ruled(0.01))]
    {
        assert_eq!(forecast(&theory, shape, &data, &hyper), None);
    }
    let adam = Optimizer::from(Adam::default());
    let shape = etascape_core::Shape { optimizer: adam, ..plain };
    assert_eq!(forecast(&theory, &shape, &data, &hyper(adam, 0.01)), None);
}
