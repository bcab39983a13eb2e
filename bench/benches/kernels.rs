//! Times of the kernels, through the door that training goes through, with the best instructions of this machine.
//!
//! `cargo bench --manifest-path bench/Cargo.toml [-- NAME]` with a part of the names to measure. Elements are steps of runs.

#[path = "../../crates/core/tests/common/mod.rs"]
mod common;

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use etascape_core::{
    Activation, Adam, CurveSteps, Data, Hyper, LearningRate, Loss, Optimizer, Precision, Purpose, Rows, Scheme, Sgd,
    Shape, Start, StopReason, Stream, sharpness, train,
};

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });
const ADAM: Optimizer =
    Optimizer::Adam(Adam { betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.0, amsgrad: false, decoupled: false });

/// Lanes of the widest instructions, in f64; in f32 there are twice as many.
const LANES: usize = 8;

/// A task of some rows: mean square and gradient descent in full batches, nothing logged, the start drawn.
fn task(widths: &[usize], rows: usize, steps: u64) -> (Shape, Data) {
    let mut shape = common::shape(widths, true, &[], steps);
    (shape.curve, shape.log_parameters) = (CurveSteps::None, false);
    (shape.loss, shape.start) = (Loss::Mse, Start::Drawn(Scheme::GlorotNormal));
    (shape, data(widths[0], rows, |row| row as f64 / rows as f64))
}

/// [`task`] with classes for targets.
fn classes(loss: Loss, widths: &[usize], rows: usize, steps: u64) -> (Shape, Data) {
    let (mut shape, _) = task(widths, rows, steps);
    shape.loss = loss;
    let count = widths[widths.len() - 1].max(2);
    (shape, data(widths[0], rows, |row| (row % count) as f64))
}

fn data(inputs: usize, rows: usize, target: impl Fn(usize) -> f64) -> Data {
    let mut stream = Stream::new(1, Purpose::Generator, 0);
    let features = (0..rows * inputs).map(|_| stream.normal()).collect();
    Data::new(Rows { inputs, features, targets: (0..rows).map(target).collect() }, Rows::default())
}

/// Runs that take every step.
fn runs(optimizer: Optimizer, count: usize) -> Vec<Hyper> {
    let run = |index: usize| Hyper { seed: index as u64, ..common::hyper(optimizer, 1e-4 / (1 + index) as f64) };
    (0..count).map(run).collect()
}

/// Measures each task in f64 and in f32, with a run for each lane.
fn measure(criterion: &mut Criterion, group: &str, tasks: &[(&str, (Shape, Data))]) {
    for (precision, suffix, lanes) in [(Precision::F64, "", LANES), (Precision::F32, " in f32", 2 * LANES)] {
        let mut group = criterion.benchmark_group(format!("{group}{suffix}"));
        for (name, (shape, data)) in tasks {
            let shape = Shape { precision, ..shape.clone() };
            let runs = runs(shape.optimizer, lanes);
            group.throughput(Throughput::Elements(shape.steps * runs.len() as u64));
            group.bench_function(*name, |bencher| bencher.iter(|| train(&shape, data, &runs).unwrap()));
        }
        group.finish();
    }
}

fn shapes(criterion: &mut Criterion) {
    let (mut seed, _) = task(&[1, 1], 2, 500);
    seed.loss = Loss::HalfSse;
    let (mut batches, batched) = task(&[4, 16, 16, 16, 1], 256, 20);
    batches.batch_size = 32;
    let (mut adam, classed) = classes(Loss::CrossEntropy, &[16, 64, 64, 10], 256, 2);
    adam.optimizer = ADAM;
    let tasks = [
        ("seed problem", (seed, common::seed_problem())),
        ("map of width 8", task(&[8, 8, 1], 72, 100)),
        ("map of width 16", task(&[16, 16, 1], 272, 20)),
        ("mini-batches", (batches, batched)),
        ("classes by adam", (adam, classed)),
        ("deep", task(&[16, 32, 32, 32, 32, 32, 32, 1], 256, 2)),
        ("wide", task(&[256, 256, 256, 1], 128, 1)),
    ];
    measure(criterion, "shapes", &tasks);
}

/// The map of width 16 with each activation.
fn activations(criterion: &mut Criterion) {
    let with = |name, activation| {
        let (mut shape, data) = task(&[16, 16, 1], 272, 20);
        shape.network.activation = activation;
        (name, (shape, data))
    };
    let tasks = [
        with("identity", Activation::Identity),
        with("relu", Activation::Relu),
        with("tanh", Activation::Tanh),
        with("sigmoid", Activation::Sigmoid),
        with("softplus", Activation::Softplus),
        with("gelu", Activation::Gelu),
    ];
    measure(criterion, "activations", &tasks);
}

/// Linear models, whose losses are most of the work.
fn losses(criterion: &mut Criterion) {
    let tasks = [
        ("bce", classes(Loss::Bce, &[4, 1], 272, 50)),
        ("cross-entropy of 3", classes(Loss::CrossEntropy, &[4, 3], 272, 50)),
        ("cross-entropy of 10", classes(Loss::CrossEntropy, &[4, 10], 272, 50)),
    ];
    measure(criterion, "losses", &tasks);
}

/// One sharpness at the start of a run, and a training with ten of them for each run. An element is a sharpness.
fn curvature(criterion: &mut Criterion) {
    let tasks = [
        ("2-16-16-1, 20 rows", task(&[2, 16, 16, 1], 20, 9)),
        ("2-16-16-1, 1000 rows", task(&[2, 16, 16, 1], 1000, 9)),
        ("8-32-32-1, 20 rows", task(&[8, 32, 32, 1], 20, 9)),
        ("8-32-32-1, 1000 rows", task(&[8, 32, 32, 1], 1000, 9)),
        ("4-16-3 cross-entropy, 20 rows", classes(Loss::CrossEntropy, &[4, 16, 3], 20, 9)),
        ("4-16-3 cross-entropy, 1000 rows", classes(Loss::CrossEntropy, &[4, 16, 3], 1000, 9)),
        ("1-2-1, 2 rows", task(&[1, 2, 1], 2, 9)),
        ("64-128-10 cross-entropy, 300 rows", classes(Loss::CrossEntropy, &[64, 128, 10], 300, 9)),
    ];
    let mut group = criterion.benchmark_group("sharpness");
    group.sample_size(10);
    for (name, (shape, data)) in &tasks {
        let mut stream = Stream::new(7, Purpose::Init, 0);
        let start: Vec<f64> = (0..shape.network.parameters()).map(|_| 0.3 * stream.normal()).collect();
        group.throughput(Throughput::Elements(1));
        group.bench_function(*name, |bencher| bencher.iter(|| sharpness(shape, &data.train, 1.0, &start).unwrap()));
    }
    for (name, (shape, data)) in &tasks[..2] {
        let logged = Shape { curve: CurveSteps::Every(1), sharpness_every: 1, ..shape.clone() };
        for count in [1, 64] {
            let runs = runs(SGD, count);
            group.throughput(Throughput::Elements(10 * count as u64));
            group.bench_function(format!("{name}, {count} runs"), |bencher| {
                bencher.iter(|| train(&logged, data, &runs).unwrap());
            });
        }
    }
    group.finish();
}

/// A map half of whose runs diverge within a few steps, in no order, in three ways:
///
/// - `refilled`: as the engine does it, a lane going on with the next run when its own has ended;
/// - `block by block`: as many runs at a time as there are lanes, until the longest of them has ended;
/// - `to the end`: every run takes every step. Those that diverge do so with a rate that does not, as numbers that are
///   not finite would end them: what a step costs does not depend on its numbers.
fn refill(criterion: &mut Criterion) {
    let (shape, data) = task(&[8, 8, 1], 72, 300);
    let steady = runs(SGD, 32 * LANES);
    let mut mixed = steady.clone();
    let mut stream = Stream::new(2, Purpose::Generator, 0);
    for run in &mut mixed {
        run.diverged_factor = 1e6;
        if stream.uniform() < 0.5 {
            run.learning_rate = LearningRate::Same(10.0);
        }
    }
    let records = train(&shape, &data, &mixed).unwrap();
    let diverged = records.iter().filter(|run| run.stop_reason == StopReason::Diverged && run.steps < 30).count();
    let share = diverged as f64 / mixed.len() as f64;
    assert!((0.45..=0.55).contains(&share), "{share} of the runs diverge early");

    let mut group = criterion.benchmark_group("refill");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    group.bench_function("refilled", |bencher| bencher.iter(|| train(&shape, &data, &mixed).unwrap()));
    let block_by_block = || mixed.chunks(LANES).map(|runs| train(&shape, &data, runs).unwrap()).collect::<Vec<_>>();
    group.bench_function("block by block", |bencher| bencher.iter(block_by_block));
    group.bench_function("to the end", |bencher| bencher.iter(|| train(&shape, &data, &steady).unwrap()));
    group.finish();
}

fn brief() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20)
}

criterion_group! { name = kernels; config = brief(); targets = shapes, activations, losses, curvature, refill }
criterion_main!(kernels);
