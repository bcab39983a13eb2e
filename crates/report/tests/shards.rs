//! Shards of many different sweeps, merged, are the tables of the whole, byte for byte.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use etascape_core::InstructionSet;
use etascape_report::{
    EngineExecutor, EngineSweep, EntryPoint, Executor, Holder, Manifest, MergeError, ModelExecutor, Part, ProgramSweep,
    Provenance, RunState, Session, SessionSettings, ShardFault, Sweep, shard_folder,
};
use etascape_sweep::program::{Model, ModelRun, ProgramExperiment, ReportMetrics};
use etascape_sweep::{CancellationToken, Execution, Experiment, Shard};

const VERSION: &str = "1";

/// A session on a folder: everything that is left is trained.
fn train<S: Sweep>(folder: &Path, sweep: &S, executor: &impl Executor<S::Batch>) {
    let session = Session::open(folder, &Holder::default()).unwrap();
    let EntryPoint::At(position) = session.inspect(sweep, VERSION, &mut |_| {}).unwrap() else {
        panic!("something is left to train")
    };
    let provenance = Provenance { version: VERSION.into(), ..Provenance::default() };
    let settings = SessionSettings { provenance, pause: Duration::from_secs(2), now: || "now".into() };
    session.train(sweep, executor, position, settings, &CancellationToken::default(), &mut |_| {}).unwrap();
}

fn merge(folder: &Path) -> Result<(), MergeError> {
    Session::open(folder, &Holder::default()).unwrap().merge(VERSION).map(drop)
}

fn tables(folder: &Path) -> [Option<Vec<u8>>; 2] {
    ["runs.csv", "curves.csv"].map(|name| fs::read(folder.join(name)).ok())
}

/// Makes a complete shard look as after a cut: less of its tables, and a manifest that knows nothing of them.
fn cut(folder: &Path, seed: usize) {
    let manifest = Manifest::read(folder).unwrap();
    let digests = etascape_report::Digests { runs: None, curves: None, ..manifest.digests };
    Manifest { state: RunState::Running, digests, ..manifest }.write(folder).unwrap();
    for (name, part) in [("runs.csv", seed % 7), ("curves.csv", seed % 5)] {
        let path = folder.join(name);
        if let Ok(bytes) = fs::read(&path) {
            fs::write(&path, &bytes[..bytes.len() * (part + 1) / 7]).unwrap();
        }
    }
}

/// Sweeps of all kinds: each number combines other parts.
fn config(number: usize) -> String {
    let data = [
        "data.points = [[3, 7], [9, 13], [1, 2]]\nmodel.kind = \"linear\"\n",
        "data.generator = { kind = \"moons\", rows = 24 }\ndata.validation_fraction = 0.25\nmodel = { kind = \"mlp\", hidden = [3] }\ntrain.loss = \"bce\"\n",
        "data.generator = { kind = \"moons\", rows = 16 }\nmodel = { kind = \"mlp\", hidden = [2] }\ntrain.loss = \"cross_entropy\"\ntrain.batch_size = 5\n",
    ];
    let sweep = [
        "\"train.learning_rate\" = { geomspace = [1e-4, 0.5, 5] }\nseed = [0, 1, 2]\n",
        "\"train.optimizer\" = [\"sgd\", { kind = \"sgd\", momentum = 0.9 }, \"adam\"]\n\"train.learning_rate\" = [0.01, 0.02, 0.3]\n",
        "\"train.learning_rate\" = { loguniform = [1e-3, 0.9] }\nseed = { choice = [3, 1, 4] }\n",
        "\"train.learning_rate\" = [0.01, 0.02, 0.03, 0.04]\n\"init.scale\" = [0.5, 1, 2, 4]\n\"train.steps\" = [3, 9]\n",
    ];
    let stop = ["", "stop.patience = { steps = 2 }\n", "stop.halving = { min_steps = 2, factor = 2 }\n"];
    let log = [
        "log.curve_points = 4\n",
        "log.curve_points = 0\n",
        "log.curve_every = 3\nlog.sharpness_every = 6\n",
        "log.trainability = true\n",
    ];
    let (which, is_halved) = (number % sweep.len(), number % stop.len() == 2);
    let method = match (which, number % 2) {
        (2, 0) => "sweep.method = \"sobol\"\n",
        (2, _) => "sweep.method = \"random\"\n",
        (3, _) => "sweep.zip = [[\"train.learning_rate\", \"init.scale\"]]\n",
        _ => "",
    };
    // More runs than one bracket has.
    let samples =
        if which == 2 { format!("sweep.samples = {}\n", if is_halved { 150 } else { 17 }) } else { String::new() };
    format!(
        "name = \"s\"\ntrain.steps = 9\n{}{}{}{method}{samples}[sweep.parameters]\n{}",
        data[number % data.len()],
        stop[number % stop.len()],
        // Runs that halving ends have no trainability.
        log[(number / 3) % (log.len() - usize::from(is_halved))],
        sweep[which],
    )
}

#[test]
fn merged_shards_of_many_sweeps_are_the_whole() {
    let mut brackets = 0;
    for number in 0..48 {
        let of = 1 + number as u64 % 7;
        let experiment = Experiment::parse(&config(number), Path::new("s.toml"), &[]);
        let experiment = Arc::new(experiment.unwrap_or_else(|error| panic!("{}\n{error}", config(number))));
        let temporary = tempfile::tempdir().unwrap();
        let (whole, parts) = (temporary.path().join("whole"), temporary.path().join("parts"));
        let executor = |threads| {
            let execution = Execution { threads, instructions: InstructionSet::best() };
            EngineExecutor { experiment: experiment.clone(), execution }
        };
        let sweep = |shard| {
            let part = Part::of_plan(&experiment.plan, shard).unwrap();
            EngineSweep { experiment: experiment.clone(), part }
        };
        train(&whole, &sweep(None), &executor(2));
        for shard in Shard::all(of) {
            let (folder, sweep) = (shard_folder(&parts, shard), sweep(Some(shard)));
            train(&folder, &sweep, &executor(1 + number % 3));
            if shard.number() % 3 == 1 {
                cut(&folder, number);
                train(&folder, &sweep, &executor(1));
            }
        }
        brackets += u64::from(experiment.plan.halving().is_some() && experiment.plan.runs() > 64);
        merge(&parts).unwrap();
        assert!(tables(&parts) == tables(&whole), "{of} shards of\n{}", config(number));
        let [merged, whole] = [&parts, &whole].map(|folder| Manifest::read(folder).unwrap());
        assert_eq!((merged.digests, merged.state, merged.runs), (whole.digests, whole.state, whole.runs));
    }
    assert!(brackets > 0, "some sweeps have several brackets");
}

/// A model some of whose runs fail, and whose metrics are other ones in later runs.
struct Fickle;

impl Model for Fickle {
    type Error = &'static str;

    fn train(&self, run: &ModelRun<'_>, report: ReportMetrics<'_>) -> Result<(), &'static str> {
        let loss = run.number("i").ok_or("no i")?;
        for step in 0..3 {
            let names: &[(&str, f64)] = match run.id {
                0..4 => &[("accuracy", 0.5), ("loss", loss)],
                4..9 => &[("loss", loss), ("lr", 0.1)],
                _ => &[("val_loss", loss), ("lr", f64::NAN)],
            };
            if !report(step, names).is_continue() {
                break;
            }
        }
        if run.id % 5 == 3 { Err("no luck") } else { Ok(()) }
    }
}

#[test]
fn merged_shards_of_a_model_are_the_whole_also_where_its_objective_is_chosen() {
    let text = "name = \"m\"\nprogram = {}\nsweep.parameters = { i = { range = [0, 13] } }\n";
    let experiment = ProgramExperiment::parse(text, Path::new("m.toml"), &[]).unwrap();
    let executor = ModelExecutor { experiment: &experiment, model: &Fickle, parallel: 3 };
    let sweep = |shard| {
        let part = Part::of_program(&experiment.plan, shard);
        ProgramSweep { experiment: &experiment, part, retry_failed: false }
    };
    let temporary = tempfile::tempdir().unwrap();
    let whole = temporary.path().join("whole");
    train(&whole, &sweep(None), &executor);
    for of in [1, 2, 3, 4, 5, 6, 7, 13, 15] {
        let parts = temporary.path().join(of.to_string());
        for shard in Shard::all(of) {
            train(&shard_folder(&parts, shard), &sweep(Some(shard)), &executor);
        }
        if of > 1 {
            let last = shard_folder(&parts, Shard::new(of, of).unwrap());
            fs::rename(&last, parts.join("away")).unwrap();
            let Err(MergeError::Faulty { faults, .. }) = merge(&parts) else { panic!("a shard is missing") };
            assert!(matches!(faults[..], [(shard, ShardFault::Missing)] if shard.number() == of), "{faults:?}");
            assert_eq!(tables(&parts), [None, None]);
            fs::rename(parts.join("away"), last).unwrap();
        }
        merge(&parts).unwrap();
        assert!(tables(&parts) == tables(&whole), "{of} shards");
        let [merged, whole] = [&parts, &whole].map(|folder| Manifest::read(folder).unwrap());
        assert_eq!((merged.digests, merged.objective), (whole.digests, whole.objective));
    }
}
