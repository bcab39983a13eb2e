//! Prints what the engine makes of the processor: GFLOP/s of training for networks of many shapes in both precisions, beside
//! what its fused multiply-adds alone can do.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml [-- NAME…]` with the first letters of rows to measure.
//!
//! Counted are the products of the layers, two operations a term: forwards, back to the layer before, and the gradient;
//! not activations, losses and updates. With mini-batches the loss over all rows, which is computed once an epoch, counts
//! too. Every figure is the best of several goes. Beside it stands what a crate of matrix products (nalgebra, which calls
//! matrixmultiply) makes on one thread of the network's largest product alone, without activations, losses and updates.

use std::hint::black_box;
use std::time::Instant;

use etascape_core::{
    Adam, CurveSteps, Data, Hyper, InstructionSet, Loss, Network, Optimizer, Precision, Purpose, Rows, Scheme, Sgd,
    Shape, Start, Stream, train_with,
};
use pulp::{Simd, WithSimd};

/// The number of attempts; the best counts.
const GOES: usize = 20;
/// Work of a go, in FLOP for each thread: a fraction of a second.
const WORK: f64 = 1e9;

const PRECISIONS: [Precision; 2] = [Precision::F64, Precision::F32];

const SGD: Optimizer = Optimizer::Sgd(Sgd { momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false });
const ADAM: Optimizer =
    Optimizer::Adam(Adam { betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.0, amsgrad: false, decoupled: false });

struct Case {
    name: &'static str,
    /// Inputs, widths of the hidden layers, outputs.
    widths: &'static [usize],
    rows: usize,
    batch_size: usize,
    loss: Loss,
    optimizer: Optimizer,
}

const fn case(name: &'static str, widths: &'static [usize], rows: usize) -> Case {
    Case { name, widths, rows, batch_size: 0, loss: Loss::Mse, optimizer: SGD }
}

const CASES: [Case; 8] = [
    case("map of width 16", &[16, 16, 1], 272),
    case("map of width 8", &[8, 8, 1], 72),
    case("width 2", &[2, 2, 1], 100),
    Case { optimizer: ADAM, ..case("adam", &[8, 32, 32, 1], 128) },
    Case { batch_size: 32, ..case("mini-batches", &[4, 16, 16, 16, 1], 256) },
    Case { loss: Loss::CrossEntropy, optimizer: ADAM, ..case("classes", &[16, 64, 64, 10], 256) },
    case("deep", &[16, 32, 32, 32, 32, 32, 32, 1], 256),
    case("wide", &[256, 256, 256, 1], 128),
];

impl Case {
    fn shape(&self, steps: u64) -> Shape {
        Shape {
            optimizer: self.optimizer,
            steps,
            batch_size: self.batch_size,
            start: Start::Drawn(Scheme::GlorotNormal),
            curve: CurveSteps::None,
            ..Shape::new(Network::new(self.widths).expect("layers"), self.loss)
        }
    }

    fn data(&self) -> Data {
        let mut stream = Stream::new(1, Purpose::Generator, 0);
        let inputs = self.widths[0];
        let classes = self.widths[self.widths.len() - 1];
        let target =
            |row: usize| if self.loss.is_classification() { (row % classes) as f64 } else { row as f64 / 99.0 };
        let features = (0..self.rows * inputs).map(|_| stream.normal()).collect();
        let train = Rows { inputs, features, targets: (0..self.rows).map(target).collect() };
        Data::new(train, Rows::default())
    }

    fn runs(&self, count: usize) -> Vec<Hyper> {
        let (shape, no_limit) = (self.shape(1), f64::INFINITY);
        let run = |index: usize| Hyper {
            seed: index as u64,
            converged_below: -no_limit,
            diverged_factor: no_limit,
            ..shape.hyper(1e-4 / (1.0 + index as f64))
        };
        (0..count).map(run).collect()
    }

    /// Operations of one step of one run.
    fn flop(&self) -> f64 {
        let products: Vec<usize> = self.widths.windows(2).map(|pair| pair[0] * pair[1]).collect();
        let forwards: usize = products.iter().sum();
        let backwards = 2 * forwards - products[0];
        let per_step = match self.batch_size {
            0 => self.rows * (forwards + backwards),
            // Once an epoch all rows: as many in a step as a batch has.
            size => size * forwards + size * (forwards + backwards),
        };
        2.0 * per_step as f64
    }

    /// GFLOP/s with some number of threads.
    fn measure(&self, set: InstructionSet, precision: Precision, threads: usize) -> f64 {
        // As many as the widest vectors have lanes.
        let runs = self.runs(if precision == Precision::F64 { 8 } else { 16 });
        let steps = (WORK / (self.flop() * runs.len() as f64)).ceil().max(20.0);
        let (shape, data) = (Shape { precision, ..self.shape(steps as u64) }, self.data());
        let seconds = best_time(threads, || black_box(train_with(set, &shape, &data, &mut runs.iter()).unwrap()));
        self.flop() * steps * (runs.len() * threads) as f64 / seconds / 1e9
    }
}

/// GFLOP/s of a crate of matrix products on the largest product of a case.
fn matrix_product<T: nalgebra::RealField>(case: &Case) -> f64 {
    let pairs = case.widths.windows(2).map(|pair| (pair[0], pair[1]));
    let (inner, outer) = pairs.max_by_key(|(inputs, outputs)| inputs * outputs).expect("a network has a layer");
    let rows = nalgebra::DMatrix::from_element(case.rows, inner, T::one());
    let weights = nalgebra::DMatrix::from_element(inner, outer, T::one());
    let flop = 2.0 * (case.rows * inner * outer) as f64;
    let times = (WORK / flop).ceil();
    let seconds = best_time(1, || {
        let mut products = nalgebra::DMatrix::<T>::zeros(case.rows, outer);
        for _ in 0..times as u64 {
            black_box(&rows).mul_to(black_box(&weights), &mut products);
        }
        black_box(products)
    });
    flop * times / seconds / 1e9
}

/// The least time in which all threads each do the work once.
fn best_time<R>(threads: usize, work: impl Fn() -> R + Sync) -> f64 {
    let go = || {
        let start = Instant::now();
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(|| drop(work())))));
        start.elapsed().as_secs_f64()
    };
    (0..GOES).map(|_| go()).fold(f64::INFINITY, f64::min)
}

/// Fused multiply-adds and nothing else, in as many independent chains as the processor can have under way.
struct Peak {
    rounds: u64,
}

const CHAINS: usize = 12;

impl WithSimd for Peak {
    /// Operations done.
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let factor = black_box(simd.splat_f64s(0.5));
        let term = black_box(simd.splat_f64s(1.0));
        let mut chains = [term; CHAINS];
        for _ in 0..self.rounds {
            for chain in &mut chains {
                *chain = simd.mul_add_f64s(*chain, factor, term);
            }
        }
        black_box(chains);
        (self.rounds * 2 * (CHAINS * S::F64_LANES) as u64) as f64
    }
}

/// GFLOP/s of fused multiply-adds in f64 by so many threads; in f32 there are twice as many to a vector.
fn peak(threads: usize) -> f64 {
    let work = || pulp::Arch::new().dispatch(Peak { rounds: 10_000_000 });
    let done = work() * threads as f64;
    done / best_time(threads, work) / 1e9
}

fn main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let set = InstructionSet::best();
    let peaks = [peak(1), peak(all)];
    println!(
        "{}, 1 thread and {all}; the peak is {:.1} and {:.1} GFLOP/s in f64, twice that in f32",
        set.name(),
        peaks[0],
        peaks[1]
    );
    let heads = ["", "", "widths", "rows", "batch", "1 thread", "all threads", "products"];
    let [name, precision, widths, rows, batch, one, every, products] = heads;
    println!("{name:16} {precision:3} {widths:28} {rows:>4} {batch:>5} {one:>15} {every:>15} {products:>9}");
    for case in CASES.iter().filter(|case| names.is_empty() || names.iter().any(|name| case.name.starts_with(name))) {
        for precision in PRECISIONS {
            let [one, every] = [1, all].map(|threads| case.measure(set, precision, threads));
            let (name, lanes, products) = match precision {
                Precision::F64 => ("f64", 1.0, matrix_product::<f64>(case)),
                Precision::F32 => ("f32", 2.0, matrix_product::<f32>(case)),
            };
            let [one_share, every_share] = [one / peaks[0], every / peaks[1]].map(|share| 100.0 * share / lanes);
            let widths = format!("{:?}", case.widths);
            println!(
                "{:16} {name} {widths:28} {:>4} {:>5} {one:9.1} {one_share:4.0}% {every:9.1} {every_share:4.0}% {products:9.1}",
                case.name, case.rows, case.batch_size
            );
        }
    }
}
