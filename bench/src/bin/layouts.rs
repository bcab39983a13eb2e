//! Prints how long a step of a run takes in each layout of the engine, for networks of many widths, depths, rows and batches.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml --bin layouts [-- WORD…]` with words of the rows to measure.
//!
//! Times are the least of many short goes. The share is that of the peak of fused multiply-adds, by the
//! products of the layers alone: forwards, back to the layer before, and the gradient. A star marks the layout that the
//! engine chooses.

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;

use etascape_core::{
    Activation, Adam, CurveSteps, Data, Hyper, InstructionSet, Layout, Loss, Network, Optimizer, Purpose, Rows, Scheme,
    Sgd, Shape, Start, Stream, train_in,
};
use pulp::{Simd, WithSimd};

struct Case {
    widths: Vec<usize>,
    rows: usize,
    batch_size: usize,
    activation: Activation,
    loss: Loss,
    optimizer: Optimizer,
}

impl Case {
    fn shape(&self, steps: u64) -> Shape {
        let network = Network::new(self.widths.clone()).expect("layers").activation(self.activation);
        Shape {
            optimizer: self.optimizer,
            steps,
            batch_size: self.batch_size,
            evaluate_every: if self.batch_size > 0 { 1 << 40 } else { 0 },
            start: Start::Drawn(Scheme::GlorotNormal),
            curve: CurveSteps::None,
            ..Shape::new(network, self.loss)
        }
    }

    fn data(&self) -> Data {
        let mut stream = Stream::new(1, Purpose::Generator, 0);
        let (inputs, outputs) = (self.widths[0], self.widths[self.widths.len() - 1]);
        let target =
            |row: usize| if self.loss.is_classification() { (row % outputs) as f64 } else { row as f64 / 999.0 };
        let features = (0..self.rows * inputs).map(|_| stream.normal()).collect();
        Data::new(Rows { inputs, features, targets: (0..self.rows).map(target).collect() }, Rows::default())
    }

    fn runs(&self, count: usize) -> Vec<Hyper> {
        let (shape, no_limit) = (self.shape(1), f64::INFINITY);
        let run = |index: usize| Hyper {
            seed: index as u64,
            converged_below: -no_limit,
            diverged_factor: no_limit,
            ..shape.hyper(1e-5 / (1.0 + index as f64))
        };
        (0..count).map(run).collect()
    }

    /// Rows of a step.
    fn step_rows(&self) -> usize {
        if self.batch_size == 0 { self.rows } else { self.batch_size.min(self.rows) }
    }

    /// Operations of the products of a step.
    fn flop(&self) -> f64 {
        let products: Vec<usize> = self.widths.windows(2).map(|pair| pair[0] * pair[1]).collect();
        let forwards: usize = products.iter().sum();
        2.0 * (self.step_rows() * (3 * forwards - products[0])) as f64
    }

    /// Seconds of the processor for a step of a run in each layout.
    fn measure(&self, set: InstructionSet, peak: f64) -> [f64; 2] {
        let (data, runs) = (self.data(), self.runs(8));
        let guess = 3.0 * self.flop() / peak + 2e-6;
        let steps = (GO / (guess * runs.len() as f64)).ceil().clamp(1.0, 4000.0) as u64;
        let mut best = [f64::INFINITY; 2];
        for _ in 0..GOES {
            for (layout, best) in [Layout::Narrow, Layout::Wide].into_iter().zip(&mut best) {
                let time = |steps: u64| {
                    let shape = self.shape(steps);
                    let start = now();
                    black_box(train_in(layout, set, &shape, &data, &mut runs.iter()).unwrap());
                    now() - start
                };
                // Without what starting and ending takes.
                let seconds = (time(2 * steps) - time(steps)) / (steps * runs.len() as u64) as f64;
                *best = best.min(seconds.max(0.0));
            }
        }
        best
    }
}

/// Seconds of a go.
const GO: f64 = 0.004;
const GOES: usize = 40;

/// Seconds since the first call.
fn now() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Fused multiply-adds and nothing else, in as many independent chains as the processor can have under way.
struct Peak {
    rounds: u64,
}

impl WithSimd for Peak {
    /// Operations done.
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (factor, term) = (black_box(simd.splat_f64s(0.5)), black_box(simd.splat_f64s(1.0)));
        let mut chains = [term; 12];
        for _ in 0..self.rounds {
            for chain in &mut chains {
                *chain = simd.mul_add_f64s(*chain, factor, term);
            }
        }
        black_box(chains);
        (self.rounds * 2 * (12 * S::F64_LANES) as u64) as f64
    }
}

/// FLOP/s of fused multiply-adds.
fn peak() -> f64 {
    let go = || {
        let start = now();
        let done = pulp::Arch::new().dispatch(Peak { rounds: 100_000 });
        done / (now() - start)
    };
    (0..200).map(|_| go()).fold(0.0, f64::max)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let set = match std::env::var("SET").as_deref() {
        Ok("avx2") => InstructionSet::Avx2,
        _ => InstructionSet::best(),
    };
    let peak = peak();
    println!("{}; the peak is {:.1} GFLOP/s", set.name(), peak / 1e9);
    for (name, case) in cases() {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let seconds = case.measure(set, peak);
        let [narrow, wide] = seconds.map(|seconds| format!("{:10.2} µs {:3.0} %", seconds * 1e6, 100.0 * case.flop() / seconds / peak));
        println!("{name:44} {narrow} {wide} {:5.2}", seconds[0] / seconds[1]);
    }
}

fn cases() -> Vec<(String, Case)> {
    let sgd: Optimizer = Sgd::default().into();
    let adam: Optimizer = Adam::default().into();
    let case = |widths: Vec<usize>, rows, batch_size, optimizer| Case {
        widths,
        rows,
        batch_size,
        activation: Activation::Tanh,
        loss: Loss::Mse,
        optimizer,
    };
    let mut cases = vec![
        ("issue 8-8-1 72 sgd".to_string(), case(vec![8, 8, 1], 72, 0, sgd)),
        ("issue 8-32-32-1 128 adam".to_string(), case(vec![8, 32, 32, 1], 128, 0, adam)),
        ("issue 16-64-64-1 256 adam".to_string(), case(vec![16, 64, 64, 1], 256, 0, adam)),
        ("issue 16-6x32-1 256 sgd".to_string(), case(vec![16, 32, 32, 32, 32, 32, 32, 1], 256, 0, sgd)),
        ("issue 64-256-256-1 256 sgd".to_string(), case(vec![64, 256, 256, 1], 256, 0, sgd)),
        (
            "issue digits".to_string(),
            Case {
                activation: Activation::Relu,
                loss: Loss::CrossEntropy,
                ..case(vec![64, 64, 64, 10], 1797, 64, adam)
            },
        ),
    ];
    for width in [2, 4, 8, 12, 16, 17, 20, 24, 25, 31, 32, 33, 40, 48, 56, 63, 64, 65, 96, 100, 128, 192, 256, 384, 512] {
        for rows in [8, 64, 256] {
            cases.push((format!("grid w{width} d2 {rows} sgd"), case(vec![16, width, width, 1], rows, 0, sgd)));
        }
    }
    cases
}
