//! Many runs at once: each is what it would be alone, and what the oracle makes of it.

mod common;
mod oracle;

use common::{hyper, shape, train_one};
use etascape_core::{
    Activation, Adagrad, Adam, CurveSteps, Data, Hyper, InstructionSet, Layout, LearningRate, Loss, Optimizer,
    Parametrization, Patience, Precision, Purpose, RmsProp, Rows, RunRecord, Schedule, ScheduleKind, Sgd, Shape, Start,
    StopReason, Stream, theory, train, train_in, train_with,
};

const PRECISIONS: [Precision; 2] = [Precision::F64, Precision::F32];

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });

fn regression(loss: Loss) -> Data {
    let mut stream = Stream::new(2, Purpose::Generator, 0);
    let mut rows = |count: usize| Rows {
        inputs: 3,
        features: (0..3 * count).map(|_| stream.normal()).collect(),
        targets: (0..count)
            .map(|row| if loss.is_classification() { (row % 2) as f64 } else { stream.normal() })
            .collect(),
    };
    Data::new(rows(9), rows(4))
}

/// Every instruction set of this machine, in both layouts.
fn engines() -> impl Iterator<Item = (InstructionSet, Layout)> {
    InstructionSet::available().into_iter().flat_map(|set| [(set, Layout::Narrow), (set, Layout::Wide)])
}

/// A network of 3-5-4-2 or …-1 whose runs end in every way at many different steps.
fn task(loss: Loss, optimizer: Optimizer, activation: Activation) -> Shape {
    let outputs = if loss == Loss::CrossEntropy { 2 } else { 1 };
    let mut task = shape(&[3, 5, 4, outputs], true, &[], 60);
    let mut stream = Stream::new(9, Purpose::Init, 0);
    task.start = Start::Given((0..task.network.parameters()).map(|_| 0.5 * stream.normal()).collect());
    (task.loss, task.optimizer, task.network.activation) = (loss, optimizer, activation);
    task.network.parametrization = Parametrization::Ntk;
    task.schedule = Schedule { kind: ScheduleKind::Cosine { alpha: 0.1 }, warmup_steps: 5 };
    task.patience = Some(Patience { steps: 25, min_delta: 1e-4 });
    task.curve = CurveSteps::Every(7);
    task.trainability = true;
    task
}

fn runs(optimizer: Optimizer, count: usize) -> Vec<Hyper> {
    let run = |index: usize| {
        let mut run = hyper(optimizer, 0.0);
        let rate = libm::pow(10.0, -3.0 + 2.0 * (index % 11) as f64 / 10.0);
        run.learning_rate = LearningRate::PerLayer([rate, 2.0 * rate, 0.5 * rate].into());
        run.gain = 1.0 + 0.1 * (index % 5) as f64;
        let (momentum, weight_decay) = (0.1 * (index % 7) as f64, 0.01 * (index % 3) as f64);
        run.optimizer = match optimizer {
            Optimizer::Sgd(sgd) => Sgd { momentum, weight_decay, ..sgd }.into(),
            Optimizer::Adagrad(adagrad) => Adagrad { weight_decay, lr_decay: momentum, ..adagrad }.into(),
            Optimizer::RmsProp(rmsprop) => RmsProp { momentum, weight_decay, ..rmsprop }.into(),
            Optimizer::Adam(adam) => Adam { weight_decay, ..adam }.into(),
        };
        run.converged_below = 0.02 * (index % 13) as f64;
        (run.diverged_factor, run.diverged_above) = ([1.0, 1.5, 10.0, f64::INFINITY][index % 4], 40.0);
        run
    };
    (0..count).map(run).collect()
}

/// Runs of [`task`] that end in every way, at many different steps, in no order.
fn ending_runs() -> Vec<Hyper> {
    let mut all = runs(SGD, 150);
    for (index, run) in all.iter_mut().enumerate() {
        match index % 4 {
            0 => run.learning_rate = LearningRate::Same(50.0),
            1 => run.converged_below = 0.0,
            2 => run.learning_rate = LearningRate::Same(1e-9),
            _ => run.converged_below = 2.0,
        }
    }
    all
}

/// Compared as text, which shows every bit of a number and lets NaN equal NaN.
fn text(record: &RunRecord) -> String {
    format!("{record:?}")
}

#[test]
fn a_record_depends_on_the_run_alone() {
    let (mut task, data) = (task(Loss::HalfSse, SGD, Activation::Tanh), regression(Loss::HalfSse));
    let all = ending_runs();
    task.log_batch_loss = true;
    let batches = [(0, 0), (3, 0), (3, 4), (8, 1)];
    for ((batch_size, evaluate_every), precision) in batches.into_iter().flat_map(|one| PRECISIONS.map(|p| (one, p))) {
        (task.batch_size, task.evaluate_every, task.precision) = (batch_size, evaluate_every, precision);
        let alone: Vec<String> = all.iter().map(|run| text(&train_one(&task, &data, run))).collect();
        for count in [0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 150] {
            let together = train(&task, &data, &all[..count]).unwrap();
            assert!(
                together.iter().map(text).eq(alone[..count].iter().cloned()),
                "{count} of batch {batch_size}, {precision:?}"
            );
        }
        let reversed: Vec<Hyper> = all.iter().rev().cloned().collect();
        let records = train(&task, &data, &reversed).unwrap();
        assert!(records.iter().map(text).eq(alone.iter().rev().cloned()), "in another order");
    }
}

#[test]
fn the_runs_compared_end_in_every_way_at_many_steps() {
    let task = task(Loss::HalfSse, SGD, Activation::Tanh);
    let all = ending_runs();
    let records = train(&task, &regression(Loss::HalfSse), &all).unwrap();
    for status in [StopReason::Converged, StopReason::Diverged, StopReason::Plateau, StopReason::MaxSteps] {
        assert!(records.iter().any(|record| record.stop_reason == status), "no run that ended as {status:?}");
    }
    let mut steps: Vec<u64> = records.iter().map(|record| record.steps).collect();
    steps.sort_unstable();
    steps.dedup();
    assert!(steps.len() > 8, "{steps:?}");
}

fn optimizers() -> [Optimizer; 9] {
    [
        SGD,
        Sgd { nesterov: true, ..Sgd::default() }.into(),
        Adagrad::default().into(),
        RmsProp::default().into(),
        RmsProp { centered: true, ..RmsProp::default() }.into(),
        Adam::default().into(),
        Adam { amsgrad: true, ..Adam::default() }.into(),
        Adam::adamw().into(),
        Adam { amsgrad: true, ..Adam::adamw() }.into(),
    ]
}

const LOSSES: [Loss; 6] = [Loss::HalfSse, Loss::Mse, Loss::Mae, Loss::Huber, Loss::Bce, Loss::CrossEntropy];

const ACTIVATIONS: [Activation; 6] = [
    Activation::Tanh,
    Activation::Relu,
    Activation::Sigmoid,
    Activation::Gelu,
    Activation::Softplus,
    Activation::Identity,
];

/// To the bit, on every instruction set of this machine and in both precisions: 11 runs, or 19 in f32, leave a lane of any
/// width partly filled, and batches of 4 rows out of 9 straddle epochs. Every optimiser comes with every activation, each pair with
/// two of the losses.
#[test]
fn every_lane_is_what_the_oracle_makes_of_its_run() {
    for (which, loss) in LOSSES.into_iter().enumerate() {
        let data = regression(loss);
        let pairs = optimizers().into_iter().flat_map(|o| ACTIVATIONS.map(|a| (o, a)));
        for (index, (optimizer, activation)) in pairs.enumerate() {
            if !(index / ACTIVATIONS.len() + index + which).is_multiple_of(3) {
                continue;
            }
            let mut task = task(loss, optimizer, activation);
            // Every optimiser and every activation in full batches and in small ones.
            task.batch_size = [0, 4][(index + index / ACTIVATIONS.len()) % 2];
            task.evaluate_every = [0, 1, 5, 1000][index / 2 % 4];
            task.log_batch_loss = index % 3 > 0;
            for (precision, count) in [(Precision::F64, 11), (Precision::F32, 19)] {
                task.precision = precision;
                check(&task, &data, &runs(optimizer, count), &format!("{loss:?}, {optimizer:?}, {activation:?}"));
            }
        }
    }
}

/// Asserts that runs are what the oracle makes of them, to the bit, on every instruction set of this machine. Returns their
/// records as text.
fn check(task: &Shape, data: &Data, runs: &[Hyper], what: &str) -> Vec<String> {
    let expected: Vec<String> = runs.iter().map(|run| text(&oracle::train_one(task, data, run))).collect();
    for (set, layout) in engines() {
        let records = train_in(layout, set, task, data, &mut runs.iter()).unwrap();
        assert_eq!(records.len(), runs.len());
        for ((record, expected), run) in records.iter().zip(&expected).zip(runs) {
            let precision = task.precision;
            assert!(
                text(record) == *expected,
                "{what}, {precision:?}, {set:?}, {layout:?}, {run:?}:\n{record:?}\n{expected}"
            );
        }
    }
    expected
}

/// Small linear models take many steps at a stretch where nothing is due; that must not show. The runs end in every
/// way, at steps near and far, with momentum in some of them.
#[test]
fn small_linear_models_are_what_the_oracle_makes_of_them() {
    for (inputs, bias) in [(1, true), (2, true), (3, true), (4, true), (1, false), (2, false), (3, false), (4, false)] {
        let mut stream = Stream::new(inputs as u64, Purpose::Generator, 0);
        let rows = Rows {
            inputs,
            features: (0..6 * inputs).map(|_| stream.normal()).collect(),
            targets: (0..6).map(|_| stream.normal()).collect(),
        };
        let data = Data::new(rows, Rows::default());
        let start: Vec<f64> = (0..inputs + usize::from(bias)).map(|_| stream.normal()).collect();
        let mut task = shape(&[inputs, 1], bias, &start, 300);
        let least = theory::linear(&task, &data).expect("the model is linear").least_loss;
        let ways = [(CurveSteps::None, 0.0), (CurveSteps::Every(37), 0.0), (CurveSteps::None, 0.5)];
        for ((curve, momentum), precision) in ways.into_iter().flat_map(|way| PRECISIONS.map(|p| (way, p))) {
            (task.curve, task.precision) = (curve, precision);
            let run = |index: usize| {
                let mut run = hyper(SGD, 0.008 * (1 + index % 97) as f64);
                let momentum = if index == 0 { momentum } else { 0.0 };
                run.optimizer = Sgd { momentum, ..Sgd::default() }.into();
                run.converged_below = least + 0.01 * (index % 11) as f64;
                run.diverged_above = if index.is_multiple_of(3) { f64::INFINITY } else { 1e12 };
                run.diverged_factor = [f64::INFINITY, 1.0, 1e6, 1e300][index % 4];
                run
            };
            let runs: Vec<Hyper> = (0..200).map(run).collect();
            let expected = check(&task, &data, &runs, &format!("{inputs} inputs, {curve:?}"));
            for status in ["Converged", "Diverged", "MaxSteps"] {
                assert!(expected.iter().any(|record| record.contains(status)), "{inputs} inputs: none {status}");
            }
        }
    }
}

/// Bounds, starts and rates at the ends of what numbers can say: losses that are subnormal, infinite or not a number, bounds
/// that no loss or every loss meets, a loss exactly at its bound.
#[test]
fn corners_of_the_stop_rules_are_what_the_oracle_makes_of_them() {
    let least = f64::from_bits(1);
    let bounds =
        [f64::NEG_INFINITY, -1.0, -0.0, 0.0, least, 2.0 * least, 1e-160, 0.5, 1e300, f64::MAX, f64::INFINITY, f64::NAN];
    // The third and the fourth have squares of one and five times the least number, whose halves round down to a bound.
    let starts = [0.0, least, 2.3e-162, 5e-162, 1e-160, 1.0, 1e77, 1e154, 1e308, f64::INFINITY, f64::NAN];
    check_corners(Precision::F64, &bounds, &starts);
}

/// The same of f32, with bounds between two of its numbers and beyond them.
#[test]
fn corners_of_the_stop_rules_in_f32_are_what_the_oracle_makes_of_them() {
    let (least, most) = (f64::from(f32::from_bits(1)), f64::from(f32::MAX));
    let bounds = [-1.0, 0.0, 1e-60, least, 1.5 * least, 2.0 * least, 0.5, 0.5 - 1e-12, most, 1e39, f64::MAX, f64::NAN];
    // The second to the fourth have squares of one, three and five times the least number.
    let starts = [0.0, 3.8e-23, 6.5e-23, 8.4e-23, 1e-20, 1.0, 1.0 + 1e-9, 1e15, 1.8e19, 1e30, 1e39, f64::NAN];
    check_corners(Precision::F32, &bounds, &starts);
}

/// A run from each start at each rate with each pair of bounds.
fn check_corners(precision: Precision, bounds: &[f64], starts: &[f64]) {
    let rates = [0.0, 1e-3, 0.5, 1.0, 1.5, 2.0, 3.0, -1.0, 1e300, f64::INFINITY, f64::NAN];
    let factors = [1.0, 1.3, 1e6, 1e300, f64::INFINITY];
    let data = common::data(&[&[1.0]], &[0.0]);
    // With the measure of trainability, steps are taken one by one.
    let ways = [(1, false), (15, false), (16, false), (40, false), (40, true)];
    for (start, (steps, trainability)) in starts.iter().flat_map(|&start| ways.map(|way| (start, way))) {
        let mut task = shape(&[1, 1], false, &[start], steps);
        (task.curve, task.trainability, task.precision) = (CurveSteps::None, trainability, precision);
        // Every pair of bounds with one of the factors, and every factor with a bound that is met by none.
        let with = |rate| {
            let pairs = bounds.iter().flat_map(move |&low| bounds.iter().map(move |&high| (low, high)));
            let pairs = pairs.zip(factors.into_iter().cycle()).map(|((low, high), factor)| (low, high, factor));
            let alone = factors.map(|factor| (f64::NEG_INFINITY, f64::INFINITY, factor));
            pairs.chain(alone).map(move |(low, high, factor)| Hyper {
                converged_below: low,
                diverged_factor: factor,
                diverged_above: high,
                ..hyper(SGD, rate)
            })
        };
        let runs: Vec<Hyper> = rates.into_iter().flat_map(with).collect();
        check(&task, &data, &runs, &format!("from {start:e}"));
    }
}

/// Signs of zero come through: targets of 0 met exactly from starts of 0 leave residuals of −0, and gradients of ±0.
#[test]
fn zeros_keep_their_signs() {
    let cases = [([0.0, 0.0], [0.0, -0.0]), ([0.0, -0.0], [0.0, 0.0]), ([0.0, 1.0], [0.0, -0.0])];
    for ((targets, start), precision) in cases.into_iter().flat_map(|case| PRECISIONS.map(|p| (case, p))) {
        let data = Data::new(Rows { inputs: 1, features: vec![-3.0, -9.0], targets: targets.into() }, Rows::default());
        let task = Shape { precision, ..shape(&[1, 1], true, &start, 20) };
        let runs: Vec<Hyper> = [0.01, -0.01].map(|rate| Hyper { converged_below: -1.0, ..hyper(SGD, rate) }).into();
        check(&task, &data, &runs, &format!("{targets:?} from {start:?}"));
    }
}

/// 500 rows: the loss is that of all of them, to 1e-12, or 1e-5 in f32, at every step of the oracle's way in f64, and a plain
/// run has the same bits beside one with momentum, which keeps its block from long stretches.
#[test]
fn many_rows_of_a_linear_model_train_like_all_of_them() {
    let models = [(1, true), (2, true), (3, false), (6, true)];
    let tolerances = [(Precision::F64, 1e-12), (Precision::F32, 1e-5)];
    for ((inputs, bias), (precision, tolerance)) in models.into_iter().flat_map(|m| tolerances.map(|t| (m, t))) {
        let mut stream = Stream::new(inputs as u64, Purpose::Generator, 1);
        let mut draw = |count: usize| (0..count).map(|_| stream.normal()).collect::<Vec<f64>>();
        let rows = Rows { inputs, features: draw(500 * inputs), targets: draw(500) };
        let data = Data::new(rows, Rows::default());
        let exact = shape(&[inputs, 1], bias, &draw(inputs + usize::from(bias)), 120);
        let task = Shape { precision, ..exact.clone() };
        let run = |index: usize| hyper(SGD, 2e-4 * (1 + index) as f64);
        let mut runs: Vec<Hyper> = (0..9).map(run).collect();
        let alone = train(&task, &data, &runs).unwrap();
        runs.push(run(0));
        runs[9].optimizer = Sgd { momentum: 0.5, ..Sgd::default() }.into();
        let beside = train(&task, &data, &runs).unwrap();
        assert!(alone.iter().map(text).eq(beside[..9].iter().map(text)));
        for (record, run) in beside.iter().zip(&runs) {
            let expected = oracle::train_one(&exact, &data, run);
            for (found, expected) in record.curve.iter().zip(&expected.curve) {
                let error = (found.loss - expected.loss).abs();
                assert!(
                    error <= tolerance * expected.loss,
                    "{inputs}: {} for {} at {}",
                    found.loss,
                    expected.loss,
                    found.step
                );
            }
        }
        for set in InstructionSet::available() {
            let records = train_with(set, &task, &data, &mut runs.iter()).unwrap();
            assert!(records.iter().map(text).eq(beside.iter().map(text)), "{set:?}");
        }
    }
}

/// Sums longer than the blocks that the engine takes them in, and more rows than it takes at once.
#[test]
fn wide_networks_are_what_the_oracle_makes_of_them() {
    for (bias, parametrization) in [(true, Parametrization::Standard), (false, Parametrization::MeanField)] {
        let mut task = shape(&[70, 150, 66, 2], bias, &[], 2);
        let mut stream = Stream::new(5, Purpose::Init, 0);
        task.start = Start::Given((0..task.network.parameters()).map(|_| 0.1 * stream.normal()).collect());
        task.loss = Loss::CrossEntropy;
        task.network.parametrization = parametrization;
        let mut rows = |count: usize| Rows {
            inputs: 70,
            features: (0..70 * count).map(|_| stream.normal()).collect(),
            targets: (0..count).map(|row| (row % 2) as f64).collect(),
        };
        let data = Data::new(rows(37), rows(3));
        for (batch_size, precision) in [0, 21].into_iter().flat_map(|size| PRECISIONS.map(|p| (size, p))) {
            (task.batch_size, task.precision) = (batch_size, precision);
            check(&task, &data, &runs(SGD, 3), &format!("bias {bias}, batches of {batch_size}"));
        }
    }
}

/// The sharpness too: rows, inputs, outputs and directions that fill no vector, and more rows than a panel has.
#[test]
fn the_sharpness_is_what_the_oracle_makes_of_it() {
    for (index, loss) in LOSSES.into_iter().enumerate() {
        for (rows, hidden) in [(5, vec![2]), (70, vec![13, 9])] {
            let outputs = if loss == Loss::CrossEntropy { 3 } else { 1 };
            let mut task = shape(&[&[3], &hidden[..], &[outputs]].concat(), rows == 5, &[], 4);
            let mut stream = Stream::new(index as u64, Purpose::Init, 0);
            task.start = Start::Given((0..task.network.parameters()).map(|_| 0.5 * stream.normal()).collect());
            (task.loss, task.curve, task.sharpness_every) = (loss, CurveSteps::Every(2), 4);
            task.network.activation = ACTIVATIONS[index];
            task.network.parametrization =
                [Parametrization::Standard, Parametrization::Ntk, Parametrization::MeanField][index % 3];
            let features = (0..3 * rows).map(|_| stream.normal()).collect();
            let targets = (0..rows).map(|row| (row % 2) as f64).collect();
            let data = Data::from(Rows { inputs: 3, features, targets });
            let run = |index: usize| Hyper { gain: 1.0 + 0.1 * index as f64, ..hyper(SGD, 0.01 / (1 + index) as f64) };
            let runs: Vec<Hyper> = (0..2).map(run).collect();
            check(&task, &data, &runs, &format!("{loss:?}, {rows} rows"));
        }
    }
}
