//! Generated sweeps: whatever plan is accepted yields every run, and every run trains with the values that its record says.
//!
//! The oracle is the same file without its sweep, in which the values of the run's record are written out.

use std::convert::Infallible;
use std::ops::Range;
use std::path::Path;

use etascape_core::{Hyper, InstructionSet, LearningRate, Shape, starting_parameters, train};
use etascape_sweep::{CancellationToken, Execution, Experiment, Plan, TrainedRun, TrainedRuns, Value, execute};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};

/// What a file says outside `[sweep]`.
#[derive(Debug, Clone)]
struct Base {
    model: &'static str,
    optimizer: &'static str,
    steps: u64,
}

#[derive(Debug, Clone)]
struct Sweep {
    method: &'static str,
    samples: u64,
    /// Path and axis, as TOML.
    parameters: Vec<(&'static str, String)>,
    zip: bool,
}

const LINEAR: &str = "[model]\nkind = \"linear\"\n";
const MLP: &str = "[model]\nkind = \"mlp\"\nhidden = [2, 3]\n";

impl Base {
    /// The file without a sweep.
    fn text(&self) -> String {
        let Base { model, optimizer, steps } = self;
        format!(
            "name = \"t\"\n[data]\npoints = [[3, 7, 0], [9, 13, 1], [2, 1, 1]]\n{model}[init]\nscheme = \"normal\"\n\
             [train]\noptimizer = {optimizer}\nlearning_rate = 0.01\nsteps = {steps}\n[log]\nparameters = false\n"
        )
    }

    fn parse(&self, sweep: &Sweep) -> Option<Experiment> {
        let Sweep { method, samples, parameters, zip } = sweep;
        let mut text = self.text() + &format!("[sweep]\nmethod = \"{method}\"\n");
        if *method != "grid" {
            text += &format!("samples = {samples}\n");
        }
        if *zip && parameters.len() > 1 {
            text += &format!("zip = [[\"{}\", \"{}\"]]\n", parameters[0].0, parameters[1].0);
        }
        text += "[sweep.parameters]\n";
        parameters.iter().for_each(|(path, axis)| text += &format!("\"{path}\" = {axis}\n"));
        Experiment::parse(&text, Path::new("t.toml"), &[]).ok()
    }

    /// The run of the file in which the values of a record stand.
    fn written_out(&self, plan: &Plan, run: u64) -> Result<(Shape, Hyper), TestCaseError> {
        let names = plan.parameters().iter().map(|parameter| parameter.path.as_str());
        let mut values: Vec<(&str, String)> = names.zip(plan.values(run).iter().map(as_toml)).collect();
        values.sort_by_key(|(path, _)| path.matches('.').count());
        let sets: Vec<String> = values.iter().map(|(path, value)| set(self.model, path, value)).collect();
        let alone = Experiment::parse(&self.text(), Path::new("t.toml"), &sets);
        let alone = alone.map_err(|error| TestCaseError::fail(format!("run {run}, {sets:?}: {error}")))?;
        let (job, hyper) = alone.plan.unswept().map_err(|error| TestCaseError::fail(error.to_string()))?;
        Ok(((*job.shape).clone(), hyper))
    }
}

fn as_toml(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{number:?}"),
        Value::Text(text) => format!("\"{text}\""),
        other => other.to_string(),
    }
}

/// An entry of a list is set by the whole list.
fn set(model: &str, path: &str, value: &str) -> String {
    match path {
        "train.learning_rate.0" if model == LINEAR => format!("train.learning_rate={value}"),
        "train.learning_rate.0" => format!("train.learning_rate=[{value}, 0.01, 0.01]"),
        "train.optimizer.betas.1" => format!("train.optimizer.betas=[0.9, {value}]"),
        "model.hidden.1" => format!("model.hidden=[2, {value}]"),
        _ => format!("{path}={value}"),
    }
}

/// How the values of an axis come about.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Grid,
    Drawn,
    /// A list of some length, for parameters that advance together.
    Listed(usize),
}

/// Axes of whole numbers from `low` to `high`; of those in a grid some have fractions or go further.
fn whole(kind: Kind, low: i64, high: i64) -> BoxedStrategy<String> {
    let pair = || (low..=high, low..=high).prop_map(|(a, b)| (a.min(b), a.max(b)));
    match kind {
        Kind::Listed(n) => prop::collection::vec(low..=high, n).prop_map(|list| format!("{list:?}")).boxed(),
        Kind::Drawn => prop_oneof![
            pair().prop_map(|(a, b)| format!("{{ uniform = [{a}, {b}] }}")),
            pair().prop_map(|(a, b)| format!("{{ loguniform = [{}, {}] }}", a.max(1), b.max(1))),
            prop::collection::vec(low..=high, 1..4).prop_map(|list| format!("{{ choice = {list:?} }}")),
        ]
        .boxed(),
        Kind::Grid => prop_oneof![
            2 => (pair(), 1..7_i64).prop_map(|((a, b), n)| format!("{{ linspace = [{a}, {b}, {n}] }}")),
            4 => (low..=high, 1..7_i64, 0..4_i64).prop_map(move |(a, n, step)| {
                let step = step.min((high - a) / n);
                format!("{{ linspace = [{a}, {}, {}] }}", a + step * n, n + 1)
            }),
            1 => (pair(), 1100..4000_i64).prop_map(|((a, b), n)| format!("{{ linspace = [{a}, {b}, {n}] }}")),
            4 => (pair(), 1..3_i64).prop_map(|((a, b), step)| format!("{{ range = [{a}, {}, {step}] }}", b + 1)),
            2 => (1..4_u32, 1..5_u32).prop_map(|(base, n)| format!("{{ geomspace = [1, {}, {}] }}", base.pow(n), n + 1)),
            1 => (0..3_i64).prop_map(|n| format!("{{ logspace = [0, {n}, {}] }}", n + 1)),
            4 => prop::collection::vec(low..=high, 1..4).prop_map(|list| format!("{list:?}")),
        ]
        .boxed(),
    }
}

/// Axes of numbers from `low` to `high`, both above 0.
fn real(kind: Kind, low: f64, high: f64) -> BoxedStrategy<String> {
    let pair = || (low..high, low..high).prop_map(|(a, b)| (f64::min(a, b), f64::max(a, b)));
    let count = || prop_oneof![3 => 1..5_u32, 1 => 2000..3000_u32];
    match kind {
        Kind::Listed(n) => prop::collection::vec(low..high, n).prop_map(|list| format!("{list:?}")).boxed(),
        Kind::Drawn => prop_oneof![
            pair().prop_map(|(a, b)| format!("{{ uniform = [{a:?}, {b:?}] }}")),
            pair().prop_map(|(a, b)| format!("{{ loguniform = [{a:?}, {b:?}] }}")),
            pair().prop_map(|(a, b)| format!("{{ normal = [{a:?}, {b:?}] }}")),
            pair().prop_map(|(a, b)| format!("{{ choice = [{a:?}, {b:?}] }}")),
        ]
        .boxed(),
        Kind::Grid => prop_oneof![
            (pair(), count()).prop_map(|((a, b), n)| format!("{{ linspace = [{a:?}, {b:?}, {n}] }}")),
            (pair(), count()).prop_map(|((a, b), n)| format!("{{ geomspace = [{b:?}, {a:?}, {n}] }}")),
            pair().prop_map(|(a, b)| format!("{{ logspace = [{:?}, {:?}, 3] }}", libm::log10(a), libm::log10(b))),
            (pair(), 1..5_u32).prop_map(|((a, b), n)| {
                let step = (b - a) / f64::from(n) + 1e-9;
                format!("{{ range = [{a:?}, {b:?}, {step:?}] }}")
            }),
            pair().prop_map(|(a, b)| format!("[{a:?}, {b:?}]")),
        ]
        .boxed(),
    }
}

fn words(kind: Kind, words: &'static [&'static str]) -> BoxedStrategy<String> {
    let counts = match kind {
        Kind::Listed(n) => n..=n,
        _ => 1..=words.len().min(3),
    };
    subsequence(words, counts).prop_map(|some| format!("[{}]", some.join(", "))).boxed()
}

const PARAMETERS: [&str; 25] = [
    "seed",
    "train.learning_rate",
    "train.learning_rate.0",
    "train.steps",
    "train.batch_size",
    "train.warmup_steps",
    "train.loss",
    "train.optimizer",
    "train.optimizer.kind",
    "train.optimizer.momentum",
    "train.optimizer.weight_decay",
    "train.optimizer.betas.1",
    "train.optimizer.eps",
    "train.schedule",
    "train.schedule.alpha",
    "init.w",
    "init.b",
    "init.scale",
    "init.scheme",
    "init.offset",
    "model.activation",
    "model.gain",
    "model.hidden.1",
    "stop.patience",
    "stop.converged_below",
];

fn axis(kind: Kind, path: &'static str) -> BoxedStrategy<String> {
    match path {
        "seed" => prop_oneof![whole(kind, 0, 1000), whole(kind, 9_007_199_254_740_990, 9_007_199_254_741_000)].boxed(),
        "train.steps" => whole(kind, 1, 30),
        "train.batch_size" | "train.warmup_steps" => whole(kind, 0, 4),
        "model.hidden.1" => whole(kind, 1, 4),
        "train.loss" => words(kind, &["\"mse\"", "\"mae\"", "\"huber\"", "\"bce\""]),
        "train.optimizer" => words(
            kind,
            &[
                "\"sgd\"",
                "{ kind = \"sgd\", momentum = 0.5 }",
                "\"adam\"",
                "{ kind = \"adamw\", eps = 1e-3 }",
                "\"rmsprop\"",
                "\"adagrad\"",
            ],
        ),
        "train.optimizer.kind" => words(kind, &["\"sgd\"", "\"adam\"", "\"adamw\"", "\"rmsprop\""]),
        "train.schedule" => {
            words(kind, &["\"constant\"", "\"cosine\"", "{ kind = \"cosine\", alpha = 0.5 }", "\"one_cycle\""])
        }
        "init.scheme" => words(kind, &["\"zeros\"", "\"normal\"", "\"he_normal\""]),
        "model.activation" => words(kind, &["\"tanh\"", "\"relu\"", "\"gelu\""]),
        "stop.patience" => words(kind, &["{ steps = 3 }", "{ steps = 5, min_delta = 0.1 }"]),
        _ => real(kind, 1e-3, 0.9),
    }
}

fn sweeps() -> impl Strategy<Value = Sweep> {
    let kind = prop_oneof![2 => Just(Kind::Grid), 2 => Just(Kind::Drawn), 1 => (1..3_usize).prop_map(Kind::Listed)];
    let parameters = |kind| {
        subsequence(&PARAMETERS[..], 1..=4).prop_shuffle().prop_flat_map(move |paths| {
            paths.into_iter().map(|path| (Just(path), axis(kind, path))).collect::<Vec<_>>()
        })
    };
    let methods = |kind| if kind == Kind::Drawn { &["random", "sobol"][..] } else { &["grid"][..] };
    kind.prop_flat_map(move |kind| (select(methods(kind)), 1..40_u64, parameters(kind), Just(kind))).prop_map(
        |(method, samples, parameters, kind)| Sweep {
            method,
            samples,
            parameters,
            zip: matches!(kind, Kind::Listed(_)),
        },
    )
}

fn bases() -> impl Strategy<Value = Base> {
    let optimizers = ["\"sgd\"", "{ kind = \"sgd\", momentum = 0.9 }", "\"adam\"", "{ kind = \"rmsprop\" }"];
    (select(&[LINEAR, MLP][..]), select(optimizers.to_vec()), 1..20_u64).prop_map(|(model, optimizer, steps)| Base {
        model,
        optimizer,
        steps,
    })
}

fn trained(plan: &Plan, runs: Range<u64>, threads: usize) -> Vec<String> {
    let execution = Execution { threads, instructions: InstructionSet::best() };
    let mut all = Vec::new();
    let deliver = |trained: TrainedRuns, _| {
        all.extend(trained.iter().map(|run| format!("{run:?}")));
        Ok::<(), Infallible>(())
    };
    let cancel = CancellationToken::default();
    execute(plan, runs, execution, &cancel, |_, records| Ok(records), deliver).unwrap();
    all
}

fn rates(shape: &Shape, rate: &LearningRate) -> Vec<u64> {
    (0..shape.network.layers()).map(|layer| rate.of_layer(layer).to_bits()).collect()
}

/// Checks one accepted plan.
fn examine(base: &Base, plan: &Plan, cut: u64) -> Result<(), TestCaseError> {
    const EXAMINED: u64 = 60;
    let runs = plan.runs();
    let step = (runs / EXAMINED).max(1);
    for run in (0..runs).step_by(step as usize).chain([runs - 1]) {
        let job = plan.job(run);
        prop_assert!(job.is_ok(), "run {run}: {}", job.unwrap_err());
        let job = job.unwrap();
        let planned = plan.hyper(&job, run);
        let (shape, hyper) = base.written_out(plan, run)?;
        prop_assert_eq!(&*job.shape, &shape, "run {}", run);
        prop_assert_eq!(
            starting_parameters(&job.shape, &planned).unwrap(),
            starting_parameters(&shape, &hyper).unwrap(),
            "run {}",
            run
        );
        prop_assert_eq!(rates(&shape, &planned.learning_rate), rates(&shape, &hyper.learning_rate), "run {}", run);
        let alike = Hyper { learning_rate: hyper.learning_rate.clone(), init_w: hyper.init_w.clone(), ..planned };
        prop_assert_eq!(&alike, &hyper, "run {}", run);
    }
    // A window of neighbours, which share lanes.
    let first = cut % runs;
    let window = first..(first + 150).min(runs);
    let whole = trained(plan, window.clone(), 1);
    for threads in [2, 7] {
        prop_assert_eq!(&trained(plan, window.clone(), threads), &whole, "{} threads", threads);
    }
    let middle = window.start + (window.end - window.start) / 3;
    let parts = [trained(plan, window.start..middle, 2), trained(plan, middle..window.end, 1)].concat();
    prop_assert_eq!(&parts, &whole);
    for (place, run) in window.enumerate().step_by(11) {
        let (shape, hyper) = base.written_out(plan, run)?;
        let alone = train(&shape, &plan.job(run).unwrap().data, &[hyper]).unwrap().remove(0);
        prop_assert_eq!(&format!("{:?}", TrainedRun::from(&alone)), &whole[place], "run {}", run);
    }
    Ok(())
}

#[test]
fn every_accepted_plan_trains_every_run_with_the_values_of_its_record() {
    let cases = 1000;
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let accepted = std::cell::Cell::new(0);
    runner
        .run(&(bases(), sweeps(), any::<u64>()), |(base, sweep, cut)| {
            let Some(experiment) = base.parse(&sweep) else { return Ok(()) };
            accepted.set(accepted.get() + 1);
            examine(&base, &experiment.plan, cut)
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(accepted.get() > cases / 4, "only {} of {cases} plans are accepted", accepted.get());
}
