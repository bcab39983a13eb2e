//! Prints how long a step of a run takes in each layout of the engine, for networks of many widths, depths, rows and batches.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml --bin layouts [-- [SET] [f32] TEXT…]`: an instruction set, if it is not to
//! be the best one, and parts of the names to measure.
//!
//! Times are those of the processor on one thread: of so many steps and of twice as many, one after the other, the median of
//! their differences over several goes, in which neither starting nor a neighbour on the same core counts. The share is that of
//! the peak of fused multiply-adds, by the products of the layers alone: forwards, back to the layer before, and the gradient.

use std::hint::black_box;

use etascape_core::{
    Activation, Adam, CurveSteps, Data, Hyper, InstructionSet, Layout, Loss, Network, Optimizer, Precision, Purpose,
    Rows, Scheme, Sgd, Shape, Start, Stream, train_in,
};
use pulp::{Simd, WithSimd};
use rustix::time::{ClockId, clock_gettime};

struct Case {
    widths: Vec<usize>,
    rows: usize,
    batch_size: usize,
    activation: Activation,
    loss: Loss,
    optimizer: Optimizer,
    precision: Precision,
}

impl Case {
    fn shape(&self, steps: u64) -> Shape {
        let network = Network::new(self.widths.clone()).expect("layers").activation(self.activation);
        Shape {
            optimizer: self.optimizer,
            precision: self.precision,
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

    /// Widths, rows, batch, optimiser.
    fn name(&self) -> String {
        let widths: Vec<String> = self.widths.iter().map(usize::to_string).collect();
        let batch = if self.batch_size > 0 { format!(" in batches of {}", self.batch_size) } else { String::new() };
        let optimizer = if matches!(self.optimizer, Optimizer::Sgd(_)) { "sgd" } else { "adam" };
        format!("{}, {} rows{batch}, {optimizer}", widths.join("-"), self.rows)
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
        let (data, runs) = (self.data(), self.runs(FULL));
        let guess = 3.0 * self.flop() / peak + 2e-6;
        let steps = (GO / (guess * runs.len() as f64)).ceil().clamp(1.0, 4000.0) as u64;
        let time = |layout: Layout, steps: u64| {
            let shape = self.shape(steps);
            let start = now();
            black_box(train_in(layout, set, &shape, &data, &mut runs.iter()).unwrap());
            now() - start
        };
        let mut steps_alone = [const { Vec::new() }; 2];
        let start = now();
        for go in 0..GOES {
            if go >= 2 && now() - start > CASE {
                break;
            }
            for (layout, found) in [Layout::Narrow, Layout::Wide].into_iter().zip(&mut steps_alone) {
                let once = time(layout, steps);
                found.push(time(layout, 2 * steps) - once);
            }
        }
        steps_alone.map(|mut found: Vec<f64>| {
            found.sort_by(f64::total_cmp);
            found[found.len() / 2] / (steps * runs.len() as u64) as f64
        })
    }
}

/// Runs of a case: they fill the lanes of every vector, in both precisions.
const FULL: usize = 16;
/// Seconds of a go.
const GO: f64 = 0.015;
const GOES: usize = 12;
/// Seconds after which a case is left, after two goes.
const CASE: f64 = 2.0;

/// Seconds that the processor has spent on this thread.
fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
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
    let mut words = &words[..];
    let sets = InstructionSet::available();
    let named = words.first().and_then(|word| sets.iter().find(|set| set.name() == word));
    words = &words[named.iter().count()..];
    let set = named.copied().unwrap_or(InstructionSet::best());
    let is_single = words.first().is_some_and(|word| word == "f32");
    words = &words[usize::from(is_single)..];
    let precision = if is_single { Precision::F32 } else { Precision::F64 };
    let peak = peak() * if is_single { 2.0 } else { 1.0 };
    println!("{}, {precision:?}; the peak is {:.1} GFLOP/s\n", set.name(), peak / 1e9);
    println!("| network | narrow, µs | of the peak | wide, µs | of the peak | narrow / wide |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (name, case) in cases(precision) {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let seconds = case.measure(set, peak);
        let [narrow, wide] =
            seconds.map(|seconds| format!("{:.1} | {:.0} %", seconds * 1e6, 100.0 * case.flop() / seconds / peak));
        println!("| {name} | {narrow} | {wide} | {:.2} |", seconds[0] / seconds[1]);
    }
}

fn cases(precision: Precision) -> Vec<(String, Case)> {
    let sgd: Optimizer = Sgd::default().into();
    let adam: Optimizer = Adam::default().into();
    let case = |widths: Vec<usize>, rows, batch_size, optimizer| Case {
        widths,
        rows,
        batch_size,
        activation: Activation::Tanh,
        loss: Loss::Mse,
        optimizer,
        precision,
    };
    let digits =
        Case { activation: Activation::Relu, loss: Loss::CrossEntropy, ..case(vec![64, 64, 64, 10], 1797, 64, adam) };
    let mut cases = vec![
        case(vec![8, 8, 1], 72, 0, sgd),
        case(vec![8, 32, 32, 1], 128, 0, adam),
        case(vec![16, 64, 64, 1], 256, 0, adam),
        case(vec![16, 32, 32, 32, 32, 32, 32, 1], 256, 0, sgd),
        case(vec![64, 256, 256, 1], 256, 0, sgd),
        digits,
    ];
    let deep = |width: usize, depth: usize| [vec![16], vec![width; depth], vec![1]].concat();
    for width in [2, 4, 8, 12, 16, 20, 24, 28, 32, 33, 40, 48, 56, 64, 65, 96, 128, 192, 256, 512] {
        cases.push(case(deep(width, 2), 256, 0, sgd));
    }
    cases.extend([1, 4, 8].map(|depth| case(deep(64, depth), 256, 0, sgd)));
    cases.extend([8, 64, 1000, 100_000].map(|rows| case(deep(64, 2), rows, 0, sgd)));
    for width in [16, 32, 64, 128] {
        cases.extend([8, 32, 128, 512].map(|batch_size| case(deep(width, 2), 4096, batch_size, sgd)));
    }
    cases.into_iter().map(|case| (case.name(), case)).collect()
}
