//! The same bytes on every path: each of these sweeps gives one `runs.csv` and one `curves.csv`, whatever the instruction
//! set, the number of threads and the size of the pieces that it is trained in, and they are those of the naive oracle.

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

use std::fs;
use std::path::Path;

use etascape_core::{InstructionSet, Start, starting_parameters};
use etascape_report::{Error, LogWriter, Logger};
use etascape_sweep::{CancellationToken, Execution, Experiment, Status, TrainedRuns, execute};
use tempfile::TempDir;

const POINTS: &str = "data.points = [[3, 7, 1], [9, -3, 2], [1, 4, -2], [-2, 0, 1], [5, 5, 0]]\n";
const CLASSES: &str = "data.generator = { kind = \"xor\", rows = 23, noise = 0.3 }\ndata.validation_fraction = 0.2\n";

/// Tiny steps to long ones, so that runs converge, diverge and do neither at many different steps, in no order.
const RATES: &str = "\"train.learning_rate\" = { geomspace = [1e-6, 20.0, 11] }\n";

fn experiment(text: &str) -> Experiment {
    let text = format!("name = \"t\"\n{text}");
    Experiment::parse(&text, Path::new("t.toml"), &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// Small linear models by plain gradient descent: long stretches between the steps at which anything is due.
fn linear(log: &str, optimizer: &str) -> Experiment {
    experiment(&format!(
        r#"{POINTS}
        init.scheme = "normal"
        train = {{ steps = 300, optimizer = {optimizer} }}
        stop = {{ converged_below = 5.0, diverged_factor = 1e4 }}
        log = {{ {log} }}
        [sweep.parameters]
        "train.learning_rate" = {{ geomspace = [0.0003, 0.03, 20] }}
        seed = {{ range = [0, 4] }}"#
    ))
}

/// Regression by a network that ends in every way, with the measure of trainability.
fn network(optimizers: &str, batch_size: u64) -> Experiment {
    experiment(&format!(
        r#"{POINTS}
        model = {{ kind = "mlp", hidden = [5, 3], parametrization = "ntk", gain = 1.5 }}
        train = {{ loss = "mse", steps = 40, batch_size = {batch_size}, schedule = "cosine", warmup_steps = 3 }}
        stop = {{ converged_below = 2.0, diverged_factor = 20.0, diverged_above = 300.0, patience = {{ steps = 15, min_delta = 1e-3 }} }}
        log = {{ curve_every = 7, parameters = false, trainability = true }}
        [sweep.parameters]
        "train.optimizer" = {optimizers}
        {RATES}
        seed = {{ range = [0, 2] }}"#
    ))
}

/// Classification with every activation, rows held out.
fn classification(loss: &str, batch_size: u64) -> Experiment {
    experiment(&format!(
        r#"{CLASSES}
        model = {{ kind = "mlp", hidden = [4] }}
        train = {{ loss = "{loss}", steps = 30, batch_size = {batch_size} }}
        stop = {{ converged_below = 0.5, diverged_above = 3.0 }}
        log = {{ curve_every = 6, parameters = false }}
        [sweep.parameters]
        "model.activation" = ["tanh", "relu", "sigmoid", "gelu", "softplus", "identity"]
        {RATES}"#
    ))
}

const RULES: &str = r#"["sgd", { kind = "sgd", momentum = 0.9, nesterov = true }, "adagrad", "rmsprop",
    { kind = "rmsprop", centered = true, momentum = 0.5 }, "adam", { kind = "adam", amsgrad = true }, "adamw"]"#;

/// `runs.csv` and `curves.csv`, empty where there is none.
type Tables = [String; 2];

/// What `fill` writes of an experiment.
fn written(experiment: &Experiment, fill: impl FnOnce(&Logger<'_>, &mut LogWriter)) -> Tables {
    let folder = TempDir::new().unwrap();
    let logger = Logger::new(experiment);
    let mut writer = LogWriter::create(folder.path(), logger.columns()).unwrap();
    fill(&logger, &mut writer);
    writer.finish().unwrap();
    ["runs.csv", "curves.csv"].map(|name| fs::read_to_string(folder.path().join(name)).unwrap_or_default())
}

/// Trained by the engine, so many consecutive runs at a time.
fn trained(experiment: &Experiment, execution: Execution, piece: u64) -> Tables {
    written(experiment, |logger, writer| {
        let runs = experiment.plan.runs();
        for start in (0..runs).step_by(piece as usize) {
            let prepare = |runs, records: TrainedRuns| Ok::<_, Error>(logger.rows(runs, &records)?);
            let deliver = |rows, _| writer.append(&rows);
            let (piece, cancel) = (start..(start + piece).min(runs), CancellationToken::default());
            execute(&experiment.plan, piece, execution, &cancel, prepare, deliver).unwrap();
        }
    })
}

/// Trained by the oracle, one run after another.
fn by_the_oracle(experiment: &Experiment) -> TrainedRuns {
    let plan = &experiment.plan;
    let record = |run| {
        let job = plan.job(run).unwrap();
        let hyper = plan.hyper(&job, run);
        let mut shape = (*job.shape).clone();
        shape.start = Start::Given(starting_parameters(&shape, &hyper).unwrap().into());
        oracle::train_one(&shape, &job.data, &hyper)
    };
    (0..plan.runs()).map(record).collect::<Vec<_>>().into()
}

/// Compares every path with the expected tables.
fn check_paths(name: &str, experiment: &Experiment, expected: &Tables) {
    for instructions in InstructionSet::available() {
        for threads in [1, 2, 7] {
            for piece in [3, 29, experiment.plan.runs()] {
                let found = trained(experiment, Execution { threads, instructions }, piece);
                let same = found == *expected;
                assert!(same, "{name}: {}, {threads} threads, {piece} runs at a time", instructions.name());
            }
        }
    }
}

fn check(name: &str, experiment: &Experiment, ends: &[Status]) {
    let records = by_the_oracle(experiment);
    for end in ends {
        assert!(records.iter().any(|record| record.status() == *end), "{name}: no run ends as {end}");
    }
    let expected = written(experiment, |logger, writer| {
        writer.append(&logger.rows(0..experiment.plan.runs(), &records).unwrap()).unwrap();
    });
    check_paths(name, experiment, &expected);
}

#[test]
fn every_path_writes_the_bytes_of_the_oracle() {
    use Status::{Converged, Diverged, MaxSteps, Plateau};
    let (three, four) = ([Converged, Diverged, MaxSteps], [Converged, Diverged, MaxSteps, Plateau]);
    let momentum = r#"{ kind = "sgd", momentum = 0.5 }"#;
    check("linear, no curves", &linear("curve_points = 0", "\"sgd\""), &three);
    check("linear, curves", &linear("curve_every = 41", "\"sgd\""), &three);
    check("linear, momentum", &linear("curve_every = 41", momentum), &three[..2]);
    check("network, full batches", &network(RULES, 0), &four);
    check("network, mini-batches", &network(RULES, 2), &four);
    for loss in ["cross_entropy", "bce"] {
        check(loss, &classification(loss, 0), &three);
        check(loss, &classification(loss, 5), &three);
    }
}

/// Linear models of many rows are trained on a few that stand for them: close to the oracle, not the same bits.
#[test]
fn every_path_writes_the_same_bytes_of_many_rows() {
    let experiment = experiment(
        r#"data.generator = { kind = "gaussian", rows = 700 }
        train = { loss = "mse", steps = 60 }
        log.curve_every = 11
        [sweep.parameters]
        "train.learning_rate" = { geomspace = [0.01, 5.0, 40] }"#,
    );
    let portable = Execution { threads: 1, instructions: InstructionSet::Portable };
    let expected = trained(&experiment, portable, experiment.plan.runs());
    assert!(expected[0].contains("diverged") && expected[0].contains("max_steps"));
    check_paths("many rows", &experiment, &expected);
}
