//! Whatever does not fit together is refused with an error that says what it is, and nothing panics.

mod common;

use common::{data, hyper, rows, seed_problem, shape};
use etascape_core::theory::linear;
use etascape_core::{
    Adam, CurveSteps, Data, Error, Hessian, Hyper, LearningRate, Loss, Network, Optimizer, Precision, Rows, Sgd, Shape,
    Start, predict, sharpness, starting_parameters, trace, train,
};

fn plain() -> Optimizer {
    Optimizer::default()
}

/// What training says of a shape on data.
fn refused(shape: &Shape, data: &Data) -> Error {
    train(shape, data, &[hyper(plain(), 0.1)]).unwrap_err()
}

#[test]
fn data_that_do_not_fit_the_shape_are_refused() {
    let asked = shape(&[1, 1], true, &[0.0, 0.0], 3);
    assert_eq!(refused(&asked, &Data::default()), Error::NoRows);
    let uneven = Rows { inputs: 2, features: vec![1.0; 3], targets: vec![0.0; 2] };
    assert_eq!(refused(&asked, &Data::from(uneven.clone())), Error::Features { found: 3, rows: 2, inputs: 2 });
    assert_eq!(refused(&asked, &data(&[&[1.0, 2.0]], &[0.0])), Error::Inputs { found: 2, expected: 1 });
    let held_out = Data::new(rows(&[&[1.0]], &[0.0]), uneven);
    assert!(matches!(refused(&asked, &held_out), Error::Features { .. }), "held-out rows count too");
    let huge = Rows { inputs: usize::MAX, features: Vec::new(), targets: vec![0.0; 2] };
    assert!(matches!(refused(&asked, &Data::from(huge)), Error::Features { .. }));
}

#[test]
fn losses_take_their_outputs_and_targets() {
    let two = shape(&[1, 2], true, &[0.0; 4], 3);
    assert_eq!(refused(&two, &seed_problem()), Error::Outputs { loss: Loss::HalfSse, found: 2 });
    let classes = Shape { loss: Loss::CrossEntropy, ..two };
    assert_eq!(refused(&classes, &data(&[&[1.0], &[2.0]], &[1.0, 2.0])), Error::Class { row: 1, target: 2.0, last: 1 });
    let binary = Shape { loss: Loss::Bce, ..shape(&[1, 1], true, &[0.0; 2], 3) };
    assert_eq!(refused(&binary, &data(&[&[1.0]], &[0.5])), Error::Class { row: 0, target: 0.5, last: 1 });
    assert!(matches!(refused(&binary, &data(&[&[1.0]], &[f64::NAN])), Error::Class { .. }));
}

/// The largest number of f32 is 3.4e38.
#[test]
fn rows_beyond_the_range_of_f32_are_refused_where_runs_are_computed_in_it() {
    let exact = shape(&[1, 1], true, &[0.0, 0.0], 3);
    let asked = Shape { precision: Precision::F32, ..exact.clone() };
    for (feature, target, value) in [(1e39, 0.0, 1e39), (1.0, -4e38, -4e38)] {
        let all = rows(&[&[1.0], &[feature]], &[1.0, target]);
        assert_eq!(refused(&asked, &Data::from(all.clone())), Error::Range { row: 1, value });
        assert_eq!(
            refused(&asked, &Data::new(rows(&[&[1.0]], &[1.0]), all.clone())),
            Error::Range { row: 1, value },
            "held-out rows count too"
        );
        assert!(train(&exact, &Data::from(all), &[hyper(plain(), 0.1)]).is_ok());
    }
    assert!(train(&asked, &data(&[&[3.4e38]], &[1e-60]), &[hyper(plain(), 0.1)]).is_ok());
}

/// In blocks that take every step together, and where many steps are taken between two looks.
#[test]
fn a_run_that_does_not_fit_its_shape_is_refused_wherever_it_stands() {
    let small = shape(&[1, 1], true, &[0.0, 0.0], 40);
    let large = Shape { trainability: true, ..small.clone() };
    let good = hyper(plain(), 0.01);
    let rates = LearningRate::PerLayer([0.1, 0.2].into());
    let kinds = [Adam::default().into(), Sgd { nesterov: true, ..Sgd::default() }.into()];
    let wrong = kinds.map(|run| (Hyper { optimizer: run, ..good.clone() }, Error::Optimizer { run, shape: plain() }));
    let wrong = wrong.into_iter().chain([
        (Hyper { learning_rate: rates, ..good.clone() }, Error::LearningRates { found: 2, expected: 1 }),
        (
            Hyper { init_w: Some([1.0; 3].into_iter().collect()), ..good.clone() },
            Error::StartingWeights { found: 3, expected: 1 },
        ),
    ]);
    for (bad, error) in wrong {
        for place in [0, 1, 40] {
            let mut runs = vec![good.clone(); 41];
            runs[place] = bad.clone();
            for shape in [&small, &large] {
                assert_eq!(train(shape, &seed_problem(), &runs), Err(error.clone()), "run {place}");
            }
        }
        assert_eq!(trace(&small, &seed_problem(), &bad, 1, 1), Err(error.clone()));
        assert_eq!(starting_parameters(&small, &bad), Err(error));
    }
}

#[test]
fn parameters_that_are_not_as_many_as_the_networks_are_refused() {
    let asked = shape(&[1, 1], true, &[0.0], 3);
    let error = Error::Parameters { found: 1, expected: 2 };
    let rows = rows(&[&[1.0]], &[0.0]);
    assert_eq!(refused(&asked, &seed_problem()), error);
    assert_eq!(sharpness(&asked, &rows, 1.0, &[0.0]), Err(error.clone()));
    assert_eq!(Hessian::at(&asked, &rows, 1.0, &[0.0]).err(), Some(error.clone()));
    assert_eq!(predict(&asked, 1.0, &[0.0], &[1.0]), Err(error));
    let wide = shape(&[2, 1], true, &[0.0; 3], 3);
    assert_eq!(predict(&wide, 1.0, &[0.0; 3], &[1.0; 3]), Err(Error::Features { found: 3, rows: 1, inputs: 2 }));
    let theory = linear(&shape(&[1, 1], true, &[0.0; 2], 3), &seed_problem()).unwrap();
    let other = data(&[&[1.0, 2.0]], &[0.0]);
    let found = theory.origin(&wide, &other, &hyper(plain(), 0.1));
    assert_eq!(found, Err(Error::Parameters { found: 3, expected: 2 }));
}

/// Numbers at their ends that make sense, if little.
#[test]
fn no_steps_and_intervals_of_0_are_no_errors() {
    let asked = Shape { curve: CurveSteps::Every(0), ..shape(&[1, 1], true, &[0.0, 0.0], 2) };
    assert_eq!(train(&asked, &seed_problem(), &[hyper(plain(), 0.001)]).unwrap()[0].curve.len(), 3);
    for trainability in [false, true] {
        let still = Shape { steps: 0, trainability, ..asked.clone() };
        let record = train(&still, &seed_problem(), &[hyper(plain(), 0.001)]).unwrap().remove(0);
        assert_eq!((record.steps, record.initial_loss, record.final_loss), (0, 109.0, 109.0));
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let widths = Network::new([3]).unwrap_err().to_string();
    assert_eq!(widths, "widths [3] make no network: a number of inputs and one of outputs at least, each 1 or more");
    let start = Shape { start: Start::Given([0.0].into()), ..shape(&[1, 1], true, &[], 3) };
    let said = refused(&start, &seed_problem()).to_string();
    assert_eq!(said, "1 parameters are given, the network has 2");
}
