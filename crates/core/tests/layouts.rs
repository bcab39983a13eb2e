//! Both layouts of the engine give the same bits, in f64 and in f32, for networks of any widths, on every instruction set.

mod common;

use common::{hyper, shape};
use etascape_core::{
    Activation, Adagrad, Adam, CurveSteps, Data, Hyper, InstructionSet, Layout, LearningRate, Loss, Optimizer,
    Parametrization, Patience, Precision, Purpose, RmsProp, Rows, RunRecord, Schedule, ScheduleKind, Scheme, Sgd,
    Shape, Start, Stream, train_in,
};

fn pick<T: Clone>(stream: &mut Stream, values: &[T]) -> T {
    values[stream.below(values.len() as u64) as usize].clone()
}

/// A width: small, or near a multiple of the lanes, up to 70.
fn width(stream: &mut Stream) -> usize {
    let near = pick(stream, &[1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 47, 48, 49, 64, 65]);
    if stream.uniform() < 0.5 { near } else { 1 + stream.below(70) as usize }
}

/// A task drawn at random, with some runs.
fn drawn(seed: u64) -> (Shape, Data, Vec<Hyper>) {
    let mut stream = Stream::new(seed, Purpose::Generator, 0);
    let s = &mut stream;
    let loss = pick(s, &[Loss::HalfSse, Loss::Mse, Loss::Mae, Loss::Huber, Loss::Bce, Loss::CrossEntropy]);
    let mut widths: Vec<usize> = (0..1 + s.below(4)).map(|_| width(s)).collect();
    widths.push(if loss == Loss::CrossEntropy { 2 + s.below(20) as usize } else { 1 });
    let rows = pick(s, &[1, 2, 5, 6, 7, 11, 63, 64, 65, 100, 130]);
    let mut task = shape(&widths, s.uniform() < 0.7, &[], pick(s, &[3, 7, 20]));
    (task.loss, task.start) = (loss, Start::Drawn(Scheme::GlorotNormal));
    task.precision = pick(s, &[Precision::F64, Precision::F32]);
    task.network = task.network.activation(pick(
        s,
        &[
            Activation::Tanh,
            Activation::Relu,
            Activation::Sigmoid,
            Activation::Gelu,
            Activation::Softplus,
            Activation::Identity,
        ],
    ));
    let parametrizations = [Parametrization::Standard, Parametrization::Ntk, Parametrization::MeanField];
    task.network = task.network.parametrization(pick(s, &parametrizations));
    task.optimizer = pick(
        s,
        &[
            Sgd::default().into(),
            Sgd { nesterov: true, ..Sgd::default() }.into(),
            Adagrad::default().into(),
            RmsProp::default().into(),
            RmsProp { centered: true, ..RmsProp::default() }.into(),
            Adam::default().into(),
            Adam { amsgrad: true, ..Adam::adamw() }.into(),
        ],
    );
    task.schedule = Schedule { kind: ScheduleKind::Cosine { alpha: 0.1 }, warmup_steps: s.below(4) };
    task.patience = pick(s, &[None, Some(Patience { steps: 5, min_delta: 1e-4 })]);
    task.curve = pick(s, &[CurveSteps::None, CurveSteps::Every(1), CurveSteps::Every(3)]);
    (task.log_parameters, task.trainability) = (s.uniform() < 0.5, s.uniform() < 0.5);
    task.batch_size = pick(s, &[0, 1, 3, 64]);
    (task.evaluate_every, task.log_batch_loss) = (pick(s, &[0, 1, 3]), s.uniform() < 0.5);
    let classes = widths[widths.len() - 1].max(2) as u64;
    let mut draw = |count: usize| Rows {
        inputs: widths[0],
        features: (0..count * widths[0]).map(|_| s.normal()).collect(),
        targets: (0..count)
            .map(|_| if loss.is_classification() { s.below(classes) as f64 } else { s.normal() })
            .collect(),
    };
    let data = Data::new(draw(rows), draw(4));
    let run = |index: usize| {
        let mut run = hyper(task.optimizer, libm::pow(10.0, -3.0 + index as f64 / 2.0));
        run.seed = index as u64;
        run.gain = 1.0 + 0.1 * (index % 5) as f64;
        if index % 3 == 1 {
            let layers = widths.len() - 1;
            run.learning_rate = LearningRate::PerLayer((0..layers).map(|l| 0.01 * (1 + l) as f64).collect());
        }
        (run.diverged_factor, run.converged_below) = ([1e3, f64::INFINITY][index % 2], 1e-3 * index as f64);
        run.optimizer = match task.optimizer {
            Optimizer::Sgd(sgd) => Sgd { momentum: 0.1 * index as f64, weight_decay: 0.01, ..sgd }.into(),
            Optimizer::Adagrad(adagrad) => Adagrad { lr_decay: 0.1, ..adagrad }.into(),
            Optimizer::RmsProp(rmsprop) => RmsProp { momentum: 0.1 * index as f64, ..rmsprop }.into(),
            Optimizer::Adam(adam) => Adam { weight_decay: 0.01 * index as f64, ..adam }.into(),
        };
        run
    };
    let runs = (0..5).map(run).collect();
    (task, data, runs)
}

/// Compared as text, which shows every bit of a number and lets NaN equal NaN.
fn texts(records: &[RunRecord]) -> Vec<String> {
    records.iter().map(|record| format!("{record:?}")).collect()
}

#[test]
fn layouts_have_the_same_bits() {
    for seed in 0..120 {
        let (task, data, runs) = drawn(seed);
        let records = |set, layout| texts(&train_in(layout, set, &task, &data, &mut runs.iter()).unwrap());
        let expected = records(InstructionSet::best(), Layout::Narrow);
        assert_eq!(expected.len(), runs.len());
        for set in InstructionSet::available() {
            assert!(records(set, Layout::Wide) == expected, "case {seed}, {set:?}: {task:?}");
        }
    }
}
